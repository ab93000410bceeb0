"""Several videos in one session, one after the other, for a service that charges each session.

Only one job at a time is between taking the seat and leaving it (`storage/session_seats.py`), and
it leaves when its message has provably ended and everything it needs is in its own journal. So what
changes in the state between a job's snapshot and its outcome is its own, and a successor can tell
whose captions they are. A job that is parked, refused or in doubt never leaves: nobody else comes
into that session any more, and the next job opens another one.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from socialcopy import keys
from socialcopy.copywriting.replies import parse
from socialcopy.models import Asset, Platform, Session
from socialcopy.nemovideo import file_names
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.drafts import copy_in, draft_fingerprint, message_statuses
from socialcopy.nemovideo.errors import AuthenticationError, SessionNotFoundError
from socialcopy.pipeline.errors import EditedTogetherError, SessionLostError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.policies import policies_of
from socialcopy.storage import claims
from socialcopy.storage.errors import StorageError
from socialcopy.storage.journal import lose_session
from socialcopy.storage.paid_steps import intent_of
from socialcopy.storage.session_seats import Seat

OUTCOME = "shared-outcome"
"""The journal's entry of what a message in a shared session brought about."""


def is_shareable(job: Job, step: str) -> bool:
    """Tell whether a job may sit in a session with others.

    Not with an instruction, which may edit a timeline that is not this video's alone, nor to
    refine, nor after it has lost a session.
    """
    is_plain = not job.claim.brief.instruction and job.claim.brief.follows is None
    return job.policy.videos_per_session > 1 and is_plain and step == "session"


def take_seat(job: Job, service: NemoVideo) -> Session:
    """Take a free seat in the shared session, else open a new one and offer it to later videos.

    It is opened without a language: each message says its own.
    """
    prefix, places = job.policies.prefix_of(job.key), job.policy.videos_per_session
    seat = Seat(job.bucket, keys.seat(service.identity, prefix))
    session = seat.take(job.oid, places, lambda found: _is_quiet(service, found))
    if session is not None:
        return session

    def is_in_hand(oid: str) -> bool:
        return claims.is_in_hand(job.bucket, oid, job.context.watch)

    return seat.offer(service.open_session(), job.oid, is_in_hand)


def _is_quiet(service: NemoVideo, session: Session) -> bool:
    """Tell whether a session lives, and no message in it is being worked on."""
    try:
        state = service.state(session)
    except (SessionNotFoundError, AuthenticationError):
        return False
    return "working" not in message_statuses(state).values()


def tag(job: Job, session: Session) -> str:
    """Return what the video's name ends in beside others; empty in a session of its own."""
    return keys.tag_of(job.key, job.oid) if session.seat else ""


def require_name(job: Job, session: Session, asset: Asset) -> None:
    """Raise SessionLostError when the service calls the file otherwise than we did.

    A message could not say which video is meant, so the next attempt has a session of its own.
    """
    ending = tag(job, session)
    if ending and not asset.filename.endswith(ending):
        lose_session(job.journal)
        raise SessionLostError(
            f"the service renamed the file to “{asset.filename}”, so that nobody could tell it "
            "which video of a shared session is meant; the next try has a session of its own"
        )


def named(prompt: str, job: Job, session: Session) -> str:
    """Say in a message which video it is about, before the brief's own words come."""
    ending = tag(job, session)
    return f"{prompt} {file_names.sentence(ending)}" if ending else prompt


def own_copy(state: dict[str, Any], intent: dict[str, Any]) -> dict[Platform, str]:
    """Return the captions in a shared state that this message wrote and no other.

    That is one that is new since the snapshot and has ended; a service that does not say who
    wrote what has none.
    """
    earlier = intent.get("messages")
    if earlier is None:
        return {}
    ended = {name for name, status in message_statuses(state).items() if status == "completed"}
    return copy_in(state, ended.difference(earlier))


def drafts_of(job: Job, text: str, state: dict[str, Any]) -> dict[Platform, str]:
    """Return the texts that came of a message in a shared session: its reply's, else the state's.

    They are journaled, since later the state is somebody else's too.
    """
    known = job.journal.read(OUTCOME)
    if known is None:
        intent = intent_of(job.journal, "caption")
        texts = parse(text, job.claim.brief.platforms) or own_copy(state, intent)
        is_edited = intent.get("draft") != draft_fingerprint(state)
        known = job.journal.record(OUTCOME, {"captions": texts, "is_edited": is_edited})
    return {Platform(name): text for name, text in known["captions"].items()}


def take_master(job: Job, session: Session, master: Path) -> Path:
    """Take the source as master, for a video that shares its session; then leave the seat.

    Nobody asked for an edit. Raises EditedTogetherError when the timeline was edited all the
    same: it may show another video. Where a person has taken the sharing back, the source counts.
    """
    outcome = job.journal.read(OUTCOME) or {"is_edited": True}
    policy = policies_of(job.bucket).of(job.key)
    if outcome["is_edited"] and policy.videos_per_session > 1:
        raise EditedTogetherError(job.oid)
    job.bucket.download(job.source, master)
    if not outcome["is_edited"]:
        leave(job, session)
    return master


def leave(job: Job, session: Session) -> None:
    """Free the seat for the next video, if it is certain that nothing of this one will follow.

    That is: one message was sent, it was answered, and the answer is journaled. A message that
    was refused, or sent again by a person, may have a twin on its way.
    """
    journal = job.journal
    outcome = journal.read(OUTCOME)
    is_answered = journal.read("caption-receipt") is not None and bool(outcome)
    if not is_answered or journal.read("caption-refused-1") is not None:
        return
    if outcome and outcome["captions"]:  # a stream that ended without a word may have been cut
        with contextlib.suppress(StorageError):  # a seat nobody leaves costs the sharing only
            Seat(job.bucket, session.seat).leave(job.oid, session)
