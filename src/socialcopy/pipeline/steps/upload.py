"""The upload: open a session, and bring the video from the bucket to the service."""

from __future__ import annotations

import logging
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from socialcopy import keys
from socialcopy.models import Asset, Rejection, Session
from socialcopy.nemovideo.addresses import is_public
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.errors import APIStatusError
from socialcopy.nemovideo.multipart import MIME_TYPES
from socialcopy.nemovideo.transport import is_loopback
from socialcopy.pipeline import budget, metrics, shared_sessions
from socialcopy.pipeline.client import nemovideo
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.service_errors import ServiceCall
from socialcopy.storage.content_index import HashedBody
from socialcopy.storage.journal import session_steps

logger = logging.getLogger(__name__)

CANNOT_FETCH = (400, 403, 404, 405, 415, 422, 501)
"""What a service says that takes no URLs, or not this one; the bytes are sent instead."""


def open_session(job: Job, api_url: str) -> Session:
    """Open an editing session, or find the one an earlier worker opened. Free.

    Where the policy has several videos share one, it is theirs as long as this job sits in it.
    """
    call = ServiceCall(job.context, api_url, job.journal)
    return call.run(lambda: _open_session(job, api_url))


def _open_session(job: Job, api_url: str) -> Session:
    step, _ = session_steps(job.journal)
    known = job.journal.read(step)
    if known is None:
        budget.require_room(job)
        with nemovideo(job.context, api_url) as service:
            if shared_sessions.is_shareable(job, step):
                session = shared_sessions.take_seat(job, service)
            else:
                session = service.open_session(job.claim.brief.language)
        known = job.journal.record(step, session.model_dump())
    return Session.model_validate(known)


@metrics.measured("upload")
def upload_video(job: Job, session: Session, api_url: str) -> Asset | Rejection:
    """Bring the video from the bucket to the service; nothing touches this machine's disk.

    A file the service does not take (4001, 4002) is an outcome, not an error.
    """
    call = ServiceCall(job.context, api_url, job.journal, session)
    return call.outcome(lambda: _upload(job, session, api_url))


def _upload(job: Job, session: Session, api_url: str) -> Asset:
    _, step = session_steps(job.journal)
    known = job.journal.read(step)
    if known is None:
        with nemovideo(job.context, api_url, session.user_id) as service:
            fetched = _by_url(job, session, service, api_url)
            known = fetched.model_dump() if fetched else _streamed(job, session, service)
        shared_sessions.require_name(job, session, Asset.model_validate(known))
        known = job.journal.record(step, known)
    return Asset.model_validate(known)


def _by_url(job: Job, session: Session, service: NemoVideo, api_url: str) -> Asset | None:
    """Have the service fetch the video from the store; none where it can't or won't.

    It cannot be told which version to read, so the version is looked at again afterwards. Nor what
    to call the file, which in a shared session has to have a name of its own.
    """
    if session.seat or not fetches_itself(job.context, job.key, api_url):
        return None
    try:
        found = service.upload_url(session, job.bucket.presign(job.key))[0]
    except APIStatusError as answer:
        if answer.code not in CANNOT_FETCH:
            raise
        logger.info("the service does not fetch from the store (%s); streaming", answer)
        return None
    job.bucket.require_unchanged(job.source)
    return found


def _streamed(job: Job, session: Session, service: NemoVideo) -> dict[str, Any]:
    """Upload the video while it is read; what came of it, with the hash of what was sent."""
    key = job.key
    name = keys.tagged_name(key, job.oid) if session.seat else keys.upload_name(key)
    with job.bucket.open(job.source) as body:
        hashed = HashedBody(body)
        asset = service.upload_stream(session, name, hashed, job.source.size_bytes)
    return {**asset.model_dump(), "sha256": hashed.sha256}


def fetches_itself(context: Context, key: str, api_url: str) -> bool:
    """Tell whether a video is offered by a presigned URL; its key's ending must say what it is."""
    if PurePosixPath(key).suffix.lower() not in MIME_TYPES or context.nemo.upload_by == "stream":
        return False
    if context.nemo.upload_by == "url":
        return True
    return not is_loopback(api_url) and _is_reachable(context.s3.endpoint_url)


def _is_reachable(endpoint_url: str | None) -> bool:
    """Tell whether a store can be reached from outside; AWS, which needs no endpoint, can."""
    if endpoint_url is None:
        return True
    parts = urlsplit(endpoint_url)
    return parts.scheme == "https" and is_public(parts.hostname or "")
