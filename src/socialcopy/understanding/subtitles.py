"""Somebody's subtitles as what is said, where nothing is heard."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from socialcopy.models import Cue, Transcript, spread

# What subtitles say that nobody does.
UNSPOKEN = regex.compile(
    r"\[[^\[\]\n]{0,80}\]"  # [music]
    r"|[♪♫♩][^♪♫♩\n]{0,200}[♪♫♩]|[♪♫♩]+"  # a song
    r"|^\([^()\n]{0,80}\)$"  # a line that is a sound
    r"|^(?:[-\u2013\u2014]|>>+)\s*",  # a change of speaker
    regex.M,
)
# Languages whose letters give them away, as far as a caption's language needs it.
SCRIPTS = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]")),
    ("ko", regex.compile(r"\p{Hangul}")),
    ("zh", regex.compile(r"\p{Han}")),
    ("th", regex.compile(r"\p{Thai}")),
    ("lo", regex.compile(r"\p{Lao}")),
    ("km", regex.compile(r"\p{Khmer}")),
    ("my", regex.compile(r"\p{Myanmar}")),
    ("he", regex.compile(r"\p{Hebrew}")),
    ("ar", regex.compile(r"\p{Arabic}")),
    ("el", regex.compile(r"\p{Greek}")),
    ("hi", regex.compile(r"\p{Devanagari}")),
    ("ru", regex.compile(r"\p{Cyrillic}")),
)
UKRAINIAN = regex.compile(r"[\u0454\u0456\u0457\u0491]")
# Between two subtitles, from which a capital begins a sentence.
PAUSE_MS = 300
# Share of the letters from which a script is the text's and not a name's.
SOME = 0.15


def transcript_of(cues: Sequence[Cue], language: str | None = None) -> Transcript:
    """Make the words of subtitles, with times by their share of each one's length."""
    words = tuple(
        word
        for cue in _punctuated(cues)
        for word in spread(cue.text.split(), cue.start_ms, cue.end_ms)
    )
    text = " ".join(word.text for word in words)
    return Transcript(
        language=language or language_of(text), language_probability=1.0, words=words, is_read=True
    )


def _punctuated(cues: Sequence[Cue]) -> list[Cue]:
    """Set the full stop that a subtitles' author left to a pause and a capital."""
    spoken = [cue.model_copy(update={"text": UNSPOKEN.sub(" ", cue.text).strip()}) for cue in cues]
    spoken = [cue for cue in spoken if cue.text]
    return [
        cue.model_copy(update={"text": f"{cue.text}."}) if _ends_before(cue, following) else cue
        for cue, following in zip(spoken, [*spoken[1:], None], strict=True)
    ]


def _ends_before(cue: Cue, following: Cue | None) -> bool:
    if following is None or following.start_ms - cue.end_ms < PAUSE_MS:
        return False
    return cue.text[-1].isalnum() and following.text[0].isupper()


def language_of(text: str) -> str | None:
    """Tell the language of a text as far as its letters do; none for Latin ones.

    >>> language_of("Привіт, світе"), language_of("Guten Tag")
    ('uk', None)
    """
    letters = len(regex.findall(r"\p{L}", text))
    found = next(
        (name for name, own in SCRIPTS if len(own.findall(text)) > SOME * max(1, letters)), None
    )
    # Russian has none of these four letters.
    return "uk" if found == "ru" and UKRAINIAN.search(text) else found
