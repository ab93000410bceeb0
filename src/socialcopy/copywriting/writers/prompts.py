"""What a language model is told, one network at a time; what the video says is data to it.

The rules, the examples and the video stand first and are the same for every network, so that a
server keeps what it has read of them. The examples are of other trades than the video, and a line
that takes over a phrase of one is sent back.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any

from socialcopy.copywriting.briefs.parse import as_words
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.safety import is_unsafe
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.writers.answers import most_hashtags
from socialcopy.copywriting.writers.drafts import Line
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.copywriting.writers.points import Material, Point
from socialcopy.models import Brief, Caption, Understanding, Value
from socialcopy.platforms import rules
from socialcopy.resources import read_yaml

LONGEST_TALK = 12_000
"""Characters; about 3,000 tokens, which any model takes."""

LONGEST_SCREEN = 2_000
PHRASE_WORDS = 4
PHRASE_MATTER = 2
"""A run of so many words, so many of them more than grammar, is a phrase somebody wrote."""

EXAMPLES = 2

FORM_TOKENS = 160
"""Of an answer beside its words: JSON, the points' numbers, hashtags."""


class Example(Value):
    """A post of another trade, worked out."""

    points: tuple[str, ...]
    task: str
    lines: tuple[tuple[str, tuple[int, ...]], ...]
    hashtags: tuple[str, ...]

    @property
    def answer(self) -> str:
        """As a model should answer: first what a line states, then how it says it."""
        lines = [{"points": list(cited), "text": text} for text, cited in self.lines]
        return json.dumps({"lines": lines, "hashtags": list(self.hashtags)}, ensure_ascii=False)

    @property
    def text(self) -> str:
        """All its words."""
        return " ".join(chain(self.points, (line for line, _ in self.lines)))


Message = dict[str, Any]


def messages(
    understanding: Understanding,
    brief: Brief,
    material: Material,
    plan: Plan,
    frames: Sequence[bytes] = (),
) -> list[Message]:
    """Ask for one network's post; `frames` are JPEGs of the video."""
    task = _task(plan, brief, brief.language or material.language)
    told = "\n\n".join(filter(None, (*_video(understanding, brief, material), task)))
    asked: Any = told
    if frames:
        pictures = [{"type": "image_url", "image_url": {"url": _data_url(f)}} for f in frames]
        asked = [*pictures, {"type": "text", "text": told}]
    return [
        {"role": "system", "content": "\n".join(_texts()["instructions"])},
        *_shown(material),
        {"role": "user", "content": asked},
    ]


def repair(told: Sequence[str]) -> Message:
    """Say what is wrong with a draft that does not hold."""
    listed = "\n".join(f"- {fault}" for fault in told)
    again = "Keep the other lines and answer with the whole JSON object again."
    return {"role": "user", "content": f"These lines can't be posted:\n{listed}\n{again}"}


def faults(reasons: Sequence[str], lines: Sequence[Line], material: Material) -> list[str]:
    """Say of each line that failed what the points it cites say."""
    said = {point.order: point.text for point in material.points}
    told: list[str] = []
    for reason, line in zip(reasons, lines, strict=True):
        own = " ".join(said[order] for order in line.cites if order in said)
        told.append(f"{reason}. Its points say only: {own}" if own else reason)
    return told


def schema(plan: Plan, brief: Brief, beside: Caption, *, can_see: bool) -> dict[str, object]:
    """Give the answer's JSON schema: the post, and what stands `beside` the editor's own."""
    texts = {"type": "array", "items": {"type": "string"}, "maxItems": 8}
    line = {
        "type": "object",
        "properties": {
            "points": {"type": "array", "items": {"type": "integer"}, "maxItems": 8},
            "text": {"type": "string"},
        },
        "required": ["points", "text"],
        "additionalProperties": False,
    }
    lines = {"type": "array", "items": line, "minItems": 1, "maxItems": plan.order.sentences + 3}
    tags = {**texts, "maxItems": most_hashtags(plan, brief)}
    fields: dict[str, object] = {"lines": lines}
    fields |= {"hashtags": tags} if tags["maxItems"] else {}
    fields |= {"title": {"type": "string"}} if beside.title else {}
    fields |= {"thread": texts} if beside.thread else {}
    fields |= {"variants": texts} if brief.variants > 1 else {}
    fields |= {"alt_text": {"type": "string"}} if can_see and beside.alt_text else {}
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def borrowed(text: str, material: Material, brief: Brief) -> bool:
    """Tell whether a text takes over a phrase of an example that nobody said in the video."""
    told = " ".join((*(p.text for p in material.points), *(c.text for c in material.cards)))
    own = _phrases(f"{told} {brief.about} {brief.call_to_action}")
    foreign = set(chain.from_iterable(_phrases(one.text) for one in _examples()))
    return bool(_phrases(text) & (foreign - own))


def _phrases(text: str) -> set[tuple[str, ...]]:
    words = tokens(text)
    runs = (tuple(words[n : n + PHRASE_WORDS]) for n in range(len(words) - PHRASE_WORDS + 1))
    return {run for run in runs if len(set(content(" ".join(run), "en"))) >= PHRASE_MATTER}


@cache
def _texts() -> dict[str, Any]:
    return read_yaml("socialcopy.copywriting.writers", "prompts.yaml")


@cache
def _examples() -> tuple[Example, ...]:
    return tuple(map(Example.model_validate, _texts()["examples"]))


def _shown(material: Material) -> Iterable[Message]:
    """Choose the examples that have least to do with the video."""
    own = set(content(" ".join(point.text for point in material.points), "en"))
    apart = sorted(_examples(), key=lambda one: len(own & set(content(one.text, "en"))))
    for example in apart[:EXAMPLES]:
        listed = "\n".join(f"[{n}] {point}" for n, point in enumerate(example.points, 1))
        yield {"role": "user", "content": f"<VIDEO>\n{listed}\n</VIDEO>\n\n{example.task}"}
        yield {"role": "assistant", "content": example.answer}


def _video(understanding: Understanding, brief: Brief, material: Material) -> Iterable[str]:
    """List what is stated, numbered; what the picture shows; what the customer wants."""
    last = (material.invitation, material.signature)
    points = {point.order: point for point in (*material.points, *last) if point}
    said = "\n".join(_point(points[order]) for order in sorted(points))
    shown = dict.fromkeys(card.text for card in material.cards if not is_unsafe(card.text))
    if not shown:
        shown = dict.fromkeys(
            line.text for line in understanding.screen if not is_unsafe(line.text)
        )
    yield f"<VIDEO>\n{_fenced(said, LONGEST_TALK)}\n</VIDEO>" if said else ""
    screen = _fenced("\n".join(shown), LONGEST_SCREEN)
    yield f"<SCREEN>\n{screen}\n</SCREEN>" if screen else ""
    yield as_words(brief)
    yield f"The wish: {brief.instruction}" if brief.instruction else ""


def _point(point: Point) -> str:
    who = f" (says {point.speaker.name})" if point.speaker and point.speaker.name else ""
    unsure = " (hard to hear)" if point.is_unsure else ""
    return f"[{point.order + 1}] {point.text}{who}{unsure}"


def _task(plan: Plan, brief: Brief, language: str) -> str:
    """Ask for one network: its limits, its form, and the angle that is its own."""
    order, network = plan.order, rules(plan.order.platform, plan.order.account)
    limit = network.text_limit
    fold = f", of which {network.fold.value} are seen at first" if network.fold else ""
    layouts, closings = _texts()["layouts"], _texts()["closings"]
    ending = f"End with: {order.ending}" if order.ending else closings.get(order.style.close, "")
    tags = most_hashtags(plan, brief)
    most = f"{min(limit.value, order.most)} {limit.unit}{fold}"
    form = f"{layouts[order.style.layout]}; the hook and at most {order.sentences} more lines"
    parts = (
        f"Write the post for {network.name}, in the language {language}: {form}; at most {most}.",
        _angle(plan),
        ending,
        f"At most {tags} hashtags." if tags else "No hashtags.",
    )
    return " ".join(filter(None, parts))


def _angle(plan: Plan) -> str:
    """Say what it opens with and goes on with, by the points' numbers."""
    if not plan.passages:
        return ""
    first, *others = (point.order + 1 for p in plan.passages for point in p.points)
    more = f", go on with {', '.join(map(str, others))}" if others else ""
    return f"Open with point {first}{more}."


def _data_url(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def _fenced(text: str, longest: int) -> str:
    return visible(text).replace("<", "‹").replace(">", "›")[:longest]  # noqa: RUF001  (signs that look alike and close no block)
