# ruff: noqa: RUF001 - full-width signs are what is tested
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.copywriting.text.cleaning import unlinked, visible
from socialcopy.platforms import hashtags, links, mentions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\u200bb\u2060c\ufeff", "abc"),
        ("abc\u202edef\u202c \u2066x\u2069\u200f", "abcdef x"),
        ("hid\U000e0041\U000e0042den", "hidden"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\n\n\n\nb  \n", "a\n\nb"),
        ("e\u0301", "é"),
        ("\ud800x", "x"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_what_shows_nothing_is_dropped(text: str, expected: str):
    assert visible(text) == expected


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "ශ්‍රී", "日本語", "العربية"])
def test_what_emoji_and_scripts_need_stays(text: str):
    assert visible(text) == text


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str):
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Try www.brightline.com/start?x=1 now", "Try brightline dot com now"),
        ("see https://a.b.example.org.", "see a dot b dot example dot org."),
        ("mail hello@bright.io", "mail hello at bright dot io"),
        ("ask @maya", "ask maya"),
        ("a #win for $TSLA at $20, we are #1", "a win for TSLA at $20, we are #1"),
        ("version 2.5 costs 3.99", "version 2.5 costs 3.99"),
    ],
)
def test_addresses_handles_and_hashtags_become_words(text: str, expected: str):
    assert unlinked(text) == expected


LINKISH = st.text(alphabet="a1.@#＠＃/:$-_é日 \n")


@given(LINKISH | st.text())
def test_nothing_is_left_that_a_network_would_link(text: str):
    words = unlinked(visible(text))

    assert (links(words), mentions(words), hashtags(words)) == ((), (), ())


@pytest.mark.parametrize("unit", ["a.", "\u200d", "🏴\U000e0067", "@a", "##", "www."])
def test_no_text_takes_long_to_clean(unit: str):
    begin = time.process_time()

    unlinked(visible(unit * 5_000))

    assert time.process_time() - begin < 2
