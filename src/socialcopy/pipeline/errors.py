"""
Why a job stops without a delivery, and is not simply tried again:

* StageError
  x OutcomeUnknownError   a paid step was sent, and nothing shows what came of it
  x RequestFailedError    a paid step was sent, and the service says that it failed
  x NeverArrivedError     a paid step was about to be sent, and provably was not
  x RenderFailedError     the service could not make the video, twice
  x RefusedInputError     the service does not take this file
  x OutOfCreditsError     the account is empty; the job waits for a top-up
  x CeilingReachedError   the day's credits are spent; the job waits for another day
  x QuotaReachedError     the day's videos, minutes or bytes are used up; the job waits
  x RateLimitedError      too many requests, twice; the job waits
  x PlanBlockedError      the plan allows no export, and the work is nothing without it
  x ServiceRefusedError   the service said no for a reason that will not pass by itself
  x SessionLostError      the session is gone before anything was paid for; another one is opened
  x WorkLostError         the session is gone after something was paid for
  x EditedTogetherError   the timeline of several videos was edited, and nobody asked for it
  x OpenDoorError         webhooks would be taken from anybody
  x OwnOutputError        the prefix holds our own deliveries
  x OrchestratorAwayError   whoever runs the steps can't be reached; the job waits
  x ParkedError             the job was put aside for a person; what went wrong is its cause
  x NoSuchVideoError        the bucket has no video of that key
  x NothingDeliveredError   there is no delivery of this video to refine
"""

from __future__ import annotations

from typing import ClassVar

from socialcopy.models import Rejection


class StageError(Exception):
    """Base of what the pipeline itself gives up on."""

    final: ClassVar[bool] = False
    """Whether another attempt can't help, so that a person has to look at once."""

    waits: ClassVar[bool] = False
    """Whether the job is fine and only its time has not come; it counts as no attempt."""


def sentence(failure: Exception) -> str:
    """Tell a person of a failure; the words of Python and of libraries are for the log."""
    if type(failure).__module__.startswith("socialcopy."):
        return str(failure)
    kind = type(failure).__name__
    return f"something unexpected happened in socialcopy itself ({kind}); its log says what"


class OutcomeUnknownError(StageError):
    """Sending again might pay twice, so a person decides."""

    final = True

    def __init__(self, step: str, waited_seconds: float) -> None:
        super().__init__(step, waited_seconds)
        self.step = step
        self.waited_seconds = waited_seconds

    def __str__(self) -> str:
        return (
            f"the request “{self.step}” was sent before a crash, and after "
            f"{self.waited_seconds / 60:.0f} minutes nothing shows that it was carried out. It is "
            "not sent again by itself, because that could charge twice; "
            "`socialcopy retry --send-again` does, if you accept that"
        )


class RequestFailedError(StageError):
    """The service took the request up and ended it with an error."""

    final = True

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"the service took the request and could not carry it out: {self.reason}. It is not "
            "sent again by itself, because that could charge twice; "
            "`socialcopy retry --send-again` does, if you accept that"
        )


class NeverArrivedError(StageError):
    """The service keeps a list of messages, and ours is not on it: it may be sent anew.

    Nothing is wrong with the video: whoever was to send it died, or the network swallowed it.
    """

    waits = True

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step

    def __str__(self) -> str:
        return f"the request “{self.step}” never reached the service; it will be sent again"


class RenderFailedError(StageError):
    """Both render jobs ended without a video."""

    def __init__(self, render_id: str, reason: str) -> None:
        super().__init__(render_id, reason)
        self.render_id = render_id
        self.reason = reason

    def __str__(self) -> str:
        return f"the service could not render the video: {self.reason}"


class RefusedInputError(StageError):
    """An outcome, not a failure: the job ends as rejected."""

    def __init__(self, code: str, reason: str, advice: str) -> None:
        super().__init__(code, reason, advice)
        self.code = code
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.reason} {self.advice}"

    @property
    def rejection(self) -> Rejection:
        """What is told to the person who dropped the file."""
        return Rejection(code=self.code, reason=self.reason, advice=self.advice)


class OutOfCreditsError(StageError):
    """Everything else goes on; this goes on by itself after a top-up."""

    waits = True

    def __init__(self, advice: str) -> None:
        super().__init__(advice)
        self.advice = advice

    def __str__(self) -> str:
        return f"the account is out of credits; {self.advice}, and this video goes on by itself"


class CeilingReachedError(StageError):
    """Somebody set a ceiling, and it holds; what is free goes on."""

    waits = True

    def __init__(self, prefix: str, ceiling: int) -> None:
        super().__init__(prefix, ceiling)
        self.prefix = prefix
        self.ceiling = ceiling

    def __str__(self) -> str:
        return (
            f"the ceiling of {self.ceiling} credits a day for {self.prefix or 'the bucket'} is "
            "reached; this video goes on by itself tomorrow, or when the ceiling is raised"
        )


class QuotaReachedError(StageError):
    """Somebody set how much of a prefix is taken up in a day."""

    waits = True

    def __init__(self, prefix: str, allowance: str, until: str) -> None:
        super().__init__(prefix, allowance, until)
        self.prefix = prefix
        self.allowance = allowance
        """Such as `20 videos`."""
        self.until = until
        """When it goes on, in ISO 8601."""

    def __str__(self) -> str:
        when = self.until.replace("T", " ").replace(":00+00:00", " UTC")
        return (
            f"the {self.allowance} a day of {self.prefix or 'the bucket'} are used up; this video "
            f"is taken up by itself from {when} on, or when socialcopy.toml allows more"
        )


class RateLimitedError(StageError):
    """The token rests for everybody."""

    waits = True

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"the service had too many requests, twice; nobody asks it for {self.seconds:.0f} s"


class PlanBlockedError(StageError):
    """A matter of the plan, not of credits."""

    final = True

    def __init__(self, advice: str) -> None:
        super().__init__(advice)
        self.advice = advice

    def __str__(self) -> str:
        return f"the service's plan blocks this export (not a matter of credits); {self.advice}"


class ServiceRefusedError(StageError):
    """Asking again would be answered the same way."""

    final = True

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer

    def __str__(self) -> str:
        return f"the service refused a request for good: {self.answer}"


class SessionLostError(StageError):
    """Nothing was paid for yet, so the next attempt begins with another session."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer

    def __str__(self) -> str:
        return f"the editing session was lost before anything was sent ({self.answer})"


class WorkLostError(StageError):
    """A new session would have to pay again, so a person decides."""

    final = True

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer

    def __str__(self) -> str:
        return (
            f"the editing session can't be reached any more ({self.answer}), and what was done in "
            "it may have been paid for. Nothing is sent again by itself"
        )


class EditedTogetherError(StageError):
    """The edit may show another video of the shared session, so it is not delivered."""

    final = True

    def __init__(self, oid: str) -> None:
        super().__init__(oid)
        self.oid = oid

    def __str__(self) -> str:
        return (
            "the service edited the timeline of a session that several videos share, though only "
            "captions were asked for, and what it shows may be another video. Set "
            "videos_per_session = 1 for this prefix in socialcopy.toml; "
            f"`socialcopy retry {self.oid}` then delivers the video as it was dropped, with the "
            "captions that are paid for"
        )


class OpenDoorError(StageError):
    """A port that others reach is opened with a token only."""

    final = True

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host

    def __str__(self) -> str:
        return f"webhooks on {self.host} can be sent by anybody; set HINTS_TOKEN, or HINTS_HOST"


class OwnOutputError(StageError):
    """Every delivery would be a new video to caption, for ever."""

    final = True

    def __init__(self, prefix: str) -> None:
        super().__init__(prefix)
        self.prefix = prefix

    def __str__(self) -> str:
        return (
            f"the prefix “{self.prefix}” holds deliveries or bookkeeping of our own, which would "
            "be captioned again and again; name a folder that only people write to, such as inbox/"
        )


class OrchestratorAwayError(StageError):
    """Prefect's server or its database is away; what is done stands in the bucket."""

    waits = True

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause

    def __str__(self) -> str:
        return f"Prefect can't be reached ({self.cause}); this video goes on by itself"


class ParkedError(StageError):
    """Nobody tries again by itself; the reason is in the bucket."""

    final = True

    def __init__(self, key: str, oid: str, reason: str, advice: str) -> None:
        super().__init__(key, oid, reason, advice)
        self.key = key
        self.oid = oid
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.key} is parked. {self.reason} {self.advice}"


class NoSuchVideoError(StageError):
    """Somebody named a key that is not in the bucket."""

    def __init__(self, key: str, near: str = "") -> None:
        super().__init__(key, near)
        self.key = key
        self.near = near

    def __str__(self) -> str:
        return f"there is no video {self.key} in the bucket{self.near or '; mind capitals'}"


class NothingDeliveredError(StageError):
    """A refinement, or a look, starts from a delivery."""

    def __init__(self, key: str, near: str = "") -> None:
        super().__init__(key, near)
        self.key = key
        self.near = near

    def __str__(self) -> str:
        return f"nothing has been delivered for {self.key} yet{self.near or '; caption it first'}"
