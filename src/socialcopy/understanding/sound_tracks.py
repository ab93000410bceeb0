"""Which sound of a video is meant, and what its channels need.

Screen recorders keep the microphone on a track of its own, films keep several languages, and cheap
microphones are wired to one channel, or the wrong way round. Labels say little: the first track is
marked as the default by most programs, though nothing may be on it. So all tracks are listened to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.ffmpeg import codecs
from socialcopy.media.ffmpeg.audio import track_samples
from socialcopy.media.ffmpeg.probe import using
from socialcopy.media.ffmpeg.sound_labels import is_aside, is_marked, is_spoken_in
from socialcopy.models import AudioStream, MediaInfo, Repair
from socialcopy.settings import MediaSettings
from socialcopy.understanding import voice

# Mean level below which a track is hiss and hum; a whisper close by is 20 dB above.
SILENT_DBFS = -55.0
# Speech in a minute from which on somebody speaks on a track.
SPOKEN_SECONDS = 1.0
# How much softer than the other a channel is on which nothing was recorded.
EMPTY_DB = 30.0
# How much softer a channel is, and how soft, that may be a microphone's wire without a microphone.
NOISY_DB, NOISE_DBFS = 8.0, -35.0
# Correlation of two channels below which one is the other turned over; wide music stays above.
OPPOSITE = -0.9
STEREO = 2
REPAIRS: dict[Repair, str] = {
    "invert_right": "Its right channel was the left one turned over, which cancels out on a phone; "
    "it was turned back.",
    "left_to_both": "Its sound was on the left channel only; it is on both now.",
    "right_to_both": "Its sound was on the right channel only; it is on both now.",
    "bass_to_both": "Its sound was on the bass channel (LFE) only; it is on both sides now.",
}
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class Heard(NamedTuple):
    """What a minute of a track sounds like."""

    level_dbfs: float
    speech_seconds: float
    repair: Repair

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing on it."""
        return self.level_dbfs < SILENT_DBFS

    @property
    def is_spoken(self) -> bool:
        """Whether somebody speaks."""
        return self.speech_seconds >= SPOKEN_SECONDS


def choose_sound(
    source: str | Path, info: MediaInfo, settings: MediaSettings, language: str | None = None
) -> MediaInfo:
    """Take the sound track that is meant, say which and why, and what its channels need.

    A track with something on it goes first, then one that is no commentary, that somebody marked
    as the default, in which somebody speaks, in the brief's language, and the first of those left.
    Reads a minute of sound where there is anything to choose or a stereo track to look at.

    Raises the errors of `media.errors`.
    """
    tracks = [s for s in info.sounds if s.is_readable and s.end_ms != s.start_ms]
    if info.sound_choice is not None or info.audio is None or not tracks:
        return info
    # Nothing to choose and no pair of channels to compare: not a byte is read.
    if len(tracks) == 1 and tracks[0].channels < STEREO:
        return info.model_copy(update={"sound_choice": ""})
    heard = _listened(source, info, tracks, settings)

    def rank(track: AudioStream) -> tuple[bool, ...]:
        what = heard[track.index]
        return (
            not what.is_silent,
            not is_aside(track),
            is_marked(track, tracks),
            what.is_spoken,
            is_spoken_in(track, language),
            track.is_default,
        )

    chosen = max(tracks, key=rank)
    chosen = chosen.model_copy(update={"repair": heard[chosen.index].repair})
    sentences = (*_choice(chosen, info.sounds, heard, language), REPAIRS.get(chosen.repair, ""))
    told = " ".join(filter(None, sentences))
    return using(info, chosen).model_copy(update={"sound_choice": told})


def _listened(
    source: str | Path, info: MediaInfo, tracks: Sequence[AudioStream], settings: MediaSettings
) -> dict[int | None, Heard]:
    indexes = [track.index for track in tracks if track.index is not None]
    samples = track_samples(source, info, indexes, settings=settings)
    wants_speech = len(tracks) > 1
    channels = {track.index: track.channels for track in tracks}
    heard: dict[int | None, Heard] = {
        index: _heard(found, is_stereo=channels[index] >= STEREO, wants_speech=wants_speech)
        for index, found in samples.items()
    }
    # Stereo leaves the bass channel out, so that a voice on it alone is silence.
    silent = [n for n in samples if heard[n].is_silent and channels[n] > STEREO]
    if silent:
        bass = track_samples(source, info, silent, settings=settings, repair="bass_to_both")
        for index, found in bass.items():
            what = _heard(found, is_stereo=False, wants_speech=wants_speech)
            if not what.is_silent:
                heard[index] = what._replace(repair="bass_to_both")
    return heard


def _heard(samples: NDArray[np.float32], *, is_stereo: bool, wants_speech: bool) -> Heard:
    left, right = samples[:, 0], samples[:, 1]
    levels = _dbfs(left), _dbfs(right)
    repair = _repair(left, right, levels) if is_stereo else ""
    # Opposite channels mixed are silence, so the detector hears the left one alone.
    mono = right if repair == "right_to_both" else left if repair else mixed(samples)
    is_silent = max(levels) < SILENT_DBFS
    seconds = voice.seconds(mono) if wants_speech and not is_silent else 0.0
    return Heard(max(levels), seconds, repair)


def mixed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mix left and right into one, as a phone plays them."""
    return samples.mean(axis=1).astype(np.float32)


def _repair(
    left: NDArray[np.float32], right: NDArray[np.float32], levels: tuple[float, float]
) -> Repair:
    if max(levels) < SILENT_DBFS:
        return ""
    if _is_empty(right, levels[1], levels[0]):
        return "left_to_both"
    if _is_empty(left, levels[0], levels[1]):
        return "right_to_both"
    power = float(np.sqrt(np.dot(left, left) * np.dot(right, right)))
    return "invert_right" if float(np.dot(left, right)) < OPPOSITE * power else ""


def _is_empty(samples: NDArray[np.float32], level_dbfs: float, other_dbfs: float) -> bool:
    """Tell whether a channel was connected to nothing: it is silent, or only hums and hisses."""
    softer_db = other_dbfs - level_dbfs
    is_soft = softer_db > NOISY_DB and level_dbfs < NOISE_DBFS
    return softer_db > EMPTY_DB or (is_soft and voice.seconds(samples) < SPOKEN_SECONDS)


def _dbfs(samples: NDArray[np.float32]) -> float:
    """Measure the mean level in decibels below full scale."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    return 10 * float(np.log10(max(power, 1e-12)))


def _choice(
    chosen: AudioStream,
    sounds: Sequence[AudioStream],
    heard: Mapping[int | None, Heard],
    language: str | None,
) -> tuple[str, ...]:
    """Say which of several tracks is used, and why."""
    if len(sounds) == 1:
        return ()
    number = next(n for n, sound in enumerate(sounds) if sound.index == chosen.index)
    labels = ", ".join(
        part for part in (chosen.title and f"“{chosen.title}”", chosen.language) if part
    )
    named = f"Of its {len(sounds)} sound tracks the {_ordinal(number)} is used"
    reasons = [
        f"the {_ordinal(n)} {why}"
        for n, sound in enumerate(sounds)
        if sound.index != chosen.index and (why := _against(sound, chosen, heard, language))
    ]
    return (
        f"{named}{f' ({labels})' if labels else ''}{f': {_listed(reasons)}' if reasons else ''}.",
    )


def _against(
    other: AudioStream, chosen: AudioStream, heard: Mapping[int | None, Heard], language: str | None
) -> str:
    """Say why another track is not used; empty where only its place speaks against it."""
    what = heard.get(other.index)
    reasons = {
        f"is stored in a way we don't read ({codecs.shown(other.codec)})": not other.is_readable,
        "is empty": what is None,
        "is silent": what is not None and what.is_silent,
        "is an extra, by its label": is_aside(other),
        "has no speech": what is not None and heard[chosen.index].is_spoken > what.is_spoken,
        "is in another language than the brief": is_spoken_in(chosen, language)
        > is_spoken_in(other, language),
        "is not marked as the default": chosen.is_default > other.is_default,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _ordinal(number: int) -> str:
    return ORDINALS[number] if number < len(ORDINALS) else f"{number + 1}th"


def _listed(reasons: Sequence[str]) -> str:
    return ", ".join((*reasons[:-2], " and ".join(reasons[-2:])))
