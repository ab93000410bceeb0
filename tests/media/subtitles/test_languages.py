"""What subtitles know of a language is one file; a language without one is shown as most are."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from socialcopy.media.subtitles import languages
from socialcopy.media.subtitles.cues import cues
from socialcopy.media.subtitles.languages import SubtitleLanguage
from tests.media.clips import say

GERMAN = SubtitleLanguage.model_validate({"longest_line": 12, "idle": [["äh"], ["halt"]]})


def test_a_new_language_is_one_file(monkeypatch):
    monkeypatch.setattr(languages, "known", lambda: {"de": GERMAN})
    said = say("Das ist halt die Lampe, die neun Stunden lang leuchtet.")

    shown = cues(said, duration_ms=20_000, language="de-CH")

    assert max(len(line) for cue in shown for line in cue.text.split("\n")) <= 12


def test_a_language_without_a_file_has_what_most_have():
    assert languages.of("xx") == languages.of(None) == SubtitleLanguage()


def test_a_mistake_in_a_file_is_named():
    with pytest.raises(ValidationError, match="longest_lines"):
        SubtitleLanguage.model_validate({"longest_lines": 12})
