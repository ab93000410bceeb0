from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from socialcopy.copywriting.pages.markdown import captions_markdown, escaped, fenced
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief
from tests.copywriting.conftest import HOSTILE, PRODUCT, spoken


def test_every_network_has_its_text_and_count():
    markdown = captions_markdown(write(spoken(PRODUCT), Brief()))

    assert regex.findall(r"^## (\w+)$", markdown, regex.MULTILINE) == ["Instagram", "X", "LinkedIn"]
    assert "of 280 weighted characters" in markdown


def test_the_first_line_says_who_wrote():
    captions = write(spoken(PRODUCT), Brief())
    told = captions.model_copy(update={"notes": (*captions.notes, "Written by qwen")})

    assert captions_markdown(told).split("\n\n")[1] == "Written by qwen"


def test_notes_cannot_become_markup():
    brief = Brief(instruction="<img src=x onerror=alert(1)> [click](http://evil.com) `x`")
    notes = captions_markdown(write(spoken(PRODUCT), brief)).split("## Instagram")[0]

    assert "<img" not in notes
    assert "](http" not in notes


@given(st.text(alphabet="`~ab\n") | st.text())
def test_no_text_leaves_its_fence(text: str):
    first, *inside, last = fenced(text).split("\n")

    assert first == f"{last}text"
    assert not any(line.strip().startswith(last) for line in inside)


@given(st.text())
def test_an_escaped_line_is_one_line_without_tags(text: str):
    line = escaped(text)

    assert "\n" not in line
    assert "<" not in line


def test_hostile_speech_stays_inside_fences():
    markdown = captions_markdown(write(spoken(HOSTILE), Brief()))
    outside = regex.sub(r"(?s)(`{3,})text\n.*?\n\1", "", markdown)

    assert "<script>" not in outside
