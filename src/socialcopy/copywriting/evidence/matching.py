"""The words of sources and claims, comparable."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from socialcopy.copywriting.evidence.sources import Source
from socialcopy.copywriting.text.stems import content, is_same, light_stems


@lru_cache(maxsize=8_192)
def stems_of(text: str, language: str) -> frozenset[str]:
    """Tell the words of a text that count, as stems."""
    return frozenset(content(text, language))


def stems_in(source: Source) -> frozenset[str]:
    """Tell the words of a source that count, as stems."""
    return stems_of(source.text, source.language)


def is_in(wanted: str, stems: Iterable[str], language: str) -> bool:
    """Tell whether a stem is among others, in some form or by another word for the same."""
    return any(is_same(wanted, found, language) for found in stems)


def telling(text: str, language: str) -> list[str]:
    """Tell the stems of a text that have a matter of their own, in order."""
    return [found for found in content(text, language) if found not in light_stems(language)]
