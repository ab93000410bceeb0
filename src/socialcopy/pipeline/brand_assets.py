"""What a brief wants around its videos: files of the bucket, looked at before anything is paid."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from socialcopy import keys
from socialcopy.media.canvas.branding import Clip, Dressing
from socialcopy.media.errors import MediaError, ToolMissingError
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.renditions.logo import read_logo
from socialcopy.models import Brief, Rejection, SourceVideo, Value
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.settings import MEGABYTE
from socialcopy.storage.errors import ObjectUnreadableError, SourceGoneError
from socialcopy.understanding.sound_tracks import choose_sound

MOST_LOGO_BYTES = 10 * MEGABYTE
MOST_CLIP_BYTES = 100 * MEGABYTE
LONGEST_CLIP_MS = 30_000
"""An intro longer than this is a video of its own; most networks take 90 s in all."""


class Asset(Value):
    """One file that a brief names."""

    role: str
    """The brief's own field: `logo`, `intro` or `outro`."""
    key: str

    @property
    def is_picture(self) -> bool:
        """Whether it is a still picture."""
        return self.role == "logo"

    @property
    def most_bytes(self) -> int:
        """How large it may be."""
        return MOST_LOGO_BYTES if self.is_picture else MOST_CLIP_BYTES


def assets(brief: Brief) -> Iterator[Asset]:
    """Yield the files a brief names."""
    named = {"logo": brief.logo, "intro": brief.intro, "outro": brief.outro}
    yield from (Asset(role=role, key=key) for role, key in named.items() if key)


def refuse_assets(context: Context, brief: Brief) -> Rejection | None:
    """Say why a brief's files can't be used; none when all are there and of the right kind."""
    for asset in assets(brief):
        why = _fault_in_key(asset) or _fault_in_object(context, asset)
        if why:
            return Rejection(
                code="bad_brief",
                reason=f"The brief names the {asset.role} {asset.key}, {why}.",
                advice=(
                    "Put the file there and let the video be tried again (`socialcopy retry`), "
                    "or mend the brief."
                ),
            )
    return None


def _fault_in_key(asset: Asset) -> str:
    suffixes = keys.LOGO_SUFFIXES if asset.is_picture else keys.CLIP_SUFFIXES
    if not keys.is_asset(asset.key, suffixes):
        kinds = ", ".join(sorted(suffixes))
        return (
            f"which is no key a {asset.role} may have (a path in the bucket that ends in {kinds})"
        )
    if not asset.is_picture and keys.is_watched(asset.key):
        return "which lies where videos are captioned; keep it elsewhere, for example in brand/"
    return ""


def _fault_in_object(context: Context, asset: Asset) -> str:
    try:
        found = context.bucket.head(asset.key)
    except SourceGoneError:
        return "which is not in the bucket"
    except ObjectUnreadableError as error:
        return f"which {error.reason} ({error.advice})"
    if not 0 < found.size_bytes <= asset.most_bytes:
        return f"which is empty or larger than {asset.most_bytes // MEGABYTE} MB"
    return _fault_in_content(context, asset, found)


def _fault_in_content(context: Context, asset: Asset, found: SourceVideo) -> str:
    """Try a file before anything is paid, by its bytes: over the network an outage looks like
    damage.
    """
    with tempfile.TemporaryDirectory(prefix="brand-") as folder:
        path = Path(folder) / asset.role
        context.bucket.download(found, path)
        try:
            if asset.is_picture:
                read_logo(path, Path(folder), settings=context.media)
                return ""
            info = probe(path, size_bytes=found.size_bytes, settings=context.media)
        except ToolMissingError:
            raise
        except MediaError:
            kind = "no PNG or JPEG" if asset.is_picture else "not a video"
            return f"which is {kind} we can read"
    is_right = 0 < info.duration_ms <= LONGEST_CLIP_MS
    return "" if is_right else f"which is longer than {LONGEST_CLIP_MS // 1000} s"


def dressing(job: Job, stop: threading.Event | None = None) -> Dressing:
    """Fetch what the brief names into the work folder.

    Raises SourceGoneError when a file went away meanwhile, and the errors of `media.errors`.
    """
    context, brief, folder = job.context, job.claim.brief, job.work_folder
    found = {asset.role: _fetched(context, asset, folder) for asset in assets(brief)}
    logo = found.get("logo")
    return Dressing(
        title=" ".join(brief.title_card.split()),
        logo=logo and read_logo(
            logo, folder, settings=context.media, corner=brief.logo_corner, name=brief.logo or "",
            stop=stop,
        ),
        intro=_clip(context, found.get("intro"), brief.intro),
        outro=_clip(context, found.get("outro"), brief.outro),
    )  # fmt: skip


def _fetched(context: Context, asset: Asset, folder: Path) -> Path:
    """Download the file under a name of our own; its suffix is one of a few."""
    path = folder / f"brand-{asset.role}{PurePosixPath(asset.key).suffix.lower()}"
    context.bucket.download(context.bucket.head(asset.key), path)
    return path


def _clip(context: Context, path: Path | None, key: str | None) -> Clip | None:
    if path is None:
        return None
    info = probe(path, size_bytes=path.stat().st_size, settings=context.media)
    info = choose_sound(path, info, context.media)
    return Clip(path=path, info=info, name=key or "")
