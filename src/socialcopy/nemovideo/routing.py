"""Where free text goes: to an endpoint of its own, or to the agent. By intent, not by substring.

The vendor's table names the words; what decides is that nothing else is asked for. "Export" goes to
the export, "add a title saying 'Export guide'" is an edit. What is not clearly one of the four is a
message for the agent, which costs more and misunderstands less.
"""

from __future__ import annotations

import re
from enum import StrEnum

from socialcopy.nemovideo.phrasebook import Place, polite, texts_to


class Route(StrEnum):
    """What a text asks for."""

    EXPORT = "export"
    CREDITS = "credits"
    STATUS = "status"
    UPLOAD = "upload"
    MESSAGE = "message"
    """Everything else: the one route that may cost credits."""


POLITE = re.compile(
    rf"^(?:{polite('before')})[\s,，]*|[\s,，]*(?:{polite('after')}|[.。!！?？]+)$", re.IGNORECASE
)
PLACES: tuple[Place, ...] = ("export", "credits", "status", "upload")
ROUTES = {Route(place): re.compile(texts_to(place), re.IGNORECASE) for place in PLACES}


def route(text: str) -> Route:
    """Choose where a text goes."""
    plain = _plain(text)
    return next((found for found, texts in ROUTES.items() if texts.fullmatch(plain)), Route.MESSAGE)


def _plain(text: str) -> str:
    """Strip a text of the words that only make it polite."""
    before, plain = "", " ".join(text.replace("’", "'").split())
    while before != plain:
        before, plain = plain, POLITE.sub("", plain).strip()
    return plain
