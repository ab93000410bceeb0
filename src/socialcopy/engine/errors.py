"""
What can go wrong inside the engine. A refusal becomes an answer, never a broken connection:

* EngineStartError           the server ended before it accepted a connection
* EngineStoppingError        work was broken off because the engine ends
* UnrenderableError          a draft this engine cannot make a video of
* CannotEditError            an edit that is understood and impossible here
* RefusalError
  x UnknownTokenError      code 1001
  x UnknownSessionError    code 1002
  x NoCreditsError         code 2001
  x UnsupportedKindError   code 4001
  x TooLargeError          code 4002
  x BadRequestError        HTTP 400
  x NotAttributedError     HTTP 402
  x MissingScopeError      HTTP 403
  x NotFoundError          HTTP 404
  x SlowBodyError          HTTP 408
  x DuplicateIdError       HTTP 409
  x EncodedBodyError       HTTP 415
  x UnreadableBodyError    HTTP 422
  x QuotaError             HTTP 429

Codes of four digits travel in the envelope of an HTTP 200, the others are HTTP statuses as well:
documents leave open which status goes with an envelope's code, and say so of no other.
"""

from __future__ import annotations

from typing import ClassVar

from socialcopy.errors import data_error

SMALLEST_ENVELOPE_CODE = 1000


class EngineStartError(Exception):
    """The server ended before it accepted a connection."""


class EngineStoppingError(Exception):
    """Work was broken off because the engine ends; it stays in the backlog."""


class UnrenderableError(Exception):
    """The draft asks for something this engine cannot put into a video."""


class CannotEditError(Exception):
    """An edit that cannot be made, in words for the person; nothing has changed."""


@data_error("{message}")
class RefusalError(Exception):
    """A request that is answered with no."""

    code: ClassVar[int]

    message: str

    @property
    def status(self) -> int:
        """The HTTP status that carries it."""
        return 200 if self.code >= SMALLEST_ENVELOPE_CODE else self.code


class UnknownTokenError(RefusalError):
    """No token, a wrong one, an expired one, or one for links only."""

    code = 1001


class UnknownSessionError(RefusalError):
    """No such session, or somebody else's: the two look alike from outside."""

    code = 1002


class NoCreditsError(RefusalError):
    """The message costs more than there is."""

    code = 2001


class UnsupportedKindError(RefusalError):
    """A file we don't take, by its name or its content."""

    code = 4001


class TooLargeError(RefusalError):
    """A file or body over its limit."""

    code = 4002


class BadRequestError(RefusalError):
    """Something required is missing or impossible."""

    code = 400


class NotAttributedError(RefusalError):
    """An export without the three headers that say which skill asks."""

    code = 402


class MissingScopeError(RefusalError):
    """The token is good, and not for this."""

    code = 403


class NotFoundError(RefusalError):
    """There is nothing under this id."""

    code = 404


class SlowBodyError(RefusalError):
    """A body that stopped in its middle."""

    code = 408


class EncodedBodyError(RefusalError):
    """A compressed body: what is small on the wire is not when it is unpacked."""

    code = 415


class DuplicateIdError(RefusalError):
    """A job that cannot be changed any more."""

    code = 409


class UnreadableBodyError(RefusalError):
    """The body is no JSON, or not of the documented shape."""

    code = 422


class QuotaError(RefusalError):
    """Too many anonymous tokens."""

    code = 429
