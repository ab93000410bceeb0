"""One-off: local files in, delivery folders out; no stack, no Prefect, nothing left behind."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from socialcopy import keys
from socialcopy.cli.progress import fetch, fetch_early, upload_subtitles
from socialcopy.copywriting.briefs.parse import read_brief
from socialcopy.copywriting.errors import BriefError
from socialcopy.media.errors import InputRefusedError, ToolFailedError, ToolTimeoutError
from socialcopy.models import Brief, Rejection
from socialcopy.nemovideo.errors import APIStatusError
from socialcopy.pipeline import client, outcomes
from socialcopy.pipeline.brand_assets import assets
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import ParkedError, StageError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.outcomes import Ending, Outcome, outcome_of, without_delivery
from socialcopy.pipeline.steps import caption, conform, publish, render, upload, validate
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.settings import DataSettings
from socialcopy.storage.embedded_server import embedded_store
from socialcopy.storage.errors import SourceGoneError

Progress = Callable[[str, int], None]


class LocalPipeline(NamedTuple):
    """Where a one-off run works."""

    context: Context
    api_url: str


@contextmanager
def private_context() -> Generator[LocalPipeline]:
    """Start a store and a service for this run alone; yield the settings and the service's URL.

    With NEMO_API_URL set the service is that one, and its token is kept where it always is.
    """
    context = Context.from_environment()
    with tempfile.TemporaryDirectory(prefix="socialcopy-") as folder:
        own = DataSettings(data_dir=Path(folder), cache_dir=context.data.cache_dir)
        with embedded_store(Path(folder) / "s3") as s3:
            data = context.data if context.nemo.api_url else own
            private = context.model_copy(update={"s3": s3, "data": data})
            with private.service() as api_url:
                yield LocalPipeline(private, api_url)


def caption_files(
    pipeline: LocalPipeline,
    files: Sequence[Path],
    brief: Brief,
    out: Path,
    add: Callable[[str], Progress],
    *,
    brief_file: Path | None = None,
) -> Iterator[Outcome]:
    """Take files through all stages, one after another; one that fails stops no other."""
    upload_assets(pipeline, brief, brief_file.parent if brief_file else Path())
    folders: dict[Path, str] = {}
    taken: set[str] = set()
    # A file that is named twice is captioned once.
    for path in dict.fromkeys(files):
        number = len(folders) + 1
        # Files of another folder get one of their own in the bucket, since each folder may have a
        # brief.
        below = folders.setdefault(path.parent, "" if number == 1 else f"{number}/")
        key = f"{keys.INBOX}{below}{path.name}"
        name = _free_name(keys.delivery_name(key), taken)
        _upload_briefs(pipeline, path, key, folder_brief=brief_file is None)
        try:
            yield caption_file(pipeline, path, brief, out, add(path.name), key=key, name=name)
        except ParkedError as error:
            yield _failed(key, error.__cause__ or error)
        except FILE_ERRORS as error:
            yield _failed(key, error)


# What is wrong with one file, or with what was asked for it.
FILE_ERRORS = (StageError, InputRefusedError, ToolFailedError, ToolTimeoutError, APIStatusError)


def _failed(key: str, error: BaseException) -> Outcome:
    return without_delivery(key, Ending.FAILED, f"It could not be finished: {error}.", "")


def _free_name(name: str, taken: set[str]) -> str:
    """Choose a folder's name that no other file of this run has, and mark it as taken."""
    names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
    found = next(other for other in names if other not in taken)
    taken.add(found)
    return found


def _upload_briefs(pipeline: LocalPipeline, path: Path, key: str, *, folder_brief: bool) -> None:
    """Put a file's brief and its folder's beside its key, with the files that they name."""
    folder, own = keys.briefs(key)
    for name in (own, folder) if folder_brief else (own,):
        brief = path.with_name(name.rpartition("/")[2])
        if not brief.is_file():
            continue
        pipeline.context.bucket.upload(brief, name, "application/octet-stream")
        with contextlib.suppress(BriefError):  # it refuses the file, which is said then
            upload_assets(pipeline, read_brief(brief.read_bytes(), brief.name), brief.parent)


def upload_assets(pipeline: LocalPipeline, brief: Brief, folder: Path) -> None:
    """Put the logo and clips a brief names into the bucket, from beside that brief."""
    for asset in assets(brief):
        path = folder / asset.key
        if keys.is_asset(asset.key, keys.LOGO_SUFFIXES | keys.CLIP_SUFFIXES) and path.is_file():
            pipeline.context.bucket.upload(path, asset.key, "application/octet-stream")


def caption_file(
    pipeline: LocalPipeline,
    path: Path,
    brief: Brief,
    out: Path,
    on_progress: Progress,
    *,
    key: str = "",
    name: str = "",
) -> Outcome:
    """Take one file through all stages; its delivery lands in a folder of its own under `out`.

    `key` is the file's place in the private store, `name` that of its folder.
    """
    context, key = pipeline.context, key or f"{keys.INBOX}{path.name}"
    folder = out / (name or keys.delivery_name(key))
    on_progress("reading", 2)
    upload_subtitles(context.bucket, path, key)
    context.bucket.upload(path, key, "application/octet-stream")
    job = claim_module.claim_video(context, key, brief)
    if job is None:
        raise SourceGoneError(key)
    with claim_module.holding(job):
        walk(job, pipeline.api_url, on_progress, folder)
    outcome = outcome_of(context.bucket, job.key, job.oid)
    if outcome is None:
        raise SourceGoneError(key)
    return fetch(context.bucket, outcome, folder)


def walk(job: Job, api_url: str, on_progress: Progress, folder: Path | None = None) -> None:
    """Take a video through the data walk, as in flows/caption_video.py.

    With a folder, captions and subtitles are in it before any MP4. Raises what the stages raise.
    """
    on_progress("checking", 5)
    media = validate.validate_video(job)
    if isinstance(media, Rejection):
        outcomes.reject(job, media)
        return
    client.authenticate(job.context, api_url)
    session = upload.open_session(job, api_url)
    on_progress("uploading", 10)
    asset = upload.upload_video(job, session, api_url)
    if isinstance(asset, Rejection):
        outcomes.reject(job, asset)
        return
    on_progress("listening and writing captions", 15)
    copy = caption.request_captions(job, session, media, api_url)
    if isinstance(copy, Rejection):
        outcomes.reject(job, copy)
        return
    on_progress("rendering", 40)
    master = render.render_master(job, session, api_url)
    renditions = conform.conform(job, master, copy, _encoding(job, on_progress, folder))
    on_progress("packing", 96)
    publish.publish(job, master, copy, renditions)
    on_progress("delivered", 100)


def _encoding(job: Job, on_progress: Progress, folder: Path | None) -> Callable[[int], None]:
    """Report the encoding; at its first sign of life hand out what is ready to be read."""
    fetched: list[Path] = []
    ready = f"captions and subtitles are in {folder}; " if folder else ""

    def report(percent: int) -> None:
        if folder and not fetched:
            fetched.append(folder)
            fetch_early(job.bucket, job.claim.delivery_prefix, folder)
        on_progress(f"{ready}encoding", 45 + percent // 2)

    return report
