"""The endpoints of the API: who asks, what for, and the answer in its envelope."""

from __future__ import annotations

import functools
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from socialcopy.engine.api import file_types, openapi
from socialcopy.engine.api.openapi import JSON_TYPE, Endpoint
from socialcopy.engine.api.request import (
    ATTRIBUTION,
    ClaimRequest,
    OpenSession,
    UrlUpload,
    base_url,
    read_files,
    read_shape,
    require_attribution,
    session_in_path,
    shaped,
)
from socialcopy.engine.api.uploads import FileParts, Incoming, UploadFolder, fetch
from socialcopy.engine.errors import Refusal
from socialcopy.engine.messages import Listener, Messages
from socialcopy.engine.render_jobs import RenderJobs, shown
from socialcopy.engine.store.credits import Ledger
from socialcopy.engine.store.sessions import Sessions, StoredFile
from socialcopy.engine.store.tokens import Identities
from socialcopy.engine_settings import EngineSettings, Scope
from socialcopy.nemovideo.schemas import (
    APP_NAME,
    JSON,
    ClaimToken,
    Draft,
    OpenedSession,
    RenderRequest,
    RunRequest,
    ServiceIdentity,
    TokenGrant,
    UploadReply,
)
from socialcopy.settings import MediaSettings

T = TypeVar("T")
VIDEO, STREAM, OCTETS = "video/mp4", "text/event-stream", "application/octet-stream"
# nginx would gather a stream into large pieces; this header of its own tells it not to.
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# A browser must neither keep a person's video nor guess another type for it.
PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
LONGEST_NAME = 200
# Characters; a brief of 32 kB, a wish and the subtitles of twenty minutes are half of it.
LONGEST_MESSAGE = 100_000


def enveloped(data: JSON) -> JSONResponse:
    """Put the data of a success in its envelope."""
    return JSONResponse({"code": 0, "data": data})


@dataclass(frozen=True)
class Routes:
    """The handlers, and what they hand their work to."""

    settings: EngineSettings
    media: MediaSettings
    service_id: str
    identities: Identities
    ledger: Ledger
    sessions: Sessions
    messages: Messages
    jobs: RenderJobs
    uploads: UploadFolder
    ready: threading.Event
    """Set once the models are loaded."""

    def endpoints(self) -> list[Endpoint]:
        """List every operation; the numbers are those of the protocol's index."""
        project = "{app}/{user}/{session_id}"
        renders = "/api/render/proxy"
        return [
            Endpoint("POST", "/api/auth/anonymous-token", self.issue_token, data=TokenGrant,
                     headers=("X-Client-Id",), is_open=True),  # 1
            Endpoint("POST", "/api/auth/claim-token", self.issue_claim, ClaimRequest,
                     data=ClaimToken),  # 2
            Endpoint("POST", f"/api/tasks/me/with-session/{APP_NAME}", self.open_session,
                     OpenSession, data=OpenedSession),  # 3
            Endpoint("POST", "/run_sse", self.run, RunRequest, gives=STREAM),  # 4
            Endpoint("POST", f"/api/upload-video/{project}", self.upload, UrlUpload,
                     takes_files=True, data=UploadReply),  # 5
            Endpoint("GET", "/api/credits/balance/simple", self.balance),  # 6
            Endpoint("GET", f"/api/state/{project}/latest", self.state),  # 7
            Endpoint("POST", f"{renders}/lambda", self.submit, RenderRequest,
                     headers=ATTRIBUTION),  # 8
            Endpoint("GET", f"{renders}/lambda/{{render_id}}", self.poll),  # 9
            Endpoint("GET", f"{renders}/{{render_id}}/download", self.download, gives=VIDEO),  # 10
            Endpoint("POST", f"{renders}/lambda/{{render_id}}/cancel", self.cancel),  # 11
            Endpoint("GET", "/render-result/{name}/{secret}.mp4", self.result, gives=VIDEO,
                     is_open=True),
            Endpoint("GET", "/uploads/{session_id}/{asset_id}", self.asset, gives=OCTETS,
                     is_open=True),
            Endpoint("GET", "/api/service", self.service, data=ServiceIdentity, is_open=True),
        ]  # fmt: skip

    def table(self) -> list[Route]:
        """List every path that is answered, and the description of them all."""
        endpoints = self.endpoints()
        described = openapi.document(endpoints)

        async def describe(_: Request) -> Response:
            return JSONResponse(described)

        routes = [Route(e.path, e.handler, methods=[e.method]) for e in endpoints]
        ours = {"/openapi.json": describe, "/readyz": self.readiness}
        return [*routes, *(Route(path, answer, methods=["GET"]) for path, answer in ours.items())]

    async def _as_user(
        self, request: Request, work: Callable[[str], T], scope: Scope = "read"
    ) -> T:
        """Do blocking work for the user of a request, away from the event loop."""
        return await run_in_threadpool(work, await self._user(request, scope))

    async def _user(self, request: Request, scope: Scope) -> str:
        """Find out who asks, before anything else of a request is read."""
        sent = request.headers.get("Authorization", "")
        return await run_in_threadpool(self.identities.user_of, sent, scope)

    async def service(self, _: Request) -> Response:
        """Say which engine this is, on whatever port; ours, not the vendor's."""
        return enveloped({"service_id": self.service_id})

    async def readiness(self, _: Request) -> Response:
        """Say whether the first message is answered as quickly as any other; ours too."""
        if self.ready.is_set():
            return enveloped({"ready": True})
        loading = {"code": 503, "message": "The models are being loaded, or this engine ends"}
        return JSONResponse(loading, status_code=503, headers={"Retry-After": "5"})

    async def issue_token(self, request: Request) -> Response:
        """Hand out an anonymous token."""
        client_id = request.headers.get("X-Client-Id", "")
        address = request.client.host if request.client else ""
        return enveloped(await run_in_threadpool(self.identities.issue, client_id, address))

    async def issue_claim(self, request: Request) -> Response:
        """Hand out a token for links to a project; the task must be the session's own."""
        user_id = await self._user(request, "write")
        body = await read_shape(request, ClaimRequest)

        def issue() -> JSON:
            session = self.sessions.get(body.session_id, user_id)
            if body.task_id != session["task_id"]:
                raise Refusal.UNKNOWN_SESSION.error("Session not found")
            return self.identities.issue_claim(user_id, session["session_id"])

        return enveloped(await run_in_threadpool(issue))

    async def open_session(self, request: Request) -> Response:
        """Open a session; each call opens another one."""
        user_id = await self._user(request, "write")
        body = await read_shape(request, OpenSession)

        def create() -> JSON:
            name = (body.task_name or "project")[:LONGEST_NAME]
            session = self.sessions.create(user_id, name, body.language or None)
            return {key: session[key] for key in ("task_id", "session_id", "user_id")}

        return enveloped(await run_in_threadpool(create))

    async def run(self, request: Request) -> Response:
        """Take a message; it is worked on to its end, whether or not anybody listens."""
        user_id = await self._user(request, "write")
        body = await read_shape(request, RunRequest)
        listener = Listener()

        def accept() -> str:
            # The same answer as for a session that is not there: what exists is nobody else's
            # business.
            if body.app_name != APP_NAME or body.user_id not in ("me", user_id):
                raise Refusal.UNKNOWN_SESSION.error("Session not found")
            if not body.text.strip():
                raise Refusal.BAD_REQUEST.error("The message is empty")
            if len(body.text) > LONGEST_MESSAGE:
                raise Refusal.BAD_REQUEST.error(
                    f"The message is longer than {LONGEST_MESSAGE} characters"
                )
            self.sessions.get(body.session_id, user_id)
            return self.messages.accept(body.session_id, user_id, body.text, listener)

        message_id = await run_in_threadpool(accept)
        return StreamingResponse(
            self.messages.stream(body.session_id, message_id, listener, streaming=body.streaming),
            media_type=STREAM,
            headers=STREAM_HEADERS,
        )

    async def upload(self, request: Request) -> Response:
        """Take files, in a multipart body or by URL; all of them or none."""

        def find(user_id: str) -> str:
            session_id = session_in_path(request, user_id)
            return self.sessions.get(session_id, user_id)["session_id"]

        session_id = await self._as_user(request, find, "upload")
        if request.headers.get("Content-Type", "").lower().startswith(JSON_TYPE):
            return await self._upload_urls(request, session_id)
        return await self._upload_parts(request, session_id)

    async def _upload_parts(self, request: Request, session_id: str) -> Response:
        parts = FileParts(request.headers.get("Content-Type", ""), self.uploads)
        try:
            await read_files(request, parts)
            return await self._accepted(request, session_id, parts.finish())
        finally:
            parts.discard()

    async def _upload_urls(self, request: Request, session_id: str) -> Response:
        body = await read_shape(request, UrlUpload)
        hosts, networks = self.settings.url_hosts, self.settings.url_networks
        files: list[Incoming] = []
        try:
            for url in body.urls:
                got = await run_in_threadpool(fetch, url, hosts, networks, self.uploads)
                files.append(got)
            return await self._accepted(request, session_id, files)
        finally:
            for file in files:
                file.path.unlink(missing_ok=True)

    async def _accepted(self, request: Request, session_id: str, files: list[Incoming]) -> Response:
        """Look at all files, then take them all or none."""

        def accept() -> list[JSON]:
            session = self.sessions.find(session_id) or {}
            stored = [self._inspected(file, session.get("language")) for file in files]
            for file, kept in zip(files, stored, strict=True):
                self.sessions.add_file(session_id, file.path, kept)
            return [shown_file(request, session_id, file) for file in stored]

        shown_files = await run_in_threadpool(accept)
        return enveloped({"files": shown_files, "session_state_applied": True})

    def _inspected(self, file: Incoming, language: str | None) -> StoredFile:
        kind, info = file_types.inspect(
            file.path, file.filename, file.size_bytes, self.media, language
        )
        return StoredFile(
            asset_id=secrets.token_hex(16),
            filename=file.filename,
            file_type=kind,
            sha256=file.digest,
            size_bytes=file.size_bytes,
            info=info,
        )

    async def balance(self, request: Request) -> Response:
        """Say how many credits there are."""
        balance = await self._as_user(request, self.ledger.balance)
        return enveloped({**balance._asdict(), "free": not self.settings.message_cost_credits})

    async def state(self, request: Request) -> Response:
        """Show a session's state, the draft in it."""

        def read(user_id: str) -> JSON:
            session_id = session_in_path(request, user_id)
            session = self.sessions.get(session_id, user_id)
            files = self.sessions.files(session).values()
            infos = [shown_file(request, session_id, file) for file in files]
            named = {name: session[name] for name in ("session_id", "task_id", "task_name")}
            return {**named, "state": {**session["state"], "video_infos": infos}}

        return enveloped(await self._as_user(request, read))

    async def submit(self, request: Request) -> Response:
        """Take on a render job under the client's id."""
        user_id = await self._user(request, "write")
        require_attribution(request)
        body = await read_shape(request, RenderRequest)
        shaped(body.draft, Draft)  # what is rendered is the draft as it came
        return self._job(request, await run_in_threadpool(self.jobs.submit, user_id, body))

    async def poll(self, request: Request) -> Response:
        """Look at a render job."""
        return self._job(request, await self._as_user(request, self._own_job(request)))

    def _own_job(self, request: Request) -> Callable[[str], JSON]:
        return lambda user_id: self.jobs.get(user_id, request.path_params["render_id"])

    def _job(self, request: Request, job: JSON) -> Response:
        return JSONResponse(shown(job, base_url(request)))

    async def download(self, request: Request) -> Response:
        """Send a finished video through the API, for when its link does not work."""
        job = await self._as_user(request, self._own_job(request))
        path = await run_in_threadpool(self.jobs.video_of, job)
        return FileResponse(path, media_type=VIDEO, headers=PRIVATE)

    async def cancel(self, request: Request) -> Response:
        """Cancel a render job that has not begun."""
        render_id = request.path_params["render_id"]
        cancel = functools.partial(self.jobs.cancel, render_id=render_id)
        await self._as_user(request, cancel, "write")
        return JSONResponse({"success": True})

    async def result(self, request: Request) -> Response:
        """Send a finished video by its link, which is its own permission, as on a CDN."""
        names = request.path_params
        path = await run_in_threadpool(self.jobs.finished_file, names["name"], names["secret"])
        return FileResponse(path, media_type=VIDEO, headers=PRIVATE)

    async def asset(self, request: Request) -> Response:
        """Send an uploaded file by its link; the asset id has 128 random bits."""

        def find() -> tuple[Any, str]:
            session = self.sessions.find(request.path_params["session_id"])
            files = self.sessions.files(session) if session else {}
            file = files.get(request.path_params["asset_id"])
            if session is None or file is None:
                raise Refusal.NOT_FOUND.error("There is no such file")
            return self.sessions.fetch(session["session_id"], file), file.filename

        path, filename = await run_in_threadpool(find)
        return FileResponse(path, filename=filename, media_type=OCTETS, headers=PRIVATE)


def shown_file(request: Request, session_id: str, file: StoredFile) -> JSON:
    """Describe a file as `video_infos` has it, by a link to where this engine was reached."""
    entry: JSON = {
        "asset_id": file.asset_id,
        "filename": file.filename,
        "file_type": file.file_type,
        "cdn_url": f"{base_url(request)}uploads/{session_id}/{file.asset_id}",
        "hash": file.sha256,
    }
    if file.info is not None:
        width, height = file.info.video.display_size
        entry |= {"duration": file.info.duration_ms / 1000, "width": width, "height": height}
        entry["fps"] = round(file.info.video.frame_rate, 3)
    return entry
