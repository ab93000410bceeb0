"""Replies that speak of an editor window: what they ask for is done by us, and never shown.

The backend believes that its user has buttons to click. A sentence that tells somebody to click,
drag or open something is taken out of the reply; the action it stands for is one of a fixed few,
and none of them is run because a reply says so: a caller decides.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from socialcopy.nemovideo.phrasebook import Window, window_talk
from socialcopy.nemovideo.routing import Route


class Reply(NamedTuple):
    """What a person sees of a reply, and what its window talk stands for."""

    text: str
    actions: tuple[Route, ...]
    """In the reply's order, each once; `MESSAGE` stands for an edit that was left to the person."""


WINDOWS: dict[Window, Route] = {
    "export": Route.EXPORT,
    "credits": Route.CREDITS,
    "upload": Route.UPLOAD,
    "status": Route.STATUS,
    "message": Route.MESSAGE,
    # Something is to be clicked, and nothing says what for.
    "click": Route.STATUS,
}
ACTIONS = [
    (route, re.compile(window_talk(window), re.IGNORECASE)) for window, route in WINDOWS.items()
]
SENTENCE = re.compile(r"[^.!?。！？\n]*(?:[.!?](?=\s|$)|[。！？]|\n|$)")
# A dot inside a file name or a number ends no sentence.
DOTTED = re.compile(r"(?<=\w)\.(?=\w)")


def translate(reply: str) -> Reply:
    """Take the window talk out of a reply; quoted text and everything about content stays."""
    actions: list[Route] = []
    kept: list[str] = []
    for sentence in _sentences(reply):
        found = _action(sentence)
        if found is None:
            kept.append(sentence)
        else:
            actions.append(found)
    text = re.sub(r"[ \t]{2,}", " ", "".join(kept))
    return Reply(text.strip(), tuple(dict.fromkeys(actions)))


def _sentences(reply: str) -> list[str]:
    hidden = DOTTED.sub("\x01", reply)
    return [part.replace("\x01", ".") for part in SENTENCE.findall(hidden) if part]


def _action(sentence: str) -> Route | None:
    """Find what a sentence wants of a window; words in quotation marks are content."""
    bare = re.sub(r"“[^”]*”|\"[^\"]*\"(?! (?:button|panel|tab|menu))", " x ", sentence)
    return next((action for action, pattern in ACTIONS if pattern.search(bare)), None)
