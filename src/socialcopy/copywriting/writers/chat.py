"""One question to a language model behind an OpenAI-compatible endpoint, within a time.

It has no tools and no secrets. A library for agents (pydantic-ai) would bring seven packages for
one request.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from socialcopy.copywriting.errors import ModelTooSlowError, ModelWriterError
from socialcopy.models import Value

LONGEST_ANSWER = 200_000
"""Characters of an answer that are looked at."""

LONGEST_REPLY_BYTES = 4_000_000
CONNECT_SECONDS = 10.0
LATE = "its time was up"
STREAMED = b"data:"
"""Begins each piece of an answer that comes as it is written."""

UNKNOWN_FORMAT = frozenset({400, 422, 500, 501})
"""From endpoints that can't hold a model to a schema, or whose model knows no system role."""

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Messages = Sequence[Mapping[str, Any]]


class Endpoint(Value):
    """Where a model answers."""

    base_url: str
    model: str
    """Its name there."""
    name: str
    """As the notes call it."""
    api_key: SecretStr | None = None
    seconds_per_post: float = 0.0
    """What a post took in the last trial; 0 where there was none."""

    @property
    def is_local(self) -> bool:
        """Tell whether it is on this machine; then no proxy stands in between."""
        return urlsplit(self.base_url).hostname in LOOPBACK


def ask(
    endpoint: Endpoint,
    messages: Messages,
    schema: Mapping[str, object],
    *,
    seconds: float,
    most_tokens: int,
) -> str:
    """Have a model answer in the form of a JSON schema.

    Raises ModelTooSlowError after `seconds`, with what was said until then, and ModelWriterError
    where nothing usable comes.
    """
    deadline = time.monotonic() + seconds
    request = {
        "model": endpoint.model,
        "messages": list(messages),
        "temperature": 0,
        "seed": 0,
        "max_tokens": most_tokens,
        "stream": True,
    }
    form: dict[str, object] = {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": schema},
        },
    }
    if endpoint.is_local:  # models that think aloud first would spend the time on it
        form["chat_template_kwargs"] = {"enable_thinking": False}
    status, body = _post(endpoint, request | form, deadline)
    if status in UNKNOWN_FORMAT:
        plain = request | {"messages": _without_system(messages)}
        status, body = _post(endpoint, plain, deadline)
    if not httpx.codes.is_success(status):
        raise ModelWriterError(f"the endpoint answered with HTTP {status}")
    return _content(body)


def _without_system(messages: Messages) -> list[Mapping[str, Any]]:
    """Put what the system says in front of the first question."""
    first, *others = messages or ({},)
    if first.get("role") != "system" or not others or not isinstance(others[0]["content"], str):
        return list(messages)
    told = f"{first['content']}\n\n{others[0]['content']}"
    return [{**others[0], "content": told}, *others[1:]]


def _post(endpoint: Endpoint, request: Mapping[str, Any], deadline: float) -> tuple[int, bytes]:
    """Send a request, and read its answer until the deadline, however it drips."""
    key = endpoint.api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    left = max(0.1, deadline - time.monotonic())
    timeout = httpx.Timeout(left, connect=min(left, CONNECT_SECONDS))
    url = f"{endpoint.base_url.rstrip('/')}/chat/completions"
    body = bytearray()
    try:
        with (
            httpx.Client(timeout=timeout, trust_env=not endpoint.is_local) as client,
            client.stream("POST", url, json=request, headers=headers) as reply,
        ):
            for chunk in reply.iter_bytes():
                body += chunk
                if time.monotonic() > deadline:
                    raise ModelTooSlowError(LATE, _said(bytes(body)))
                if len(body) > LONGEST_REPLY_BYTES:
                    raise ModelWriterError("it never ends")
            return reply.status_code, bytes(body)
    except (httpx.ReadTimeout, httpx.WriteTimeout):
        raise ModelTooSlowError(LATE, _said(bytes(body))) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ModelWriterError(f"{type(error).__name__} at the endpoint") from None


def _content(body: bytes) -> str:
    try:
        content: Any = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        content = _said(body)
        if not content:
            raise ModelWriterError("it is no chat completion") from None
    if not isinstance(content, str):
        raise ModelWriterError("it has no text")
    return content[:LONGEST_ANSWER]


def _said(body: bytes) -> str:
    """Put the pieces of a streamed answer together, as far as they have arrived.

    While a server reads a long question it sends comments, so that nobody hangs up.
    """
    lines = (line for line in body.splitlines() if line.startswith(STREAMED))
    return "".join(_piece(line[len(STREAMED) :]) for line in lines)[:LONGEST_ANSWER]


def _piece(data: bytes) -> str:
    try:
        content: Any = json.loads(data)["choices"][0]["delta"].get("content")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return ""  # the end, how much was used, or the half that arrived of a piece
    return content if isinstance(content, str) else ""
