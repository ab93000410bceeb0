"""
Why a job stops without a delivery, and is not simply tried again:

* StageError
  x FinalError  another attempt can't help, so that a person has to look at once
    + OutcomeUnknownError      a paid step was sent, and nothing shows what came of it
    + RequestFailedError       a paid step was sent, and the service says that it failed
    + PlanBlockedError         the plan allows no export, and the work is nothing without it
    + ServiceRefusedError      the service said no for a reason that will not pass by itself
    + WorkLostError            the session is gone after something was paid for
    + EditedTogetherError      the timeline of several videos was edited, and nobody asked for it
    + UnprotectedWebhookError  webhooks would be taken from anybody
    + OwnOutputError           the prefix holds our own deliveries
    + ParkedError              the job was put aside for a person; what went wrong is its cause
  x WaitingError  the job is fine and only its time has not come; it counts as no attempt
    + NeverArrivedError        a paid step was about to be sent, and provably was not
    + OutOfCreditsError        the account is empty; the job waits for a top-up
    + CeilingReachedError      the day's credits are spent; it waits for another day
    + QuotaReachedError        the day's videos, minutes or bytes are used up; the job waits
    + RateLimitedError         too many requests, twice; the job waits
    + OrchestratorAwayError    whoever runs the steps can't be reached; the job waits
  x RenderFailedError      the service could not make the video, twice
  x RefusedInputError      the service does not take this file
  x SessionLostError       the session is gone before anything was paid for; another one is opened
  x NotDeployedError       videos are to be worked on by a deployment that is not there
  x NoSuchVideoError       the bucket has no video of that key
  x NothingDeliveredError  there is no delivery of this video to refine
"""

from __future__ import annotations

from socialcopy.errors import data_error
from socialcopy.models import Rejection


class StageError(Exception):
    """Base of what the pipeline itself gives up on."""


class FinalError(StageError):
    """Another attempt can't help, so that a person has to look at once."""


class WaitingError(StageError):
    """The job is fine and only its time has not come; it counts as no attempt."""


def sentence(failure: Exception) -> str:
    """Tell a person of a failure; the words of Python and of libraries are for the log."""
    if type(failure).__module__.startswith("socialcopy."):
        return str(failure)
    kind = type(failure).__name__
    return f"something unexpected happened in socialcopy itself ({kind}); its log says what"


@data_error(
    "the request “{step}” was sent before a crash, and after {waited_minutes:.0f} minutes nothing "
    "shows that it was carried out. It is not sent again by itself, because that could charge "
    "twice; `socialcopy retry --send-again` does, if you accept that"
)
class OutcomeUnknownError(FinalError):
    """Sending again might pay twice, so a person decides."""

    step: str
    waited_minutes: float


@data_error(
    "the service took the request and could not carry it out: {reason}. It is not sent again "
    "by itself, because that could charge twice; `socialcopy retry --send-again` does, if you"
    " accept that"
)
class RequestFailedError(FinalError):
    """The service took the request up and ended it with an error."""

    reason: str


@data_error("the service's plan blocks this export (not a matter of credits); {advice}")
class PlanBlockedError(FinalError):
    """A matter of the plan, not of credits."""

    advice: str


@data_error("the service refused a request for good: {answer}")
class ServiceRefusedError(FinalError):
    """Asking again would be answered the same way."""

    answer: str


@data_error(
    "the editing session can't be reached any more ({answer}), and what was done in it may "
    "have been paid for. Nothing is sent again by itself"
)
class WorkLostError(FinalError):
    """A new session would have to pay again, so a person decides."""

    answer: str


@data_error(
    "the service edited the timeline of a session that several videos share, though only "
    "captions were asked for, and what it shows may be another video. Set videos_per_session "
    "= 1 for this prefix in socialcopy.toml; `socialcopy retry {oid}` then delivers the video"
    " as it was dropped, with the captions that are paid for"
)
class EditedTogetherError(FinalError):
    """The edit may show another video of the shared session, so it is not delivered."""

    oid: str


@data_error("webhooks on {host} can be sent by anybody; set HINTS_TOKEN, or HINTS_HOST")
class UnprotectedWebhookError(FinalError):
    """A port that others reach is opened with a token only."""

    host: str


@data_error(
    "the prefix “{prefix}” holds deliveries or bookkeeping of our own, which would be "
    "captioned again and again; name a folder that only people write to, such as inbox/"
)
class OwnOutputError(FinalError):
    """Every delivery would be a new video to caption, for ever."""

    prefix: str


@data_error("{key} is parked. {reason} {advice}")
class ParkedError(FinalError):
    """Nobody tries again by itself; the reason is in the bucket."""

    key: str
    oid: str
    reason: str
    advice: str


@data_error("the request “{step}” never reached the service; it will be sent again")
class NeverArrivedError(WaitingError):
    """The service keeps a list of messages, and ours is not on it: it may be sent anew.

    Nothing is wrong with the video: whoever was to send it died, or the network swallowed it.
    """

    step: str


@data_error("the account is out of credits; {advice}, and this video goes on by itself")
class OutOfCreditsError(WaitingError):
    """Everything else goes on; this goes on by itself after a top-up."""

    advice: str


@data_error(
    "the ceiling of {ceiling} credits a day for {place} is reached; this video goes on by itself "
    "tomorrow, or when the ceiling is raised"
)
class CeilingReachedError(WaitingError):
    """Somebody set a ceiling, and it holds; what is free goes on."""

    place: str
    """A prefix, or the whole bucket."""
    ceiling: int


@data_error()
class QuotaReachedError(WaitingError):
    """Somebody set how much of a prefix is taken up in a day."""

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
class RateLimitedError(WaitingError):
    """The token rests for everybody."""

    seconds: float


@data_error("Prefect can't be reached ({cause}); this video goes on by itself")
class OrchestratorAwayError(WaitingError):
    """Prefect's server or its database is away; what is done stands in the bucket."""

    cause: str


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


@data_error("the editing session was lost before anything was sent ({answer})")
class SessionLostError(StageError):
    """Nothing was paid for yet, so the next attempt begins with another session."""

    answer: str


@data_error(
    "Prefect's server has no deployment {name}, which WATCH_DISPATCH=deployment needs; "
    "`socialcopy deploy` makes it"
)
class NotDeployedError(StageError):
    """Runs were to be made of a deployment that nobody made."""

    name: str


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
