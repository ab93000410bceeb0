"""The one boundary to HTTP: requests go out, JSON or one of our own errors comes back."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from socialcopy.nemovideo.errors import APIConnectionError, APIStatusError, status_error
from socialcopy.nemovideo.headers import attribution_headers
from socialcopy.nemovideo.network import Limit, LimitedTransport, limited, proxy_for
from socialcopy.nemovideo.redaction import redact_requests
from socialcopy.nemovideo.schemas import JSON, read_json

log = logging.getLogger(__name__)
redact_requests()

T = TypeVar("T", bound=BaseModel)

# For one wait; everything but uploads and the event stream.
CALL_TIMEOUT = httpx.Timeout(60, connect=10)

# For a whole exchange of JSON.
CALL_SECONDS = 120.0

# Of JSON; no answer takes a hundredth of this, but for a state.
MAX_ANSWER_BYTES = 1024 * 1024

NOT_FOUND = 404
# Refusals below 500 that a later try may cure.
PASSING = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS)

# How much of a refusal is read; the rest says nothing more.
MAX_ERROR_BYTES = 64 * 1024

# Of a service's own words; they end up in logs and in reasons that people read.
MOST_CHARACTERS = 300

LONGEST_RETRY_AFTER_SECONDS = 86_400.0


def is_loopback(url: str) -> bool:
    """Tell whether a service runs on this machine."""
    host = httpx.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_client(api_url: str, token: str | None = None) -> httpx.Client:
    """Open a client bound to one service; the token goes to that host and to no redirect."""
    headers = attribution_headers()
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return _client(httpx.URL(api_url), base_url=api_url, headers=headers)


def link_client(url: httpx.URL) -> httpx.Client:
    """Open a client for one link, which may lead anywhere: no token, and no headers of ours."""
    return _client(url, headers={})


def _client(url: httpx.URL, *, headers: dict[str, str], base_url: str = "") -> httpx.Client:
    # A proxy cannot reach our loopback.
    proxy_url = None if is_loopback(str(url)) else proxy_for(url)
    return httpx.Client(
        base_url=base_url,
        # Nothing here is worth compressing, and bytes on the wire are then bytes in memory.
        headers={**headers, "Accept-Encoding": "identity"},
        timeout=CALL_TIMEOUT,
        follow_redirects=False,
        transport=LimitedTransport(proxy_url),
        event_hooks={"response": [_require_plain]},
    )


def _require_plain(response: httpx.Response) -> None:
    """Refuse what is compressed though nobody asked for it: a kilobyte may unfold to gigabytes."""
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise APIConnectionError(f"the answer is compressed ({_plain(encoding)}) against our wish")


@contextmanager
def exchange(
    doing: str, *, seconds: float = 0.0, max_bytes: int = MAX_ANSWER_BYTES
) -> Generator[None]:
    """Hold an exchange to limits, and turn whatever httpx raises in it into ours.

    `doing` finishes the sentence "could not …". Without a time limit it is CALL_SECONDS.
    """
    limit = Limit(seconds or CALL_SECONDS, max_bytes)
    try:
        with limited(limit):
            yield
    except (httpx.RequestError, httpx.InvalidURL, UnicodeError) as exc:
        reason = limit.exceeded or type(exc).__name__
        raise APIConnectionError(f"could not {doing}: {reason}") from exc


def never_sent(exc: APIConnectionError) -> bool:
    """Tell whether the connection failed before a byte of the request could leave."""
    return isinstance(
        exc.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol
    )


def is_outage(error: BaseException) -> bool:
    """Tell whether httpx itself says that a server is away, or broke.

    None of ours gets out of `exchange`, so an error that shows up elsewhere is another client's.
    """
    if isinstance(error, httpx.HTTPStatusError):
        code = error.response.status_code
        return code in PASSING or code >= httpx.codes.INTERNAL_SERVER_ERROR
    return isinstance(error, httpx.TransportError)


def call(
    client: httpx.Client,
    method: str,
    path: str,
    doing: str,
    *,
    seconds: float = 0.0,
    max_bytes: int = MAX_ANSWER_BYTES,
    **options: Any,
) -> JSON:
    """Make one request; return the whole JSON body of a success, or raise an error."""
    with exchange(doing, seconds=seconds, max_bytes=max_bytes):
        response = client.request(method, path, **options)
    log.debug("%s %s: %d", method, path, response.status_code)
    return open_body(response)


def call_for_data(client: httpx.Client, method: str, path: str, doing: str, **options: Any) -> JSON:
    """Make one request; return the `data` of its envelope, or the body if there is none."""
    body = call(client, method, path, doing, **options)
    data = body.get("data", body)
    if not isinstance(data, dict):
        raise APIConnectionError(f"could not {doing}: the answer holds no object")
    return data


def open_body(response: httpx.Response) -> JSON:
    """Read the JSON of an answer; raise what the status or the envelope's code says."""
    body = _json(response)
    code = body.get("code")
    # `true` is an int in Python.
    if isinstance(code, int) and not isinstance(code, bool) and code != 0:
        raise status_error(code, _words(body, response), _retry_after(response))
    if not response.is_success:
        raise _http_error(body, response)
    if body.get("success") is False and not isinstance(body.get("data"), dict):
        raise APIStatusError(response.status_code, _words(body, response))
    if not body:
        raise APIConnectionError("the answer is no JSON object")
    return body


def _http_error(body: JSON, response: httpx.Response) -> APIStatusError:
    words = _words(body, response)
    is_lost_session = response.status_code == NOT_FOUND and "ession not found" in words
    code = 1002 if is_lost_session else response.status_code
    return status_error(code, words, _retry_after(response))


def _json(response: httpx.Response) -> JSON:
    try:
        body = read_json(response.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _words(body: JSON, response: httpx.Response) -> str:
    found = (body.get(key) for key in ("message", "error", "detail", "msg"))
    said = (_plain(words) for words in found if isinstance(words, str))
    return next(filter(None, said), _plain(response.reason_phrase)) or "no reason given"


def _plain(words: str) -> str:
    """Write a service's words as one short line without control characters."""
    line = " ".join(words[: 2 * MOST_CHARACTERS].split())
    return "".join(filter(str.isprintable, line))[:MOST_CHARACTERS]


def _retry_after(response: httpx.Response) -> float | None:
    """Read the seconds of a `Retry-After` header; its other form, a date, is not used here."""
    stated = response.headers.get("Retry-After", "")
    if not re.fullmatch(r"[0-9]{1,9}", stated):
        return None
    return min(float(stated), LONGEST_RETRY_AFTER_SECONDS)


def read_refusal(response: httpx.Response, expected: str) -> None:
    """Raise what a response says instead of being what was expected."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_ERROR_BYTES:
            break
    pause = [
        (name, value) for name, value in response.headers.raw if name.lower() == b"retry-after"
    ]
    whole = httpx.Response(response.status_code, headers=pause, content=body)
    open_body(whole)
    raise APIConnectionError(f"the answer is not {expected}")


def read(shape: type[T], data: JSON, doing: str) -> T:
    """Give a reply its shape; one that does not fit counts as no answer."""
    try:
        return shape.model_validate(data)
    except ValidationError as exc:
        missing = ", ".join(".".join(map(str, error["loc"])) for error in exc.errors())
        raise APIConnectionError(
            f"could not {doing}: unexpected answer ({_plain(missing)})"
        ) from None
