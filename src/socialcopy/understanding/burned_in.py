"""Captions that are part of the picture: they write along what is said, and tell nothing else.

Clips made for feeds often have them. Read as cards they are halves of sentences in capitals.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from socialcopy.models import ScreenText, Word

# How far from its words a line may be seen: pictures are looked at now and then.
APART_MS = 2_500
# Lines of two words and more, and their share of all such, from which a picture has captions; a
# slide that is read aloud stays longer and has fewer.
FEWEST_LINES = 5
LEAST_SHARE = 0.5
# Share of them that end within a sentence, as captions do; cards that are read aloud end with it.
CUT_SHARE = 0.4
LONGEST_MS = 6_000


def captions_in(screen: Sequence[ScreenText], words: Sequence[Word]) -> tuple[ScreenText, ...]:
    """Return the lines of a picture that are its captions; none where it has no captions."""
    said = [_plain(word.text) for word in words]
    long = [line for line in screen if len(line.text.split()) > 1]
    along = [line for line in long if _is_said_then(line, said, words)]
    cut = sum(_is_cut(line, said, words) for line in along)
    is_captioned = len(along) >= max(FEWEST_LINES, LEAST_SHARE * len(long))
    is_captioned = is_captioned and cut >= CUT_SHARE * len(along)
    return tuple(line for line in screen if any(_said_at(line, said))) if is_captioned else ()


def _is_said_then(line: ScreenText, said: Sequence[str], words: Sequence[Word]) -> bool:
    """Tell whether a line's words are said in a row while it is seen."""
    is_short = line.end_ms - line.start_ms <= LONGEST_MS
    first, last = line.start_ms - APART_MS, line.end_ms + APART_MS
    places = (n for n, found in enumerate(_said_at(line, said)) if found)
    return is_short and any(first <= words[n].start_ms <= last for n in places)


def _is_cut(line: ScreenText, said: Sequence[str], words: Sequence[Word]) -> bool:
    """Tell whether a line ends where the sentence goes on."""
    size = sum(bool(_plain(part)) for part in line.text.split())
    places = (n + size - 1 for n, found in enumerate(_said_at(line, said)) if found)
    return any(words[last].text[-1:].isalnum() for last in places)


def _said_at(line: ScreenText, said: Sequence[str]) -> list[bool]:
    """Tell of each word that is said whether a line's words begin with it, in a row."""
    wanted = [found for part in line.text.split() if (found := _plain(part))]
    return [bool(wanted) and said[n : n + len(wanted)] == wanted for n in range(len(said))]


def _plain(text: str) -> str:
    return "".join(regex.findall(r"[\p{L}\p{N}]", text.casefold()))
