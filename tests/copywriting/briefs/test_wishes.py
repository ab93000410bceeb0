"""How much a text may be at most, when people say so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialcopy.copywriting.briefs.ceilings import Ceiling, ceiling_in
from socialcopy.copywriting.briefs.wishes import wishes
from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, Platform, Understanding
from socialcopy.platforms import hashtags, length
from tests.copywriting.conftest import PRODUCT, STRETCHES, spoken

SAID = {
    "keep it under 100 characters": Ceiling(characters=99),
    "no longer than 1,200 characters": Ceiling(characters=1200),
    "under a hundred characters, at most two hashtags": Ceiling(characters=99, hashtags=2),
    "50 words max": Ceiling(words=50),
    "fewer than forty words": Ceiling(words=39),
    "200 characters or less. Actually at most 150 characters": Ceiling(characters=150),
    "文案控制在100字以内": Ceiling(characters=100),
    "use 5 hashtags": Ceiling(),
    "say that it lasts 100 words longer": Ceiling(),
    "under 5 characters": Ceiling(),
    "keep the video under 30 seconds": Ceiling(),
}


@pytest.mark.parametrize("said", SAID)
def test_a_ceiling_is_read_as_it_is_said(said: str):
    assert ceiling_in(said) == SAID[said]


@given(
    st.builds(
        Ceiling,
        characters=st.none() | st.integers(20, 2_000),
        words=st.none() | st.integers(3, 300),
        hashtags=st.none() | st.integers(0, 30),
    )
)
def test_what_is_told_of_a_ceiling_reads_back_as_the_same(ceiling: Ceiling):
    assert ceiling_in(ceiling.told) == ceiling


@settings(max_examples=60)
@given(
    characters=st.none() | st.integers(20, 400),
    words=st.none() | st.integers(3, 60),
    tags=st.none() | st.integers(0, 4),
    talk=st.sampled_from([PRODUCT, STRETCHES]),
)
def test_no_text_is_longer_than_was_wished(
    characters: int | None, words: int | None, tags: int | None, talk: str
):
    ceiling = Ceiling(characters=characters, words=words, hashtags=tags)
    brief = Brief(platforms=tuple(Platform), instruction=ceiling.told, variants=2)

    for caption in write(spoken(talk), brief).captions:
        for text in (caption.text, *caption.variants, *caption.thread):
            assert len(text) > 1
            assert characters is None or length(caption.platform, text) <= characters
            assert words is None or len(text.split()) <= words
            assert tags is None or len(hashtags(text)) <= tags


def test_a_ceiling_for_one_network_leaves_the_others_their_room():
    brief = Brief(instruction="LinkedIn under 80 characters.")
    usual = {caption.platform: caption.text for caption in write(spoken(PRODUCT), Brief()).captions}

    for caption in write(spoken(PRODUCT), brief).captions:
        if caption.platform is Platform.LINKEDIN:
            assert caption.length < 80
        else:
            assert caption.text == usual[caption.platform]


def test_quoted_words_ask_for_no_ceiling():
    brief = Brief(instruction='mention "under 30 characters"')

    for caption in write(spoken(PRODUCT), brief).captions:
        assert caption.length > 30
        assert "Under 30 characters." in caption.text


def test_a_wish_without_a_ceiling_is_told_in_the_words_it_was_said_in():
    notes = write(spoken(PRODUCT), Brief(instruction="mention our twenty years")).notes

    assert any("“mention our twenty years”" in note for note in notes)


def test_a_ceiling_is_followed_and_not_told_as_unmet():
    notes = write(spoken(PRODUCT), Brief(instruction="no longer than 150 characters")).notes

    assert notes == write(spoken(PRODUCT), Brief()).notes


def test_a_silent_video_keeps_the_ceiling_too():
    silent = Understanding(duration_ms=9_000, has_audio=False)
    brief = Brief(
        about="A mug that keeps coffee hot for six hours. " * 9, instruction="max 90 chars"
    )

    assert all(caption.length <= 90 for caption in write(silent, brief).captions)


def test_a_draft_longer_than_wished_is_written_anew_and_the_note_says_so():
    talk = spoken(PRODUCT)
    brief = Brief(platforms=(Platform.LINKEDIN,), instruction="under 60 characters")
    draft = ". ".join(PRODUCT.split(". ")[1:4]) + "."

    checked = check({Platform.LINKEDIN: draft}, talk, brief)

    assert checked.captions[0].length < 60
    assert any("longer than wished (at most 59 characters)" in note for note in checked.notes)


def test_signs_of_private_use_ask_for_nothing():
    """They stand for quotations while an instruction is read, so typed ones must not be taken."""
    found = wishes('Say \ue000 and \U000f0000, then "See you there."')

    assert found.lines in {(), ("See you there.",)}
    assert not any("\U000f0000" in said for said in found.unmet)
