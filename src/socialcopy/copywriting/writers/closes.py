"""The last lines of a post: the brief's ask, the speaker's, or one of ours; never two at once."""

from __future__ import annotations

from socialcopy.copywriting.evidence.repair import sentences
from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.anaphora import asks, is_singular
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import closings, pattern
from socialcopy.copywriting.text.vocabulary import text as phrase
from socialcopy.copywriting.writers import card_posts
from socialcopy.copywriting.writers.angles import is_problem
from socialcopy.copywriting.writers.drafts import STOCK_WORTH, Line
from socialcopy.copywriting.writers.kinds import Kind, kind
from socialcopy.copywriting.writers.plan import Order, Plan
from socialcopy.copywriting.writers.points import Material, Point
from socialcopy.copywriting.writers.quoting import MARKS, is_quoted
from socialcopy.models import Platform

# What asks readers to come, do or use it, which fits no line that says what they may not.
ASKS_TO_JOIN = frozenset({Kind.EVENT, Kind.STEPS, Kind.PRODUCT})


def closes(plan: Plan, material: Material, above: str) -> list[Line]:
    """Choose the brief's close, with the speaker's offer; else the speaker's, else one of ours."""
    order, language = plan.order, material.language
    if order.closing:  # asked for word for word
        return [Line(text=" ".join(filter(None, (order.closing, order.ending))))]
    told = {p.order for passage in plan.passages for p in passage.points}
    spoken = material.invitation
    if spoken and (spoken.order in told or not _may_close(spoken, plan, material)):
        spoken = None
    does = order.style.close
    own = _ours(plan, material, next(reversed(sentences(MARKS.sub("", above))), ""))
    # A question stands in a paragraph of its own before what is asked to be done.
    asked = [Line(text=own, worth=STOCK_WORTH)] if own and does == "question" else []
    cites = (spoken.order,) if spoken else ()
    if order.ending:
        return [*asked, Line(text=_ending(order, spoken, language), cites=cites)]
    if spoken is None:
        is_shown = does == "action" or (does != "question" and not material.passages)
        shown = card_posts.asked(material) if is_shown else ""
        return [Line(text=shown or own, worth=STOCK_WORTH)]
    signature = material.signature.text if material.signature and does == "action" else ""
    value = STOCK_WORTH if roles.is_post_request(spoken.text, language) else 0.0
    return [*asked, Line(text=f"{spoken.text} {signature}".strip(), cites=cites, worth=value)]


def _ours(plan: Plan, material: Material, above: str) -> str:
    """Choose a question or something to do; nothing where none fits what the post is."""
    language, does = material.language, plan.order.style.close
    topic = _topic(plan, material)
    topic = "begin" if topic == "change" and roles.advises(above, language) else topic
    found = closings(language).get("question" if does == "comment" else does, {})
    lines = found.get(topic) or found.get(Kind.STEPS if topic == Kind.LIST else topic, [])
    # Networks that ask the same kind of thing need not ask the same.
    turned = [*Platform].index(plan.order.platform) % (len(lines) or 1)
    told = [*lines[turned:], *lines[:turned]]
    is_unfit = topic in ASKS_TO_JOIN and roles.forbids(above, language)
    said = set(content(above, language))
    fitting = (line for line in told if said.isdisjoint(content(line, language)))  # no echo
    best = next((line for line in fitting if not (is_unfit and asks(line))), "")
    where = phrase("in_the_comments", language) if does == "comment" and best else ""
    return f"{best} {where}".strip().replace("{brand}", material.brand)


def _may_close(spoken: Point, plan: Plan, material: Material) -> bool:
    """Tell whether a speaker's ask suits a network, and is not one in a quoted person's name.

    Where talk is asked for, nobody saves a video.
    """
    language = material.language
    told = [point for passage in plan.passages for point in passage.points]
    is_a_persons = is_singular(spoken.text, language)
    is_quoted_person = is_a_persons and any(is_quoted(point, material) for point in told)
    is_of_the_post = roles.is_post_request(spoken.text, language)
    is_goodbye = roles.is_farewell(spoken.text, language) and kind(material) is Kind.STEPS
    is_unfit = is_goodbye or (is_of_the_post and plan.order.style.close == "question")
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
    """Tell what a last line has to fit; where a product answers a problem, the problem."""
    found = kind(material)
    first = plan.passages[0].first if plan.passages else None
    is_of_a_problem = bool(first and is_problem(first, material.language))
    is_told = found in {Kind.PRODUCT, Kind.IDEA, Kind.STEPS} and not plan.angle.listing
    if material.brand and is_told and is_of_a_problem and not material.is_own_voice:
        return "problem"
    match found:
        case Kind.STORY | Kind.QUOTE if _is_of_change(material):
            return "change"
        case Kind.STEPS if plan.angle.listing and plan.angle.listing.is_numbered:
            return Kind.LIST
        case Kind.STORY | Kind.QUOTE | Kind.IDEA:
            return _of_an_idea(found, material)
        case _:
            return found


def _of_an_idea(found: Kind, material: Material) -> str:
    """Tell whose words they are: a presenter's, a house's, one's own story, advice to readers."""
    language = material.language
    told = [p.sentence.text if p.sentence else p.text for p in material.points]
    own = [p.text for p in material.points if p.is_first_person]
    if any(roles.show_in(text, language) for text in told):
        return "show"
    if material.is_own_voice and own:
        return "house"
    if found is Kind.IDEA and material.brand:
        return "brand"
    if found is not Kind.IDEA and any(is_singular(text, language) for text in own):
        return Kind.STORY
    is_urged = any(roles.urges(text, language) for text in told)
    return "opinion" if is_urged else Kind.IDEA


def _is_of_change(material: Material) -> bool:
    """Tell whether somebody says what they began or stopped, and what came of it; no joke."""
    began = pattern("began", material.language, r"(?<!\p{L}){}(?!\p{L})")
    is_told = any(p.is_result or began.search(p.text) for p in material.points)
    return is_told and not any('"' in p.text for p in material.points)
