"""A text that is too long, shortened at a clause, else at a word, with an ellipsis."""

from __future__ import annotations

from bisect import bisect_right

import regex

from socialcopy.copywriting.writers.plan import Order
from socialcopy.platforms import length

# A cut leaves at least a quarter of what the network takes.
SHORTEST_SHARE = 4


def cut(order: Order, text: str) -> str:
    """Shorten a text that is too long; one that fits stays as it is."""
    if order.fits(text):
        return text
    least = order.most // SHORTEST_SHARE if order.ceiling.words is None else 1
    clauses = (match.start() for match in regex.finditer(r"[,;:.!?]\s", text))
    words = (match.start() for match in regex.finditer(r"\s", text))
    for ends in (clauses, words, range(len(text))):
        fitting = _last_that_fits(order, text, list(ends))
        if fitting is not None and length(order.platform, text[:fitting]) >= least:
            return f"{text[:fitting].rstrip()}…"
    return "…"


def _last_that_fits(order: Order, text: str, ends: list[int]) -> int | None:
    """By halving, since a longer beginning never counts less; then stepping back for safety."""
    place = bisect_right(ends, 0, key=lambda end: 0 if order.fits(f"{text[:end]}…") else 1)
    while place and not order.fits(f"{text[: ends[place - 1]]}…"):
        place -= 1
    return ends[place - 1] if place else None
