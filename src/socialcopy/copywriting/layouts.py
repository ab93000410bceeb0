"""How a post is laid out on each network, and how it is made to fit."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from socialcopy.copywriting.ranking import Ranked, Talk
from socialcopy.copywriting.wishes import Size
from socialcopy.models import Platform, Value
from socialcopy.platforms import fits, length, rules

BODY_SENTENCES: dict[Platform, dict[Size, int]] = {
    Platform.INSTAGRAM: {Size.SHORT: 1, Size.USUAL: 3, Size.LONG: 6},
    Platform.X: {Size.SHORT: 0, Size.USUAL: 2, Size.LONG: 4},
    Platform.LINKEDIN: {Size.SHORT: 2, Size.USUAL: 5, Size.LONG: 12},
}
"""Sentences after the hook, at most; a call to action comes on top."""

PARAGRAPH_SENTENCES = 2
MOST_STEPS = 10
SHORTEST_SHARE = 4
"""A cut leaves at least a quarter of what the network takes."""


class Post(Value):
    """The parts of a post, before they are put together."""

    hook: Ranked
    body: tuple[Ranked, ...] = ()
    """In the order it was said."""
    steps: tuple[Ranked, ...] = ()
    call_to_action: Ranked | None = None
    hashtags: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[Ranked, ...]:
        """Everything spoken that is in it."""
        last = (self.call_to_action,) if self.call_to_action else ()
        return (self.hook, *self.body, *self.steps, *last)


def lay_out(platform: Platform, talk: Talk, tags: Sequence[str], size: Size) -> tuple[str, Post]:
    """Write one network's post from a talk: hook first, then what supports it, whole sentences.

    What doesn't fit is left out, hashtags and the least valuable sentences first.
    """
    hook = _hook(platform, talk)
    room = BODY_SENTENCES[platform][size]
    steps = talk.steps if len(talk.steps) <= MOST_STEPS and size is not Size.SHORT else ()
    post = Post(
        hook=hook,
        body=_body(talk, hook, min(room, 1) if steps else room),
        steps=steps,
        call_to_action=talk.call_to_action,
        hashtags=tuple(tags),
    )
    while not fits(platform, put_together(platform, post)) and post != (less := _less(post)):
        post = less
    text = put_together(platform, post)
    return cut(platform, text), post


def _hook(platform: Platform, talk: Talk) -> Ranked:
    """The best opener that can be read before the fold; short talks begin at their beginning."""
    fold = rules(platform).fold
    most = (fold or rules(platform).text_limit).value
    short = [point for point in talk.points if length(platform, point.text) <= most]
    return max(short or talk.points, key=lambda point: point.hook_score)


def _body(talk: Talk, hook: Ranked, most: int) -> tuple[Ranked, ...]:
    """The best other sentences; one that leans comes with those it leans on, or not at all."""
    by_order = {point.order: point for point in talk.points}
    chosen = {hook.order}
    for point in sorted(talk.points, key=lambda point: -point.score):
        needed = _support(point, by_order)
        if needed and len(chosen | needed) <= most + 1:
            chosen |= needed
    return tuple(p for p in talk.points if p.order in chosen and p.order != hook.order)


def _support(point: Ranked, by_order: dict[int, Ranked]) -> set[int]:
    """A sentence and those before it that it needs; nothing when one of them is not posted."""
    needed = {point.order}
    while point.leans:
        before = by_order.get(point.order - 1)
        if before is None:
            return set()
        point = before
        needed.add(point.order)
    return needed


def _less(post: Post) -> Post:
    """The same post with its least valuable part gone."""
    if len(post.hashtags) > 1:
        return post.model_copy(update={"hashtags": post.hashtags[:-1]})
    if post.steps:
        return post.model_copy(update={"steps": ()})
    if post.body:
        worst = min(post.body, key=lambda point: point.score)
        rest = [point for point in post.body if point != worst]
        return post.model_copy(update={"body": _standing(post.hook, rest)})
    if post.hashtags:
        return post.model_copy(update={"hashtags": ()})
    return post.model_copy(update={"call_to_action": None})


def _standing(hook: Ranked, body: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Drop what leans on a sentence that is gone."""
    standing: list[Ranked] = []
    present = {hook.order}
    for point in body:
        if not point.leans or point.order - 1 in present:
            standing.append(point)
            present.add(point.order)
    return tuple(standing)


def put_together(platform: Platform, post: Post) -> str:
    """Join the parts of a post with the breaks its network is read with."""
    body = [point.text for point in post.body]
    steps = "\n".join(point.text for point in post.steps)
    last = [post.call_to_action.text] if post.call_to_action else []
    match platform:
        case Platform.X:
            paragraphs = [" ".join([post.hook.text, *body]), steps, *last]
        case Platform.INSTAGRAM:
            paragraphs = [post.hook.text, *body, steps, *last]
        case Platform.LINKEDIN:
            paragraphs = [post.hook.text, *_paragraphs(post.body), steps, *last]
    return "\n\n".join(part for part in [*paragraphs, " ".join(post.hashtags)] if part)


def _paragraphs(body: Sequence[Ranked]) -> list[str]:
    """Two sentences each, and together only when they were said one after the other."""
    paragraphs: list[list[Ranked]] = []
    for point in body:
        last = paragraphs[-1] if paragraphs else []
        if last and len(last) < PARAGRAPH_SENTENCES and last[-1].order == point.order - 1:
            last.append(point)
        else:
            paragraphs.append([point])
    return [" ".join(point.text for point in paragraph) for paragraph in paragraphs]


def cut(platform: Platform, text: str) -> str:
    """Shorten a text that is too long: at a clause, else at a word, with an ellipsis."""
    if fits(platform, text):
        return text
    clauses = (match.start() for match in regex.finditer(r"[,;:.!?]\s", text))
    words = (match.start() for match in regex.finditer(r"\s", text))
    for ends in (clauses, words, range(len(text))):
        fitting = [end for end in ends if fits(platform, f"{text[:end]}…")]
        if fitting and max(fitting) >= rules(platform).text_limit.value // SHORTEST_SHARE:
            return f"{text[: max(fitting)].rstrip()}…"
    return "…"
