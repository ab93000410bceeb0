"""What the person who posts should know: what was hard to hear, left out, or wished in vain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby

from socialcopy.copywriting.briefs.wishes import NOT_FOLLOWED, Wishes, meets
from socialcopy.copywriting.evidence.sources import Known
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.contradictions import amounts, contradictions, day_limits
from socialcopy.copywriting.writers.points import Material, Point
from socialcopy.copywriting.writers.quoting import is_quoted
from socialcopy.models import Brief
from socialcopy.platforms import rules
from socialcopy.resources import read_yaml

MOST_DOUBTFUL_WORDS = 8
MOST_LEFT_OUT = 3
MOST_PUT_RIGHT = 8
PUNCTUATION = '.,;:!?…"“”„«»'


@cache
def _texts() -> dict[str, str]:
    return read_yaml("socialcopy.copywriting.writers", "notes.yaml")


def note(name: str, told: str = "", language: str = "") -> str:
    """Write a note by its name (notes.yaml)."""
    texts = _texts() | {"told": told, "language": language, "not_followed": NOT_FOLLOWED}
    return _texts()[name].format_map(texts)


def _if_any(name: str, told: Iterable[str], joint: str = "; ") -> str:
    """Write a note on what there is of something, each once; none where there is nothing."""
    listed = joint.join(dict.fromkeys(told))
    return note(name, listed) if listed else ""


def notes_on_hearing(material: Material, known: Known, posted: Sequence[Point]) -> tuple[str, ...]:
    """Say which language was kept to, what was hard to hear, and what was left out."""
    notes = [
        _languages(material),
        _put_right(known),
        _unnamed(material, posted),
        _doubtful(posted),
        _contradicted(material, posted),
        _told_otherwise(material, known),
        _unsure(material, posted),
        _unsafe(material),
    ]
    return tuple(note for note in notes if note)


def _languages(material: Material) -> str:
    is_one = len(material.spoken) < 2  # noqa: PLR2004  (one speaker)
    return "" if is_one else note("languages", ", ".join(material.spoken), material.language)


def _put_right(known: Known) -> str:
    """Words that were heard otherwise than the picture or the brief spells them."""
    words = (word for source in known.spoken for word in source.words if word.heard)
    pairs = (
        f"“{heard}” → “{' '.join(word.text.strip(PUNCTUATION) for word in right)}”"
        for heard, right in groupby(words, key=lambda word: word.heard)
    )
    return _if_any("put_right", list(dict.fromkeys(pairs))[:MOST_PUT_RIGHT], ", ")


def _unnamed(material: Material, posted: Sequence[Point]) -> str:
    """Words in quotation marks that are nobody's, since the video does not tell who speaks."""
    is_said = any(is_quoted(point, material) for point in posted)
    return note("unnamed") if is_said and not material.everybody else ""


def _doubtful(posted: Sequence[Point]) -> str:
    """Words of the posts that may have been misheard; one that the picture shows too is sure."""
    found = dict.fromkeys(f"“{word}”" for point in posted for word in point.doubted)
    return _if_any("doubtful", list(found)[:MOST_DOUBTFUL_WORDS], ", ")


def _contradicted(material: Material, posted: Sequence[Point]) -> str:
    """Days of an offer that are said one way and shown another."""
    shown = [*day_limits(" / ".join(card.text for card in material.cards), material.language)]
    pairs = (
        f"“{one.text}” is said, and “{other.text}” is shown"
        for point in posted
        for one, other in contradictions([*day_limits(point.text, material.language)], shown)
    )
    return _if_any("contradicted", pairs)


def _told_otherwise(material: Material, known: Known) -> str:
    """Amounts that one language tells otherwise than another."""
    said = [
        [told for s in known.spoken if s.language == language for told in amounts(s.text, language)]
        for language in material.spoken
    ]
    pairs = (
        f"“{one.text}” and “{other.text}”"
        for others in said[1:]
        for one, other in contradictions(said[0], others)
    )
    return _if_any("told_otherwise", pairs)


def _unsure(material: Material, posted: Sequence[Point]) -> str:
    """Sentences that were passed over since a word of them was likely misheard."""
    used = {point.order for point in posted}
    passed_over = [p for p in material.points if p.is_unsure and p.order not in used]
    unsure = sorted((*material.unheard, *passed_over), key=lambda point: point.order)
    return _if_any("unsure", (f"“{p.text}”" for p in unsure[:MOST_LEFT_OUT]))


def _unsafe(material: Material) -> str:
    return _if_any("unsafe", (f"“{s.text}”" for s in material.left_out[:MOST_LEFT_OUT]))


def notes_on_wishes(
    brief: Brief, wanted: Wishes, language: str, posts: Sequence[str] = ()
) -> tuple[str, ...]:
    """Say which wishes the copy does not follow, and what would meet them."""
    return tuple(map(visible, _unmet(brief, wanted, language, " ".join(posts))))


def _unmet(brief: Brief, wanted: Wishes, language: str, posted: str) -> Iterable[str]:
    yield from (note("unmet", part) for part in wanted.unmet)
    if wanted.networks(brief.platforms) != brief.platforms:
        yield note("networks", ", ".join(rules(platform).name for platform in brief.platforms))
    if brief.tone and not meets(brief.tone):
        yield note("tone", brief.tone)
    if brief.audience:
        yield note("audience", brief.audience)
    if brief.emoji:
        yield note("emoji")
    if brief.language and brief.language.partition("-")[0] != language.partition("-")[0]:
        told = note("translation", brief.language, language)
        yield f"{NOT_FOLLOWED if wanted.language else ''}{told}"
    handles = (f"@{handle.lstrip('@')}" for handle in brief.handles)
    if unnamed := [name for name in handles if name not in posted]:
        yield note("handles", ", ".join(unnamed))
