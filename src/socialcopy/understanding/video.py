"""What a video says and shows, gathered once for every later step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from socialcopy.media.ffmpeg.audio import speech_samples
from socialcopy.media.subtitles.parse import subtitles
from socialcopy.models import Cue, MediaInfo, Region, ScreenText, Transcript, Understanding
from socialcopy.settings import MediaSettings, SpeechSettings
from socialcopy.understanding.burned_in import captions_in, moments_to_look_again
from socialcopy.understanding.faces import TO_COUNT, look, most_faces
from socialcopy.understanding.ocr import read_at, read_screen
from socialcopy.understanding.sound_tracks import choose_sound
from socialcopy.understanding.speech import transcribe
from socialcopy.understanding.spelling import respelled
from socialcopy.understanding.subtitles import transcript_of

CAPTIONS = (
    "The picture has captions of its own: no others are burned in unless the brief says how they "
    "look (`subtitles: words`)."
)

# Lines of a subtitle track that are kept; an hour of speech has about so many.
LONGEST_TRACK = 1_000


def understand(
    source: str | Path,
    info: MediaInfo,
    *,
    speech: SpeechSettings,
    media: MediaSettings,
    cache_dir: Path,
    vocabulary: Sequence[str] = (),
    language: str | None = None,
    beside: Sequence[Cue] = (),
    beside_language: str | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Understanding:
    """Listen to a local file or a presigned URL, and read what its picture shows.

    `vocabulary` are names the recogniser should expect, for example the products' of the brief,
    `language` is the brief's, for files with a sound track for each of several. `beside` are
    subtitles that somebody put beside the video, in `beside_language`; without them a track inside
    the file counts. They say what is said where nothing is heard.

    `on_progress` is called with the milliseconds of sound heard so far. A video without a sound
    stream is not listened to at all.

    Raises the errors of `understanding.errors` and, for the sound, of `media.errors`.
    """
    transcript = Transcript()
    info = choose_sound(source, info, media, language)
    if info.has_audio:
        samples = speech_samples(source, info, settings=media)
        transcript = transcribe(
            samples, speech, cache_dir, vocabulary=vocabulary, on_progress=on_progress
        )
    focus = look(source, info, settings=media, frames_per_second=TO_COUNT)
    # After the faces: their cuts say where a shot begins, and each shot is read in its middle.
    screen = read_screen(source, info, media, speech.threads, focus.cuts_ms)
    if again := moments_to_look_again(screen, transcript.words):
        screen = read_at(source, info, media, speech.threads, again, known=screen)
    track = tuple(beside) or subtitles(source, info, media)
    said = respelled(transcript, [*screen, *_as_shown(track)], vocabulary)
    has_captions = bool(captions_in(screen, said.words))
    heard = Understanding(
        duration_ms=info.duration_ms,
        has_audio=info.has_audio,
        transcript=said,
        screen=screen,
        hints=info.titles,
        track=track[:LONGEST_TRACK],
        notes=tuple(filter(None, (info.sound_choice, CAPTIONS if has_captions else ""))),
        most_faces=most_faces(focus),
    )
    return with_subtitles(heard, track, beside_language)


def with_subtitles(
    known: Understanding, cues: Sequence[Cue], language: str | None = None
) -> Understanding:
    """Add somebody's subtitles to what is known of a video; they speak where nobody else does."""
    if not cues:
        return known
    is_silent = not known.transcript.has_speech or known.transcript.is_read
    said = transcript_of(cues, language) if is_silent else known.transcript
    return known.model_copy(update={"transcript": said, "track": tuple(cues)[:LONGEST_TRACK]})


def _as_shown(track: Sequence[Cue]) -> list[ScreenText]:
    """Treat subtitles as if the picture showed them: names are spelled as they spell them."""
    box = Region(left=0.0, top=0.8, right=1.0, bottom=1.0)
    return [
        ScreenText(
            text=cue.text.replace("\n", " "), box=box, start_ms=cue.start_ms, end_ms=cue.end_ms
        )
        for cue in track
    ]
