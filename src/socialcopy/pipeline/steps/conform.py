"""From the master to MP4s that fit each network, with the texts beside them."""

from __future__ import annotations

import contextlib
import json
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from socialcopy import keys, local_files
from socialcopy.copywriting.pages.markdown import captions_markdown
from socialcopy.local_files import CorruptFileError
from socialcopy.media.ffmpeg.deadline import deadline
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.renditions.plan import Text, later
from socialcopy.media.renditions.render import Detectors, render_all, thumbnail
from socialcopy.media.subtitles.cues import cues
from socialcopy.media.subtitles.formats import to_srt, to_vtt
from socialcopy.models import (
    Brief,
    Caption,
    Copy,
    Cue,
    DeliveredFile,
    Focus,
    MediaInfo,
    Rendition,
    Understanding,
    Value,
)
from socialcopy.nemovideo.client import OnPercent
from socialcopy.pipeline import disk_space, metrics
from socialcopy.pipeline.brand_assets import dressing
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.subtitles import for_master, given_subtitles
from socialcopy.platforms import rules
from socialcopy.settings import MediaSettings
from socialcopy.storage.delivery_files import CONTENT_TYPES
from socialcopy.storage.errors import StorageError
from socialcopy.understanding.burned_in import captions_in
from socialcopy.understanding.faces import SecondLook, best_moment, look
from socialcopy.understanding.sound_tracks import choose_sound
from socialcopy.understanding.voice import spoken

CONFORM_SECONDS = 6_900.0
"""Five minutes less than Prefect gives the task: what passes ours is an outcome of the video."""
# A master that misses the length of what was understood by less shows the same at the same times.
SAME_LENGTH_MS = 100
PROGRESS_STEP = 10
"""Percent between two notes of how far the encoding is."""
THUMBNAIL = "thumbnail.jpg"
FOOTAGE = "footage.json"


class Footage(Value):
    """What is known of a master besides its words; kept in the work folder between two stages."""

    focus: Focus = Focus()
    given: tuple[Cue, ...] = ()
    """Subtitles somebody put beside the video; they win over ours."""
    notes: tuple[str, ...] = ()
    """What is to be said of them."""
    head_ms: int = 0
    """How much later the video begins in its MP4s, behind an intro and a title card."""


@metrics.measured("conform")
@deadline(CONFORM_SECONDS)
def conform(
    job: Job,
    master: Path,
    copy: Copy,
    on_progress: OnPercent = None,
    stop: threading.Event | None = None,
    *,
    burns_subtitles: bool = True,
) -> tuple[Rendition, ...]:
    """Make the MP4s the networks accept, with subtitles burned in, and look at each again.

    Captions and subtitles are delivered first: nobody waits for an encoder to read them. A master
    whose edit says where subtitles are, or that there are none, gets no others.
    """
    job.journal.begin("conform", {})
    context, brief, folder = job.context, job.claim.brief, job.work_folder
    info = probe(master, size_bytes=master.stat().st_size, settings=context.media)
    disk_space.require_room_for_renditions(context, info.duration_ms, len(brief.platforms))
    info = choose_sound(master, info, context.media, brief.language)
    given = for_master(given_subtitles(job), info)
    around = dressing(job, stop)
    footage = Footage(given=given.cues, notes=given.notes, head_ms=around.head_ms)
    adds_subtitles = burns_subtitles and wants_subtitles(brief, footage, copy.understanding)
    place_texts(job, word_files(copy, footage))
    focus = focus_of(master, info, copy.understanding, context.media, stop)
    footage = footage.model_copy(update={"focus": focus})
    local_files.write(folder / FOOTAGE, footage.model_dump_json().encode())
    moment = best_moment(footage.focus)
    thumbnail(master, info, folder, context.media, moment)
    renditions = render_all(
        master,
        info,
        {platform: rules(platform).video for platform in brief.platforms},
        Text(
            words=copy.understanding.transcript.words if adds_subtitles else (),
            given=given.cues if adds_subtitles else (),
            language=copy.understanding.transcript.language,
            look=context.media.look(brief),
            focus=footage.focus,
            dressing=around,
        ),
        name=keys.delivery_name(job.key),
        folder=folder,
        settings=context.media,
        detectors=Detectors(look_again=SecondLook, find_speech=spoken),
        on_progress=_reporting(job, on_progress),
        stop=stop,
    )
    for rendition in renditions:
        if rendition.has_passed:
            _grab_cover(rendition, None if moment is None else moment + around.head_ms, context)
    return renditions


def wants_subtitles(brief: Brief, footage: Footage, known: Understanding) -> bool:
    """Tell whether subtitles are burned in: twice the same words are too many.

    A picture with captions of its own gets more only where the brief says how they look, or
    somebody put subtitles beside it.
    """
    is_asked = brief.subtitles is not None or bool(footage.given)
    return is_asked or not captions_in(known.screen, known.transcript.words)


def focus_of(
    master: Path, info: MediaInfo, known: Understanding, settings: MediaSettings,
    stop: threading.Event | None = None,
) -> Focus:  # fmt: skip
    """Look for faces, shots and who speaks, and keep the text that was read, while it is shown.

    An edit of the video moves words and text to other times, which nobody knows: then no lips are
    measured, and text counts all along. Words that were read and not heard move no lips either.
    """
    if abs(info.duration_ms - known.duration_ms) <= SAME_LENGTH_MS:
        words = () if known.transcript.is_read else known.transcript.words
        return look(master, info, settings=settings, screen=known.screen, words=words, stop=stop)
    seen = look(master, info, settings=settings, stop=stop)
    always = {"start_ms": 0, "end_ms": info.duration_ms}
    texts = tuple(text.model_copy(update=always) for text in known.screen)
    return seen.model_copy(update={"texts": texts})


def cover_of(rendition: Rendition) -> Path:
    """Return where an MP4's cover is: a frame of that very file, in its shape, beside it."""
    return Path(rendition.path).with_suffix(".jpg")


def _grab_cover(rendition: Rendition, at_ms: int | None, context: Context) -> None:
    path = Path(rendition.path)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".cover-") as folder:
        made = thumbnail(path, rendition.info, Path(folder), context.media, at_ms)
        made.replace(cover_of(rendition))


def _reporting(job: Job, on_progress: OnPercent) -> Callable[[int], None]:
    """Pass percents on, and write every tenth where whoever follows the video looks."""
    written = [-1]

    def report(percent: int) -> None:
        if on_progress:
            on_progress(percent)
        if percent // PROGRESS_STEP > written[0]:
            written[0] = percent // PROGRESS_STEP
            with contextlib.suppress(StorageError):  # it is only for looking at
                body = json.dumps({"percent": percent}).encode()
                job.bucket.write(keys.progress(job.oid), body, "application/json")

    return report


def read_footage(job: Job) -> Footage:
    """Read what `conform` found out of a master; nothing where it did not run here."""
    path = job.work_folder / FOOTAGE
    if not path.is_file():
        return Footage()
    try:
        return Footage.model_validate_json(path.read_bytes())
    except ValidationError as error:
        remedy = "Nothing is to be done: the next try makes it anew"
        raise CorruptFileError(str(path), error.errors()[0]["msg"], remedy) from None


def sidecar_cues(copy: Copy, footage: Footage) -> tuple[Cue, ...]:
    """Return the subtitles of the sidecars, in step with the MP4s."""
    understanding = copy.understanding
    lines = footage.given or cues(
        understanding.transcript.words,
        duration_ms=understanding.duration_ms,
        cuts_ms=footage.focus.cuts_ms,
        language=understanding.transcript.language,
    )
    return later(lines, footage.head_ms)


def word_files(copy: Copy, footage: Footage) -> dict[str, str]:
    """Write every text file that needs no MP4, by name."""
    lines = sidecar_cues(copy, footage)
    plain = {name: text + "\n" for c in copy.captions.captions for name, text in _files(c)}
    subtitles = {"subtitles.srt": to_srt(lines), "subtitles.vtt": to_vtt(lines)} if lines else {}
    return {
        **plain,
        **subtitles,
        "captions.json": copy.captions.model_dump_json(indent=2),
        "captions.md": captions_markdown(copy.captions),
        "transcript.json": copy.understanding.transcript.model_dump_json(indent=2),
    }


def _files(caption: Caption) -> Iterator[tuple[str, str]]:
    """Yield one caption as it is pasted, with its other versions and the posts of its thread."""
    yield f"{caption.platform}.txt", caption.text
    for n, text in enumerate(caption.variants, start=2):
        yield f"{caption.platform}.{n}.txt", text
    if caption.thread:
        yield f"{caption.platform}.thread.txt", "\n\n---\n\n".join(caption.thread)


def place_texts(job: Job, texts: dict[str, str]) -> list[DeliveredFile]:
    """Write text files into this worker's folder of the delivery."""
    return [place_file(job, name, text.encode()) for name, text in texts.items()]


def place_file(job: Job, name: str, data: bytes | Path) -> DeliveredFile:
    """Write one file of the delivery, with the content type of its ending."""
    return job.folder.place(name, data, CONTENT_TYPES[Path(name).suffix])
