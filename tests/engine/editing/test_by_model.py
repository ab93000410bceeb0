"""What a model chooses is done where the message names it, and not otherwise."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from socialcopy.copywriting.briefs.wishes import Manner
from socialcopy.copywriting.errors import ModelWriterError
from socialcopy.copywriting.writers.chat import Endpoint
from socialcopy.engine.agent import Agent, Message, Project
from socialcopy.engine.api.server import serve
from socialcopy.engine.editing.by_model import KINDS, choose
from socialcopy.engine.editing.edits import (
    AddMusic,
    AddTitle,
    Arrange,
    ChangeCopy,
    Edit,
    HideSubtitles,
    Keep,
    Position,
    Remove,
    RemoveMusic,
    RemoveTitles,
    SetAspect,
    SetSpeed,
    SetVolume,
    ShowSubtitles,
    Span,
)
from socialcopy.engine.editing.naming import names
from socialcopy.engine.editing.parser.numbers import in_figures
from socialcopy.engine.events import Called, Returned, Said
from socialcopy.models import Platform
from socialcopy.settings import MediaSettings, ModelSettings, SpeechSettings
from tests.engine.editing.test_edits import footage, project
from tests.engine.phrases import CANNOT
from tests.engine.unseen import UNSEEN_AND_IMPOSSIBLE

__all__ = ["footage", "project"]


class Model:
    """Says what it is told to, as an OpenAI-compatible endpoint."""

    def __init__(self) -> None:
        self.said = ""
        self.asked: list[dict[str, object]] = []

    async def answer(self, request: Request) -> Response:
        self.asked.append(await request.json())
        return JSONResponse({"choices": [{"message": {"content": self.said}}]})


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Model, Endpoint]]:
    model = Model()
    app = Starlette(routes=[Route("/v1/chat/completions", model.answer, methods=["POST"])])
    with serve(app) as url:
        yield model, Endpoint(base_url=f"{url}/v1", model="m", name="m")


def chosen(served: tuple[Model, Endpoint], text: str, *edits: Edit) -> tuple[Edit, ...]:
    model, endpoint = served
    listed = [{"kind": type(one).__name__, **one.model_dump(mode="json")} for one in edits]
    model.said = json.dumps({"edits": listed})
    return choose(text, endpoint, 30)


NAMED: tuple[tuple[str, Edit], ...] = (
    ("shave four seconds off the beginning", Remove(span=Span(end_ms=4_000))),
    ("the final 2 seconds can go away", Remove(span=Span(start_ms=-2_000))),
    ("nuke 0:05 to 0:09 out of it", Remove(span=Span(start_ms=5_000, end_ms=9_000))),
    ("the sound could do with 30% less volume", SetVolume(factor=0.7, is_relative=True)),
    ("give me half the pace", SetSpeed(factor=0.5)),
    ("my phone wants it vertical", SetAspect(width=9, height=16)),
    ('the heading ought to go "Open late"', AddTitle(text="Open late")),
    ("subtitles belong on top", ShowSubtitles(position=Position.TOP)),
    ("some of that music.mp3 track below it", AddMusic(filename="music.mp3")),
    ("posts for LinkedIn in German", ChangeCopy(platforms=(Platform.LINKEDIN,), language="de")),
)


@pytest.mark.parametrize(("text", "edit"), NAMED, ids=[text for text, _ in NAMED])
def test_what_a_message_names_is_done(served: tuple[Model, Endpoint], text: str, edit: Edit):
    assert chosen(served, text, edit) == (edit,)


NOT_NAMED: tuple[tuple[str, Edit], ...] = (
    ("shave four seconds off the beginning", Remove(span=Span(end_ms=5_000))),
    ("shave four seconds off the beginning", Remove(span=Span(start_ms=-4_000))),
    ("shave something off the beginning", Remove(span=Span(end_ms=3_000))),
    ("the final 2 seconds can go away", Remove(span=Span(end_ms=2_000))),
    ("the picture has 2 spots, take them off", Remove(span=Span(end_ms=2_000))),
    ("make the colours pop more", SetVolume(factor=1.5)),
    ("make it pop", SetSpeed(factor=2.0)),
    ("give me half the pace", SetSpeed(factor=0.25)),
    ("my phone wants it vertical", SetAspect(width=16, height=9)),
    ("my phone wants it vertical", SetAspect(width=4, height=5)),
    ('the heading ought to go "Open late"', AddTitle(text="Open early")),
    ("a heading with something catchy", AddTitle(text="Catchy")),
    ("subtitles belong on top", ShowSubtitles(position=Position.BOTTOM)),
    ("subtitles belong on top", ShowSubtitles()),
    ("subtitles in teal", ShowSubtitles(colour="yellow")),
    ("some music below it", AddMusic(filename="hymn.mp3")),
    ("posts for LinkedIn in German", ChangeCopy(platforms=(Platform.X,), language="de")),
    ("posts for LinkedIn in German", ChangeCopy(platforms=(Platform.LINKEDIN,), language="fr")),
    ("sound off at 0:04 for the rest", SetVolume(factor=0.0)),
    ("never cut the first 3 seconds", Remove(span=Span(end_ms=3_000))),
    ("don't remove the first 3 seconds", Remove(span=Span(end_ms=3_000))),
    ("drop the first 3 seconds, and sharpen the picture", Remove(span=Span(end_ms=3_000))),
)


@pytest.mark.parametrize(
    ("text", "edit"), NOT_NAMED, ids=[f"{t}: {type(e).__name__}" for t, e in NOT_NAMED]
)
def test_what_it_does_not_name_comes_to_nothing(
    served: tuple[Model, Endpoint], text: str, edit: Edit
):
    assert chosen(served, text, edit) == ()


def choices(text: str) -> Iterator[Edit]:
    """Every edit that a model might take a message for, with the message's own numbers."""
    numbers = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", in_figures(text))]
    spans = [
        Span(start_ms=round(start * 1000), end_ms=None if end is None else round(end * 1000))
        for n in numbers
        for start, end in ((0, n), (-n, None), (n, None), *((m, n) for m in numbers if m < n))
    ]
    yield from (kind(span=span) for span in spans for kind in (Keep, Remove))
    shares = {s for n in numbers for s in (n, n / 100, 1 - n / 100, 1 + n / 100)} | {0.5, 2.0}
    yield from (SetVolume(factor=f, is_relative=r) for f in {0, *shares} for r in (True, False))
    yield from (SetSpeed(factor=f) for f in shares if f > 0)
    yield from (SetAspect(width=w, height=h) for w, h in ((1, 1), (9, 16), (16, 9), (4, 5)))
    words = text.split()
    titles = [" ".join(words[n:]) for n in range(len(words))]
    yield from (AddTitle(text=t, at_end=end) for t in titles for end in (True, False))
    yield from (RemoveTitles(), RemoveMusic(), AddMusic(), HideSubtitles(), ShowSubtitles())
    yield from (ShowSubtitles(position=p) for p in Position)
    yield from (Arrange(how=how) for how in ("reverse", "swap"))
    yield from (Arrange(how=how, clips=(n,)) for how in ("first", "last") for n in range(4))
    yield from (ChangeCopy(length=length) for length in ("short", "usual", "long"))
    yield from (ChangeCopy(tone=tone) for tone in ("playful", "formal", "inspiring"))
    yield from (ChangeCopy(language=language) for language in ("de", "en", "fr"))
    yield from (ChangeCopy(platforms=(p,), platforms_are=m) for p in Platform for m in MANNERS)


MANNERS: tuple[Manner, ...] = ("only", "added", "dropped")


@pytest.mark.parametrize("text", [*UNSEEN_AND_IMPOSSIBLE, *CANNOT])
def test_no_choice_at_all_counts_for_a_wish_that_no_edit_meets(text: str):
    assert [edit for edit in choices(text) if names(text, (edit,))] == []


def test_what_has_no_verb_of_any_edit_is_not_even_asked(served: tuple[Model, Endpoint]):
    before = len(served[0].asked)

    assert chosen(served, "bluer sky", SetSpeed(factor=0.5)) == ()
    assert len(served[0].asked) == before


def test_what_is_forbidden_is_not_even_asked(served: tuple[Model, Endpoint]):
    before = len(served[0].asked)

    assert chosen(served, "please don't add subtitles", ShowSubtitles()) == ()
    assert len(served[0].asked) == before


@pytest.mark.parametrize(
    "said",
    ["", "no", "[]", '{"edits": 7}', '{"edits": [{"kind": "Explode"}]}', '{"edits": [{}]}',
     '{"edits": [{"kind": "SetSpeed", "factor": "fast"}]}',
     '{"edits": [{"kind": "SetSpeed", "factor": 2, "of": "clips"}]}', "{" * 5_000],
)  # fmt: skip
def test_an_answer_that_is_no_choice_comes_to_nothing(served: tuple[Model, Endpoint], said: str):
    served[0].said = said

    assert choose("give me twice the pace", served[1], 30) == ()


def test_every_edit_is_a_choice(served: tuple[Model, Endpoint]):
    chosen(served, "cut anything")
    form = json.dumps(served[0].asked[-1]["response_format"])

    assert all(f'"const": "{name}"' in form for name in KINDS)


def test_no_model_is_an_error_for_the_caller():
    with pytest.raises(ModelWriterError):
        choose("twice the pace", Endpoint(base_url="http://127.0.0.1:9/v1", model="", name=""), 5)


def test_what_a_model_read_is_told_before_it_is_done(
    served: tuple[Model, Endpoint], project: Project, tmp_path: Path
):
    model, endpoint = served
    model.said = json.dumps({"edits": [{"kind": "SetSpeed", "factor": 0.5}]})
    settings = ModelSettings(base_url=endpoint.base_url, model="m")  # type: ignore[arg-type]
    agent = Agent(SpeechSettings(), MediaSettings(), tmp_path, settings)
    message = Message(message_id="m", text="dial the tempo to half")

    steps = list(agent.answer(message, project, threading.Event()))

    called, returned, said = steps
    assert isinstance(called, Called)
    assert isinstance(returned, Returned)
    assert isinstance(said, Said)
    assert called.text.startswith("I read that as: ")
    assert "draft" in returned.delta
    assert "language model" in said.text


def test_without_a_model_what_the_grammar_refuses_stays_refused(project: Project, tmp_path: Path):
    agent = Agent(SpeechSettings(), MediaSettings(), tmp_path)
    message = Message(message_id="m", text="dial the tempo to half")

    steps = list(agent.answer(message, project, threading.Event()))

    assert [type(step) for step in steps] == [Said]
