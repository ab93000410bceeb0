"""From a video to captions: points, a plan for each network, drafts, and the check of each.

Who makes the drafts is a function from a plan to a draft; everything else is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress, islice, repeat
from typing import NamedTuple

import regex

from socialcopy.copywriting.briefs.wishes import (
    Size,
    Wishes,
    ceiling_for,
    is_punchy_tone,
    meets,
    wishes,
    with_wishes,
)
from socialcopy.copywriting.evidence.repair import distinct, judge, sentences, sifted
from socialcopy.copywriting.evidence.sources import Known, know
from socialcopy.copywriting.text import screen_text
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.writers import editor, extras, hashtags, notes
from socialcopy.copywriting.writers.captions import allowed_signs, caption, cut
from socialcopy.copywriting.writers.drafts import Draft, Line
from socialcopy.copywriting.writers.editor import Maker
from socialcopy.copywriting.writers.gather import gather
from socialcopy.copywriting.writers.orders import Order
from socialcopy.copywriting.writers.plan import Plan, alternatives, plans
from socialcopy.copywriting.writers.points import Material, Point
from socialcopy.copywriting.writers.quoting import in_one_pair
from socialcopy.models import (
    Brief,
    Caption,
    CaptionSet,
    Confidence,
    Evidence,
    Platform,
    Understanding,
    Value,
)
from socialcopy.platforms import rules

# Characters of a post that the next sentence may lean on.
LONGEST_BEFORE = 400

# A cut leaves at least a quarter of what the network takes.
SHORTEST_SHARE = 4

# Of other openings that are tried where the planned one does not hold.
MOST_OPENINGS = 5

# How an item of a list begins.
ITEM = regex.compile(r"(?P<number>\d{1,2})\. ")


class Post(Value):
    """A draft that has been checked."""

    plan: Plan
    draft: Draft
    evidence: tuple[Evidence, ...] = ()
    left_out: tuple[str, ...] = ()
    is_opened: bool = True
    """Whether it begins as it was planned."""


class Work(NamedTuple):
    """What all posts of a video are made with."""

    understanding: Understanding
    brief: Brief
    known: Known
    material: Material
    make: Maker
    verdicts: dict[tuple[str, str], tuple[str, tuple[Evidence, ...]]]
    """What was found of a sentence behind what stands before it: networks share sentences."""

    @property
    def wanted(self) -> Wishes:
        """What the brief's instruction asks for."""
        return wishes(self.brief.instruction)

    @property
    def orders(self) -> list[Order]:
        """What each network's post is made for."""
        tags = hashtags.chosen(self.material, self.brief)
        return [_order(p, self.brief, tags, self.material) for p in self.brief.platforms]

    def judged(self, sentence: str, before: str) -> tuple[str, tuple[Evidence, ...]]:
        """Why a sentence may not be posted behind what stands before it, or what it rests on."""
        told = before[-LONGEST_BEFORE:]
        if (sentence, told) not in self.verdicts:
            self.verdicts[sentence, told] = judge(sentence, self.known, self.brief, told)
        return self.verdicts[sentence, told]


def write(understanding: Understanding, brief: Brief, make: Maker = editor.make) -> CaptionSet:
    """Write a caption for each network of the brief; none where nothing is known to write of."""
    work = _work(understanding, brief, make)
    material, brief = work.material, work.brief
    if not (material.points or material.cards):
        return _nothing(work)
    posts = _none_empty([*_posts(plans(material, work.orders), work)])
    if not posts:
        return _nothing(work)
    captions = tuple(_caption(post, work) for post in posts)
    told = _notes(posts, work, [caption.text for caption in captions])
    return CaptionSet(
        language=material.language,
        confidence=_confidence(understanding, material),
        captions=captions,
        notes=tuple(dict.fromkeys((*told, *_on_variants(captions, brief)))),
    )


def planned(understanding: Understanding, brief: Brief) -> tuple[Material, list[Plan]]:
    """Gather what may be told and plan each network's post, for another maker of drafts."""
    work = _work(understanding, brief, editor.make)
    return work.material, plans(work.material, work.orders)


def _work(understanding: Understanding, brief: Brief, make: Maker) -> Work:
    brief = with_wishes(brief)
    known = know(understanding, brief)
    material = _material(understanding, brief, known)
    # What is known is bound to a language, so it is gathered anew where the words are in another.
    if material.language != known.language:  # more is said in another than was first heard
        known = known.model_copy(update={"language": material.language})
        material = _material(understanding, brief, known)
    return Work(understanding, brief, known, material, make, {})


def _on_variants(captions: Sequence[Caption], brief: Brief) -> Iterable[str]:
    fewest = min(len(caption.variants) + 1 for caption in captions)
    if fewest < brief.variants:
        yield notes.note("variants", f"{fewest} of {brief.variants}")


def _material(understanding: Understanding, brief: Brief, known: Known) -> Material:
    """Tell what was said; where nobody speaks, what the brief says; else what the picture shows."""
    material, wanted = gather(understanding, brief, known), wishes(brief.instruction)
    said = (wanted.opening, brief.about, *wanted.lines, wanted.closing)
    own = visible(" ".join(filter(None, said)))
    if material.points or not own:
        return material
    points = tuple(
        Point(order=n, text=text)
        for n, line in enumerate(own.split("\n"))
        for text in sentences(line)
    )
    return material.told_by_brief(points, brief.language or known.language)


def _confidence(understanding: Understanding, material: Material) -> Confidence:
    if material.is_of_brief or not (material.points or material.cards):
        return Confidence.LOW
    return (
        Confidence.SPEECH
        if understanding.transcript.has_speech and material.points
        else Confidence.SCREEN
    )


def _nothing(work: Work) -> CaptionSet:
    language = work.brief.language or work.known.language
    told = (
        *notes.notes_on_wishes(work.brief, work.wanted, language),
        *notes.notes_on_hearing(work.material, work.known, ()),
    )
    ask = notes.note("nothing_to_post" if work.known.spoken else "ask")
    return CaptionSet(language=language, confidence=Confidence.LOW, captions=(), notes=(ask, *told))


def _order(platform: Platform, brief: Brief, tags: tuple[str, ...], material: Material) -> Order:
    wanted = wishes(brief.instruction, platform)
    is_short = wanted.size is Size.USUAL and meets(brief.tone) and not is_punchy_tone(brief.tone)
    # Where the brief says it all, its quoted sentences are what is said.
    own = Wishes() if material.is_of_brief else wanted
    return Order(
        platform=platform,
        account=brief.accounts.get(platform, ""),
        size=Size.SHORT if is_short else wanted.size,
        is_punchy=wanted.is_punchy or is_punchy_tone(brief.tone),
        ceiling=ceiling_for(platform, brief.instruction),
        tags=tags[: rules(platform).usual_hashtags.value] if wanted.has_hashtags else (),
        link=extras.link(platform, brief, material.language),
        opening=screen_text.sentence(own.opening) if own.opening else "",
        lines=tuple(map(screen_text.sentence, own.lines)),
        closing=own.closing,
        ending=extras.ending(platform, brief, material.language),
    )


# ---- Drafts, and what is left of them ------------------------------------------------------


def _posts(found: Sequence[Plan], work: Work) -> Iterable[Post]:
    """Write the posts; where a shorter one is wished, in the first way that is one."""
    usual = [plan.order.model_copy(update={"size": Size.USUAL}) for plan in found]
    for plan, longer in zip(found, plans(work.material, usual), strict=True):
        if plan.order.size is not Size.SHORT:
            yield _opened(plan, work)
            continue
        most = len(_post(longer, work).draft.text)
        tries = [_post(other, work) for other in alternatives(plan, work.material)]
        yield next((p for p in tries if p.draft.hook.text and len(p.draft.text) < most), tries[0])


def _opened(plan: Plan, work: Work) -> Post:
    """Write a post; in the next best way where its opening does not hold, else as it is."""
    first = _post(plan, work)
    if first.is_opened:
        return first
    tries = islice(alternatives(plan, work.material), 1, 1 + MOST_OPENINGS)
    others = (_post(other, work) for other in tries)
    return next((post for post in others if post.is_opened), first)


def _none_empty(posts: Sequence[Post]) -> list[Post]:
    """Where nothing was left of one network's draft, another's words; none where all are empty."""
    told = next((post.draft for post in posts if post.draft.hook.text), None)
    if told is None:
        return []
    return [
        post
        if post.draft.hook.text
        else post.model_copy(update={"draft": told.fitted(post.plan.order.fits)})
        for post in posts
    ]


def _post(plan: Plan, work: Work) -> Post:
    """Write a draft and take out, line by line, what does not follow."""
    draft = work.make(plan, work.material)
    parts = (draft.hook, *draft.lines, *filter(None, [draft.close]))
    found = sifted((part.text for part in parts), work.judged)
    if plan.may_frame and draft.hook.text and not found[0].text:
        return _post(plan.model_copy(update={"may_frame": False}), work)
    told = _numbered_anew(parts, [one.text for one in found])
    close = told.pop() if draft.close else None
    hook, *lines = [part for part in told if part.text] or [Line(text="")]
    clean = draft.model_copy(update={"hook": hook, "lines": tuple(lines), "close": close})
    return Post(
        plan=plan,
        draft=clean,
        evidence=distinct([proof for one in found for proof in one.evidence]),
        left_out=tuple(reason for one in found for reason in one.left_out),
        is_opened=bool(found[0].text),
    )


def _numbered_anew(parts: Sequence[Line], texts: Sequence[str]) -> list[Line]:
    """Give what is left of each part; an item without its beginning goes, and its number too."""
    marks = [ITEM.match(part.text) for part in parts]
    numbers = [int(mark["number"]) for mark in marks if mark]
    is_list = numbers == [*range(1, len(numbers) + 1)]
    told: list[Line] = []
    place = 0
    for part, mark, text in zip(parts, marks if is_list else repeat(None), texts, strict=False):
        is_whole = mark is None or text.startswith(mark.group())
        place += mark is not None and is_whole
        whole = ITEM.sub(f"{place}. ", text) if mark else text
        told.append(part.model_copy(update={"text": whole if is_whole else ""}))
    return told


# ---- Captions and notes ----------------------------------------------------------------------


def _caption(post: Post, work: Work) -> Caption:
    order, brief = post.plan.order, work.brief
    text = finished(post.draft, order, work.material)
    parts = {
        "title": extras.title(order.platform, work.material, post.draft.hook.text),
        "alt_text": extras.alt_text(order.platform, work.understanding, work.known, work.material),
        "first_comment": extras.first_comment(order.platform, brief),
        "thread": extras.thread(work.material, _cited([post]), text, order),
        "variants": _variants(post, work),
        "evidence": post.evidence,
    }
    return caption(order.platform, text, order.account, **parts)


def _cited(posts: Sequence[Post]) -> frozenset[int]:
    lines = (line for post in posts for line in (post.draft.hook, *post.draft.lines))
    return frozenset(order for line in lines for order in line.cites)


def finished(draft: Draft, order: Order, material: Material) -> str:
    """Write the text of a draft as its network takes it."""
    hook, *lines = in_one_pair((draft.hook, *draft.lines), material)
    whole = draft.model_copy(update={"hook": hook, "lines": tuple(lines)})
    least = order.most // SHORTEST_SHARE if order.ceiling.words is None else 1
    return cut(allowed_signs(order.platform, visible(whole.text)), order.fits, least)


def _variants(post: Post, work: Work) -> tuple[str, ...]:
    """Versions that open with another sentence."""
    texts = {post.draft.hook.text: finished(post.draft, post.plan.order, work.material)}
    others = alternatives(post.plan, work.material) if work.brief.variants > 1 else ()
    for plan in others:
        if len(texts) >= work.brief.variants:
            break
        other = _post(plan, work).draft
        texts.setdefault(other.hook.text, finished(other, plan.order, work.material))
    return tuple(dict.fromkeys(texts.values()))[1 : work.brief.variants]


def _unchanged(posts: Sequence[Post], work: Work) -> Iterable[str]:
    """Say so where a wish for another length or manner changes no text."""
    said = {
        "not_punchier": ("is_punchy", True, False),
        "not_shorter": ("size", Size.SHORT, Size.USUAL),
        "not_longer": ("size", Size.LONG, Size.USUAL),
    }
    for name, (field, wished, usual) in said.items():
        asked = [getattr(post.plan.order, field) == wished for post in posts]
        orders = [
            p.plan.order.model_copy(update={field: usual}) if is_asked else p.plan.order
            for p, is_asked in zip(posts, asked, strict=True)
        ]
        usually = compress(plans(work.material, orders), asked)
        if any(asked) and _told(usually, work) == _told(
            (p.plan for p in compress(posts, asked)), work
        ):
            yield notes.note(name)


def _told(found: Iterable[Plan], work: Work) -> list[list[str]]:
    """List the words of each plan's draft; where lines break is no other length or manner."""
    return [work.make(plan, work.material).text.split() for plan in found]


def _source(material: Material) -> str:
    if material.unheard:
        return "own_words_unheard" if material.is_of_brief else "ask_about_unheard"
    return "own_words" if material.is_of_brief else "ask_about_screen"


def _notes(posts: Sequence[Post], work: Work, texts: Sequence[str]) -> Iterable[str]:
    material, brief, cited = work.material, work.brief, _cited(posts)
    if material.is_of_brief or not material.points:
        yield notes.note(_source(material))
    yield from notes.notes_on_wishes(brief, work.wanted, material.language, texts)
    yield from _unchanged(posts, work)
    if brief.about and not material.is_of_brief:
        yield notes.note("about")
    if not material.is_of_brief:
        posted = [point for point in material.points if point.order in cited]
        ends = filter(None, (material.invitation, material.signature))
        posted += [end for end in ends if any(end.text in text for text in texts)]
        yield from notes.notes_on_hearing(material, work.known, posted)
    for post in posts:
        name = rules(post.plan.order.platform).name
        yield from (f"{name}: left out {reason}." for reason in post.left_out)
