"""One-off: local files in, delivery folders out; no stack, no Prefect, nothing left behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from socialcopy import keys
from socialcopy.cli.follow import Ending, Outcome, fetch, fetch_early, outcome_of
from socialcopy.models import Brief, Claim, Rejection
from socialcopy.service import service
from socialcopy.settings import DataSettings
from socialcopy.stages import delivery, intake, outcomes, requests
from socialcopy.stages.branding import assets
from socialcopy.stages.workshop import Workshop
from socialcopy.storage.errors import SourceGoneError
from socialcopy.storage.server import embedded_store, free_port

Progress = Callable[[str, int], None]


class Place(NamedTuple):
    """Where a one-off run works."""

    shop: Workshop
    api_url: str


@contextmanager
def private_workshop() -> Generator[Place]:
    """A store and a service for this run alone; yields the settings and the service's URL.

    With NEMO_API_URL set the service is that one, and its token is kept where it always is.
    """
    shop = Workshop.from_environment()
    with tempfile.TemporaryDirectory(prefix="socialcopy-") as folder:
        own = DataSettings(data_dir=Path(folder), cache_dir=shop.data.cache_dir)
        data = shop.data if shop.nemo.api_url else own
        with (
            embedded_store(Path(folder) / "s3", port=free_port()) as s3,
            service(shop.nemo, shop.engine, shop.speech, shop.media, data) as api_url,
        ):
            yield Place(shop.model_copy(update={"s3": s3, "data": data}), api_url)


def bring_assets(place: Place, brief: Brief, folder: Path) -> None:
    """Put the logo and clips a brief names into the bucket, from beside that brief."""
    for asset in assets(brief):
        path = folder / asset.key
        if keys.is_asset(asset.key, keys.LOGO_SUFFIXES | keys.VIDEO_SUFFIXES) and path.is_file():
            place.shop.bucket.upload(path, asset.key, "application/octet-stream")


def caption_file(
    place: Place, path: Path, brief: Brief, out: Path, on_progress: Progress
) -> Outcome:
    """Take one file through all stages; its delivery lands in a folder of its own under `out`."""
    shop, key = place.shop, f"{keys.INBOX}{path.name}"
    on_progress("reading", 2)
    shop.bucket.upload(path, key, "application/octet-stream")
    claim = intake.claim_video(shop, key, brief)
    if claim is None:
        raise SourceGoneError(key)
    with intake.holding(shop, claim):
        walk(place, claim, on_progress, out / keys.delivery_name(key))
    outcome = outcome_of(shop.bucket, claim.source, claim.oid)
    if outcome is None:
        raise SourceGoneError(key)
    if outcome.ending is Ending.DELIVERED:
        fetch(shop.bucket, outcome, out / keys.delivery_name(key))
    return outcome


def walk(place: Place, claim: Claim, on_progress: Progress, folder: Path | None = None) -> None:
    """The data walk, as in flows/caption_video.py.

    With a folder, captions and subtitles are in it before any MP4. Raises what the stages raise.
    """
    shop, api_url = place.shop, place.api_url
    on_progress("checking", 5)
    media = intake.validate_video(shop, claim)
    if isinstance(media, Rejection):
        outcomes.reject(shop, claim, media)
        return
    requests.authenticate(shop, api_url)
    session = requests.open_session(shop, claim, api_url)
    on_progress("uploading", 10)
    asset = requests.upload_video(shop, claim, session, api_url)
    if isinstance(asset, Rejection):
        outcomes.reject(shop, claim, asset)
        return
    on_progress("listening and writing captions", 15)
    copy = requests.request_captions(shop, claim, session, media, api_url)
    on_progress("rendering", 40)
    master = requests.render_master(shop, claim, session, api_url)
    renditions = delivery.conform(
        shop, claim, master, copy, _encoding(shop, claim, on_progress, folder)
    )
    on_progress("packing", 96)
    delivery.publish(shop, claim, master, copy, renditions)
    on_progress("delivered", 100)


def _encoding(
    shop: Workshop, claim: Claim, on_progress: Progress, folder: Path | None
) -> Callable[[int], None]:
    """Report the encoding; at its first sign of life hand out what is ready to be read."""
    fetched: list[Path] = []
    ready = f"captions and subtitles are in {folder}; " if folder else ""

    def report(percent: int) -> None:
        if folder and not fetched:
            fetched.append(folder)
            fetch_early(shop.bucket, claim.delivery_prefix, folder)
        on_progress(f"{ready}encoding", 45 + percent // 2)

    return report
