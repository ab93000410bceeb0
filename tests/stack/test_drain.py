"""A watcher as a real process, told to stop: what it has begun is finished, or given back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.models import Brief
from socialcopy.settings import S3Settings, WatchSettings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from tests.conftest import ROOT, own_folders


@contextmanager
def watcher(
    store: S3Settings, folder: Path, bucket: Bucket, **variables: str
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m flows.watch_bucket` with an engine and a Prefect server of its own."""
    secret, data = store.secret_access_key, own_folders(folder)
    assert secret
    environment = {
        **os.environ, "S3_BUCKET": bucket.name, "S3_ENDPOINT_URL": str(store.endpoint_url),
        "S3_ACCESS_KEY_ID": str(store.access_key_id),
        "S3_SECRET_ACCESS_KEY": secret.get_secret_value(),
        "SOCIALCOPY_DATA_DIR": str(data.data_dir), "SOCIALCOPY_CACHE_DIR": str(data.cache_dir),
        "PREFECT_HOME": str(folder / "prefect"), "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1", "MEDIA_PRESET": "fast", "MEDIA_SCREEN_FRAMES": "0",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300", "LOG_FORMAT": "json",
        **variables,
    }  # fmt: skip
    with (folder / "watcher.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flows.watch_bucket"],
            cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def until(happened: Callable[[], object], seconds: float = 400) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def begun(bucket: Bucket, oid: str) -> bool:
    return any(True for _ in bucket.list_keys(keys.journal(oid)))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_sigterm_lets_a_video_finish_and_takes_up_no_other(
    store: S3Settings, bucket: Bucket, clips: Path, tmp_path: Path
):
    bucket.upload(clips / "silent.mp4", "inbox/a.mp4", "video/mp4")
    first = bucket.head("inbox/a.mp4")
    with watcher(store, tmp_path, bucket, WATCH_DRAIN_SECONDS="300") as process:
        until(lambda: begun(bucket, first.oid(Brief())))
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        bucket.upload(clips / "spoken.mp4", "inbox/b.mp4", "video/mp4")
        code = process.wait(310)

    second = bucket.head("inbox/b.mp4")
    assert code == 0, (tmp_path / "watcher.log").read_text()[-3_000:]
    assert bucket.exists(keys.finished(first.oid(Brief())))
    assert not bucket.exists(keys.claim(second.oid(Brief())))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_does_not_finish_in_time_is_given_back_at_once(
    store: S3Settings, bucket: Bucket, clips: Path, tmp_path: Path
):
    bucket.upload(clips / "spoken.mp4", "inbox/a.mp4", "video/mp4")
    source = bucket.head("inbox/a.mp4")
    with watcher(store, tmp_path, bucket, WATCH_DRAIN_SECONDS="0.1") as process:
        until(lambda: begun(bucket, source.oid(Brief())))
        process.send_signal(signal.SIGTERM)
        code = process.wait(120)

    assert code == 0, (tmp_path / "watcher.log").read_text()[-3_000:]
    assert not bucket.exists(keys.finished(source.oid(Brief())))
    # Not only free because the process is gone: released, as another machine sees it.
    found = bucket.read(keys.claim(source.oid(Brief())))
    assert found
    record = claims.ClaimRecord.model_validate_json(found.data)
    assert record.state is claims.ClaimState.RELEASED
    assert record.failures == ()
    again = claims.acquire(bucket, source, Brief(), owner="other", watch=WatchSettings())
    assert again is not None
