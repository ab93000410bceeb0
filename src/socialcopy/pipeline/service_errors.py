"""What the pipeline makes of each "no" of the service: the table of the protocol, in one place.

| code | at | outcome |
|---|---|---|
| 1001 | before a session | another token, once |
| 1001, 1002 | in a session, nothing paid for | another session in the next attempt |
| 1001, 1002 | in a session, something sent | parked: nothing is sent twice |
| 2001 | anywhere | waits, with the link; the token rests for everybody |
| 4001, 4002 | anywhere | rejected, with a reason |
| 400 | token | once more |
| 400 | elsewhere | parked |
| 402 | render, poll, download | delivered from the source, with a note (a refinement: parked) |
| 402 | elsewhere | parked |
| 429 | anywhere | once more after a wait, the token resting; then waits |
| a message marked `failed` | with code 4001 or 4002 | rejected, with a reason |
| a message marked `failed`, an error event | else | parked with the service's words: never resent |
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from socialcopy.models import Rejection, Session
from socialcopy.nemovideo.errors import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    ExportBlockedError,
    FileTooLargeError,
    InsufficientCreditsError,
    RateLimitError,
    ServerError,
    SessionNotFoundError,
    UnsupportedFileError,
)
from socialcopy.nemovideo.headers import advice_on_credits
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.pipeline.budget import PAID_STEPS
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import (
    OutOfCreditsError,
    PlanBlockedError,
    RateLimitedError,
    RefusedInputError,
    ServiceRefusedError,
    SessionLostError,
    StageError,
    WorkLostError,
)
from socialcopy.storage.journal import Journal, lose_session
from socialcopy.storage.paid_steps import is_open

R = TypeVar("R")

JITTER = 0.25
"""Share by which a wait is lengthened at random, so that workers do not come back together."""

LONGEST_WAIT_SECONDS = 120.0
"""A pause below this is sat out; a longer one ends the attempt, and the job waits."""


class ServiceCall:
    """A step that asks the service: how its refusals are met, and what they mean for the job."""

    def __init__(
        self,
        context: Context,
        api_url: str,
        journal: Journal | None = None,
        session: Session | None = None,
    ) -> None:
        self._context = context
        self._api_url = api_url
        self._session = session
        self._journal = journal
        self._store = TokenStore(context.data.data_dir, context.nemo)
        self._cooling = self._store.cooling(api_url)

    def run(self, step: Callable[[], R]) -> R:
        """Carry a step out, and once more where that may cure a refusal; so it may be repeated.

        Raises a StageError for a refusal that stands.
        """
        self._wait_for_pause()
        try:
            return step()
        except ServerError:
            raise
        except APIStatusError as answer:
            self._prepare_again(answer)
        try:
            return step()
        except ServerError:
            raise
        except APIStatusError as answer:
            raise self._verdict(answer, is_last=True) from answer

    def outcome(self, step: Callable[[], R]) -> R | Rejection:
        """Carry a step out; a file that the service does not take is an outcome, not an error."""
        try:
            return self.run(step)
        except RefusedInputError as refused:
            return refused.rejection

    def _wait_for_pause(self) -> None:
        """Sit out a short pause that somebody's 429 began; a long one is this job's too."""
        left = self._cooling.left_seconds()
        if left > LONGEST_WAIT_SECONDS:
            self._require_no_pause()
        time.sleep(left)

    def _require_no_pause(self) -> None:
        try:
            self._cooling.require_no_pause()
        except APIStatusError as answer:
            raise self._told(answer) from answer

    def _prepare_again(self, answer: APIStatusError) -> None:
        """Return when the stage may be tried once more; raise what it ends with otherwise."""
        if isinstance(answer, RateLimitError):
            time.sleep(self._rest(answer))
        elif isinstance(answer, AuthenticationError) and self._session is None:
            self._renew_token(answer)
        elif not (self._session is None and self._may_repeat(answer)):
            raise self._verdict(answer, is_last=False) from answer

    def _may_repeat(self, answer: APIStatusError) -> bool:
        """Tell whether asking again cures a refusal, which it can before there is a session.

        It gives a client id that was missing, and another session for a lost one.
        """
        if isinstance(answer, BadRequestError):
            return self._journal is None
        return isinstance(answer, SessionNotFoundError) and self._journal is not None

    def _renew_token(self, answer: APIStatusError) -> None:
        if self._context.nemo.token is not None:
            raise ServiceRefusedError(f"{answer}; NEMO_TOKEN has to be set anew") from answer
        if self._journal is not None:  # a token was used; at the token's own step there is none
            self._store.replace(self._api_url, self._store.token(self._api_url))

    def _verdict(self, answer: APIStatusError, *, is_last: bool) -> StageError:
        """Judge what a refusal means for the job."""
        if isinstance(answer, AuthenticationError | SessionNotFoundError) and self._session:
            return self._lost(answer)
        if isinstance(answer, RateLimitError) and is_last:
            self._rest(answer)
        return self._told(answer)

    def _told(self, answer: APIStatusError) -> StageError:
        match answer:
            case RateLimitError():
                return RateLimitedError(self._cooling.left_seconds())
            case InsufficientCreditsError():
                self._cooling.begin(answer, self._context.nemo.credits_pause_seconds)
                return OutOfCreditsError(self._advice())
            case UnsupportedFileError() | FileTooLargeError():
                return refused_input(answer)
            case ExportBlockedError():
                return PlanBlockedError(f"{self._advice()} or change the plan")
            case _:
                return ServiceRefusedError(str(answer))

    def _lost(self, answer: APIStatusError) -> StageError:
        """Give a session up, unless something in it can have cost something: a person decides."""
        if self._journal is None or any(is_open(self._journal, step) for step in PAID_STEPS):
            return WorkLostError(str(answer))
        if isinstance(answer, AuthenticationError) and self._context.nemo.token is None:
            user_id = self._session.user_id if self._session else ""
            token = self._store.token(self._api_url, user_id=user_id)
            self._store.replace(self._api_url, token)
        lose_session(self._journal)
        return SessionLostError(str(answer))

    def _rest(self, answer: APIStatusError) -> float:
        """Let the token rest for everybody; returns for how long, in seconds."""
        stated = answer.retry_after_seconds or self._context.nemo.rate_limit_seconds
        seconds = stated * random.uniform(1, 1 + JITTER)  # noqa: S311  (a pause is no secret)
        self._cooling.begin(answer, seconds)
        return self._cooling.left_seconds()

    def _advice(self) -> str:
        user_id = self._session.user_id if self._session else ""
        return advice_on_credits(user_id or self._store.user_id(self._api_url), self._context.nemo)


def refused_input(answer: APIStatusError) -> RefusedInputError:
    """Tell the person who dropped a file why the service refuses it."""
    if isinstance(answer, FileTooLargeError):
        return RefusedInputError(
            "too_large_for_service",
            f"The video service finds this file too large: {answer.message}.",
            "Compress or trim the video, then drop it again.",
        )
    return RefusedInputError(
        "unsupported_by_service",
        f"The video service does not take this file: {answer.message}.",
        "Export it as MP4, MOV, AVI, WebM or MKV, then drop it again.",
    )
