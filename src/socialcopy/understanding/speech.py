"""Speech to words with times, by faster-whisper, on sound that is already decoded.

Whisper invents text where nobody speaks ("You", "Thanks for watching"), so what it returns passes
gates on its own doubts before it counts as speech. Their values come from measured clips: real
speech stayed above a mean log probability of -0.52 and below a no-speech probability of 0.38;
inventions were below -0.9 or above 0.5.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from socialcopy.media.subtitles.segmentation import is_unspaced
from socialcopy.models import Transcript, Word, later
from socialcopy.settings import SpeechSettings
from socialcopy.understanding import recogniser
from socialcopy.understanding.errors import UnderstandingError
from socialcopy.understanding.language_spans import SAMPLE_RATE_HZ, Passage, Sound, passages
from socialcopy.understanding.weights import model_folder
from socialcopy.understanding.word_times import settled

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment
    from faster_whisper.transcribe import Word as HeardWord

# A quarter of a second; no word worth a caption is shorter.
MIN_SAMPLES = SAMPLE_RATE_HZ // 4

# Fewer words in a whole video are more often an invention than a speech.
MIN_WORDS = 3

MAX_NO_SPEECH = 0.6
# From here on a segment must also be well recognised.
DOUBTFUL_NO_SPEECH = 0.45

MIN_LOG_PROBABILITY = -0.9
DOUBTFUL_LOG_PROBABILITY = -0.6
# Mean over the words of a segment.
MIN_WORD_PROBABILITY = 0.5

# Text that compresses better than this is a loop ("you you you").
MAX_COMPRESSION = 2.4

# Characters; the model has room for some 220 tokens of hints, and long lists distract it.
LONGEST_VOCABULARY = 400

# Written without spaces, so a missing one says nothing about where a word begins.
UNSPACED_LANGUAGES = frozenset({"zh", "yue", "ja", "th", "lo", "my", "km"})

logger = logging.getLogger(__name__)
_loading = threading.Lock()


def transcribe(
    samples: NDArray[np.float32],
    settings: SpeechSettings,
    cache_dir: Path,
    *,
    vocabulary: Sequence[str] = (),
    on_progress: Callable[[int], None] | None = None,
) -> Transcript:
    """Write down what is said in mono sound of 16 kHz; silence and music give no words.

    `vocabulary` are names to expect. `on_progress` is called with the milliseconds of sound heard
    so far. Costs about 0.1 to 0.2 CPU seconds for a second of sound, plus two seconds the first
    time in a process.

    Raises the errors of `understanding.errors` when there is no usable model.
    """
    if len(samples) < MIN_SAMPLES or not np.any(samples):
        return Transcript()
    model = _model(settings, cache_dir)
    sound = np.ascontiguousarray(samples, dtype=np.float32)
    hotwords, tell = _as_sentence(vocabulary), on_progress or _tell_nobody

    def tell_language(stretch: Sound) -> tuple[str, float]:
        tell(0)  # nothing is heard yet, but whoever wants to stop us may
        return model.detect_language(stretch)[:2]

    heard = [
        _heard(model, sound, passage, hotwords, tell) for passage in passages(sound, tell_language)
    ]
    words = tuple(word for passage in heard for word in passage.words)
    # The language of the copy is the one that most words are in.
    main = max(heard, key=lambda passage: len(passage.words))
    if main.language_probability < settings.min_language_probability or len(words) < MIN_WORDS:
        logger.debug("no speech: %d words, %s", len(words), main.language_probability)
        return Transcript()
    return main.model_copy(update={"words": settled(words, sound)})


def _tell_nobody(_: int) -> None:
    pass


def _heard(
    model: WhisperModel,
    sound: Sound,
    passage: Passage,
    hotwords: str | None,
    on_progress: Callable[[int], None],
) -> Transcript:
    """Hear what is said in one passage of the sound, with times from the beginning of the whole."""
    begins_ms = passage.start * 1000 // SAMPLE_RATE_HZ
    segments, info = model.transcribe(
        sound[passage.start : passage.end],
        language=passage.language,
        # A beam of five dropped a clause of a talk (docs/why.md).
        beam_size=1,
        temperature=0.0,  # the retries at higher ones guess, cost seconds, and differ each time
        vad_filter=True,
        # Else the language of the first half minute is taken for that of the whole.
        multilingual=passage.language is None,
        word_timestamps=True,
        # Told of its own last words Whisper falls into loops, and one invention breeds the next.
        condition_on_previous_text=False,
        hotwords=hotwords,
    )
    watched = _watched(segments, lambda at_ms: on_progress(begins_ms + at_ms))
    words = (
        word.model_copy(update={"language": passage.language or ""})
        for word in _words(watched, info.language)
    )
    return Transcript(
        language=info.language,
        language_probability=info.language_probability,
        words=later(tuple(words), begins_ms),
    )


def _as_sentence(vocabulary: Sequence[str]) -> str | None:
    """List names with a full stop: without one in its prompt Whisper writes none (measured)."""
    names = ", ".join(vocabulary)[:LONGEST_VOCABULARY]
    return f"{names}." if names else None


def preload(settings: SpeechSettings, cache_dir: Path) -> None:
    """Load the model before anybody waits for it. Raises UnderstandingError."""
    _model(settings, cache_dir)


def _model(settings: SpeechSettings, cache_dir: Path) -> WhisperModel:
    """Return the one loaded model of this process (about 380 MB with the default weights)."""
    # Two threads that load at once would each hold a model of 380 MB.
    with _loading:
        return _load(settings.model, settings.threads, cache_dir)


@lru_cache(maxsize=1)
def _load(model: str, threads: int, cache_dir: Path) -> WhisperModel:
    folder = model_folder(model, cache_dir)
    try:
        return recogniser.load(folder, threads=threads)
    except (RuntimeError, ValueError, OSError) as error:
        said = f"the speech model {model!r} could not be loaded: {error}"
        raise UnderstandingError(said) from error


def _watched(segments: Iterable[Segment], on_progress: Callable[[int], None]) -> Iterable[Segment]:
    for segment in segments:
        on_progress(round(segment.end * 1000))
        yield segment


def _words(segments: Iterable[Segment], language: str) -> tuple[Word, ...]:
    """Gather words; a piece without a space before it goes with the one before (`80` `%`)."""
    spoken = (segment for segment in segments if is_speech(segment))
    words: list[Word] = []
    for heard in (heard for segment in spoken for heard in segment.words or ()):
        word = _as_word(heard)
        if words and _is_piece(words[-1], heard, language):
            words[-1] = _joined(words[-1], word)
        elif word.text:
            words.append(word)
    return tuple(words)


def _is_piece(before: Word, heard: HeardWord, language: str) -> bool:
    """Tell whether what was heard goes with the word before: `80` `%`, and in Thai `Har` `bor`."""
    if heard.word.startswith(" "):
        return False
    edges = (before.text[-1:], heard.word[:1])
    return language not in UNSPACED_LANGUAGES or not any(map(is_unspaced, edges))


def _as_word(heard: HeardWord) -> Word:
    start_ms = max(0, round(heard.start * 1000))
    return Word(
        start_ms=start_ms,
        end_ms=max(start_ms, round(heard.end * 1000)),
        text=heard.word.strip(),
        probability=float(heard.probability),
    )


def _joined(word: Word, piece: Word) -> Word:
    return Word(
        start_ms=word.start_ms,
        end_ms=max(word.end_ms, piece.end_ms),
        text=word.text + piece.text,
        probability=min(word.probability, piece.probability),
    )


def is_speech(segment: Segment) -> bool:
    """Tell whether the model itself believes that somebody said this."""
    words = segment.words or []
    if not words or segment.compression_ratio > MAX_COMPRESSION:
        return False
    if segment.no_speech_prob > MAX_NO_SPEECH or segment.avg_logprob < MIN_LOG_PROBABILITY:
        return False
    if sum(word.probability for word in words) / len(words) < MIN_WORD_PROBABILITY:
        return False
    return not (
        segment.no_speech_prob > DOUBTFUL_NO_SPEECH
        and segment.avg_logprob < DOUBTFUL_LOG_PROBABILITY
    )
