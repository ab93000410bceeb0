"""Follow a video from the drop to its delivery, by what the bucket says."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from socialcopy import keys
from socialcopy.models import Brief, SourceVideo
from socialcopy.pipeline.briefs import brief_of
from socialcopy.pipeline.outcomes import Ending, Outcome, outcome_of
from socialcopy.storage import journal
from socialcopy.storage.bucket import Bucket

__all__ = ["Ending", "Outcome", "fetch", "fetch_early", "follow", "outcome_of"]

POLL_SECONDS = 0.5

STEPS = {
    "session": ("checked, session opened", 15),
    "upload": ("uploaded", 20),
    "caption-intent-1": ("listening and writing captions", 25),
    "caption-receipt": ("captions written", 50),
    "render-1": ("rendering", 55),
    "conform": ("captions and subtitles are in the outbox; encoding", 65),
    "publish": ("publishing", 95),
}
"""What each journal entry means to a person, and how far it is, in percent."""


EARLY = (".txt", ".md", ".json", ".srt", ".vtt")
"""What a delivery holds before its first MP4."""


def follow(
    bucket: Bucket, source: SourceVideo, brief: Brief, on_progress: Callable[[str, int], None]
) -> Outcome:
    """Wait until a video has ended, saying how far it is on the way."""
    oid = source.oid(brief_of(bucket, source.key, brief))
    while (outcome := outcome_of(bucket, source, oid)) is None:
        on_progress(*progress(bucket, oid))
        time.sleep(POLL_SECONDS)
    on_progress(outcome.ending, 100)
    return outcome


def progress(bucket: Bucket, oid: str) -> tuple[str, int]:
    """How far a job is: a phrase and a percentage."""
    done = journal.steps(bucket, oid)
    reached = [STEPS[step] for step in STEPS if step in done]
    if reached and reached[-1] == STEPS["conform"]:
        phrase, percent = reached[-1]
        return phrase, percent + (STEPS["publish"][1] - percent) * _encoded(bucket, oid) // 100
    if reached:
        return reached[-1]
    return ("checking", 8) if bucket.exists(keys.claim(oid)) else ("waiting to be noticed", 2)


def _encoded(bucket: Bucket, oid: str) -> int:
    """How far the encoders are, in percent."""
    found = bucket.read(keys.progress(oid))
    return int(json.loads(found.data)["percent"]) if found else 0


def fetch_early(bucket: Bucket, prefix: str, folder: Path) -> None:
    """Copy the texts that are there before the manifest: captions, subtitles, transcript."""
    folder.mkdir(parents=True, exist_ok=True)
    for key in bucket.list_keys(prefix):
        if Path(key).suffix in EARLY:
            bucket.download(bucket.head(key), folder / Path(key).name)


def fetch(bucket: Bucket, outcome: Outcome, folder: Path) -> Path:
    """Copy a delivery into a folder of this machine: its manifest and every file that names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.json", *(file["name"] for file in outcome.document["files"])):
        # A job that was taken over while it was published has its files in a folder inside.
        bucket.download(bucket.head(f"{outcome.prefix}{name}"), folder / Path(name).name)
    return folder
