"""Which encoding a file is in; a wrong guess is worse than none."""

import pytest

from socialcopy.media.errors import SubtitlesUnreadableError
from socialcopy.media.subtitles.readers.encodings import decode

from .files import ENCODED, srt
from .texts import TEXTS

FOREIGN = ("mac-roman", "mac-cyrillic", "mac-greek", "mac-turkish", "cp852", "cp737", "cp862")
"""Encodings of old systems that are not looked for."""


@pytest.mark.parametrize(("language", "encoding"), [pair[:2] for pair in ENCODED])
@pytest.mark.parametrize("count", [2, 8])
def test_a_few_sentences_are_enough(language, encoding, count):
    text = srt(*TEXTS[language][:count])

    assert decode(text.encode(encoding), language=language).text == text


@pytest.mark.parametrize("encoding", FOREIGN)
def test_what_is_not_looked_for_is_refused_and_not_shown_as_something_else(encoding):
    for texts in TEXTS.values():
        try:
            data = srt(*texts).encode(encoding)
        except UnicodeEncodeError:
            continue
        if data.isascii():
            continue
        try:
            assert decode(data).text == srt(*texts)
        except SubtitlesUnreadableError:
            continue


def test_an_expected_language_decides_where_the_bytes_do_not():
    data = srt("Até sexta-feira").encode("cp1252")

    assert "Até" in decode(data, language="pt").text


def test_latin_9_is_told_by_its_euro_sign():
    data = srt("Nur 5 €", "Où est le cœur ?").encode("iso8859-15")

    assert "5 €" in decode(data).text
    assert "cœur" in decode(data).text


def test_a_named_encoding_counts_but_a_mark_counts_more():
    assert decode("Où?".encode("mac-roman"), encoding="mac-roman").text == "Où?"
    assert decode("Où?".encode("utf-8-sig"), encoding="mac-roman").text == "Où?"


def test_a_refusal_says_what_to_do():
    with pytest.raises(SubtitlesUnreadableError, match="save it as UTF-8, or name the encoding"):
        decode(srt(*TEXTS["ru"]).encode("mac-cyrillic"))
