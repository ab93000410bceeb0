"""Spoken words as sentences that can stand in a post: lightly cleaned, never rephrased."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise, zip_longest

import regex

from socialcopy.copywriting.text.cleaning import unlinked, visible
from socialcopy.copywriting.text.corrections import corrected, recounted, retaken, without_guess
from socialcopy.copywriting.text.languages import is_small_word, tongue
from socialcopy.copywriting.text.names import is_given_name
from socialcopy.copywriting.text.quantities import with_signs
from socialcopy.copywriting.text.safety import is_unsafe
from socialcopy.copywriting.text.spoken import END, clean
from socialcopy.copywriting.text.vocabulary import every_pattern, is_verb, pattern, word_list
from socialcopy.copywriting.text.vocabulary import says as says_of
from socialcopy.models import Transcript, Value, Word
from socialcopy.understanding.speech import UNSPACED_LANGUAGES

WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['.,-][\p{L}\p{M}\p{N}]+)*%?")
ABBREVIATION = regex.compile(
    r"^(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|no|[a-z]|(?:[a-z]\.)+[a-z])\.$", regex.I
)
# A silence that ends a sentence even where the recogniser wrote no full stop.
PAUSE_MS = 1_500

ADDRESS_WORDS = frozenset({"www", "dot", "com", "org", "net", "io"})

# A longer sentence is one the recogniser found no full stop in.
RUN_ON_WORDS = 40

CLAUSE_WORDS = 6
LABEL_WORDS = 2

BROKEN_OFF = regex.compile(r"(?:\.{2,}|…|[-–—])[\"'”’]?$")

# A silence at a comma from which a new clause with its own subject is a new sentence.
SPLICE_PAUSE_MS = 200

# How a clause begins that waits for who does it; `Nothing` and `Morning` are none.
PARTICIPLE = regex.compile(r"(?!(?:\w*thing|morning|evening)$)\p{L}{2,}ing$")

# A clause that short stays with its neighbour.
SPLICE_WORDS = 4

# A silence that makes an answer of a few words a sentence: "The silence. After two days …".
FRAGMENT_PAUSE_MS = 450

# Lists of what joins a German clause to the one before it, and how verbs end behind a noun.
GERMAN_JOINTS = ("subordinators", "soft", "articles", "prepositions")
GERMAN_VERB = regex.compile(r"\p{Ll}+(?:e|en|e?t|e?st|ern|eln)")

# Words of a clause that can stand alone.
FEWEST_CLAUSE_WORDS = 4

# A new clause has its subject among so many words.
EARLY_WORDS = 4
# A word recognised with less may be another word, and is named for review.
DOUBTFUL_PROBABILITY = 0.5

# One recognised with less is left out with its sentence, as far as others are there.
WRONG_PROBABILITY = 0.35

# A number or a negation recognised with less is named for review (benchmarks/README.md).
WEIGHTY_PROBABILITY = 0.7


class Sentence(Value):
    """One spoken sentence, as it may be posted."""

    text: str
    is_complete: bool
    """Whether the recogniser heard it end."""
    doubtful: tuple[str, ...] = ()
    """Words that may have been misheard."""
    is_unsure: bool = False
    """Whether a word of it was more likely misheard than not."""
    weighty: tuple[str, ...] = ()
    """Numbers and negations somebody should hear again: misheard, they say the opposite."""
    words: int
    language: str = ""
    """As the recogniser told it, where several are spoken; empty where its words have to tell."""
    is_safe: bool = True
    """Whether it sends nobody anywhere and commands nobody; else it is never posted."""


@lru_cache(maxsize=16_384)
def tokens(text: str) -> tuple[str, ...]:
    """Words in lower case; apostrophes, inner hyphens and numbers stay whole."""
    return tuple(WORD.findall(text.lower().replace("’", "'")))


def normal(text: str) -> tuple[str, ...]:
    """Tell the words of a text for comparing: `212 percent` is `212%`, `40 euros` is `€40`."""
    return tokens(with_signs(text))


def spoken_sentences(transcript: Transcript) -> tuple[Sentence, ...]:
    """Split a transcript into cleaned sentences, in the order they were spoken."""
    language = (transcript.language or "en").partition("-")[0]
    heard = groups(transcript.words, language)
    found = (_sentence(group, group[0].language or language) for group in heard)
    return tuple(sentence for sentence in found if sentence.words)


def groups(said: Sequence[Word], language: str = "en") -> Iterable[list[Word]]:
    """Spoken words sentence by sentence, without what was taken back."""
    heard = (
        without_guess(group, DOUBTFUL_PROBABILITY, language) for group in _heard(said, language)
    )
    told = ((group, group[0].language or language) for group in heard)
    found = [_asked(corrected(group, own), own) for group, own in told]
    return recounted([*retaken(found, language)], language)


def _asked(group: list[Word], language: str) -> list[Word]:
    """Set the question mark that was not heard: `What about the shops on this side.`"""
    said = " ".join(word.text for word in group)
    if not (said.endswith(".") and pattern("asks_openly", language, "^{}").match(said)):
        return group
    return [*group[:-1], group[-1].model_copy(update={"text": f"{group[-1].text[:-1]}?"})]


def _heard(said: Sequence[Word], language: str) -> Iterable[list[Word]]:
    group: list[Word] = []
    is_pointed = any(END.search(word.text) for word in said)
    for word, following, behind in zip_longest(said, said[1:], said[2:]):
        group.append(word)
        is_inside = following is not None and (
            _is_label(group, language) or _is_ordinal(word, following)
        )
        if following is None or (
            _ends_after(word, following, is_pointed=is_pointed)
            and not (is_inside or _goes_on(group, following, language))
        ):
            whole = _stopped(group) if following and _begins_anew(word, following) else group
            yield from _clauses(whole, group[0].language or language)
            group = []
        elif behind and _is_stitched(group, following, behind):
            yield group
            group = []


def _clauses(group: list[Word], language: str) -> Iterable[list[Word]]:
    """Take a run-on sentence apart where a new clause with its own subject begins."""
    for part in _spliced(group, language):
        start = 0
        if len(part) > RUN_ON_WORDS:
            for place in range(1, len(part) - 2):
                if place - start >= CLAUSE_WORDS and _begins_clause(part[place : place + 3]):
                    yield _stopped(part[start:place])
                    start = place
        yield part[start:]


def _stopped(clause: list[Word]) -> list[Word]:
    """Return a clause that is a sentence now."""
    last = clause[-1]
    text = f"{last.text.rstrip(',')}." if last.text[-1:] not in ".!?" else last.text
    return [*clause[:-1], last.model_copy(update={"text": text})]


def _is_label(group: Sequence[Word], language: str) -> bool:
    """Tell whether it only announces what follows: `Step one.`"""
    said = " ".join(word.text for word in group)
    is_told = pattern("steps", language, r"{}[.:]").fullmatch(said)
    return len(group) == LABEL_WORDS and is_told is not None


def _is_ordinal(word: Word, following: Word) -> bool:
    """Tell whether a number is a day's: `am 12. September`."""
    is_number = regex.fullmatch(r"\d{1,2}\.", word.text) is not None
    return is_number and following.text.strip(".,!?").lower() in word_list("dates", "de")


def _is_stitched(group: Sequence[Word], following: Word, behind: Word) -> bool:
    """Tell whether the recogniser lost an end: `on the Bring a mug`, but `in the Go language`."""
    last, first = group[-1].text, following.text.strip("'’,.")
    if last.lower() not in word_list("unfinished") or not first[:1].isupper():
        return False
    is_order = first.lower() in word_list("verbs") and not is_given_name(first)
    return is_order and is_small_word(behind.text.strip(".,!?").lower(), "en")


def _spliced(group: list[Word], language: str) -> Iterable[list[Word]]:
    """Take a sentence apart where speakers paused and only the recogniser wrote a comma."""
    start = 0
    is_english = language.partition("-")[0] == "en"
    for place in range(1, len(group)):
        before, word = group[place - 1], group[place]
        pause_ms = word.start_ms - before.end_ms
        if not before.text.endswith(",") or pause_ms < SPLICE_PAUSE_MS:
            continue
        clause, rest = group[start:place], group[place:]
        is_parted = _stands_alone(clause, pause_ms) and _has_own_subject(rest)
        if not is_english:
            is_parted = _is_main(clause, language) and _is_main(rest, language)
        if is_parted:
            yield _stopped(clause)
            start = place
    yield group[start:]


def _is_main(clause: Sequence[Word], language: str) -> bool:
    """Tell whether a clause of another language than English begins with its subject and verb.

    Without word lists of verbs: a German one has the verb second, others a pronoun first.
    """
    said = [word.text.strip(",.;:!?…") for word in clause]
    begins = said[0].lower()
    if len(said) < SPLICE_WORDS or said[-1].lower() in word_list("reports", language):
        return False
    pronouns = word_list("clause_subjects", language) - word_list("absolutes", language)
    if language != "de" or begins in pronouns:
        return begins in pronouns
    joints = (word_list(name, "de") for name in GERMAN_JOINTS)
    is_joined = said[0].islower() and any(begins in words for words in joints)
    if is_joined or begins in word_list("waiting", "de"):
        return False
    pairs = pairwise(said)
    return _is_german_verb(next((w for noun, w in pairs if noun[:1].isupper() and w.islower()), ""))


def _is_german_verb(word: str) -> bool:
    """Tell whether a word behind a German noun is the verb of its clause, by its ending."""
    is_other = word in word_list("light", "de") or is_small_word(word, "de")
    is_form = GERMAN_VERB.fullmatch(word) is not None and not is_other
    return is_form or word in word_list("second_verbs", "de")


def _stands_alone(clause: Sequence[Word], pause_ms: int) -> bool:
    """Tell whether it says something by itself, and doesn't wait for a main clause."""
    told = [word for heard in clause for word in tokens(heard.text)] or [""]
    joins = len(told) > 1 and told[0] in word_list("conjunctions")  # `And if you go there, …`
    first, *others = told[joins:]
    says = any(is_verb(w) or w in word_list("auxiliaries") for w in (first, *others))
    if PARTICIPLE.match(first) and others and not says_of(others[0]):
        return False  # "Building on what we learned, we …"
    _, comma, tail = " ".join(word.text for word in clause).rstrip(",").rpartition(", ")
    is_hanging = bool(comma) and len(tail.split()) < SPLICE_WORDS
    if is_hanging and tail.split()[0] in word_list("soft"):
        return False  # "…, but to me, it also feels …"
    if first in word_list("subordinators"):  # "after two days you hear …", not "after you hear …"
        waits = first in word_list("clause_openers") or (
            others[:1] and others[0] in word_list("subjects")
        )
        return says and not waits and any(word in word_list("subjects") for word in others)
    if says:
        return len(others) + 1 >= SPLICE_WORDS
    told = {first, *others}
    is_time = bool(told & (word_list("vague_nouns") | {"ago"})) or first.endswith("ly")
    return pause_ms >= FRAGMENT_PAUSE_MS and bool(others) and not is_time


def _has_own_subject(rest: Sequence[Word]) -> bool:
    words = [word for heard in rest[: EARLY_WORDS + 1] for word in tokens(heard.text)]
    if len(rest) < SPLICE_WORDS or not words or words[0] in word_list("conjunctions"):
        return False
    if words[0] in word_list("subjects"):
        return True
    is_adverbial = words[0] in word_list("time_openers")
    return is_adverbial and any(word in word_list("subjects") for word in words[1:])


def _begins_clause(group: Sequence[Word]) -> bool:
    """`and we`, `and then we`; not `and then spend`."""
    first, *others = (word.text.lower() for word in group)
    behind = others[1:] if others[:1] == ["then"] else others
    is_joined = first in word_list("conjunctions")
    subjects = word_list("clause_subjects") | word_list("subjects") - word_list("determiners")
    return is_joined and bool(behind) and behind[0] in subjects


def strung(text: str, language: str) -> list[str]:
    """Take a sentence apart where `and` joins clauses that each have a subject.

    At a comma, if there is one before it. A speaker who goes on and on makes none: then in the
    middle, since the first `and` often joins two halves of one thought.
    """
    words = text.split()
    nouns = word_list("subjects", language) - {"then"}
    pronouns = word_list("clause_subjects", language)
    joints = [
        n
        for n in range(FEWEST_CLAUSE_WORDS, len(words) - FEWEST_CLAUSE_WORDS + 1)
        if words[n].lower() in word_list("soft", language)
    ]
    behind = {n: next(iter(tokens(words[n + 1])), "") for n in joints}
    commas = [n for n in joints if words[n - 1][-1:] == "," and behind[n] in nouns | pronouns]
    bare = [n for n in joints if behind[n] in pronouns]
    middle = sorted(bare, key=lambda n: abs(len(words) - 2 * n)) if len(bare) > 1 else []
    place = next(iter(commas or middle), 0)
    # `If it is late and you call us, …` waits; `Not only does it …, but it …` is one statement.
    is_waiting = bool(words) and words[0].lower() in word_list("clause_openers", language)
    is_one = pattern("correlatives", language, r"(?<!\p{L}){}(?!\p{L})").search(text)
    if not place or is_waiting or is_one:
        return [text]
    rest = " ".join(words[place + 1 :])
    first = f"{' '.join(words[:place]).rstrip(',')}."
    return [*strung(first, language), *strung(f"{rest[:1].upper()}{rest[1:]}", language)]


def _ends_after(word: Word, following: Word, *, is_pointed: bool) -> bool:
    # Who shows something stops within a sentence; the recogniser goes on in small letters then.
    is_pause = following.start_ms - word.end_ms >= PAUSE_MS
    is_inside = is_pointed and following.text[:1].islower()
    is_other = word.language != following.language
    if (is_pause and not is_inside) or is_other or _begins_anew(word, following):
        return True
    is_word = any(sign.isalnum() for sign in word.text) or word.text in {"?", "!"}
    # "evil { . } com" is one sentence
    return is_word and bool(END.search(word.text)) and not ABBREVIATION.match(word.text)


def _goes_on(group: Sequence[Word], following: Word, language: str) -> bool:
    """Tell whether there is a pause within a sentence: `Everything you own… in your pocket.`

    What ends with a small word was broken off, if nothing waits for what follows.
    """
    is_pause = group[-1].text.endswith(("…", "..")) and following.text[:1].islower()
    is_open = is_small_word(group[-1].text.strip(".…").lower(), language)
    said = " ".join(word.text for word in group)
    waits = pattern("conditional", language, r"^{}\b").match(said)
    return is_pause and (not is_open or bool(waits))


def _begins_anew(word: Word, following: Word) -> bool:
    """Tell whether only the full stop is missing: `add an artist here Can leave reviews`."""
    text = following.text
    begins = word_list("subjects") | word_list("conjunctions") | word_list("auxiliaries")
    is_new = text[:1].isupper() and text.lower() in begins - word_list("determiners")
    is_own = text[:1] == "I" or word.text[:1].isupper()  # `I`, and what belongs to a name
    is_open = word.text.strip(",").lower() in word_list("unfinished") | word_list("needs_object")
    return is_new and not is_own and not is_open and word.text[-1:].isalnum()


def _sentence(group: list[Word], language: str) -> Sentence:
    glue = "" if language in UNSPACED_LANGUAGES else " "
    heard = glue.join(word.text for word in group)
    text = clean(heard, tongue(heard, language))
    return Sentence(
        text=text,
        is_complete=bool(END.search(heard)) and not BROKEN_OFF.search(heard),
        doubtful=_doubtful(group, text),
        is_unsure=bool(_doubtful(group, text, WRONG_PROBABILITY)),
        weighty=_weighty(group, text),
        words=len(tokens(text)) if glue else len(text) // 2,
        language=group[0].language,
        is_safe=not is_unsafe(heard),
    )


def _doubtful(group: list[Word], text: str, least: float = DOUBTFUL_PROBABILITY) -> tuple[str, ...]:
    kept = set(tokens(text))
    doubted = (word for word in group if word.probability < least)
    found = (tokens(unlinked(visible(word.text))) for word in doubted)
    telling = kept - word_list("function_words") - ADDRESS_WORDS
    return tuple(token for part in found for token in part if token in telling)


def _weighty(group: Sequence[Word], text: str) -> tuple[str, ...]:
    kept = set(tokens(text))
    unsure = (word for word in group if word.probability < WEIGHTY_PROBABILITY)
    found = (token for word in unsure for token in tokens(word.text))
    return tuple(token for token in found if token in kept and _has_weight(token))


def _has_weight(token: str) -> bool:
    """Tell whether one misheard word turns the sentence: a number, or a negation."""
    if every_pattern("negations").fullmatch(token) or regex.search(r"\p{N}", token):
        return True
    return token in word_list("number_words") - {"one", "second"}
