"""What a language model answered, in whatever form: the schema's, another's JSON, or plain text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import regex

from socialcopy.copywriting.briefs.wishes import wishes
from socialcopy.copywriting.errors import ModelWriterError
from socialcopy.copywriting.replies import parse, read_json, structured
from socialcopy.copywriting.writers.drafts import Gap
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.models import Beside, Brief, Value
from socialcopy.platforms import hashtags, rules

CUT_OFF_TEXT = regex.compile(r'"text"\s*:\s*"((?:[^"\\]|\\.)*)"')
MOST_LINES = 40
FEWEST_WORDS = 4
"""A plain text with fewer is no post."""

GAPS = {"block": Gap.SPACE, "lines": Gap.BREAK, "paragraphs": Gap.PARAGRAPH}


class Answer(Value):
    """A draft of one network's post, and what stands beside it."""

    lines: tuple[str, ...] = ()
    gap: str = Gap.PARAGRAPH
    hashtags: tuple[str, ...] = ()
    beside: Beside = Beside()

    @property
    def text(self) -> str:
        """The post, to be checked."""
        body = self.gap.join(self.lines)
        own = {tag.lower() for tag in hashtags(body)}
        more = [tag for tag in self.hashtags if tag.lower() not in own]
        return f"{body}\n\n{' '.join(more)}".strip() if body else ""


def read(said: str, plan: Plan, brief: Brief) -> Answer:
    """Read an answer in every form that is known. Raises ModelWriterError where there is none."""
    answer = _in_schema(said, plan) or _in_other_form(said, plan)
    if answer is None:
        raise ModelWriterError("it holds no post")
    tags = answer.hashtags if brief.hashtag_policy == "content" else ()
    wanted = dict.fromkeys((*plan.order.tags[: _given(plan, brief)], *tags, *plan.order.tags))
    allowed = tuple(wanted)[: most_hashtags(plan, brief)]
    return answer.model_copy(update={"hashtags": allowed})


def most_hashtags(plan: Plan, brief: Brief) -> int:
    """Say how many hashtags a post may have; those of a brief that gives all are counted."""
    usual = rules(plan.order.platform).usual_hashtags.value
    most = min(usual, usual if plan.order.ceiling.hashtags is None else plan.order.ceiling.hashtags)
    if brief.hashtag_policy == "content" and wishes(brief.instruction).has_hashtags:
        return most
    return min(most, len(plan.order.tags))


def _given(plan: Plan, brief: Brief) -> int:
    """How many of the plan's hashtags are the brief's, which come first and always."""
    own = {tag.lstrip("#").lower() for tag in (*brief.hashtags, brief.campaign_tag)}
    return sum(tag.lstrip("#").lower() in own for tag in plan.order.tags)


def _in_schema(said: str, plan: Plan) -> Answer | None:
    value = read_json(said)
    if not isinstance(value, dict):
        told = (json.loads(f'"{text}"', strict=False) for text in CUT_OFF_TEXT.findall(said))
        value = {"lines": [str(text) for text in told]}
    lines = tuple(_texts(value.get("lines")))
    if not lines:
        return None
    return Answer(
        lines=lines,
        gap=GAPS[plan.order.style.layout],
        hashtags=tuple(_tag(text) for text in _texts(value.get("hashtags")) if _tag(text)),
        beside=Beside(
            title=next(iter(_texts([value.get("title")])), ""),
            alt_text=next(iter(_texts([value.get("alt_text")])), ""),
            thread=tuple(_texts(value.get("thread"))),
            variants=tuple(_texts(value.get("variants"))),
        ),
    )


def _texts(values: Any) -> Iterable[str]:
    """Return the texts of a list of texts, or of objects with one."""
    for value in values[:MOST_LINES] if isinstance(values, list) else ():
        text = value.get("text") if isinstance(value, Mapping) else value
        if isinstance(text, str) and text.strip():
            yield text.strip()


def _tag(text: str) -> str:
    word = regex.sub(r"[^\p{L}\p{M}\p{N}_]", "", text)
    return f"#{word}" if word else ""


def _in_other_form(said: str, plan: Plan) -> Answer | None:
    """Read what chat agents answer; a plain text where there is no sign of data."""
    platform = plan.order.platform
    text = structured(said).get(platform, "")
    if not text and not said.lstrip().startswith(("{", "[", "```json")):
        text = parse(said, [platform]).get(platform, "")
    return Answer(lines=(text,)) if len(text.split()) >= FEWEST_WORDS else None
