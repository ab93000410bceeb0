"""A hub on a real socket: answers as the hub does for one file, and misbehaves when told to."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from socialcopy.local_models.catalogue import OpenModel

PIECE_BYTES = 1 << 20
REVISION = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves one file behind a redirect, as the hub does for large ones."""

    def __init__(self, data: bytes, sha256: str = "") -> None:
        self.data = data
        self.sha256 = sha256 or hashlib.sha256(data).hexdigest()
        self.status = 200
        self.breaks_at: list[int] = []
        """Bytes after which the next answers break off."""
        self.ranges: list[str] = []
        """The ranges that were asked for, in order."""

    @property
    def app(self) -> Starlette:
        resolve = "/{owner}/{name}/resolve/{revision}/{file}"
        return Starlette(
            routes=[
                Route(resolve, self.resolve, methods=["GET", "HEAD"]),
                Route("/cdn/{file}", self.content, methods=["GET", "HEAD"]),
            ]
        )

    async def resolve(self, request: Request) -> Response:
        if self.status != 200:
            return Response(status_code=self.status)
        headers = {
            "X-Repo-Commit": REVISION,
            "X-Linked-Etag": f'"{self.sha256}"',
            "X-Linked-Size": str(len(self.data)),
            "ETag": '"something else"',
        }
        # Another host, as the hub's own is.
        place = f"http://localhost:{request.url.port}/cdn/{request.path_params['file']}"
        return RedirectResponse(place, 302, headers)

    async def content(self, request: Request) -> Response:
        asked = request.headers.get("range", "")
        start = int(asked.removeprefix("bytes=").partition("-")[0]) if asked else 0
        if request.method == "GET":
            self.ranges.append(asked)
        left = self.data[start:]
        headers = {"Content-Length": str(len(left)), "Accept-Ranges": "bytes"}
        if asked:
            last = len(self.data) - 1
            headers["Content-Range"] = f"bytes {start}-{last}/{len(self.data)}"
        ends_at = self.breaks_at.pop(0) if self.breaks_at and request.method == "GET" else None
        return StreamingResponse(_pieces(left, ends_at), 206 if asked else 200, headers)


async def _pieces(data: bytes, ends_at: int | None) -> AsyncGenerator[bytes]:
    for start in range(0, len(data), PIECE_BYTES):
        if ends_at is not None and start >= ends_at:
            raise ConnectionAbortedError
        yield data[start : start + PIECE_BYTES]


def entry(hub: Hub, **changes: object) -> OpenModel:
    """The file as a catalogue has it."""
    known = OpenModel(
        name="tiny",
        title="Tiny",
        license="MIT",
        repository="somebody/tiny-GGUF",
        revision=REVISION,
        file="tiny.gguf",
        size_bytes=len(hub.data),
        sha256=hashlib.sha256(hub.data).hexdigest(),
        memory_bytes=1,
        good_for="tests",
    )
    return known.model_copy(update=changes)
