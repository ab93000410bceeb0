"""Subtitles that somebody put beside a video: found and read once a job, for copy and picture."""

from __future__ import annotations

from socialcopy import keys, subtitle_keys
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.subtitles import parse
from socialcopy.models import Cue, MediaInfo, Understanding, Value
from socialcopy.pipeline.job import Job

STEP = "subtitles"
EDITED_MS = 500
"""From this difference of length on, a master is an edit of its source, and times have moved."""


class GivenSubtitles(Value):
    """What was found beside a video."""

    name: str = ""
    cues: tuple[Cue, ...] = ()
    language: str = ""
    notes: tuple[str, ...] = ()
    """Sentences for whoever put them there."""
    source_ms: int = 0
    """The length of the video they are for."""


NOTHING_GIVEN = GivenSubtitles()


def given_subtitles(job: Job) -> GivenSubtitles:
    """Read the subtitles beside a video, once, so that copy and picture have the same.

    A file that can't be read leaves a sentence in the notes, and the next one is tried.
    """
    known = job.journal.read(STEP)
    if known is None:
        known = job.journal.record(STEP, _found(job).model_dump(mode="json"))
    return GivenSubtitles.model_validate(known)


def for_master(given: GivenSubtitles, master: MediaInfo) -> GivenSubtitles:
    """Return the subtitles for a master; none for an edited one, as their times no longer hold."""
    if not given.cues or abs(master.duration_ms - given.source_ms) <= EDITED_MS:
        return given
    note = f"{given.name} was not used: the video was cut, and its times no longer fit."
    return GivenSubtitles(name=given.name, notes=(note,), source_ms=given.source_ms)


def speaking_notes(given: GivenSubtitles, understanding: Understanding) -> tuple[str, ...]:
    """Choose what to say of subtitles beside the captions."""
    if not (given.cues and understanding.transcript.is_read):
        return given.notes
    return (*given.notes, f"Nobody is heard in the video; its words are those of {given.name}.")


def _found(job: Job) -> GivenSubtitles:
    key, brief = job.key, job.claim.brief
    listed = job.bucket.list_keys(keys.stem(key))
    beside = subtitle_keys.subtitles_beside(key, listed, brief.language)
    if not beside:
        return NOTHING_GIVEN
    source_ms, notes = _source_ms(job), list[str]()
    for number, one in enumerate(beside):
        name = one.key.rpartition("/")[2]
        if not one.is_read:
            notes.append(f"{name} was not used: we read {', '.join(keys.SUBTITLE_SUFFIXES)} files.")
            continue
        blob = job.bucket.read(one.key)
        found = parse.read_confined(
            blob.data if blob else b"", name=name, duration_ms=source_ms,
            encoding=brief.subtitles_encoding, language=one.language or brief.language,
        )  # fmt: skip
        notes += found.notes
        if found.cues:
            notes += [_unused(other) for other in beside[number + 1 :] if other.language]
            return GivenSubtitles(
                name=name, cues=found.cues, language=one.language or found.language,
                notes=tuple(notes), source_ms=source_ms,
            )  # fmt: skip
    return GivenSubtitles(notes=tuple(notes), source_ms=source_ms)


def _unused(other: subtitle_keys.SubtitleKey) -> str:
    name = other.key.rpartition("/")[2]
    return f"{name} was not used: another file of subtitles came first."


def _source_ms(job: Job) -> int:
    """Return the length of the video as it was dropped."""
    known = job.journal.read("media")
    if known is not None:
        return MediaInfo.model_validate(known).duration_ms
    source = job.bucket.presign(job.key)
    settings = job.context.media
    return probe(source, size_bytes=job.source.size_bytes, settings=settings).duration_ms
