"""Watch a video on this machine, where the service does not tell what it saw."""

from __future__ import annotations

from pathlib import Path

from socialcopy.models import MediaInfo, Understanding
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.subtitles import GivenSubtitles, given_subtitles
from socialcopy.understanding.video import understand


def understand_ourselves(job: Job, info: MediaInfo) -> Understanding:
    """Find out what a video says and shows, on this machine, once. Free."""
    known = job.journal.read("understanding")
    if known is None:
        found = watch(job, job.bucket.presign(job.key), info, given_subtitles(job))
        known = job.journal.record("understanding", found.model_dump(mode="json"))
    return Understanding.model_validate(known)


def watch(job: Job, video: str | Path, info: MediaInfo, given: GivenSubtitles) -> Understanding:
    """Find out what a video says and shows, helped by the job's brief and subtitles."""
    context, brief = job.context, job.claim.brief
    return understand(
        video,
        info,
        speech=context.speech,
        media=context.media,
        cache_dir=context.data.cache_dir,
        vocabulary=brief.use_words,
        language=brief.language,
        beside=given.cues,
        beside_language=given.language or None,
    )
