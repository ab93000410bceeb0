"""Replies that speak of an editor window: what they ask for is done by us, and never shown.

The backend believes that its user has buttons to click. A sentence that tells somebody to click,
drag or open something is taken out of the reply; the action it stands for is one of a fixed few,
and none of them is run because a reply says so: a caller decides.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from socialcopy.nemovideo.routing import Route


class Reply(NamedTuple):
    """What a person sees of a reply, and what its window talk stands for."""

    text: str
    actions: tuple[Route, ...]
    """In the reply's order, each once; `MESSAGE` stands for an edit that was left to the person."""


ACTIONS: list[tuple[Route, re.Pattern[str]]] = [
    (
        route,
        re.compile(pattern, re.IGNORECASE),
    )
    for route, pattern in (
        (
            Route.EXPORT,
            (
                r"\bexport(?:ing)? (?:button|icon|panel|menu|option)\b|\b(?:click|tap|press|hit|use|select)\b[^.!?]*\bexport\b"
                r"|导出按钮|(?:点击|点一下|单击|按下|选择).*导出"
            ),
        ),
        (
            Route.CREDITS,
            (
                r"\b(?:check|open|visit|see|go to|view)\b[^.!?]*\b(?:account|billing)\b"
                r"|(?:查看|打开|检查).*(?:账户|账单)"
            ),
        ),
        (
            Route.UPLOAD,
            r"\b(?:click|tap|press|use|hit)\b[^.!?]*\bupload\b|\bupload button\b|(?:点击|单击).*上传|上传按钮",
        ),
        (
            Route.STATUS,
            (
                r"\b(?:open|opening|show|see|check|look (?:at|in))\b[^.!?]*\b(?:panel|tab|sidebar|inspector|window)\b"
                r"|\bpreview\b[^.!?]*\b(?:timeline|player)\b|\bin the (?:timeline|player|editor|preview window)\b"
                r"|\bgo to (?:the )?(?:settings|dashboard)\b|打开.*(?:面板|窗口|设置|侧栏)|在(?:时间线|播放器|编辑器)中?(?:预览|查看)"
            ),
        ),
        (
            Route.MESSAGE,
            (
                r"\bdrag(?:ging)?\b|\bdrop (?:it|them|the clip|the file)\b|\barrange (?:the )?clips\b|拖拽|拖动|拖到"
                r"|\badjust\b[^.!?]*\bin the editor\b"
            ),
        ),
        (
            Route.STATUS,
            (
                r"(?:^\s*|[,;:] |\b(?:please|just|then|now|to|can|and|or|simply|must|should) )"
                r"(?:click|tap|press|double-click|right-click)\b (?:on )?(?:the |your |that |this |any )?[\w\[\"“'‘]"
                r"|点击|单击|双击"
            ),
        ),
    )
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
