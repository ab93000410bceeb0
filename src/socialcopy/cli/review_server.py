"""Review pages out of the bucket, for a browser on this machine.

A presigned URL shows one object, and the page beside its MP4s is several. So a small server reads
them from the bucket as they are asked for: nothing is copied, no link expires, and none that is
kept anywhere lets somebody in. Who may look is who can read the data folder: `socialcopy open`
makes a link that works once and for a minute, and the browser is known from then on.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import socket
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import quote, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from socialcopy import keys, local_files
from socialcopy.engine.api.origins import own_pages_only
from socialcopy.engine.api.server import serve
from socialcopy.local_files import CorruptFileError
from socialcopy.settings import DataSettings, S3Settings
from socialcopy.storage.bucket import CHUNK_BYTES, Bucket, Stream
from socialcopy.storage.delivery_files import CONTENT_TYPES
from socialcopy.storage.errors import ObjectUnreadableError, SourceGoneError

# What is shown: what we wrote for people.
SHOWN = (keys.OUTBOX, keys.REJECTED, keys.PARKED, keys.REPORTS)

KEY_BYTES = 32
NEW_KEY = "Delete it; browsers that were let in need a new link (`socialcopy open`)"
LINK_SECONDS = 60
COOKIE = "socialcopy"
COOKIE_SECONDS = 30 * 86_400

# A page may run the script it carries (its own policy names it by hash), and call nobody.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self'; "
    "media-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

STRANGER = (
    "This browser is not known here yet.\n\nRun `socialcopy open` with the video's name on this "
    "machine; it opens the page, and from then on this browser is let in.\n"
)


def create_app(bucket: Bucket, secret: str) -> Starlette:
    """Make the server of the pages in a bucket; `secret` is what links and cookies are made of."""
    pages = _Pages(bucket, secret)
    return Starlette(
        routes=[Route("/login", pages.login), Route("/{key:path}", pages.show)],
        middleware=own_pages_only(),
    )


class _Pages:
    def __init__(self, bucket: Bucket, secret: str) -> None:
        self._bucket = bucket
        self._secret = secret
        self._used: set[str] = set()

    def login(self, request: Request) -> Response:
        """Let a browser in that comes with a fresh link, and send it where it wants to go."""
        code, to = request.query_params.get("code", ""), request.query_params.get("to", "/")
        if code in self._used or not _is_fresh(self._secret, code) or not _is_local(to):
            return PlainTextResponse(STRANGER, 403)
        # Once: a link in a shell's history lets nobody in later.
        self._used.add(code)
        answer = RedirectResponse(to, 303)
        cookie = _signed(self._secret, "browser")
        answer.set_cookie(
            COOKIE, cookie, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", path="/"
        )
        return answer

    def show(self, request: Request) -> Response:
        """Show one object of a delivery, or the way to its page."""
        known = _signed(self._secret, "browser")
        if not hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), known.encode()):
            return PlainTextResponse(STRANGER, 403)
        key = request.path_params["key"]
        if not key.startswith(SHOWN) or ".." in key.split("/"):
            return PlainTextResponse("There is nothing here.\n", 404)
        if key.endswith("/"):
            key, asked = f"{key}index.html", key
            found = page_of(self._bucket, asked)
            if found is None:
                return PlainTextResponse(f"There is no delivery in {asked}.\n", 404)
            if found != key:
                return RedirectResponse(f"/{quote(found)}", 303)
        return self._object(key, request.headers.get("range"))

    def _object(self, key: str, byte_range: str | None) -> Response:
        kind = CONTENT_TYPES.get(PurePosixPath(key).suffix)
        try:
            stream = self._bucket.stream(key, byte_range) if kind else None
        except (SourceGoneError, ObjectUnreadableError) as error:
            return PlainTextResponse(f"{error}\n", 404)
        if stream is None:
            return PlainTextResponse("There is nothing here.\n", 404)
        headers = {
            "Content-Length": str(stream.length_bytes),
            "Accept-Ranges": "bytes",
            "ETag": stream.etag,
            "Cache-Control": "private, no-cache",
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        if stream.content_range:
            headers["Content-Range"] = stream.content_range
        status = 206 if stream.content_range else 200
        return StreamingResponse(_chunks(stream), status, headers, media_type=kind)


def _chunks(stream: Stream) -> Iterator[bytes]:
    with stream.body as body:
        while chunk := body.read(CHUNK_BYTES):
            yield chunk


def page_of(bucket: Bucket, prefix: str) -> str | None:
    """Find the key of a delivery's page; one that was taken over has it in a folder inside."""
    listed = (key for key in bucket.list_keys(prefix) if key.endswith("/index.html"))
    # The shortest is that of the delivery itself; one in a folder inside belongs to a take-over.
    return min(listed, key=len, default=None)


def _is_local(path: str) -> bool:
    # Browsers read `//host` and `/\host` as another server's address.
    return path.startswith("/") and not path.startswith(("//", "/\\"))


def _signed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _is_fresh(secret: str, code: str) -> bool:
    until, _, sign = code.partition(".")
    is_ours = hmac.compare_digest(sign.encode(), _signed(secret, f"link {until}").encode())
    return is_ours and until.isdecimal() and time.time() < int(until)


def link(url: str, secret: str, to: str) -> str:
    """Make an address that lets a browser in once, within a minute, and shows it a page."""
    until = str(int(time.time()) + LINK_SECONDS)
    code = f"{until}.{_signed(secret, f'link {until}')}"
    return f"{url}/login?{urlencode({'code': code, 'to': to})}"


def secret_of(data: DataSettings) -> str:
    """Return the secret behind links and cookies, from a file that only its owner can read."""
    path = data.data_dir / "pages.key"
    kept = local_files.create_once(path, lambda: secrets.token_urlsafe(KEY_BYTES).encode(), NEW_KEY)
    key = kept.decode(errors="replace").strip()
    if len(key) < KEY_BYTES:  # anybody could sign with an empty one
        raise CorruptFileError(str(path), "it holds no key", NEW_KEY)
    return key


@contextmanager
def serving(
    settings: S3Settings, data: DataSettings, listener: socket.socket | None = None
) -> Generator[str]:
    """Serve the pages of a bucket for as long as the block lasts; yields the address."""
    with serve(create_app(Bucket(settings), secret_of(data)), listener=listener) as url:
        yield url
