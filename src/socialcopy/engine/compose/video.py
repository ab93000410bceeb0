"""From a draft to one MP4: what can be copied is copied, everything else is encoded once."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from socialcopy.engine.compose.overlays import FORM, TEXTS, Look, blurred_fill, music_filter
from socialcopy.engine.errors import UnrenderableError
from socialcopy.media.canvas.branding import frames_in
from socialcopy.media.ffmpeg.codecs import SOUND_CONTAINERS
from socialcopy.media.ffmpeg.filters import at_a_rate, frame_rate
from socialcopy.media.ffmpeg.inputs import picture, sound, source_input, stereo
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.runner import Limits, guarded_input, run
from socialcopy.models import MediaInfo, Value
from socialcopy.nemovideo.drafts import PICTURE
from socialcopy.nemovideo.schemas import JSON, Draft, Segment
from socialcopy.settings import MediaSettings

# A cut that misses the source's length by less than this is the whole source.
SAME_LENGTH_MS = 50

LENGTH_TOLERANCE_MS = 500
# How much a finished file may miss the draft's length: frames and audio packets round it.
LENGTH_TOLERANCE = 0.02

# Factors this engine takes.
SPEEDS, VOLUMES = (0.25, 4.0), (0.0, 10.0)

PLAIN = Look()
FOUR_K_PIXELS = 3_840 * 2_160
# How many times the largest source a result may be; slides of two hours grow when encoded anew.
GROWTH = 10

# Time limit of an encode: 4K on two shared cores needs about ten seconds a second.
BASE_SECONDS, SECONDS_PER_SECOND = 120, 20


class Cut(Value):
    """A piece of a file."""

    source: Path
    info: MediaInfo
    start_ms: int
    duration_ms: int
    """How long it lasts in the result, whatever its speed."""
    speed: float = 1.0
    volume: float = 1.0

    @property
    def source_ms(self) -> int:
        """How much of the file it uses."""
        return round(self.duration_ms * self.speed)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out or changed."""
        is_all = self.start_ms == 0 and self.duration_ms >= self.info.duration_ms - SAME_LENGTH_MS
        return is_all and (self.speed, self.volume) == (1.0, 1.0)


def cuts_of(draft: JSON, files: Mapping[str, tuple[Path, MediaInfo]]) -> tuple[Cut, ...]:
    """Return the pieces of a draft's picture track in order; `files` are the session's videos."""
    try:
        tracks = Draft.model_validate(draft).t or ()
    except ValidationError as exc:
        raise UnrenderableError("the draft is not of the documented shape") from exc
    filled = [track for track in tracks if track.sg and track.tt == PICTURE]
    if len(filled) != 1:
        raise UnrenderableError("this engine renders drafts of exactly one video track")
    return tuple(_cut(segment, files) for segment in filled[0].sg or ())


def _cut(segment: Segment, files: Mapping[str, tuple[Path, MediaInfo]]) -> Cut:
    if segment.asset is None or segment.asset not in files:
        raise UnrenderableError("a segment names no video of this session")
    source, info = files[segment.asset]
    speed, volume = _factor(segment.speed, SPEEDS), _factor(segment.volume, VOLUMES)
    left_ms = round((info.duration_ms - segment.start) / speed)
    duration_ms = left_ms if segment.d is None else min(segment.d, left_ms)
    if segment.start < 0 or duration_ms <= 0:
        raise UnrenderableError("a segment lies outside its video")
    return Cut(
        source=source,
        info=info,
        start_ms=segment.start,
        duration_ms=duration_ms,
        speed=speed,
        volume=volume,
    )


def _factor(stated: float | None, allowed: tuple[float, float]) -> float:
    factor = 1.0 if stated is None else stated
    if not allowed[0] <= factor <= allowed[1]:
        raise UnrenderableError(f"{factor:g} is not between {allowed[0]:g} and {allowed[1]:g}")
    return factor


def compose(
    cuts: tuple[Cut, ...],
    output: Path,
    settings: MediaSettings,
    *,
    on_progress: Callable[[int], None],
    stop: threading.Event,
    look: Look = PLAIN,
) -> MediaInfo:
    """Write the MP4 and look at it; `on_progress` is called with milliseconds written."""
    if look.texts is not None:
        (output.parent / TEXTS).write_text(look.texts, encoding="utf-8")
    length_ms = sum(cut.duration_ms for cut in cuts)

    def written(argv: list[str]) -> MediaInfo:
        limits = _limits(length_ms, settings)
        run(argv, limits=limits, cwd=output.parent, on_progress=on_progress, stop=stop)
        return probe(output, size_bytes=output.stat().st_size, settings=settings)

    # Copying keeps the person's own encoding and takes next to no time.
    is_copied = len(cuts) == 1 and look.is_plain and can_copy(cuts[0])
    info = written(remux(cuts[0], output, settings, look.comment)) if is_copied else None
    if info is None or not _lasts(info, length_ms):
        # Also after a copy: it keeps a damaged clock, which decoding mends.
        info = written(encode(cuts, output, settings, look))
    if not _lasts(info, length_ms):
        raise UnrenderableError(
            f"it would last {info.duration_ms / 1000:.1f} s instead of {length_ms / 1000:.1f} s; "
            "the clock of the video may be damaged"
        )
    return info


def _lasts(info: MediaInfo, length_ms: int) -> bool:
    off_ms = abs(info.duration_ms - length_ms)
    return off_ms <= LENGTH_TOLERANCE_MS + LENGTH_TOLERANCE * length_ms


def _limits(length_ms: int, settings: MediaSettings) -> Limits:
    return Limits(
        wall_seconds=BASE_SECONDS + SECONDS_PER_SECOND * length_ms / 1000,
        memory_bytes=settings.max_memory_bytes,
        file_bytes=GROWTH * settings.max_source_bytes,
        full_files=2,
    )


def can_copy(cut: Cut) -> bool:
    """Tell whether a cut is a whole file that every player takes as it is."""
    video, audio = cut.info.video, cut.info.audio
    return (
        cut.is_whole
        and cut.info.container == "mp4"
        and (video.codec, video.pixel_format) == ("h264", "yuv420p")
        and not video.is_interlaced
        and (audio is None or (audio.codec == "aac" and not audio.repair))
    )


PROGRESS = ("-progress", "pipe:1", "-stats_period", "0.5")
TO_MP4 = ("-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart", "-f", "mp4")


def remux(cut: Cut, output: Path, settings: MediaSettings, comment: str = "") -> list[str]:
    """Copy the picture and the sound that are used into a file that starts playing at once."""
    return [
        *("ffmpeg", "-v", "error", "-nostdin", "-y", *PROGRESS),
        *source_input(cut.source, cut.info, settings),
        *("-map", picture(cut.info), "-map", f"{sound(cut.info)}?", "-c", "copy"),
        *_to_mp4(output, comment),
    ]


def encode(
    cuts: tuple[Cut, ...], output: Path, settings: MediaSettings, look: Look = PLAIN
) -> list[str]:
    """Join cuts in one size: square pixels, upright, H.264 with AAC at 48 kHz."""
    has_sound = any(cut.info.has_audio for cut in cuts)
    inputs = [argument for cut in cuts for argument in _input(cut, settings)]
    with_sound = has_sound or look.music is not None
    return [
        *("ffmpeg", "-v", "error", "-nostdin", "-y", *PROGRESS),
        *inputs,
        *_music_input(cuts, look, settings),
        *("-filter_complex", graph(cuts, has_sound=has_sound, look=look), "-map", "[picture]"),
        *(("-map", "[sound]", "-c:a", "aac", "-b:a", "192k", "-ar", "48000") if with_sound else ()),
        # Better than what networks get: this is a master, from which every network's MP4 is made.
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"),
        *_to_mp4(output, look.comment),
    ]


def _to_mp4(output: Path, comment: str) -> list[str]:
    told = ("-metadata", f"comment={comment}") if comment else ()
    return [*TO_MP4[:4], *told, *TO_MP4[4:], f"file:{output.name}"]


def _input(cut: Cut, settings: MediaSettings) -> list[str]:
    """Open a cut at the key frame before it: the frame shown when it begins may be that old."""
    return ["-noaccurate_seek", *source_input(cut.source, cut.info, settings, from_ms=cut.start_ms)]


def _music_input(cuts: tuple[Cut, ...], look: Look, settings: MediaSettings) -> list[str]:
    if look.music is None:
        return []
    seconds = sum(cut.duration_ms for cut in cuts) / 1000
    return [
        # Endless, and therefore limited: -t holds for the input that follows it.
        *("-stream_loop", "-1", "-t", f"{seconds:.3f}"),
        *guarded_input(
            look.music.source.absolute(),
            max_pixels=settings.max_pixels,
            containers=SOUND_CONTAINERS,
        ),
    ]


def graph(cuts: tuple[Cut, ...], *, has_sound: bool, look: Look = PLAIN) -> str:
    """Write the filters that bring all cuts to one form, join them, and add what the look asks for.

    ffmpeg has turned each picture upright before its first filter.
    """
    width, height = look.size or _master_size(*cuts[0].info.video.display_size)
    rate = _rate(cuts)
    chains = [
        _picture(number, cut, (width, height), rate, is_filled=look.size is not None)
        for number, cut in enumerate(cuts)
    ]
    if has_sound:
        chains += [_sound(number, cut, rate) for number, cut in enumerate(cuts)]
    streams = "".join(f"[v{n}]" + (f"[a{n}]" if has_sound else "") for n in range(len(cuts)))
    shown = "[joined]" if look.texts is not None else "[picture]"
    heard = "[spoken]" if look.music is not None else "[sound]"
    outputs = f"{shown}{heard}" if has_sound else shown
    chains.append(f"{streams}concat=n={len(cuts)}:v=1:a={int(has_sound)}{outputs}")
    if look.texts is not None:
        chains.append(f"[joined]ass={TEXTS}[picture]")
    if look.music is not None:
        length_ms = sum(cut.duration_ms for cut in cuts)
        chains += music_filter(len(cuts), look.music, length_ms, has_sound=has_sound)
    return ";".join(chains)


def _master_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of a picture that is encoded anew, in even pixels and as large as 4K.

    No network takes more, and of 16 million pixels x264 holds 1.7 GB.
    """
    smaller = min(1.0, math.sqrt(FOUR_K_PIXELS / (width * height)))
    return int(width * smaller) // 2 * 2, int(height * smaller) // 2 * 2


def _picture(
    number: int, cut: Cut, size: tuple[int, int], rate: Fraction, *, is_filled: bool
) -> str:
    """Bring one cut's picture to a steady rate, from its very beginning to its very end.

    A picture that begins late or ends early shows its first or last frame meanwhile.
    """
    width, height = size
    fitted = (
        blurred_fill(f"f{number}", width, height)
        if is_filled
        else f"scale={width}:{height}:force_original_aspect_ratio=decrease:out_range=tv,"
        f"pad={width}:{height}:-1:-1"
    )
    faster = "" if cut.speed == 1 else f"setpts=PTS/{cut.speed:.6f},"
    return (
        f"[{picture(cut.info, number)}]yadif=deint=interlaced,{faster}"
        f"{at_a_rate(rate, frames=frames_in(cut.duration_ms, rate), label=f'p{number}')},"
        f"scale=w='trunc(iw*sar)':h=ih,setsar=1,"
        f"{fitted},setsar=1,format=yuv420p[v{number}]"
    )


def _rate(cuts: tuple[Cut, ...]) -> Fraction:
    """Return the first cut's frame rate where it is a usual one, else 30 or 60 frames a second."""
    stated = cuts[0].info.video.frame_rate
    return frame_rate(stated, 30 if stated <= 30 else 60)  # noqa: PLR2004  (the two rates that every network takes)


def _sound(number: int, cut: Cut, rate: Fraction) -> str:
    """Make one cut's sound so long as its picture."""
    seconds = float(frames_in(cut.duration_ms, rate) / rate)
    if not cut.info.has_audio:
        return f"anullsrc=r=48000:cl=stereo,atrim=duration={seconds:.6f},{FORM}[a{number}]"
    changes = "".join(f",atempo={step:.6f}" for step in _tempo_steps(cut.speed))
    changes += f",volume={cut.volume:.3f}" if cut.volume != 1 else ""
    # ffmpeg also hands out the packet in which the cut lies; what is before it is dropped here.
    from_the_cut_on = "atrim=start=0," if cut.start_ms else ""
    return (
        f"[{sound(cut.info, number)}]{from_the_cut_on}{stereo(cut.info)}{changes},{FORM},"
        f"apad,atrim=end={seconds:.6f},asetpts=PTS-STARTPTS[a{number}]"
    )


def _tempo_steps(speed: float) -> list[float]:
    """Split a speed into factors of the range in which `atempo` keeps voices clear."""
    steps: list[float] = []
    while not 0.5 <= speed <= 2:  # noqa: PLR2004  (what one atempo filter takes)
        step = 2.0 if speed > 1 else 0.5
        steps.append(step)
        speed /= step
    return [*steps, speed] if speed != 1 else steps
