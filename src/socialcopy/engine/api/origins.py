"""Refuse requests that a web page of somebody else may not make to a service on this machine.

Every page a browser shows can send requests to the loopback address: directly, where it is not
shown the answer but the work is done, or under a name of its own that is made to resolve to
127.0.0.1 (DNS rebinding), where it reads the answers too. Starlette's TrustedHostMiddleware
stops the second kind, this middleware the first: browsers name the page in the `Origin` header of
every request that can change anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# How this machine calls itself.
OWN_NAMES = ("127.0.0.1", "localhost")


def own_pages_only(hosts: Iterable[str] = OWN_NAMES) -> list[Middleware]:
    """Refuse other names of this machine (400), and requests of other sites' pages (403)."""
    names = tuple(hosts)
    return [
        Middleware(TrustedHostMiddleware, allowed_hosts=list(names), www_redirect=False),
        Middleware(OriginMiddleware, hosts=names),
    ]


class OriginMiddleware:
    """Refuses what a page of another origin sends, and lets none show us in a frame.

    A request without `Origin` comes from a program, or is one that only reads.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
        elif not self._is_own(Headers(scope=scope)):
            refusal = PlainTextResponse("Pages of other origins are not answered", 403)
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, _unframed(send))

    def _is_own(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None or "*" in self._hosts:
            return True
        page, here = _split(origin), _split(f"//{headers.get('host', '')}")
        # The port too: another program's pages on this machine are strangers as well.
        return page.hostname in self._hosts and _port(page) == _port(here)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _port(url: SplitResult) -> int | None:
    try:
        return url.port
    except ValueError:
        return -1


def _unframed(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"x-frame-options", b"DENY")]
        await send(message)

    return sending
