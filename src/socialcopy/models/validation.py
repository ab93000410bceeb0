"""What is wrong with a value, in words for the person who wrote it.

pydantic says “String should match pattern '^#[0-9A-Fa-f]{6}$'”; whoever filled in a form or wrote
a brief needs “it has to be a colour such as #FF6600”.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple, cast, get_args

from pydantic import (
    BaseModel,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SecretStr,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError, core_schema

# Characters of a wrong value that are repeated to whoever wrote it.
LONGEST_QUOTE = 60

# Problems named at once; whoever mends three is told the next.
MOST_PROBLEMS = 3


class TextShape(NamedTuple):
    """How a text has to be written: a pattern for programs, words for people.

    Goes into an `Annotated` type. The JSON schema (Prefect's form checks by it) carries the
    pattern as the condition of an `if`, and the words as what is asked for then: a plain `pattern`
    would be quoted at the person who filled in the form.
    """

    pattern: str
    """A regular expression for the whole text."""
    words: str
    """What it describes, for example `a colour such as #FF6600`."""
    or_blank: bool = False
    """Whether an empty text is as good as none."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        pattern = f"^(?:{self.pattern})$" + ("|^$" if self.or_blank else "")
        condition = {"if": {"not": {"pattern": pattern}}, "then": {"enum": [self.words]}}
        return {**handler(schema), **condition}

    def _checked(self, text: str) -> str:
        if re.fullmatch(self.pattern, text) or (self.or_blank and not text):
            return text
        raise has_to_be(self.words)


class BlankMeansNone:
    """An optional field that a form shows as one box, and not as a choice of text or nothing."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        def unblanked(value: Any) -> Any:
            return None if isinstance(value, str) and not value.strip() else value

        return core_schema.no_info_before_validator_function(unblanked, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        choices = handler(schema).get("anyOf", [])
        chosen = next((dict(one) for one in choices if one.get("type") != "null"), {})
        if "if" in chosen:  # a form that begins with an empty box sends it so
            pattern = chosen["if"]["not"]["pattern"]
            chosen["if"] = {"not": {"pattern": f"{pattern}|^$"}}
        return chosen


def without_default(schema: JsonSchemaValue) -> None:
    """Leave the default out of a field's JSON schema, so that a form begins with an empty box."""
    schema.pop("default", None)


def has_to_be(words: str) -> PydanticCustomError:
    """Make the error of a value that is not what `words` say."""
    return PydanticCustomError("has_to_be", "it has to be {words}", {"words": words})


# Share of letters in common (Ratcliff and Obershelp) from which one word was meant by another.
LIKENESS = 0.7


def did_you_mean(wrong: str, known: Iterable[str], likeness: float = LIKENESS) -> str:
    """Name the nearest right word, as the end of a sentence; empty where none is near.

    >>> did_you_mean("brand_colour", ["brand_color", "brand_font"])
    '; did you mean “brand_color”?'
    >>> did_you_mean("settle", ["settle_seconds", "after"])
    '; did you mean “settle_seconds”?'
    """
    by_lower = {name.lower(): name for name in known}
    begun = [name for name in by_lower if name.startswith(f"{wrong.lower()}_")]
    near = get_close_matches(wrong.lower(), by_lower, n=1, cutoff=likeness) or begun
    return f"; did you mean “{by_lower[near[0]]}”?" if near else ""


def problems(
    error: ValidationError, model: type[BaseModel], hidden: Iterable[str] = ()
) -> list[str]:
    """Say what is wrong with each value, three at most.

    `model` is what was validated, so that unknown fields are told which there are; `hidden` are
    fields that nobody is to write.
    """
    found: dict[str, str] = {}
    for one in error.errors(include_url=False):
        names, owner = _place(one["loc"], model)
        place = ".".join(names)
        found.setdefault(place, _problem(one, place, owner, frozenset(hidden)))
    return list(found.values())[:MOST_PROBLEMS]


def in_words(problem: ErrorDetails) -> str:
    """Say what a value has to be, or what is wrong with it, without its name."""
    context = cast("Mapping[str, Any]", problem.get("ctx", {}))
    kind = problem["type"]
    if kind in ("enum", "literal_error"):
        return _choice(problem["input"], str(context.get("expected", "")))
    if kind == "string_too_short" and context.get("min_length") == 1:
        return "it may not be empty"
    if kind in WORDS:
        return WORDS[kind].format_map({"s": "", **context})
    return re.sub(r"^(Value|Assertion) (error|failed), ", "", problem["msg"])


# pydantic's kinds of error, as a person would say them.
WORDS = {
    "missing": "it has to be given",
    "bool_parsing": "it has to be true or false",
    "bool_type": "it has to be true or false",
    "int_parsing": "it has to be a whole number",
    "int_from_float": "it has to be a whole number",
    "int_type": "it has to be a whole number",
    "int_parsing_size": "it has to be a smaller number",
    "float_parsing": "it has to be a number",
    "float_type": "it has to be a number",
    "finite_number": "it has to be a number with an end",
    "greater_than": "it has to be more than {gt}",
    "greater_than_equal": "it has to be {ge} or more",
    "less_than": "it has to be less than {lt}",
    "less_than_equal": "it has to be {le} or less",
    "string_type": "it has to be text; put it in quotes",
    "string_unicode": "it has to be text",
    "string_too_short": "it is shorter than {min_length:,} characters",
    "string_too_long": "it has more than {max_length:,} characters",
    "too_short": "it needs at least {min_length}",
    "too_long": "it has more than {max_length}",
    "tuple_type": "it has to be a list",
    "list_type": "it has to be a list",
    "dict_type": "it has to be a table of names and values",
    "model_type": "it has to be a table of names and values",
    "model_attributes_type": "it has to be a table of names and values",
    "byte_size": "it has to be a size such as 2 GB",
    "byte_size_unit": "it has to be a size such as 2 GB",
    "ip_any_network": "it has to be a network such as 10.0.0.0/8",
    "url_parsing": "it has to be an address such as https://example.com",
    "url_scheme": "it has to be an address that begins with http:// or https://",
    "url_type": "it has to be an address such as https://example.com",
    "url_too_long": "it has more than {max_length:,} characters",
    "path_type": "it has to be a path",
}


# What no keyboard makes and no program takes as text; line ends and tabs are none of them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def without_controls(text: str) -> str:
    r"""Spell control characters out, since a record with one can't be read back.

    >>> without_controls("a\0b")
    'a\\x00b'
    """
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def quoted(value: Any) -> str:
    """Quote a wrong value, as far as it helps to see it again; a secret never."""
    if isinstance(value, SecretStr):
        return "“…”"
    text = value if isinstance(value, str) else repr(value)
    line = without_controls(" ".join(text.split()))
    return f"“{line[:LONGEST_QUOTE]}{'…' if len(line) > LONGEST_QUOTE else ''}”"


def _problem(one: ErrorDetails, place: str, owner: type[BaseModel], hidden: frozenset[str]) -> str:
    if one["type"] == "extra_forbidden":
        known = [name for name in owner.model_fields if name not in hidden]
        choices = f" (fields are {', '.join(known)})"
        return (
            f"it has no field “{place}”{did_you_mean(place.rpartition('.')[2], known) or choices}"
        )
    name = f"“{place}”" if place else "this"
    if one["type"] in UNQUOTED:
        return f"{name}: {in_words(one)}"
    return f"{name} is {quoted(one['input'])}; {in_words(one)}"


# Kinds of error where it helps nobody to see the value again.
UNQUOTED = frozenset({"missing", "too_short", "too_long", "string_too_long", "string_too_short"})


def _place(loc: tuple[int | str, ...], model: type[BaseModel]) -> tuple[list[str], type[BaseModel]]:
    """Name a place as a person would, and find the model that the last of the names belongs to."""
    names: list[str] = []
    owner = model
    for part in loc:
        if not isinstance(part, str) or part in ("[key]", "nullable") or "[" in part:
            continue
        names.append(part)
        inner = _model_of(owner, part)
        if inner is None:
            break
        owner = inner
    return names, owner


def _model_of(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """Find the model a field holds, through unions and containers."""
    field = model.model_fields.get(name)
    waiting: list[Any] = [field.annotation] if field else []
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one
        waiting.extend(get_args(one))
    return None


def _choice(value: Any, expected: str) -> str:
    """Name the choices, and first the one that was probably meant."""
    choices = re.findall(r"'([^']*)'", expected)
    if not choices:
        return f"it has to be {expected}"
    names = choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"
    return f"it has to be {names}{did_you_mean(str(value), choices)}"
