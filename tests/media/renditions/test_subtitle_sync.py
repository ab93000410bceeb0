"""Subtitles that are right are no fault, whatever their script and however they are broken."""

import pytest
import regex

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.renditions.subtitle_sync import given_faults, is_garbled, script_faults
from socialcopy.media.subtitles import parse
from socialcopy.media.subtitles.cues import cues
from socialcopy.media.subtitles.formats import to_ass
from socialcopy.models import Cue, Word
from tests.media.clips import VERTICAL
from tests.media.subtitles.files import ENCODINGS, FILES, GivenFile
from tests.media.subtitles.sentences import SENTENCES
from tests.media.subtitles.texts import TEXTS

LAYOUT = arrange((1280, 720), VERTICAL, has_subtitles=True)
ALL = [
    (language, text)
    for texts in (SENTENCES, TEXTS)
    for language, own in texts.items()
    for text in own
]
SPACED = {"ko", "ru", "uk", "bg", "pl", "cs", "hu", "fr", "de", "es", "tr", "el", "ar", "he", "lt"}


@pytest.mark.parametrize(("language", "text"), ALL)
def test_a_long_subtitle_that_was_given_may_be_shown_in_parts(language, text):
    given = (Cue(start_ms=0, end_ms=6_000, text=text),)
    script = to_ass(parse.refitted(given, max_line=LAYOUT.max_line), LAYOUT)

    assert not is_garbled(text)
    assert [*script_faults(script, (), given, 0), *given_faults(given, ())] == []


@pytest.mark.parametrize(("language", "text"), ALL)
def test_subtitles_of_what_was_heard_show_what_was_said(language, text):
    """A recogniser hands scripts without spaces over in single characters."""
    spaced = language in SPACED
    heard = text.split() if spaced else regex.findall(r"[A-Za-z0-9.,]+|\S\p{M}*", text)
    words = [
        Word(start_ms=200 * n, end_ms=200 * n + 190, text=part) for n, part in enumerate(heard)
    ]
    shown = cues(words, duration_ms=60_000, max_line=LAYOUT.max_line, language=language)

    assert [*script_faults(to_ass(shown, LAYOUT), words, (), 0)] == []


@pytest.mark.parametrize("file", [*ENCODINGS, *FILES], ids=lambda file: file.name)
def test_what_was_read_of_a_file_is_what_is_shown(file: GivenFile):
    given = parse.read(file.data, name=file.name, duration_ms=30_000, encoding=file.encoding).cues
    script = to_ass(parse.refitted(given, max_line=LAYOUT.max_line), LAYOUT)

    assert [*script_faults(script, (), given, 0)] == []
