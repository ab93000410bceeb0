"""Points in the voice they may be posted in: a person's own words in quotation marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from socialcopy.copywriting.evidence.quotes import LEFT_OUT
from socialcopy.copywriting.evidence.speakers import Speaker
from socialcopy.copywriting.text.anaphora import is_singular, unjoined, without_connective
from socialcopy.copywriting.text.vocabulary import quote_form
from socialcopy.copywriting.writers.drafts import Line
from socialcopy.copywriting.writers.points import Material, Point

# Languages that put the comma before `says` inside the quotation marks.
COMMA_INSIDE = frozenset({"en", "nl"})

# Share of a named person's sentences in the first person from which all of them are quoted.
MOSTLY_OWN = 0.4

MARKS = regex.compile(r"[\"“”„«»]")


def is_quoted(point: Point, material: Material) -> bool:
    """Tell whether a point is a person's own words: theirs alone, or a guest's answer."""
    # A house that announces something speaks for itself: its "we" is the account's own.
    if material.is_own_voice or (point.asks and not point.is_first_person):
        return False
    is_guests = material.is_interview and point.speaker is not None
    return point.is_first_person or is_guests


def quoted_orders(points: Sequence[Point], material: Material) -> frozenset[int]:
    """Return the points in quotation marks: what a person says between two quotations too."""
    flags = [is_quoted(point, material) for point in points]
    # Marks that open and close within one person's story read as if two people told it.
    if any(flags) and _is_one_persons(material):
        return frozenset(point.order for point in points)  # one person tells it all
    if material.is_conversation and not material.is_own_voice:
        flags = [not point.asks for point in points]
    elif _is_mostly_own(points, flags, material):
        # One person's words, of which half in marks read as if somebody else said the rest.
        return frozenset(
            p.order for p, own in zip(points, flags, strict=True) if own or p != points[0]
        )
    for n in range(1, len(points)):
        follows = points[n].order == points[n - 1].order + 1 and not points[n].asks
        is_bound = points[n].leans or points[n - 1].waits
        if flags[n - 1] and follows and is_bound:
            flags[n] = True
    return frozenset(point.order for flag, point in zip(flags, points, strict=True) if flag)


def _is_mostly_own(points: Sequence[Point], flags: Sequence[bool], material: Material) -> bool:
    """Tell whether a named person says it all, and nobody asks them."""
    is_asked = any(point.asks and not point.is_first_person for point in material.points)
    is_named = all(point.speaker for point in points)
    return is_named and not is_asked and sum(flags) >= MOSTLY_OWN * len(flags)


def _is_one_persons(material: Material) -> bool:
    """Tell whether somebody tells it all: of themselves, not once of what a house does."""
    if not material.is_story or material.is_conversation:
        return False
    own = [point.text for point in material.points if point.is_first_person]
    return len(own) > 1 or any(is_singular(text, material.language) for text in own)


def voiced(
    points: Sequence[Point],
    material: Material,
    quoted: frozenset[int] | None = None,
    *,
    named: Speaker | None = None,
) -> Iterable[tuple[str, tuple[int, ...]]]:
    """Text with the points it cites, run by run; who speaks is named once in a row."""
    marked = quoted_orders(points, material) if quoted is None else quoted
    for run in _runs(points, marked, material):
        text, cites = said(run, material.language), tuple(point.order for point in run)
        if run[0].order not in marked:
            yield text, cites
            continue
        speaker = speaks(run)
        yield quotation(text, speaker if speaker != named else None, material.language), cites
        named = speaker or named


def speaks(points: Sequence[Point]) -> Speaker | None:
    """Tell whose words points are, as far as it is known."""
    return next((point.speaker for point in points if point.speaker), None)


def _runs(
    points: Sequence[Point], marked: frozenset[int], material: Material
) -> Iterable[tuple[Point, ...]]:
    """Points by voice; what stands in one pair of marks was said in one breath."""
    run: list[Point] = []
    for point in points:
        is_quote = point.order in marked
        is_same = bool(run) and (run[-1].order in marked) == is_quote
        is_same = is_same and (not is_quote or run[-1].speaker == point.speaker)
        if run and not (is_same and (not is_quote or material.follows(run[-1], point))):
            yield tuple(run)
            run = []
        run.append(point)
    if run:
        yield tuple(run)


def said(run: Sequence[Point], language: str) -> str:
    """Points in a row; the first without a `But` whose other half is not there."""
    first, *others = run
    rest = (unjoined(point.text, language) for point in others)
    return " ".join([without_connective(first.text, language), *rest])


def quotation(text: str, speaker: Speaker | None, language: str) -> str:
    """Put a text in quotation marks, with who says it where that is known."""
    opening, closing, form = quote_form(language)
    inner = MARKS.sub("'", text)
    if speaker is None:
        return f"{opening}{inner}{closing}"
    mark = "'" if inner.endswith(".'") else ""  # somebody else's words end it
    inner = inner.removesuffix(mark)
    ends = inner[-1:] if inner[-1:] in "!?…" else ""
    bare = inner if ends else inner.rstrip(".")
    inside = f"{',' if language in COMMA_INSIDE and not ends else ''}{mark}"
    outside = "" if language in COMMA_INSIDE else ","
    quote = f"{opening}{bare}{inside}{closing}{outside}"
    return form.format(quote=quote, who=speaker.told_in(language)).replace("..", ".")


def labelled(name: str, text: str, language: str) -> str:
    """Begin a sentence with the name, if any, of its subject: `Bäckerei am Markt: Gutes Brot …`."""
    space = "\u00a0" if language == "fr" else ""
    return f"{name}{space}: {text}" if name else text


def in_one_pair(lines: Sequence[Line], material: Material) -> list[Line]:
    """Put paragraphs that were said one right after the other in one pair of marks.

    What was left out between two of them keeps their marks apart, or is marked where one person
    tells it all.
    """
    opening, closing, _ = quote_form(material.language)
    said = {point.order: point for point in material.points}
    joined = list(lines)
    for n in range(1, len(joined)):
        before, line = joined[n - 1], joined[n]
        ends, begins = before.cites[-1:], line.cites[:1]
        is_said = said.keys() >= {*ends, *begins} and bool(ends and begins)
        follows = is_said and material.follows(said[ends[0]], said[begins[0]])
        is_later = is_said and ends[0] < begins[0]
        is_one = is_said and said[ends[0]].speaker == said[begins[0]].speaker
        is_joined = is_one and (follows or (is_later and _is_one_persons(material)))
        if is_joined and before.text.endswith(closing) and line.text.startswith(opening):
            first, second = before.text.removesuffix(closing), line.text.removeprefix(opening)
            second = second if follows else f"{LEFT_OUT} {second}"
            joined[n - 1] = before.model_copy(update={"text": first})
            joined[n] = line.model_copy(update={"text": second})
    return joined
