from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialcopy.copywriting.evidence.repair import mend
from socialcopy.copywriting.evidence.sources import know
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.writers.write import write
from socialcopy.models import (
    Brief,
    CaptionSet,
    Confidence,
    Platform,
    Region,
    ScreenText,
    Understanding,
)
from socialcopy.models.brief import HashtagPolicy
from socialcopy.platforms import hashtags, length, links, mentions, rules
from tests.copywriting.conftest import HOSTILE, PRODUCT, RUN_ON, STRETCHES, spoken

EVERYTHING = st.text(max_size=400)
WORDS = st.sampled_from(
    "so um the Brightline app saves 11 hours every week. And it works! Try it today, "  # noqa: SIM905  (reads as the sentence it is)
    "visit www.brightline.com. I'm Maya. We hired eleven people… 80 %. Why? TikTok and Google "
    "Ads iPhone @maya #win https://a.example/b Number one, two, three. First, But if they can't. "
    "日本 你好。 ¡Hola! a\u200bb <b> `x` ** 👩‍👩‍👧 العربية १२ the the of".split()
)
LONG = (
    "Sourdough bread needs only flour, water and salt. A good starter doubles within six hours. "
    "Feed the jar twice every day for a week. Mix the dough in a large bowl before lunch. "
    "Fold it four times during the afternoon. Cold nights in the fridge build the flavour. "
    "Heat the oven to 250 degrees for an hour. Score the loaf with a sharp razor blade. "
    "Steam makes the crust shine like glass. Bake it covered for twenty minutes. "
    "Listen for a hollow sound at the bottom. Wait two hours before the first slice."
)
WISHES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300)
TALKS = st.lists(WORDS, max_size=120).map(" ".join)


def text_for(platform: Platform, captions: CaptionSet) -> str:
    return next(c.text for c in captions.captions if c.platform is platform)


def body(text: str) -> str:
    """A caption without the line of hashtags at its end."""
    *paragraphs, last = text.split("\n\n")
    return "\n\n".join(paragraphs) if last.startswith("#") else text


@settings(max_examples=300, deadline=None)
@given(TALKS | EVERYTHING, st.sampled_from(["", "short", "long", "no hashtags", "be funny"]))
def test_every_caption_is_accepted_by_its_network(said: str, instruction: str):
    captions = write(spoken(said), Brief(instruction=instruction))

    assert [c.platform for c in captions.captions] in ([], list(Brief().platforms))
    assert captions.captions or captions.notes
    for caption in captions.captions:
        assert caption.text == visible(caption.text) != ""
        assert 0 < caption.length == length(caption.platform, caption.text) <= caption.limit
        assert caption.hashtags == hashtags(caption.text)
        assert len(caption.hashtags) <= rules(caption.platform).usual_hashtags.value


@settings(max_examples=200, deadline=None)
@given(TALKS | EVERYTHING)
def test_nothing_that_is_said_becomes_a_link_or_a_mention(said: str):
    for caption in write(spoken(said), Brief()).captions:
        assert not links(caption.text)
        assert not mentions(caption.text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*PRODUCT.split(". "), *STRETCHES.split(". ")]), min_size=1))
def test_whatever_is_written_passes_the_check_that_a_model_has_to_pass(sentences: list[str]):
    seen = spoken("The report updates by itself. " + ". ".join(sentences) + ".")
    known = know(seen, Brief())

    for caption in write(seen, Brief()).captions:
        assert mend(caption.text, known, Brief()).left_out == ()


def test_a_product_talk_becomes_the_copy_a_person_would_post():
    captions = write(spoken(PRODUCT), Brief())

    assert captions.confidence is Confidence.SPEECH
    assert text_for(Platform.X, captions) == (
        "Marketing teams spend 11 hours every week copying numbers into spreadsheets.\n\n"
        "The dashboard answers in two seconds. "
        '"Our first customers cut their reporting time by 80%," says Maya of Brightline.'
        "\n\n#Brightline"
    )
    instagram = text_for(Platform.INSTAGRAM, captions)
    assert instagram.startswith("Marketing teams spend 11 hours")
    assert "Send this to someone who should know Brightline.\n\n#Brightline" in instagram
    assert body(text_for(Platform.LINKEDIN, captions)).endswith("?")


@pytest.mark.parametrize("platform", Platform)
def test_greetings_and_thanks_are_left_out_and_who_speaks_stands_behind_their_words(
    platform: Platform,
):
    text = text_for(platform, write(spoken(PRODUCT), Brief(platforms=(platform,))))

    for phrase in ("Hi everyone", "I'm", "Um", "Thanks", "see you"):
        assert phrase not in text
    assert "Maya" not in text.replace("says Maya", "")


@pytest.mark.parametrize("platform", [Platform.INSTAGRAM, Platform.LINKEDIN])
def test_the_hook_is_read_whole_before_the_fold(platform: Platform):
    fold = rules(platform).fold
    hook = text_for(platform, write(spoken(PRODUCT), Brief())).split("\n\n")[0]

    assert fold is not None
    assert len(hook) <= fold.value


def test_what_a_speaker_asks_of_viewers_comes_last_on_every_network():
    inviting = PRODUCT.replace("Try it today at www.brightline.com, and tell us", "Tell us today")
    captions = write(spoken(inviting), Brief())

    assert "Tell us today" in body(text_for(Platform.INSTAGRAM, captions)).split("\n")[-1]
    assert "Tell us today" in body(text_for(Platform.LINKEDIN, captions)).split("\n")[-1]


@pytest.mark.parametrize("platform", Platform)
def test_the_briefs_call_to_action_comes_last_with_its_link_where_it_can_be_tapped(
    platform: Platform,
):
    link = "https://brightline.example/start"
    brief = Brief(platforms=(platform,), call_to_action="Start for free.", link=link)
    caption = write(spoken(PRODUCT), brief).captions[0]
    last = body(caption.text).split("\n")[-1]

    assert last.startswith("Start for free.")
    assert (link in last) != (platform in {Platform.INSTAGRAM, Platform.TIKTOK})
    assert caption.first_comment == (link if platform is Platform.INSTAGRAM else "")


def test_three_versions_open_with_three_different_sentences():
    caption = write(spoken(PRODUCT), Brief(variants=3)).captions[0]
    openers = {text.split("\n")[0] for text in (caption.text, *caption.variants)}

    assert len(openers) == 3


def test_a_long_talk_gets_a_thread_on_x_of_posts_that_fit():
    caption = write(spoken(LONG), Brief(platforms=(Platform.X,))).captions[0]

    assert caption.thread[0] == caption.text
    assert len(caption.thread) > 1
    assert all(length(Platform.X, post) <= 280 for post in caption.thread)


def test_a_premium_account_on_x_has_the_room_it_paid_for():
    brief = Brief(platforms=(Platform.X,), accounts={Platform.X: "premium"}, instruction="long")
    caption = write(spoken(LONG), brief).captions[0]

    assert caption.limit == 25_000
    assert caption.length > 280


def test_youtube_gets_a_title_within_its_limit_without_the_signs_it_refuses():
    said = "We <b>love</b> " + "very " * 30 + "long openers. They end."
    caption = write(spoken(said), Brief(platforms=(Platform.YOUTUBE,))).captions[0]

    assert 0 < len(caption.title) <= 100
    assert not set("<>") & set(caption.title + caption.text)


def test_words_the_brief_avoids_and_swearing_take_their_sentence_along():
    said = "The mug is cheap. The damn lid fits. The mug keeps coffee hot for hours."
    text = write(spoken(said), Brief(avoid_words=("cheap",))).captions[0].text

    assert text.startswith("The mug keeps coffee hot")
    assert not {"cheap", "damn"} & set(tokens(text))


def test_the_briefs_hashtags_come_first_and_alone_when_it_says_so():
    given = HashtagPolicy.GIVEN
    brief = Brief(hashtags=("Reports",), campaign_tag="#Spring26", hashtag_policy=given)
    caption = write(spoken(PRODUCT), brief).captions[0]

    assert caption.hashtags == ("#Spring26", "#Reports")


def test_a_spoken_list_is_posted_whole():
    text = text_for(Platform.INSTAGRAM, write(spoken(STRETCHES), Brief()))

    assert "\n1. The cat cow. Ten slow reps every morning.\n2. The hip flexor stretch." in text
    assert "\n3. The dead hang. Just hang from a bar for one minute a day." in text


def test_a_list_that_is_not_whole_keeps_the_numbers_that_were_said():
    text = text_for(
        Platform.INSTAGRAM, write(spoken(STRETCHES.replace("Number one, ", "")), Brief())
    )

    assert "\nNumber two, the hip flexor stretch. Hold it for" in text
    assert "\nNumber three, the dead hang." in text


def test_speech_without_full_stops_is_taken_apart_at_its_clauses():
    text = text_for(Platform.INSTAGRAM, write(spoken(RUN_ON), Brief()))

    assert "We went to the lake." in text
    assert not text.endswith("…")


def test_one_sentence_too_long_for_a_network_is_cut_at_a_clause_and_marked():
    said = ", ".join(f"the {n}th of the long words of this sentence" for n in range(30)) + "."

    text = text_for(Platform.X, write(spoken(said), Brief()))

    assert text.endswith("sentence…")
    assert length(Platform.X, text) <= 280


def test_speech_that_gives_orders_or_addresses_is_not_posted():
    for caption in write(spoken(HOSTILE), Brief()).captions:
        assert "evil" not in caption.text
        for sign in ("http", "@", "#free", "$", "www.", "\u202e", "\u200b"):
            assert sign not in caption.text


def test_a_word_that_was_hard_to_hear_is_named_in_the_notes():
    sure = spoken("We open a new shop in Leeds.")
    *words, last = sure.transcript.words
    words.append(last.model_copy(update={"probability": 0.2}))
    transcript = sure.transcript.model_copy(update={"words": tuple(words)})
    captions = write(sure.model_copy(update={"transcript": transcript}), Brief())

    assert any("“leeds”" in note for note in captions.notes)
    assert not any(caption.hashtags for caption in captions.captions)


def test_a_day_that_is_said_and_shown_with_other_limits_is_named_in_the_notes():
    heard = spoken(
        "The Harbor Mug keeps coffee hot. Order yours before March 14th, and shipping is free."
    )
    box = Region(left=0.1, top=0.1, right=0.9, bottom=0.3)
    card = ScreenText(text="Free shipping until March 14", box=box, start_ms=0, end_ms=5_000)
    captions = write(heard.model_copy(update={"screen": (card,)}), Brief())

    assert captions.captions
    told = "“before March 14th” is said, and “until March 14” is shown"
    assert f"Said and shown differ: {told}. Post what holds." in captions.notes


def test_a_spoken_address_is_left_out_and_the_notes_say_so():
    captions = write(spoken(PRODUCT), Brief())

    assert not any("dot com" in caption.text for caption in captions.captions)
    assert any(note.startswith("Left out") and "dot com" in note for note in captions.notes)


def test_short_is_shorter_and_long_is_longer():
    usual, short, long = (
        text_for(Platform.LINKEDIN, write(spoken(PRODUCT), Brief(instruction=instruction)))
        for instruction in ("", "keep it short", "a longer version please")
    )

    assert len(short) < len(usual) < len(long)


def test_no_hashtags_means_none():
    captions = write(spoken(PRODUCT), Brief(instruction="short, no hashtags, no emoji"))

    assert not any(caption.hashtags for caption in captions.captions)
    assert not any("Not followed" in note for note in captions.notes)


def test_a_wish_it_cannot_follow_is_named():
    notes = write(spoken(PRODUCT), Brief(instruction="keep it short, but in a funny tone")).notes

    assert notes[0].startswith("Not followed: “in a funny tone”.")


def test_the_usual_request_is_followed():
    wish = "write social media captions for Instagram, Twitter, and LinkedIn based on this video"

    assert not any("Not" in note for note in write(spoken(PRODUCT), Brief(instruction=wish)).notes)


def test_another_language_than_the_spoken_one_is_not_pretended():
    captions = write(spoken(PRODUCT), Brief(language="de"))

    assert captions.language == "en"
    assert any("not translated" in note for note in captions.notes)


def test_a_talk_in_another_language_is_written_in_it():
    said = "¡Hola a todos! Prepara un café perfecto en 30 segundos. Cuesta menos de cien euros."
    captions = write(spoken(said, "es"), Brief())

    assert captions.language == "es"
    assert text_for(Platform.INSTAGRAM, captions).startswith(
        "Prepara un café perfecto en 30 segundos.\n\nCuesta menos de cien euros."
    )


def test_a_language_without_spaces_is_joined_without_them():
    said = "今天 我们 发布 新 产品。 它 只 要 三十 秒。"

    assert text_for(Platform.X, write(spoken(said, "zh"), Brief())).startswith(
        "今天我们发布新产品。"
    )


def test_nothing_is_written_where_nothing_is_said_or_shown_and_the_note_asks_for_a_hint():
    captions = write(Understanding(duration_ms=74_200, has_audio=False), Brief())

    assert captions.captions == ()
    assert captions.confidence is Confidence.LOW
    assert "in a brief" in captions.notes[0]


def test_punchier_means_shorter_sentences_and_the_note_says_where_there_are_none():
    long = spoken("The mug keeps your coffee hot for six hours, and it weighs only 300 grams.")
    usual, punchy = (write(long, Brief(instruction=i)) for i in ("", "make it punchier"))

    assert "hours, and it" in text_for(Platform.LINKEDIN, usual)
    assert "hours.\n\nIt weighs" in text_for(Platform.LINKEDIN, punchy)
    already = write(spoken("The mug is warm. It holds tea."), Brief(instruction="punchier"))
    assert any("punchier" in note for note in already.notes)


def test_tone_and_audience_are_named_where_they_can_not_be_used():
    notes = write(spoken(PRODUCT), Brief(tone="playful", audience="accountants")).notes

    assert any("tone “playful”" in note for note in notes)
    assert any("audience “accountants”" in note for note in notes)


def test_the_customers_quoted_words_lead_the_copy_of_a_silent_video():
    silent = Understanding(duration_ms=5_000, has_audio=False)
    brief = Brief(instruction='say "Our new espresso bar opens in Lisbon."')

    assert text_for(Platform.INSTAGRAM, write(silent, brief)).startswith("Our new espresso bar")


def test_quoted_words_that_are_too_long_for_x_are_cut():
    silent = Understanding(duration_ms=5_000, has_audio=False)
    brief = Brief(instruction=" ".join(f'"{n} {"long words " * 20}"' for n in range(5)))

    assert length(Platform.X, text_for(Platform.X, write(silent, brief))) <= 280


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300), WISHES, st.integers(0, 10**7), st.booleans())
def test_any_title_and_instruction_give_a_caption_or_a_note(
    hint: str,
    instruction: str,
    duration_ms: int,
    has_audio: bool,
):
    silent = Understanding(duration_ms=duration_ms, has_audio=has_audio, hints=(hint,))

    captions = write(silent, Brief(instruction=instruction))

    assert captions.notes
    for caption in captions.captions:
        assert 0 < caption.length <= caption.limit
        assert caption.text == visible(caption.text)


def test_the_copy_is_the_same_in_every_process():
    program = (
        "from tests.copywriting.conftest import PRODUCT, spoken\n"
        "from socialcopy.copywriting.writers.write import write\n"
        "from socialcopy.models import Brief\n"
        "print(write(spoken(PRODUCT), Brief()).model_dump_json())"
    )
    written = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(written) == 1


def test_punchier_leaves_one_sentence_where_all_are_long():
    talk = (
        "The Harbor mug keeps your coffee hot for six hours and costs twenty nine dollars in the "
        "shop on the corner of the old market square this week."
    )
    captions = write(spoken(talk), Brief(instruction="make it punchier"))

    assert all(caption.text.startswith("The Harbor mug") for caption in captions.captions)
