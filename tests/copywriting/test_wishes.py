"""What becomes of a wish for other words: it is met, or declined at once, in words."""

from __future__ import annotations

import copy
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.write import write
from socialcopy.engine.agent import Agent, Message, Project, analysis
from socialcopy.engine.api.server import serve
from socialcopy.engine.briefs import brief_in
from socialcopy.engine.events import Returned, Said
from socialcopy.engine.store.sessions import StoredFile, first_draft, merge
from socialcopy.models import (
    Brief,
    CaptionSet,
    HashtagPolicy,
    MediaInfo,
    Platform,
    Rejection,
    VideoStream,
)
from socialcopy.pipeline.steps.earlier import Earlier
from socialcopy.pipeline.steps.refine import brief_for, outcome, prompt
from socialcopy.pipeline.subtitles import NOTHING_GIVEN
from socialcopy.platforms import hashtags, length
from socialcopy.platforms.counting import EMOJI, HASHTAG
from socialcopy.settings import MediaSettings, ModelSettings, SpeechSettings
from tests.copywriting.conftest import PRODUCT, spoken

WISHES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "wishes.yaml").read_text(encoding="utf-8")
)
TALK = spoken(PRODUCT)
BRIEF = Brief(hashtags=("Reporting",))
LONGEST_DECLINED_SECONDS = 5.0
VIDEO = MediaInfo(
    container="mp4",
    duration_ms=TALK.duration_ms,
    size_bytes=1,
    video=VideoStream.model_construct(
        width=1920, height=1080, rotation_degrees=0, sample_aspect=1.0
    ),
)


class Round:
    """One wish on a video that is delivered in English for three networks."""

    def __init__(
        self, wish: str, folder: Path, brief: Brief = BRIEF, model: ModelSettings | None = None
    ) -> None:
        self.captions = write(TALK, brief)
        earlier = Earlier(
            oid="1", prefix="", captions=self.captions, brief=brief, standing=brief.instruction
        )
        self.brief = brief_for(earlier, wish)
        project = _project(folder)
        copied = _said(
            folder, project, "Write social media captions for Instagram, X and LinkedIn."
        )
        assert copied
        before = copy.deepcopy(dict(project.state))
        begun = time.monotonic()
        self.reply = _said(folder, project, prompt(self.brief, earlier, NOTHING_GIVEN), model)
        found = outcome(self.reply, before, dict(project.state), earlier)
        self.seconds = time.monotonic() - begun
        self.declined = found.reason if isinstance(found, Rejection) else ""
        self.made: CaptionSet | None = None
        if not isinstance(found, Rejection):
            brief = self.brief.model_copy(
                update={"platforms": tuple(found.captions), "language": found.language}
            )
            self.made = check(found.captions, TALK, brief, notes=found.notes)
            self.draft = found.captions

    def texts(self) -> dict[Platform, str]:
        """The captions of this round."""
        assert self.made, self.declined
        return {caption.platform: caption.text for caption in self.made.captions}


def _project(folder: Path) -> Project:
    file = StoredFile(
        asset_id="a" * 32,
        filename="talk.mp4",
        file_type="video",
        sha256="0" * 64,
        size_bytes=1,
        info=VIDEO,
    )
    state = {"draft": first_draft(file, VIDEO)}
    merge(state, analysis(file.asset_id, TALK))
    return Project(state=state, files={file.asset_id: file}, path_of=lambda _: folder / "talk.mp4")


def _said(folder: Path, project: Project, text: str, model: ModelSettings | None = None) -> str:
    agent, reply = Agent(SpeechSettings(), MediaSettings(), folder, model), ""
    for step in agent.answer(Message(message_id="m", text=text), project, threading.Event()):
        if isinstance(step, Returned):
            merge(project.state, step.delta)
        if isinstance(step, Said):
            reply = step.text
    return reply


def _sizes(texts: dict[Platform, str]) -> int:
    return sum(map(len, texts.values()))


CHECKS: dict[str, Callable[[Round, dict[Platform, str], Any], bool]] = {
    "short": lambda one, before, _: _sizes(one.texts()) < _sizes(before),
    "no_hashtags": lambda one, _, __: not any(map(hashtags, one.texts().values())),
    "has": lambda one, _, wanted: all(wanted in text for text in one.texts().values()),
    "platforms": lambda one, _, wanted: {p.value for p in one.texts()} == set(wanted),
    "at_most": lambda one, _, most: all(
        _count(platform, text, most[1]) <= most[0] for platform, text in one.texts().items()
    ),
    "shorter": lambda one, before, wanted: all(
        len(text) < len(before[platform]) if platform in wanted else text == before[platform]
        for platform, text in one.texts().items()
    ),
    "resized": lambda one, before, wanted: all(
        (len(text) - len(before[platform])) * wanted.get(platform.value, 0) > 0
        or (platform.value not in wanted and text == before[platform])
        for platform, text in one.texts().items()
    ),
    "ends": lambda one, _, wanted: all(
        HASHTAG.sub("", text).rstrip().endswith(wanted) for text in one.texts().values()
    ),
    "told": lambda one, _, words: bool(one.made) and any(words in note for note in one.made.notes),
    "declined": lambda one, _, words: (
        words in one.declined and one.made is None and one.seconds < LONGEST_DECLINED_SECONDS
    ),
}


def _count(platform: Platform, text: str, unit: str) -> int:
    return length(platform, text) if unit == "characters" else len(hashtags(text))


@pytest.mark.parametrize("case", WISHES, ids=lambda case: case["wish"])
def test_a_wish_is_met_or_declined_in_words(case: dict[str, Any], tmp_path: Path):
    one = Round(case["wish"], tmp_path)
    before = {caption.platform: caption.text for caption in one.captions.captions}

    failed = [
        name for name, wanted in case["becomes"].items() if not CHECKS[name](one, before, wanted)
    ]

    assert failed == [], (one.declined, one.made and one.texts())
    if one.made:
        assert one.texts() == one.draft, "the check takes back what was written"
        told = [note for note in one.made.notes if "Not followed" in note]
        assert len(told) == ("told" in case["becomes"])


@pytest.fixture(scope="module")
def heedless() -> Iterator[ModelSettings]:
    """A model that writes the same true post whatever is wished, and knows no edit."""

    async def answer(request: Request) -> Response:
        is_edit = b"edits" in await request.body()
        said = {"edits": []} if is_edit else {"lines": TRUE_LINES, "hashtags": ["Brightline"]}
        return JSONResponse({"choices": [{"message": {"content": json.dumps(said)}}]})

    app = Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])
    with serve(app) as url:
        yield ModelSettings(base_url=f"{url}/v1", model="m")  # type: ignore[arg-type]


TRUE_LINES = [
    {"points": [6], "text": "The dashboard answers in two seconds."},
    {
        "points": [4],
        "text": "Connect your ad accounts once, and every report updates by itself.",
    },
    {"points": [3], "text": "Marketing teams spend 11 hours every week copying numbers."},
    {"points": [9], "text": "No credit card is needed for the free plan."},
]
FORMS = ("no_hashtags", "has", "platforms", "at_most", "ends", "short", "shorter")
"""What can be seen of a text, whoever wrote it."""


@pytest.mark.parametrize("case", WISHES, ids=lambda case: case["wish"])
def test_a_wish_that_a_model_does_not_heed_is_met_or_told_all_the_same(
    case: dict[str, Any], heedless: ModelSettings, tmp_path: Path
):
    one = Round(case["wish"], tmp_path, model=heedless)
    if one.made is None:
        assert one.declined
        return
    before = {caption.platform: caption.text for caption in one.captions.captions}
    of_form = {name: case["becomes"][name] for name in FORMS if name in case["becomes"]}
    for platform in of_form.pop("shorter", []):  # the others are written anew too
        assert len(one.texts()[Platform(platform)]) < len(before[Platform(platform)])
    unmet = [name for name, wanted in of_form.items() if not CHECKS[name](one, before, wanted)]
    told = " ".join(n for n in one.made.notes if "Not " in n or "judge" in n or "longer" in n)

    assert unmet == [] or told, one.texts()
    assert case["becomes"].keys() & {*FORMS} or told or _is_free_of_emoji(case["wish"], one)


def _is_free_of_emoji(wish: str, one: Round) -> bool:
    """Whether a wish for no emoji is met."""
    return wish == "without emojis" and not any(map(EMOJI.search, one.texts().values()))


def test_there_are_forty_wishes_in_five_languages():
    assert len(WISHES) >= 40


def test_another_network_is_added_to_those_of_the_brief_in_a_new_session():
    known = Brief(platforms=(Platform.FACEBOOK, Platform.THREADS))
    brief = brief_in("Write captions also for TikTok.", known.platforms)

    assert brief.platforms == (Platform.FACEBOOK, Platform.THREADS, Platform.TIKTOK)


def test_a_wish_that_is_half_met_says_what_is_not(tmp_path: Path):
    one = Round("make it shorter and translate it to French", tmp_path)

    assert one.made
    assert any("not translated" in note for note in one.made.notes)


def test_a_wish_of_the_round_before_holds_on(tmp_path: Path):
    project = _project(tmp_path)
    _said(tmp_path, project, "Write social media captions for Instagram, X and LinkedIn.")
    _said(tmp_path, project, "ohne Hashtags")
    reply = _said(tmp_path, project, "make it shorter")

    assert hashtags(reply) == ()


@pytest.mark.parametrize(
    ("brief", "named"),
    [
        (Brief(tone="warm and personal"), "warm and personal"),
        (Brief(audience="nurses on night shift"), "nurses on night shift"),
        (Brief(emoji=True), "No emoji"),
        (Brief(language="fr"), "not translated"),
        (Brief(handles=("brightline",)), "@brightline"),
        (Brief(about="What Brightline does for teams."), "`about`"),
        (Brief(variants=3, platforms=(Platform.X,), instruction="under 20 words"), "Versions"),
        (Brief(instruction="only TikTok"), "other networks"),
    ],
)
def test_a_field_that_the_copy_does_not_follow_is_named(brief: Brief, named: str):
    told = write(TALK, brief).notes

    assert any(named in note for note in told)


@pytest.mark.parametrize(
    "brief",
    [
        Brief(tone="concise"),
        Brief(call_to_action="Book a demo."),
        Brief(link="https://brightline.example"),
        Brief(avoid_words=("spreadsheets",)),
        Brief(hashtag_policy=HashtagPolicy.NONE),
        Brief(hashtags=("Numbers",)),
        Brief(campaign_tag="Spring"),
        Brief(variants=2),
        Brief(instruction='open with "No more copy and paste."'),
    ],
    ids=lambda brief: str(brief.model_dump(exclude_unset=True)),
)
def test_a_field_that_is_followed_changes_the_captions(brief: Brief):
    assert write(TALK, brief).captions != write(TALK, Brief()).captions


def test_a_tone_that_changes_no_word_is_told():
    assert any("“punchier” changes nothing" in n for n in write(TALK, Brief(tone="punchy")).notes)
