"""
What can go wrong inside the engine. A refusal becomes an answer, never a broken connection:

* EngineStartError           the server ended before it accepted a connection
* EngineStoppingError        work was broken off because the engine ends
* UnrenderableError          a draft this engine cannot make a video of
* CannotEditError            an edit that is understood and impossible here
* RefusalError               a request that is answered with no; a `Refusal` says why

Codes of four digits travel in the envelope of an HTTP 200, the others are HTTP statuses as well:
documents leave open which status goes with an envelope's code, and say so of no other.
"""

from __future__ import annotations

from enum import IntEnum

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


class Refusal(IntEnum):
    """Why a request is answered with no."""

    UNKNOWN_TOKEN = 1001
    """No token, a wrong one, an expired one, or one for links only."""
    UNKNOWN_SESSION = 1002
    """No such session, or somebody else's: the two look alike from outside."""
    NO_CREDITS = 2001
    """The message costs more than there is."""
    UNSUPPORTED_KIND = 4001
    """A file we don't take, by its name or its content."""
    TOO_LARGE = 4002
    """A file or body over its limit."""
    BAD_REQUEST = 400
    """Something required is missing or impossible."""
    NOT_ATTRIBUTED = 402
    """An export without the three headers that say which skill asks."""
    MISSING_SCOPE = 403
    """The token is good, and not for this."""
    NOT_FOUND = 404
    """There is nothing under this id."""
    SLOW_BODY = 408
    """A body that stopped in its middle."""
    DUPLICATE_ID = 409
    """A job that cannot be changed any more."""
    ENCODED_BODY = 415
    """A compressed body: what is small on the wire is not when it is unpacked."""
    UNREADABLE_BODY = 422
    """The body is no JSON, or not of the documented shape."""
    TOO_MANY = 429
    """The allowance of anonymous tokens is used up, or as many messages wait as may."""

    def error(self, message: str) -> RefusalError:
        """Make the error that answers a request so."""
        return RefusalError(self, message)


@data_error("{message}")
class RefusalError(Exception):
    """A request that is answered with no."""

    code: Refusal
    message: str
    retry_after_seconds: int | None = None

    @property
    def status(self) -> int:
        """The HTTP status that carries it."""
        return 200 if self.code >= SMALLEST_ENVELOPE_CODE else self.code
