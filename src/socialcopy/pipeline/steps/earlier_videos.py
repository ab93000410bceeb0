"""The MP4s of the delivery before, for a refinement that only changes the words beside them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from socialcopy import keys, local_files
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.subtitles.parse import read_confined
from socialcopy.models import Platform, Rendition, Value, later
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps.conform import FOOTAGE, THUMBNAIL, Footage
from socialcopy.pipeline.steps.earlier import Earlier
from socialcopy.pipeline.subtitles import for_master, given_subtitles
from socialcopy.storage.errors import RecordUnreadableError, SourceGoneError
from socialcopy.storage.records import parse_json


class EarlierVideos(Value):
    """Files of an earlier delivery, fetched into the work folder."""

    master: Path
    renditions: tuple[Rendition, ...]


def fetch(job: Job, earlier: Earlier) -> EarlierVideos | None:
    """Fetch what was rendered for the brief's networks; none where something is missing.

    It is delivered again as it is, with its certificate: nothing is encoded.
    """
    context, folder, platforms = job.context, job.work_folder, job.claim.brief.platforms
    try:
        files = _names(context, earlier)
        made = [_rendition(entry, folder, platforms) for entry in _entries(context, earlier, files)]
        renditions = tuple(rendition for rendition in made if rendition.platforms)
        if {p for rendition in renditions for p in rendition.platforms} != set(platforms):
            return None
        master = f"{keys.delivery_name(job.key)}.master.mp4"
        passed = [Path(rendition.path) for rendition in renditions if rendition.has_passed]
        for name in (master, THUMBNAIL, *(path.name for path in passed)):
            _download(context, earlier, files[name], folder)
        for name in (path.with_suffix(".jpg").name for path in passed):
            if name in files:
                _download(context, earlier, files[name], folder)
        shown = context.bucket.read(earlier.prefix + files.get("subtitles.srt", "subtitles.srt"))
    except (KeyError, RecordUnreadableError, SourceGoneError, ValidationError):
        return None
    found = EarlierVideos(master=folder / master, renditions=renditions)
    _note_footage(job, found, shown.data if shown else b"")
    return found


def _note_footage(job: Job, found: EarlierVideos, subtitles: bytes) -> None:
    """Put down what `conform` would have found out, with the subtitles as they were delivered."""
    media = job.context.media
    info = probe(found.master, size_bytes=found.master.stat().st_size, settings=media)
    given = for_master(given_subtitles(job), info)
    parts = [part for rendition in found.renditions for part in rendition.parts]
    head_ms = max((p.until_ms for p in parts if p.kind in {"intro", "title card"}), default=0)
    lines = given.cues
    if subtitles and not lines:
        delivered = read_confined(
            subtitles, name="subtitles.srt", duration_ms=info.duration_ms + head_ms
        ).cues
        lines = later(delivered, -head_ms)
    footage = Footage(given=lines, notes=given.notes, head_ms=head_ms)
    local_files.write(job.work_folder / FOOTAGE, footage.model_dump_json().encode())


def _names(context: Context, earlier: Earlier) -> dict[str, str]:
    """Where each file of the delivery is in its folder, by its bare name."""
    name = keys.manifest(earlier.prefix)
    found = context.bucket.read(name)
    manifest = parse_json(found.data, name) if found else {"files": []}
    return {Path(file["name"]).name: file["name"] for file in manifest["files"]}


def _entries(context: Context, earlier: Earlier, files: dict[str, str]) -> Iterable[dict[str, Any]]:
    name = earlier.prefix + files["certificate.json"]
    found = context.bucket.read(name)
    return parse_json(found.data, name)["files"] if found else []


def _rendition(entry: dict[str, Any], folder: Path, platforms: tuple[Platform, ...]) -> Rendition:
    """Read a rendition back from its certificate, for those networks that are still wanted."""
    kept = [name for name in entry["platforms"] if Platform(name) in platforms]
    fields = {**entry, "info": entry["media"], "platforms": kept}
    fields["path"] = str(folder / entry["file"]) if entry["file"] else ""
    known = {name: fields[name] for name in Rendition.model_fields if name in fields}
    return Rendition.model_validate(known)


def _download(context: Context, earlier: Earlier, name: str, folder: Path) -> None:
    source = context.bucket.head(earlier.prefix + name)
    context.bucket.download(source, folder / Path(name).name)
