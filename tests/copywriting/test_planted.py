"""Facts of known truth: what the default writer delivers, and what a lying draft gets past us."""

from __future__ import annotations

import re
from functools import cache

import pytest

from socialcopy.copywriting.evidence.repair import mend
from socialcopy.copywriting.evidence.sources import know
from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, Platform, Region, ScreenText
from socialcopy.understanding.mishearing import corrected
from tests.copywriting.conftest import spoken
from tests.copywriting.planted import LIES, TALKS, Planted

EVERYWHERE = Brief(platforms=tuple(Platform))
LEAST_CAUGHT = 0.98
LEAST_KEPT = 1.0


def plain(text: str) -> str:
    return re.sub(r"[^a-z0-9 ]", "", text.lower())


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.said[:30])
def test_everything_the_default_writer_delivers_follows_from_what_was_said(talk: Planted):
    seen = spoken(talk.said)
    known = know(seen, EVERYWHERE)
    for caption in write(seen, EVERYWHERE).captions:
        assert mend(caption.text, known, EVERYWHERE).left_out == ()
        for tag in caption.hashtags:
            assert tag[1:].lower() in plain(talk.said).replace(" ", "")


def test_a_lie_in_a_draft_does_not_reach_the_caption():
    assert len(TALKS) >= 60
    assert len(LIES) >= 200

    missed = [(kind, text) for talk, kind, text in LIES if text == delivered(talk, text)]

    assert len(missed) <= (1 - LEAST_CAUGHT) * len(LIES), missed


@cache
def delivered(talk: Planted, draft: str) -> str:
    brief = Brief(platforms=(Platform.LINKEDIN,))
    return check({Platform.LINKEDIN: draft}, spoken(talk.said), brief).captions[0].text


def test_a_lie_costs_its_own_sentence_and_no_other():
    for talk, _, lie in LIES:
        honest = set(re.split(r"(?<=[.!?])\s", talk.faithful)) & set(re.split(r"(?<=[.!?])\s", lie))
        kept = mend(lie, know(spoken(talk.said), Brief()), Brief()).text

        assert all(
            sentence in kept for sentence in honest if sentence in delivered(talk, talk.faithful)
        )


@pytest.mark.parametrize("other", [0, 1, 7, 19])
def test_no_word_that_was_heard_right_is_put_right_by_a_screen(other: int):
    """By its own slides as little as by those of another talk."""
    for n, talk in enumerate(TALKS):
        slides = re.split(r"(?<=[.])\s", TALKS[(n + other) % len(TALKS)].faithful)
        said = spoken(talk.said).transcript

        assert corrected(said, [shown(slide) for slide in slides], ()).text == said.text


def shown(text: str) -> ScreenText:
    box = Region(left=0.1, top=0.4, right=0.9, bottom=0.6)
    return ScreenText(text=text, box=box, start_ms=0, end_ms=60_000)


def test_a_faithful_retelling_is_mostly_kept():
    """Too strict would be easy: what is true has to pass."""
    sentences = [
        (talk, sentence) for talk in TALKS for sentence in re.split(r"(?<=[.!?])\s", talk.faithful)
    ]

    kept = [s for talk, s in sentences if s in delivered(talk, talk.faithful)]

    assert len(kept) >= LEAST_KEPT * len(sentences)
