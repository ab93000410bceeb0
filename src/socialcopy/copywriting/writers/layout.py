"""How a post is laid out on each network, and how it is made to fit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

import regex

from socialcopy.copywriting.briefs.wishes import Ceiling, Size
from socialcopy.copywriting.text import vocabulary
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.writers.ranking import Ranked, Talk
from socialcopy.models import Caption, Platform, Value
from socialcopy.platforms import fits, hashtags, length, rules
from socialcopy.platforms.linkedin_text import escaped

BODY_SENTENCES: dict[Platform, dict[Size, int]] = {
    Platform.INSTAGRAM: {Size.SHORT: 1, Size.USUAL: 3, Size.LONG: 6},
    Platform.X: {Size.SHORT: 0, Size.USUAL: 2, Size.LONG: 4},
    Platform.LINKEDIN: {Size.SHORT: 2, Size.USUAL: 5, Size.LONG: 12},
    Platform.TIKTOK: {Size.SHORT: 0, Size.USUAL: 1, Size.LONG: 3},
    Platform.YOUTUBE: {Size.SHORT: 1, Size.USUAL: 4, Size.LONG: 10},
    Platform.THREADS: {Size.SHORT: 0, Size.USUAL: 2, Size.LONG: 4},
    Platform.FACEBOOK: {Size.SHORT: 1, Size.USUAL: 3, Size.LONG: 6},
    Platform.BLUESKY: {Size.SHORT: 0, Size.USUAL: 2, Size.LONG: 3},
}
"""Sentences after the hook, at most; a call to action comes on top."""

PARAGRAPH_SENTENCES = 2
LONGEST_PARAGRAPH = 280
"""Characters; where X and its like take more, a longer text is a wall."""

ROOMY = frozenset({Platform.INSTAGRAM, Platform.LINKEDIN, Platform.FACEBOOK, Platform.YOUTUBE})
BESIDE_STEPS = 2
"""Sentences around a spoken list, where there is room: what it is for, and what to mind."""

BRIEF_WORDS = 5
"""A sentence of so few words takes no room where it only leads over to the next."""

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
    """An invitation that was spoken."""
    ending: str = ""
    """The brief's call to action and link; it takes the place of the spoken one."""
    hashtags: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[Ranked, ...]:
        """Everything spoken that is in it."""
        last = (self.call_to_action,) if self.call_to_action else ()
        return (self.hook, *self.body, *self.steps, *last)


class Order(Value):
    """What a post is laid out for."""

    platform: Platform
    account: str = ""
    size: Size = Size.USUAL
    ceiling: Ceiling = Ceiling()
    tags: tuple[str, ...] = ()
    ending: str = ""
    used_hooks: frozenset[int] = frozenset()
    """Openers that other versions have; this one begins with another."""

    def fits(self, text: str) -> bool:
        """Whether the network accepts a text of this length, and the customer does."""
        return fits(self.platform, text, self.account) and self.ceiling.allows(self.platform, text)

    @property
    def most(self) -> int:
        """The longest text, in the network's unit."""
        limit = rules(self.platform, self.account).text_limit.value
        return min(limit, self.ceiling.characters or limit)


def lay_out(talk: Talk, order: Order) -> tuple[str, Post]:
    """Write one network's post from a talk: hook first, then what supports it, whole sentences.

    What doesn't fit is left out, hashtags and the least valuable sentences first.
    """
    steps = talk.steps if len(talk.steps) <= MOST_STEPS and order.size is not Size.SHORT else ()
    post = _fitted(_post(talk, order, steps), order)
    if talk.steps and not post.steps:  # there is room for other sentences
        post = _fitted(_post(_without_list(talk), order, ()), order)
    used = order.used_hooks | {post.hook.order}
    if _is_half(post) and any(point.order not in used for point in talk.points):
        return lay_out(talk, order.model_copy(update={"used_hooks": used}))
    return cut(order, allowed_signs(order.platform, put_together(order.platform, post))), post


def _post(talk: Talk, order: Order, steps: tuple[Ranked, ...]) -> Post:
    platform = Platform.LINKEDIN if order.account else order.platform
    room = BODY_SENTENCES[platform][order.size]
    if steps:
        beside = BESIDE_STEPS if platform in ROOMY else 1
        room = max(min(room, beside), room - len(steps))
    hook = _hook(talk, order, room)
    behind = tuple(p for p in talk.points if p.order >= hook.order)
    if order.used_hooks and len(behind) > 1:  # another version tells another part
        talk = talk.model_copy(update={"points": behind})
    return Post(
        hook=hook,
        body=_body(talk, hook, room),
        steps=steps,
        call_to_action=None if order.ending else talk.call_to_action,
        ending=order.ending,
        hashtags=order.tags,
    )


def _fitted(post: Post, order: Order) -> Post:
    while not order.fits(put_together(order.platform, post)) and post != (less := _less(post)):
        post = less
    return post


def _is_half(post: Post) -> bool:
    """Whether there was no room for the "but" that takes back some of the opener."""
    return post.hook.is_turned and all(p.order != post.hook.order + 1 for p in post.body)


def _without_list(talk: Talk) -> Talk:
    """A talk whose list is not posted, without what points to it: "never do it this way"."""
    begins = talk.steps[0].order
    points = (
        p
        for p in talk.points
        if p.order < begins or not vocabulary.POINTING_WORDS & set(p.sentence.tokens)
    )
    return talk.model_copy(update={"points": tuple(points) or talk.points})


def allowed_signs(platform: Platform, text: str) -> str:
    """Without the angle brackets that YouTube refuses."""
    return regex.sub(r"[<>]", "", text) if platform is Platform.YOUTUBE else text


def _hook(talk: Talk, order: Order, room: int) -> Ranked:
    """The best opener that can be read before the fold; short talks begin at their beginning."""
    following = {point.order for point in talk.points} if room else set[int]()
    network = rules(order.platform, order.account)
    most = min(order.most, (network.fold or network.text_limit).value)
    fresh = [point for point in talk.points if point.order not in order.used_hooks]
    open_to = [p for p in fresh if not (p.leans or p.goes_on)] or fresh or list(talk.points)
    whole = [p for p in open_to if not p.is_turned or p.order + 1 in following]
    open_to = whole or open_to
    short = [p for p in open_to if length(order.platform, p.text) <= most and order.fits(p.text)]
    return max(short or open_to, key=lambda point: point.hook_score)


def _body(talk: Talk, hook: Ranked, most: int) -> tuple[Ranked, ...]:
    """The best other sentences; one that leans comes with those it leans on, or not at all."""
    by_order = {point.order: point for point in talk.points}
    chosen = {hook.order} | (_answer(hook, by_order) if most else set())
    open_to = [p for p in talk.points if not (_asks(p) and p.order + 1 == hook.order)]
    for point in sorted(open_to, key=lambda point: -point.score):
        needed = _support(point, by_order)
        if needed and _room_taken(chosen | needed, by_order) <= most + 1:
            chosen |= needed
    return _behind_hook([p for p in talk.points if p.order in chosen], hook)


def _behind_hook(points: Sequence[Ranked], hook: Ranked) -> tuple[Ranked, ...]:
    """The others as they were said, but first what only makes sense right after the hook."""
    bound, last = list[Ranked](), hook
    for point in points:
        if point.order == last.order + 1 and (_asks(last) or point.leans or point.goes_on):
            bound.append(point)
            last = point
    rest = (point for point in points if point != hook and point not in bound)
    return (*bound, *rest)


def _room_taken(chosen: Iterable[int], by_order: dict[int, Ranked]) -> int:
    """Sentences that count: a brief one goes along with the one that needs it."""
    orders = frozenset(chosen)
    return sum(not _goes_along(by_order[order], orders, by_order) for order in orders)


def _goes_along(point: Ranked, chosen: frozenset[int], by_order: dict[int, Ranked]) -> bool:
    """Whether it leads over ("Meet the Harbor Mug. It …"), answers, or is one more step."""
    before, behind = (by_order.get(n) for n in (point.order - 1, point.order + 1))
    is_needed = behind is not None and behind.order in chosen and (behind.leans or _asks(point))
    follows = before is not None and before.order in chosen and (point.goes_on or _asks(before))
    return point.sentence.words <= BRIEF_WORDS and (is_needed or follows)


def _support(point: Ranked, by_order: dict[int, Ranked]) -> set[int]:
    """A sentence and those before it that it needs; nothing when one of them is not posted."""
    answer = _answer(point, by_order)
    if _asks(point) and not answer:
        return set()
    needed = {point.order, *answer}
    if point.answers is not None:
        if point.answers not in by_order:
            return set()
        needed |= {point.answers, *_answer(by_order[point.answers], by_order)}
    while point.leans or point.goes_on:
        before = by_order.get(point.order - 1)
        if before is None:
            return set()
        point = before
        needed.add(point.order)
    return needed


def _answer(point: Ranked, by_order: dict[int, Ranked]) -> set[int]:
    """What was said right after a question, so that none is left standing without its answer."""
    if not _asks(point) or point.order + 1 not in by_order:
        return set()
    return {point.order + 1}


def _asks(point: Ranked) -> bool:
    """Whether a sentence waits for the next: a question, "At first it felt slow", or a "but"."""
    waits = point.text.endswith("?") or bool(vocabulary.SETS_UP.match(point.text))
    return waits or point.is_turned


def _less(post: Post) -> Post:
    """The same post with its least valuable part gone."""
    if len(post.hashtags) > 1:
        return post.model_copy(update={"hashtags": post.hashtags[:-1]})
    if post.steps:
        return post.model_copy(update={"steps": ()})
    if post.body:
        answer = post.hook.order + 1 if _asks(post.hook) else None
        worst = min(post.body, key=lambda point: (point.order == answer, point.score))
        rest = [point for point in post.body if point != worst]
        return post.model_copy(update={"body": _standing(post.hook, rest)})
    if post.hashtags:
        return post.model_copy(update={"hashtags": ()})
    if post.call_to_action:
        return post.model_copy(update={"call_to_action": None})
    return post.model_copy(update={"ending": ""})


def _standing(hook: Ranked, body: Sequence[Ranked]) -> tuple[Ranked, ...]:
    """Drop what leans on a sentence that is gone."""
    standing: list[Ranked] = []
    present = {hook.order}
    for point in body:
        is_answer = point.answers is not None and point.answers not in present
        if not is_answer and (not (point.leans or point.goes_on) or point.order - 1 in present):
            standing.append(point)
            present.add(point.order)
    asked = {p.order for p in standing if _asks(p) and p.order + 1 not in present}
    return tuple(point for point in standing if point.order not in asked)


def put_together(platform: Platform, post: Post) -> str:
    """Join the parts of a post with the breaks its network is read with."""
    begins = post.steps[0].order if post.steps else None
    before = [p for p in post.body if begins is None or p.order < begins]
    behind = [p for p in post.body if p not in before]
    steps = "\n".join(numbered(post.steps))
    last = [post.call_to_action.text] if post.call_to_action else [post.ending]
    match platform:
        case Platform.INSTAGRAM:
            texts = [[point.text for point in part] for part in (before, behind)]
            paragraphs = [post.hook.text, *texts[0], steps, *texts[1], *last]
        case Platform.LINKEDIN | Platform.FACEBOOK | Platform.YOUTUBE:
            paragraphs = [post.hook.text, *_paragraphs(before), steps, *_paragraphs(behind), *last]
        case _:
            paragraphs = [_joined([post.hook, *before]), steps, _joined(behind), *last]
            if len(paragraphs[0]) > LONGEST_PARAGRAPH:
                paragraphs[:1] = [post.hook.text, *_paragraphs(before)]
    return "\n\n".join(part for part in [*paragraphs, " ".join(post.hashtags)] if part)


def _joined(points: Sequence[Ranked]) -> str:
    return " ".join(point.text for point in points)


def numbered(steps: Sequence[Ranked]) -> list[str]:
    """A spoken list as it is written: `Step two, hold the blade.` becomes `2. Hold the blade.`

    Only where all of it is there, in order; else the words stay as they were said.
    """
    told = [vocabulary.STEP.match(step.text) for step in steps]
    if [_place(match, n) for n, match in enumerate(told, start=1)] != [*range(1, len(steps) + 1)]:
        return [step.text for step in steps]
    return [_item(n, step.text) for n, step in enumerate(steps, start=1)]


def _place(told: regex.Match[str] | None, otherwise: int) -> int:
    """The number a step is announced with; `finally` stands wherever it stands."""
    if told is None:
        return 0
    for word in tokens(told.group()):
        if word.isdecimal():
            return int(word)
        if place := vocabulary.PLACES.get(word.removesuffix("ly"), 0):
            return place
    return otherwise


def _item(number: int, text: str) -> str:
    told = vocabulary.STEP.match(text)
    rest = text[told.end() :].lstrip(" ,.:;-") if told else text
    return f"{number}. {rest[:1].upper()}{rest[1:]}" if rest else text


def _paragraphs(body: Sequence[Ranked]) -> list[str]:
    """Two sentences each, and together only when they were said one after the other."""
    paragraphs: list[list[Ranked]] = []
    for point in body:
        last = paragraphs[-1] if paragraphs else []
        follows = bool(last) and last[-1].order == point.order - 1 and not _asks(point)
        if follows and len(last) < PARAGRAPH_SENTENCES:
            last.append(point)
        else:
            paragraphs.append([point])
    return [" ".join(point.text for point in paragraph) for paragraph in paragraphs]


def cut(order: Order, text: str) -> str:
    """Shorten a text that is too long: at a clause, else at a word, with an ellipsis."""
    if order.fits(text):
        return text
    least = order.most // SHORTEST_SHARE if order.ceiling.words is None else 1
    clauses = (match.start() for match in regex.finditer(r"[,;:.!?]\s", text))
    words = (match.start() for match in regex.finditer(r"\s", text))
    for ends in (clauses, words, range(len(text))):
        fitting = _last_that_fits(order, text, list(ends))
        if fitting is not None and length(order.platform, text[:fitting]) >= least:
            return f"{text[:fitting].rstrip()}…"
    return "…"


def _last_that_fits(order: Order, text: str, ends: list[int]) -> int | None:
    """By halving, since a longer beginning never counts less; then stepping back for safety."""
    place = bisect_right(ends, 0, key=lambda end: 0 if order.fits(f"{text[:end]}…") else 1)
    while place and not order.fits(f"{text[: ends[place - 1]]}…"):
        place -= 1
    return ends[place - 1] if place else None


def caption(platform: Platform, text: str, account: str = "", **parts: Any) -> Caption:
    """Count a finished text; `parts` are the caption's other fields."""
    return Caption(
        platform=platform,
        text=text,
        api_text=escaped(text) if platform is Platform.LINKEDIN else "",
        hashtags=hashtags(text),
        length=length(platform, text, account),
        limit=rules(platform, account).text_limit.value,
        **parts,
    )
