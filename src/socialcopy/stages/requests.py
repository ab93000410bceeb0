"""What is asked of the service: a session, the upload, one message, one render job."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from socialcopy import keys
from socialcopy.copywriting.briefs import as_words
from socialcopy.copywriting.checks import check
from socialcopy.copywriting.replies import parse, parse_notes
from socialcopy.models import (
    Asset,
    Claim,
    Copy,
    MediaInfo,
    Platform,
    Rejection,
    RenderJob,
    RenderStatus,
    Session,
    Understanding,
)
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.drafts import (
    copy_in,
    draft_in,
    fingerprint,
    is_exportable,
    message_statuses,
    understanding_in,
)
from socialcopy.nemovideo.errors import (
    APIConnectionError,
    APIStatusError,
    DuplicateRenderError,
    ExportBlockedError,
    NemoVideoError,
    StreamInterruptedError,
)
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.platforms import rules
from socialcopy.stages import metrics, sharing, spending
from socialcopy.stages.errors import (
    NeverArrivedError,
    OutcomeUnknownError,
    PlanBlockedError,
    RefusedInputError,
    RenderFailedError,
)
from socialcopy.stages.reach import fetches_itself
from socialcopy.stages.refusals import heeding, session_steps
from socialcopy.stages.workshop import Workshop
from socialcopy.storage.charges import charge_once
from socialcopy.storage.claims import is_dead, owner_name
from socialcopy.storage.contents import HashedBody
from socialcopy.storage.journal import Journal
from socialcopy.understanding.video import understand

logger = logging.getLogger(__name__)

RECOVERY_SECONDS = 17 * 60.0
"""A message may run for 15 minutes; two more, and what has not shown by then never will."""

RECOVERY_POLL_SECONDS = 1.0

ARRIVAL_SECONDS = 5.0
"""Whatever a dead worker managed to send has reached the service by then."""

TOKEN_LIFE_SECONDS = 7_200.0
"""A token is never renewed while a session of it lives, so it has to last for the whole job."""

RENDER_ATTEMPTS = 2
NOT_FOUND = 404
CANNOT_FETCH = (400, 403, 404, 405, 415, 422, 501)
"""What a service says that takes no URLs, or not this one; the bytes are sent instead."""


@contextlib.contextmanager
def nemovideo(shop: Workshop, api_url: str, user_id: str = "") -> Generator[NemoVideo]:
    """A client with its token, for as long as the block lasts.

    A session belongs to the identity that opened it, so its later stages name that one.
    """
    token = TokenStore(shop.data.data_dir, shop.nemo).token(api_url, user_id=user_id)
    with NemoVideo(api_url, token, shop.nemo) as service:
        yield service


@heeding
def authenticate(shop: Workshop, api_url: str) -> None:
    """Make sure there is a token that outlives this job; it stays in its encrypted store."""
    TokenStore(shop.data.data_dir, shop.nemo).token(api_url, min_life_seconds=TOKEN_LIFE_SECONDS)


@heeding
def open_session(shop: Workshop, claim: Claim, api_url: str) -> Session:
    """Open an editing session, or find the one an earlier worker opened. Free.

    Where the policy has several videos share one, it is theirs as long as this job sits in it.
    """
    journal = Journal(shop.bucket, claim)
    step, _ = session_steps(journal)
    known = journal.read(step)
    if known is None:
        policy = spending.insist_on_room(shop, claim)
        with nemovideo(shop, api_url) as service:
            if sharing.is_shareable(claim, policy, step):
                session = sharing.sit_down(shop, claim, service, policy.videos_per_session)
            else:
                session = service.open_session(claim.brief.language)
        known = journal.record(step, session.model_dump())
    return Session.model_validate(known)


@metrics.measured("upload")
def upload_video(shop: Workshop, claim: Claim, session: Session, api_url: str) -> Asset | Rejection:
    """Bring the video from the bucket to the service; nothing touches this machine's disk.

    A file the service does not take (4001, 4002) is an outcome, not an error.
    """
    try:
        return _upload(shop, claim, session, api_url)
    except RefusedInputError as refused:
        return refused.rejection


@heeding
def _upload(shop: Workshop, claim: Claim, session: Session, api_url: str) -> Asset:
    journal = Journal(shop.bucket, claim)
    _, step = session_steps(journal)
    known = journal.read(step)
    if known is None:
        with nemovideo(shop, api_url, session.user_id) as service:
            fetched = _by_url(shop, claim, session, service, api_url)
            known = fetched.model_dump() if fetched else _streamed(shop, claim, session, service)
        sharing.insist_on_name(journal, claim, session, Asset.model_validate(known))
        known = journal.record(step, known)
    return Asset.model_validate(known)


def _by_url(
    shop: Workshop, claim: Claim, session: Session, service: NemoVideo, api_url: str
) -> Asset | None:
    """Have the service fetch the video from the store; none where it can't or won't.

    It cannot be told which version to read, so the version is looked at again afterwards. Nor what
    to call the file, which in a shared session has to have a name of its own.
    """
    key = claim.source.key
    if session.seat or not fetches_itself(shop, key, api_url):
        return None
    try:
        found = service.upload_url(session, shop.bucket.presign(key))[0]
    except APIStatusError as answer:
        if answer.code not in CANNOT_FETCH:
            raise
        logger.info("the service does not fetch from the store (%s); streaming", answer)
        return None
    shop.bucket.insist_unchanged(claim.source)
    return found


def _streamed(shop: Workshop, claim: Claim, session: Session, service: NemoVideo) -> dict[str, Any]:
    """Upload the video while it is read; what came of it, with the hash of what was sent."""
    key = claim.source.key
    name = keys.tagged_name(key, claim.oid) if session.seat else keys.upload_name(key)
    with shop.bucket.open(claim.source) as body:
        hashed = HashedBody(body)
        asset = service.upload_stream(session, name, hashed, claim.source.size_bytes)
    return {**asset.model_dump(), "sha256": hashed.sha256}


@metrics.measured("caption")
@heeding
def request_captions(  # noqa: PLR0917  (the walk's values and a listener)
    shop: Workshop,
    claim: Claim,
    session: Session,
    info: MediaInfo,
    api_url: str,
    on_progress: Callable[[str], None] | None = None,
) -> Copy:
    """Have the captions written: one paid message, sent at most once, then checked.

    Raises OutcomeUnknownError when an earlier worker sent it and nothing came of it.
    """
    journal = Journal(shop.bucket, claim)
    with nemovideo(shop, api_url, session.user_id) as service, _watching(shop, claim, info) as seen:
        receipt = charge_once(
            journal,
            "caption",
            intent=lambda: snapshot(service, session, prompt(claim, session)),
            send=lambda intent: send_once(service, session, intent, on_progress),
            recover=lambda intent: recover(
                service,
                session,
                intent,
                "write captions",
                lambda state: _copy_found(session, state, intent),
            ),
            refusals=(APIStatusError, APIConnectionError),
            doubts=(StreamInterruptedError,),
            disproofs=(NeverArrivedError,),
            purse=spending.BudgetPurse(shop, claim),
        )
        state = service.state(session)
    if session.seat:
        drafts = sharing.drafts_of(journal, claim, receipt["text"], state)
        known = understanding_in(state, sharing.tag(claim, session))
    else:
        drafts = parse(receipt["text"], claim.brief.platforms) or copy_in(state)
        known = understanding_in(state)
    notes = parse_notes(receipt["text"])
    understanding = known or (seen.result() if seen else understand_ourselves(shop, claim, info))
    return Copy(
        captions=check(drafts, understanding, claim.brief, notes=notes), understanding=understanding
    )


def _copy_found(
    session: Session, state: dict[str, Any], intent: dict[str, Any]
) -> dict[Platform, str]:
    """The captions that show that a message was carried out."""
    return sharing.own_copy(state, intent) if session.seat else copy_in(state)


@contextlib.contextmanager
def _watching(
    shop: Workshop, claim: Claim, info: MediaInfo
) -> Generator[Future[Understanding] | None]:
    """Watch the video here while the cloud works; our own engine tells what it saw, so then nobody
    does it twice. A video that was paid for in vain is watched to its end all the same.
    """
    if shop.nemo.api_url is None:
        yield None
        return
    with ThreadPoolExecutor(1, thread_name_prefix="watching") as watcher:
        yield watcher.submit(understand_ourselves, shop, claim, info)


def understand_ourselves(shop: Workshop, claim: Claim, info: MediaInfo) -> Understanding:
    """What a video says and shows, found out on this machine, once. Free."""
    journal = Journal(shop.bucket, claim)
    known = journal.read("understanding")
    if known is None:
        found = understand(
            shop.bucket.presign(claim.source.key),
            info,
            key=claim.source.key,
            speech=shop.speech,
            media=shop.media,
            cache_dir=shop.data.cache_dir,
            vocabulary=claim.brief.use_words,
        )
        known = journal.record("understanding", found.model_dump(mode="json"))
    return Understanding.model_validate(known)


def prompt(claim: Claim, session: Session) -> str:
    """The message, in the words the service's own documentation uses."""
    names = [rules(platform).name for platform in claim.brief.platforms]
    listed = " and ".join((", ".join(names[:-1]), names[-1])) if names[1:] else names[0]
    wish = f"Write social media captions for {listed} based on this video."
    sentences = [sharing.named(wish, claim, session)]
    if claim.brief.language:
        sentences.append(f"Write them in the language {claim.brief.language}.")
    if claim.brief.instruction:
        sentences.append(claim.brief.instruction)
    return "\n\n".join(part for part in (" ".join(sentences), as_words(claim.brief)) if part)


def snapshot(service: NemoVideo, session: Session, text: str) -> dict[str, Any]:
    """What a message is compared with afterwards; reading it costs nothing."""
    state, balance = service.state(session), service.credits()
    return {
        "session_id": session.session_id,
        "prompt": text,
        "state": fingerprint(state),
        "messages": sorted(message_statuses(state)) if "messages" in state else None,
        **sharing.marks(session, state),
        "credits_available": balance.available,
        "credits_frozen": balance.frozen,
        "credits_total": balance.total,
    }


def send_once(
    service: NemoVideo,
    session: Session,
    intent: dict[str, Any],
    on_progress: Callable[[str], None] | None,
) -> dict[str, Any]:
    """The one send of a paid message; its receipt."""
    text = service.send(session, intent["prompt"], on_progress)
    left = _credits_left(service)
    metrics.SPENT.inc(max(spending.fall(intent, left) or 0, 0))
    return {"text": text, "adopted": False, **left}


def _credits_left(service: NemoVideo) -> dict[str, int]:
    """For manifest and budget: a message that is through must not fail over its receipt."""
    with contextlib.suppress(NemoVideoError):
        balance = service.credits()
        metrics.CREDITS.set(balance.available)
        return {f"credits_{name}": n for name, n in balance._asdict().items()}
    return {}


def recover(
    service: NemoVideo,
    session: Session,
    intent: dict[str, Any],
    step: str,
    outcome_in: Callable[[dict[str, Any]], object],
) -> dict[str, Any]:
    """Wait for the state to show what came of a message that was sent before a crash."""
    began = time.monotonic()
    while (waited_seconds := time.monotonic() - began) < RECOVERY_SECONDS:
        state = service.state(session)
        if fingerprint(state) != intent["state"] and outcome_in(state):
            return {"text": "", "adopted": True, **_credits_left(service)}
        if waited_seconds > ARRIVAL_SECONDS and _never_arrived(state, intent):
            raise NeverArrivedError(step)
        time.sleep(RECOVERY_POLL_SECONDS)
    raise OutcomeUnknownError(step, RECOVERY_SECONDS)


def _never_arrived(state: dict[str, Any], intent: dict[str, Any]) -> bool:
    """Whether a service that lists its messages (our engine does) has no new one, nor ever will.

    The sender has to be this process or provably dead: one that sleeps may still send.
    """
    sender = intent["owner"]
    if sender != owner_name() and not is_dead(sender):
        return False
    return intent["messages"] is not None and sorted(message_statuses(state)) == intent["messages"]


@metrics.measured("render")
def render_master(
    shop: Workshop,
    claim: Claim,
    session: Session,
    api_url: str,
    on_progress: Callable[[int], None] | None = None,
) -> Path:
    """Have the draft rendered and fetch the MP4; without a draft the master is the source.

    Each render job's id is journaled before it is submitted, so that it is found again. A plan
    that blocks the export (402) costs nobody the captions: the source is the master then, and the
    manifest says so. Raises RenderFailedError after two failed jobs. In a session that several
    videos share nothing is rendered: `sharing.take_master`.
    """
    if session.seat:
        return sharing.take_master(shop, claim, session, shop.work_folder(claim) / "master.mp4")
    try:
        return export(shop, claim, session, api_url, on_progress)
    except PlanBlockedError as blocked:
        if not isinstance(blocked.__cause__, ExportBlockedError):
            raise
        Journal(shop.bucket, claim).record("export-blocked", {"reason": str(blocked)})
        master = shop.work_folder(claim) / "master.mp4"
        shop.bucket.download(claim.source, master)
        return master


@heeding
def export(
    shop: Workshop,
    claim: Claim,
    session: Session,
    api_url: str,
    on_progress: Callable[[int], None] | None = None,
) -> Path:
    """Have the draft rendered and fetch the MP4; a blocked export is an error."""
    master = shop.work_folder(claim) / "master.mp4"
    with nemovideo(shop, api_url, session.user_id) as service:
        draft = draft_in(service.state(session))
        if draft is None or not is_exportable(draft):
            shop.bucket.download(claim.source, master)
            return master
        job = _render(service, Journal(shop.bucket, claim), claim, session, draft, on_progress)
        service.download(job, master)
    return master


def _render(  # noqa: PLR0917
    service: NemoVideo,
    journal: Journal,
    claim: Claim,
    session: Session,
    draft: dict[str, Any],
    on_progress: Callable[[int], None] | None,
) -> RenderJob:
    job = None
    for attempt in range(1, RENDER_ATTEMPTS + 1):
        render_id = f"render_{claim.oid}_{attempt}"
        is_first = journal.begin(f"render-{attempt}", {"render_id": render_id})
        if is_first or not _has_arrived(service, render_id):
            _submit(service, session, render_id, draft)
        job = service.wait_for_render(render_id, on_progress)
        if job.status is RenderStatus.COMPLETED:
            return job
        logger.debug("render %s failed: %s", render_id, job.error)
    raise RenderFailedError(job.render_id if job else "", (job.error if job else "") or "no reason")


def _submit(service: NemoVideo, session: Session, render_id: str, draft: dict[str, Any]) -> None:
    """Submit a job once; a lost reply is followed by a look, never by a second submission."""
    try:
        service.submit_render(session, render_id, draft)
    except DuplicateRenderError:
        return  # submitted before a crash: just wait
    except APIConnectionError:
        if not _has_arrived(service, render_id):
            raise


def _has_arrived(service: NemoVideo, render_id: str) -> bool:
    """Whether the service knows a job; "no" is a whole answer, so submitting is safe then."""
    try:
        service.poll_render(render_id)
    except APIStatusError as answer:
        if answer.code == NOT_FOUND:
            return False
        raise
    return True
