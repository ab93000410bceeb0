"""The built-in maker of drafts: what was said, told in the formats that editors use.

It picks, orders, quotes and joins; it never rephrases, so that whatever it writes was said, shown
or stands in the brief. It is deterministic: the same video and brief give the same copy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from socialcopy.copywriting.evidence.speakers import Speaker
from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.anaphora import asks
from socialcopy.copywriting.text.languages import tongue
from socialcopy.copywriting.text.screen_text import CardKind
from socialcopy.copywriting.text.sentences import strung
from socialcopy.copywriting.text.vocabulary import text as phrase
from socialcopy.copywriting.writers import card_posts, list_posts, quoting
from socialcopy.copywriting.writers.angles import Format
from socialcopy.copywriting.writers.closes import closes
from socialcopy.copywriting.writers.drafts import Draft, Gap, Line
from socialcopy.copywriting.writers.frames import Frame, facts, frame, inside, title
from socialcopy.copywriting.writers.kinds import Kind, essentials, kind
from socialcopy.copywriting.writers.list_posts import cited
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.copywriting.writers.points import Material, Passage, Point
from socialcopy.copywriting.writers.shortening import less
from socialcopy.copywriting.writers.stretches import is_stretch
from socialcopy.platforms import length

# Who writes: a function from a plan and what it may use to a draft. A model is another one.
Maker = Callable[[Plan, Material], Draft]

PARAGRAPH_SENTENCES = 3
# Of a paragraph, by how a network's posts are laid out.
WIDTHS = {"lines": 1, "block": 2, "paragraphs": PARAGRAPH_SENTENCES}
# Of a quotation that is framed where there is little room: how it was, and what was done.
QUOTED_BEGINNING = 2
# Of one person's words in a row that stand in one pair of marks.
QUOTED_SENTENCES = 3


# Of a sentence that the customer wrote; it goes last.
OWN_WORTH = 12.0
FRAME_WORTH = 6.0
# Words of a sentence that only names the product.
SHORT_NAMING = 6

PUNCHY_WORDS = 14
# Joined by `and`, each with its subject; with more a sentence is read twice.
MOST_CLAUSES = 2
# A sentence with more is parted where it can be.
LONGEST_WORDS = 20


def make(plan: Plan, material: Material) -> Draft:
    """Write one network's post, as long as it fits: what has no room goes, whole passages first."""
    # Whole passages go before sentences, sentences before hashtags: half a thought is worse than
    # none, and `fitted` is the last resort.
    passages = list(plan.passages)
    draft = _draft(plan, passages, material)
    fits = plan.order.fits
    while not fits(draft.without_stock.text) and (shorter := less(passages, plan, material)):
        passages = shorter
        draft = _draft(plan, passages, material)
    return draft if fits(draft.text) else draft.without_stock.fitted(fits)


def _draft(plan: Plan, passages: Sequence[Passage], material: Material) -> Draft:
    order = plan.order
    lines = _lines(plan, passages, material)
    if lines and passages and not _is_named(lines, material):
        lines = _with_name(lines, plan, material)
    if lines and passages and not _is_named(lines, material):
        # A step has no full stop, and what follows it in the same line would be a part of it.
        is_ended = lines[-1].text.endswith((".", "!", "?", "…"))
        is_prose = order.style.layout == "block" and not plan.angle.listing
        gap = Gap.SPACE if is_prose and is_ended else Gap.PARAGRAPH
        lines.append(Line(text=_imprint(material), gap=gap, worth=9.0))
    elif lines and plan.angle.listing and not _is_named(lines, material):
        named = [*lines, Line(text=_imprint(material), worth=9.0)]
        whole = Draft(hook=named[0], lines=tuple(named[1:]), hashtags=order.tags)
        lines = named if order.fits(whole.text) else lines
    opening = [Line(text=order.opening)] if order.opening else []
    lines = [*opening, *lines, *(Line(text=text, worth=OWN_WORTH) for text in order.lines)]
    hook, *others = lines or [Line(text="")]
    *asked, close = closes(plan, material, lines[-1].text if lines else "")
    # A card's question, as title and end.
    is_told = any(asks(x.text) and close.text.endswith(x.text) for x in lines)
    is_told = is_told or any(close.text == x.text for x in lines)
    close = Line(text="") if is_told else close
    # A last line that names the thing needs no line above it that does nothing else.
    bare = f"{material.brand}."
    others = [x for x in others if x.text != bare or material.brand not in close.text]
    return Draft(hook=hook, lines=(*others, *asked), close=close, hashtags=order.tags)


def _is_named(lines: Sequence[Line], material: Material) -> bool:
    """Tell whether the thing is named, will be by the slogan at the end, or there is none."""
    brand = material.brand.lower()
    is_signed = bool(material.slogan) and material.invitation is None
    return is_signed or any(brand in line.text.lower() for line in lines)


def _with_name(lines: list[Line], plan: Plan, material: Material) -> list[Line]:
    """Begin with the name of what speaks for itself: `Bäckerei am Markt: Gutes Brot …`."""
    hook, *others = lines
    named = quoting.labelled(material.brand, hook.text, material.language)
    is_statement = not (quoting.MARKS.match(hook.text) or asks(hook.text) or plan.angle.listing)
    is_seen = length(plan.order.platform, named) <= plan.order.fold
    if not (is_statement and is_seen and material.is_own_voice):
        return lines
    return [hook.model_copy(update={"text": named}), *others]


def _imprint(material: Material) -> str:
    """Tell what a card calls the thing, and what it is: `Papel Vivo: curso de encuadernación.`"""
    # A comma stands behind a name, a digit in the number of an episode.
    kept = (c.text for c in material.cards if c.kind is CardKind.LABEL and " " in c.text)
    labels = (text for text in kept if not regex.search(r"[,\d(·•|]", text))
    said = " ".join((material.brand, *(point.text for point in material.points))).lower()
    new = (text for text in labels if text.lower() not in said)
    label = next((t for t in new if tongue(t, material.language) == material.language), "")
    what = f": {inside(label, material.language)}" if label else ""
    return f"{material.brand}{what}."


def _lines(plan: Plan, passages: Sequence[Passage], material: Material) -> list[Line]:
    if plan.angle.format is Format.CARDS:
        return card_posts.lines(material, plan.order)
    if plan.angle.listing:
        return list_posts.lines(plan, passages, material)
    if not passages:
        return []
    said_in_order = [point for passage in passages for point in passage.points]
    points = [part for p in said_in_order for part in _unstrung(p, material.language)]
    pull = plan.angle.pull
    if pull and not _stays_below(pull, points, material):
        return _set_above(plan, pull, points, material)
    edited = _facts(plan, points, material) or _framed(plan, points, material)
    return edited or _prose(plan, points, material)


# ---- Prose ----------------------------------------------------------------------------------


def _prose(plan: Plan, points: Sequence[Point], material: Material) -> list[Line]:
    if plan.order.is_punchy:
        points = _short_ones(points, material)
    first, *others = _with_short_hook(points, plan, material)
    quoted = quoting.quoted_orders(points, material)
    hook = _hook(first, others, quoted, material)
    presents = _presented([first, *others], quoted, plan, material)
    named = first.speaker if presents else None
    told = _paragraphs(others, quoted, material, _width(plan), named=named)
    return [hook, *presents, *told]


def _presented(
    points: Sequence[Point], quoted: frozenset[int], plan: Plan, material: Material
) -> list[Line]:
    """Say between hook and quotation who speaks about what, where a post has room for context."""
    first, *others = points
    is_quoted = len(others) > 1 and {first.order, others[0].order} <= quoted
    is_named = bool(material.brand) and any(material.brand in p.text for p in points)
    has_room = plan.order.style.layout == "paragraphs" and not plan.order.is_punchy
    if first.speaker is None or not (is_quoted and is_named and has_room):
        return []
    about = f"{phrase('speaks_about', material.language)} {material.brand}"
    who = first.speaker.told_in(material.language)
    comma = "," if ", " in who else ""
    return [Line(text=f"{who}{comma} {about}:", gap=Gap.PARAGRAPH, worth=FRAME_WORTH)]


def _width(plan: Plan) -> int:
    """Tell how many sentences make a paragraph."""
    return 1 if plan.order.is_punchy else WIDTHS[plan.order.style.layout]


def _facts(plan: Plan, points: Sequence[Point], material: Material) -> list[Line]:
    """List what the cards say of a product, where a post has a line for each; none of too few."""
    told = facts(material)
    if plan.order.style.layout != "lines" or kind(material) is not Kind.PRODUCT or not told:
        return []
    hook, names = points[0], _names_it(points, material)
    named = [] if material.brand in hook.text or not names else [names]
    lead = [cited(p.text, (p.order,), Gap.PARAGRAPH) for p in (hook, *named)]
    if not any(material.brand in line.text for line in lead):
        lead.append(Line(text=f"{material.brand}:"))
    listed = [
        Line(text=f"• {card.text.rstrip('.')}", cites=(order,), gap=Gap.BREAK, worth=5.0)
        for card, order in told
    ]
    first = listed[0].model_copy(update={"gap": Gap.PARAGRAPH})
    return [*lead, first, *listed[1:]]


def _names_it(points: Sequence[Point], material: Material) -> Point | None:
    """Find the short sentence that says what it is about: `Meet the Harbor Mug.`"""
    short = (p for p in points if p.words <= SHORT_NAMING and not p.leans)
    return next((p for p in short if material.brand in p.text), None)


def _framed(plan: Plan, points: Sequence[Point], material: Material) -> list[Line]:
    """Set a line in the cards' words around somebody's; none where no card has any."""
    quoted, style = quoting.quoted_orders(points, material), plan.order.style
    is_unnamed = not any(point.speaker for point in points)
    flags = [p.order in quoted for p in points]
    is_spoken = all(flags) if is_unnamed else any(flags[:2])
    may_frame = plan.may_frame and not material.is_of_brief
    found = _frame(plan, points, material, is_spoken=is_spoken) if may_frame else Frame()
    ends = [Line(text=found.payoff, worth=FRAME_WORTH)] if found.payoff else []
    if not found.opening:
        return [*_prose(plan, points, material), *ends] if ends else []
    rest = [p for p in points if p.order not in found.told]
    rest = sorted(rest, key=lambda p: p.order) if material.is_interview else rest
    is_cut = is_spoken and is_unnamed and style.layout == "block"
    if is_cut and len(rest) > QUOTED_BEGINNING and not is_stretch(plan.angle, material):
        # The beginning, and what no post may go without.
        begins = rest[: QUOTED_BEGINNING - len(found.told)]
        needed = essentials(material) | {p.order for p in begins}
        rest = [p for p in rest if p.order in needed]
    said = _paragraphs(rest, quoted, material, _width(plan))
    return [Line(text=found.opening, worth=FRAME_WORTH), *said, *ends]


def _frame(plan: Plan, points: Sequence[Point], material: Material, *, is_spoken: bool) -> Frame:
    """Frame somebody's words and a part of a talk; else only a title opens."""
    is_part = is_stretch(plan.angle, material)
    if is_spoken or is_part:
        return frame(points, material, plan.order.style, is_part=is_part) or Frame()
    return Frame(opening="" if material.is_own_voice else title(material, points))


def _stays_below(pull: Point, points: Sequence[Point], material: Material) -> bool:
    """Tell whether it answers a question that stays, since nothing else tells what it is about.

    Set above it, the answer would come first, and what follows would seem to be the answer.
    """
    asked = {p.order for p in points if p.asks} & essentials(material)
    return pull.order - 1 in asked


def _set_above(plan: Plan, pull: Point, points: Sequence[Point], material: Material) -> list[Line]:
    """Set a short quotation above what it belongs to, in place of the question it answers."""
    pulled = quoting.quotation(pull.text, None, material.language)
    hook = cited(pulled, (pull.order,), Gap.PARAGRAPH)
    rest = [p for p in points if p != pull and not (p.asks and p.order == pull.order - 1)]
    return [hook, *_paragraphs(rest, quoting.quoted_orders(rest, material), material, _width(plan))]


def _hook(
    first: Point, others: Sequence[Point], quoted: frozenset[int], material: Material
) -> Line:
    """Set the first sentence apart; who says it is named there only if nobody is later."""
    text = quoting.said([first], material.language)
    if first.order in quoted:
        is_named_later = any(p.order in quoted and p.speaker == first.speaker for p in others)
        text = quoting.quotation(text, None if is_named_later else first.speaker, material.language)
    return cited(text, (first.order,), Gap.PARAGRAPH)


def _with_short_hook(points: Sequence[Point], plan: Plan, material: Material) -> list[Point]:
    """Take a hook that the fold would cut apart where a new clause begins."""
    first, *others = points
    if length(plan.order.platform, first.text) <= plan.order.fold:
        return [first, *others]
    return [*halves(first, material.language), *others]


def _paragraphs(
    points: Sequence[Point],
    quoted: frozenset[int],
    material: Material,
    width: int,
    *,
    named: Speaker | None = None,
) -> list[Line]:
    """Sentences that were said one after the other together, no more than a few at a time."""
    groups: list[list[Point]] = []
    is_asked = material.is_conversation
    for point in points:
        last = groups[-1] if groups else []
        is_next_question = is_asked and point.asks
        # With what leads up to it a question is a paragraph: `You lend out drills. Why?`
        is_answer = bool(last) and last[-1].asks and ". " in last[-1].text
        is_apart = is_next_question or is_answer
        follows = bool(last) and material.follows(last[-1], point) and not is_apart
        is_quote = bool(last) and {last[-1].order, point.order} <= quoted
        most = QUOTED_SENTENCES if is_quote else width
        is_bound = follows and (point.leans or last[-1].waits)
        is_side = roles.is_condition(point.text, material.language, material.brand)
        more = most + (is_bound or is_side)
        has_room = len(last) < max(more, PARAGRAPH_SENTENCES * is_side)
        if last and has_room and follows:
            last.append(point)
            continue
        # A set-up moves down to its punch line rather than end a paragraph without it.
        is_led_up_to = len(last) > 1 and last[-1].waits and follows
        groups.append([last.pop(), point] if is_led_up_to else [point])
    lines: list[Line] = []
    for group in groups:
        parts = [*quoting.voiced(group, material, quoted, named=named)]
        named = quoting.speaks([p for p in reversed(group) if p.order in quoted]) or named
        cites = tuple(order for _, orders in parts for order in orders)
        lines.append(cited(" ".join(text for text, _ in parts), cites, Gap.PARAGRAPH))
    return lines


def _short_ones(points: Sequence[Point], material: Material) -> list[Point]:
    """Short sentences only, without what leans on one that is not among them."""
    kept: list[Point] = []
    for point in points:
        left_out = point.leans and not any(p.order == point.order - 1 for p in kept)
        kept += [] if left_out else _punchy(point, material)
    return kept or [min(points, key=lambda point: (point.leans, point.words))]


def _punchy(point: Point, material: Material) -> list[Point]:
    """Take a long sentence apart; it stays out where that can't be done."""
    parts = [point] if quoting.is_quoted(point, material) else halves(point, material.language)
    short = [part for part in parts if part.words <= PUNCHY_WORDS]
    return short or ([point] if point.waits else [])


def halves(point: Point, language: str) -> list[Point]:
    """Part a sentence whose clauses are joined by `and`, each with its subject."""
    first, *others = strung(point.text, language)
    if not others:
        return [point]
    rest = (point.model_copy(update={"text": text, "leans": True}) for text in others)
    return [point.model_copy(update={"text": first, "waits": False}), *rest]


def _unstrung(point: Point, language: str) -> list[Point]:
    """Part a sentence that goes on and on: three clauses and more, or very long ones."""
    parts = halves(point, language)
    return parts if len(parts) > MOST_CLAUSES or point.words > LONGEST_WORDS else [point]
