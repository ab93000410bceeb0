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

import functools
import inspect
import random
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from socialcopy.models import Session
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

P = ParamSpec("P")
R = TypeVar("R")

PAID_STEPS = ("caption", "refine")
JITTER = 0.25
"""Share by which a wait is lengthened at random, so that workers do not come back together."""

LONGEST_WAIT_SECONDS = 120.0
"""A pause below this is sat out; a longer one ends the attempt, and the job waits."""


def heeding(stage: Callable[P, R]) -> Callable[P, R]:
    """Make a stage heed what the service says; the stage must be one that may be repeated."""
    signature = inspect.signature(stage)

    @functools.wraps(stage)
    def heeded(*args: P.args, **kwargs: P.kwargs) -> R:
        call = _Call(signature.bind(*args, **kwargs).arguments)
        call.wait_for_pause()
        try:
            return stage(*args, **kwargs)
        except ServerError:
            raise
        except APIStatusError as answer:
            call.prepare_again(answer)
        try:
            return stage(*args, **kwargs)
        except ServerError:
            raise
        except APIStatusError as answer:
            raise call.verdict(answer, is_last=True) from answer

    return heeded


class _Call:
    """One call of a stage, and what hangs on it."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._shop: Context = arguments["context"]
        self._api_url: str = arguments["api_url"]
        self._session: Session | None = arguments.get("session")
        claim = arguments.get("claim")
        self._journal = Journal(self._shop.bucket, claim) if claim else None
        self._store = TokenStore(self._shop.data.data_dir, self._shop.nemo)
        self._cooling = self._store.cooling(self._api_url)

    def wait_for_pause(self) -> None:
        """Sit out a short pause that somebody's 429 began; a long one is this job's too."""
        left = self._cooling.left_seconds()
        if left > LONGEST_WAIT_SECONDS:
            self._insist_no_pause()
        time.sleep(left)

    def _insist_no_pause(self) -> None:
        try:
            self._cooling.insist_over()
        except APIStatusError as answer:
            raise self._told(answer) from answer

    def prepare_again(self, answer: APIStatusError) -> None:
        """Return when the stage may be tried once more; raise what it ends with otherwise."""
        if isinstance(answer, RateLimitError):
            time.sleep(self._rest(answer))
        elif isinstance(answer, AuthenticationError) and self._session is None:
            self._renew_token(answer)
        elif not (self._session is None and self._may_repeat(answer)):
            raise self.verdict(answer, is_last=False) from answer

    def _may_repeat(self, answer: APIStatusError) -> bool:
        """Tell whether asking again cures a refusal, which it can before there is a session.

        It gives a client id that was missing, and another session for a lost one.
        """
        if isinstance(answer, BadRequestError):
            return self._journal is None
        return isinstance(answer, SessionNotFoundError) and self._journal is not None

    def _renew_token(self, answer: APIStatusError) -> None:
        if self._shop.nemo.token is not None:
            raise ServiceRefusedError(f"{answer}; NEMO_TOKEN has to be set anew") from answer
        if self._journal is not None:  # a token was used; at the token's own step there is none
            self._store.replace(self._api_url, self._store.token(self._api_url))

    def verdict(self, answer: APIStatusError, *, is_last: bool) -> StageError:
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
                self._cooling.begin(answer, self._shop.nemo.credits_pause_seconds)
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
        if isinstance(answer, AuthenticationError) and self._shop.nemo.token is None:
            user_id = self._session.user_id if self._session else ""
            token = self._store.token(self._api_url, user_id=user_id)
            self._store.replace(self._api_url, token)
        lose_session(self._journal)
        return SessionLostError(str(answer))

    def _rest(self, answer: APIStatusError) -> float:
        """Let the token rest for everybody; returns for how long, in seconds."""
        stated = answer.retry_after_seconds or self._shop.nemo.rate_limit_seconds
        seconds = stated * random.uniform(1, 1 + JITTER)  # noqa: S311  (a pause is no secret)
        self._cooling.begin(answer, seconds)
        return self._cooling.left_seconds()

    def _advice(self) -> str:
        user_id = self._session.user_id if self._session else ""
        return advice_on_credits(user_id or self._store.user_id(self._api_url), self._shop.nemo)


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
