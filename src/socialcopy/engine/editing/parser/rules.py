"""How a wording is tried: rules that must fit a whole clause, and bags that must be used up.

Nothing is guessed from a part of a sentence: "remove the background" is not "remove the
background music". A clause in which one word is left over is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from socialcopy.engine.editing.edits import Edit

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], Edit | None]]

VIDEO = (
    r"(?:(?:the |this |my |whole |entire |full |of )*(?:video|clip|footage|movie|film|recording|it)"
    r"|(?:这个|这段|整个|我的|原)?(?:视频|片子|影片|短片|画面))"
)
QUOTED = r"\x01\d+\x02"
"""Stands for a quoted text while a clause is looked at; no rule can reach into it."""


def rule(pattern: str, make: Callable[[re.Match[str]], Edit | None]) -> Rule:
    """Make a rule; spaces in a pattern stand for any space or none before Chinese."""
    return re.compile(pattern, re.IGNORECASE), make


def by_rules(rules: list[Rule], clause: str) -> Edit | None:
    """Apply the first rule that fits all of a clause."""
    for pattern, make in rules:
        match = pattern.fullmatch(clause)
        if match and (edit := make(match)) is not None:
            return edit
    return None


def used_up(clause: str, *patterns: str) -> bool:
    """Tell whether nothing is left of a clause once all these are taken out of it."""
    rest = clause
    for pattern in patterns:
        rest = re.sub(pattern, " ", rest, flags=re.IGNORECASE)
    return not re.sub(r"[\s,，:：;；.。!！?？、'\"-]+", "", rest)
