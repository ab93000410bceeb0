"""Posts that are a list: what it is for, the items, and what to mind."""

from __future__ import annotations

from collections.abc import Sequence

from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.screen_text import CardKind, sentence
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import pattern
from socialcopy.copywriting.writers import quoting
from socialcopy.copywriting.writers.drafts import Gap, Line
from socialcopy.copywriting.writers.frames import task_of
from socialcopy.copywriting.writers.lists import Listing
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.copywriting.writers.points import Material, Passage, Point


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
    if title := listing.title or task or ("" if told else _title(listing, material)):
        told = [Line(text=title)]
    for n, item in enumerate(listing.items, 1):
        mark = f"{n}. " if listing.is_numbered else ""
        gap = Gap.BREAK if n > 1 or (told[-1:] and told[-1].text.endswith(":")) else Gap.PARAGRAPH
        text = f"{mark}{item.text}" if listing.is_numbered else item.text.rstrip(".")
        told.append(item.model_copy(update={"text": text, "gap": gap, "worth": 5.0}))
    after = [p for p in listing.after if p not in lead and not quoting.is_quoted(p, material)]
    after.sort(key=lambda point: not roles.forbids(point.text, material.language))
    return [*told, *(_caution(point, plan, material) for point in after[:1])]


def _caution(point: Point, plan: Plan, material: Material) -> Line:
    """Tell what to mind, which comes with its steps; where room is short, as a card puts it."""
    line = cited(point.text, (point.order,), Gap.PARAGRAPH)
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


def _title(listing: Listing, material: Material) -> str:
    """Tell what a card calls the thing that is made, which is none of its parts."""
    listed = _contents(listing, material)
    for card in material.cards:
        is_name = card.kind in {CardKind.NAME, CardKind.LABEL}
        if is_name and not set(content(card.text, material.language)) <= listed:
            return f"{card.text}:"
    return ""


def _contents(listing: Listing, material: Material) -> set[str]:
    return {s for item in listing.items for s in content(item.text, material.language)}
