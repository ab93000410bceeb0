"""
Why a job stops without a delivery, and is not simply tried again:

* StageError
  x OutcomeUnknownError   a paid step was sent, and nothing shows what came of it
  x NeverArrivedError     a paid step was about to be sent, and provably was not
  x RenderFailedError     the service could not make the video, twice
"""

from __future__ import annotations

from typing import ClassVar


class StageError(Exception):
    """Base of what the pipeline itself gives up on."""

    final: ClassVar[bool] = False
    """Whether another attempt can't help, so that a person has to look at once."""


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


class NeverArrivedError(StageError):
    """The service keeps a list of messages, and ours is not on it: it may be sent anew."""

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
        return f"the service could not render the video (job {self.render_id}): {self.reason}"
