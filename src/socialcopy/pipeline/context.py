"""Everything a stage needs to know about the outside, gathered once at the edge."""

from __future__ import annotations

import functools
import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

from pydantic import Field

from socialcopy import local_files
from socialcopy.models import Claim, Value
from socialcopy.service import service
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    OperationsSettings,
    S3Settings,
    SpeechSettings,
    WatchSettings,
)
from socialcopy.storage.bucket import Bucket

LEFTOVER_SECONDS = 86_400.0
"""No job works on one file for a day; other stacks may share the folder."""

STORE_DIGITS = 8
"""That tell the stores of one machine apart in a folder's name."""


class Context(Value):
    """The settings of one process, passed down; nothing in it is a connection."""

    data: DataSettings
    s3: S3Settings
    nemo: NemoVideoSettings
    engine: EngineSettings
    speech: SpeechSettings
    media: MediaSettings
    watch: WatchSettings
    operations: OperationsSettings = Field(
        default_factory=lambda: OperationsSettings(notify_urls=None)
    )

    @classmethod
    def from_environment(cls) -> Self:
        """Read all settings; call this at the edge only."""
        return cls(
            data=DataSettings(),
            s3=S3Settings(),
            nemo=NemoVideoSettings(),
            engine=EngineSettings(),
            speech=SpeechSettings(),
            media=MediaSettings(),
            watch=WatchSettings(),
            operations=OperationsSettings(),
        )

    @property
    def bucket(self) -> Bucket:
        """The bucket; one connection pool a process."""
        settings: Any = self.s3  # frozen, hence hashable, which its type does not say
        return _bucket(settings)

    def service(self) -> AbstractContextManager[str]:
        """Open the service for as long as a block lasts: its base URL."""
        return service(self.nemo, self.engine, self.speech, self.media, self.data)

    def work_folder(self, claim: Claim) -> Path:
        """Return where one job keeps its files while it is worked on."""
        return local_files.private_folder(self._work_folder(claim))

    def clear(self, claim: Claim) -> None:
        """Remove a job's files from this machine."""
        shutil.rmtree(self._work_folder(claim), ignore_errors=True)

    def _work_folder(self, claim: Claim) -> Path:
        # Each `caption` has a store of its own with a bucket of the same name, so that the same
        # clip has the same oid there; the cache they share.
        store = self.s3.access_key_id or str(self.s3.endpoint_url)
        name = hashlib.sha256(store.encode()).hexdigest()[:STORE_DIGITS]
        return self.data.cache_dir / "work" / f"{name}-{claim.oid}"

    def leftovers(self) -> Iterator[Path]:
        """Yield the work folders that killed workers left on this machine more than a day ago."""
        for folder in (self.data.cache_dir / "work").glob("*"):
            if time.time() - folder.stat().st_mtime > LEFTOVER_SECONDS:
                yield folder

    def sweep(self) -> None:
        """Remove what killed workers left on this machine."""
        for folder in self.leftovers():
            shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def _bucket(settings: S3Settings) -> Bucket:
    return Bucket(settings)
