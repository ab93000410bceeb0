"""One-off: local files in, delivery folders out; no stack, no Prefect, nothing left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from socialcopy import keys
from socialcopy.cli.progress import Ending, Outcome, fetch, fetch_early, outcome_of
from socialcopy.models import Brief, Claim, Rejection
from socialcopy.pipeline import client, outcomes
from socialcopy.pipeline.brand_assets import assets
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps import caption, conform, publish, render, upload, validate
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.service import service
from socialcopy.settings import DataSettings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import embedded_store, free_port
from socialcopy.storage.errors import SourceGoneError

Progress = Callable[[str, int], None]


class Place(NamedTuple):
    """Where a one-off run works."""

    context: Context
    api_url: str


@contextmanager
def private_context() -> Generator[Place]:
    """A store and a service for this run alone; yields the settings and the service's URL.

    With NEMO_API_URL set the service is that one, and its token is kept where it always is.
    """
    context = Context.from_environment()
    with tempfile.TemporaryDirectory(prefix="socialcopy-") as folder:
        own = DataSettings(data_dir=Path(folder), cache_dir=context.data.cache_dir)
        data = context.data if context.nemo.api_url else own
        with (
            embedded_store(Path(folder) / "s3", port=free_port()) as s3,
            service(context.nemo, context.engine, context.speech, context.media, data) as api_url,
        ):
            yield Place(context.model_copy(update={"s3": s3, "data": data}), api_url)


def bring_assets(place: Place, brief: Brief, folder: Path) -> None:
    """Put the logo and clips a brief names into the bucket, from beside that brief."""
    for asset in assets(brief):
        path = folder / asset.key
        if keys.is_asset(asset.key, keys.LOGO_SUFFIXES | keys.VIDEO_SUFFIXES) and path.is_file():
            place.context.bucket.upload(path, asset.key, "application/octet-stream")


def bring_subtitles(bucket: Bucket, path: Path, key: str) -> None:
    """Put the subtitles beside a local video beside its key, before the video itself."""
    own = keys.stem(path.name)
    beside = (found.name for found in path.parent.iterdir() if found.is_file())
    for name, *_ in keys.subtitles_beside(path.name, filter(lambda n: n.startswith(own), beside)):
        to = keys.stem(key) + name.removeprefix(own)
        bucket.upload(path.with_name(name), to, "application/octet-stream")


def caption_file(
    place: Place, path: Path, brief: Brief, out: Path, on_progress: Progress
) -> Outcome:
    """Take one file through all stages; its delivery lands in a folder of its own under `out`."""
    context, key = place.context, f"{keys.INBOX}{path.name}"
    on_progress("reading", 2)
    bring_subtitles(context.bucket, path, key)
    context.bucket.upload(path, key, "application/octet-stream")
    claim = claim_module.claim_video(context, key, brief)
    if claim is None:
        raise SourceGoneError(key)
    with claim_module.holding(context, claim):
        walk(place, claim, on_progress, out / keys.delivery_name(key))
    outcome = outcome_of(context.bucket, claim.source, claim.oid)
    if outcome is None:
        raise SourceGoneError(key)
    if outcome.ending is Ending.DELIVERED:
        fetch(context.bucket, outcome, out / keys.delivery_name(key))
    return outcome


def walk(place: Place, claim: Claim, on_progress: Progress, folder: Path | None = None) -> None:
    """The data walk, as in flows/caption_video.py.

    With a folder, captions and subtitles are in it before any MP4. Raises what the stages raise.
    """
    context, api_url = place.context, place.api_url
    on_progress("checking", 5)
    media = validate.validate_video(context, claim)
    if isinstance(media, Rejection):
        outcomes.reject(context, claim, media)
        return
    client.authenticate(context, api_url)
    session = upload.open_session(context, claim, api_url)
    on_progress("uploading", 10)
    asset = upload.upload_video(context, claim, session, api_url)
    if isinstance(asset, Rejection):
        outcomes.reject(context, claim, asset)
        return
    on_progress("listening and writing captions", 15)
    copy = caption.request_captions(context, claim, session, media, api_url)
    if isinstance(copy, Rejection):
        outcomes.reject(context, claim, copy)
        return
    on_progress("rendering", 40)
    master = render.render_master(context, claim, session, api_url)
    renditions = conform.conform(
        context, claim, master, copy, _encoding(context, claim, on_progress, folder)
    )
    on_progress("packing", 96)
    publish.publish(context, claim, master, copy, renditions)
    on_progress("delivered", 100)


def _encoding(
    context: Context, claim: Claim, on_progress: Progress, folder: Path | None
) -> Callable[[int], None]:
    """Report the encoding; at its first sign of life hand out what is ready to be read."""
    fetched: list[Path] = []
    ready = f"captions and subtitles are in {folder}; " if folder else ""

    def report(percent: int) -> None:
        if folder and not fetched:
            fetched.append(folder)
            fetch_early(context.bucket, claim.delivery_prefix, folder)
        on_progress(f"{ready}encoding", 45 + percent // 2)

    return report
