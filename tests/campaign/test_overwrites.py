"""A video replaced while it is read: never mixed bytes, and the last version is delivered."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Self

import pytest

from socialcopy import keys
from socialcopy.models import SourceVideo
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import discover
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StorageError
from tests.campaign.forkserver import BRIEF
from tests.campaign.report import write_down
from tests.campaign.watchers import deliver
from tests.campaign.worker_pool import make_context

SIZE_BYTES = 9 << 20
WORD_BYTES = 8
KEY = f"{keys.INBOX}storm.mp4"
BEFORE = 0
"""The moment between the claim and the first byte; moment n lies after the nth piece."""

PIECES = 9
"""`Bucket.download` reads a MiB at a time."""


def version(number: int) -> bytes:
    """Nine MiB of nothing but its own number."""
    return number.to_bytes(WORD_BYTES, "big") * (SIZE_BYTES // WORD_BYTES)


class OverwrittenBody:
    """A body during whose reading something happens."""

    def __init__(self, body: IO[bytes], moment: int, happen: Callable[[], None]) -> None:
        self._body = body
        self._pieces_left = moment
        self._happen = happen

    def read(self, size: int) -> bytes:
        piece = self._body.read(size)
        self._pieces_left -= 1
        if self._pieces_left == 0:
            self._happen()
        return piece

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._body.close()


class OverwritingBucket(Bucket):
    """A bucket whose video is replaced at a moment of each reading, until the storm is over."""

    def __init__(self, settings: S3Settings, overwrites: int) -> None:
        super().__init__(settings)
        self._lot = random.Random(overwrites)
        self._left = overwrites
        self.written = 1
        self.moments: Counter[int] = Counter()
        self.write(KEY, version(1), "video/mp4")

    def _overwrite(self) -> None:
        self._left -= 1
        self.written += 1
        self.write(KEY, version(self.written), "video/mp4")

    def open(self, source: SourceVideo) -> IO[bytes]:
        if not self._left:
            return super().open(source)
        moment = self._lot.randint(BEFORE, PIECES)
        self.moments[moment] += 1
        if moment == BEFORE:
            self._overwrite()
            return super().open(source)
        body: Any = OverwrittenBody(super().open(source), moment, self._overwrite)
        return body


class Reader:
    """Claims whatever version is there, fetches it, and delivers what it got."""

    def __init__(self, context: Context, storm: OverwritingBucket, folder: Path) -> None:
        self._context = context
        self._storm = storm
        self._path = folder / "fetched"
        self.delivered: list[int] = []
        self.refused = 0
        self.mixed = 0

    def look(self) -> bool:
        """One scan; whether there was anything to do."""
        waiting = list(discover.find_waiting(self._context, keys.INBOX, BRIEF))
        for source in waiting:
            try:
                self._take(source.key)
            except StorageError:  # replaced while it was read: the next scan finds the new one
                self.refused += 1
        return bool(waiting)

    def _take(self, key: str) -> None:
        job = claim_module.claim_video(self._context, key, BRIEF)
        if job is None:
            return
        with claim_module.holding(job):
            self._storm.download(job.source, self._path)
            data = self._path.read_bytes()
            self.mixed += data != data[:WORD_BYTES] * (SIZE_BYTES // WORD_BYTES)
            self.delivered.append(int.from_bytes(data[:WORD_BYTES], "big"))
            deliver(job, data[:WORD_BYTES])


@pytest.mark.parametrize("overwrites", [20, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.timeout(3_600)
def test_a_video_that_is_overwritten_while_it_is_read_is_never_mixed(
    store: S3Settings, tmp_path: Path, overwrites: int
):
    s3 = store.model_copy(update={"bucket": f"storm-{overwrites}"})
    context = make_context(tmp_path, s3)
    context.bucket.ensure()
    storm = OverwritingBucket(s3, overwrites)
    reader = Reader(context, storm, tmp_path)
    while reader.look():
        pass
    write_down(
        f"overwrites-{overwrites}",
        overwrites=storm.written - 1,
        before_the_first_byte=storm.moments[BEFORE],
        delivered=len(reader.delivered),
        refused=reader.refused,
        mixed=reader.mixed,
    )

    assert storm.written == overwrites + 1
    assert reader.mixed == 0
    assert reader.delivered[-1] == storm.written
    assert len(set(reader.delivered)) == len(reader.delivered)
    # Whoever opens a version that is gone has to be told so; a version may end while it is read.
    assert reader.refused >= storm.moments[BEFORE] > 0
    assert len(reader.delivered) + reader.refused == overwrites + 1
