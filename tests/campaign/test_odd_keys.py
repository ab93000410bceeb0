"""Names as people and machines make them: each its own delivery, and nothing outside its folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.cli import oneoff
from socialcopy.cli.oneoff import Place
from socialcopy.engine.app import create_app
from socialcopy.engine.server import serve
from socialcopy.settings import S3Settings
from socialcopy.stages import delivery, intake
from tests.campaign.auditor import audit
from tests.campaign.forkserver import BRIEF, Encoder
from tests.campaign.yard import distinct, drop, tiny_clip, workshop

LONGEST_KEY_BYTES = 1_024
CAFE = "caf\u00e9"
LONG = "/".join("d" * 60 for _ in range(16))

ODD = {
    "spaces": "inbox/my  own clip .mp4",
    "hash": "inbox/take#2.mp4",
    "escaped plus": "inbox/a%2Bb.mp4",
    "plus": "inbox/a+b.mp4",
    "emoji": "inbox/🎬🔥.mp4",
    "NFC": f"inbox/{unicodedata.normalize('NFC', CAFE)}.mp4",
    "NFD": f"inbox/{unicodedata.normalize('NFD', CAFE)}.mp4",
    "leading minus": "inbox/-rf.mp4",
    "quotes": 'inbox/it\'s "the" one & <only>.mp4',
    "1,024 bytes": f"inbox/{LONG}/".ljust(LONGEST_KEY_BYTES - 4, "x") + ".mp4",
    "newline": "inbox/two\nlines.mp4",
    "parent": "inbox/../escaped.mp4",
    "parents": "inbox/a/../../../../etc/passwd.mp4",
}


@pytest.fixture
def place(store: S3Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    shop = workshop(tmp_path / "worker", store.model_copy(update={"bucket": "odd-keys"}))
    shop.bucket.ensure()
    monkeypatch.setattr(delivery, "render_all", Encoder(tmp_path / "encoded", delivery.render_all))
    with serve(create_app(shop.engine, shop.speech, shop.media, shop.data)) as api_url:
        yield Place(shop, api_url)


def test_every_odd_key_is_its_own_delivery_inside_its_folder(place: Place, tmp_path: Path):
    shop, clip = place.shop, tiny_clip(tmp_path)
    jobs = [
        drop(shop.bucket, name, distinct(clip, n), key=key)
        for n, (name, key) in enumerate(ODD.items())
    ]
    before = set(shop.bucket.list_keys(""))
    assert {job.key for job in jobs} <= before
    for source in intake.find_waiting(shop, keys.INBOX, BRIEF):
        claim = intake.claim_video(shop, source.key, BRIEF)
        assert claim
        with intake.holding(shop, claim):
            oneoff._walk(place, claim, lambda *_: None)
    found = audit(shop.bucket, shop.data.data_dir / "engine", {job.key: job.etag for job in jobs})
    written = set(shop.bucket.list_keys("")) - before
    oids = {job.oid for job in jobs}

    assert found.faults == ()
    assert found.delivered == len(ODD)
    assert not [key for key in written if not oids & set(key.split("/"))]
    assert not [key for key in written if not key.startswith((keys.OUTBOX, keys.PRIVATE))]
    assert {path.name for path in tmp_path.iterdir()} == {"worker", "encoded", "tiny.mp4"}
