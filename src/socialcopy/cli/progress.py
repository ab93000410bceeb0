"""Follow a video from the drop to its delivery, by what the bucket says."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from pathlib import Path

from socialcopy import keys, subtitle_keys
from socialcopy.models import Brief, SourceVideo
from socialcopy.pipeline.briefs import brief_of
from socialcopy.pipeline.outcomes import Ending, Outcome, outcome_of, without_delivery
from socialcopy.pipeline.policies import policies_of
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims, journal
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import ClaimRecord, ClaimState
from socialcopy.storage.errors import SourceGoneError
from socialcopy.storage.records import parse_json

Report = Callable[[str, int], None]

POLL_SECONDS = 0.5

# Within this a watcher takes a video up that has a free hand and looks at this bucket.
NOTICE_SECONDS = 30.0

# A watcher leaves a video that failed alone for at most so long (`tasks/runtime/dispatch.py`).
LONGEST_PAUSE_SECONDS = 300.0

# What each journal entry means to a person, and how far it is, in percent.
STEPS = {
    "session": ("checked, session opened", 15),
    "upload": ("uploaded", 20),
    "caption-intent-1": ("listening and writing captions", 25),
    "caption-receipt": ("captions written", 50),
    "render-1": ("rendering", 55),
    "conform": ("captions and subtitles are in the outbox; encoding", 65),
    "publish": ("publishing", 95),
}


# What a delivery holds before its first MP4.
EARLY = (".txt", ".md", ".json", ".srt", ".vtt")


def upload(bucket: Bucket, path: Path, key: str, report: Report) -> None:
    """Put a file into the inbox, its subtitles and brief first; nothing that is passed over."""
    if keys.why_passed_over(key):
        return
    report("uploading", 0)
    if keys.is_video_key(key):
        upload_subtitles(bucket, path, key)
        brief = keys.briefs(key)[1]
        written = path.with_name(brief.rpartition("/")[2])
        if written.is_file():
            bucket.upload(written, brief, "application/octet-stream")
    bucket.upload(path, key, "application/octet-stream")
    if keys.is_companion(key):
        report("goes along with its video", 100)


def upload_subtitles(bucket: Bucket, path: Path, key: str) -> None:
    """Put the subtitles beside a local video beside its key, before the video itself."""
    own = keys.stem(path.name)
    beside = (found.name for found in path.parent.iterdir() if found.is_file())
    for name, *_ in subtitle_keys.subtitles_beside(
        path.name, filter(lambda n: n.startswith(own), beside)
    ):
        to = keys.stem(key) + name.removeprefix(own)
        bucket.upload(path.with_name(name), to, "application/octet-stream")


def follow(bucket: Bucket, key: str, report: Report) -> Outcome:
    """Wait until a video has ended, saying how far it is on the way.

    Ends too where nothing more will come by itself: the video is gone or passed over, nobody takes
    it up, or the account is out of credits. Raises PolicyError while nothing is taken up at all.
    """
    why = keys.why_passed_over(key)
    if why:
        report("passed over", 100)
        return without_delivery(key, Ending.PASSED_OVER, f"It is passed over: {why}.", "")
    source = bucket.find(key)
    oid = source.oid(brief_of(bucket, key, Brief()))
    patience = Patience(bucket, policies_of(bucket).of(key).settle_seconds)
    while (outcome := _ending(bucket, source, oid, patience)) is None:
        report(*progress(bucket, oid))
        time.sleep(POLL_SECONDS)
    report(outcome.ending, 100)
    return outcome


def _ending(bucket: Bucket, source: SourceVideo, oid: str, patience: Patience) -> Outcome | None:
    """Tell how a job ended, or why nobody should wait for it; none while it goes on."""
    if outcome := outcome_of(bucket, source.key, oid):
        return outcome
    if not _is_there(bucket, source):
        # It may have been delivered a moment ago, and moved by its policy.
        return outcome_of(bucket, source.key, oid) or without_delivery(
            source.key,
            Ending.GONE,
            "It was deleted or replaced before it was done.",
            "If that was not you: drop it again.",
        )
    found = bucket.read(keys.waiting(oid))
    record = _record(bucket, oid)
    if found and (record is None or record.state is ClaimState.RELEASED):
        why = str(parse_json(found.data, keys.waiting(oid)).get("why", ""))
        return without_delivery(source.key, Ending.WAITING, f"It waits: {why}.", "")
    if patience.is_over(oid):
        return without_delivery(
            source.key,
            Ending.WAITING,
            "Nobody has taken it up, so no watcher seems to look at this bucket.",
            "It stays in the inbox; start `socialcopy up`, then drop it again to follow it.",
        )
    return None


class Patience:
    """How long nobody has taken a video up, while nobody is busy with another one."""

    def __init__(self, bucket: Bucket, settle_seconds: float) -> None:
        self._bucket = bucket
        self._seconds = NOTICE_SECONDS + settle_seconds
        self._until = time.monotonic() + self._seconds
        self._watch = watch = WatchSettings()
        # Within this one that failed, or whose worker died, is tried again.
        self._retry_seconds = (
            watch.lease_seconds + watch.lease_grace_seconds + LONGEST_PAUSE_SECONDS
        )

    def is_over(self, oid: str) -> bool:
        """Tell whether to wait no longer, for what will not come."""
        if claims.is_in_hand(self._bucket, oid, self._watch):
            self._until = time.monotonic() + self._retry_seconds
        if time.monotonic() < self._until:
            return False
        held = (mark.removeprefix(keys.HELD) for mark in self._bucket.list_keys(keys.HELD))
        if any(claims.is_in_hand(self._bucket, other, self._watch) for other in held):
            self._until = time.monotonic() + self._seconds
            return False
        return True


def _is_there(bucket: Bucket, source: SourceVideo) -> bool:
    with contextlib.suppress(SourceGoneError):
        return bucket.find(source.key).etag == source.etag
    return False


def _record(bucket: Bucket, oid: str) -> ClaimRecord | None:
    """Read who works on a job. Raises RecordUnreadableError, which a person has to look at."""
    found = bucket.read(keys.claim(oid))
    return claims.read_record(found, oid) if found else None


def progress(bucket: Bucket, oid: str) -> tuple[str, int]:
    """Tell how far a job is: a phrase and a percentage."""
    record = _record(bucket, oid)
    if record is None:
        return "waiting to be noticed", 2
    if record.state is ClaimState.RELEASED and record.failures:
        return f"tried again after: {record.failures[-1]}", 5
    done = journal.steps(bucket, oid)
    reached = [STEPS[step] for step in STEPS if step in done]
    if reached and reached[-1] == STEPS["conform"]:
        phrase, percent = reached[-1]
        return phrase, percent + (STEPS["publish"][1] - percent) * _encoded(bucket, oid) // 100
    return reached[-1] if reached else ("checking", 8)


def _encoded(bucket: Bucket, oid: str) -> int:
    """Tell how far the encoders are, in percent."""
    found = bucket.read(keys.progress(oid))
    return int(json.loads(found.data)["percent"]) if found else 0


def fetch_early(bucket: Bucket, prefix: str, folder: Path) -> None:
    """Copy the texts that are there before the manifest: captions, subtitles, transcript."""
    folder.mkdir(parents=True, exist_ok=True)
    for key in bucket.list_keys(prefix):
        if Path(key).suffix in EARLY:
            bucket.download(bucket.head(key), folder / Path(key).name)


def fetch(bucket: Bucket, outcome: Outcome, folder: Path) -> Outcome:
    """Copy a delivery into a folder of this machine: its manifest and every file that names.

    Where nothing was delivered there is nothing to copy, and the outcome comes back as it is.
    """
    if outcome.ending is not Ending.DELIVERED:
        return outcome
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.json", *(file["name"] for file in outcome.document["files"])):
        # A job that was taken over while it was published has its files in a folder inside.
        bucket.download(bucket.head(f"{outcome.prefix}{name}"), folder / Path(name).name)
    return outcome.model_copy(update={"folder": str(folder)})
