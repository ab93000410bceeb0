"""From one master to the MP4s networks accept: fitted, subtitled, levelled and certified."""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from socialcopy.media.canvas.branding import NOTHING_ADDED, Dressing
from socialcopy.media.errors import ToolFailedError
from socialcopy.media.ffmpeg.audio import speech_numbers
from socialcopy.media.ffmpeg.commands import all_camera_files, copy_picture, render
from socialcopy.media.ffmpeg.encoders import SOFTWARE, Encoder, chosen
from socialcopy.media.ffmpeg.loudness import MOST_GAIN_DB, level, measure
from socialcopy.media.ffmpeg.runner import Limits, run
from socialcopy.media.ffmpeg.sound_commands import Levelled, join_sounds
from socialcopy.media.ffmpeg.still_commands import grab_thumbnail
from socialcopy.media.renditions.certificate import Promise, inspect, length_faults
from socialcopy.media.renditions.checks import LOST_FACE
from socialcopy.media.renditions.clear_speech import (
    SpeechLevels,
    helpful,
    remedies_for,
    speech_levels,
)
from socialcopy.media.renditions.key_frames import LookAgain
from socialcopy.media.renditions.plan import (
    HIGHEST_BITRATE_BPS,
    Plan,
    Text,
    plan_all,
    shared,
    target_ms,
)
from socialcopy.media.renditions.reference import Reference
from socialcopy.media.renditions.speech_checks import FindSpeech
from socialcopy.media.renditions.sync import Listened
from socialcopy.models import MediaInfo, Platform, Rendition, VideoSpec
from socialcopy.settings import MediaSettings

# What one MP4 each is made for.
Groups = dict[VideoSpec, tuple[Platform, ...]]

SOUND, JOINED = "sound.m4a", "joined.mka"
# Loudness of the pieces before the whole is levelled: EBU R128's, which leaves room for peaks.
JOINED_LUFS = -23.0
# Where the bar stands when the sound, and when the pictures, are done.
SOUND_PERCENT, PICTURES_PERCENT = 8, 96


@dataclass(frozen=True)
class Detectors:
    """What finds things in the finished files; where there is none, they are not looked for."""

    look_again: LookAgain | None = None
    """Finds faces."""
    find_speech: FindSpeech | None = None
    """Finds voices in the sound."""


NO_DETECTORS = Detectors()


@dataclass(frozen=True)
class Job:
    """What every step of one rendering shares."""

    master: Path
    info: MediaInfo
    work: Path
    settings: MediaSettings
    limits: Limits
    report: Callable[[int], None]
    reference: Reference
    detectors: Detectors
    stop: threading.Event | None
    dressing: Dressing
    remedies: tuple[str, ...] = ()
    """What was done for the speech."""
    listened: dict[Hashable, Listened] = field(default_factory=dict[Hashable, Listened])
    """What was heard in finished files."""

    @property
    def has_sound(self) -> bool:
        """Whether anything of it can be heard."""
        return any(i.has_audio for i in (self.info, *(c.info for c in self.dressing.clips)))

    def inspect(self, output: str, promise: Promise) -> Rendition:
        """Hold a file of the work folder to what was promised."""
        return inspect(
            self.work / output, promise, settings=self.settings, limits=self.limits,
            reference=self.reference, look_again=self.detectors.look_again,
            find_speech=self.detectors.find_speech, remedies=self.remedies,
            listened=self.listened, stop=self.stop,
        )  # fmt: skip


def render_all(
    master: Path,
    info: MediaInfo,
    specs: Mapping[Platform, VideoSpec],
    text: Text,
    *,
    name: str,
    folder: Path,
    settings: MediaSettings,
    detectors: Detectors = NO_DETECTORS,
    on_progress: Callable[[int], None] | None = None,
    stop: threading.Event | None = None,
) -> tuple[Rendition, ...]:
    """Make one MP4 for all networks that can share it, named `<name>.<platform>[-<platform>…].mp4`.

    `on_progress` is given percent, never falling, from another thread. Nothing appears under its
    final name before it has been measured; what is wrong with it stands in `faults`. For a network
    that the video is too long for nothing is encoded: its rendition has no path, and a fault. A
    crop that lost a face, by a look at the finished file, is made again with the whole picture.
    """
    report = _rising(on_progress)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".rendering-") as work:
        dressing = text.dressing
        alike = shared(specs, info, text.look.aspect, dressing)
        groups, too_long = _by_length(alike, info, dressing)
        if not groups:
            return too_long
        plans = plan_all(groups, info, text)
        layouts = tuple(p.promise.layout for p in plans)
        job = Job(
            master=master, info=info, work=Path(work), settings=settings,
            limits=_limits(info, len(groups), settings, dressing), report=report,
            reference=Reference(master, info, Path(work), settings, stop, text.words, layouts),
            detectors=detectors, stop=stop, dressing=dressing,
        )  # fmt: skip
        # One sound for all networks: the lowest of their bit rates suits every one.
        sound, remedies = _level(job, plans, min(spec.audio_bitrate_bps for spec in groups))
        job = replace(job, remedies=remedies)
        report(SOUND_PERCENT)
        copied = {p.version.output: r for p in plans if (r := _copied(job, p, sound))}
        encoded = _encoded(job, [p for p in plans if p.version.output not in copied], sound)
        torn = frozenset(n for n, p in enumerate(plans) if _is_torn(encoded, p))
        again = plan_all(groups, info, text, torn) if torn else ()
        whole = [p for n, p in enumerate(again) if n in torn]
        # What was made later wins: the second try takes the place of a torn crop.
        made = copied | encoded | _encoded(job, whole, sound)
        renditions = [made[p.version.output] for p in plans]
        finished = tuple(_publish(rendition, name, folder) for rendition in renditions)
    report(100)
    return finished + too_long


def _by_length(
    groups: Groups, info: MediaInfo, dressing: Dressing
) -> tuple[Groups, tuple[Rendition, ...]]:
    """Find the networks that take a video of this length, and what is said to the others."""
    fitting: Groups = {}
    too_long: list[Rendition] = []
    for spec, platforms in groups.items():
        faults = tuple(length_faults(target_ms(info, spec, dressing), spec, platforms))
        if faults:
            too_long.append(
                Rendition(
                    platforms=platforms,
                    path="",
                    info=info,
                    framing="not made, since it is too long",
                    subtitles_burned_in=False,
                    faults=faults,
                )
            )
        else:
            fitting[spec] = platforms
    return fitting, tuple(too_long)


def _level(job: Job, plans: Sequence[Plan], bitrate_bps: int) -> tuple[str | None, tuple[str, ...]]:
    """Make the sound, as long as the longest version, and say what was done for the speech.

    None when there is no sound.
    """
    if not job.has_sound:
        return None, ()
    levelled = partial(
        level, duration_ms=max(p.promise.duration_ms for p in plans), output=job.work / SOUND,
        bitrate_bps=bitrate_bps, settings=job.settings, limits=job.limits, stop=job.stop,
    )  # fmt: skip
    if job.dressing.lengthens:
        levelled(_joined(job, plans[0]), None)
        return SOUND, ()
    before, speech = job.reference.loudness, job.reference.speech
    is_mono = job.info.audio is not None and job.info.audio.channels == 1
    plain = levelled(job.master, job.info, heard=before)
    kept = remedies_for(speech, before.range_lu, is_mono=is_mono)
    # Encoding and a louder whole change both figures too, so like is compared with like.
    unmended = _heard_again(job) if kept else None
    while unmended and kept:
        after = levelled(job.master, job.info, remedy=",".join(kept.values()))
        narrower_lu = plain.range_lu - after.range_lu
        helped = helpful(kept, unmended, _heard_again(job), narrower_lu)
        if helped == kept:
            return SOUND, tuple(kept)
        kept = helped
        if not kept:
            levelled(job.master, job.info, heard=before)
    return SOUND, ()


def _heard_again(job: Job) -> SpeechLevels | None:
    """Measure the speech in the sound that was made."""
    made = speech_numbers(job.work / SOUND, None, job.work, settings=job.settings, stop=job.stop)
    return speech_levels(made.reshape(-1), job.reference.words)


def _joined(job: Job, plan: Plan) -> Path:
    """Join the sound of all pieces in a row, each about as loud as the others."""
    files = [(job.master, job.info), *((clip.path, clip.info) for clip in job.dressing.clips)]
    heard = {
        path: Levelled(info, _gain_db(job, path, info)) for path, info in files if info.has_audio
    }
    argv = join_sounds(
        job.master, JOINED, job.dressing, plan.version, heard=heard, settings=job.settings
    )
    run(argv, limits=job.limits, cwd=job.work, stop=job.stop)
    return job.work / JOINED


def _gain_db(job: Job, path: Path, info: MediaInfo) -> float:
    heard = measure(path, info, settings=job.settings, limits=job.limits, stop=job.stop)
    return 0.0 if heard.is_silent else min(MOST_GAIN_DB, JOINED_LUFS - heard.integrated_lufs)


def _copied(job: Job, plan: Plan, sound: str | None) -> Rendition | None:
    """Keep the master's own picture where the result passes every check; none where not."""
    if not plan.may_copy(job.info):
        return None
    argv = copy_picture(
        job.master, job.info, plan.version.output, sound=sound, settings=job.settings
    )
    run(argv, limits=job.limits, cwd=job.work, stop=job.stop)
    layout = plan.promise.layout.model_copy(update={"reason": "copied from the master unchanged"})
    promise = plan.promise.model_copy(update={"layout": layout, "encoder": "copy"})
    rendition = job.inspect(plan.version.output, promise)
    return rendition if rendition.has_passed else None


def _encoded(job: Job, plans: Sequence[Plan], sound: str | None) -> dict[str, Rendition]:
    """Encode the versions of all plans from one decode, then look at each."""
    if not plans:
        return {}
    for p in plans:
        if p.version.subtitles and p.promise.script:
            (job.work / p.version.subtitles).write_text(p.promise.script, encoding="utf-8")
    choice = chosen(job.settings.encoder, job.settings.preset)
    if choice.encoder.is_hardware:
        # A driver may give up on a long film, or mean something else by a closed group.
        with contextlib.suppress(ToolFailedError):
            made = _rendered(job, plans, sound, choice.encoder)
            if all(rendition.has_passed for rendition in made.values()):
                return made
    return _rendered(job, plans, sound, SOFTWARE)


def _is_torn(encoded: Mapping[str, Rendition], plan: Plan) -> bool:
    """Tell whether a crop lost a face, by the look at what came of it."""
    made = encoded.get(plan.version.output)
    if made is None or not plan.promise.layout.is_cropped:
        return False
    return any(fault.startswith(LOST_FACE) for fault in made.faults)


def _rendered(
    job: Job, plans: Sequence[Plan], sound: str | None, encoder: Encoder
) -> dict[str, Rendition]:
    """Run ffmpeg once for all plans, and look at what came of it."""
    longest_ms = max(p.promise.duration_ms for p in plans)
    limits = job.limits.model_copy(update={"is_accelerated": encoder.is_hardware})
    for name, text in all_camera_files(job.info, [p.version for p in plans]).items():
        (job.work / name).write_text(text, encoding="utf-8")
    run(
        render(job.master, job.info, [p.version for p in plans], sound=sound,
               settings=job.settings, dressing=job.dressing, encoder=encoder),
        limits=limits,
        cwd=job.work,
        on_progress=lambda ms: job.report(_percent(ms, longest_ms)),
        stop=job.stop,
    )  # fmt: skip
    job.report(PICTURES_PERCENT)
    return {
        p.version.output: job.inspect(
            p.version.output, p.promise.model_copy(update={"encoder": encoder.codec})
        )
        for p in plans
    }


def thumbnail(
    master: Path, info: MediaInfo, folder: Path, settings: MediaSettings, at_ms: int | None = None
) -> Path:
    """Write `thumbnail.jpg`: the frame at that moment, or the most typical of the first minute."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".thumbnail-") as work:
        argv = grab_thumbnail(master, info, "thumbnail.jpg", at_ms=at_ms, settings=settings)
        run(argv, limits=_limits(info, 1, settings), cwd=Path(work))
        made = Path(work) / "thumbnail.jpg"
        if not made.is_file():
            raise ToolFailedError(argv, 0, "no frame came out")
        return made.replace(folder / made.name)


def _publish(rendition: Rendition, name: str, folder: Path) -> Rendition:
    platforms = "-".join(platform.value for platform in rendition.platforms)
    # A rename within a folder: whoever looks sees a whole file or none.
    final = Path(rendition.path).replace(folder / f"{name}.{platforms}.mp4")
    return rendition.model_copy(update={"path": str(final)})


def _limits(
    info: MediaInfo, outputs: int, settings: MediaSettings, dressing: Dressing = NOTHING_ADDED
) -> Limits:
    """Allow ten times what a render took on two slow cores, twice the bytes a bit rate allows."""
    seconds = (info.duration_ms + dressing.head_ms + dressing.outro_ms) / 1000
    return Limits(
        wall_seconds=120 + seconds * (10 + 10 * outputs),
        memory_bytes=settings.max_memory_bytes,
        file_bytes=50_000_000 + int(2 * seconds * HIGHEST_BITRATE_BPS / 8),
    )


def _percent(milliseconds: int, duration_ms: int) -> int:
    done = min(1.0, milliseconds / max(1, duration_ms))
    return SOUND_PERCENT + int(done * (PICTURES_PERCENT - SOUND_PERCENT))


def _rising(on_progress: Callable[[int], None] | None) -> Callable[[int], None]:
    """Pass a figure on only when it is higher than all before."""
    highest = [-1]

    def report(percent: int) -> None:
        if percent > highest[0]:
            highest[0] = percent
            if on_progress:
                on_progress(percent)

    return report
