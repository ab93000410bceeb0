"""What a video says and shows, gathered once for every later step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from socialcopy import keys
from socialcopy.media.audio import speech_samples
from socialcopy.models import MediaInfo, Transcript, Understanding
from socialcopy.settings import MediaSettings, SpeechSettings
from socialcopy.understanding.screen import read_screen
from socialcopy.understanding.speech import transcribe
from socialcopy.understanding.spelling import respelled


def understand(
    source: str | Path,
    info: MediaInfo,
    *,
    key: str,
    speech: SpeechSettings,
    media: MediaSettings,
    cache_dir: Path,
    vocabulary: Sequence[str] = (),
    on_progress: Callable[[int], None] | None = None,
) -> Understanding:
    """Listen to a local file or a presigned URL, and read what its picture shows.

    `vocabulary` are names the recogniser should expect, for example the products' of the brief.

    `on_progress` is called with the milliseconds of sound heard so far. A video without a sound
    stream is not listened to at all.

    Raises the errors of `understanding.errors` and, for the sound, of `media.errors`.
    """
    transcript = Transcript()
    if info.has_audio:
        samples = speech_samples(source, settings=media)
        transcript = transcribe(
            samples, speech, cache_dir, vocabulary=vocabulary, on_progress=on_progress
        )
    screen = read_screen(source, info, media, speech.threads)
    return Understanding(
        duration_ms=info.duration_ms,
        has_audio=info.has_audio,
        transcript=respelled(transcript, screen, vocabulary),
        screen=screen,
        title_hint=keys.title_words(key),
    )
