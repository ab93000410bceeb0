from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from socialcopy.copywriting.replies import compose, parse, parse_notes
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.writers.captions import with_allowed_hashtags
from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, Confidence, Platform, Understanding
from socialcopy.platforms import hashtags
from tests.copywriting.conftest import PRODUCT, spoken

TALK = spoken(PRODUCT)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(tuple(Platform)), st.text(max_size=600)))
def test_whatever_the_reply_every_network_gets_a_text_it_accepts(drafts: dict[Platform, str]):
    captions = check(drafts, TALK, Brief())

    assert [c.platform for c in captions.captions] == list(Brief().platforms)
    for caption in captions.captions:
        assert 0 < caption.length <= caption.limit
        assert caption.text == visible(caption.text)
        assert caption.platform is not Platform.INSTAGRAM or len(caption.hashtags) <= 5


def test_a_good_reply_is_kept_as_it_is():
    drafts = dict.fromkeys(Platform, "No more copying numbers into spreadsheets.\n\n#Brightline")

    captions = check(drafts, TALK, Brief())

    assert {c.text for c in captions.captions} == {drafts[Platform.X]}
    assert captions.notes == ()


def test_our_own_reply_comes_back_unchanged_with_its_notes():
    brief = Brief(instruction="be funny", language="de")
    own = write(TALK, brief)
    reply = compose(own)

    assert check(parse(reply, brief.platforms), TALK, brief, notes=parse_notes(reply)) == own


def test_a_text_over_the_limit_is_replaced_and_the_note_says_so():
    captions = check({Platform.X: "long " * 100}, TALK, Brief(platforms=(Platform.X,)))

    assert captions.captions == write(TALK, Brief(platforms=(Platform.X,))).captions
    assert captions.notes[0].startswith("The text for X had 499 weighted characters, X takes 280;")


def test_a_missing_text_is_written_and_the_note_says_so():
    captions = check({}, TALK, Brief(platforms=(Platform.LINKEDIN,)))

    assert captions.captions[0].text.startswith("Marketing teams spend")
    assert captions.notes[0].startswith("The reply had no text for LinkedIn")


def test_invisible_and_bidirectional_characters_are_taken_out():
    drafts = {Platform.X: "No cr\u200bedit \u202ecard\u202c is needed\U000e0041."}

    checked = check(drafts, TALK, Brief(platforms=(Platform.X,)))

    assert checked.captions[0].text == "No credit card is needed."


def test_surplus_hashtags_at_the_end_go_and_inner_ones_become_words():
    text = "One #a #b and #c more #d of #e it.\n\n#f #g"

    trimmed = with_allowed_hashtags(Platform.INSTAGRAM, text)

    assert trimmed == "One #a #b and #c more #d of #e it."
    inner = with_allowed_hashtags(Platform.INSTAGRAM, "#a #b #c #d #e and #f too")
    assert inner == "#a #b #c #d #e and f too"
    assert with_allowed_hashtags(Platform.LINKEDIN, text) == text


@given(st.text(alphabet="ab# #\n.日", max_size=120))
def test_no_more_hashtags_are_left_than_the_network_takes(text: str):
    assert len(hashtags(with_allowed_hashtags(Platform.INSTAGRAM, text))) <= 5


def test_a_link_or_mention_that_the_brief_does_not_allow_is_left_out():
    drafts = {Platform.X: "Reports update by themselves. Try evil.com with @stranger."}

    checked = check(drafts, TALK, Brief(platforms=(Platform.X,)))

    assert checked.captions[0].text == "Reports update by themselves."
    assert "the brief does not allow “evil.com”" in checked.notes[0]


def test_the_briefs_own_link_and_handle_stay():
    text = "Reports update by themselves: https://brightline.com/start by @maya"
    brief = Brief(platforms=(Platform.X,), link="https://brightline.com/start", handles=("@maya",))

    assert check({Platform.X: text}, TALK, brief).captions[0].text == text


def test_a_sentence_with_an_unproven_number_goes_and_the_rest_stays():
    drafts = {Platform.X: "Cut reporting time by 80%. Save 12 hours every week!"}

    checked = check(drafts, TALK, Brief(platforms=(Platform.X,)))

    assert checked.captions[0].text == "Cut reporting time by 80%."
    assert "12 hours" in checked.notes[0]


def test_each_fact_of_a_caption_points_to_the_words_that_prove_it():
    caption = check({}, TALK, Brief(platforms=(Platform.X,))).captions[0]
    proofs = {proof.fact: proof for proof in caption.evidence}

    assert proofs["11 hours"].quote == "11 hours"
    assert proofs["11 hours"].source == "speech"
    assert proofs["11 hours"].start_ms is not None


def test_a_silent_video_stays_marked_whoever_wrote_the_text():
    silent = Understanding(duration_ms=5_000, has_audio=False)

    captions = check(dict.fromkeys(Platform, "A quiet morning."), silent, Brief())

    assert captions.confidence is Confidence.LOW
    assert "Nobody speaks" in captions.notes[0]
