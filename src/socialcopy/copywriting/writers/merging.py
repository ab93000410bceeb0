"""A model's draft as far as it holds, with the built-in editor's lines for what does not.

A draft is judged sentence by sentence. What fails is told in the editor's words for the points it
cites, and what repeats a sentence or takes over one of an example goes. Nothing is added to what
holds but what every post has: the name of its subject, an end, and what the customer wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from socialcopy.copywriting.briefs.wishes import Size
from socialcopy.copywriting.evidence.assertions import is_post_action
from socialcopy.copywriting.evidence.repair import Judge, sentences
from socialcopy.copywriting.text.anaphora import asks
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.writers.drafts import Draft, Gap, Line
from socialcopy.copywriting.writers.orders import Order
from socialcopy.copywriting.writers.points import Material
from socialcopy.copywriting.writers.quoting import voiced
from socialcopy.models import Value

GAPS = {"block": Gap.SPACE, "lines": Gap.BREAK, "paragraphs": Gap.PARAGRAPH}

# Sentences of a paragraph that a model wrote as one line.
LONGEST_PARAGRAPH = 3

# Of a point's words: a text that has so many tells it.
TOLD_SHARE = 0.5

# Of a post's statements: with fewer of the model's it is the editor's post.
OWN_SHARE = 0.5

# Of a sentence of the customer's; it goes last.
OWN_WORTH = 12.0

BORROWED, REPEATED = "it is taken from another post", "it was said already"


class Merged(Value):
    """A post of two makers."""

    draft: Draft | None = None
    """None where too little of the model's holds to be its post."""
    by_editor: int = 0
    """How many of its sentences are the built-in editor's."""
    left_out: tuple[str, ...] = ()
    """The statements that failed, each with the reason."""
    failed: tuple[Line, ...] = ()
    """The same, with the points they cite."""


class Merging(NamedTuple):
    """What the two drafts of a network are put together by."""

    order: Order
    material: Material
    own: Draft
    """The built-in editor's."""
    judged: Judge
    is_borrowed: Callable[[str], bool]

    def merged(self, lines: Sequence[Line], hashtags: Sequence[str], *, is_cut: bool) -> Merged:
        """Make a post of a model's lines; where its time ran out, the editor tells the rest."""
        told: list[Line] = []
        filled: list[Line] = []
        faults: list[tuple[Line, str]] = []
        for line in self._sentences(lines):
            fault = self._fault(line, told)
            if not fault:
                told.append(line)
            elif fault not in {BORROWED, REPEATED}:
                faults.append((line, fault))
                filled += (found := self._instead(line.cites, told))
                told += found
        if is_cut:
            filled += (found := self._instead(self._planned, told))
            told += found
        mine = sum(not self._states_nothing(line) for line in told) - len(filled)
        left_out = tuple(f"“{line.text}” ({fault})" for line, fault in faults)
        failed = tuple(line for line, _ in faults)
        lost = max(len(failed), len(filled))
        if not mine or mine < OWN_SHARE * (mine + lost):
            return Merged(left_out=left_out, failed=failed)
        told = [line for line in told if not self._is_of_the_end(line)] or told
        naming = self._naming(told, hashtags)
        draft = self._whole([*told[:1], *naming, *told[1:]], hashtags)
        by_editor = len(filled) + len(naming)
        return Merged(draft=draft, by_editor=by_editor, left_out=left_out, failed=failed)

    @property
    def _planned(self) -> tuple[int, ...]:
        return tuple(order for line in (self.own.hook, *self.own.lines) for order in line.cites)

    def _sentences(self, lines: Sequence[Line]) -> Iterable[Line]:
        """Part a model's lines; how they are laid out is the network's."""
        usual = GAPS[self.order.style.layout]
        most = LONGEST_PARAGRAPH if usual is Gap.PARAGRAPH else 1
        for line in lines:
            for place, text in enumerate(sentences(line.text)):
                gap = Gap.SPACE if place % most else usual
                yield line.model_copy(update={"text": text.strip(), "gap": gap})

    def _fault(self, line: Line, told: Sequence[Line]) -> str:
        """Why a sentence can't stand behind those before it, or nothing."""
        if self.is_borrowed(line.text):
            return BORROWED
        if any(self._matter(line.text) <= self._matter(one.text) for one in told):
            return REPEATED
        fault, _ = self.judged(line.text, " ".join(one.text for one in told))
        return fault

    def _matter(self, text: str) -> frozenset[str]:
        """Tell what a sentence is about: words that carry something, and numbers."""
        numbers = {word for word in tokens(text) if word[0].isdigit()}
        return frozenset(content(text, self.material.language)) | numbers or frozenset(tokens(text))

    def _states_nothing(self, line: Line) -> bool:
        return asks(line.text) or is_post_action(line.text, self.material.language)

    def _instead(self, cites: Sequence[int], told: Sequence[Line]) -> list[Line]:
        """Tell points as the editor does, as far as nothing tells them yet."""
        wanted = {order for order in cites if not self._is_told(order, told)}
        own = [x for x in (self.own.hook, *self.own.lines) if wanted.intersection(x.cites)]
        lines = [x for x in own if not any(self._is_told(order, told) for order in x.cites)]
        wanted -= {order for line in own for order in line.cites}
        alone = [p for p in self.material.points if p.order in wanted and not p.leans]
        spoken = [Line(text=t, cites=c) for p in alone for t, c in voiced([p], self.material)]
        gap = GAPS[self.order.style.layout]
        return [line.model_copy(update={"gap": gap}) for line in (*lines, *spoken)]

    def _is_told(self, order: int, told: Sequence[Line]) -> bool:
        last = filter(None, (self.material.invitation, self.material.signature))
        point = next((p for p in (*self.material.points, *last) if p.order == order), None)
        if point is None:
            return False
        own = self._matter(point.text)
        said = self._matter(" ".join(line.text for line in told))
        return len(own & said) >= TOLD_SHARE * len(own)

    def _naming(self, told: Sequence[Line], hashtags: Sequence[str]) -> list[Line]:
        """Give the editor's line that names what the post is about, where no other does."""
        brand = self.material.brand.lower()
        if not brand or any(brand in line.text.lower() for line in told):
            return []
        if "#" + "".join(brand.split()) in {tag.lower() for tag in hashtags}:
            return []
        own = (self.own.hook, *self.own.lines)
        return [line for line in own if brand in line.text.lower()][:1]

    def _whole(self, told: Sequence[Line], hashtags: Sequence[str]) -> Draft:
        """Make it fit: the last sentences go before the customer's and the hashtags."""
        order = self.order
        most = order.sentences + 1 if order.size is Size.SHORT else len(told)
        kept = list(told[:most])
        draft = self._draft(kept, hashtags)
        while not order.fits(draft.without_stock.text) and len(kept) > 1:
            kept.pop()
            draft = self._draft(kept, hashtags)
        return draft if order.fits(draft.text) else draft.without_stock.fitted(order.fits)

    def _draft(self, told: Sequence[Line], hashtags: Sequence[str]) -> Draft:
        """Put what the customer wrote where it belongs, and an end where there is none."""
        order = self.order
        if order.style.layout == "lines":  # the hook stands alone
            gaps = {"gap": Gap.PARAGRAPH}
            told = [*told[:1], *(x.model_copy(update=gaps) for x in told[1:2]), *told[2:]]
        opening = [Line(text=order.opening)] if order.opening else []
        wished = [Line(text=text, worth=OWN_WORTH) for text in order.lines]
        hook, *others = (*opening, *told, *wished)
        lines = tuple(others)
        return Draft(hook=hook, lines=lines, close=self._close(told), hashtags=tuple(hashtags))

    def _is_of_the_end(self, line: Line) -> bool:
        """Tell whether a line is a part of what the customer wants the post to end with."""
        close = self.own.close
        if close is None or not (self.order.ending or self.order.closing):
            return False
        return line.text.rstrip(".! ") in close.text

    def _close(self, told: Sequence[Line]) -> Line | None:
        """End as the brief asks; else as the model does, and as the editor where it doesn't."""
        close, order = self.own.close, self.order
        if close is None or not close.text:
            return None
        if order.closing:
            return close
        is_told = any(self._is_told(place, told) for place in close.cites)
        if order.ending:
            return Line(text=order.ending) if is_told else close
        is_ended = len(told) > 1 and self._states_nothing(told[-1])
        return None if is_told or is_ended else close
