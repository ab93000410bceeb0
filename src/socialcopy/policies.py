"""What holds for the videos of a prefix: `socialcopy.toml`, in the bucket beside the inbox.

```toml
[defaults]
settle_seconds = 0

[prefix."nightly/"]
credit_ceiling = 200
after = "move"

[prefix."nightly/".brief]
who = "Harbor, a small maker of travel mugs"
platforms = ["instagram", "x"]
```

A prefix takes what it does not say from `[defaults]`; of several prefixes that fit a key, the
longest counts. The file lies in the bucket, so that every watcher on every machine goes by the
same one.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ByteSize,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
)

from socialcopy.errors import data_error
from socialcopy.models import PRIVATE_FIELDS, Brief, StrictValue, Value
from socialcopy.models.validation import TextShape, problems

FILE = "socialcopy.toml"
LONGEST_BYTES = 100_000
NIGHT_QUEUE = "night"
# More than anybody has; a figure beyond it is a slip of the finger.
MOST_CREDITS = 100_000_000


@data_error()
class PolicyError(Exception):
    """The file can't be read; nothing is taken up under rules that nobody wrote."""

    cause: str
    name: str = ""
    """Of a file on this machine; empty for the one in the bucket."""

    def __str__(self) -> str:
        if self.name:
            return f"{self.name} can't be used: {self.cause}"
        return (
            f"{FILE} in the bucket can't be used: {self.cause}. Nothing is taken up until it is "
            f"mended; `socialcopy policies {FILE}` checks a file and puts it there"
        )


class After(StrEnum):
    """What happens to a video once its delivery is complete."""

    STAY = "stay"
    TAG = "tag"
    """It gets the tag `socialcopy=delivered`, on stores where tags are safe."""
    MOVE = "move"
    """It is moved to `done/`, under its own key."""
    DELETE = "delete"
    """It is deleted after `delete_after_days`."""


class SameBytes(StrEnum):
    """What happens to a video whose very bytes were delivered under another name."""

    REDO = "redo"
    SKIP = "skip"


class Policy(StrictValue):
    """What holds for one prefix."""

    brief: Brief = Brief()
    """Defaults of the brief; parameters, a folder's brief and a video's own go over them."""

    settle_seconds: NonNegativeFloat = Field(default=0, le=86_400)
    """An upload counts as whole when it was seen unchanged so far apart; 0 for stores where
    objects appear whole, as on S3."""

    credit_ceiling: Annotated[NonNegativeInt, Field(le=MOST_CREDITS)] | None = None
    """Credits that may be spent on the prefix in a day (UTC, by the store's clock)."""

    videos_per_day: Annotated[PositiveInt, Field(le=1_000_000)] | None = None
    """Videos of the prefix that are taken up in a day (UTC, by the store's clock); what is
    refused counts for nothing, here and below."""

    minutes_per_day: Annotated[PositiveFloat, Field(le=10_000_000)] | None = None
    """Their minutes. A video longer than all of them takes a whole day for itself."""

    bytes_per_day: Annotated[ByteSize, Field(ge=1)] | None = None
    """Their size, such as `2_000_000_000` or `"2 GB"`; larger ones as with minutes."""

    message_credits: Annotated[PositiveInt, Field(le=MOST_CREDITS)] = 50
    """The most one message costs, reserved before it is sent (NemoVideo: about 50)."""

    concurrency: Annotated[PositiveInt, Field(le=256)] | None = None
    """Videos of the prefix worked on at the same time; none for `WATCH_CONCURRENCY`."""

    queue: Annotated[str, TextShape(r"[\w.-]{0,100}", "a name such as gpu")] = ""
    """Work queue of the pool for the prefix, such as `gpu`, where `WATCH_DISPATCH=deployment`;
    empty for `default`, and for `night` in a nightly batch."""

    videos_per_session: Annotated[PositiveInt, Field(le=1_000)] = 1
    """Videos that share an editing session, one after the other, where a service charges for each
    session; one whose brief has an instruction gets a session of its own."""

    same_bytes: SameBytes = SameBytes.REDO
    """`skip` refuses bytes that were delivered under another name, with a pointer there."""

    after: After = After.STAY
    """What happens to a delivered video: `stay`, `tag`, `move` or `delete`."""

    delete_after_days: NonNegativeFloat = Field(default=30, le=36_500)
    """For `after = "delete"`: days between the delivery and the end of the video."""


class Policies(Value):
    """The whole file."""

    defaults: Policy = Policy()
    prefix: dict[str, Policy] = Field(default_factory=dict)

    def prefix_of(self, key: str) -> str:
        """Return the longest prefix of the file that fits a key; empty when none does."""
        return max((p for p in self.prefix if key.startswith(p)), key=len, default="")

    def of(self, key: str) -> Policy:
        """Return what holds for a key."""
        return self.prefix.get(self.prefix_of(key), self.defaults)


class _Written(BaseModel, extra="forbid"):
    """The file's own shape: a prefix says only what is different."""

    defaults: dict[str, Any] = {}
    prefix: dict[str, dict[str, Any]] = {}


def parse(data: bytes, name: str = "") -> Policies:
    """Read the file; `name` is that of a file on this machine.

    Raises PolicyError, which says where and what is wrong.
    """
    try:
        return _parsed(data)
    except PolicyError as error:
        raise PolicyError(error.cause, name) from None


def _parsed(data: bytes) -> Policies:
    if len(data) > LONGEST_BYTES:
        raise PolicyError(f"it is longer than {LONGEST_BYTES:,} bytes")
    try:
        written = _Written.model_validate(tomllib.loads(data.decode()))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PolicyError(f"it is no TOML ({error})") from None
    except ValidationError as error:
        raise PolicyError("; ".join(problems(error, _Written))) from None
    except ValueError:  # Python's own limit, which tomllib passes on
        raise PolicyError("a number in it has thousands of digits") from None
    return Policies(
        defaults=_policy("defaults", written.defaults, {}),
        prefix={
            prefix: _policy(f'prefix."{prefix}"', own, written.defaults)
            for prefix, own in written.prefix.items()
        },
    )


def _policy(table: str, own: dict[str, Any], defaults: dict[str, Any]) -> Policy:
    briefs = [defaults.get("brief", {}), own.get("brief", {})]
    if not all(isinstance(brief, dict) for brief in briefs):
        raise PolicyError(f"[{table}] “brief”: it has to be a table of its own")
    brief = {name: value for said in briefs for name, value in said.items()}
    private = PRIVATE_FIELDS & brief.keys()
    if private:
        raise PolicyError(f"[{table}] it has no field “brief.{min(private)}”")
    try:
        return Policy.model_validate({**defaults, **own, "brief": brief})
    except ValidationError as error:
        told = "; ".join(problems(error, Policy, PRIVATE_FIELDS))
        raise PolicyError(f"[{table}] {told}") from None
