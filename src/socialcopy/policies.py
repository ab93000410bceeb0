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
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
)

from socialcopy.models import Brief, Value

FILE = "socialcopy.toml"
LONGEST_BYTES = 100_000


class PolicyError(Exception):
    """The file can't be read; nothing is taken up under rules that nobody wrote."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
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


class Policy(Value):
    """What holds for one prefix."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    brief: Brief = Brief()
    """Defaults of the brief; parameters, a folder's brief and a video's own go over them."""

    settle_seconds: NonNegativeFloat = Field(default=0, le=86_400)
    """An upload counts as whole when it was seen unchanged so far apart; 0 for stores where
    objects appear whole, as on S3."""

    credit_ceiling: NonNegativeInt | None = None
    """Credits that may be spent on the prefix in a day (UTC, by the store's clock)."""

    videos_per_day: PositiveInt | None = None
    """Videos of the prefix that are taken up in a day (UTC, by the store's clock); what is
    refused counts for nothing, here and below."""

    minutes_per_day: PositiveFloat | None = None
    """Their minutes. A video longer than all of them takes a whole day for itself."""

    bytes_per_day: Annotated[ByteSize, Field(ge=1)] | None = None
    """Their size, such as `2_000_000_000` or `"2 GB"`; larger ones as with minutes."""

    message_credits: PositiveInt = 50
    """The most one message costs, reserved before it is sent (NemoVideo: about 50)."""

    concurrency: PositiveInt | None = None
    """Videos of the prefix worked on at the same time; none for `WATCH_CONCURRENCY`."""

    videos_per_session: PositiveInt = 1
    """Videos that share an editing session, one after the other, where a service charges for each
    session; one whose brief has an instruction gets a session of its own."""

    same_bytes: SameBytes = SameBytes.REDO
    """`skip` refuses bytes that were delivered under another name, with a pointer there."""

    after: After = After.STAY
    """What happens to a delivered video: `stay`, `tag`, `move` or `delete`."""

    delete_after_days: NonNegativeFloat = 30
    """For `after = "delete"`: days between the delivery and the end of the video."""


class Policies(Value):
    """The whole file."""

    defaults: Policy = Policy()
    prefix: dict[str, Policy] = Field(default_factory=dict)

    def prefix_of(self, key: str) -> str:
        """The longest prefix of the file that fits a key; empty when none does."""
        return max((p for p in self.prefix if key.startswith(p)), key=len, default="")

    def of(self, key: str) -> Policy:
        """What holds for a key."""
        return self.prefix.get(self.prefix_of(key), self.defaults)


class _Written(BaseModel):
    """The file's own shape: a prefix says only what is different."""

    model_config = ConfigDict(extra="forbid")

    defaults: dict[str, Any] = {}
    prefix: dict[str, dict[str, Any]] = {}


def parse(data: bytes) -> Policies:
    """Read the file. Raises PolicyError, which says where and what is wrong."""
    if len(data) > LONGEST_BYTES:
        raise PolicyError(f"it is longer than {LONGEST_BYTES:,} bytes")
    try:
        written = _Written.model_validate(tomllib.loads(data.decode()))
        return Policies(
            defaults=_policy("defaults", written.defaults, {}),
            prefix={
                prefix: _policy(f'prefix."{prefix}"', own, written.defaults)
                for prefix, own in written.prefix.items()
            },
        )
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"it is no TOML ({error})") from None
    except ValidationError as error:
        raise PolicyError(_told("", error)) from None


def _policy(table: str, own: dict[str, Any], defaults: dict[str, Any]) -> Policy:
    briefs = [defaults.get("brief", {}), own.get("brief", {})]
    if not all(isinstance(brief, dict) for brief in briefs):
        raise PolicyError(f"[{table}] brief: it is no table of its own")
    brief = {name: value for said in briefs for name, value in said.items()}
    try:
        return Policy.model_validate({**defaults, **own, "brief": brief})
    except ValidationError as error:
        raise PolicyError(_told(table, error)) from None


def _told(table: str, error: ValidationError) -> str:
    """Each fault as a person would say it: where, and what."""
    return "; ".join(
        f"[{table}] " * bool(table) + ".".join(map(str, fault["loc"])) + f": {fault['msg']}"
        for fault in error.errors(include_url=False)
    )
