"""Points gathered from what was said and shown, and what of it was heard well enough.

What is only talk is told apart in `asides`; what belongs together is found in `points`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from socialcopy.copywriting.evidence.sources import Known
from socialcopy.copywriting.evidence.speakers import Speaker, voices
from socialcopy.copywriting.text import anaphora, roles
from socialcopy.copywriting.text.facts import counted, states
from socialcopy.copywriting.text.languages import main_tongue, tongue
from socialcopy.copywriting.text.quantities import PERCENT, written
from socialcopy.copywriting.text.safety import has_avoided_word, without_profanity
from socialcopy.copywriting.text.screen_text import CardKind
from socialcopy.copywriting.text.screen_text import sentence as sentence_of
from socialcopy.copywriting.text.sentences import Sentence, spoken_sentences, tokens
from socialcopy.copywriting.text.stems import content, light_stems
from socialcopy.copywriting.text.vocabulary import pattern, says
from socialcopy.copywriting.text.vocabulary import text as phrase
from socialcopy.copywriting.writers.asides import (
    is_aside,
    is_chatter,
    uncalled,
    unintroduced,
    with_topic,
    without_chat,
    without_objections,
)
from socialcopy.copywriting.writers.brands import brand_of
from socialcopy.copywriting.writers.points import (
    FEWEST_WORDS,
    Material,
    Point,
    passages,
)
from socialcopy.models import Brief, FactKind, Understanding
from socialcopy.understanding.dictionary import LANGUAGES, is_known

SLOGAN_WORDS = range(2, 9)
FEWEST_NAMES = 2
# Of a sentence; a longer one was heard without the stops in it, and nobody reads it.
MOST_WORDS = 60
# Lines of a picture that tell a video of which little was heard well.
FEWEST_SHOWN = 3
# Share of sentences with a doubted word, up to which a talk was heard well.
MOST_DOUBTED_SHARE = 0.25
# Share of common words above which two sentences are two takes of one.
SAME_SHARE = 0.6


def gather(understanding: Understanding, brief: Brief, known: Known) -> Material:
    """Take apart what is said and shown; what the brief avoids and what is unsafe is left out."""
    heard = spoken_sentences(understanding.transcript)
    usual = known.language
    spoken = main_tongue([(s.language or tongue(s.text, usual), s.words) for s in heard])
    language = _written(spoken, brief) or usual
    points = without_chat([*_points(heard, brief, known, language)], language)
    points = without_objections(with_topic(points, known)) if known.is_interview else points
    invitation = _invitation(points, language)
    short = [p for p in points if p.words <= MOST_WORDS] or points
    worth = _without_repeats([p for p in short if not (p.is_aside or p.invites)])
    worth = worth or _without_repeats([p for p in points if not p.is_aside])
    worth = worth or [
        p for p in points if p.sentence and not p.sentence.is_complete and p.words > 1
    ]
    brand = brand_of(known, brief, " ".join(point.text for point in points))
    worth = [*_with_slogans(worth, brand)]
    last = worth[-1:] if len(worth) > 1 else []
    is_slogan = bool(brand) and any(p.text.startswith(f"{brand}. ") for p in last)
    signature = next((p for p in last if is_slogan or _is_signature(p, language)), None)
    worth = [point for point in worth if point != signature]
    # After the brand is known: the sentence that names it stays even if a word of it is doubtful.
    sure = _surely_heard(worth, brand, known, language)
    asides = frozenset(p.order for p in points if p.is_aside)
    told = tuple(_as_shown(_with_host(p, known.everybody, language), known) for p in sure)
    return Material(
        points=told,
        passages=tuple(passages(told, asides)),
        unheard=tuple(p for p in worth if p not in sure),
        cards=known.screen,
        invitation=invitation,
        signature=signature,
        asides=asides,
        left_out=tuple(sentence for sentence in heard if not sentence.is_safe),
        language=language,
        spoken=spoken,
        everybody=known.everybody,
        brand=brand,
        is_own_voice=known.is_own_voice,
        is_interview=known.is_interview,
    )


def _as_shown(point: Point, known: Known) -> Point:
    """Say who pays and what may not be as a card puts it: `Free for children under 12.`"""
    for name in ("who_pays", "restrictions"):
        told = pattern(name, known.language, r"(?<!\p{L}){}")
        texts = (card.text for card in known.screen if told.search(card.text))
        own = set(content(point.text, known.language))
        same = (text for text in texts if own & set(content(text, known.language)))
        if told.search(point.text) and (shown := next(same, "")):
            return point.model_copy(update={"text": sentence_of(shown)})
    return point


def _written(spoken: Sequence[str], brief: Brief) -> str:
    """Return the language of the copy: the brief's where it is spoken, else the one spoken most."""
    wanted = (brief.language or "").partition("-")[0]
    return wanted if wanted in spoken else next(iter(spoken), "")


def _points(
    heard: Sequence[Sentence], brief: Brief, known: Known, language: str
) -> Iterable[Point]:
    shown = _shown_words(known, language)
    said = [sentence.text for sentence in heard]
    who = voices(said, known.everybody, known.language, is_interview=known.is_interview)
    for order, (sentence, speaker) in enumerate(zip(heard, who, strict=True)):
        is_other = (sentence.language or tongue(sentence.text, language)) != language
        if is_other or not sentence.is_safe or has_avoided_word(sentence.text, brief):
            continue
        if text := without_profanity(sentence.text, brief.profanity):
            text = written(text, language)
            told = unintroduced(text, known.language)
            without_call = uncalled(told, known)
            is_called = without_call != told
            point = _point(sentence, without_call, order, known, shown, is_called=is_called)
            yield point.model_copy(update={"speaker": speaker})


def _point(
    sentence: Sentence, text: str, order: int, known: Known, shown: frozenset[str],
    *, is_called: bool,
) -> Point:  # fmt: skip
    language = known.language
    is_sure = not sentence.is_unsure or _is_confirmed(sentence, shown, language)
    return Point(
        order=order,
        text=text,
        sentence=sentence,
        is_first_person=anaphora.is_first_person(text, language),
        leans=anaphora.leans(text, language),
        waits=anaphora.waits(text, language),
        turns=anaphora.turns(text, language),
        is_called=is_called,
        is_aside=is_aside(sentence, text, language, known.everybody)
        or is_chatter(text, known, is_called=is_called),
        invites=sentence.is_complete and anaphora.invites(text, language),
        instructs=roles.instructs(text, language),
        is_consequence=roles.is_consequence(text, language),
        is_result=roles.is_result(text, language),
        is_unsure=not is_sure,
        doubted=() if is_sure and sentence.is_unsure else _doubted(sentence, shown, language),
        is_shown=_is_shown(text, known, language),
    )


def _shown_words(known: Known, language: str) -> frozenset[str]:
    texts = [s.text for s in known.sources if not s.is_said]
    forms = (form for text in texts for form in (text, _digits(text, language)))
    # A number stands with its unit in one piece there: `6h`, `300g`.
    return frozenset(
        word for form in forms for word in (*tokens(form), *regex.findall(r"\d+", form))
    )


def _digits(text: str, language: str) -> str:
    return PERCENT.sub("%", counted(text, language))


def _is_confirmed(sentence: Sentence, shown: frozenset[str], language: str) -> bool:
    """Tell whether the picture shows the words that were hard to hear, or amounts around them."""
    numbers = [w for w in tokens(_digits(sentence.text, language)) if w[0].isdigit()]
    is_counted = bool(numbers) and set(numbers) <= shown
    doubted = (tokens(_digits(word, language)) for word in sentence.doubtful)
    return is_counted or all(part in shown for parts in doubted for part in parts)


def _doubted(sentence: Sentence, shown: frozenset[str], language: str) -> tuple[str, ...]:
    words = dict.fromkeys((*sentence.doubtful, *sentence.weighty))
    return tuple(w for w in words if shown.isdisjoint({w, *tokens(_digits(w, language))}))


def _surely_heard(points: Sequence[Point], brand: str, known: Known, language: str) -> list[Point]:
    """Tell what was heard well, and what a post can't go without.

    Where that is too little, nothing if the picture tells enough, else what was heard fairly.
    """
    named = next((p.order for p in points if brand and brand in p.text), None)

    def is_needed(point: Point) -> bool:
        is_dated = states(point.text, language, FactKind.DATE)
        return point.is_result or point.instructs or is_dated or point.order == named

    doubted = sum(bool(point.doubted) for point in points)
    is_well_heard = doubted <= len(points) * MOST_DOUBTED_SHARE

    def may_stay(point: Point) -> bool:
        """Tell whether one word was hard to hear that there is: it is named for whoever posts."""
        weighty = point.sentence.weighty if point.sentence else ()  # misheard, they turn it round
        is_one = len(point.doubted) == 1 and point.doubted[0] not in weighty
        return is_well_heard and is_one and _is_word(point.doubted[0], language)

    sure = [p for p in points if not p.doubted or is_needed(p) or may_stay(p)]
    if sum(not point.doubted for point in points) * 2 >= len(points):
        return sure
    told = [c for c in known.screen if not c.from_screen and len(tokens(c.text)) >= FEWEST_WORDS]
    if len(told) >= FEWEST_SHOWN:
        return []
    fair = [p for p in points if len(p.doubted) <= 1 and not p.is_unsure]
    # A sentence that leans on one that was heard worse tells nothing alone.
    fair = fair if any(not p.leans for p in fair) else list(points)
    words = [p for p in fair if all(_is_word(word, language) for word in p.doubted)]
    return words if any(not p.leans for p in words) else fair


def _is_word(heard: str, language: str) -> bool:
    """Tell a doubted word from none that any list has, such as `re-editize`."""
    amount = _digits(heard.lower(), language)
    return amount[:1].isdigit() or is_known(heard, language) or language not in LANGUAGES


def _with_host(point: Point, everybody: Sequence[Speaker], language: str) -> Point:
    """Name who presents a show where it is said what it is: `Boulder Eats with Jeff Steen is …`."""
    show = roles.show_in(point.text, language)
    if not show or len(everybody) != 1 or everybody[0].name in point.text:
        return point
    named = f"{show} {phrase('with', language)} {everybody[0].name}"
    return point.model_copy(update={"text": point.text.replace(show, named, 1)})


def _is_shown(text: str, known: Known, language: str) -> bool:
    own = set(content(text, language)) - light_stems(language)
    lines = (c.text for c in known.screen if c.kind not in {CardKind.NAME, CardKind.PERSON})
    return any(len(own & set(content(line, language))) * 2 >= max(2, len(own)) for line in lines)


def _invitation(points: Sequence[Point], language: str) -> Point | None:
    """Return the last thing viewers are asked to do, where it stands by itself.

    Else where to come.
    """
    asked = [p for p in points if p.invites and not p.is_aside]
    asked = [p for p in asked if not p.leans or roles.offers(p.text, language)]
    farewells = [p for p in points[-2:] if roles.is_farewell(p.text, language) and not p.doubted]
    return next(iter((*asked[-1:], *farewells)), None)


def _with_slogans(points: Sequence[Point], brand: str) -> Iterable[Point]:
    """Tell a name that stands alone with the slogan behind it; without one, only where it is due.

    `Spoke and Grease.` and `Bikes for people who carry things.` are one thing to read.
    """
    is_named = any(p.words > len(tokens(brand)) and brand in p.text for p in points)
    slogans = {p.order: p for p in points if p.words in SLOGAN_WORDS and not p.asks}
    told = {p.order for p in points if brand and tokens(p.text) == tokens(brand)}
    for point in points:
        slogan = slogans.get(point.order + 1) if point.order in told else None
        if point.order - 1 in told and point.order in slogans:
            yield point.model_copy(update={"text": f"{brand}. {point.text}"})
        elif not (slogan or (point.order in told and is_named)):
            yield point


def _is_signature(point: Point, language: str) -> bool:
    found = tokens(point.text)
    names = sum(word[:1].isupper() for word in point.text.split())
    is_named = names >= FEWEST_NAMES and names * 2 >= len(found)
    has_verb = any(map(says, found)) or language not in {"en", "es", "fr", "it", "pt"}
    is_told = point.asks or point.instructs
    return is_named and (names > FEWEST_NAMES + 1 or not has_verb) and not is_told


def _without_repeats(points: Sequence[Point]) -> list[Point]:
    """Of several takes of one sentence the first."""
    kept: list[tuple[set[str], Point]] = []
    for point in points:
        own = set(tokens(point.text))
        if all(len(own & other) <= SAME_SHARE * len(own | other) for other, _ in kept):
            kept.append((own, point))
    return [point for _, point in kept]
