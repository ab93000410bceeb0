"""The endpoints of the API: who asks, what for, and the answer in its envelope."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from socialcopy.engine.api import file_types
from socialcopy.engine.api import request as request_module
from socialcopy.engine.api.uploads import FileParts, Incoming, Reception, fetch
from socialcopy.engine.errors import (
    BadRequestError,
    NotFoundError,
    RefusalError,
    UnknownSessionError,
)
from socialcopy.engine.messages import Listener, Messages
from socialcopy.engine.render_jobs import RenderJobs, shown
from socialcopy.engine.store.credits import Ledger
from socialcopy.engine.store.sessions import Sessions, StoredFile
from socialcopy.engine.store.tokens import Identities
from socialcopy.nemovideo.schemas import APP_NAME, JSON, RenderRequest, RunRequest
from socialcopy.settings import EngineSettings, MediaSettings, Scope

T = TypeVar("T")
STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def enveloped(data: JSON) -> JSONResponse:
    """A success."""
    return JSONResponse({"code": 0, "data": data})


class Routes:
    """The handlers, and what they hand their work to."""

    def __init__(
        self,
        settings: EngineSettings,
        media: MediaSettings,
        *,
        identities: Identities,
        ledger: Ledger,
        sessions: Sessions,
        messages: Messages,
        jobs: RenderJobs,
        reception: Reception,
    ) -> None:
        self._settings = settings
        self._media = media
        self._identities = identities
        self._ledger = ledger
        self._sessions = sessions
        self._messages = messages
        self._jobs = jobs
        self._reception = reception

    def table(self) -> list[Route]:
        """Every path that is answered; the numbers are those of the protocol's index."""
        project = "{app}/{user}/{session_id}"
        renders = "/api/render/proxy"
        return [
            Route("/api/auth/anonymous-token", self.issue_token, methods=["POST"]),  # 1
            Route("/api/auth/claim-token", self.issue_claim, methods=["POST"]),  # 2
            Route(f"/api/tasks/me/with-session/{APP_NAME}", self.open_session, methods=["POST"]),
            Route("/run_sse", self.run, methods=["POST"]),  # 4
            Route(f"/api/upload-video/{project}", self.upload, methods=["POST"]),  # 5
            Route("/api/credits/balance/simple", self.balance, methods=["GET"]),  # 6
            Route(f"/api/state/{project}/latest", self.state, methods=["GET"]),  # 7
            Route(f"{renders}/lambda", self.submit, methods=["POST"]),  # 8
            Route(f"{renders}/lambda/{{render_id}}", self.poll, methods=["GET"]),  # 9
            Route(f"{renders}/{{render_id}}/download", self.download, methods=["GET"]),  # 10
            Route(f"{renders}/lambda/{{render_id}}/cancel", self.cancel, methods=["POST"]),  # 11
            Route("/render-result/{name}/{secret}.mp4", self.result, methods=["GET"]),
            Route("/uploads/{session_id}/{asset_id}", self.asset, methods=["GET"]),
        ]

    async def _as_user(
        self, request: Request, work: Callable[[str], T], scope: Scope = "read"
    ) -> T:
        """Do blocking work for the user of a request, away from the event loop."""

        def authorised() -> T:
            sent = request.headers.get("Authorization", "")
            return work(self._identities.user_of(sent, scope))

        return await run_in_threadpool(authorised)

    async def issue_token(self, request: Request) -> Response:
        """Endpoint 1."""
        client_id = request.headers.get("X-Client-Id", "")
        address = request.client.host if request.client else ""
        return enveloped(await run_in_threadpool(self._identities.issue, client_id, address))

    async def issue_claim(self, request: Request) -> Response:
        """Endpoint 2: the task must be the session's own."""
        body = await request_module.read_json(request)

        def issue(user_id: str) -> JSON:
            session = self._sessions.get(str(body.get("session_id", "")), user_id)
            if body.get("task_id") != session["task_id"]:
                raise UnknownSessionError("Session not found")
            return self._identities.issue_claim(user_id, session["session_id"])

        return enveloped(await self._as_user(request, issue, "write"))

    async def open_session(self, request: Request) -> Response:
        """Endpoint 3: each call opens another session."""
        body = await request_module.read_json(request)
        name, language = str(body.get("task_name") or "project")[:200], body.get("language")

        def create(user_id: str) -> JSON:
            session = self._sessions.create(user_id, name, str(language) if language else None)
            return {key: session[key] for key in ("task_id", "session_id", "user_id")}

        return enveloped(await self._as_user(request, create, "write"))

    async def run(self, request: Request) -> Response:
        """Endpoint 4: the message is worked on to its end, whether or not anybody listens."""
        body = await request_module.read_shape(request, RunRequest)
        listener = Listener()

        def accept(user_id: str) -> str:
            if body.app_name != APP_NAME or body.user_id not in ("me", user_id):
                raise UnknownSessionError("Session not found")
            if not body.text.strip():
                raise BadRequestError("The message is empty")
            self._sessions.get(body.session_id, user_id)
            return self._messages.accept(body.session_id, user_id, body.text, listener)

        message_id = await self._as_user(request, accept, "write")
        return StreamingResponse(
            self._messages.stream(message_id, listener, streaming=body.streaming),
            media_type="text/event-stream",
            headers=STREAM_HEADERS,
        )

    async def upload(self, request: Request) -> Response:
        """Endpoint 5, multipart or by URL."""
        if request.headers.get("Content-Type", "").startswith("application/json"):
            return await self._upload_urls(request, await self._own_session(request))
        body = request_module.Body(request)
        try:
            return await self._upload_parts(request, body)
        except RefusalError:
            await body.drain(self._settings.max_upload_bytes)
            raise

    async def _own_session(self, request: Request) -> str:
        def find(user_id: str) -> str:
            session_id = request_module.session_in_path(request, user_id)
            return self._sessions.get(session_id, user_id)["session_id"]

        return await self._as_user(request, find, "upload")

    async def _upload_parts(self, request: Request, body: request_module.Body) -> Response:
        session_id = await self._own_session(request)
        parts = FileParts(request.headers.get("Content-Type", ""), self._reception)
        try:
            await body.read_into(parts, self._settings.max_upload_bytes)
            return await self._accepted(request, session_id, parts.finish())
        finally:
            parts.discard()

    async def _upload_urls(self, request: Request, session_id: str) -> Response:
        body = await request_module.read_json(request)
        urls = body.get("urls")
        if not isinstance(urls, list) or not urls or body.get("source_type", "url") != "url":
            raise BadRequestError("`urls` must list URLs, with `source_type` being `url`")
        files: list[Incoming] = []
        try:
            for url in urls:
                hosts = self._settings.url_hosts
                files.append(await run_in_threadpool(fetch, str(url), hosts, self._reception))
            return await self._accepted(request, session_id, files)
        finally:
            for file in files:
                file.path.unlink(missing_ok=True)

    async def _accepted(self, request: Request, session_id: str, files: list[Incoming]) -> Response:
        """Look at all files, then take them all or none."""

        def accept() -> list[JSON]:
            stored = [self._inspected(file) for file in files]
            return [
                self._keep(session_id, file, kept) for file, kept in zip(files, stored, strict=True)
            ]

        kept = await run_in_threadpool(accept)
        base = request_module.base_url(request)
        return enveloped(
            {"files": [_linked(file, base) for file in kept], "session_state_applied": True}
        )

    def _inspected(self, file: Incoming) -> StoredFile:
        kind, info = file_types.inspect(file.path, file.filename, file.size_bytes, self._media)
        return StoredFile(
            asset_id=secrets.token_hex(16),
            filename=file.filename,
            file_type=kind,
            sha256=file.digest,
            size_bytes=file.size_bytes,
            info=info,
        )

    def _keep(self, session_id: str, file: Incoming, stored: StoredFile) -> JSON:
        path = self._sessions.path_of(session_id, stored)
        path.parent.mkdir(parents=True, exist_ok=True)
        file.path.replace(path)
        entry = shown_file(session_id, stored)
        self._sessions.add_file(session_id, stored, entry)
        return entry

    async def balance(self, request: Request) -> Response:
        """Endpoint 6."""
        balance = await self._as_user(request, self._ledger.balance)
        return enveloped(balance._asdict())

    async def state(self, request: Request) -> Response:
        """Endpoint 7."""

        def read(user_id: str) -> JSON:
            return self._sessions.get(request_module.session_in_path(request, user_id), user_id)

        session = await self._as_user(request, read)
        shown_state = dict(session["state"])
        base = request_module.base_url(request)
        infos = shown_state.get("video_infos", [])
        shown_state["video_infos"] = [_linked(info, base) for info in infos]
        names = ("session_id", "task_id", "task_name")
        return enveloped({**{name: session[name] for name in names}, "state": shown_state})

    async def submit(self, request: Request) -> Response:
        """Endpoint 8."""
        body = await request_module.read_shape(request, RenderRequest)

        def submit(user_id: str) -> JSON:
            request_module.insist_on_attribution(request)
            return self._jobs.submit(user_id, body)

        return self._job(request, await self._as_user(request, submit, "write"))

    async def poll(self, request: Request) -> Response:
        """Endpoint 9."""
        return self._job(request, await self._as_user(request, self._own_job(request)))

    def _own_job(self, request: Request) -> Callable[[str], JSON]:
        return lambda user_id: self._jobs.get(user_id, request.path_params["render_id"])

    def _job(self, request: Request, job: JSON) -> Response:
        return JSONResponse(
            shown(job, request_module.base_url(request), self._settings.render_shape)
        )

    async def download(self, request: Request) -> Response:
        """Endpoint 10: the video through the API, for when its link does not work."""
        job = await self._as_user(request, self._own_job(request))
        path = await run_in_threadpool(self._jobs.video_of, job)
        return FileResponse(path, media_type="video/mp4", headers=PRIVATE)

    async def cancel(self, request: Request) -> Response:
        """Endpoint 11: for a job that has not begun."""
        render_id = request.path_params["render_id"]
        cancel = functools.partial(self._jobs.cancel, render_id=render_id)
        await self._as_user(request, cancel, "write")
        return JSONResponse({"success": True})

    async def result(self, request: Request) -> Response:
        """A finished video by its link, which is its own permission, as on a CDN."""
        names = request.path_params
        path = await run_in_threadpool(self._jobs.finished_file, names["name"], names["secret"])
        return FileResponse(path, media_type="video/mp4", headers=PRIVATE)

    async def asset(self, request: Request) -> Response:
        """An uploaded file by its link; the asset id has 128 random bits."""

        def find() -> tuple[Any, str]:
            session = self._sessions.find(request.path_params["session_id"])
            files = self._sessions.files(session) if session else {}
            file = files.get(request.path_params["asset_id"])
            if session is None or file is None:
                raise NotFoundError("There is no such file")
            return self._sessions.path_of(session["session_id"], file), file.filename

        path, filename = await run_in_threadpool(find)
        return FileResponse(
            path, filename=filename, media_type="application/octet-stream", headers=PRIVATE
        )


def shown_file(session_id: str, file: StoredFile) -> JSON:
    """A file as `video_infos` keeps it; its link is completed when it is shown."""
    entry: JSON = {
        "asset_id": file.asset_id,
        "filename": file.filename,
        "file_type": file.file_type,
        "cdn_url": f"uploads/{session_id}/{file.asset_id}",
        "hash": file.sha256,
    }
    if file.info is not None:
        width, height = file.info.video.display_size
        entry |= {"duration": file.info.duration_ms / 1000, "width": width, "height": height}
        entry["fps"] = round(file.info.video.frame_rate, 3)
    return entry


def _linked(entry: JSON, base: str) -> JSON:
    """A file with its whole link: an engine may come back on another port."""
    return {**entry, "cdn_url": f"{base}{entry['cdn_url']}"}
