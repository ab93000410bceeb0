"""Names as people and machines make them: each its own delivery, and nothing outside its folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.cli import local
from socialcopy.cli.local import LocalPipeline
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import conform, discover
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StoreUnreachableError
from tests.campaign.auditor import audit
from tests.campaign.forkserver import BRIEF, Encoder
from tests.campaign.worker_pool import distinct, drop, make_context, tiny_clip

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
    "markup": 'inbox/it\'s "the" one & <only>.mp4',
    "1,024 bytes": f"inbox/{LONG}/".ljust(LONGEST_KEY_BYTES - 4, "x") + ".mp4",
    "newline": "inbox/two\nlines.mp4",
}
CLIMBING = {
    "parent": "inbox/../escaped.mp4",
    "parents": "inbox/a/../../../../etc/passwd.mp4",
    "from the root": "../outside.mp4",
}
"""The embedded store refuses these itself; AWS and moto take them."""


Placing = Callable[[S3Settings], LocalPipeline]


@pytest.fixture
def placed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Placing]:
    """A bucket and an engine for one test, over whatever store."""
    monkeypatch.setattr(conform, "render_all", Encoder(tmp_path / "encoded", conform.render_all))
    with ExitStack() as open_:

        def pipeline(s3: S3Settings) -> LocalPipeline:
            context = make_context(
                tmp_path / "worker", s3.model_copy(update={"bucket": "odd-keys"})
            )
            context.bucket.ensure()
            app = create_app(context.engine, context.speech, context.media, context.data)
            return LocalPipeline(context, open_.enter_context(serve(app)))

        yield pipeline


def delivered_once_and_inside(pipeline: LocalPipeline, tmp_path: Path, odd: dict[str, str]) -> None:
    context, clip = pipeline.context, tiny_clip(tmp_path)
    jobs = [
        drop(context.bucket, name, distinct(clip, n), key=key)
        for n, (name, key) in enumerate(odd.items())
    ]
    before = set(context.bucket.list_keys(""))
    assert {job.key for job in jobs} <= before
    for number, source in enumerate(discover.find_waiting(context, "", BRIEF)):
        nemo = context.nemo.model_copy(update={"client_id": f"odd-{number}"})
        own = LocalPipeline(context.model_copy(update={"nemo": nemo}), pipeline.api_url)
        job = claim_module.claim_video(own.context, source.key, BRIEF)
        assert job
        with claim_module.holding(job):
            local.walk(job, own.api_url, lambda *_: None)
    found = audit(
        context.bucket, context.data.data_dir / "engine", {job.key: job.etag for job in jobs}
    )
    written = set(context.bucket.list_keys("")) - before
    oids = {job.oid for job in jobs}

    assert found.faults == ()
    assert found.delivered == len(odd)
    indexed = {key for key in written if key.startswith(keys.CONTENTS)}  # by hashes alone
    others = written - indexed
    assert not [key for key in others if not oids & set(key.replace(".", "/").split("/"))]
    assert all(re.fullmatch(r"[0-9a-f/-]+", key.removeprefix(keys.CONTENTS)) for key in indexed)
    assert not [key for key in written if not key.startswith((keys.OUTBOX, keys.PRIVATE))]
    assert not [key for key in written if ".." in key.split("/")]
    assert {path.name for path in tmp_path.iterdir()} == {"worker", "encoded", "tiny.mp4"}


def test_every_odd_key_is_its_own_delivery_inside_its_folder(
    placed: Placing, store: S3Settings, tmp_path: Path
):
    delivered_once_and_inside(placed(store), tmp_path, ODD)


def test_a_key_that_climbs_is_its_own_delivery_inside_its_folder(
    placed: Placing, moto: S3Settings, tmp_path: Path
):
    delivered_once_and_inside(placed(moto), tmp_path, CLIMBING)


@pytest.mark.parametrize("key", CLIMBING.values())
def test_the_embedded_store_refuses_a_key_that_climbs(bucket: Bucket, key: str):
    with pytest.raises(StoreUnreachableError):
        bucket.write(key, b"bytes", "video/mp4")

    assert list(bucket.list_keys("")) == []
