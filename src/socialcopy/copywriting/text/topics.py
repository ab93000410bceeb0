"""What a talk is about: weighted words for ranking, and hashtags a person would use."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import regex

from socialcopy.copywriting.text import vocabulary
from socialcopy.copywriting.text.keywords import NOUNS_WITH_CAPITAL, term_weights
from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.safety import PROFANITY
from socialcopy.copywriting.text.sentences import Sentence, tokens
from socialcopy.models import Brief, Value

LONG_TALK_WORDS = 40
"""From here on a common noun said twice says what a talk is about."""

PAIR = 2
TOPIC_WEIGHT = 0.35
"""Mean weight from which two words, said once, name a topic."""

MAX_TAG_LENGTH = 30
REPEATED = 2
SHORTEST_NOUN = 4
"""Letters; `#Bar` and `#Day` lead nowhere."""

OWN_NAME = 9.0
"""Above everything the talk alone could say."""

AN_AMOUNT = r"\b(?i:eine?[nmrs]?|zwei|drei|vier|fünf|\d+)"
"""Before two German nouns it measures the second by the first: "ein Tropfen Öl"."""

DETERMINER = regex.compile(
    r"d(?:er|ie|as|en|em|es)|[kmds]?ein(?:e[nmrs]?)?|(?:unser|euer|eure|ihr|dies|jed|alle)\p{Ll}*",
    regex.IGNORECASE,
)
"""Begins a German sentence with a capital, like the noun behind it, and is no part of a name."""

MOST_SHOWN = 2
LABEL_OF_A_BUTTON = r"(?:click|clicks|tap|press|choose|select|hit|open)(?: on)?(?: the)?"
"""Before a name it says that the name stands on a screen."""

PLACE_MALUS = 2.5
"""A place says less of a video than what is made or shown there."""


class Phrase(Value):
    """A candidate for a hashtag."""

    words: tuple[str, ...]
    score: float


def hashtags(
    sentences: Sequence[Sentence],
    language: str,
    own_names: Sequence[str] = (),
    shown: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Name what the talk names: proper nouns first, then the things it keeps talking about.

    Only words that are said, and surely heard; names of people, weekdays, verbs and vague nouns
    are left out. Few good ones are better than many. `own_names` are the brief's, which come
    first; `shown` are words of the picture, looked at where the talk alone names nothing.
    """
    text = " ".join(sentence.text for sentence in sentences)
    told = [Phrase(words=(name,), score=OWN_NAME) for name in _told(text, own_names, language)]
    doubtful = {word for sentence in sentences for word in sentence.doubtful}
    found = [*_proper_nouns(text, language)]
    if language == "en":
        found += _noun_phrases(sentences, term_weights(text, language))
        found = found or _shown_nouns(sentences, term_weights(text, language), shown)
    sure = [phrase for phrase in found if not doubtful & set(tokens(" ".join(phrase.words)))]
    sure = [phrase for phrase in sure if not PROFANITY.search(" ".join(phrase.words))]
    return _distinct_tags(sorted([*told, *sure], key=lambda phrase: -phrase.score))


def _told(text: str, own_names: Sequence[str], language: str) -> Iterable[str]:
    """Names of one word that the brief tells and the talk says; longer ones are found in it."""
    said = {word.lower() for word in _marked_words(text)}
    for name in own_names:
        is_name = name[:1].isupper() and _is_a_name((name,), frozenset(), language)
        if is_name and name.lower() in said:
            yield name


def given_hashtags(brief: Brief) -> tuple[str, ...]:
    """The brief's own, the campaign's first, each once whatever its case."""
    tags: dict[str, str] = {}
    for tag in map(_as_hashtag, (brief.campaign_tag, *brief.hashtags)):
        tags.setdefault(tag.lower(), tag)
    tags.pop("#", None)
    return tuple(tags.values())


def _as_hashtag(told: str) -> str:
    """As a person wrote it: `Slow travel` becomes `#SlowTravel`."""
    words = regex.findall(r"[\p{L}\p{M}\p{N}_]+", told)
    return "#" + (
        "".join(f"{w[:1].upper()}{w[1:]}" for w in words) if words[1:] else "".join(words)
    )


def _distinct_tags(phrases: Iterable[Phrase]) -> tuple[str, ...]:
    tags: list[str] = []
    stems: set[str] = set()
    for phrase in phrases:
        tag = _tag(phrase.words)
        own = {_stem(word.lower()) for word in phrase.words}
        if len(tag) <= MAX_TAG_LENGTH and not own & stems:
            tags.append(tag)
            stems |= own
    return tuple(tags)


def _tag(words: Sequence[str]) -> str:
    """Write CamelCase; capitals inside a word stay."""
    letters = (regex.sub(r"['’]s$|[^\p{L}\p{M}\p{N}]", "", word) for word in words)
    return "#" + "".join(
        word[:1].upper() + word[1:] if word.islower() else word for word in letters
    )


def _stem(word: str) -> str:
    return word.removesuffix("'s").removesuffix("s")


CAPITALISED = r"(?!I\b)\p{Lu}[\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{N}]+)*"
INNER_CAPITAL = regex.compile(r"\b(?:\p{Ll}+\p{Lu}|\p{Lu}\p{Ll}+\p{Lu})[\p{L}\p{N}]*\b")


def _proper_nouns(text: str, language: str) -> list[Phrase]:
    """Capitalised words in mid-sentence; neighbours go together (Google Ads, Boulder Eats)."""
    people = _people(text)
    runs = regex.findall(rf"(?<![.?!…:]\s)(?<!^)(?<=\s){CAPITALISED}(?: {CAPITALISED})*", text)
    opening = regex.findall(rf"(?:^|(?<=[.?!…:]\s)){CAPITALISED}(?: {CAPITALISED})+", text)
    partial = {run.split(" ", 1)[1] for run in opening if _is_content(run.split()[0], language)}
    runs = [run for run in runs if run not in partial]
    runs += [run for run in opening if _is_content(run.split()[0], language)]
    names = dict.fromkeys([*runs, *regex.findall(INNER_CAPITAL, text)])
    return [
        Phrase(
            words=tuple(name.split()),
            score=2 + _prominence(name, text) - PLACE_MALUS * _is_place(name, text),
        )
        for name in names
        if _is_a_name(tuple(name.split()), people, language) and _is_telling(name, text, language)
    ]


def _is_telling(name: str, text: str, language: str) -> bool:
    """Whether a single word is a name: German writes every noun big, screens their buttons."""
    said = regex.escape(name)
    if " " in name or INNER_CAPITAL.fullmatch(name):
        return not (language in NOUNS_WITH_CAPITAL and regex.search(rf"{AN_AMOUNT} {said}", text))
    if regex.search(rf"\b(?i:{LABEL_OF_A_BUTTON}) {said}\b(?! \p{{Lu}})", text):
        return False
    if len(regex.findall(rf"\b{said}\b", text)) >= REPEATED:
        return True
    if language in NOUNS_WITH_CAPITAL:
        return False
    behind = regex.findall(rf"\b(?:the|a|an|your|this|that) {said}\b(?! \p{{Lu}})(.*)", text)
    return all(_describes(rest) for rest in behind)


def _describes(behind: str) -> bool:
    """Whether a noun follows a name with an article: "the Lumora lamp", not "the Settings and"."""
    following = regex.match(r" (\p{Ll}{3,})", behind)
    return bool(following) and _is_content(following[1], "en")


def _is_content(word: str, language: str) -> bool:
    if language in NOUNS_WITH_CAPITAL:
        return not DETERMINER.fullmatch(word)
    if language != "en":
        return not is_small_word(word, language)
    vague = vocabulary.FUNCTION_WORDS | vocabulary.VAGUE_NOUNS
    return word.lower() not in vague and not vocabulary.is_verb(word.lower())


def _prominence(name: str, text: str) -> float:
    """How often a name is said, and a little for being said early."""
    return text.count(name) + 0.5 * (1 - text.index(name) / len(text))


def _is_place(name: str, text: str) -> bool:
    """Whether it is only said where something is or comes from."""
    said = regex.escape(name)
    places = len(regex.findall(rf"\b(?:in|near|from|outside|around) {said}", text))
    return places == len(regex.findall(said, text))


def _people(text: str) -> frozenset[str]:
    patterns = (vocabulary.NAME_IN_INTRODUCTION, vocabulary.NAME_OF_SOMEBODY_SHOWN)
    introduced = [found["name"] for pattern in patterns for found in pattern.finditer(text)]
    return frozenset(word.lower() for name in introduced for word in name.split())


def _is_a_name(words: tuple[str, ...], people: frozenset[str], language: str) -> bool:
    """Whether a run of capitalised words names a thing, not a person, a day or a nobody."""
    lowered = [regex.sub(r"['’].*$", "", word.lower()) for word in words]
    known = vocabulary.FUNCTION_WORDS | vocabulary.VAGUE_NOUNS
    if lowered[0] in people | vocabulary.GIVEN_NAMES or any(word in people for word in lowered):
        return False
    if (
        language == "en"
        and len(words) == 1
        and (lowered[0] in known or vocabulary.is_verb(lowered[0]))
    ):
        return False
    return len("".join(words)) >= 3 and lowered[0] not in ("i", "i'm")  # noqa: PLR2004


def _noun_phrases(sentences: Sequence[Sentence], weights: dict[str, float]) -> list[Phrase]:
    """One or two neighbouring words that are no function words and no verbs."""
    runs = [_noun_of(run) for sentence in sentences for run in _runs(sentence)]
    counted = Counter(tuple(run) for run in runs)
    introduced = dict.fromkeys(word for run in runs for word in run)
    said = Counter(word for sentence in sentences for word in sentence.tokens)
    long_talk = sum(sentence.words for sentence in sentences) >= LONG_TALK_WORDS
    pairs = [
        run
        for run in counted
        if len(run) == PAIR
        and run[-1] not in vocabulary.ADJECTIVES
        and _weight(run, weights) >= TOPIC_WEIGHT
    ]
    repeated = [(word,) for word in introduced if said[word] >= REPEATED and _is_a_topic(word)]
    return [
        Phrase(words=run, score=_topic_score(run, counted[run], weights))
        for run in dict.fromkeys([*pairs, *(repeated if long_talk else ())])
    ]


def _shown_nouns(
    sentences: Sequence[Sentence], weights: dict[str, float], shown: frozenset[str]
) -> list[Phrase]:
    """What is both said and shown, the weightiest first."""
    runs = (_noun_of(run) for sentence in sentences for run in _runs(sentence))
    nouns = dict.fromkeys(word for run in runs for word in run)
    both = [word for word in nouns if word in shown and _is_a_topic(word)]
    best = sorted(both, key=lambda word: -weights.get(word, 0))[:MOST_SHOWN]
    return [Phrase(words=(word,), score=weights.get(word, 0)) for word in best]


def _is_a_topic(word: str) -> bool:
    """Whether a noun alone tells what a video is about."""
    vague = vocabulary.ADJECTIVES | vocabulary.GENERIC
    return len(word) >= SHORTEST_NOUN and word not in vague and not word.endswith("ed")


def _noun_of(run: list[str]) -> list[str]:
    """`coffee hot` of "keeps your coffee hot" is about coffee, `ears pop` about ears."""
    if len(run) < PAIR:
        return run
    is_said_of_it = run[1] in vocabulary.ADJECTIVES or run[1].endswith(("ed", "ward", "wards"))
    return run[:1] if is_said_of_it or _is_plural(run[0]) else run


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _topic_score(run: tuple[str, ...], count: int, weights: dict[str, float]) -> float:
    return _weight(run, weights) + 0.4 * (len(run) > 1) + 0.2 * min(count, 3)


def _weight(run: tuple[str, ...], weights: dict[str, float]) -> float:
    return sum(weights.get(word, 0) for word in run) / len(run)


def _runs(sentence: Sentence) -> Iterable[list[str]]:
    """Runs of topical words behind an article or a preposition, or opening a sentence.

    "No credit card" is no topic, nor is what stands behind "to".
    """
    if vocabulary.CALL_TO_ACTION.search(sentence.text):
        return
    lead, before, run = "", "", list[str]()
    for word in [*_marked_words(sentence.text), "."]:
        if _is_topical(word, is_first=not before and not run):
            run.append(word.lower())
            continue
        is_introduced = before in vocabulary.INTRODUCERS or before.endswith(("'s", "’s"))
        is_introduced |= not before and len(run) == PAIR
        if 0 < len(run) <= PAIR and is_introduced:
            yield run[:1] if _is_clause(lead, run, word) else run
        lead, before, run = (run[-1] if run else before), word.lower(), []


def _is_clause(lead: str, run: Sequence[str], behind: str) -> bool:
    """Whether the second word is a verb: "when the plane climbs, …", not "on the grass courts"."""
    opens = not lead[-1:].isalnum() or lead in vocabulary.CONJUNCTIONS | vocabulary.SUBORDINATORS
    goes_on = vocabulary.is_verb(behind.lower()) or behind.lower() in vocabulary.AUXILIARIES
    return len(run) == PAIR and _is_plural(run[1]) and opens and not goes_on


def _marked_words(text: str) -> list[str]:
    """Words and, in their place, the punctuation between them."""
    return regex.findall(
        r"[\p{L}\p{M}\p{N}]+(?:['’.-][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]", text
    )


def _is_topical(word: str, *, is_first: bool) -> bool:
    shape = r"\p{L}\p{Ll}[\p{Ll}-]+" if is_first else r"\p{Ll}[\p{Ll}-]{2,}"
    plain = word.lower()
    known = vocabulary.FUNCTION_WORDS | vocabulary.VAGUE_NOUNS | vocabulary.NUMBER_WORDS
    return bool(regex.fullmatch(shape, word)) and not (
        plain in known or vocabulary.is_verb(plain) or plain.endswith("ly")
    )
