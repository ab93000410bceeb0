"""Which sentences of a talk are worth posting."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import regex

from socialcopy.copywriting.text import vocabulary
from socialcopy.copywriting.text.facts import facts
from socialcopy.copywriting.text.keywords import term_weights
from socialcopy.copywriting.text.languages import main_tongue, tongue
from socialcopy.copywriting.text.safety import has_avoided_word, without_profanity
from socialcopy.copywriting.text.sentences import Sentence, spoken_sentences, tokens
from socialcopy.models import Brief, FactKind, ScreenText, Transcript, Value

COMFORTABLE_WORDS = range(4, 26)
SAME_SHARE = 0.6
"""Share of common words above which two sentences are two takes of one."""

FEWEST_WORDS = 3
ENOUGH_POINTS = 3
"""With so many, what a talk says about itself can go."""

FEWEST_SURE = 2
"""With so many sentences that were well heard, those with a doubtful word are not posted."""

OPENER_BONUS = 0.8
LEANING_MALUS = 0.8
ANNOUNCED_BONUS = 0.8
"""What a speaker says a talk is about is what its post is about."""


ACTED_ON = frozenset({FactKind.DATE, FactKind.PRICE})
AMOUNTS = frozenset({FactKind.NUMBER, FactKind.PRICE})
COUNTED = ACTED_ON | AMOUNTS

FEWEST_STEPS = 3
"""Fewer instructions in a row are no procedure."""

FEWEST_QUESTIONS = 2
"""With so many that are answered, a talk is an interview."""

FEWEST_QUESTION_WORDS = 4
"""Shorter ones are asked for effect: `Why?`, `The best part?`"""

LATE = 0.45
"""A call to action comes in the later part of a talk."""


class Ranked(Value):
    """A sentence and how much it is worth."""

    sentence: Sentence
    order: int
    """Its place in the talk."""
    score: float
    hook_score: float
    leans: bool
    """Whether it needs the sentence before it."""
    is_small_talk: bool = False
    is_about_itself: bool = False
    invites: bool = False
    """Whether it sends viewers somewhere."""
    goes_on: bool = False
    """Whether it is the next step of an instruction, so that none is posted out of its place."""
    is_turned: bool = False
    """Whether the next sentence takes some of it back: "Revenue fell. But …"."""
    answers: int | None = None
    """In an interview, the place of the question that it is a later part of the answer to."""

    @property
    def text(self) -> str:
        """The sentence as it is posted."""
        return self.sentence.text


class Talk(Value):
    """A talk, taken apart for writing."""

    points: tuple[Ranked, ...]
    """What is worth posting, in the order it was said; empty only when there are no words."""
    steps: tuple[Ranked, ...] = ()
    """A spoken list ("number one, …") or what to do one after the other: all or nothing."""
    call_to_action: Ranked | None = None
    left_out: tuple[Sentence, ...] = ()
    """What leads out of the post or commands a machine; never posted."""
    said: tuple[Sentence, ...] = ()
    """All of it, greetings included."""
    language: str = "en"
    spoken: tuple[str, ...] = ()
    """Every language that is spoken, the one with most words first."""


def take_apart(
    transcript: Transcript, brief: Brief | None = None, screen: Sequence[ScreenText] = ()
) -> Talk:
    """Rank the sentences of a talk; greetings, thanks and broken-off ends are left out.

    What leads out of the post or commands a machine is left out whole, and so is what the brief
    avoids. A doubtful word costs its sentence, unless the picture shows the numbers in it too.
    """
    wanted = brief or Brief()
    heard = spoken_sentences(transcript)
    usual = transcript.language or "en"
    spoken = main_tongue([(_tongue(sentence, usual), sentence.words) for sentence in heard])
    language = _written(spoken, wanted) or usual
    shown = _amounts(" / ".join(line.text for line in screen), language)
    postable = {
        order: _confirmed(kept, shown, language)
        for order, sentence in enumerate(heard)
        if _tongue(sentence, language) == language and (kept := _postable(sentence, wanted))
    }
    said = tuple(postable.values())
    weights = term_weights(" ".join(sentence.text for sentence in said), language)
    rated = [_rank(sentence, order, weights, language) for order, sentence in postable.items()]
    ranked = _interviewed(_in_context(rated, language))
    invitation = _call_to_action(ranked)
    others = [point for point in ranked if not point.invites]
    kept = _without_repeats(_worth_posting(others or ranked))
    kept = _without_told(kept, wanted.call_to_action, language)
    steps = _steps(kept)
    return Talk(
        points=tuple(_opened([p for p in kept if p not in steps], ranked) or kept),
        steps=tuple(steps),
        call_to_action=invitation if others else None,
        left_out=tuple(sentence for sentence in heard if not sentence.is_safe),
        said=said,
        language=language,
        spoken=spoken,
    )


def _tongue(sentence: Sentence, usual: str) -> str:
    return sentence.language or tongue(sentence.text, usual)


def _written(spoken: Sequence[str], brief: Brief) -> str:
    """The language of the copy: the brief's where it is spoken, else the one spoken most."""
    wanted = (brief.language or "").partition("-")[0]
    return wanted if wanted in spoken else next(iter(spoken), "")


def _postable(sentence: Sentence, brief: Brief) -> Sentence | None:
    if not sentence.is_safe or has_avoided_word(sentence.text, brief):
        return None
    text = without_profanity(sentence.text, brief.profanity)
    return sentence.model_copy(update={"text": text}) if text else None


def _amounts(text: str, language: str) -> frozenset[tuple[str, ...]]:
    return frozenset(fact.key for fact in facts(text, language) if fact.kind in AMOUNTS)


def _confirmed(sentence: Sentence, shown: frozenset[tuple[str, ...]], language: str) -> Sentence:
    """Forget the doubt about a common verb where all the amounts around it are seen as well.

    `costs` of "the mug costs $29", under a slide with $29; the notes still name the word.
    """
    own = _amounts(sentence.text, language)
    is_seen = bool(own) and own <= shown and all(map(vocabulary.is_verb, sentence.doubtful))
    return sentence.model_copy(update={"is_unsure": sentence.is_unsure and not is_seen})


def _interviewed(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Where somebody is asked again and again, the questions that sentences are answers to."""
    put = [point.order for point, answer in pairwise(ranked) if _is_put(point, answer)]
    if len(put) < FEWEST_QUESTIONS:
        return list(ranked)
    over = {p.order: max((q for q in put if q < p.order - 1), default=None) for p in ranked}
    return [
        point if point.order in put else point.model_copy(update={"answers": over[point.order]})
        for point in ranked
    ]


def _is_put(point: Ranked, answer: Ranked) -> bool:
    """Whether it is a question to somebody, and not one for effect."""
    asks = point.text.endswith("?") and point.sentence.words >= FEWEST_QUESTION_WORDS
    return asks and not answer.text.endswith("?") and answer.order == point.order + 1


def _opened(points: Sequence[Ranked], ranked: Sequence[Ranked]) -> list[Ranked]:
    """Favour how the speaker chose to begin: most talks open with their hook.

    What opens a talk leans on nothing, unless a sentence before it is not posted.
    """
    opened = list(points)
    meant = (n for n, p in enumerate(opened) if not p.is_about_itself)
    place = next(meant, None)
    if place is not None:
        first = opened[place]
        before = {p.order for p in ranked if p.is_small_talk or p.is_about_itself}
        is_first = place == 0 and before >= set(range(first.order))
        bonus = OPENER_BONUS + LEANING_MALUS * (first.leans and is_first)
        opened[place] = first.model_copy(
            update={
                "hook_score": first.hook_score + bonus,
                "leans": first.leans and not is_first,
            }
        )
    return opened


def _worth_posting(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Drop the weakest kinds of sentence, but never all that there is."""
    whole = [p for p in ranked if p.sentence.is_complete] or list(ranked)
    meaty = [p for p in whole if not p.is_small_talk] or whole
    meaty = [p for p in meaty if p.sentence.words >= FEWEST_WORDS] or meaty
    sure = [p for p in meaty if not p.sentence.is_unsure]
    meaty = sure if len(sure) >= FEWEST_SURE else meaty
    to_the_point = [p for p in meaty if not p.is_about_itself]
    return to_the_point if len(to_the_point) >= ENOUGH_POINTS else meaty


def _without_repeats(points: Sequence[Ranked]) -> list[Ranked]:
    """Of several takes of one sentence the first."""
    kept: list[tuple[set[str], Ranked]] = []
    for point in points:
        words = set(point.sentence.tokens)
        if all(_overlap(words, other) <= SAME_SHARE for other, _ in kept):
            kept.append((words, point))
    return [point for _, point in kept]


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / (len(one | other) or 1)


def _steps(points: Sequence[Ranked]) -> list[Ranked]:
    """The announced items of a list, else the instructions, where they stand in one row."""
    announced = [point for point in points if vocabulary.STEP.match(point.text)]
    if len(announced) > 1:
        return announced
    runs: list[list[Ranked]] = [[]]
    for point in points:
        last = runs[-1][-1].order if runs[-1] else None
        if not (point.goes_on and last == point.order - 1):
            runs.append([])
        runs[-1].append(point)
    longest = _with_support(max(runs, key=len), points)
    others = [point for point in points if point not in longest]
    is_whole = bool(others) and not any(point.goes_on for point in others)
    return longest if len(longest) >= FEWEST_STEPS and is_whole else []


def _with_support(run: list[Ranked], points: Sequence[Ranked]) -> list[Ranked]:
    """A run that begins with "Then …" together with what stands before it; else no run."""
    by_order = {point.order: point for point in points}
    while run and run[0].leans:
        before = by_order.get(run[0].order - 1)
        run = [before, *run] if before else []
    return run


def _call_to_action(ranked: Sequence[Ranked]) -> Ranked | None:
    """The last invitation that was spoken."""
    late = [p for p in ranked if p.invites and p.sentence.position >= LATE]
    return late[-1] if late else None


def _in_context(ranked: Sequence[Ranked], language: str) -> list[Ranked]:
    """Mark what belongs to its neighbours: the steps of an instruction, and "… But …"."""
    by_order = {point.order: point for point in ranked}
    marked: list[Ranked] = []
    for point in ranked:
        before, behind = (by_order.get(n) for n in (point.order - 1, point.order + 1))
        answers = (
            before is not None and before.text.endswith("?") and _only_answers(point, language)
        )
        changes = {
            "goes_on": before is not None and _instructs(before) and _instructs(point),
            "is_turned": behind is not None and vocabulary.turns(behind.text, language),
            "leans": point.leans or answers,
        }
        marked.append(point.model_copy(update=changes))
    return marked


def _only_answers(point: Ranked, language: str) -> bool:
    """Whether it has no verb of its own: "More water and fewer clothes"."""
    words = point.sentence.tokens
    return language == "en" and not any(vocabulary.says(word) for word in words)


SETTING = regex.compile(
    r"^(?:(?:in|on|at|with|from|first|next|now)\b[^,]{0,40}, |then |and )?"
    r"(?:do not |don't |never )?",
    regex.I,
)
"""Where, when or whether something is to be done: `In the menu, open …`, `Don't salt it`."""


def _instructs(point: Ranked) -> bool:
    """Whether it tells somebody what to do; an invitation is no step."""
    first = next(iter(tokens(SETTING.sub("", point.text))), "")
    is_verb = first in vocabulary.VERBS | vocabulary.HANDLING
    return is_verb and not (point.invites or point.text.endswith("?"))


def _rank(sentence: Sentence, order: int, weights: dict[str, float], language: str) -> Ranked:
    leans = _leans(sentence) or vocabulary.leans(sentence.text, language)
    is_about_itself = vocabulary.is_about_itself(sentence.text, language)
    score = (
        _score(sentence, weights)
        + 0.4 * _can_be_acted_on(sentence, language)
        - 0.2 * leans
        - 1.2 * is_about_itself
    )
    return Ranked(
        sentence=sentence,
        order=order,
        score=score,
        hook_score=score
        + _hook_bonus(sentence)
        + ANNOUNCED_BONUS * sentence.is_announced
        - LEANING_MALUS * leans,
        leans=leans,
        is_small_talk=vocabulary.is_small_talk(sentence.text, language),
        is_about_itself=is_about_itself,
        invites=sentence.is_complete and vocabulary.invites(sentence.text, language),
    )


def _leans(sentence: Sentence) -> bool:
    """Whether it only makes sense after the sentence before it."""
    first, *others = sentence.tokens or ("",)
    if vocabulary.TURN.match(sentence.text) or vocabulary.PRESENTS.match(sentence.text):
        return not vocabulary.PRESENTS.match(sentence.text)
    if first in vocabulary.LEANING_WORDS or set(others[:4]) & vocabulary.PRONOUNS:
        return True
    if first in vocabulary.POINTING_WORDS:
        return not others or others[0] in vocabulary.FUNCTION_WORDS or vocabulary.is_verb(others[0])
    return first in vocabulary.ELLIPTIC and sentence.words <= 5 and not sentence.text.endswith("?")  # noqa: PLR2004


def _score(sentence: Sentence, weights: dict[str, float]) -> float:
    words = set(sentence.tokens)
    score = sum(weights.get(word, 0) for word in sorted(words)) / sqrt(max(len(words), 1))
    score += 0.5 * _has_number(words) + 0.3 * bool(words & {"you", "your", "you're", "you'll"})
    score += 0.3 * (1 - sentence.position)
    score += 0.4 * bool(words & vocabulary.ATTRACTIVE) - 0.5 * bool(
        vocabulary.STEP.match(sentence.text)
    )
    score -= 0.4 * (sentence.words not in COMFORTABLE_WORDS)
    score -= min(1.5, 0.5 * len(sentence.doubtful))
    return score


def _can_be_acted_on(sentence: Sentence, language: str) -> bool:
    """Whether it says when, or what it costs."""
    return any(fact.kind in ACTED_ON for fact in facts(sentence.text, language))


def _repeats(point: Ranked, call_to_action: str, language: str) -> bool:
    """Whether all the dates, prices and numbers of a sentence stand in the brief's last line."""
    own = {fact.key for fact in facts(point.text, language) if fact.kind in COUNTED}
    told = {fact.key for fact in facts(call_to_action, language)}
    return bool(own) and own <= told


def _without_told(points: list[Ranked], call_to_action: str, language: str) -> list[Ranked]:
    """Without what the brief's call to action says anyway, while enough is left."""
    fresh = [point for point in points if not _repeats(point, call_to_action, language)]
    return fresh if len(fresh) >= ENOUGH_POINTS else points


def _has_number(words: set[str]) -> bool:
    return bool(words & vocabulary.NUMBER_WORDS - {"one"}) or any(
        regex.search(r"\d", word) for word in words
    )


def _hook_bonus(sentence: Sentence) -> float:
    """Short, early, a figure or a question: what makes somebody stop."""
    bonus = 0.3 * sentence.text.endswith("?") + 0.3 * (1 - sentence.position)
    bonus += 0.3 * _has_number(set(sentence.tokens))
    bonus -= 0.6 * sentence.text.startswith(("But ", "Or ", "You can also ", "Then ", "After "))
    return bonus - 0.02 * max(0, len(sentence.text) - 90)
