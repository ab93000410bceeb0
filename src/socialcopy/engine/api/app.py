"""The engine as an ASGI application."""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Lifespan

from socialcopy.engine.agent import Agent
from socialcopy.engine.api.limits import BodyLimits, refused
from socialcopy.engine.api.origins import own_pages_only
from socialcopy.engine.api.routes import Routes
from socialcopy.engine.api.server import Drain
from socialcopy.engine.api.uploads import UploadFolder
from socialcopy.engine.errors import RefusalError
from socialcopy.engine.messages import Messages
from socialcopy.engine.render_jobs import RenderJobs
from socialcopy.engine.store.credits import Ledger
from socialcopy.engine.store.documents import Documents, LocalDocuments
from socialcopy.engine.store.queue import Backlog
from socialcopy.engine.store.retention import Retention
from socialcopy.engine.store.sessions import Sessions
from socialcopy.engine.store.shared_documents import shared_documents
from socialcopy.engine.store.tokens import Identities, service_id
from socialcopy.local_files import (
    UNUSABLE,
    CorruptFileError,
    DiskFullError,
    LocalFileError,
    free_bytes,
    is_disk_full,
    private_folder,
    unusable,
)
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    S3Settings,
    SpeechSettings,
)
from socialcopy.storage.errors import StorageError
from socialcopy.understanding.errors import UnderstandingError

log = logging.getLogger(__name__)

GIVE_BACK = "Give it back to the user this runs as, or move it away"


def create_app(
    engine: EngineSettings,
    speech: SpeechSettings,
    media: MediaSettings,
    data: DataSettings,
    *,
    s3: S3Settings | None = None,
    now: Callable[[], float] = time.time,
    agent: Agent | None = None,
    middleware: Sequence[Middleware] = (),
) -> Starlette:
    """Build the engine over a data folder, or over a bucket's prefix if `ENGINE_STATE_URL` names
    one and `s3` says how to get there; several may share either, and take up what others left.

    Nothing runs before the application is served: its start resumes unfinished work, its end
    breaks off what is running and leaves it for the next start. Another `agent` may answer the
    messages; `middleware` stands innermost, behind the checks of size and origin.
    """
    folder = private_folder(data.data_dir / "engine")
    documents = shared_documents(engine, s3, folder) if s3 else None
    documents = documents or LocalDocuments(folder)
    sessions, ledger = Sessions(documents), Ledger(documents)
    agent = agent or Agent(speech, media, data.cache_dir)
    ready = threading.Event()
    if not engine.preload:
        ready.set()
    reserve = data.min_free_bytes
    messages = Messages(documents, engine, sessions, ledger, agent, reserve_bytes=reserve)
    jobs = RenderJobs(documents, media, sessions, reserve_bytes=reserve)
    routes = Routes(
        settings=engine,
        media=media,
        service_id=service_id(documents),
        identities=Identities(documents, engine, ledger, now),
        ledger=ledger,
        sessions=sessions,
        messages=messages,
        jobs=jobs,
        uploads=UploadFolder(folder / "incoming", engine.max_upload_bytes),
        ready=ready,
    )
    backlogs = (messages.backlog, jobs.backlog)
    retention = Retention(documents, engine.keep_days)
    lifespan = _lifespan(documents, backlogs, agent, ready, retention)
    checks = [
        Middleware(BodyLimits, max_upload_bytes=engine.max_upload_bytes),
        *own_pages_only(engine.allowed_hosts),
    ]
    app = _application(routes, lifespan, [*checks, *middleware], folder)
    app.state.drain = Drain(ready, backlogs, engine.drain_seconds)
    return app


def _application(
    routes: Routes, lifespan: Lifespan[Starlette], middleware: Sequence[Middleware], folder: Path
) -> Starlette:
    """Put the routes behind the checks, and give each kind of failure its answer."""
    # Each takes the kind of error that it is listed under.
    handlers: dict[Any, Any] = {
        RefusalError: _refused,
        LocalFileError: _disabled,
        StorageError: _away,
        OSError: functools.partial(_refused_by_disk, folder),
        HTTPException: _not_found,
        ClientDisconnect: _cut_off,
    }
    app = Starlette(
        routes=routes.table(), middleware=middleware, exception_handlers=handlers, lifespan=lifespan
    )
    # A redirect would take a request with a body to another path, and its token along.
    app.router.redirect_slashes = False
    return app


def _lifespan(
    documents: Documents,
    backlogs: Sequence[Backlog],
    agent: Agent,
    ready: threading.Event,
    retention: Retention,
) -> Lifespan[Starlette]:
    """Take up unfinished work at the start, and leave it whole at the end."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        await run_in_threadpool(documents.start)
        for backlog in backlogs:
            backlog.start()
        retention.start()
        if not ready.is_set():
            threading.Thread(target=_load, args=(agent, ready), daemon=True).start()
        yield
        retention.stop()
        for backlog in backlogs:
            backlog.stopping.set()
        await run_in_threadpool(agent.close)  # whoever waits for an answer of the model has it now
        for backlog in backlogs:
            await run_in_threadpool(backlog.stop)
        with suppress(StorageError):  # what this engine holds is free in a while
            await run_in_threadpool(documents.stop)

    return lifespan


def _load(agent: Agent, ready: threading.Event) -> None:
    """Load the models; whoever can't stays unready, and its log says why."""
    try:
        agent.load()
    except UnderstandingError as error:
        log.error("not ready: %s", error)  # noqa: TRY400  (a sentence)
    else:
        ready.set()


def _refused(_: Request, refusal: RefusalError) -> Response:
    return refused(refusal)


def _disabled(_: Request, error: LocalFileError) -> Response:
    """Name a damaged file; it is nothing that the client did."""
    log.error("%s", error)
    return _answer(503, str(error))


def _away(_: Request, error: StorageError) -> Response:
    """Say that the engine's bucket does not answer; where it is, is nobody's business outside."""
    log.error("%s", error)
    return _answer(503, "The engine's store does not answer; ask again later")


def _refused_by_disk(folder: Path, request: Request, error: OSError) -> Response:
    """Say that the disk is full, or a file not to be used; asking again goes well afterwards."""
    if error.errno in UNUSABLE and error.filename:
        cause = unusable(error)
        return _disabled(request, CorruptFileError(str(error.filename), cause, GIVE_BACK))
    if not is_disk_full(error):
        raise error
    return _answer(507, str(DiskFullError(str(folder), free_bytes(folder), 0)))


def _answer(status: int, message: str) -> Response:
    return JSONResponse({"code": status, "message": message}, status_code=status)


def _cut_off(_: Request, __: Exception) -> Response:
    return Response(status_code=400)  # nobody is there to read it


def _not_found(_: Request, error: HTTPException) -> Response:
    body = {"code": error.status_code, "message": error.detail}
    return JSONResponse(body, status_code=error.status_code, headers=error.headers)
