"""Render jobs: accepted under the client's id, finished whatever happens, two at a time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from socialcopy.engine.compose.overlays import look_of
from socialcopy.engine.compose.video import compose, cuts_of
from socialcopy.engine.errors import EngineStoppingError, Refusal, UnrenderableError
from socialcopy.engine.store.documents import Documents
from socialcopy.engine.store.queue import Backlog
from socialcopy.engine.store.sessions import Sessions, StoredFile
from socialcopy.json_files import Shape
from socialcopy.local_files import is_disk_full, private_folder
from socialcopy.media.errors import MediaError, ToolStoppedError
from socialcopy.models import MediaInfo, RenderStatus
from socialcopy.nemovideo.drafts import is_exportable
from socialcopy.nemovideo.schemas import JSON, RenderRequest
from socialcopy.settings import MediaSettings
from socialcopy.storage.errors import StorageError

# Each encode uses all cores; a second one fills the gaps in which the first reads and writes.
WORKERS = 2
# What NemoVideo reports for a job that waits.
PENDING_PERCENT = 5

PROGRESS_STEP_PERCENT = 5


JOB = Shape(
    {"id": str, "name": str, "session_id": str, "draft": dict, "status": str, "secret": str},
    "Move its folder away; the video is then rendered again under the same id",
)


class RenderJobs:
    """The render jobs of one store; an id means something to its own user only."""

    def __init__(
        self,
        documents: Documents,
        media: MediaSettings,
        sessions: Sessions,
        *,
        reserve_bytes: int = 0,
    ) -> None:
        self._documents = documents
        self._media = media
        self._sessions = sessions
        self.backlog = Backlog(
            documents,
            "unfinished/renders",
            work=self._work,
            give_up=self._give_up,
            withdraw=_ignore,
            workers=WORKERS,
            reserve_bytes=reserve_bytes,
        )

    def submit(self, user_id: str, request: RenderRequest) -> JSON:
        """Take on a job; the same id again gives the job that is there."""
        self._sessions.get(request.session_id, user_id)
        if not is_exportable(request.draft):
            raise Refusal.BAD_REQUEST.error("The draft has nothing on its timeline")
        name = _name(user_id, request.id)
        job = {
            "id": request.id,
            "name": name,
            "user_id": user_id,
            "session_id": request.session_id,
            "draft": request.draft,
            "status": RenderStatus.PENDING,
            "progress": PENDING_PERCENT,
            "secret": secrets.token_hex(16),
            "submissions": 1,
        }
        known = self._documents.create(_document(name), job, JOB)
        if known["secret"] != job["secret"]:
            return self._again(known)
        self.backlog.add(name, {})
        return job

    def _again(self, known: JSON) -> JSON:
        def count(job: JSON) -> None:
            job["submissions"] = job.get("submissions", 1) + 1

        job = self._documents.update(_document(known["name"]), JOB, count)
        if job["status"] in _UNFINISHED and not self.backlog.has(job["name"]):
            self.backlog.add(job["name"], {})  # killed between the job and its place in the queue
        return job

    def get(self, user_id: str, render_id: str) -> JSON:
        """Return a user's job; raises RefusalError."""
        job = self._documents.read(_document(_name(user_id, render_id)), JOB)
        if job is None:
            raise Refusal.NOT_FOUND.error("There is no render job with this id")
        return job

    def cancel(self, user_id: str, render_id: str) -> None:
        """Give up a job that has not begun; raises RefusalError for any other."""
        job = self.get(user_id, render_id)
        if not self.backlog.take_back(job["name"]):
            raise Refusal.DUPLICATE_ID.error("Only a pending job can be cancelled")
        self._update(job, status=RenderStatus.FAILED, error="cancelled")

    def finished_file(self, name: str, secret: str) -> Path:
        """Return the MP4 behind a link; the link's secret is the permission."""
        job = self._documents.read(_document(name), JOB) if name.isalnum() else None
        if job is None or not secrets.compare_digest(job["secret"].encode(), secret.encode()):
            raise Refusal.NOT_FOUND.error("There is no such file")
        return self.video_of(job)

    def video_of(self, job: JSON) -> Path:
        """Return where a completed job's MP4 lies on this machine."""
        if job["status"] != RenderStatus.COMPLETED:
            raise Refusal.NOT_FOUND.error("This job has no video yet")
        return self._documents.fetch(_output(job))

    def _work(self, item: JSON) -> None:
        job = self._begin(item)
        if job["status"] not in _UNFINISHED:
            return  # done, and its engine was killed before it could say so
        try:
            info = self._render(job)
        except ToolStoppedError as exc:
            raise EngineStoppingError from exc
        except (MediaError, UnrenderableError) as exc:
            if is_disk_full(exc):
                raise
            self._update(job, status=RenderStatus.FAILED, error=str(exc))
            return
        self._update(
            job,
            status=RenderStatus.COMPLETED,
            progress=100,
            duration=info.duration_ms / 1000,
            size=info.size_bytes,
        )

    def _render(self, job: JSON) -> MediaInfo:
        # Where the decoder may write: not beside our own record of the job.
        work = self._documents.path(f"renders/{job['name']}/work")
        shutil.rmtree(work, ignore_errors=True)  # of a try that met a full disk: it needs the room
        draft = private_folder(work) / "draft.mp4"
        files = self._files(job)
        videos = {key: (path, file.info) for key, (file, path) in files.items() if file.info}
        sounds = {key: path for key, (file, path) in files.items() if file.file_type == "audio"}
        cuts = cuts_of(job["draft"], videos)
        look = look_of(job["draft"], cuts[0].info.video.display_size, sounds)
        total_ms = sum(cut.duration_ms for cut in cuts)
        info = compose(
            cuts,
            draft,
            self._media,
            on_progress=self._reporter(job, total_ms),
            stop=self.backlog.stopping,
            look=look,
        )
        # Under its own name only when it is whole: a link never gives half a video.
        self._documents.keep(draft, _output(job))
        shutil.rmtree(work, ignore_errors=True)
        return info

    def _files(self, job: JSON) -> dict[str, tuple[StoredFile, Path]]:
        """Fetch the files that a draft names."""
        session, named = self._sessions.find(job["session_id"]), json.dumps(job["draft"])
        files = self._sessions.files(session) if session else {}
        fetch = self._sessions.fetch
        return {k: (f, fetch(job["session_id"], f)) for k, f in files.items() if k in named}

    def _reporter(self, job: JSON, total_ms: int) -> Callable[[int], None]:
        """Make a function that writes progress down now and then, between 5 and 99 percent."""
        last = PENDING_PERCENT

        def report(done_ms: int) -> None:
            nonlocal last
            percent = min(99, PENDING_PERCENT + 94 * done_ms // max(1, total_ms))
            if percent >= last + PROGRESS_STEP_PERCENT:
                last = percent
                # A full disk, or a store that is away: the video itself will say so.
                with contextlib.suppress(OSError, StorageError):
                    self._update(job, progress=percent)

        return report

    def _give_up(self, item: JSON) -> None:
        job, reason = self._begin(item), "the work on this job broke off three times"
        if job["status"] in _UNFINISHED:
            self._update(job, status=RenderStatus.FAILED, error=reason)

    def _begin(self, item: JSON) -> JSON:
        """Note which attempt the job is in; one that has ended stays as it is."""
        attempt = item["attempts"]
        begun = {
            "status": RenderStatus.PROCESSING,
            "progress": PENDING_PERCENT,
            "attempt": attempt,
            "output": f"output-{attempt}.mp4",  # no other attempt ever writes over it
        }

        def begin(job: JSON) -> None:
            if job["status"] in _UNFINISHED:
                job.update(begun)

        return self._documents.update(_document(item["name"]), JOB, begin)

    def _update(self, begun: JSON, **changes: object) -> None:
        """Change a job, for the attempt that was begun.

        Raises EngineStoppingError when the job is another attempt's, or has ended: an engine that
        slept can't spoil what another one has taken over.
        """

        def change(job: JSON) -> None:
            if job["status"] not in _UNFINISHED or job.get("attempt") != begun.get("attempt"):
                raise EngineStoppingError
            job.update(changes)

        self._documents.update(_document(begun["name"]), JOB, change)


_UNFINISHED = (RenderStatus.PENDING, RenderStatus.PROCESSING)


def _ignore(_: JSON) -> None:
    pass


def _document(name: str) -> str:
    return f"renders/{name}/job.json"


def _output(job: JSON) -> str:
    return f"renders/{job['name']}/{job.get('output', 'output.mp4')}"


def _name(user_id: str, render_id: str) -> str:
    """Make a folder name for any id, different for every user."""
    # A line break is in no user id, so no two pairs give the same text.
    return hashlib.sha256(f"{user_id}\n{render_id}".encode()).hexdigest()[:32]


def shown(job: JSON, base_url: str) -> JSON:
    """Show a job as the API tells it."""
    link = f"{base_url}render-result/{job['name']}/{job['secret']}.mp4"
    is_done = job["status"] == RenderStatus.COMPLETED
    common = {"status": job["status"], "progress": job["progress"]}
    if job.get("error"):
        common["error"] = job["error"]
    output = {"url": link, "duration": job.get("duration"), "size": job.get("size")}
    return {
        "taskId": job["id"],
        "id": job["id"],
        **common,
        **({"output": output} if is_done else {}),
    }
