"""What is certified about a finished MP4: measured on the file itself, not remembered."""

from __future__ import annotations

import math
import threading
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path

from socialcopy.media.canvas.branding import Dressing
from socialcopy.media.canvas.layout import Layout
from socialcopy.media.canvas.shots import main_faces
from socialcopy.media.ffmpeg import loudness
from socialcopy.media.ffmpeg.filters import is_hdr
from socialcopy.media.ffmpeg.frames import Sampled
from socialcopy.media.ffmpeg.loudness import MAX_TRUE_PEAK_DBTP, TARGET_LUFS, TOLERANCE_LU, Loudness
from socialcopy.media.ffmpeg.mp4 import Pictures, contents, has_edit_list, is_fast_start
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.media.renditions.checks import face_faults, part_faults
from socialcopy.media.renditions.key_frames import (
    FaceWatch,
    LookAgain,
    SubtitleWatch,
    look_at_key_frames,
)
from socialcopy.media.renditions.reference import Reference
from socialcopy.media.renditions.sound_sync import TOLERANCE_MS
from socialcopy.media.renditions.speech_checks import FindSpeech
from socialcopy.media.renditions.subtitle_sync import (
    drawn_area,
    drawn_faults,
    given_faults,
    script_faults,
    spoken_text,
)
from socialcopy.media.renditions.sync import Listened, Sync, compare, listen
from socialcopy.media.subtitles.fonts import missing_glyphs
from socialcopy.models import (
    Certificate,
    CertifiedFile,
    Cue,
    Focus,
    MediaInfo,
    Part,
    Platform,
    Rendition,
    ShotFraming,
    SpeechClarity,
    Targets,
    Value,
    VideoSpec,
    Word,
)
from socialcopy.platforms import rules
from socialcopy.settings import MediaSettings

# EBU R128 integrates over blocks of 0.4 s with a gate; below 3 s a word decides the figure.
SHORTEST_JUDGED_MS = 3_000
DURATION_TOLERANCE_MS = 150
# One frame at 25: a length in whole frames may stay below one in milliseconds.
ROUNDING_MS = 40
RATE_TOLERANCE = 0.05
FIRST_FRAME_MS = 5
INK_TOLERANCE_PX = 4
MOST_SHOWN = 5


class Promise(Value):
    """What a finished MP4 is held to."""

    platforms: tuple[Platform, ...]
    spec: VideoSpec
    master: MediaInfo
    layout: Layout
    duration_ms: int
    """How long it should be: the master, or more where its end is held."""
    script: str | None = None
    """The ASS that was burned in; none when nothing was."""
    focus: Focus = Focus()
    """The master's faces."""
    words: tuple[Word, ...] = ()
    """What is said and should be shown."""
    given: tuple[Cue, ...] = ()
    """Subtitles of a person, which are shown instead."""
    has_subtitles: bool = False
    """Whether the script holds more than a title card."""
    dressing: Dressing = Dressing()
    parts: tuple[Part, ...] = ()
    encoder: str = "libx264"
    notes: tuple[str, ...] = ()


def inspect(
    path: Path,
    promise: Promise,
    *,
    settings: MediaSettings,
    limits: Limits,
    reference: Reference | None = None,
    look_again: LookAgain | None = None,
    find_speech: FindSpeech | None = None,
    remedies: tuple[str, ...] = (),
    listened: dict[Hashable, Listened] | None = None,
    stop: threading.Event | None = None,
) -> Rendition:
    """Probe a finished MP4 anew, hold it against its master, and list what is wrong with it.

    `listened` keeps what was heard in the files of one master: most have the very same sound.
    """
    info = probe(path, size_bytes=path.stat().st_size, settings=settings)
    found, head_ms = contents(path, info, settings), promise.dressing.head_ms
    words = promise.words if promise.has_subtitles else ()
    heard: Listened | None = None
    if info.has_audio:
        known = {} if listened is None else listened
        same = found.sound_hash, info.audio, head_ms, words
        if same not in known:
            known[same] = listen(
                path, info, reference, settings=settings, limits=limits, head_ms=head_ms,
                words=words, find_speech=find_speech, stop=stop,
            )  # fmt: skip
        heard = known[same]
    # Digital silence peaks at minus infinity, which JSON has no number for.
    peak = heard.loudness.true_peak_dbtp if heard else -math.inf
    faults = [
        *_container_faults(path),
        *_picture_faults(info, promise.spec),
        *_packet_faults(found.pictures, info, promise.spec),
        *_sound_faults(info, promise.master),
        *_loudness_faults(info, heard.loudness if heard else None),
        *_size_faults(info, promise),
        *_subtitle_faults(promise, settings),
        *_script_faults(promise),
        *part_faults(path, promise.parts, promise.dressing, promise.spec, settings),
    ]
    sync = Sync()
    if reference:
        sync = compare(reference, path, info, heard, layout=promise.layout, head_ms=head_ms)
        faults += sync.faults
    faults += _key_frame_faults(path, info, promise, settings, look_again, stop)
    return Rendition(
        platforms=promise.platforms,
        path=str(path),
        info=info,
        framing=promise.layout.reason,
        shots=tuple(_framed(promise.layout)),
        subtitles_burned_in=promise.has_subtitles,
        encoder=promise.encoder,
        parts=promise.parts,
        loudness_lufs=heard.loudness.integrated_lufs if heard else None,
        true_peak_dbtp=peak if math.isfinite(peak) else None,
        sound_lag_ms=heard.lag_ms if heard else None,
        picture_lag_ms=sync.picture_lag_ms,
        speech=_clarity(reference, heard, remedies),
        faults=tuple(faults),
        notes=promise.notes,
    )


def _clarity(
    reference: Reference | None, heard: Listened | None, remedies: tuple[str, ...]
) -> SpeechClarity | None:
    before = reference.speech if reference and heard else None
    if not reference or not heard or not before or not heard.levels:
        return None
    return SpeechClarity(
        remedies=remedies,
        loudness_range_before_lu=reference.loudness.range_lu,
        loudness_range_lu=heard.loudness.range_lu,
        speech_to_noise_before_db=round(before.speech_to_noise_db, 1),
        speech_to_noise_db=round(heard.levels.speech_to_noise_db, 1),
    )


def _framed(layout: Layout) -> Iterator[ShotFraming]:
    for shot in layout.shots:
        share = round(shot.covered(layout.size), 3)
        yield ShotFraming(
            from_ms=shot.from_ms, layout=shot.kind, picture_share=share, why=shot.reason
        )


def _key_frame_faults(  # noqa: PLR0917  (what is looked at, then how)
    path: Path, info: MediaInfo, promise: Promise, settings: MediaSettings,
    look_again: LookAgain | None, stop: threading.Event | None,
) -> Iterator[str]:  # fmt: skip
    """Yield what key frames show: subtitles that are not to be seen, faces that are gone."""
    letters = SubtitleWatch(promise.layout, info) if _has_script(promise) else None
    has_faces = any(main_faces(sighting) for sighting in promise.focus.sightings)
    faces = look_again(closely=False) if look_again and has_faces else None
    watches = [watch for watch in (letters, faces) if watch]
    if not watches:
        return
    seen = look_at_key_frames(path, info, watches, settings, stop)
    if letters and promise.script:
        yield from drawn_faults(letters, seen, promise.script, settings)
    if look_again and faces and any(_lost_faces(faces, seen, promise)):
        # What was found from afar is whole; only where something is missing is it worth a
        # closer look.
        closer = look_again(closely=True)
        seen = look_at_key_frames(path, info, [closer], settings, stop)
        yield from _lost_faces(closer, seen, promise)


def _has_script(promise: Promise) -> bool:
    return bool(promise.script) and promise.has_subtitles


def _lost_faces(faces: FaceWatch, seen: Sampled, promise: Promise) -> Iterator[str]:
    """Yield faces that are cut off or gone, the file's times moved to the master's."""
    head_ms = promise.dressing.head_ms
    end_ms = promise.duration_ms - promise.dressing.outro_ms
    found = Focus(
        sightings=tuple(
            sighting.model_copy(update={"at_ms": sighting.at_ms - head_ms})
            for sighting in faces.sightings(seen.times_ms)
            if head_ms <= sighting.at_ms < end_ms
        )
    )
    yield from face_faults(promise.layout, promise.focus, found)


def certificate(renditions: Sequence[Rendition]) -> Certificate:
    """Certify files: figures, targets and faults of each."""
    return Certificate(
        passed=not any(rendition.faults for rendition in renditions),
        targets=Targets(
            loudness_lufs=TARGET_LUFS,
            loudness_tolerance_lu=TOLERANCE_LU,
            max_true_peak_dbtp=MAX_TRUE_PEAK_DBTP,
            max_lag_ms=TOLERANCE_MS,
        ),
        files=tuple(map(_certified, renditions)),
    )


def _certified(rendition: Rendition) -> CertifiedFile:
    return CertifiedFile.model_validate(
        {
            **dict(rendition),
            "file": Path(rendition.path).name or None,
            "passed": not rendition.faults,
            "notes": (*rendition.notes, *_notes(rendition)),
            "media": rendition.info,
        }
    )


def _notes(rendition: Rendition) -> Iterator[str]:
    """Yield what was not judged, and why."""
    if not rendition.info.has_audio:
        yield "no sound, so loudness was not judged"
    elif rendition.loudness_lufs is not None and rendition.loudness_lufs <= loudness.SILENCE_LUFS:
        yield "silent, so loudness was not judged"
    elif rendition.info.duration_ms < SHORTEST_JUDGED_MS:
        yield f"shorter than {SHORTEST_JUDGED_MS // 1000} s, so loudness was not judged"


def _script_faults(promise: Promise) -> Iterator[str]:
    """Yield faults of the subtitles' script, which has to say what is said."""
    if not promise.script or not promise.has_subtitles:
        return
    head_ms, end_ms = promise.dressing.head_ms, promise.master.duration_ms
    # A recogniser may hear a last word beyond the end, where no subtitle can be.
    words = [word for word in promise.words if word.end_ms <= end_ms]
    yield from script_faults(promise.script, words, promise.given, head_ms)
    yield from given_faults(promise.given, promise.words)


def _container_faults(path: Path) -> Iterator[str]:
    if not is_fast_start(path):
        yield "the index (moov) is not at the start of the file"
    if has_edit_list(path):
        yield "the file holds an edit list"


def _picture_faults(info: MediaInfo, spec: VideoSpec) -> Iterator[str]:
    video = info.video
    if info.container != "mp4":
        yield f"container is {info.container}, not mp4"
    if (video.codec, video.profile) != ("h264", "High"):
        yield f"video is {video.codec} {video.profile or 'of unknown profile'}, not h264 High"
    if video.pixel_format != "yuv420p":
        yield f"pixels are {video.pixel_format}, not yuv420p"
    if video.level is None or video.level > spec.max_level:
        yield f"level is {(video.level or 0) / 10:.1f}, above {spec.max_level / 10:.1f}"
    if (video.color_transfer, video.color_space) != ("bt709", "bt709"):
        found = f"{video.color_transfer or 'untagged'}/{video.color_space or 'untagged'}"
        yield f"colours are {found}, not bt709" + (" (HDR was left in)" if is_hdr(video) else "")
    if (video.width, video.height) != (spec.width, spec.height):
        yield f"picture is {video.width}x{video.height}, not {spec.width}x{spec.height}"
    if video.rotation_degrees or abs(video.sample_aspect - 1) > RATE_TOLERANCE / 100:
        yield "picture is stored rotated or with pixels that are not square"
    if video.is_interlaced:
        yield "picture is interlaced"
    if not spec.min_frame_rate <= video.frame_rate <= spec.max_frame_rate + RATE_TOLERANCE:
        allowed = f"{spec.min_frame_rate} to {spec.max_frame_rate}"
        yield f"{video.frame_rate:.2f} frames per second, not {allowed}"


def _packet_faults(found: Pictures, info: MediaInfo, spec: VideoSpec) -> Iterator[str]:
    if not found.is_closed:
        yield "a group of pictures is open: frames lean on the group before"
    if found.longest_group_ms > spec.max_gop_ms:
        yield f"key frames are up to {found.longest_group_ms / 1000:.1f} s apart"
    if not found.has_even_frames:
        yield "frames are not shown equally long"
    if abs(found.first_ms) > FIRST_FRAME_MS:
        yield f"the picture begins at {found.first_ms:.0f} ms"
    if info.duration_ms - found.end_ms > DURATION_TOLERANCE_MS:
        yield f"the picture ends at {found.end_ms:.0f} ms, the header says {info.duration_ms}"


def _subtitle_faults(promise: Promise, settings: MediaSettings) -> Iterator[str]:
    if promise.script is None:
        return
    if missing := missing_glyphs(spoken_text(promise.script)):
        shown = " ".join(f"{c} (U+{ord(c):04X})" for c in missing[:MOST_SHOWN])
        yield f"no installed font has {shown}, so boxes were drawn"
    spec, zone = promise.spec, promise.spec.safe_zone
    ink = drawn_area(promise.script, (spec.width, spec.height), settings)
    if ink is None:
        yield "the subtitles draw nothing"
    elif (
        min(ink.left - zone.left, ink.top - zone.top, zone.right - ink.right) < -INK_TOLERANCE_PX
        or ink.bottom - zone.bottom > INK_TOLERANCE_PX
    ):
        found = f"x {ink.left} to {ink.right}, y {ink.top} to {ink.bottom}"
        yield f"subtitles leave the safe zone ({found})"


def _sound_faults(info: MediaInfo, master: MediaInfo) -> Iterator[str]:
    sound = info.audio
    if sound is None:
        if master.has_audio:
            yield "the sound is missing"
        return
    if (sound.codec, sound.profile) != ("aac", "LC"):
        yield f"sound is {sound.codec} {sound.profile or 'of unknown profile'}, not aac LC"
    if (sound.sample_rate_hz, sound.channels) != (48_000, 2):
        found = f"{sound.sample_rate_hz} Hz on {sound.channels} channels"
        yield f"sound is {found}, not 48000 Hz stereo"


def _loudness_faults(info: MediaInfo, heard: Loudness | None) -> Iterator[str]:
    if heard is None or heard.is_silent or info.duration_ms < SHORTEST_JUDGED_MS:
        return
    if abs(heard.integrated_lufs - TARGET_LUFS) > TOLERANCE_LU:
        wanted = f"{TARGET_LUFS:.0f} ±{TOLERANCE_LU:.0f}"
        yield f"loudness is {heard.integrated_lufs:.1f} LUFS, not {wanted}"
    if heard.true_peak_dbtp > MAX_TRUE_PEAK_DBTP:
        yield f"true peak is {heard.true_peak_dbtp:.1f} dBTP, above {MAX_TRUE_PEAK_DBTP:.0f}"


def _size_faults(info: MediaInfo, promise: Promise) -> Iterator[str]:
    spec, names = promise.spec, _names(promise.platforms)
    off = info.duration_ms - promise.duration_ms
    if abs(off) > DURATION_TOLERANCE_MS:
        yield f"{abs(off)} ms {'longer' if off > 0 else 'shorter'} than the master"
    sound_ms = info.audio.end_ms if info.audio else None
    if sound_ms is not None and abs(sound_ms - info.duration_ms) > DURATION_TOLERANCE_MS:
        yield f"the sound lasts {sound_ms} ms, the picture {info.duration_ms}"
    yield from length_faults(info.duration_ms, spec, promise.platforms)
    if info.duration_ms < spec.min_duration_ms - ROUNDING_MS:
        yield f"shorter than {names} ({spec.min_duration_ms / 1000:.1f} s)"
    if info.size_bytes > spec.max_size_bytes:
        yield f"larger than {names} ({spec.max_size_bytes / 1e6:.0f} MB)"
    bitrate_bps = info.size_bytes * 8000 / max(1, info.duration_ms)
    if info.duration_ms >= SHORTEST_JUDGED_MS and bitrate_bps > spec.max_bitrate_bps:
        most = f"{spec.max_bitrate_bps / 1e6:.0f}"
        yield f"{bitrate_bps / 1e6:.1f} Mbit/s, more than {names} ({most})"


def length_faults(
    duration_ms: int, spec: VideoSpec, platforms: tuple[Platform, ...]
) -> Iterator[str]:
    """Yield what is wrong with a length before anything is made of it."""
    if duration_ms > spec.max_duration_seconds * 1000 + DURATION_TOLERANCE_MS:
        yield f"longer than {_names(platforms)} ({spec.max_duration_seconds} s)"


def _names(platforms: tuple[Platform, ...]) -> str:
    names = [rules(platform).name for platform in platforms]
    return f"{' and '.join(names)} {'accepts' if len(names) == 1 else 'accept'}"
