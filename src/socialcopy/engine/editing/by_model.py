"""Edits that the grammar does not understand, chosen by a language model among those there are.

A model guesses; so what it chooses counts only where the person's own words name it: every amount,
every place, the thing that is changed, and as many edits as there are wishes. Whatever is
forbidden, half understood or made up comes to nothing, which is told as a plain no.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter

from socialcopy.copywriting.writers.chat import Endpoint, ask
from socialcopy.engine.editing.edits import (
    AddMusic,
    AddTitle,
    Arrange,
    ChangeCopy,
    Edit,
    HideSubtitles,
    Keep,
    Remove,
    RemoveMusic,
    RemoveTitles,
    SetAspect,
    SetSpeed,
    SetVolume,
    ShowSubtitles,
    Span,
)
from socialcopy.engine.editing.parser import CLAUSES, QUOTES, SENTENCES, plain
from socialcopy.engine.editing.parser.numbers import in_figures, milliseconds
from socialcopy.engine.editing.parser.rules import WORDS, forbids, found, is_reason
from socialcopy.engine.editing.parser.vocabulary import NEVER
from socialcopy.platforms import named_in
from socialcopy.resources import read_yaml

MOST_TOKENS = 300
MOST_EDITS = 4
NUMBER = re.compile(r"\d+(?::\d{1,2})+(?:\.\d+)?|\d+(?:\.\d+)?")
CLOSE = 1e-3
KINDS: dict[str, type[Edit]] = {kind.__name__: kind for kind in get_args(Edit)}
INSTRUCTIONS = """\
You turn a wish about a video project into edits, a JSON object: {"edits": [...]}. Each has a \
`kind` and its fields; times are milliseconds, counted from the end they are negative; a factor of \
0.5 is half. Use only numbers and words of the wish. One edit for each thing that is wished. An \
empty list where none of the kinds does what is wished.
"""
EXAMPLES = (
    ("Lose the final four seconds", [{"kind": "Remove", "span": {"start_ms": -4000}}]),
    ('Let it say "Open late" over the start', [{"kind": "AddTitle", "text": "Open late"}]),
    ("Give the sky more colour", []),
)


def choose(text: str, endpoint: Endpoint, seconds: float) -> tuple[Edit, ...]:
    """Have a model read a message; empty where its choice is not what the message names.

    Raises ModelWriterError where no answer comes.
    """
    if _is_forbidding(text):
        return ()
    said = ask(endpoint, _messages(text), _schema(), seconds=seconds, most_tokens=MOST_TOKENS)
    edits = _read(said)
    return edits if edits and names(text, edits) else ()


def _is_forbidding(text: str) -> bool:
    """Tell whether a message, or one of its wishes, forbids something."""
    parts = (QUOTES.sub("“”", text), *_wishes(text))
    return _has("negations", "forbids", parts[0]) or any(forbids(plain(part)) for part in parts)


def _wishes(text: str) -> list[str]:
    """Cut a message into what is asked for, one by one."""
    hidden = QUOTES.sub("“”", text)
    parts = (part.strip() for one in SENTENCES.split(hidden) for part in CLAUSES.split(one))
    return [part for part in parts if part and not is_reason(part)]


def _messages(text: str) -> list[dict[str, str]]:
    kinds = "\n".join(f"- {name}: {(kind.__doc__ or '').strip()}" for name, kind in KINDS.items())
    shown = (
        message
        for wish, edits in EXAMPLES
        for message in (
            {"role": "user", "content": wish},
            {"role": "assistant", "content": json.dumps({"edits": edits})},
        )
    )
    return [
        {"role": "system", "content": f"{INSTRUCTIONS}{kinds}"},
        *shown,
        {"role": "user", "content": text},
    ]


@cache
def _schema() -> dict[str, object]:
    """Give the JSON schema of all edits, from the edits themselves."""
    _, document = TypeAdapter.json_schemas(
        [(kind, "validation", TypeAdapter(kind)) for kind in KINDS.values()]
    )
    definitions: dict[str, Any] = document["$defs"]
    choices = [_choice(name, definitions[name]) for name in KINDS]
    edits = {"type": "array", "items": {"anyOf": choices}, "maxItems": MOST_EDITS}
    rest = {name: one for name, one in definitions.items() if name not in KINDS}
    return {
        "type": "object",
        "properties": {"edits": edits},
        "required": ["edits"],
        "additionalProperties": False,
        "$defs": rest,
    }


def _choice(name: str, described: Mapping[str, Any]) -> dict[str, object]:
    fields = {"kind": {"const": name}, **described.get("properties", {})}
    needed = ["kind", *described.get("required", ())]
    return {
        "type": "object",
        "properties": fields,
        "required": needed,
        "additionalProperties": False,
    }


def _read(said: str) -> tuple[Edit, ...]:
    """Read the edits of an answer; empty when one of them is none."""
    try:
        listed: Any = json.loads(said)["edits"]
        return tuple(_edit(one) for one in listed[:MOST_EDITS])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ()


def _edit(one: Mapping[str, Any]) -> Edit:
    """Make an edit of its fields. Raises ValueError, as pydantic's ValidationError is one."""
    fields = {name: value for name, value in one.items() if name != "kind"}
    kind = KINDS[one["kind"]]
    if set(fields) - set(kind.model_fields):
        raise ValueError("a field that is none")
    return kind.model_validate(fields)


# ---- What the message names ------------------------------------------------------------------


def names(text: str, edits: Sequence[Edit]) -> bool:
    """Tell whether a message names all that some edits do, and they all that it names."""
    bare = QUOTES.sub(" ", text)
    asked = _amounts(bare)
    done = [value for edit in edits for value in _values(edit)]
    return (
        len(edits) >= len(_wishes(text))
        and all(_is_about(edit, bare, text) for edit in edits)
        and all(any(_fits(value, amount) for amount in asked) for value in done)
        and all(any(_fits(value, amount) for value in done) for amount in asked)
        and all(_is_placed(edit, bare) for edit in edits)
    )


@cache
def _words() -> dict[str, dict[str, str]]:
    return read_yaml("socialcopy.engine.editing", "by_model.yaml")


def _has(group: str, name: str, text: str) -> bool:
    """Tell whether a text has one of the words of a list."""
    pattern = _words()[group].get(name, "(?!)")
    return re.search(pattern, text, re.IGNORECASE) is not None


def _amounts(text: str) -> list[float]:
    """List the numbers of a text; times as seconds, fractions as what they are."""
    figures = in_figures(FILE.sub(" ", text))
    found = [milliseconds(match) / 1000 for match in NUMBER.findall(figures)]
    fractions = (float(value) for value in _words()["fractions"])
    return [*found, *(value for value in fractions if _has("fractions", str(value), text))]


def _values(edit: Edit) -> Iterable[float]:
    """List the numbers of an edit, but for those it has by itself."""
    match edit:
        case AddTitle():
            usual = AddTitle(text="")
            yield from _seconds(edit.start_ms if edit.start_ms != usual.start_ms else None)
            yield from _seconds(edit.duration_ms if edit.duration_ms != usual.duration_ms else None)
        case Keep(span=span) | Remove(span=span):
            yield from _seconds(span.start_ms or None, span.end_ms)
        case SetVolume(factor=factor):
            yield from [factor] if factor else []
        case SetSpeed(factor=factor):
            yield factor
        case SetAspect(width=width, height=height):
            yield from (float(width), float(height)) if _is_unnamed(edit) else ()
        case AddMusic(volume=float(volume)):
            yield volume
        case Arrange(clips=clips):
            yield from (float(clip) for clip in clips if isinstance(clip, int))
        case ChangeCopy(ceiling=ceiling):
            yield from (float(most) for _, most in ceiling if most is not None)
        case _:
            return


def _is_unnamed(edit: SetAspect) -> bool:
    return f"{edit.width}:{edit.height}" not in _words()["shapes"]


def _seconds(*times_ms: int | None) -> Iterable[float]:
    return (time_ms / 1000 for time_ms in times_ms if time_ms is not None)


def _fits(value: float, amount: float) -> bool:
    """Tell whether a value is an amount as people say it: from the end, in percent, in minutes."""
    share = amount / 100
    said = (amount, -amount, share, 1 - share, 1 + share, amount * 60, 1 / amount if amount else 0)
    return any(abs(value - one) < CLOSE for one in said)


REMOVING = (HideSubtitles, Remove, RemoveMusic, RemoveTitles, SetVolume)
FILE = re.compile(r"\S+\.\w{2,4}\b|\bmp[34]\b", re.IGNORECASE)


def _is_about(edit: Edit, bare: str, text: str) -> bool:
    """Tell whether a message speaks of what an edit changes, and does not say no to it."""
    is_denied = _has("negations", "denies", bare) and not isinstance(edit, REMOVING)
    is_thing = _has("things", type(edit).__name__, bare)
    return is_thing and not is_denied and _has_words(edit, bare, text) and _has_look(edit, bare)


def _has_words(edit: Edit, bare: str, text: str) -> bool:
    """Tell whether the texts and names of an edit are the message's."""
    match edit:
        case AddTitle(text=words):
            return _is_given(words, text)
        case AddMusic(filename=str(name)):
            return name.casefold() in text.casefold()
        case Arrange(clips=clips):
            return all(str(c).casefold() in text.casefold() for c in clips if isinstance(c, str))
        case ChangeCopy():
            return _is_named_copy(edit, bare)
        case _:
            return True


def _is_given(words: str, text: str) -> bool:
    """Tell whether a message gives these words to be shown: quoted, or after a `saying`."""
    said = re.escape(words.strip().casefold())
    before = _words()["things"]["saying"]
    return bool(said) and bool(re.search(f"(?:{before}){said}", text.casefold()))


def _has_look(edit: Edit, bare: str) -> bool:
    """Tell whether shape, loudness, colour and size of an edit are the message's."""
    match edit:
        case SetAspect():
            shape = f"{edit.width}:{edit.height}"
            return _is_unnamed(edit) or _has("shapes", shape, bare) or shape in _ratios(bare)
        case SetVolume(factor=factor):
            return bool(factor) or _has("things", "mute", bare)
        case ShowSubtitles(colour=colour, size=size):
            is_coloured = not colour or colour.casefold() in bare.casefold()
            return is_coloured and (not size or bool(found(WORDS.sizes[size], bare)))
        case _:
            return True


def _ratios(text: str) -> set[str]:
    return {f"{w}:{h}" for w, h in re.findall(r"(\d+)\s*(?::|x|by|zu|比)\s*(\d+)", text)}


def _is_named_copy(edit: ChangeCopy, text: str) -> bool:
    """Tell whether a message names networks, tone, language and length as an edit has them."""
    tone, language, length = edit.tone or "", edit.language or "", edit.length or ""
    return (
        (edit.is_wish or bool(edit.platforms))
        and set(edit.platforms) <= set(named_in(text))
        and (not tone or tone.casefold() in text.casefold())
        and (not language or bool(found(WORDS.languages.get(language, NEVER), text)))
        and (not length or _has("lengths", length, text))
    )


def _is_placed(edit: Edit, text: str) -> bool:
    """Tell whether an edit is where the message says: the start, the end, above, below."""
    at_end, at_start = _has("places", "end", text), _has("places", "start", text)
    match edit:
        case Keep(span=span) | Remove(span=span):
            return _is_span_named(span, at_start=at_start, at_end=at_end)
        case AddTitle():
            return edit.at_end == (at_end and not at_start)
        case ShowSubtitles(position=position):
            said = [p for p in ("top", "middle", "bottom") if _has("places", p, text)]
            return said == ([position.value] if position else [])
        case _:
            return True


def _is_span_named(span: Span, *, at_start: bool, at_end: bool) -> bool:
    is_from_end = span.start_ms < 0 or (span.end_ms or 0) < 0
    if at_start != at_end:
        return is_from_end == at_end
    is_between = span.start_ms > 0 and (span.end_ms or 0) > span.start_ms
    return is_between and not at_end
