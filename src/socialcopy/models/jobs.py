"""One job from the dropped object to what it ended with."""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from socialcopy.models.brief import Brief
from socialcopy.models.captions import CaptionSet
from socialcopy.models.platforms import Platform
from socialcopy.models.validation import TextShape
from socialcopy.models.value import Value

# Where a video is in the bucket, for example `inbox/launch.mp4`.
VideoKey = Annotated[str, Field(min_length=1, max_length=1_024)]

# The id of a job, as `socialcopy status` lists it.
Oid = Annotated[str, TextShape(r"[0-9a-f]{16}", "the 16 letters and digits of a job's id")]

Prefix = Annotated[
    str, TextShape(r"[^/\x00-\x1f][^\x00-\x1f]{0,511}", "a folder of the bucket such as inbox/")
]


class SourceVideo(Value):
    """One version of one object that somebody dropped."""

    bucket: str
    key: str
    etag: str
    """The store's ETag without quotes; every read is pinned to it."""
    size_bytes: int

    def oid(self, brief: Brief) -> str:
        """Name this job: 16 hex digits of a SHA-256 over bucket, key, ETag, size and recipe.

        Sixty-four bits: two jobs among a million share a name with a chance below 3e-8.
        """
        return self.oid_with(brief.recipe())

    def oid_with(self, recipe: str) -> str:
        """Name this job by its recipe, where many videos share one."""
        parts = (self.bucket, self.key, self.etag, str(self.size_bytes), recipe)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


class Claim(Value):
    """The right to work on one job, while the lease lasts."""

    oid: str
    epoch: int
    """Grows by one with every take-over; every later write carries it."""
    owner: str
    source: SourceVideo
    brief: Brief
    delivery_prefix: str
    """Where this job's delivery goes, for example `outbox/demo/0123456789abcdef/`."""


class Rejection(Value):
    """Input we refuse; an outcome, not an error."""

    code: str
    """A stable word for machines, for example `too_large`."""
    reason: str
    """What is wrong, in a sentence a marketer understands."""
    advice: str
    """What to do next, in a sentence."""


class DeliveredFile(Value):
    """One file of a delivery, as the manifest lists it."""

    name: str
    size_bytes: int
    sha256: str


class Delivery(Value):
    """What a job ended with: a folder in the outbox whose manifest was written last."""

    oid: str
    source: SourceVideo
    prefix: str
    files: tuple[DeliveredFile, ...]
    captions: CaptionSet
    has_subtitles: bool = False


class Manifest(Value):
    """The content of manifest.json, which is written last and makes a delivery count."""

    version: Literal[1] = 1
    oid: str
    published_at: str
    """By the clock of the machine that wrote it."""
    source: SourceVideo
    brief: Brief
    epoch: int
    project: str | None
    """A link that opens the project in the service's editor; none where it has none."""
    credits_left: int | None
    credits_spent: int | None
    export_blocked: str | None
    """Why the service renders nothing, where it says so."""
    captions: CaptionSet
    renditions: dict[Platform, str]
    """The file of each network that has one."""
    failed: dict[Platform, tuple[str, ...]]
    """What was wrong with the files of the others."""
    files: tuple[DeliveredFile, ...]
