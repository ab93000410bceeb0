"""The one boundary to HTTP: requests go out, JSON or one of our own errors comes back."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from socialcopy.nemovideo.errors import APIConnectionError, APIStatusError, status_error
from socialcopy.nemovideo.headers import attribution_headers
from socialcopy.nemovideo.schemas import JSON

log = logging.getLogger(__name__)

T = TypeVar("T", bound=BaseModel)

CALL_TIMEOUT = httpx.Timeout(60, connect=10)
"""For everything but uploads and the event stream."""

NOT_FOUND = 404
PASSING = (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS)
"""Refusals below 500 that a later try may cure."""

MAX_ERROR_BYTES = 64 * 1024
"""How much of a refusal is read; the rest says nothing more."""


def is_loopback(url: str) -> bool:
    """Whether a service runs on this machine."""
    host = httpx.URL(url).host
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def open_client(api_url: str, token: str | None = None) -> httpx.Client:
    """A client bound to one service; the token goes to that host and to no redirect."""
    headers = {**attribution_headers(), "Accept-Encoding": "identity"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return httpx.Client(
        base_url=api_url,
        headers=headers,
        timeout=CALL_TIMEOUT,
        follow_redirects=False,
        trust_env=not is_loopback(api_url),  # a proxy cannot reach our loopback
    )


@contextmanager
def mapped(doing: str) -> Generator[None]:
    """Turn whatever httpx raises into ours; `doing` finishes the sentence "could not …"."""
    try:
        yield
    except (httpx.RequestError, httpx.InvalidURL) as exc:
        raise APIConnectionError(f"could not {doing}: {type(exc).__name__}") from exc


def never_sent(exc: APIConnectionError) -> bool:
    """Whether the connection failed before a byte of the request could leave."""
    return isinstance(
        exc.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol
    )


def is_outage(error: BaseException) -> bool:
    """Whether httpx itself says that a server is away, or broke.

    None of ours gets out of `mapped`, so an error that shows up elsewhere is another client's.
    """
    if isinstance(error, httpx.HTTPStatusError):
        code = error.response.status_code
        return code in PASSING or code >= httpx.codes.INTERNAL_SERVER_ERROR
    return isinstance(error, httpx.TransportError)


def call(client: httpx.Client, method: str, path: str, doing: str, **options: Any) -> JSON:
    """One request; the whole JSON body of a success, or an error."""
    with mapped(doing):
        response = client.request(method, path, **options)
    log.debug("%s %s: %d", method, path, response.status_code)
    return open_body(response)


def call_for_data(client: httpx.Client, method: str, path: str, doing: str, **options: Any) -> JSON:
    """One request; the `data` of its envelope, or the body where there is no envelope."""
    body = call(client, method, path, doing, **options)
    data = body.get("data", body)
    if not isinstance(data, dict):
        raise APIConnectionError(f"could not {doing}: the answer holds no object")
    return data


def open_body(response: httpx.Response) -> JSON:
    """The JSON of an answer; raises what the status or the envelope's code says."""
    body = _json(response)
    code = body.get("code")
    if isinstance(code, int) and code != 0:
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
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _words(body: JSON, response: httpx.Response) -> str:
    for key in ("message", "error", "detail", "msg"):
        if isinstance(body.get(key), str) and body[key]:
            return body[key]
    return response.reason_phrase or "no reason given"


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds of a `Retry-After` header; its other form, a date, is not used by this API."""
    stated = response.headers.get("Retry-After", "")
    return float(stated) if stated.isdigit() else None


def read_refusal(response: httpx.Response) -> None:
    """Raise what a response that should have been a stream says instead."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_ERROR_BYTES:
            break
    whole = httpx.Response(response.status_code, content=body)
    open_body(whole)
    raise APIConnectionError("the answer is no event stream")


def read(shape: type[T], data: JSON, doing: str) -> T:
    """Give a reply its shape; one that does not fit counts as no answer."""
    try:
        return shape.model_validate(data)
    except ValidationError as exc:
        missing = ", ".join(".".join(map(str, error["loc"])) for error in exc.errors())
        raise APIConnectionError(f"could not {doing}: unexpected answer ({missing})") from None
