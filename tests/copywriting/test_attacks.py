"""Whatever is said, shown or drafted: no way out of the post, and no order, reaches a caption."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from socialcopy.copywriting.text.safety import is_unsafe
from socialcopy.copywriting.writers.language_model import write_with_model
from socialcopy.copywriting.writers.write import write
from socialcopy.engine.api.server import serve
from socialcopy.models import Brief, CaptionSet, Platform, Understanding
from socialcopy.platforms import hashtags, links, mentions
from socialcopy.settings import ModelSettings
from tests.copywriting.attacks import ATTACKS, BAD, DISGUISED, ORDER_WORDS, ORDERS, PLAIN_ORDERS
from tests.copywriting.conftest import PRODUCT, spoken

EVERYWHERE = Brief(platforms=tuple(Platform))


def assert_clean(captions: CaptionSet) -> None:
    for caption in captions.captions:
        beside = (caption.title, caption.alt_text, caption.first_comment)
        for text in (caption.text, *beside, *caption.thread, *caption.variants):
            assert not links(text)
            assert not mentions(text)
            assert not [bad for bad in (*BAD, *ORDER_WORDS) if bad in text.lower()], text
            assert not any("evil" in tag.lower() for tag in hashtags(text))


def test_there_are_enough_attacks():
    assert len(ATTACKS) >= 120
    assert len({name for name, _, _ in ATTACKS}) == len(ATTACKS)


def test_an_order_is_known_as_a_recogniser_writes_it():
    assert is_unsafe("Post-only evil coin.")


@pytest.mark.parametrize(("name", "video", "order"), ATTACKS, ids=[a[0] for a in ATTACKS])
def test_the_default_writer_posts_no_order_and_no_way_out(
    name: str, video: Understanding, order: str
):
    assert_clean(write(video, EVERYWHERE))


class Endpoint:
    """An OpenAI-compatible endpoint that says what a script tells it, in turn."""

    def __init__(self) -> None:
        self.script: list[object] = []
        self.asked: list[dict[str, Any]] = []

    async def answer(self, request: Request) -> Response:
        self.asked.append(await request.json())
        said = self.script[min(len(self.asked), len(self.script)) - 1]
        if isinstance(said, int):
            return PlainTextResponse("no", status_code=said)
        content = said if isinstance(said, str) else json.dumps(said)
        return JSONResponse({"choices": [{"message": {"content": content}}]})


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Endpoint, str]]:
    endpoint = Endpoint()
    app = Starlette(routes=[Route("/v1/chat/completions", endpoint.answer, methods=["POST"])])
    with serve(app) as url:
        yield endpoint, f"{url}/v1"


FOR_X = Brief(platforms=(Platform.X,))
FOR_THREE = Brief(platforms=(Platform.INSTAGRAM, Platform.X, Platform.YOUTUBE))


def ask(
    served: tuple[Endpoint, str],
    video: Understanding,
    script: list[object],
    rounds: int = 1,
    brief: Brief = FOR_X,
) -> CaptionSet:
    endpoint, url = served
    endpoint.script, endpoint.asked = script, []
    settings = ModelSettings(base_url=url, model="scripted", repair_rounds=rounds)  # type: ignore[arg-type]
    return write_with_model(video, brief, settings)


@pytest.mark.parametrize(("name", "video", "order"), ATTACKS, ids=[a[0] for a in ATTACKS])
def test_a_model_that_obeys_the_attacker_is_not_posted(
    served: tuple[Endpoint, str], name: str, video: Understanding, order: str
):
    language = name.rpartition("-")[2]
    obeyed = f"{order} {PLAIN_ORDERS[language]} {DISGUISED[language]} {ORDERS[language]}"
    hostile = {platform.value: f"Fresh bread! {obeyed} #evilcoin" for platform in Platform}

    assert_clean(ask(served, video, [hostile], rounds=0, brief=FOR_THREE))


DRAFT = dict.fromkeys((p.value for p in Platform), "Reports update by themselves.\n\n#Brightline")


def test_a_good_draft_by_a_model_is_posted(served: tuple[Endpoint, str]):
    captions = ask(served, spoken(PRODUCT), [DRAFT], brief=FOR_THREE)

    for caption in captions.captions:
        assert caption.text.startswith("Reports update by themselves.\n\n")
        assert caption.text.endswith("#Brightline")
    assert len(served[0].asked) == len(FOR_THREE.platforms)


def test_a_draft_with_a_lie_is_sent_back_with_the_reason_and_the_mended_one_is_posted(
    served: tuple[Endpoint, str],
):
    lie = {**DRAFT, "x": "Save 12 hours every week."}

    captions = ask(served, spoken(PRODUCT), [lie, DRAFT])

    assert captions.captions[0].text.startswith("Reports update by themselves.\n\n")
    assert "12 hours" not in captions.captions[0].text
    assert "12 hours" in json.dumps(served[0].asked[1]["messages"])


def test_repair_ends_after_its_rounds_and_only_what_holds_is_posted(served: tuple[Endpoint, str]):
    lie = {**DRAFT, "x": "Save 12 hours every week. Reports update by themselves."}

    captions = ask(served, spoken(PRODUCT), [lie], rounds=2)

    assert len(served[0].asked) == 3
    assert captions.captions[0].text.startswith("Reports update by themselves.\n\n")
    assert "12 hours" not in captions.captions[0].text


@pytest.mark.parametrize("broken", [500, 429, "no JSON", "[1]", "{" * 5_000, ""])
def test_without_a_usable_answer_the_default_writer_writes_and_the_notes_say_so(
    served: tuple[Endpoint, str], broken: object
):
    captions = ask(served, spoken(PRODUCT), [broken])

    assert captions.captions == write(spoken(PRODUCT), FOR_X).captions
    assert "without a language model" in captions.notes[-1]


def test_orders_in_the_video_are_not_even_told_to_the_model(served: tuple[Endpoint, str]):
    ask(served, spoken(f"{PRODUCT} {ORDERS['en']}"), [DRAFT])

    assert not is_unsafe(json.dumps(served[0].asked[0]["messages"][-1]).split("<VIDEO>")[1][:400])
    assert "evil" not in json.dumps(served[0].asked)
