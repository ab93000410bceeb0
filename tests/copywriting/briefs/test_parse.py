from __future__ import annotations

import pytest

from socialcopy.copywriting.briefs.parse import as_words, from_words, read_brief
from socialcopy.copywriting.errors import BriefError
from socialcopy.engine.briefs import brief_in
from socialcopy.models import Brief, Platform

WRITTEN = """
who: Harbor, a small maker of travel mugs
platforms: [x, bluesky]
use-words: Harbor Mug, Clara Bennett
hashtags: [HarborMug]
link: https://harbor.example/mug
call_to_action: Order yours.
accounts: {x: premium}
"""


def test_a_written_brief_is_read():
    brief = read_brief(WRITTEN, "brief.yaml")

    assert brief.platforms == (Platform.X, Platform.BLUESKY)
    assert brief.use_words == ("Harbor Mug", "Clara Bennett")
    assert brief.accounts == {Platform.X: "premium"}


def test_a_sidecar_goes_over_its_base_field_by_field():
    base = Brief(instruction="keep it short", language="en")

    brief = read_brief("language: de", "clip.brief.yaml", base)

    assert (brief.instruction, brief.language) == ("keep it short", "de")


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("platforms: [myspace]", "“platforms” is “myspace”; it has to be instagram, x, linkedin"),
        ("colour: red", "it has no field “colour”"),
        ("- a\n- b", "`field: value` lines"),
        ("who: [", "it is not YAML"),
        ("a: &a [x]\nb: [*a, *a]", "it is not YAML"),
        ("link: javascript:alert(1)", "“link”"),
        ("variants: 9", "“variants” is “9”; it has to be 3 or less"),
        ("fault: none", "it has no field “fault”"),
        ("x" * 40_000, "longer than"),
        (b"\xff\xfe\x00", "it is not YAML"),
    ],
)
def test_a_bad_brief_is_refused_with_a_sentence(written: str | bytes, complaint: str):
    with pytest.raises(BriefError) as refused:
        read_brief(written, "brief.yaml")

    assert str(refused.value).startswith("brief.yaml can't be used: ")
    assert complaint in str(refused.value)


def test_a_brief_travels_to_the_service_in_words_and_back():
    brief = read_brief(WRITTEN, "brief.yaml")
    message = f"Write captions for X and Bluesky.\n\n{as_words(brief)}"

    assert brief_in(message).use_words == brief.use_words
    assert brief_in(message).link == brief.link
    assert brief_in(message).instruction == "Write captions for X and Bluesky."


def test_a_block_that_is_no_brief_stays_words():
    text = "Write captions.\n\nThe brief:\n```brief\ncolour: red\n```"

    assert from_words(text) == (text, {})


def test_every_field_of_a_brief_is_a_part_of_the_jobs_identity():
    recipes = {
        Brief().recipe(),
        Brief(link="https://a.example").recipe(),
        Brief(hashtags=("a",)).recipe(),
        Brief(fault="is broken").recipe(),
    }

    assert len(recipes) == 4
