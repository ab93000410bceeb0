"""Web sites of somebody else, and a browser that visits them."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from socialcopy.engine.api.server import serve

PAGE = Path(__file__).parent / "attacks.html"
HOST = "somebody-else.example"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "*",
    "Access-Control-Allow-Headers": "*",
}


class Site:
    """A site that serves the attacking page, and is told when it has done all it can.

    With a `target` it is one whose name is made to lead to that service once its page is loaded
    (DNS rebinding): whatever is asked of it, the service gets, under the site's name.
    Without one it takes everything itself, which shows what a page can send at all.
    """

    def __init__(self, target: str | None = None) -> None:
        self.taken: list[str] = []
        self.done: queue.Queue[list[str]] = queue.Queue()
        self._target = target
        self.app = Starlette(
            routes=[
                Route("/attacks.html", self._page, methods=["GET"]),
                Route("/done", self._done, methods=["POST"]),
                Route("/{path:path}", self._take, methods=METHODS),
            ]
        )

    async def _page(self, _: Request) -> Response:
        return FileResponse(PAGE)

    async def _done(self, request: Request) -> Response:
        self.done.put(await request.json())
        return PlainTextResponse("", headers=ANYBODY)

    async def _take(self, request: Request) -> Response:
        if request.method != "OPTIONS":
            self.taken.append(f"{request.method} {request.url.path}")
        if self._target is None:
            return PlainTextResponse("taken", headers=ANYBODY)
        url = f"{self._target}{request.url.path}?{request.url.query}".rstrip("?")
        async with httpx.AsyncClient() as client:
            answer = await client.request(
                request.method, url, headers=request.headers.raw, content=await request.body()
            )
        kept = {k: v for k, v in answer.headers.items() if k.startswith("access-control")}
        return Response(answer.content, answer.status_code, kept)


@contextlib.contextmanager
def online(site: Site) -> Iterator[str]:
    """A site's address, which is not one of this machine's names."""
    with serve(site.app) as url:
        yield url.replace("127.0.0.1", HOST)


def visit(browser: str, address: str, site: Site, targets: list[dict[str, Any]]) -> list[str]:
    """Open the attacking page in a headless browser; what it could read."""
    given = quote(json.dumps({"targets": targets, "done": f"{address}/done"}))
    with _opened(browser, f"{address}/attacks.html#{given}"):
        return site.done.get(timeout=300)


def shown(url: str) -> str:
    """What Chromium shows at an address once its scripts have run."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = [*_options("chromium", profile), "--virtual-time-budget=30000", "--dump-dom"]
        command = [next(filter(shutil.which, PROGRAMS["chromium"])), *options, url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


@contextlib.contextmanager
def _opened(browser: str, url: str) -> Iterator[None]:
    program = next(filter(shutil.which, PROGRAMS[browser]), None)
    if program is None:
        pytest.skip(f"{browser} is not installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = subprocess.Popen(
            [program, *_options(browser, profile), url],
            env={**os.environ, "HOME": profile},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "firefox": ("firefox-esr", "firefox"),
}


def _options(browser: str, profile: str) -> list[str]:
    if browser == "firefox":
        names = f'user_pref("network.dns.localDomains", "{HOST}");\n'
        Path(profile, "user.js").write_text(names)
        return ["--headless", "--no-remote", "--profile", profile]
    return [
        *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update", "--disable-quic"),
        f"--host-resolver-rules=MAP {HOST} 127.0.0.1",
        f"--user-data-dir={profile}",
    ]
