"""Spoken words as lines of text: joined as their script is written, measured, and wrapped.

A *piece* is what no line may break: a word with the space behind it, where its script has one.
Widths are columns: one for most characters, two for wide East Asian ones, none for marks that
sit on another character.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import accumulate, combinations, pairwise

from socialcopy.media.subtitles.languages import known
from socialcopy.media.subtitles.segmentation import (
    at_spaces,
    is_unspaced,
    pieces,
    smaller,
)
from socialcopy.models import Word

# A Burmese or Khmer letter that stands under the one before it.
STACKED = re.compile("[\u1039\u17d2][\u1000-\u109f\u1780-\u17b3]")

# Arabic and Khmer: up to 0.50 font sizes where Latin takes 0.46 (measured, DejaVu and Noto).
WIDE_LETTERS = re.compile("[\u0600-\u06ff\u1780-\u17ff]")

CLOSING = "\"'”’»)]}」』）"  # noqa: RUF001  (marks of many scripts are what is meant)
SENTENCE_ENDS = frozenset(".?!…。！？｡؟।")  # noqa: RUF001  (other scripts' own signs)
CLAUSE_ENDS = frozenset(",;:–—、，；：،")  # noqa: RUF001  (marks of many scripts are what is meant)
# Of all languages: nobody says which one a word is in.
ABBREVIATIONS = frozenset(w for own in known().values() for w in own.abbreviations)
LEANING = frozenset(w for own in known().values() for w in own.leaning)

# By how many columns lines may differ more to end where a clause does, and not before a word that
# leans on the next; of two ways as even the one with the longer second line is taken. Ours: halved
# or doubled, the dearest moves 16 of 190 subtitles (measured as in `costs`).
CLAUSE_COLUMNS, LEANING_COLUMNS, TOP_HEAVY_COLUMNS = 5, 6, 0.5


def spoken(words: Sequence[Word]) -> list[Word]:
    """Cut what is said where a line may be broken; each piece ends in the space behind it, if any.

    A recogniser's words are no guide in scripts without spaces: one may be a whole clause, or
    half a syllable. Times inside a word are by its share of letters.
    """
    texts = [" ".join(word.text.split()) for word in words]
    heard = [(word, text) for word, text in zip(words, texts, strict=True) if text]
    text = join([text for _, text in heard])
    owners = _owners(text, heard)
    return [
        _piece(part, owners[end - len(part) : end])
        for part, end in _with_ends(pieces(text))
        if part.strip()
    ]


def _owners(text: str, heard: Sequence[tuple[Word, str]]) -> list[tuple[Word, float, float]]:
    """Find each character's word in the joined text, and the share of the word that it takes."""
    owners: list[tuple[Word, float, float]] = []
    for word, own in heard:
        # The space that joining put between two words belongs to the one before it.
        if len(owners) < len(text) and owners and text[len(owners)] == " " and own[0] != " ":
            owners.append((owners[-1][0], 1.0, 1.0))
        owners += [(word, n / len(own), (n + 1) / len(own)) for n in range(len(own))]
    return owners


def _piece(text: str, owners: Sequence[tuple[Word, float, float]]) -> Word:
    (first, begin, _), (last, _, end) = owners[0], owners[len(text.rstrip()) - 1]
    return first.model_copy(
        update={
            "start_ms": round(first.start_ms + begin * (first.end_ms - first.start_ms)),
            "end_ms": round(last.start_ms + end * (last.end_ms - last.start_ms)),
            "text": text,
            "probability": min(first.probability, last.probability),
        }
    )


def _with_ends(parts: Sequence[str]) -> list[tuple[str, int]]:
    return list(zip(parts, accumulate(map(len, parts)), strict=True))


def narrowed(parts: Sequence[Word], max_line: int) -> list[Word]:
    """Cut the pieces that are wider than a line where their language still allows it."""
    for cut in (at_spaces, smaller):
        parts = [
            small
            for part in parts
            for small in ([part] if columns(part.text.rstrip()) <= max_line else _cut(part, cut))
        ]
    return list(parts)


def _cut(part: Word, cut: Callable[[str], list[str]]) -> list[Word]:
    owners = [(part, n / len(part.text), (n + 1) / len(part.text)) for n in range(len(part.text))]
    return [_piece(t, owners[end - len(t) : end]) for t, end in _with_ends(cut(part.text))]


def line(texts: Sequence[str]) -> str:
    """Join pieces as they stand on one line."""
    return "".join(texts).replace("\n", "").strip()


def join(texts: Sequence[str]) -> str:
    """Put words side by side, with a space where their script has one.

    >>> join(["Meet", "the", "mug"]), join(["東京", "タワー"]), join(["AI", "は"])
    ('Meet the mug', '東京タワー', 'AI は')
    """
    line = ""
    for text in texts:
        line += f" {text}" if _has_space_between(line, text) else text
    return line


# The cutter measures the same pieces again and again.
@lru_cache(maxsize=4_096)
def columns(text: str) -> int:
    """Return the width of a text in columns.

    >>> columns("mug"), columns("東京"), columns("e\N{COMBINING ACUTE ACCENT}")
    (3, 4, 1)
    """
    stacked = STACKED.sub("", text) if STACKED.search(text) else text
    return sum(map(_character_columns, stacked))


def room(text: str, max_line: int) -> int:
    """Return the columns a text may take on a line: its letters may be wider than a column."""
    return max_line * 7 // 8 if WIDE_LETTERS.search(text) else max_line


def ends_sentence(text: str) -> bool:
    """Tell whether a word closes a sentence.

    >>> ends_sentence("mug.”"), ends_sentence("Dr."), ends_sentence("mug,")
    (True, False, False)
    """
    text = text.rstrip()
    return text.rstrip(CLOSING)[-1:] in SENTENCE_ENDS and text.lower() not in ABBREVIATIONS


def ends_clause(text: str, following: str = "") -> bool:
    """Tell whether a word closes a part of a sentence; in Thai and the like, a space says so."""
    last = text.rstrip()
    if text.endswith("\n"):  # where its author broke the line
        return True
    if last != text and is_unspaced(last[-1:]) and is_unspaced(following[:1]):
        return True
    return last.rstrip(CLOSING)[-1:] in CLAUSE_ENDS


def leans_on(text: str, following: str) -> bool:
    """Tell whether a word reads badly at the end of a line: an article, say, or half a name."""
    text = text.rstrip()
    if ends_sentence(text) or ends_clause(text):
        return False
    is_name = text[:1].isupper() and (following[:1].isupper() or following[:1].isdigit())
    is_unit = following[:1].islower() or unicodedata.category(following[:1] or " ") == "Sc"
    is_amount = text[-1:].isdigit() and is_unit
    return text.lower() in LEANING or is_name or is_amount


def fits(texts: Sequence[str], *, max_line: int, max_lines: int) -> bool:
    """Tell whether pieces fit into so many lines; one piece alone always does."""
    lines, width = 1, 0
    for text in texts:
        if width and width + columns(text.rstrip()) > max_line:
            lines, width = lines + 1, 0
        width += columns(text)
    return lines <= max_lines or len(texts) == 1


def wrap(texts: Sequence[str], *, max_line: int, max_lines: int) -> list[str]:
    """Break pieces into as few lines as they need, of like length, where the sense allows.

    >>> wrap(["It ", "keeps ", "coffee ", "hot ", "for ", "hours."], max_line=20, max_lines=2)
    ['It keeps coffee', 'hot for hours.']
    """
    # A subtitle has a dozen pieces and few lines, so every way to break it can be tried.
    for count in range(1, max_lines + 1):
        choices = [
            [texts[a:b] for a, b in pairwise((0, *cuts, len(texts)))]
            for cuts in combinations(range(1, len(texts)), count - 1)
        ]
        choices = [lines for lines in choices if all(_width(part) <= max_line for part in lines)]
        if choices:
            return [line(part) for part in min(choices, key=_raggedness)]
    return _fill(texts, max_line)


def _width(texts: Sequence[str]) -> int:
    return columns(line(texts))


def _fill(texts: Sequence[str], max_line: int) -> list[str]:
    """Fill lines one after the other, where one piece alone is longer than a line."""
    lines = [texts[0]]
    for text in texts[1:]:
        longer = lines[-1] + text
        if columns(longer.rstrip()) <= max_line:
            lines[-1] = longer
        else:
            lines.append(text)
    return [line([text]) for text in lines]


def _raggedness(lines: Sequence[Sequence[str]]) -> float:
    widths = [_width(part) for part in lines]
    score = float(max(widths) - min(widths))
    for before, after in pairwise(lines):
        last, first = before[-1], after[0]
        score += LEANING_COLUMNS * leans_on(last, first.strip())
        score -= CLAUSE_COLUMNS * (ends_clause(last, first) or ends_sentence(last))
    return score + TOP_HEAVY_COLUMNS * (widths[0] > widths[-1])


def _has_space_between(left: str, right: str) -> bool:
    if not left or not right:
        return False
    if any(_is_wide_punctuation(character) for character in (left[-1], right[0])):
        return False
    return not (is_unspaced(left[-1]) and is_unspaced(right[0]))


def _is_wide_punctuation(character: str) -> bool:
    return is_unspaced(character) and unicodedata.category(character).startswith("P")


@cache
def _character_columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
