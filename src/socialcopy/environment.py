"""Variables of the environment: what each kind of value may be, and what is wrong with one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    IPvAnyNetwork,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as NotJsonError

from socialcopy.errors import data_error
from socialcopy.models.validation import TextShape, did_you_mean, has_to_be, in_words, quoted

MEGABYTE = 1_000_000
DAY_SECONDS = 86_400

# A time that ends: a month at most.
Seconds = Annotated[PositiveFloat, Field(le=30 * DAY_SECONDS, allow_inf_nan=False)]

# A size, or a number of pixels; a petabyte at most.
Bytes = Annotated[PositiveInt, Field(le=10**15)]

Count = Annotated[NonNegativeInt, Field(le=10**9)]


def _absolute(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError:  # ~somebody, who is nobody here
        raise has_to_be("a folder such as ~/socialcopy") from None


# A folder that stays the same when a child process runs elsewhere.
Folder = Annotated[Path, AfterValidator(_absolute)]

Url = Annotated[str, TextShape(r"https?://[^\s/]+\S*", "an address such as https://s3.example.com")]
Port = Annotated[int, Field(ge=0, le=65_535)]
BucketName = Annotated[
    str,
    TextShape(
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "a bucket's name: 3 to 63 small letters, digits, dots and hyphens",
    ),
]
StateUrl = Annotated[
    str,
    TextShape(
        r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?",
        "a bucket and a prefix such as s3://videos/_socialcopy/engine",
    ),
]
Region = Annotated[str, TextShape(r"[a-z0-9-]{1,64}", "a region such as eu-central-1")]
Host = Annotated[str, TextShape(r"[A-Za-z0-9.:_-]{1,253}", "a host such as 127.0.0.1")]
Share = Annotated[float, Field(ge=0, le=1)]


def split_words(value: Any) -> Any:
    """Split a list that is written with commas, or as JSON.

    >>> split_words("read, write"), split_words('["read"]')
    (['read', 'write'], ['read'])
    """
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            raise has_to_be("a list such as a,b") from None
    return [word.strip() for word in value.split(",") if word.strip()]


# Several values, separated by commas.
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split_words)]

# The same, such as 10.0.0.0/8.
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(split_words)]


@data_error()
class SettingsError(Exception):
    """A variable of the environment has a value that can't be; nothing runs with it."""

    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"{'; '.join(self.problems)}. docs/reference.md lists every setting"


class Settings(BaseSettings):
    """What all settings have in common: read from the environment, checked, said in words.

    `class DataSettings(Settings, env_prefix="SOCIALCOPY_")` says how its variables begin.
    """

    model_config = SettingsConfigDict(
        frozen=True, use_attribute_docstrings=True, populate_by_name=True, env_ignore_empty=True
    )

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            problems = tuple(_problem(type(self), one) for one in error.errors(include_url=False))
            raise SettingsError(problems) from None
        except NotJsonError as error:
            raise SettingsError((f"{error}: it has to be JSON",)) from None

    @classmethod
    def variables(cls) -> Iterator[str]:
        """Yield the name of every variable that is read."""
        for field in cls.model_fields:
            yield from cls.names_of(field)

    @classmethod
    def names_of(cls, field: str) -> tuple[str, ...]:
        """Give the variables that set a field, its own name first."""
        alias = cls.model_fields[field].validation_alias
        if isinstance(alias, AliasChoices):
            return tuple(str(choice) for choice in alias.choices)
        # pydantic-settings names a variable like this unless an alias says otherwise.
        return (f"{cls.model_config.get('env_prefix', '')}{field.upper()}",)


def _problem(settings: type[Settings], problem: ErrorDetails) -> str:
    if not problem["loc"]:
        return in_words(problem)
    name = str(problem["loc"][0])
    if name not in settings.model_fields:  # said by its variable
        return f"{name} is {quoted(problem['input'])}; {in_words(problem)}"
    kind = settings.model_fields[name].annotation
    is_secret = kind is SecretStr or SecretStr in get_args(kind)
    value = "not right" if is_secret else quoted(problem["input"])
    return f"{settings.names_of(name)[0]} is {value}; {in_words(problem)}"


# Likeness from which a variable was probably meant for one of ours.
NEAR = 0.75


def unknown_variables(environment: Mapping[str, str], *, far: bool = False) -> list[str]:
    """Name variables that look like settings of ours and are none, with the nearest right one.

    With `far` also those that begin like ours and are near to none.
    """
    known = {
        name.upper() for settings in Settings.__subclasses__() for name in settings.variables()
    }
    prefixes = {s.model_config.get("env_prefix", "") for s in Settings.__subclasses__()} - {""}
    found: list[str] = []
    for name in sorted(environment):
        if name.upper() in known or name.startswith("AWS_"):  # boto3 reads many of these
            continue
        near = did_you_mean(name, known, NEAR)
        if near or (far and name.upper().startswith(tuple(prefixes))):
            found.append(f"{name} is no setting of ours{near}")
    return found


def read_all() -> None:
    """Read every setting once. Raises SettingsError with all that is wrong."""
    problems: list[str] = []
    for settings in Settings.__subclasses__():
        try:
            settings()
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(tuple(dict.fromkeys(problems)))
