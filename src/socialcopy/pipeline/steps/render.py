"""The master: a render job of the service, or the source where nothing was edited."""

from __future__ import annotations

import logging
from pathlib import Path

from socialcopy.models import RenderJob, RenderStatus, Session
from socialcopy.nemovideo.client import NemoVideo, OnPercent
from socialcopy.nemovideo.drafts import draft_fingerprint, draft_in, is_exportable
from socialcopy.nemovideo.errors import (
    APIConnectionError,
    APIStatusError,
    DuplicateRenderError,
    ExportBlockedError,
)
from socialcopy.nemovideo.schemas import JSON
from socialcopy.pipeline import metrics, shared_sessions
from socialcopy.pipeline.client import nemovideo
from socialcopy.pipeline.errors import PlanBlockedError, RenderFailedError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.service_errors import ServiceCall
from socialcopy.storage.paid_steps import intent_of

logger = logging.getLogger(__name__)

RENDER_ATTEMPTS = 2
NOT_FOUND = 404


@metrics.measured("render")
def render_master(job: Job, session: Session, api_url: str, on_progress: OnPercent = None) -> Path:
    """Have the draft rendered and fetch the MP4; without a draft the master is the source.

    Each render job's id is journaled before it is submitted, so that it is found again. A plan
    that blocks the export (402) costs nobody the captions: the source is the master then, and the
    manifest says so. Raises RenderFailedError after two failed jobs. In a session that several
    videos share nothing is rendered: `shared_sessions.take_master`.
    """
    master = job.work_folder / "master.mp4"
    if session.seat:
        return shared_sessions.take_master(job, session, master)
    try:
        return export(job, session, api_url, on_progress)
    except PlanBlockedError as blocked:
        if not isinstance(blocked.__cause__, ExportBlockedError):
            raise
        job.journal.record("export-blocked", {"reason": str(blocked)})
        job.bucket.download(job.source, master)
        return master


def export(job: Job, session: Session, api_url: str, on_progress: OnPercent = None) -> Path:
    """Have the draft rendered and fetch the MP4; a blocked export is an error."""
    call = ServiceCall(job.context, api_url, job.journal, session)
    return call.run(lambda: _export(job, session, api_url, on_progress))


def _export(job: Job, session: Session, api_url: str, on_progress: OnPercent) -> Path:
    master = job.work_folder / "master.mp4"
    with nemovideo(job.context, api_url, session.user_id) as service:
        state = service.state(session)
        draft = draft_in(state)
        if draft is None or not is_exportable(draft) or _is_better_left(job, state):
            job.bucket.download(job.source, master)
            return master
        rendered = _render(service, job, session, draft, on_progress)
        service.download(rendered, master)
    return master


def _is_better_left(job: Job, state: JSON) -> bool:
    """Tell whether the source is better: nobody edited it, and we know which sound is meant.

    A cloud takes the first track, silent or not. Our own engine chooses as we do, so there nothing
    is noted here.
    """
    known = job.journal.read("understanding") or {}
    before = intent_of(job.journal, "caption").get("draft")
    return bool(known.get("notes")) and before == draft_fingerprint(state)


def _render(
    service: NemoVideo, job: Job, session: Session, draft: JSON, on_progress: OnPercent
) -> RenderJob:
    attempt = 0
    while True:
        attempt += 1
        render_id = render_id_of(job, attempt)
        is_first = job.journal.begin(f"render-{attempt}", {"render_id": render_id})
        if is_first or not _has_arrived(service, render_id):
            _submit(service, session, render_id, draft)
        rendered = service.wait_for_render(render_id, on_progress)
        if rendered.status is RenderStatus.COMPLETED:
            return rendered
        if attempt == RENDER_ATTEMPTS:
            raise RenderFailedError(render_id, rendered.error or "no reason")
        logger.debug("render %s failed: %s", render_id, rendered.error)


def render_id_of(job: Job, attempt: int) -> str:
    """Name a render job, so that whoever takes over finds it again."""
    return f"render_{job.oid}_{attempt}"


def _submit(service: NemoVideo, session: Session, render_id: str, draft: JSON) -> None:
    """Submit a job once; a lost reply is followed by a look, never by a second submission."""
    try:
        service.submit_render(session, render_id, draft)
    except DuplicateRenderError:
        return  # submitted before a crash: just wait
    except APIConnectionError:
        if not _has_arrived(service, render_id):
            raise


def _has_arrived(service: NemoVideo, render_id: str) -> bool:
    """Tell whether the service knows a job; "no" is a whole answer: submitting is safe then."""
    try:
        service.poll_render(render_id)
    except APIStatusError as answer:
        if answer.code == NOT_FOUND:
            return False
        raise
    return True
