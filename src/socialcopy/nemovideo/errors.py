"""
What can go wrong when talking to NemoVideo:

* NemoVideoError
  x APIConnectionError           nothing came back              retryable
    + StreamInterruptedError     the message may have been read  never resent
      - MessageFailedError       the agent says that it failed  never resent
  x APIStatusError               the service said no
    + AuthenticationError        code 1001
    + SessionNotFoundError       code 1002
    + InsufficientCreditsError   code 2001
    + UnsupportedFileError       code 4001
    + FileTooLargeError          code 4002
    + BadRequestError            HTTP 400
    + ExportBlockedError         HTTP 402
    + DuplicateRenderError       "duplicate id"
    + RateLimitError             HTTP 429                       retryable
    + ServerError                HTTP 5xx                       retryable
  x RenderError                  a render job had not ended in time
  x DownloadError                a file could not be fetched whole  retryable
    + UnsafeLinkError            its link leads where nobody outside may send us
"""

from __future__ import annotations

from typing import ClassVar

from socialcopy.errors import data_error


class NemoVideoError(Exception):
    """Base of everything this client raises on purpose."""

    retryable: ClassVar[bool] = False


class APIConnectionError(NemoVideoError):
    """No whole answer came back."""

    retryable = True


class StreamInterruptedError(APIConnectionError):
    """A message left this machine and its outcome is unknown; asking again may pay twice."""

    retryable = False


@data_error("the agent reported an error: {reason}")
class MessageFailedError(StreamInterruptedError):
    """The agent ended with an error; the state tells what it had done by then, if anything."""

    reason: str


@data_error("{message} (code {code})")
class APIStatusError(NemoVideoError):
    """The service answered, and the answer is no."""

    code: int
    message: str
    retry_after_seconds: float | None = None


class AuthenticationError(APIStatusError):
    """The token is wrong, revoked or expired."""


class SessionNotFoundError(APIStatusError):
    """There is no such session for this token."""


class InsufficientCreditsError(APIStatusError):
    """The account is out of credits; a person must register or top up."""


class UnsupportedFileError(APIStatusError):
    """The file is of a kind the service does not take."""


class FileTooLargeError(APIStatusError):
    """The file is larger than the service takes."""


class BadRequestError(APIStatusError):
    """Something required was missing from the request, for example the client id."""


class ExportBlockedError(APIStatusError):
    """The plan allows no export, or the attribution headers were missing; not about credits."""


class DuplicateRenderError(APIStatusError):
    """A render job with this id exists already: wait for that one."""


class RateLimitError(APIStatusError):
    """Too many requests; for anonymous tokens the limit is per seven days."""

    retryable = True


class ServerError(APIStatusError):
    """The service broke."""

    retryable = True


@data_error("render {render_id}: {reason}")
class RenderError(NemoVideoError):
    """A render job had not ended in time; it may still end, and the same id will tell."""

    render_id: str
    reason: str


class DownloadError(NemoVideoError):
    """Neither the link nor the fallback gave the whole file; the job itself is fine."""

    retryable = True


class UnsafeLinkError(DownloadError):
    """A link into a private network, or to another port of the service's host."""

    retryable = False


# Codes of the envelope (four digits) and HTTP statuses (three) never meet.
BY_CODE: dict[int, type[APIStatusError]] = {
    1001: AuthenticationError,
    1002: SessionNotFoundError,
    2001: InsufficientCreditsError,
    4001: UnsupportedFileError,
    4002: FileTooLargeError,
    400: BadRequestError,
    401: AuthenticationError,
    402: ExportBlockedError,
    429: RateLimitError,
}

SERVER_ERRORS = range(500, 600)


def status_error(
    code: int, message: str, retry_after_seconds: float | None = None
) -> APIStatusError:
    """Choose the error for a code of the envelope or an HTTP status."""
    fallback = ServerError if code in SERVER_ERRORS else APIStatusError
    return BY_CODE.get(code, fallback)(code, message, retry_after_seconds)
