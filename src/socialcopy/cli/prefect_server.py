"""Prefect's server as `socialcopy up` runs it: `python -m … <number of a listening socket>`.

Prefect's own command answers to any name and to any page, and a browser can only be let in by
typing the password. Its app gets the two checks and a login link in front of it here.

On SQLite its transactions begin with their lock. Prefect begins them deferred: one that reads first
and then writes is refused at once when somebody else wrote meanwhile, whatever the busy timeout,
and the caller gets a 503 (measured: 34 of 42 form submissions, seven at a time). Begun as
immediate they wait for their turn (0 of 42).
"""

from __future__ import annotations

import base64
import secrets
import socket
import sys
from contextlib import AbstractAsyncContextManager

import uvicorn
from prefect.server.api.server import create_app
from prefect.server.database.configurations import AioSqliteConfiguration
from prefect.settings import get_current_settings
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from socialcopy.cli import login
from socialcopy.engine.api.origins import own_pages_only
from socialcopy.heap import give_back_every, share_one_heap
from socialcopy.settings import DataSettings

LONGEST_CODE_BYTES = 200
TRIM_SECONDS = 60
CACHE_KB = 4_096
"""Of the database, for each connection. Prefect lets each of them keep 80 MB, so that its server
grew from 242 to 421 MB over 10,000 videos; the system keeps the file in memory anyway."""

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Prefect</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 20vh auto; max-width: 34rem }</style>
<p id="state">Logging in …</p>
<script nonce="NONCE">
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  fetch("", { method: "POST", body: code }).then(async (answer) => {
    if (!answer.ok) throw new Error(await answer.text());
    localStorage.setItem("prefect-password", (await answer.json()).password);
    location.replace("/");
  }).catch((error) => { document.getElementById("state").textContent = error.message; });
</script>
</html>
"""
USED_UP = "This link has been used, or a newer one was made. “socialcopy ui” prints another."


class LoginMiddleware:
    """Answers login links; everything else is Prefect's."""

    def __init__(self, app: ASGIApp, data: DataSettings, auth: str) -> None:
        self._app = app
        self._data = data
        self._kept = base64.b64encode(auth.encode()).decode()
        """What Prefect's UI keeps in the browser, and sends as basic authentication."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, or answer it."""
        if scope["type"] != "http" or scope["path"] != login.PATH:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        answer = await self._log_in(request) if request.method == "POST" else _page()
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, send)

    async def _log_in(self, request: Request) -> Response:
        code = bytearray()
        async for chunk in request.stream():
            code += chunk[: LONGEST_CODE_BYTES - len(code)]
        if login.redeem(self._data, code.decode(errors="replace")):
            return JSONResponse({"password": self._kept})
        return PlainTextResponse(USED_UP, status_code=403)


def _page() -> Response:
    nonce = secrets.token_urlsafe(16)
    policy = f"default-src 'none'; connect-src 'self'; script-src 'nonce-{nonce}'"
    headers = {"Content-Security-Policy": f"{policy}; style-src 'unsafe-inline'"}
    return HTMLResponse(PAGE.replace("NONCE", nonce), headers=headers)


_begin = AioSqliteConfiguration.begin_transaction


def _begin_at_once(
    self: AioSqliteConfiguration,
    session: AsyncSession,
    with_for_update: bool = False,  # noqa: ARG001, FBT001  (Prefect's own signature)
) -> AbstractAsyncContextManager[AsyncSessionTransaction]:
    """Begin every transaction with its lock."""
    return _begin(self, session, True)


_set_up = AioSqliteConfiguration.setup_sqlite


def with_small_cache(
    self: AioSqliteConfiguration, conn: DBAPIConnection, record: ConnectionPoolEntry
) -> None:
    """Set a new connection up as Prefect does, but for what it may keep of the database."""
    _set_up(self, conn, record)
    cursor = conn.cursor()
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KB}")
    cursor.close()


def main() -> None:
    """Serve Prefect's API and UI until a signal ends it, on a socket that somebody else owns."""
    share_one_heap()
    give_back_every(TRIM_SECONDS)
    listener = socket.socket(fileno=int(sys.argv[1]))
    server = get_current_settings().server
    auth = server.api.auth_string
    if auth is None:
        sys.exit("PREFECT_SERVER_API_AUTH_STRING is not set: without it anybody could run anything")
    AioSqliteConfiguration.begin_transaction = _begin_at_once  # pyright: ignore[reportAttributeAccessIssue]
    AioSqliteConfiguration.setup_sqlite = with_small_cache
    app = create_app(final=True)
    inside = Middleware(LoginMiddleware, data=DataSettings(), auth=auth.get_secret_value())
    for layer in (inside, *reversed(own_pages_only())):
        app.add_middleware(layer.cls, *layer.args, **layer.kwargs)
    config = uvicorn.Config(
        app, timeout_keep_alive=server.api.keepalive_timeout, log_level=server.logging_level.lower()
    )
    uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
