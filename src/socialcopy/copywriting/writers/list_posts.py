"""Posts that are a list: what it is for, the items, and what to mind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.screen_text import CardKind, sentence
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import pattern
from socialcopy.copywriting.writers import quoting
from socialcopy.copywriting.writers.drafts import Gap, Line
from socialcopy.copywriting.writers.frames import task_of
from socialcopy.copywriting.writers.lists import Listing, tells_a_case
from socialcopy.copywriting.writers.plan import Plan, short_items
from socialcopy.copywriting.writers.points import Material, Passage, Point

# Words of a card that only names what is made, and what shows that it tells more.
LONGEST_TITLE = 5
TOLD = regex.compile(r"[\d:.!?]")


def cited(text: str, cites: tuple[int, ...], gap: Gap) -> Line:
    """Make a line of what it states; the earlier it was said, the longer it stays."""
    return Line(text=text, cites=cites, gap=gap, worth=-float(cites[0]) if cites else 0.0)


def lines(plan: Plan, passages: Sequence[Passage], material: Material) -> list[Line]:
    """Tell what the list is for, the list, and what to mind."""
    listing = plan.angle.listing
    if listing is None:
        return []
    lead = _lead(plan, passages, material)
    # Where there is little room, what a card calls the task leads up to it.
    is_task = plan.order.style.layout == "block" and listing.is_numbered
    task = f"{task_of(material)}:" if is_task and task_of(material) else ""
    if task:
        lead = []
    told = [cited(quoting.said([p], material.language), (p.order,), Gap.PARAGRAPH) for p in lead]
    if title := listing.title or task:
        told = [Line(text=title)]
    told = told or _title(listing, material)
    after = _cautions(listing, lead, plan, material)
    for n, item in enumerate(_items(plan, [*told, *after], material.language), 1):
        mark = f"{n}. " if listing.is_numbered else ""
        gap = Gap.BREAK if n > 1 or (told[-1:] and told[-1].text.endswith(":")) else Gap.PARAGRAPH
        text = f"{mark}{item.text}" if listing.is_numbered else item.text.rstrip(".")
        told.append(item.model_copy(update={"text": text, "gap": gap, "worth": 5.0}))
    return [*told, *after]


def _items(plan: Plan, around: Sequence[Line], language: str) -> Sequence[Line]:
    """Tell the items whole, or where there is little room so that all of them fit."""
    items = plan.angle.listing.items if plan.angle.listing else ()
    if plan.order.style.layout != "block":
        return items
    short = short_items(items, plan.order, language, around)
    return short or short_items(items, plan.order, language) or items


def _cautions(
    listing: Listing, lead: Sequence[Point], plan: Plan, material: Material
) -> list[Line]:
    """Tell what to mind: what may not be, then what to do in a case; else what comes next."""
    language = material.language
    after = [p for p in listing.after if p not in lead and not quoting.is_quoted(p, material)]
    after.sort(key=lambda point: not roles.forbids(point.text, language))
    needed = [p for p in after if roles.forbids(p.text, language) or tells_a_case(p, language)]
    most = 1 if plan.order.style.layout == "block" else len(needed)
    return [_caution(point, plan, material) for point in needed[:most] or after[:1]]


def _caution(point: Point, plan: Plan, material: Material) -> Line:
    """Tell what to mind, which comes with its steps; where room is short, as a card puts it."""
    line = cited(quoting.said([point], material.language), (point.order,), Gap.PARAGRAPH)
    if not roles.forbids(point.text, material.language):
        return line
    own = set(content(point.text, material.language))
    shown = (
        card.text
        for card in material.cards
        if roles.forbids(card.text, material.language)
        and set(content(card.text, material.language)) <= own
    )
    short = next(shown, "") if plan.order.style.layout == "block" else ""
    return line.model_copy(update={"text": sentence(short) if short else line.text, "worth": 4.0})


def _lead(plan: Plan, passages: Sequence[Passage], material: Material) -> list[Point]:
    """Tell what the list is for.

    A sentence that stands alone and does not say what is in the list; with the one that announces
    it, which may lean on that.
    """
    listing = plan.angle.listing
    listed = _contents(listing, material) if listing else set[str]()
    before = [listing.before] if listing and listing.before else []
    told = [p.first for p in passages]
    for point in (*before, *told):
        own = set(content(point.text, material.language))
        stands = not (point.waits or point.leans or quoting.is_quoted(point, material))
        if stands and len(own & listed) * 2 < max(1, len(own)):
            announced = _announcement(listing, material)
            return [point, announced] if announced and announced.order > point.order else [point]
    return []


def _announcement(listing: Listing | None, material: Material) -> Point | None:
    """Find what was said right before the first item, to lead up to it: `Here is how: …`."""
    first = (
        min((order for item in listing.items for order in item.cites), default=0) if listing else 0
    )
    found = next((p for p in material.points if p.order == first - 1), None)
    leads = pattern("leads_in", material.language, r"^{}(?!\p{L})")
    if found is None or not leads.match(found.text) or quoting.is_quoted(found, material):
        return None
    return found.model_copy(update={"text": f"{found.text.rstrip('.:')}:"})


def _title(listing: Listing, material: Material) -> list[Line]:
    """Tell what a card calls the thing that is made, which is none of its parts.

    Where no card says a word of it that is said, as somebody calls it.
    """
    listed, language = _contents(listing, material), material.language
    said = {s for point in material.points for s in content(point.text, language)}
    named = [
        (text, len(own & said) / len(own)) for text, own in _titles(material) if not own <= listed
    ]
    called, share = max(named, key=lambda one: one[1], default=("", 0))
    point = listing.before
    if not share and point and quoting.is_quoted(point, material):
        return [cited(quoting.quotation(point.text, None, language), (point.order,), Gap.PARAGRAPH)]
    is_word = " " not in called  # with a colon it would be a field of a form
    title = sentence(called) if is_word else quoting.labelled(called, "", language).rstrip()
    return [Line(text=title)] if called else []


def _titles(material: Material) -> Iterable[tuple[str, set[str]]]:
    """List what cards may call the thing, with the words for it: a few, and no amount."""
    kinds = {CardKind.NAME, CardKind.LABEL, CardKind.SENTENCE}
    for card in material.cards:
        own = set(content(card.text, material.language))
        is_long = len(card.text.split()) > LONGEST_TITLE or TOLD.search(card.text)
        if card.kind in kinds and card.number is None and own and not is_long:
            yield card.text, own


def _contents(listing: Listing, material: Material) -> set[str]:
    return {s for item in listing.items for s in content(item.text, material.language)}
