# ruff: noqa: RUF001 - full-width colons are what is tested
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialcopy.copywriting.replies import compose, parse, parse_notes
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.writers.captions import caption
from socialcopy.copywriting.writers.write import write
from socialcopy.models import DEFAULT_PLATFORMS, Brief, CaptionSet, Confidence, Platform
from tests.copywriting.conftest import PRODUCT, spoken

EVERY = tuple(Platform)
LINES = st.sampled_from(
    [
        "",
        "Hello there.",
        "**Instagram**",
        "LinkedIn:",
        "X",
        "1. Instagram Caption:",
        "```",
        "~~~~",
        "---",
        '"quoted"',
        "“quoted”",
        "> said",
        "**bold** words",
        "Hashtags: #a #b",
        "#Instagram",
        "# X",
        "Notes",
        "(120 characters)",
        "*" * 40,
        "`" * 5,
    ]
)
TEXTS = (st.lists(LINES, min_size=1, max_size=6).map("\n".join) | st.text(max_size=80)).map(visible)


def captions_of(texts: dict[Platform, str], *notes: str) -> CaptionSet:
    captions = tuple(caption(platform, text) for platform, text in texts.items())
    return CaptionSet(language="en", confidence=Confidence.SPEECH, captions=captions, notes=notes)


@settings(max_examples=500)
@given(st.dictionaries(st.sampled_from(EVERY), TEXTS.filter(bool), min_size=1))
def test_what_is_composed_is_parsed_back_whatever_it_looks_like(texts: dict[Platform, str]):
    assert parse(compose(captions_of(texts, "A note.")), EVERY) == texts


def test_notes_come_back_too():
    captions = captions_of({Platform.X: "Hello."}, "Look at it.", "Listen again.")

    assert parse_notes(compose(captions)) == ("Look at it.", "Listen again.")


def test_a_reply_reads_well():
    captions = write(spoken(PRODUCT), Brief(platforms=(Platform.X,)))

    assert compose(captions).startswith("**X**\n\nMarketing teams spend 11 hours")


FORMS = [
    "**Instagram**\nfoo\n\n**X**\nbar\n\n**LinkedIn**\nbaz",
    "## Instagram\n\nfoo\n\n## X (Twitter)\n\nbar\n\n## LinkedIn\n\nbaz\n",
    "Instagram: foo\nTwitter: bar\nLinkedIn: baz",
    "Instagram Caption:\nfoo\n\nTwitter Post:\nbar\n\nLinkedIn Post:\nbaz",
    "1. Instagram\nfoo\n2. Twitter/X\nbar\n3. LinkedIn\nbaz",
    "1. **Instagram:** foo\n2. **X:** bar\n3. **LinkedIn:** baz",
    "### 📸 Instagram\nfoo\n### 🐦 X / Twitter (280 chars)\nbar\n### 💼 LinkedIn\nbaz",
    "**Instagram**\n```\nfoo\n```\n**X**\n```text\nbar\n```\n**LinkedIn**\n~~~\nbaz\n~~~",
    '**Instagram Caption:**\n"foo"\n\n**X (Twitter):**\n“bar”\n\n**LinkedIn:**\n「baz」',
    "Sure! Here:\n\n---\n**Instagram**\n> foo\n\n---\n**X**\n> bar\n---\n**LinkedIn**\n> baz\n---",
    "Instagram：foo\n\n推特：bar\n\n领英：baz",
    "【Instagram 文案】\nfoo\n【X 推文】\nbar\n【LinkedIn】\nbaz",
    "* **For Instagram:** foo\n* **For X:** bar\n* **For LinkedIn:** baz",
    "**Instagram**\nCaption: foo\n\n**X**\n**Text:** bar\n*(3 characters)*\n\n**LinkedIn**\nbaz",
    "**TikTok**\nno\n**Instagram**\nfoo\n**Facebook:** no\nX:\nbar\nLinkedIn:\nbaz\n**Notes**\nno",
    "_Instagram_\n\n**foo**\n\n_X_\n\nbar\n\n_LinkedIn_\n\nbaz",
]


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("reply", FORMS)
def test_the_usual_forms_of_a_reply_are_read(reply: str, line_break: str):
    assert parse(reply.replace("\n", line_break), DEFAULT_PLATFORMS) == {
        Platform.INSTAGRAM: "foo",
        Platform.X: "bar",
        Platform.LINKEDIN: "baz",
    }


def test_a_reply_without_headings_is_the_one_networks_text():
    assert parse("Just this.\n\n#one", [Platform.X]) == {Platform.X: "Just this.\n\n#one"}
    assert parse("Just this.", EVERY) == {}


@pytest.mark.parametrize(
    "reply",
    [
        '```json\n{"instagram": "Bread at seven.", "X (Twitter)": "Bread.", "pinterest": ""}\n```',
        (
            'Here:\n{"captions": [{"platform": "Instagram", "caption": "Bread at seven."},'
            ' {"platform": "Twitter", "text": "Bread."}]}'
        ),
        '{"result": {"IG": {"text": "Bread at seven."}, "Tweet": {"content": "Bread."}}}',
        "| Platform | Caption |\n|---|---|\n| Instagram | Bread at seven. |\n| X | Bread. |",
    ],
)
def test_a_reply_that_is_data_is_read_as_such(reply: str):
    read = parse(reply, (Platform.INSTAGRAM, Platform.X))

    assert read == {Platform.INSTAGRAM: "Bread at seven.", Platform.X: "Bread."}


def test_hashtags_kept_apart_in_data_come_behind_the_text():
    reply = '{"x": {"text": "Bread.", "hashtags": ["Bread", "#Fresh"]}}'

    assert parse(reply, (Platform.X,)) == {Platform.X: "Bread.\n\n#Bread #Fresh"}


def test_hashtags_behind_quotes_stay():
    assert parse('Instagram:\n"foo bar"\n\n#a #b', EVERY)[Platform.INSTAGRAM] == "foo bar\n\n#a #b"


def test_a_sentence_about_a_network_is_no_heading():
    text = "Instagram is where we post it.\nX marks the spot.\n#LinkedIn"

    assert parse(f"**X**\n{text}", EVERY) == {Platform.X: text}


@settings(max_examples=300)
@given(st.text(max_size=300) | st.lists(LINES, max_size=20).map("\n".join))
def test_any_text_can_be_parsed(reply: str):
    assert set(parse(reply, EVERY)) <= set(EVERY)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit", ["*", "#", "# ", "1. ", "_", "`", '"', "> ", "#a", "(", "X ", "X post "]
)
def test_no_reply_takes_long_to_parse(unit: str):
    parse(unit * 5_000, EVERY)
    parse(f"Instagram{unit * 5_000}!", [Platform.X])
