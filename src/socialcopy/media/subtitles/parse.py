"""Subtitles that a person made: a file beside the video, or a track inside it. They win over ours.

Nothing of them is dropped in silence: what can't be shown is said in `notes`. All work is linear
in the file's size, which is limited.
"""

from __future__ import annotations

import logging
import tempfile
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import regex

from socialcopy.media.errors import MediaError, SubtitlesUnreadableError
from socialcopy.media.ffmpeg.commands import copy_subtitles
from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.media.subtitles.cues import CHARACTERS_PER_SECOND, GAP_MS, SHORTEST_MS, cut
from socialcopy.media.subtitles.lines import columns, join, room
from socialcopy.media.subtitles.readers import subrip, substation, webvtt
from socialcopy.media.subtitles.readers.encodings import decode
from socialcopy.media.subtitles.readers.events import Event, Parsed, said
from socialcopy.media.subtitles.readers.rolling import unrolled
from socialcopy.media.subtitles.segmentation import pieces
from socialcopy.models import Cue, MediaInfo, Value, Word, spread
from socialcopy.sandbox.errors import CallError
from socialcopy.sandbox.functions import CallLimits, confined
from socialcopy.settings import MediaSettings

logger = logging.getLogger(__name__)

# `\r\r\n` is what a text has that was written for Windows twice.
LINE_ENDS = regex.compile(r"\r*\n|\r")
# Two hours of subtitles take a tenth of this.
MOST_BYTES = 2_000_000
LONGEST_READ = 200
# Characters, and characters a second, beyond both of which a subtitle is no subtitle.
FASTEST_READ = 100

# Lines that are drawn at once.
MOST_LINES = 2
# Characters from which subtitles at the same time are no more gathered.
LONGEST_TOGETHER = 10_000
UNSEEN = regex.compile(r"[\p{Cc}\p{Cs}\ue000-\ue004\ufeff\u00ad--[\n\t]]", regex.V1)
LINE_END = regex.compile(r"[\x0b\x0c\x85\u2028\u2029]")
SPACES = regex.compile(r"[\p{Zs}\t--[\u00a0\u202f]]+", regex.V1)
# What WebVTT carries for a player: thumbnails and metadata.
DATA = regex.compile(
    r"\s*(?:\S{1,400}\.(?:jpe?g|png|webp|gif|avif)(?:#xywh=[\d,]{1,40})?|\{\s*\".*\})\s*", regex.S
)


# What reading a file may take: the worst of `MOST_BYTES` takes 9 s, two hours of speech 0.1 s.
CALL_LIMITS = CallLimits(cpu_seconds=20)


class Subtitles(Value):
    """What a file of subtitles says."""

    cues: tuple[Cue, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences about what was left out and why; with no cues, why there are none."""
    language: str = ""


def read_confined(
    data: bytes, *, name: str, duration_ms: int, encoding: str = "", language: str | None = None
) -> Subtitles:
    """Read what a stranger wrote as `read` does, in a process that sees nothing of ours."""
    try:
        return confined(read, CALL_LIMITS)(
            data, name=name, duration_ms=duration_ms, encoding=encoding, language=language
        )
    except CallError as error:
        logger.info("%s: %s", name, error)
        return _refused(name, "it takes more time or memory than any subtitles should")


def read(
    data: bytes, *, name: str, duration_ms: int, encoding: str = "", language: str | None = None
) -> Subtitles:
    """Read SubRip, WebVTT, SBV or SubStation as it is written, without markup.

    Times are kept but for what lies beyond the video or overlaps the next subtitle. `encoding` is
    what somebody says it is, `language` what it may be expected to be in.
    """
    if len(data) > MOST_BYTES:
        return _refused(name, f"it has {len(data) / 1e6:.1f} MB, which no subtitles need")
    try:
        text, found, note = decode(data, encoding=encoding, language=language)
        parsed = _parsed(text)
        cues, changes = _fitted(parsed, duration_ms)
    except SubtitlesUnreadableError as error:
        return _refused(name, str(error))
    if not cues:
        why = "; ".join((*parsed.notes, *changes)) or "it holds no subtitles"
        return _refused(name, why)
    is_guess = not encoding and not found.startswith("utf")
    guessed = f"it is not UTF-8 and was read as {found}" if is_guess else ""
    notes = (guessed, note, *parsed.notes, *changes)
    sentences = tuple(f"{name}: {note}." for note in notes if note)
    return Subtitles(cues=cues, notes=sentences, language=parsed.language)


def _refused(name: str, why: str) -> Subtitles:
    return Subtitles(notes=(f"{name} was not used: {why}. The subtitles are ours instead.",))


def _parsed(text: str) -> Parsed:
    """Read the events of whatever format the text is in, whatever its file is called."""
    # Marks in the middle come from files that were joined, NULs from tools that count in UTF-16.
    text = LINE_ENDS.sub("\n", text.replace("\ufeff", "").replace("\0", ""))
    begin = text[:10_000].lstrip()
    if begin.startswith(webvtt.SIGNATURE):
        return webvtt.parse(text)
    if substation.BEGINNING.search(begin):
        return substation.parse(text)
    parsed = subrip.parse(text)
    if not parsed.events:
        raise SubtitlesUnreadableError(
            "it holds no subtitles in a form we read, which are SubRip (.srt), WebVTT (.vtt), "
            "SubStation (.ass, .ssa) and SBV"
        )
    return parsed


def _fitted(parsed: Parsed, duration_ms: int) -> tuple[tuple[Cue, ...], list[str]]:
    """Fit the events to this video as subtitles, and say what had to be changed."""
    cleaned = [event._replace(text=_clean(event.text)) for event in parsed.events]
    shown = [event for event in cleaned if event.text]
    if shown and all(DATA.fullmatch(event.text[:2_000]) for event in shown):
        raise SubtitlesUnreadableError("it holds data for a player, no subtitles")
    timed = [e for e in shown if e.end_ms > max(0, e.start_ms)]
    inside = sorted((e for e in timed if e.start_ms < duration_ms), key=lambda e: e.start_ms)
    plain, rolls = unrolled(inside)
    apart, together = _apart(plain)
    readable = [event for event in apart if not _is_too_much(event)]
    changes = [
        *said(
            len(shown) - len(timed),
            "ends before or when it begins",
            "end before or when they begin",
        ),
        *said(
            len(timed) - len(inside),
            "begins after the end of the video",
            "begin after the end of the video",
        ),
        *said(
            len(apart) - len(readable),
            "holds more than anybody can read in its time",
            "hold more than anybody can read in their time",
        ),
        *said(
            together, "is at the same time as another", "are at the same time as another",
            so="shown with it",
        ),
    ]  # fmt: skip
    if rolls:
        changes.append("its lines roll; each is shown once")
    return tuple(
        Cue(start_ms=max(0, e.start_ms), end_ms=min(e.end_ms, duration_ms), text=e.text)
        for e in readable
    ), changes


def _apart(events: Sequence[Event]) -> tuple[list[Event], int]:
    """Show one subtitle at a time: the earlier goes when the next comes, if it is read by then.

    Where it can't, as for two voices at once, both are one subtitle.
    """
    apart: list[Event] = []
    together = 0
    for event in events:
        last = apart[-1] if apart else None
        if last is None or last.end_ms <= event.start_ms - GAP_MS:
            apart.append(event)
        elif event.start_ms - GAP_MS - max(0, last.start_ms) >= _least_ms(last):
            apart[-1] = last._replace(end_ms=event.start_ms - GAP_MS)
            apart.append(event)
        else:
            lines = last.text.split("\n")
            news = [line for line in event.text.split("\n") if line not in lines]
            text = "\n".join([last.text, *news]) if len(last.text) < LONGEST_TOGETHER else last.text
            apart[-1] = last._replace(text=text, end_ms=max(last.end_ms, event.end_ms))
            together += bool(news)
    return apart, together


def _least_ms(event: Event) -> int:
    """Tell how long a subtitle has to be seen: until it is read, if it was meant to last so."""
    needed_ms = max(SHORTEST_MS, len(event.text) * 1000 // CHARACTERS_PER_SECOND)
    return min(event.end_ms - max(0, event.start_ms) - GAP_MS, needed_ms)


def _is_too_much(event: Event) -> bool:
    length = len(event.text)
    return length > LONGEST_READ and length * 1000 > FASTEST_READ * (event.end_ms - event.start_ms)


def _clean(text: str) -> str:
    """Write text in composed characters, without controls, its spaces single."""
    shown = LINE_END.sub("\n", unicodedata.normalize("NFC", text))
    lines = UNSEEN.sub("", shown).split("\n")
    return "\n".join(filter(None, (SPACES.sub(" ", line).strip() for line in lines)))


def refitted(given: Sequence[Cue], *, max_line: int) -> tuple[Cue, ...]:
    """Break the subtitles anew where a line is too long for where they are drawn."""
    return tuple(part for cue in given for part in _refit(cue, max_line=max_line))


def _refit(cue: Cue, *, max_line: int) -> tuple[Cue, ...]:
    lines = cue.text.split("\n")
    most = room(cue.text, max_line)
    if len(lines) <= MOST_LINES and all(columns(line) <= most for line in lines):
        return (cue,)
    parts = cut(pieces_of(cue), duration_ms=cue.end_ms, max_line=max_line, may_condense=False)
    # The person's own beginning and end stay, whatever the cutter would have chosen.
    starts = [cue.start_ms, *(part.start_ms for part in parts[1:])]
    ends = [*(part.end_ms for part in parts[:-1]), cue.end_ms]
    return tuple(
        Cue(start_ms=start, end_ms=end, text=part.text)
        for start, end, part in zip(starts, ends, parts, strict=True)
    )


def pieces_of(cue: Cue) -> list[Word]:
    """Split a subtitle into pieces whose own times nobody knows, by their share of its length.

    Where its author broke a line, the piece ends in that break: a good place to break it again.
    """
    lines = cue.text.split("\n")
    gaps = [join(pair)[len(pair[0]) : -len(pair[1])] + "\n" for pair in pairwise(lines)]
    texts = [
        piece for line, gap in zip(lines, [*gaps, ""], strict=True) for piece in pieces(line + gap)
    ]
    return spread(texts, cue.start_ms, cue.end_ms, columns)


# The track lies all over the file, so all of it is read.
READ_SECONDS = 120.0


def subtitles(source: str | Path, info: MediaInfo, settings: MediaSettings) -> tuple[Cue, ...]:
    """Read the first subtitle track of text; none when there is none or it can't be read."""
    if info.subtitle_codec is None:
        return ()
    limits = Limits(
        wall_seconds=READ_SECONDS, memory_bytes=settings.max_memory_bytes, file_bytes=MOST_BYTES
    )
    with tempfile.TemporaryDirectory(prefix="subtitles-") as folder:
        try:
            argv = copy_subtitles(source, info, "track.srt", settings)
            run(argv, limits=limits, cwd=Path(folder))
        except MediaError:  # a hint is not worth a video
            return ()
        data = (Path(folder) / "track.srt").read_bytes()
    return read_confined(data, name="the track", duration_ms=info.duration_ms).cues
