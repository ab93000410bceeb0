"""The captions: one paid message, sent at most once, and what comes of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from socialcopy.copywriting.briefs.parse import as_words
from socialcopy.copywriting.replies import parse, parse_notes
from socialcopy.copywriting.writers.checks import check
from socialcopy.models import (
    Claim,
    Copy,
    MediaInfo,
    Platform,
    Session,
    Understanding,
)
from socialcopy.nemovideo import subtitle_blocks
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.drafts import (
    copy_in,
    fingerprint,
    message_statuses,
    understanding_in,
)
from socialcopy.nemovideo.errors import (
    APIConnectionError,
    APIStatusError,
    NemoVideoError,
    StreamInterruptedError,
)
from socialcopy.pipeline import budget, metrics, shared_sessions
from socialcopy.pipeline.client import nemovideo
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import (
    NeverArrivedError,
    OutcomeUnknownError,
)
from socialcopy.pipeline.service_errors import heeding
from socialcopy.pipeline.subtitles import (
    NOTHING_GIVEN,
    GivenSubtitles,
    given_subtitles,
    speaking_notes,
)
from socialcopy.pipeline.understanding import understand_ourselves
from socialcopy.platforms import rules
from socialcopy.storage.claims import is_dead, owner_name
from socialcopy.storage.journal import Journal
from socialcopy.storage.paid_steps import charge_once

RECOVERY_SECONDS = 17 * 60.0
"""A message may run for 15 minutes; two more, and what has not shown by then never will."""

RECOVERY_POLL_SECONDS = 1.0

ARRIVAL_SECONDS = 5.0
"""Whatever a dead worker managed to send has reached the service by then."""


@metrics.measured("caption")
@heeding
def request_captions(  # noqa: PLR0917  (the walk's values and a listener)
    context: Context,
    claim: Claim,
    session: Session,
    info: MediaInfo,
    api_url: str,
    on_progress: Callable[[str], None] | None = None,
) -> Copy:
    """Have the captions written: one paid message, sent at most once, then checked.

    Raises OutcomeUnknownError when an earlier worker sent it and nothing came of it.
    """
    journal = Journal(context.bucket, claim)
    given = given_subtitles(context, claim)
    with (
        nemovideo(context, api_url, session.user_id) as service,
        _watching(context, claim, info) as seen,
    ):
        receipt = charge_once(
            journal,
            "caption",
            intent=lambda: snapshot(service, session, prompt(claim, session, given)),
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
            purse=budget.BudgetPurse(context, claim),
        )
        state = service.state(session)
    if session.seat:
        drafts = shared_sessions.drafts_of(journal, claim, receipt["text"], state)
        known = understanding_in(state, shared_sessions.tag(claim, session))
    else:
        drafts = parse(receipt["text"], claim.brief.platforms) or copy_in(state)
        known = understanding_in(state)
    understanding = known or (seen.result() if seen else understand_ourselves(context, claim, info))
    notes = (*speaking_notes(given, understanding), *parse_notes(receipt["text"]))
    return Copy(
        captions=check(drafts, understanding, claim.brief, notes=notes), understanding=understanding
    )


def _copy_found(
    session: Session, state: dict[str, Any], intent: dict[str, Any]
) -> dict[Platform, str]:
    """The captions that show that a message was carried out."""
    return shared_sessions.own_copy(state, intent) if session.seat else copy_in(state)


@contextlib.contextmanager
def _watching(
    context: Context, claim: Claim, info: MediaInfo
) -> Generator[Future[Understanding] | None]:
    """Watch the video here while the cloud works; our own engine tells what it saw, so then nobody
    does it twice. A video that was paid for in vain is watched to its end all the same.
    """
    if context.nemo.api_url is None:
        yield None
        return
    with ThreadPoolExecutor(1, thread_name_prefix="watching") as watcher:
        yield watcher.submit(understand_ourselves, context, claim, info)


def prompt(claim: Claim, session: Session, given: GivenSubtitles = NOTHING_GIVEN) -> str:
    """The message, in the words the service's own documentation uses.

    With the subtitles that somebody put beside the video: a service can't see those.
    """
    names = [rules(platform).name for platform in claim.brief.platforms]
    listed = " and ".join((", ".join(names[:-1]), names[-1])) if names[1:] else names[0]
    wish = f"Write social media captions for {listed} based on this video."
    sentences = [shared_sessions.named(wish, claim, session)]
    if claim.brief.language:
        sentences.append(f"Write them in the language {claim.brief.language}.")
    if claim.brief.instruction:
        sentences.append(claim.brief.instruction)
    said = subtitle_blocks.block(given.cues, given.language)
    return "\n\n".join(filter(None, (" ".join(sentences), as_words(claim.brief), said)))


def snapshot(service: NemoVideo, session: Session, text: str) -> dict[str, Any]:
    """What a message is compared with afterwards; reading it costs nothing."""
    state, balance = service.state(session), service.credits()
    return {
        "session_id": session.session_id,
        "prompt": text,
        "state": fingerprint(state),
        "messages": sorted(message_statuses(state)) if "messages" in state else None,
        **shared_sessions.marks(session, state),
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
    metrics.SPENT.inc(max(budget.fall(intent, left) or 0, 0))
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
