"""The captions: one paid message, sent at most once, and what comes of it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from socialcopy.copywriting.briefs.parse import as_words
from socialcopy.copywriting.replies import parse, parse_notes
from socialcopy.copywriting.writers.checks import check
from socialcopy.models import (
    WRITTEN_BY,
    CaptionSet,
    Copy,
    MediaInfo,
    Rejection,
    Session,
    Understanding,
)
from socialcopy.nemovideo import subtitle_blocks
from socialcopy.nemovideo.client import NemoVideo, OnWords
from socialcopy.nemovideo.drafts import (
    Failure,
    beside_in,
    copy_in,
    draft_fingerprint,
    failure_in,
    fingerprint,
    is_completed,
    message_statuses,
    understanding_in,
)
from socialcopy.nemovideo.errors import (
    APIConnectionError,
    APIStatusError,
    FileTooLargeError,
    MessageFailedError,
    NemoVideoError,
    StreamInterruptedError,
    UnsupportedFileError,
    status_error,
)
from socialcopy.pipeline import budget, metrics, shared_sessions
from socialcopy.pipeline.client import nemovideo
from socialcopy.pipeline.errors import (
    NeverArrivedError,
    OutcomeUnknownError,
    RequestFailedError,
)
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.service_errors import ServiceCall, refused_input
from socialcopy.pipeline.subtitles import (
    NOTHING_GIVEN,
    GivenSubtitles,
    given_subtitles,
    speaking_notes,
)
from socialcopy.pipeline.understanding import understand_ourselves
from socialcopy.platforms import rules
from socialcopy.storage.claims import is_dead, owner_name
from socialcopy.storage.paid_steps import charge_once

State = dict[str, Any]

RECOVERY_SECONDS = 17 * 60.0
"""A message may run for 15 minutes; two more, and what has not shown by then never will."""

RECOVERY_POLL_SECONDS = 1.0

SETTLING_SECONDS = 30.0
"""After a service has said that a message failed: when the vendor looks at the state (§5.6)."""

ARRIVAL_SECONDS = 5.0
"""Whatever a dead worker managed to send has reached the service by then."""

BY_SERVICE = f"{WRITTEN_BY}the editing service, and checked here like any other draft."


@metrics.measured("caption")
def request_captions(
    job: Job, session: Session, info: MediaInfo, api_url: str, on_progress: OnWords = None
) -> Copy | Rejection:
    """Have the captions written: one paid message, sent at most once, then checked.

    A video that the service can't read after all is an outcome, not an error. Raises
    RequestFailedError when the service says that the work failed, and OutcomeUnknownError when
    an earlier worker sent the message and nothing came of it.
    """
    call = ServiceCall(job.context, api_url, job.journal, session)
    return call.outcome(lambda: _captions(job, session, info, api_url, on_progress))


def _captions(
    job: Job, session: Session, info: MediaInfo, api_url: str, on_progress: OnWords
) -> Copy:
    given, brief = given_subtitles(job), job.claim.brief
    with (
        nemovideo(job.context, api_url, session.user_id) as service,
        _watching(job, info) as seen,
    ):

        def shows_copy(state: State, intent: State) -> bool:
            own_copy = shared_sessions.own_copy
            return bool(own_copy(state, intent) if session.seat else copy_in(state))

        message = PaidMessage(service, session, "write captions", shows_copy, on_progress)
        receipt = message.charge(job, "caption", lambda: prompt(job, session, given))
        state = service.state(session)
    if session.seat:
        drafts = shared_sessions.drafts_of(job, receipt["text"], state)
        known = understanding_in(state, shared_sessions.tag(job, session))
    else:
        drafts = parse(receipt["text"], brief.platforms) or copy_in(state)
        known = understanding_in(state)
    understanding = known or (seen.result() if seen else understand_ourselves(job, info))
    notes = (*speaking_notes(given, understanding), *parse_notes(receipt["text"]))
    beside = beside_in(state, drafts)
    captions = with_writer(check(drafts, understanding, brief, notes=notes, beside=beside))
    return Copy(captions=captions, understanding=understanding)


def with_writer(captions: CaptionSet) -> CaptionSet:
    """Name the service as the writer, where its reply does not say who wrote."""
    if captions.writer or not captions.captions:
        return captions
    return captions.model_copy(update={"notes": (*captions.notes, BY_SERVICE)})


@contextlib.contextmanager
def _watching(job: Job, info: MediaInfo) -> Generator[Future[Understanding] | None]:
    """Watch the video here while the cloud works; our own engine tells what it saw, so then nobody
    does it twice. A video that was paid for in vain is watched to its end all the same.
    """
    if job.context.nemo.api_url is None:
        yield None
        return
    with ThreadPoolExecutor(1, thread_name_prefix="watching") as watcher:
        yield watcher.submit(understand_ourselves, job, info)


def prompt(job: Job, session: Session, given: GivenSubtitles = NOTHING_GIVEN) -> str:
    """Write the message, in the words the service's own documentation uses.

    With the subtitles that somebody put beside the video: a service can't see those.
    """
    brief = job.claim.brief
    names = [rules(platform).name for platform in brief.platforms]
    listed = " and ".join((", ".join(names[:-1]), names[-1])) if names[1:] else names[0]
    wish = f"Write social media captions for {listed} based on this video."
    sentences = [shared_sessions.named(wish, job, session)]
    if brief.language:
        sentences.append(f"Write them in the language {brief.language}.")
    if brief.instruction:
        sentences.append(brief.instruction)
    said = subtitle_blocks.block(given.cues, given.language)
    return "\n\n".join(filter(None, (" ".join(sentences), as_words(brief), said)))


def snapshot(service: NemoVideo, session: Session, text: str) -> dict[str, Any]:
    """Record what a message is compared with afterwards; reading it costs nothing."""
    state, balance = service.state(session), service.credits()
    return {
        "session_id": session.session_id,
        "prompt": text,
        "state": fingerprint(state),
        "draft": draft_fingerprint(state),
        "messages": sorted(message_statuses(state)) if "messages" in state else None,
        "credits_available": balance.available,
        "credits_frozen": balance.frozen,
        "credits_total": balance.total,
    }


@dataclass
class PaidMessage:
    """A message that costs something: sent once, and looked for afterwards."""

    service: NemoVideo
    session: Session
    step: str
    """What it asks for, in words."""
    is_outcome: Callable[[State, State], bool]
    """Whether a state shows what came of it, given the snapshot from before."""
    on_progress: OnWords = None
    _said: str = ""
    """How the service has called the work failed, if it has."""

    def charge(self, job: Job, step: str, text: Callable[[], str]) -> State:
        """Send it within the job's budgets unless it was sent before; return its receipt.

        Raises RefusedInputError or RequestFailedError where the service says that it failed.
        """
        receipt = charge_once(
            job.journal,
            step,
            intent=lambda: snapshot(self.service, self.session, text()),
            send=self.send,
            recover=self.recover,
            refusals=(APIStatusError, APIConnectionError),
            doubts=(StreamInterruptedError,),
            disproofs=(NeverArrivedError,),
            spending_limit=budget.JobBudgets(job),
        )
        require_success(receipt)
        return receipt

    def send(self, intent: State) -> State:
        """Send the paid message, once, and return its receipt."""
        try:
            text = self.service.send(self.session, intent["prompt"], self.on_progress)
        except MessageFailedError as failed:
            self._said = failed.reason
            raise
        left = _credits_left(self.service)
        metrics.SPENT.inc(max(budget.credits_between(intent, left) or 0, 0))
        return {"text": text, "adopted": False, **left}

    def recover(self, intent: State) -> State:
        """Wait for the state to show what came of a message of unknown outcome; its receipt, which
        may say that the work failed. Raises NeverArrivedError and OutcomeUnknownError.
        """
        began = time.monotonic()
        while (waited_seconds := time.monotonic() - began) < RECOVERY_SECONDS:
            state = self.service.state(self.session)
            if self._shows_outcome(state, intent):
                return {"text": "", "adopted": True, **_credits_left(self.service)}
            failure = failure_in(state, intent["messages"])
            if failure is None and self._has_settled(intent, waited_seconds):
                failure = Failure(self._said)
            if failure is not None:
                left = _credits_left(self.service)
                return {"text": "", "adopted": False, "failed": failure._asdict(), **left}
            if waited_seconds > ARRIVAL_SECONDS and _never_arrived(state, intent):
                raise NeverArrivedError(self.step)
            time.sleep(RECOVERY_POLL_SECONDS)
        raise OutcomeUnknownError(self.step, RECOVERY_SECONDS / 60)

    def _shows_outcome(self, state: State, intent: State) -> bool:
        if is_completed(state, intent["messages"]):
            return True
        return fingerprint(state) != intent["state"] and self.is_outcome(state, intent)

    def _has_settled(self, intent: State, waited_seconds: float) -> bool:
        """Tell whether a service that lists no messages is through with a failed one.

        It has said that it failed, has had its time, and reserves nothing for it any more.
        """
        is_told = self._said and intent["messages"] is None
        if not is_told or waited_seconds < SETTLING_SECONDS:
            return False
        return self.service.credits().frozen <= intent["credits_frozen"]


def require_success(receipt: State) -> None:
    """Raise what a receipt says of a message that failed: RefusedInputError where the file is why,
    else RequestFailedError.
    """
    failed = receipt.get("failed")
    if failed:
        answer = status_error(failed["code"], failed["reason"])
        if isinstance(answer, UnsupportedFileError | FileTooLargeError):
            raise refused_input(answer)
        raise RequestFailedError(failed["reason"])


def _credits_left(service: NemoVideo) -> dict[str, int]:
    """Read the credits for manifest and budget; a finished message must not fail over that."""
    with contextlib.suppress(NemoVideoError):
        balance = service.credits()
        metrics.CREDITS.set(balance.available)
        return {f"credits_{name}": n for name, n in balance._asdict().items()}
    return {}


def _never_arrived(state: dict[str, Any], intent: dict[str, Any]) -> bool:
    """Tell whether a service that lists its messages (as ours does) has no new one, nor will.

    The sender has to be this process or provably dead: one that sleeps may still send.
    """
    sender = intent["owner"]
    if sender != owner_name() and not is_dead(sender):
        return False
    return intent["messages"] is not None and sorted(message_statuses(state)) == intent["messages"]
