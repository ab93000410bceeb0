"""Files of this machine, captioned without a stack: what lies beside them counts too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy.cli.local import LocalPipeline, caption_files
from socialcopy.cli.progress import Ending
from socialcopy.models import Brief
from socialcopy.pipeline.steps import conform
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from tests.campaign.forkserver import Encoder
from tests.conftest import own_folders
from tests.pipeline.conftest import make_context, served

SRT = b"1\n00:00:00,500 --> 00:00:03,000\nThe words somebody wrote.\n"
SCRIPT_LETTERS = "".join(chr(0x1D4D0 + number % 26) for number in range(61))


@pytest.fixture
def pipeline(
    bucket: Bucket, store: S3Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LocalPipeline]:
    """A store and an engine for one run; what was encoded once is not encoded again."""
    monkeypatch.setattr(conform, "render_all", Encoder(tmp_path / "encoded", conform.render_all))
    with served(make_context(own_folders(tmp_path), store, bucket.name)) as pipeline:
        yield pipeline


def test_files_of_one_name_and_of_odd_names_each_get_their_own_delivery(
    pipeline: LocalPipeline, clips: Path, tmp_path: Path
):
    first, second = tmp_path / "one", tmp_path / "two"
    for folder in (first, second):
        folder.mkdir()
        shutil.copy(clips / "text.mp4", folder / "clip.mp4")
    shutil.copy(clips / "silent.mp4", second / f"{SCRIPT_LETTERS}.mp4")
    (second / f"{SCRIPT_LETTERS}.srt").write_bytes(SRT)
    (second / "clip.brief.yaml").write_text("colour: red")
    files = [first / "clip.mp4", second / "clip.mp4", second / f"{SCRIPT_LETTERS}.mp4"]

    outcomes = list(
        caption_files(pipeline, files, Brief(), tmp_path / "out", lambda _: lambda _phrase, _: None)
    )

    unread, misread, delivered = outcomes
    assert [outcome.key for outcome in outcomes] == [
        "inbox/clip.mp4",
        "inbox/2/clip.mp4",
        f"inbox/2/{SCRIPT_LETTERS}.mp4",
    ]
    assert (unread.ending, misread.ending) == (Ending.REJECTED, Ending.REJECTED)
    assert "not a video" in unread.document["reason"]
    assert "clip.brief.yaml can't be used" in misread.document["reason"]
    assert delivered.ending is Ending.DELIVERED
    assert Path(delivered.folder) == tmp_path / "out" / SCRIPT_LETTERS[:45]
    assert "The words somebody wrote." in (Path(delivered.folder) / "subtitles.srt").read_text()
