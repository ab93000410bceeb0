"""What a video states, point by point, with what each needs to be understood.

A point is one sentence that was said, cleaned and otherwise as it was said, or one card of the
picture. Points that only make sense together (an answer with its question, a pronoun with its
noun, a punch line with its set-up) form a passage, and are posted together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from socialcopy.copywriting.evidence.speakers import Speaker
from socialcopy.copywriting.text import anaphora
from socialcopy.copywriting.text.screen_text import Card
from socialcopy.copywriting.text.sentences import (
    Sentence,
    tokens,
)
from socialcopy.copywriting.text.stems import UNSPACED
from socialcopy.copywriting.text.vocabulary import every_pattern, pattern, word_list
from socialcopy.models import Value

# Sentences; what leans on a longer run leans on nothing a reader remembers.
LONGEST_PASSAGE = 8

FEWEST_WORDS = 3
# Words with which two halves of a contrast begin.
SAME_BEGINNING = 3
FEWEST_ANSWERS = 2
# Sentences in which somebody says `I`, if they are half of all.
# Of so many sentences one may be in the first person, such as a customer's question.
FEW_OWN = 6
# Sentences that say `you` in a video that nobody is named in.
FEWEST_TO_VIEWERS = 2
FEWEST_OWN = 3
LONGEST_STORY = 12
# Sentences; a longer talk has more than one, sooner where nobody in it speaks.
LONGEST_QUIET_STORY = 8


class Point(Value):
    """One thing that is stated."""

    order: int
    """Its place among all that was said or shown."""
    text: str
    sentence: Sentence | None = None
    """As it was heard; none for a card."""
    card: Card | None = None
    speaker: Speaker | None = None
    is_first_person: bool = False
    leans: bool = False
    waits: bool = False
    """Whether it is only the way to the next: a question, a set-up."""
    turns: bool = False
    is_aside: bool = False
    """A greeting, an introduction, or the talk about the talk: never posted."""
    is_called: bool = False
    """Whether it was said to somebody by name: `Desmond, you lend out drills.`"""
    invites: bool = False
    instructs: bool = False
    """Whether it is a step of something that is done."""
    is_consequence: bool = False
    is_result: bool = False
    """Whether it says what came of it all."""
    is_unsure: bool = False
    """Whether a word of it was more likely misheard than not, and nothing confirms it."""
    doubted: tuple[str, ...] = ()
    """Words of it that somebody should hear again, since the picture does not show them."""
    is_shown: bool = False
    """Whether the picture says it too."""

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return anaphora.asks(self.text)

    @property
    def words(self) -> int:
        """How many words it has."""
        found = tokens(self.text)
        is_unspaced = bool(UNSPACED.search(self.text))
        return len(self.text) // 2 if is_unspaced else len(found)


class Passage(Value):
    """Points that are posted together, in order."""

    points: tuple[Point, ...]

    @property
    def first(self) -> Point:
        """The point it opens with."""
        return self.points[0]

    @property
    def text(self) -> str:
        """All of it."""
        return " ".join(point.text for point in self.points)

    @property
    def orders(self) -> frozenset[int]:
        """The places of its points."""
        return frozenset(point.order for point in self.points)


class Material(Value):
    """Everything a post can be made of."""

    points: tuple[Point, ...] = ()
    """What is worth posting, in order."""
    passages: tuple[Passage, ...] = ()
    cards: tuple[Card, ...] = ()
    invitation: Point | None = None
    """What a speaker asks viewers to do, at the end."""
    signature: Point | None = None
    """A last line that only says who and where: `Spoke and Grease on Alder Street.`"""
    unheard: tuple[Point, ...] = ()
    """What is not posted, since a word of it was hard to hear."""
    asides: frozenset[int] = frozenset()
    """The places of greetings and the like, which nobody misses between two sentences."""
    left_out: tuple[Sentence, ...] = ()
    """What leads out of the post or commands a machine; never posted."""
    language: str = "en"
    spoken: tuple[str, ...] = ()
    """Every language that is spoken, the one with most words first."""
    everybody: tuple[Speaker, ...] = ()
    brand: str = ""
    """The product or maker that the video is about, where there is one."""
    is_own_voice: bool = False
    is_interview: bool = False
    is_of_brief: bool = False
    """Whether the brief says it all, since nobody speaks."""

    def follows(self, one: Point, other: Point) -> bool:
        """Tell whether a point was said right behind another, greetings and the like apart."""
        return other.order >= one.order and self.asides.issuperset(
            range(one.order + 1, other.order)
        )

    def told_by_brief(self, points: tuple[Point, ...], language: str) -> Material:
        """Put what the brief says in the place of what was said."""
        whole = (Passage(points=points),) if points else ()
        said = {"points": points, "passages": whole, "language": language, "is_of_brief": True}
        return self.model_copy(update=said)

    @property
    def is_conversation(self) -> bool:
        """Whether one asks and another answers, so that a question is never in their quotation."""
        return is_answered(self.points) or len(self.everybody) > 1

    @property
    def slogan(self) -> str:
        """What a promotion ends with itself: its name, and the slogan behind it."""
        told = self.signature.text if self.signature else ""
        return told if self.brand and told.startswith(f"{self.brand}. ") else ""

    @property
    def is_promotion(self) -> bool:
        """Whether it is about a product or maker, and nobody tells of themselves."""
        is_somebodys = self.everybody or self.is_interview
        own = sum(anaphora.is_singular(point.text, self.language) for point in self.points)
        viewers = word_list("you", self.language)
        to_them = sum(not viewers.isdisjoint(tokens(point.text)) for point in self.points)
        is_taught = any(point.instructs for point in self.points)
        is_for_them = bool(self.brand) or (to_them >= FEWEST_TO_VIEWERS and not (own or is_taught))
        return is_for_them and not is_somebodys and own * FEW_OWN <= len(self.points)

    @property
    def is_story(self) -> bool:
        """Whether it is told from a beginning to an end, which has to come with it."""
        has_voice = any(p.is_first_person or '"' in p.text for p in self.points)
        is_lively = any('"' in p.text for p in self.points)
        own = sum(anaphora.is_singular(point.text, self.language) for point in self.points)
        is_own = own >= FEWEST_OWN and own * 2 >= len(self.points)
        most = LONGEST_STORY if is_lively or is_own else LONGEST_QUIET_STORY
        is_short = len(self.points) <= most
        said = " ".join(point.text for point in self.points)
        is_event = bool(pattern("event", self.language, r"(?<!\p{L}){}").search(said))
        is_asked = self.is_interview or any(speaker.is_guest for speaker in self.everybody)
        is_somebodys = is_asked or (self.brand and self.brand in said)
        return has_voice and is_short and not (is_somebodys or is_event)


def passages(points: Sequence[Point], asides: frozenset[int] = frozenset()) -> Iterable[Passage]:
    """Points with those they need; what needs one that is not posted is left out."""
    run: list[Point] = []
    is_asked = is_answered(points)
    for n, point in enumerate(points):
        before = run[-1] if run else None
        follows = before is not None and asides.issuperset(range(before.order + 1, point.order))
        is_answer = is_asked and bool(run) and run[0].asks and not point.asks
        is_bound = before is not None and follows and (is_answer or needs(point, before))
        if is_bound and len(run) < LONGEST_PASSAGE:
            run.append(point)
            continue
        yield from _whole(run)
        opens = n == 0 and point.words < FEWEST_WORDS
        run = [] if point.leans and not opens else [point]
    yield from _whole(run)


def is_answered(points: Sequence[Point]) -> bool:
    """Tell whether somebody asks and somebody else answers of themselves, more than once."""
    asked = [n for n, p in enumerate(points) if p.asks and not p.is_first_person]
    answers = [points[n + 1 : end] for n, end in pairwise([*asked, len(points)])]
    answered = [told for told in answers if told]
    own = sum(any(p.is_first_person for p in told) for told in answered)
    return len(answered) >= FEWEST_ANSWERS and own == len(answered)


def needs(point: Point, before: Point) -> bool:
    """Tell whether a point only makes sense behind the one before it, or that one only with it."""
    is_next_step = before.instructs and (point.instructs or point.is_consequence)
    is_other_half = _is_other_half(point, before)
    return point.leans or point.turns or before.waits or is_next_step or is_other_half


def _is_other_half(point: Point, before: Point) -> bool:
    """Tell whether it says what is, behind what is not: `What we changed is not …`, `is …`."""
    first, second = (tokens(told.text) for told in (before, point))
    is_same = len(first) > SAME_BEGINNING and first[:SAME_BEGINNING] == second[:SAME_BEGINNING]
    return is_same and bool(
        every_pattern("negations", r"(?<!\p{L}){}(?!\p{L})").search(before.text)
    )


def _whole(run: Sequence[Point]) -> Iterable[Passage]:
    """Return a run without what only leads to something that is not in it."""
    kept = list(run)
    while kept and (kept[-1].waits or kept[-1].words < 1):
        kept.pop()
    is_scrap = len(kept) == 1 and kept[0].words < FEWEST_WORDS
    if kept and not is_scrap:
        yield Passage(points=tuple(kept))
