"""Whether a person's words name an edit that somebody else chose for them.

Each amount, each place, the verb and the thing of the edit have to stand in the message, and every
word of the message has to be of use for it: a word nobody accounts for ("from the logo", "only the
questions") means that something else was wished.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from socialcopy.engine.editing.edits import (
    AddMusic,
    AddTitle,
    Arrange,
    ChangeCopy,
    Edit,
    Keep,
    Remove,
    SetAspect,
    SetSpeed,
    SetVolume,
    ShowSubtitles,
    Span,
)
from socialcopy.engine.editing.parser import CLAUSES, QUOTES, SENTENCES
from socialcopy.engine.editing.parser.numbers import in_figures, milliseconds
from socialcopy.engine.editing.parser.rules import WORDS, found, is_reason
from socialcopy.engine.editing.parser.vocabulary import NEVER
from socialcopy.platforms import named_in, rules
from socialcopy.resources import read_yaml

NUMBER = re.compile(r"\d+(?::\d{1,2})+(?:\.\d+)?|\d+(?:\.\d+)?")
FILE = re.compile(r"\S+\.\w{2,4}\b|\bmp[34]\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]")
CLOSE = 1e-3
TIME, SHARE, TIMES, NUMBER_ALONE = "time", "share", "times", "number"


class Amount(NamedTuple):
    """A number as a message has it."""

    value: float
    """Of a time in seconds."""
    unit: str


def names(text: str, edits: Sequence[Edit]) -> bool:
    """Tell whether a message names all that some edits do, and they all that it names."""
    bare = QUOTES.sub(" ", text)
    asked = _amounts(bare)
    done = [value for edit in edits for value in _values(edit)]
    return (
        len(edits) >= len(wishes(text))
        and all(_is_about(edit, bare, text) for edit in edits)
        and all(any(_fits(value, amount) for amount in asked) for value in done)
        and all(any(_fits(value, amount) for value in done) for amount in asked)
        and all(_is_placed(edit, bare) for edit in edits)
        and not _left_over(text, edits)
    )


def wishes(text: str) -> list[str]:
    """Cut a message into what is asked for, one by one."""
    hidden = QUOTES.sub("“”", text)
    parts = (part.strip() for one in SENTENCES.split(hidden) for part in CLAUSES.split(one))
    return [part for part in parts if part and not is_reason(part)]


def may_name(text: str) -> bool:
    """Tell whether a message has a verb of any edit: else no choice could count."""
    bare = QUOTES.sub(" ", text)
    return any(has("asks", kind, bare) for kind in _words()["asks"])


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml("socialcopy.engine.editing", "by_model.yaml")


def has(group: str, name: str, text: str) -> bool:
    """Tell whether a text has one of the words of a list."""
    return bool(re.search(_pattern(group, name), text, re.IGNORECASE))


def _pattern(group: str, name: str) -> str:
    return _words()[group].get(name, NEVER)


# ---- Amounts ---------------------------------------------------------------------------------


def _amounts(text: str) -> list[Amount]:
    """List the numbers of a text, each with its unit; fractions as shares."""
    figures = in_figures(FILE.sub(" ", text))
    found = [_amount(match, figures) for match in NUMBER.finditer(figures)]
    fractions = (float(value) for value in _words()["fractions"])
    told = (value for value in fractions if has("fractions", str(value), text))
    return [*found, *(Amount(value, SHARE) for value in told)]


def _amount(match: re.Match[str], text: str) -> Amount:
    value = milliseconds(match.group()) / 1000
    if ":" in match.group():
        is_shape = match.group() in _words()["shapes"] or not match.group()[-2:].isdigit()
        return Amount(value, NUMBER_ALONE if is_shape else TIME)
    behind, before = text[match.end() :], text[: match.start()]
    for unit, factor in ((TIME, 1.0), ("minutes", 60.0), (SHARE, 1.0), (TIMES, 1.0)):
        if re.match(_pattern("units", unit), behind, re.IGNORECASE):
            return Amount(value * factor, TIME if unit == "minutes" else unit)
    is_share = bool(re.search(r"百分之\s*$", before))
    return Amount(value, SHARE if is_share else NUMBER_ALONE)


def _values(edit: Edit) -> Iterable[Amount]:
    """List the numbers of an edit, but for those it has by itself."""
    match edit:
        case AddTitle():
            usual = AddTitle(text="")
            yield from _times(edit.start_ms if edit.start_ms != usual.start_ms else None)
            yield from _times(edit.duration_ms if edit.duration_ms != usual.duration_ms else None)
        case Keep(span=span) | Remove(span=span):
            yield from _times(span.start_ms or None, span.end_ms)
        case SetVolume(factor=factor):
            yield from [Amount(factor, SHARE)] if factor else []
        case SetSpeed(factor=factor):
            yield Amount(factor, SHARE)
        case SetAspect(width=width, height=height):
            told = (Amount(float(side), NUMBER_ALONE) for side in (width, height))
            yield from told if _is_unnamed(edit) else ()
        case AddMusic(volume=float(volume)):
            yield Amount(volume, SHARE)
        case ChangeCopy(ceiling=ceiling):
            yield from (Amount(float(most), NUMBER_ALONE) for _, most in ceiling if most)
        case _:
            return


def _times(*times_ms: int | None) -> Iterable[Amount]:
    return (Amount(time_ms / 1000, TIME) for time_ms in times_ms if time_ms is not None)


def _fits(value: Amount, amount: Amount) -> bool:
    """Tell whether a value is an amount as people say it: from the end, in percent, by a share."""
    if value.unit == SHARE:
        is_percent = amount.unit != TIMES and amount.value > 1
        share = amount.value / 100 if is_percent else amount.value
        said = () if amount.unit == TIME else (share, 1 - share, 1 + share, 1 / (share or 1))
    else:
        is_same = amount.unit in {value.unit, NUMBER_ALONE}
        said = (amount.value, -amount.value) if is_same else ()
    return any(abs(value.value - one) < CLOSE for one in said)


# ---- Verbs, things and places ----------------------------------------------------------------


def _is_about(edit: Edit, bare: str, text: str) -> bool:
    """Tell whether a message asks for what an edit does, and does not say no to it."""
    kind = type(edit).__name__
    is_denied = has("negations", "denies", bare) and not has("may_deny", kind, kind)
    is_thing = kind not in _words()["things"] or has("things", kind, bare)
    is_asked = has("asks", kind, bare) and is_thing
    return is_asked and not is_denied and _has_words(edit, bare, text) and _has_look(edit, bare)


def _has_words(edit: Edit, bare: str, text: str) -> bool:
    """Tell whether the texts, names and clips of an edit are the message's."""
    match edit:
        case AddTitle(text=words):
            return _is_given(words, text)
        case AddMusic(filename=str(name)):
            return name.casefold() in text.casefold()
        case Arrange(how=how, clips=clips):
            return has("orders", how, bare) and all(_is_clip(clip, bare, text) for clip in clips)
        case ChangeCopy():
            return _is_named_copy(edit, bare)
        case _:
            return True


def _is_given(words: str, text: str) -> bool:
    """Tell whether a message gives these words to be shown: quoted, or after a `saying`."""
    said = re.escape(words.strip().casefold())
    return bool(said) and bool(re.search(f"(?:{_pattern('given', 'saying')}){said}", text.lower()))


def _is_clip(clip: int | str, bare: str, text: str) -> bool:
    if isinstance(clip, str):
        return clip.casefold() in text.casefold()
    return has("clips", str(clip), bare)


def _has_look(edit: Edit, bare: str) -> bool:
    """Tell whether shape, loudness, speed, colour and size of an edit are the message's."""
    match edit:
        case SetAspect():
            shape = f"{edit.width}:{edit.height}"
            return _is_unnamed(edit) or has("shapes", shape, bare) or shape in _ratios(bare)
        case SetVolume(factor=factor, of=of):
            is_music = has("things", "AddMusic", bare)
            is_turned = has("asks", "mute", bare) if not factor else _is_turned(edit, bare)
            return is_turned and is_music == (of == "music")
        case SetSpeed(factor=factor):
            return not has("turns", "slower" if factor > 1 else "faster", bare)
        case ShowSubtitles(colour=colour, size=size):
            is_coloured = not colour or colour.casefold() in bare.casefold()
            return is_coloured and (not size or bool(found(WORDS.sizes[size], bare)))
        case _:
            return True


def _is_turned(edit: SetVolume, bare: str) -> bool:
    """Tell whether it gets louder or quieter as it is said; `to` sets it, `by` changes it."""
    against, wanted = ("down", "up") if edit.factor > 1 else ("up", "down")
    if has("turns", against, bare):
        return False
    is_set = has("turns", "to", bare) and not has("turns", "by", bare)
    return is_set != edit.is_relative and (is_set or has("turns", wanted, bare))


def _is_unnamed(edit: SetAspect) -> bool:
    return f"{edit.width}:{edit.height}" not in _words()["shapes"]


def _ratios(text: str) -> set[str]:
    return {f"{w}:{h}" for w, h in re.findall(r"(\d+)\s*(?::|x|by|zu|比)\s*(\d+)", text)}


def _is_named_copy(edit: ChangeCopy, text: str) -> bool:
    """Tell whether a message names networks, tone, language and length as an edit has them."""
    tone, language, length = edit.tone or "", edit.language or "", edit.length or ""
    return (
        (edit.is_wish or bool(edit.platforms))
        and set(edit.platforms) == set(named_in(text))
        and (not edit.platforms or has("networks", edit.platforms_are, text))
        and (not tone or tone.casefold() in text.casefold())
        and (not language or bool(found(WORDS.languages.get(language, NEVER), text)))
        and (not length or has("lengths", length, text))
    )


def _is_placed(edit: Edit, text: str) -> bool:
    """Tell whether an edit is where the message says: the start, the end, above, below."""
    at_end, at_start = has("places", "end", text), has("places", "start", text)
    match edit:
        case Keep(span=span) | Remove(span=span):
            return _is_span_named(span, at_start=at_start, at_end=at_end)
        case AddTitle():
            return edit.at_end == (at_end and not at_start)
        case ShowSubtitles(position=position):
            said = [p for p in ("top", "middle", "bottom") if has("places", p, text)]
            return said == ([position.value] if position else [])
        case _:
            return True


def _is_span_named(span: Span, *, at_start: bool, at_end: bool) -> bool:
    """Tell whether a stretch is the end that was said, or lies between two times."""
    if at_start != at_end:
        is_first = span.start_ms == 0 and (span.end_ms or 0) > 0
        is_last = span.start_ms < 0 and span.end_ms is None
        return is_last if at_end else is_first
    is_between = span.start_ms > 0 and (span.end_ms or 0) > span.start_ms
    return is_between and not at_end


# ---- What nobody accounts for ----------------------------------------------------------------


def _left_over(text: str, edits: Sequence[Edit]) -> str:
    """Return what a message says beside the edits, its numbers and its politeness."""
    left = in_figures(FILE.sub(" ", QUOTES.sub(" ", " ".join(wishes(text))))).lower()
    for pattern in sorted({p for edit in edits for p in _accounted(edit)}, key=len)[::-1]:
        left = re.sub(pattern, " ", left, flags=re.IGNORECASE)
    left = re.sub(_pattern("neutral", "words"), " ", left, flags=re.IGNORECASE)
    return left.strip() if WORD.search(left) else ""


def _accounted(edit: Edit) -> Iterable[str]:
    """List the words that an edit accounts for."""
    kind, words = type(edit).__name__, _words()
    yield from (words[group][kind] for group in ("asks", "things") if kind in words[group])
    yield from (f"(?<=\\d){unit}" for unit in words["units"].values())
    yield from words["fractions"].values()
    match edit:
        case Keep() | Remove():
            yield from (words["places"][place] for place in ("start", "end"))
        case AddTitle(text=title):
            yield from (re.escape(title.lower()), words["given"]["saying"])
            yield from (words["places"][place] for place in ("start", "end", "top"))
        case ShowSubtitles(colour=colour, size=size):
            yield from (words["places"][place] for place in ("top", "middle", "bottom"))
            yield from (re.escape(colour.lower()),) if colour else ()
            yield from (WORDS.sizes[size],) if size else ()
        case SetVolume() | SetSpeed():
            yield from (*words["turns"].values(), words["asks"]["mute"])
        case SetAspect():
            yield from (*words["shapes"].values(), r"\bby\b", "比")
        case Arrange(how=how):
            yield from (words["orders"][how], *words["clips"].values())
        case ChangeCopy():
            yield from _accounted_copy(edit)
        case _:
            return


def _accounted_copy(edit: ChangeCopy) -> Iterable[str]:
    words = _words()
    yield words["networks"][edit.platforms_are]
    yield from (re.escape(name.lower()) for p in edit.platforms for name in rules(p).names)
    yield from (words["lengths"][edit.length],) if edit.length else ()
    yield from (re.escape(edit.tone.lower()),) if edit.tone else ()
    yield from (WORDS.languages[edit.language],) if edit.language in WORDS.languages else ()
