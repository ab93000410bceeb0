from __future__ import annotations

import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.models import Platform
from socialcopy.platforms import fits, hashtags, length, links, mentions
from socialcopy.platforms.counting import graphemes, weighted
from tests.conftest import INPUTS

VECTORS = INPUTS / "rules" / "twitter-text-validate.yml"
EXTRACTS = INPUTS / "rules" / "twitter-text-extract.yml"
GRAPHEMES = Path(__file__).parent / "oracle" / "GraphemeBreakTest.txt"
SUPERSEDED = "WeightedTweetsCounterTest"
"""Vectors of configuration 2, which counted each code point of an emoji; 3 counts two for all."""


def vectors() -> list[Any]:
    if not VECTORS.exists():
        return []
    tests = yaml.safe_load(VECTORS.read_text(encoding="utf-8"))["tests"]
    cases = [
        case
        for group, cases in tests.items()
        for case in cases
        if isinstance(case["expected"], dict) and not (group == SUPERSEDED and "emoji" in str(case))
    ]
    return [
        pytest.param(case["text"], case["expected"]["weightedLength"], id=case["description"][:60])
        for case in cases
        if "double word unicode characters" not in case["description"]
    ]


@pytest.mark.parametrize(("text", "expected"), vectors())
def test_x_is_counted_as_twitter_text_counts_it(text: str, expected: int):
    assert weighted(text) == expected


@pytest.mark.skipif(not EXTRACTS.exists(), reason="the vectors are not on this machine")
def test_hashtags_are_found_where_twitter_text_finds_them():
    cases = yaml.safe_load(EXTRACTS.read_text(encoding="utf-8"))["tests"]["hashtags"]

    assert [[tag[1:] for tag in hashtags(case["text"])] for case in cases] == [
        case["expected"] for case in cases
    ]


def grapheme_cases() -> list[tuple[str, int]]:
    """Unicode's own test data: where a cluster may end is marked with a division sign."""
    lines = GRAPHEMES.read_text(encoding="utf-8").splitlines()
    marked = [line.partition("#")[0].split() for line in lines if line.startswith("÷")]
    return [
        ("".join(chr(int(sign, 16)) for sign in case if sign.isalnum()), case.count("÷") - 1)
        for case in marked
    ]


def test_graphemes_are_counted_as_unicodes_own_test_data_counts_them():
    cases = grapheme_cases()

    assert len(cases) > 800
    assert [text for text, count in cases if graphemes(text) != count] == []


@pytest.mark.parametrize(
    "emoji", ["😀", "☺️", "👍🏽", "👨‍👩‍👧‍👦", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🫩", "🐦‍🔥", "🙂‍↔️", "❤️"]
)
def test_an_emoji_of_any_year_and_kind_counts_two_on_x(emoji: str):
    assert length(Platform.X, emoji) == 2


def test_a_link_counts_23_on_x_however_long_it_is():
    assert length(Platform.X, f"See https://example.com/{'a' * 400}") == 4 + 23
    assert length(Platform.X, "example.com") == 23


def test_a_domain_with_an_unknown_ending_counts_as_the_longer_reading():
    assert length(Platform.X, "a.example") == 23
    assert length(Platform.X, f"{'a' * 40}.example") == 48


@pytest.mark.parametrize("platform", [Platform.INSTAGRAM, Platform.LINKEDIN])
def test_instagram_and_linkedin_count_composed_characters(platform: Platform):
    assert length(platform, "a\u0301b") == 2
    assert length(platform, "日本") == 2


@pytest.mark.parametrize(
    ("platform", "limit"),
    [(Platform.INSTAGRAM, 2_200), (Platform.X, 280), (Platform.LINKEDIN, 3_000)],
)
def test_the_last_character_that_fits_is_the_one_at_the_limit(platform: Platform, limit: int):
    assert fits(platform, "a" * limit)
    assert not fits(platform, "a" * (limit + 1))


@given(st.text())
def test_normalising_a_text_does_not_change_its_length(text: str):
    for platform in Platform:
        assert length(platform, text) == length(platform, unicodedata.normalize("NFD", text))


@given(st.text(alphabet=st.characters(max_codepoint=0x10FF)))
def test_text_of_the_first_scripts_weighs_one_a_character_on_x(text: str):
    """But for links and the two signs among them that are emoji."""
    plain = unicodedata.normalize("NFC", text.replace(".", " "))
    if all(ord(sign) <= 0x10FF and sign not in "©®" for sign in plain):
        assert weighted(plain) == len(plain)


def test_handles_and_addresses_are_found_as_a_network_would_link_them():
    assert mentions("Ask @maya or mail me@example.com, @bob.") == ("@maya", "@bob")
    assert links("See brightline.com, Mr.Smith and https://x.example/a.") == (
        "brightline.com",
        "https://x.example/a",
    )


@pytest.mark.parametrize(
    "unit", ["a.", "#a", "@", "*", "a-", "http://", "\u200d", "🏴\U000e0067", "1️⃣", "a.b/"]
)
def test_no_text_takes_long_to_count(unit: str):
    text = unit * 5_000
    begin = time.process_time()

    for platform in Platform:
        length(platform, text)
    hashtags(text)
    mentions(text)

    assert time.process_time() - begin < 2
