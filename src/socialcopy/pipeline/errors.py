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
  x UnprotectedWebhookError  webhooks would be taken from anybody
  x OwnOutputError        the prefix holds our own deliveries
  x OrchestratorAwayError   whoever runs the steps can't be reached; the job waits
  x NotDeployedError        videos are to be worked on by a deployment that is not there
  x ParkedError             the job was put aside for a person; what went wrong is its cause
  x NoSuchVideoError        the bucket has no video of that key
  x NothingDeliveredError   there is no delivery of this video to refine
"""

from __future__ import annotations

from typing import ClassVar

from socialcopy.errors import data_error
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


@data_error()
class OutcomeUnknownError(StageError):
    """Sending again might pay twice, so a person decides."""

    final = True

    step: str
    waited_seconds: float

    def __str__(self) -> str:
        return (
            f"the request “{self.step}” was sent before a crash, and after "
            f"{self.waited_seconds / 60:.0f} minutes nothing shows that it was carried out. It is "
            "not sent again by itself, because that could charge twice; "
            "`socialcopy retry --send-again` does, if you accept that"
        )


@data_error(
    "the service took the request and could not carry it out: {reason}. It is not sent again "
    "by itself, because that could charge twice; `socialcopy retry --send-again` does, if you"
    " accept that"
)
class RequestFailedError(StageError):
    """The service took the request up and ended it with an error."""

    final = True

    reason: str


@data_error("the request “{step}” never reached the service; it will be sent again")
class NeverArrivedError(StageError):
    """The service keeps a list of messages, and ours is not on it: it may be sent anew.

    Nothing is wrong with the video: whoever was to send it died, or the network swallowed it.
    """

    waits = True

    step: str


@data_error("the service could not render the video: {reason}")
class RenderFailedError(StageError):
    """Both render jobs ended without a video."""

    render_id: str
    reason: str


@data_error("{reason} {advice}")
class RefusedInputError(StageError):
    """An outcome, not a failure: the job ends as rejected."""

    code: str
    reason: str
    advice: str

    @property
    def rejection(self) -> Rejection:
        """What is told to the person who dropped the file."""
        return Rejection(code=self.code, reason=self.reason, advice=self.advice)


@data_error("the account is out of credits; {advice}, and this video goes on by itself")
class OutOfCreditsError(StageError):
    """Everything else goes on; this goes on by itself after a top-up."""

    waits = True

    advice: str


@data_error()
class CeilingReachedError(StageError):
    """Somebody set a ceiling, and it holds; what is free goes on."""

    waits = True

    prefix: str
    ceiling: int

    def __str__(self) -> str:
        return (
            f"the ceiling of {self.ceiling} credits a day for {self.prefix or 'the bucket'} is "
            "reached; this video goes on by itself tomorrow, or when the ceiling is raised"
        )


@data_error()
class QuotaReachedError(StageError):
    """Somebody set how much of a prefix is taken up in a day."""

    waits = True

    prefix: str
    allowance: str
    """Such as `20 videos`."""
    until: str
    """When it goes on, in ISO 8601."""

    def __str__(self) -> str:
        when = self.until.replace("T", " ").replace(":00+00:00", " UTC")
        return (
            f"the {self.allowance} a day of {self.prefix or 'the bucket'} are used up; this video "
            f"is taken up by itself from {when} on, or when socialcopy.toml allows more"
        )


@data_error("the service had too many requests, twice; nobody asks it for {seconds:.0f} s")
class RateLimitedError(StageError):
    """The token rests for everybody."""

    waits = True

    seconds: float


@data_error("the service's plan blocks this export (not a matter of credits); {advice}")
class PlanBlockedError(StageError):
    """A matter of the plan, not of credits."""

    final = True

    advice: str


@data_error("the service refused a request for good: {answer}")
class ServiceRefusedError(StageError):
    """Asking again would be answered the same way."""

    final = True

    answer: str


@data_error("the editing session was lost before anything was sent ({answer})")
class SessionLostError(StageError):
    """Nothing was paid for yet, so the next attempt begins with another session."""

    answer: str


@data_error(
    "the editing session can't be reached any more ({answer}), and what was done in it may "
    "have been paid for. Nothing is sent again by itself"
)
class WorkLostError(StageError):
    """A new session would have to pay again, so a person decides."""

    final = True

    answer: str


@data_error(
    "the service edited the timeline of a session that several videos share, though only "
    "captions were asked for, and what it shows may be another video. Set videos_per_session "
    "= 1 for this prefix in socialcopy.toml; `socialcopy retry {oid}` then delivers the video"
    " as it was dropped, with the captions that are paid for"
)
class EditedTogetherError(StageError):
    """The edit may show another video of the shared session, so it is not delivered."""

    final = True

    oid: str


@data_error("webhooks on {host} can be sent by anybody; set HINTS_TOKEN, or HINTS_HOST")
class UnprotectedWebhookError(StageError):
    """A port that others reach is opened with a token only."""

    final = True

    host: str


@data_error(
    "the prefix “{prefix}” holds deliveries or bookkeeping of our own, which would be "
    "captioned again and again; name a folder that only people write to, such as inbox/"
)
class OwnOutputError(StageError):
    """Every delivery would be a new video to caption, for ever."""

    final = True

    prefix: str


@data_error("Prefect can't be reached ({cause}); this video goes on by itself")
class OrchestratorAwayError(StageError):
    """Prefect's server or its database is away; what is done stands in the bucket."""

    waits = True

    cause: str


@data_error(
    "Prefect's server has no deployment {name}, which WATCH_DISPATCH=deployment needs; "
    "`socialcopy deploy` makes it"
)
class NotDeployedError(StageError):
    """Runs were to be made of a deployment that nobody made."""

    name: str


@data_error("{key} is parked. {reason} {advice}")
class ParkedError(StageError):
    """Nobody tries again by itself; the reason is in the bucket."""

    final = True

    key: str
    oid: str
    reason: str
    advice: str


@data_error()
class NoSuchVideoError(StageError):
    """Somebody named a key that is not in the bucket."""

    key: str
    near: str = ""

    def __str__(self) -> str:
        return f"there is no video {self.key} in the bucket{self.near or '; mind capitals'}"


@data_error()
class NothingDeliveredError(StageError):
    """A refinement, or a look, starts from a delivery."""

    key: str
    near: str = ""

    def __str__(self) -> str:
        return f"nothing has been delivered for {self.key} yet{self.near or '; caption it first'}"
