"""Validation: what is known of a video before anything is paid for, or why it is refused."""

from __future__ import annotations

import contextlib

from pydantic import ValidationError

from socialcopy import keys
from socialcopy.copywriting.briefs.parse import unknown_account
from socialcopy.media.errors import ToolFailedError
from socialcopy.media.ffmpeg.deadline import deadline
from socialcopy.media.ffmpeg.validation import refuse_unread, validate
from socialcopy.models import MediaInfo, Rejection
from socialcopy.pipeline import metrics, quotas
from socialcopy.pipeline.brand_assets import refuse_assets
from socialcopy.pipeline.job import Job
from socialcopy.policies import SameBytes
from socialcopy.storage import content_index

VALIDATE_SECONDS = 150.0
"""Half a minute less than Prefect gives the task: what passes ours is refused."""


@metrics.measured("validate")
@deadline(VALIDATE_SECONDS)
def validate_video(job: Job) -> MediaInfo | Rejection:
    """Look at a video without downloading it: its size, then about 1 MB of it; once a job.

    Only one that is about to be refused is fetched whole. Raises SourceGoneError when it was
    replaced meanwhile, and QuotaReachedError when its prefix has had its share of the day.
    """
    refused = _refuse_unread(job)
    if refused:
        return refused
    verdict = _known_or_looked_at(job)
    if isinstance(verdict, MediaInfo):
        quotas.admit(job, verdict)
    return verdict


def _known_or_looked_at(job: Job) -> MediaInfo | Rejection:
    known = job.journal.read("media")
    with contextlib.suppress(ValidationError):  # an older version knew less of a video
        if known is not None:
            return MediaInfo.model_validate(known)
    verdict = _verdict(job)
    if isinstance(verdict, MediaInfo):
        job.journal.record("media", verdict.model_dump(mode="json"))
    return verdict


def _refuse_unread(job: Job) -> Rejection | None:
    brief = job.claim.brief
    if brief.fault:
        return Rejection(
            code="bad_brief",
            reason=f"The brief {brief.fault}.",
            advice="Mend the brief, or put one beside the video (`<name>.brief.yaml`); the video "
            "is then taken up again by itself.",
        )
    if unknown := unknown_account(brief):
        return Rejection(
            code="bad_brief",
            reason=f"The brief can't be used: {unknown}.",
            advice="Mend “accounts” in the brief, and drop the video again.",
        )
    context = job.context
    return refuse_unread(job.source.size_bytes, context.media) or refuse_assets(context, brief)


def _verdict(job: Job) -> MediaInfo | Rejection:
    source = job.source
    refused = _refuse_same_bytes(job)
    if refused:
        return refused
    try:
        verdict = validate(job.bucket.presign(job.key), source.size_bytes, job.context.media)
    except ToolFailedError:
        return _validate_here(job)
    if isinstance(verdict, Rejection):
        return _validate_here(job)
    job.bucket.require_unchanged(source)
    return verdict


def _validate_here(job: Job) -> MediaInfo | Rejection:
    """Judge the bytes themselves before a "no": over the network, an outage of the store looks
    like a damaged file.
    """
    copy = job.work_folder / "source"
    job.bucket.download(job.source, copy)
    try:
        verdict = validate(copy, job.source.size_bytes, job.context.media)
        return _by_its_name(job.key, verdict)
    finally:
        copy.unlink(missing_ok=True)


def _by_its_name(key: str, verdict: MediaInfo | Rejection) -> MediaInfo | Rejection:
    """Say which container a camera's file is in, where none that we read was found in it."""
    ending = keys.suffix(key)
    is_unknown = isinstance(verdict, Rejection) and verdict.code == "not_a_video"
    if not is_unknown or ending not in keys.CAMERA_SUFFIXES:
        return verdict
    return Rejection(
        code="unsupported_container",
        reason=f"By its name ({ending}) this is {keys.CAMERA_SUFFIXES[ending]}; we don't read it.",
        advice=(
            "Please convert it to MP4. Nothing is lost by "
            f"`ffmpeg -i clip{ending} -c copy clip.mp4`."
        ),
    )


def _refuse_same_bytes(job: Job) -> Rejection | None:
    """Refuse bytes that were delivered under another name, where the policy says once is enough."""
    if job.policy.same_bytes is not SameBytes.SKIP:
        return None
    earlier = content_index.delivered_before(job.bucket, job.claim)
    if earlier is None:
        return None
    return Rejection(
        code="same_bytes",
        reason=f"The very bytes of this video were delivered before, as {earlier['key']}.",
        advice=(
            f"The delivery is in {earlier['prefix']}. If you want another one, give the video a "
            'brief of its own, or set same_bytes = "redo" for its prefix in socialcopy.toml.'
        ),
    )
