"""What a language model answered, in whatever form: the schema's, another's JSON, or plain text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import regex

from socialcopy.copywriting.briefs.wishes import wishes, with_wishes
from socialcopy.copywriting.errors import ModelWriterError
from socialcopy.copywriting.replies import parse, read_json, structured
from socialcopy.copywriting.writers.drafts import Line
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.models import Beside, Brief, Value
from socialcopy.platforms import hashtags, rules
from socialcopy.platforms.counting import HASHTAG

WHOLE_LINE = regex.compile(r'\{[^{}]*"text"[^{}]*\}')
"""One of an answer whose end is missing."""

MOST_LINES = 40
FEWEST_WORDS = 4
"""A plain text with fewer is no post."""


class Answer(Value):
    """A draft of one network's post, and what stands beside it."""

    lines: tuple[Line, ...] = ()
    hashtags: tuple[str, ...] = ()
    beside: Beside = Beside()


def read(said: str, plan: Plan, brief: Brief) -> Answer:
    """Read an answer in every form that is known. Raises ModelWriterError where there is none."""
    answer = _in_schema(said) or _in_other_form(said, plan)
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
    """How many of the plan's hashtags are the customer's, which come first and always."""
    brief = with_wishes(brief)
    own = {tag.lstrip("#").lower() for tag in (*brief.hashtags, brief.campaign_tag)}
    return sum(tag.lstrip("#").lower() in own for tag in plan.order.tags)


def _in_schema(said: str) -> Answer | None:
    value = read_json(said)
    if not isinstance(value, dict) or "lines" not in value:
        value = {"lines": [read_json(line) for line in WHOLE_LINE.findall(said)]}
    lines = tuple(_lines(value["lines"]))
    if not lines:
        return None
    return Answer(
        lines=lines,
        hashtags=tuple(_tag(text) for text in _texts(value.get("hashtags")) if _tag(text)),
        beside=Beside(
            title=next(iter(_texts([value.get("title")])), ""),
            alt_text=next(iter(_texts([value.get("alt_text")])), ""),
            thread=tuple(_texts(value.get("thread"))),
            variants=tuple(_texts(value.get("variants"))),
        ),
    )


def _lines(values: Any) -> Iterable[Line]:
    """Return the lines of a list, with the places of the points they cite."""
    for value in values[:MOST_LINES] if isinstance(values, list) else ():
        cited = value.get("points") if isinstance(value, Mapping) else None
        numbers = cited if isinstance(cited, list) else []
        places = tuple(n - 1 for n in numbers if isinstance(n, int))
        yield from (Line(text=text, cites=places) for text in _texts([value]))


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
    if len(text.split()) < FEWEST_WORDS:
        return None
    told = [line for line in text.split("\n") if HASHTAG.sub("", line).strip()]
    return Answer(lines=tuple(Line(text=line) for line in told), hashtags=hashtags(text))
