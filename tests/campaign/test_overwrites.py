"""A video replaced while it is read: never mixed bytes, and the last version is delivered."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.settings import S3Settings
from socialcopy.stages import intake
from socialcopy.stages.workshop import Workshop
from socialcopy.storage.errors import StorageError
from tests.campaign.forkserver import BRIEF
from tests.campaign.report import write_down
from tests.campaign.watchers import deliver
from tests.campaign.yard import workshop

SIZE_BYTES = 9 << 20
WORD_BYTES = 8
KEY = f"{keys.INBOX}storm.mp4"


def version(number: int) -> bytes:
    """Nine MiB of nothing but its own number."""
    return number.to_bytes(WORD_BYTES, "big") * (SIZE_BYTES // WORD_BYTES)


class Reader:
    """Claims whatever version is there, fetches it, and delivers what it got."""

    def __init__(self, shop: Workshop, folder: Path) -> None:
        self._shop = shop
        self._folder = folder
        self.delivered: list[int] = []
        self.refused = 0
        self.mixed = 0

    def look(self) -> bool:
        """One scan; whether there was anything to do."""
        waiting = list(intake.find_waiting(self._shop, keys.INBOX, BRIEF))
        for source in waiting:
            try:
                self._take(source.key)
            except StorageError:  # replaced while it was read: the next scan finds the new one
                self.refused += 1
        return bool(waiting)

    def _take(self, key: str) -> None:
        claim = intake.claim_video(self._shop, key, BRIEF)
        if claim is None:
            return
        with intake.holding(self._shop, claim):
            path = self._folder / "fetched"
            self._shop.bucket.download(claim.source, path)
            data = path.read_bytes()
            self.mixed += data != data[:WORD_BYTES] * (SIZE_BYTES // WORD_BYTES)
            self.delivered.append(int.from_bytes(data[:WORD_BYTES], "big"))
            deliver(self._shop, claim, data[:WORD_BYTES])


@pytest.mark.parametrize("overwrites", [20, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.timeout(3_600)
def test_a_video_that_is_overwritten_while_it_is_read_is_never_mixed(
    store: S3Settings, tmp_path: Path, overwrites: int
):
    shop = workshop(tmp_path, store.model_copy(update={"bucket": f"storm-{overwrites}"}))
    shop.bucket.ensure()
    reader, done = Reader(shop, tmp_path), threading.Event()

    def overwrite() -> None:
        for number in range(1, overwrites + 1):
            shop.bucket.write(KEY, version(number), "video/mp4")
        done.set()

    writer = threading.Thread(target=overwrite)
    writer.start()
    while not done.is_set() or reader.look():
        reader.look()
    writer.join()
    write_down(
        f"overwrites-{overwrites}",
        overwrites=overwrites,
        delivered=len(reader.delivered),
        refused=reader.refused,
        mixed=reader.mixed,
    )

    assert reader.mixed == 0
    assert reader.delivered[-1] == overwrites
    assert len(set(reader.delivered)) == len(reader.delivered)
    assert reader.refused > 0  # else nothing was overwritten while it was read
