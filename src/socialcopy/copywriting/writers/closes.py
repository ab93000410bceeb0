"""The last lines of a post: the brief's ask, the speaker's, or one of ours; never two at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import regex

from socialcopy.copywriting.evidence.repair import sentences
from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.anaphora import asks, is_singular
from socialcopy.copywriting.text.screen_text import CardKind
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import closings, pattern, word_list
from socialcopy.copywriting.text.vocabulary import text as phrase
from socialcopy.copywriting.writers import card_posts
from socialcopy.copywriting.writers.angles import is_problem
from socialcopy.copywriting.writers.drafts import STOCK_WORTH, Line
from socialcopy.copywriting.writers.frames import lowered, task_of
from socialcopy.copywriting.writers.frames import topic as topic_of
from socialcopy.copywriting.writers.kinds import Kind, kind
from socialcopy.copywriting.writers.orders import Order
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.copywriting.writers.points import Material, Point
from socialcopy.copywriting.writers.quoting import MARKS, is_quoted, quotation
from socialcopy.models import Platform
from socialcopy.platforms import rules

# What asks readers to come, do or use it, which fits no line that says what they may not.
ASKS_TO_JOIN = frozenset({Kind.EVENT, Kind.STEPS, Kind.PRODUCT})

# The first words of a language's list of dates.
MONTHS, WEEKDAYS = 12, 7


def closes(plan: Plan, material: Material, above: str) -> list[Line]:
    """Choose the brief's close, with the speaker's offer; else the speaker's, else one of ours."""
    order, language = plan.order, material.language
    if order.closing:  # asked for word for word
        return [Line(text=" ".join(filter(None, (order.closing, order.ending))))]
    told = {p.order for passage in plan.passages for p in passage.points}
    spoken = material.invitation
    if spoken and (spoken.order in told or not _may_close(spoken, plan, material)):
        spoken = None
    if spoken and _is_a_persons(spoken, plan, material):
        spoken = spoken.model_copy(update={"text": quotation(spoken.text, None, language)})
    does, last = order.style.close, next(reversed(sentences(MARKS.sub("", above))), "")
    # Advice at the end says already what to do.
    own = "" if roles.advises(last, language) else _ours(plan, material, last)
    # A question stands in a paragraph of its own before what is asked to be done.
    asked = [Line(text=own, worth=STOCK_WORTH)] if own and does == "question" else []
    cites = (spoken.order,) if spoken else ()
    if order.ending:
        return [*asked, Line(text=_ending(order, spoken, language), cites=cites)]
    if spoken is None:
        is_shown = does == "action" or (does != "question" and not material.passages)
        shown = card_posts.asked(material) if is_shown else ""
        ends = " ".join(filter(None, (shown, material.slogan)))
        signed = Line(text=ends or own, worth=STOCK_WORTH)
        return [*asked, signed] if material.slogan else [signed]
    signature = material.signature.text if material.signature and does == "action" else ""
    value = STOCK_WORTH if roles.is_post_request(spoken.text, language) else 0.0
    return [*asked, Line(text=f"{spoken.text} {signature}".strip(), cites=cites, worth=value)]


def _ours(plan: Plan, material: Material, above: str) -> str:
    """Choose a question or something to do; nothing where none fits what the post is."""
    language, does = material.language, plan.order.style.close
    lines_of = closings(language, is_formal=_is_formal(material))
    found = lines_of.get("question" if does == "comment" else does, {})
    filled = (
        (topic, _unsaid(_filled(found.get(topic, []), plan, material), material, above))
        for topic in _topics(plan, material)
    )
    topic, lines = next((pair for pair in filled if pair[1]), ("", []))
    # Networks that ask the same kind of thing need not ask the same.
    asking = [p for p in Platform if rules(p).post.close == does]
    turned = asking.index(plan.order.platform) % (len(lines) or 1)
    is_unfit = topic in ASKS_TO_JOIN and roles.forbids(above, language)
    named = {s for find in SLOTS.values() for s in content(find(plan, material), language)}
    said = set(content(above, language)) - named
    fitting = (  # no echo
        line
        for line in (*lines[turned:], *lines[:turned])
        if said.isdisjoint(content(line, language)) and not (is_unfit and asks(line))
    )
    best = next(fitting, "")
    where = phrase("in_the_comments", language) if does == "comment" and best else ""
    return f"{best} {where}".strip()


def _is_formal(material: Material) -> bool:
    """Tell whether viewers are spoken to as strangers: `Sie`, and nowhere `du`."""
    said = " ".join(point.text for point in material.points)
    form = r"(?<!\p{L}){}(?!\p{L})"
    formal, informal = (
        pattern(name, material.language, form) for name in ("formal_address", "informal_address")
    )
    return bool(formal.search(said)) and not informal.search(said)


def _unsaid(lines: Sequence[str], material: Material, above: str) -> list[str]:
    """Leave out lines on the matter that the line above has named."""
    matter = topic_of(material)
    return [line for line in lines if not (matter and matter in above and matter in line)]


# ---- The post's own subject in a line --------------------------------------------------------


def _filled(lines: Sequence[str], plan: Plan, material: Material) -> list[str]:
    """Write lines with what the video names; one whose slot is empty is none."""
    found = {slot: told for slot, find in SLOTS.items() if (told := find(plan, material))}
    usable = (line for line in lines if set(SLOT.findall(line)) <= found.keys())
    return [line.format_map(found) for line in usable]


def _called(_: Plan, material: Material) -> str:
    """Return a name with the article it always has in the talk: `the Harbor Mug`."""
    brand, said = _name(material), " ".join(p.text for p in material.points)
    found = regex.findall(rf"(?:(\S+) )?{regex.escape(brand)}(?!\p{{L}})", said) if brand else []
    articles = {word.lower() for word in found}
    is_one = len(articles) == 1 and articles <= word_list("definite", material.language)
    return f"{articles.pop()} {brand}" if is_one else brand


def _name(material: Material) -> str:
    """Return the brand, or the name that the first card shows of whoever made it."""
    first = next((card.text for card in material.cards[:1] if card.kind is CardKind.NAME), "")
    is_shown = " " in first and not first.isupper()
    return material.brand or (first.partition(":")[0] if is_shown else "")


def _person(_: Plan, material: Material) -> str:
    asked = [one for one in material.everybody if not one.is_host]
    return asked[0].name if len(asked) == 1 else ""


def date_of(material: Material) -> str:
    """Return the day that a card shows alone, or that is said: `June 3`."""
    dates = phrase("dates", material.language).split()
    months = "|".join(dates[:MONTHS])
    form = rf"(?:{months}) \d{{1,2}}|\d{{1,2}}\.?(?: de)? (?:{months})"
    if word_list("before_a_weekday", material.language):
        form += f"|{'|'.join(dates[MONTHS : MONTHS + WEEKDAYS])}"
    day = regex.compile(rf"(?:{form})(?=$|, )", regex.I)
    told = (day.match(card.text) for card in material.cards if months)
    return next((found.group() for found in told if found), "")


def _plural(plan: Plan, material: Material) -> str:
    """Return a card's one word for several things that the post opens with: `reports`."""
    hook = plan.passages[0].first.text if plan.passages else ""
    for card in material.cards:
        is_first = " " not in card.text and hook.startswith(f"{card.text} ")
        if is_first and (material.language == "de" or card.text.endswith("s")):
            return card.text if material.language == "de" else card.text.lower()
    return ""


SLOT = regex.compile(r"\{(\w+)\}")
SLOTS: dict[str, Callable[[Plan, Material], str]] = {
    "brand": _called,
    "person": _person,
    "date": lambda _, material: date_of(material),
    "task": lambda _, material: lowered(task_of(material)),
    "plural": _plural,
    "topic": lambda _, material: topic_of(material),
}


def _may_close(spoken: Point, plan: Plan, material: Material) -> bool:
    """Tell whether a speaker's ask suits a network.

    Where talk is asked for, nobody saves a video.
    """
    language = material.language
    is_of_the_post = roles.is_post_request(spoken.text, language)
    is_goodbye = roles.is_farewell(spoken.text, language) and kind(material) is Kind.STEPS
    is_unfit = is_goodbye or (is_of_the_post and plan.order.style.close == "question")
    return not (is_unfit or (is_of_the_post and _is_a_persons(spoken, plan, material)))


def _is_a_persons(spoken: Point, plan: Plan, material: Material) -> bool:
    """Tell whether it is asked in the name of somebody who is quoted: `Call me.`"""
    told = [point for passage in plan.passages for point in passage.points]
    is_own = is_singular(spoken.text, material.language) and not material.is_own_voice
    is_own = is_own and any(is_quoted(point, material) for point in told)
    return is_own or is_quoted(spoken, material)


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


def _topics(plan: Plan, material: Material) -> Iterable[str]:
    """Tell what a last line may fit, the closest first; where a product answers a problem, that."""
    found, language = kind(material), material.language
    first = plan.passages[0].first if plan.passages else None
    is_told = found in {Kind.PRODUCT, Kind.IDEA, Kind.STEPS} and not plan.angle.listing
    is_own = material.is_own_voice and not material.slogan
    is_branded = bool(_name(material)) and not is_own
    if is_told and is_branded and first and is_problem(first, language):
        yield "problem"
    elif found in {Kind.STORY, Kind.IDEA} and _is_of_change(material):
        yield "change"
    if found is Kind.STEPS and plan.angle.listing and plan.angle.listing.is_numbered:
        yield Kind.LIST
    heard = (p.sentence.text if p.sentence else p.text for p in material.points)
    if any(roles.show_in(text, language) for text in heard):
        yield "show"
    if material.is_story and any('"' in p.text for p in material.points):
        yield "tale"
    if found is not Kind.QUOTE:
        yield found
    if is_branded and found not in {Kind.EVENT, Kind.INTERVIEW}:
        yield "brand"
    elif found is Kind.QUOTE and any(person.role for person in material.everybody):
        yield Kind.INTERVIEW  # nobody has a question for a customer of whom only the name is told
    if found is Kind.QUOTE and _is_of_change(material):
        yield "change"


def _is_of_change(material: Material) -> bool:
    """Tell whether somebody says what they began or stopped, and what came of it; no joke."""
    began = pattern("began", material.language, r"(?<!\p{L}){}(?!\p{L})")
    own = [p for p in material.points if p.is_first_person]
    is_told = any(p.is_result or began.search(p.text) for p in own)
    return is_told and not any('"' in p.text for p in material.points)
