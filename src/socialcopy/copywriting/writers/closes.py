"""The last lines of a post: the brief's ask, the speaker's, or one of ours; never two at once."""

from __future__ import annotations

from socialcopy.copywriting.evidence.repair import sentences
from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.anaphora import is_singular
from socialcopy.copywriting.text.stems import content, light_stems
from socialcopy.copywriting.text.vocabulary import closings, pattern
from socialcopy.copywriting.writers import card_posts
from socialcopy.copywriting.writers.angles import Format, is_problem
from socialcopy.copywriting.writers.drafts import Line
from socialcopy.copywriting.writers.kinds import Kind, kind
from socialcopy.copywriting.writers.plan import Order, Plan
from socialcopy.copywriting.writers.points import Material, Point
from socialcopy.copywriting.writers.quoting import is_quoted

# Of an ask that tells nothing of the video; it goes first.
STOCK_WORTH = -1.0e6


def closes(plan: Plan, material: Material, above: str) -> list[Line]:
    """Choose the brief's close, with the speaker's offer; else the speaker's, else one of ours."""
    order, language = plan.order, material.language
    if order.closing:  # asked for word for word
        return [Line(text=" ".join(filter(None, (order.closing, order.ending))))]
    told = {p.order for passage in plan.passages for p in passage.points}
    spoken = material.invitation
    if spoken and (spoken.order in told or not _may_close(spoken, plan, material)):
        spoken = None
    does, topic = order.style.close, _topic(plan, material)
    own = _ours(does, topic, language, sentences(above)[-1] if above else "")
    # One thing to do is enough: beside the brief's or the speaker's a question of ours stands in
    # a paragraph of its own, and only where nothing else tells two posts apart.
    apart = own if order.is_apart and does == "question" else ""
    if order.ending:
        text = _ending(order, spoken, language)
    elif spoken and (roles.offers(spoken.text, language) or not (order.is_apart and own)):
        signature = material.signature.text if material.signature and does else ""
        text = " ".join(filter(None, (spoken.text, "" if apart else signature)))
    else:
        is_ours = order.is_apart and does == "question" and own
        text = own if is_ours else _own_close(own, does, material)
        return [Line(text=text, worth=STOCK_WORTH)]
    asked = [Line(text=apart, worth=STOCK_WORTH)] if apart else []
    is_stock = not order.ending and spoken and roles.is_post_request(spoken.text, language)
    value = STOCK_WORTH if is_stock else 0.0
    cites = (spoken.order,) if spoken else ()
    return [*asked, Line(text=text, cites=cites, worth=value)]


def _ours(does: str, topic: str, language: str, above: str) -> str:
    """Choose a question or something to do; nothing where none fits what the post is."""
    # What repeats a word of the line above it reads as an echo.
    said = set(content(above, language)) - light_stems(language)
    lines = closings(language).get(does, {}).get(topic, [])
    return next((line for line in lines if not said & set(content(line, language))), "")


def _own_close(own: str, does: str, material: Material) -> str:
    """Tell what a card asks, else what our list has."""
    shown = card_posts.action(material.cards) if not material.passages else ""
    shown = "" if does == "question" else shown
    return shown or (card_posts.last_question(material) if does else "") or own


def _may_close(spoken: Point, plan: Plan, material: Material) -> bool:
    """Tell whether a speaker's ask suits a network, and is not one in a quoted person's name.

    Where talk is asked for, nobody saves a video.
    """
    language = material.language
    told = [point for passage in plan.passages for point in passage.points]
    is_a_persons = is_singular(spoken.text, language)
    is_quoted_person = is_a_persons and any(is_quoted(point, material) for point in told)
    is_of_the_post = roles.is_post_request(spoken.text, language)
    is_unfit = is_of_the_post and plan.order.style.close == "question"
    return not (is_quoted(spoken, material) or is_quoted_person or is_unfit)


def _ending(order: Order, spoken: Point | None, language: str) -> str:
    """Tell what the brief asks for.

    A spoken line says until when, or stands where only a link does.
    """
    asked = order.ending.removesuffix(order.link).strip() if order.link else order.ending
    if spoken is None or not (roles.offers(spoken.text, language) or not asked):
        return order.ending
    is_same = spoken.text.lower().startswith(asked.lower().rstrip(".! "))
    parts = (spoken.text, "" if is_same else asked, order.link)
    return " ".join(part for part in parts if part)


def _topic(plan: Plan, material: Material) -> str:
    """Tell what a last line has to fit; where a product answers a problem, the problem.

    A last line that would fit much is worth having only where a post would be another's twin.
    """
    found = kind(material)
    first = plan.passages[0].first if plan.passages else None
    is_first = bool(first and is_problem(first, material.language)) and found is Kind.STEPS
    is_of_a_problem = is_first or plan.angle.format is Format.PROBLEM
    is_told = found in {Kind.PRODUCT, Kind.IDEA, Kind.STEPS} and not plan.angle.listing
    if material.brand and is_told and is_of_a_problem:
        return "problem"
    match found:
        case Kind.STORY | Kind.QUOTE if _is_of_change(material):
            return "change"
        case Kind.STORY | Kind.QUOTE | Kind.INTERVIEW | Kind.IDEA if not plan.order.is_apart:
            return ""
        case Kind.STORY | Kind.QUOTE | Kind.IDEA:
            return _apart_in_a_story(material)
        case _:
            return found


def _apart_in_a_story(material: Material) -> Kind:
    """Tell whether it is one person's own story, which may have happened to others."""
    told = [p.text for p in material.points if p.is_first_person]
    is_own = any(is_singular(text, material.language) for text in told)
    is_told = material.is_story or kind(material) is Kind.QUOTE
    return Kind.STORY if is_own and is_told else Kind.IDEA


def _is_of_change(material: Material) -> bool:
    """Tell whether somebody says what they began or stopped, and what came of it; no joke."""
    began = pattern("began", material.language, r"(?<!\p{L}){}(?!\p{L})")
    is_told = any(p.is_result or began.search(p.text) for p in material.points)
    return is_told and not any('"' in p.text for p in material.points)
