"""Posts that are a list: what it is for, the items, and what to mind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.anaphora import asks
from socialcopy.copywriting.text.screen_text import CardKind, sentence
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import pattern
from socialcopy.copywriting.writers import quoting
from socialcopy.copywriting.writers.drafts import Gap, Line
from socialcopy.copywriting.writers.frames import task_of
from socialcopy.copywriting.writers.frames import title as title_of
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
    title = _title(listing, material)
    told = [cited(quoting.said([p], material.language), (p.order,), Gap.PARAGRAPH) for p in lead]
    above = told if told and not listing.title else title or _house(listing, material)
    if asks(question := title_of(material)) and not listing.title:
        above = [Line(text=question)]  # what the list answers
    after = _cautions(listing, lead, plan, material)
    if plan.order.style.layout != "block":
        return _listed(listing, above, listing.items, after)
    # Where there is little room, what a card calls the task leads up to it.
    task = f"{task_of(material)}:" if listing.is_numbered and task_of(material) else ""
    above = [Line(text=task)] if task else above
    items = listing.items
    for head, end in ((above, after), (title or above, after), (above, []), (title or above, [])):
        if short := short_items(items, plan.order, material.language, (*head, *end)):
            return _listed(listing, head, short, end)
    return _listed(listing, [], short_items(items, plan.order, material.language) or items, [])


def _listed(
    listing: Listing, above: Sequence[Line], items: Sequence[Line], after: Sequence[Line]
) -> list[Line]:
    told = [*above]
    for n, item in enumerate(items, 1):
        mark = f"{n}. " if listing.is_numbered else ""
        gap = Gap.BREAK if n > 1 or (told[-1:] and told[-1].text.endswith(":")) else Gap.PARAGRAPH
        text = f"{mark}{item.text}" if listing.is_numbered else item.text.rstrip(".")
        told.append(item.model_copy(update={"text": text, "gap": gap, "worth": 5.0}))
    return [*told, *after]


def _cautions(
    listing: Listing, lead: Sequence[Point], plan: Plan, material: Material
) -> list[Line]:
    """Tell what to mind: what may not be, then what to do in a case; else what comes next."""
    language = material.language
    after = [p for p in listing.after if p not in lead and not quoting.is_quoted(p, material)]
    after.sort(key=lambda point: not roles.forbids(point.text, language))
    needed = [p for p in after if roles.forbids(p.text, language) or tells_a_case(p, language)]
    told = needed[:1] if plan.order.style.layout == "block" else needed or after[:1]
    return [_caution(point, plan, material) for point in told]


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
    """Tell what a card calls the thing that is made, in a word that is said; else as it is said."""
    said = {s for point in material.points for s in content(point.text, material.language)}
    shares = ((text, len(own & said) / len(own)) for text, own in _titles(listing, material))
    called, share = max(shares, key=lambda one: one[1], default=("", 0))
    point = listing.before
    if listing.title or share:
        return [_heading(listing.title or called, material.language)]
    if point and quoting.is_quoted(point, material):
        told = quoting.quotation(point.text, None, material.language)
        return [cited(told, (point.order,), Gap.PARAGRAPH)]
    return []


def _house(listing: Listing, material: Material) -> list[Line]:
    """Tell what else a card names: who shows it, or a word of their own for it."""
    names = [text for text, _ in _titles(listing, material)]
    return [_heading(name, material.language) for name in names[:1]]


def _heading(title: str, language: str) -> Line:
    """Lead up to the list; a word with a colon would be a field of a form."""
    if title.endswith("?"):
        return Line(text=title)
    is_word = " " not in title
    return Line(text=sentence(title) if is_word else quoting.labelled(title, "", language).rstrip())


def _titles(listing: Listing, material: Material) -> Iterable[tuple[str, set[str]]]:
    """List what cards may call the thing, none of its parts and no amount, with the words."""
    listed = _contents(listing, material)
    kinds = {CardKind.NAME, CardKind.LABEL, CardKind.SENTENCE}
    for card in material.cards:
        own = set(content(card.text, material.language))
        is_long = len(card.text.split()) > LONGEST_TITLE or TOLD.search(card.text)
        if card.kind in kinds and card.number is None and not (own <= listed or is_long):
            yield card.text, own


def _contents(listing: Listing, material: Material) -> set[str]:
    return {s for item in listing.items for s in content(item.text, material.language)}
