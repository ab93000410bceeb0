"""A client of the NemoVideo HTTP API; it cannot tell the cloud service from our own engine.

Nothing here is retried: who may repeat what is decided by those who call (docs/why.md).
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Self
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from socialcopy.models import Asset, RenderJob, RenderStatus, Session
from socialcopy.nemovideo.downloads import DOING, fetch_link, save
from socialcopy.nemovideo.errors import (
    APIConnectionError,
    APIStatusError,
    DownloadError,
    DuplicateRenderError,
    RenderError,
    ServerError,
    StreamInterruptedError,
)
from socialcopy.nemovideo.events import MAX_STREAM_BYTES, Listener, bounded
from socialcopy.nemovideo.multipart import Readable, Upload, file_parts
from socialcopy.nemovideo.schemas import (
    APP_NAME,
    JSON,
    Balance,
    ClaimToken,
    OpenedSession,
    UploadReply,
    read_balance,
    read_render_job,
    render_request,
    run_request,
)
from socialcopy.nemovideo.transport import (
    call,
    call_for_data,
    exchange,
    is_loopback,
    never_sent,
    open_client,
    read,
    read_refusal,
)
from socialcopy.settings import NemoVideoSettings

log = logging.getLogger(__name__)

# Seconds for one write or read; a service looks at a file before it answers.
UPLOAD_TIMEOUT = httpx.Timeout(300, connect=10)

# For a whole upload: 500 MB at 2.7 Mbit/s.
UPLOAD_SECONDS = 1_500.0

# Hours of transcripts, for each video of a session, take a tenth of this.
MAX_STATE_BYTES = 16 * 1024 * 1024

# Who is told how far something is, in percent or in words; none where nobody listens.
OnPercent = Callable[[int], None] | None
OnWords = Callable[[str], None] | None

POLL_GROWTH = 1.5
RENDERS = "/api/render/proxy"


def _ignore(_: object) -> None:
    pass


class NemoVideo:
    """One connection to the service, with one token.

    Use it in a `with` block; it holds sockets and must not travel between processes.
    """

    def __init__(self, api_url: str, token: SecretStr, settings: NemoVideoSettings) -> None:
        self._api_url = api_url.rstrip("/")
        self._token = token
        self._settings = settings
        self._http = self._client()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def __repr__(self) -> str:
        return f"NemoVideo({self._api_url!r})"

    @property
    def identity(self) -> str:
        """Whose sessions these are, as 16 hex digits that tell nobody the token."""
        return hashlib.sha256(self._token.get_secret_value().encode()).hexdigest()[:16]

    def _client(self) -> httpx.Client:
        return open_client(self._api_url, self._token.get_secret_value())

    def open_session(self, language: str | None = None) -> Session:
        """Open an editing session. Free, so repeating it is safe: each call opens another one."""
        doing = "open a session"
        body = {"task_name": "project"} | ({"language": language} if language else {})
        path = f"/api/tasks/me/with-session/{APP_NAME}"
        data = call_for_data(self._http, "POST", path, doing, json=body)
        opened = read(OpenedSession, data, doing)
        return Session(session_id=opened.session_id, task_id=opened.task_id, user_id=opened.user_id)

    def upload_stream(
        self, session: Session, filename: str, body: Readable, size_bytes: int
    ) -> Asset:
        """Upload a file while it is being read, with its length announced; memory stays flat.

        Repeating it is harmless and wasteful: the session then holds the file twice.
        """
        return self.upload_streams(session, [Upload(filename, body, size_bytes)])[0]

    def upload_streams(self, session: Session, uploads: Sequence[Upload]) -> tuple[Asset, ...]:
        """Upload several files in one request, each read when its turn comes.

        The service takes all or none; the files stand on the timeline in this order.
        """
        return self._upload(session, files=file_parts(uploads))

    def upload_url(self, session: Session, *urls: str) -> tuple[Asset, ...]:
        """Let the service fetch files itself from URLs it can reach, for example presigned ones."""
        return self._upload(session, json={"urls": list(urls), "source_type": "url"})

    def _upload(self, session: Session, **options: object) -> tuple[Asset, ...]:
        doing = "upload the file"
        path = f"/api/upload-video/{APP_NAME}/me/{_escaped(session.session_id)}"
        limits = {"timeout": UPLOAD_TIMEOUT, "seconds": UPLOAD_SECONDS}
        data = call_for_data(self._http, "POST", path, doing, **limits, **options)
        return tuple(file.as_asset() for file in read(UploadReply, data, doing).files)

    def send(self, session: Session, text: str, on_progress: OnWords = None) -> str:
        """Send one message and hear the reply out; empty when the work ended in silence.

        This may cost credits, so it goes out once and is never repeated here. An
        APIConnectionError that is no StreamInterruptedError means it never left this machine, an
        APIStatusError that it was refused; after a StreamInterruptedError only the state tells.
        """
        listener = Listener(on_progress or _ignore)
        seconds = self._settings.message_timeout_seconds
        try:
            with exchange("send the message", seconds=seconds, max_bytes=MAX_STREAM_BYTES):
                return self._converse(run_request(session.session_id, text), listener)
        except StreamInterruptedError:
            raise
        except ServerError as exc:
            raise StreamInterruptedError(f"the service broke: {exc}") from exc
        except APIConnectionError as exc:
            if never_sent(exc):
                raise
            raise StreamInterruptedError(f"the outcome is unknown: {exc}") from exc

    def _converse(self, body: JSON, listener: Listener) -> str:
        # A connection of its own: a kept one that the service has just closed would leave it
        # unknown whether the message arrived.
        idle = min(self._settings.idle_timeout_seconds, self._settings.message_timeout_seconds)
        timeout = httpx.Timeout(idle, connect=10)
        accept = {"Accept": "text/event-stream"}
        with (
            self._client() as http,
            http.stream("POST", "/run_sse", json=body, headers=accept, timeout=timeout) as response,
        ):
            kind = response.headers.get("Content-Type", "")
            if not response.is_success or "text/event-stream" not in kind:
                read_refusal(response, "an event stream")
            return listener.listen(bounded(response.iter_bytes()))

    def state(self, session: Session) -> JSON:
        """Return the session's state, unknown keys included; free, and safe to repeat."""
        path = f"/api/state/{APP_NAME}/me/{_escaped(session.session_id)}/latest"
        doing = "read the state"
        data = call_for_data(self._http, "GET", path, doing, max_bytes=MAX_STATE_BYTES)
        state = data.get("state")
        return state if isinstance(state, dict) else {}

    def credits(self) -> Balance:
        """Return the credits available, frozen and in total; reading them reserves nothing."""
        path = "/api/credits/balance/simple"
        return read_balance(call_for_data(self._http, "GET", path, "read the balance"))

    def is_free(self) -> bool:
        """Tell whether messages cost nothing; our engine says so, NemoVideo says nothing of it."""
        path = "/api/credits/balance/simple"
        return call_for_data(self._http, "GET", path, "read the balance").get("free") is True

    def claim_token(self, session: Session) -> SecretStr:
        """Get a token for links that people open, but not for the API. Lives seven days."""
        doing = "get a claim token"
        body = {"task_id": session.task_id, "session_id": session.session_id}
        data = call_for_data(self._http, "POST", "/api/auth/claim-token", doing, json=body)
        return read(ClaimToken, data, doing).claim_token

    def submit_render(self, session: Session, render_id: str, draft: JSON) -> RenderJob:
        """Ask for an MP4 of a draft under an id of our choosing. Free.

        With an id that was used before, a service gives that job or raises DuplicateRenderError.
        """
        body = render_request(render_id, session.session_id, draft)
        try:
            answer = call(self._http, "POST", f"{RENDERS}/lambda", "submit the render", json=body)
        except APIStatusError as exc:
            # Documents give no code for it, only the words "duplicate id".
            if "duplicate" in exc.message.lower():
                raise DuplicateRenderError(exc.code, exc.message) from exc
            raise
        return read_render_job(answer, render_id)

    def poll_render(self, render_id: str) -> RenderJob:
        """Look at a render job once."""
        path = f"{RENDERS}/lambda/{_escaped(render_id)}"
        return read_render_job(call(self._http, "GET", path, "look at the render"), render_id)

    def wait_for_render(self, render_id: str, on_progress: OnPercent = None) -> RenderJob:
        """Look at a render job, less and less often, until it is completed or has failed.

        `on_progress` is called with percent. Raises RenderError when the job has not ended after
        `render_timeout_seconds` of the settings.
        """
        seconds = self._settings.render_timeout_seconds
        deadline = time.monotonic() + seconds
        for delay in self._poll_delays():
            job = self.poll_render(render_id)
            (on_progress or _ignore)(job.progress_percent)
            if job.status in (RenderStatus.COMPLETED, RenderStatus.FAILED):
                return job
            left = deadline - time.monotonic()
            if left <= 0:
                break
            time.sleep(min(delay, left))
        raise RenderError(render_id, f"not finished after {seconds:.0f} s")

    def _poll_delays(self) -> Iterator[float]:
        """Yield the seconds between looks; a look costs nothing on this machine: shorter there."""
        most = self._settings.render_poll_seconds / (10 if is_loopback(self._api_url) else 1)
        return (min(most, most / 10 * POLL_GROWTH**n) for n in itertools.count())

    def cancel_render(self, render_id: str) -> None:
        """Give up a render that has not begun; one that has is refused with an APIStatusError."""
        path = f"{RENDERS}/lambda/{_escaped(render_id)}/cancel"
        call(self._http, "POST", path, "cancel the render")

    def download(self, job: RenderJob, path: Path) -> None:
        """Fetch a finished video whole, from its link or, if that fails, through the API."""
        seconds = self._settings.download_timeout_seconds
        max_bytes = self._settings.max_download_bytes
        try:
            fetch_link(job.url, self._api_url, path, seconds=seconds, max_bytes=max_bytes)
        except (DownloadError, APIConnectionError, APIStatusError) as exc:
            log.debug("no video from the link (%s), asking the service", exc)
            fallback = f"{RENDERS}/{_escaped(job.render_id)}/download"
            with (
                exchange(DOING, seconds=seconds, max_bytes=max_bytes),
                self._http.stream("GET", fallback) as response,
            ):
                # The link's own redirects are followed with care; here one would take the token
                # along.
                if response.is_redirect:
                    raise DownloadError("the download answers with another link") from exc
                save(response, path, max_bytes)


def _escaped(name: str) -> str:
    """Escape an id as one part of a path, whatever a service calls its sessions."""
    # With no character safe, `../` in an id stays an id.
    return quote(name, safe="")
