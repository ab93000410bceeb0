"""Spoken words as sentences that can stand in a post: lightly cleaned, never rephrased."""

# ruff: noqa: RUF001 - typographic and full-width signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import zip_longest

import regex

from socialcopy.copywriting.text import vocabulary
from socialcopy.copywriting.text.cleaning import unlinked, visible
from socialcopy.copywriting.text.safety import is_unsafe
from socialcopy.models import Transcript, Value, Word
from socialcopy.understanding.speech import UNSPACED_LANGUAGES

END = regex.compile(r"[.?!…。？！।]+[\"'”’)\]»」』]*$")
ABBREVIATION = regex.compile(
    r"^(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|no|[a-z]|(?:[a-z]\.)+[a-z])\.$", regex.I
)
PAUSE_MS = 1_500
"""A silence that ends a sentence even where the recogniser wrote no full stop."""

ADDRESS_WORDS = frozenset({"www", "dot", "com", "org", "net", "io"})

RUN_ON_WORDS = 40
"""A longer sentence is one the recogniser found no full stop in."""

CLAUSE_WORDS = 6
LABEL_WORDS = 2

BROKEN_OFF = regex.compile(r"(?:\.{2,}|…|[-–—])[\"'”’]?$")

SPLICE_PAUSE_MS = 200
"""A silence at a comma from which a new clause with its own subject is a new sentence."""

SPLICE_WORDS = 4
"""A clause that short stays with its neighbour."""

FRAGMENT_PAUSE_MS = 450
"""A silence that makes an answer of a few words a sentence: "The silence. After two days …"."""

EARLY_WORDS = 4
"""A new clause has its subject among so many words."""

DOUBTFUL_PROBABILITY = 0.5
"""A word recognised with less may be another word, and is named for review."""

WRONG_PROBABILITY = 0.35
"""One recognised with less is left out with its sentence, as far as others are there."""

WEIGHTY_PROBABILITY = 0.7
"""A number or a negation recognised with less is named for review (benchmarks/README.md)."""


class Sentence(Value):
    """One spoken sentence, as it may be posted."""

    text: str
    position: float
    """Where in the talk it begins, from 0 to 1."""
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
    is_announced: bool = False
    """Whether it says what the talk is about; the announcing words are gone."""
    is_safe: bool = True
    """Whether it sends nobody anywhere and commands nobody; else it is never posted."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """Its words in lower case, without punctuation."""
        return tokens(self.text)


def tokens(text: str) -> tuple[str, ...]:
    """Words in lower case; apostrophes, inner hyphens and numbers stay whole."""
    plain = text.lower().replace("’", "'")
    return tuple(regex.findall(r"[\p{L}\p{M}\p{N}]+(?:['.,-][\p{L}\p{M}\p{N}]+)*%?", plain))


def spoken_sentences(transcript: Transcript) -> tuple[Sentence, ...]:
    """Split a transcript into cleaned sentences, in the order they were spoken."""
    language = (transcript.language or "en").partition("-")[0]
    total = max((word.end_ms for word in transcript.words), default=0) or 1
    found = (
        _sentence(group, group[0].language or language, total) for group in groups(transcript.words)
    )
    return tuple(sentence for sentence in found if sentence.words)


def groups(words: Sequence[Word]) -> Iterable[list[Word]]:
    """Spoken words sentence by sentence, as they were heard."""
    group: list[Word] = []
    for word, following in zip_longest(words, words[1:]):
        group.append(word)
        if following is None or (_ends_after(word, following) and not _is_label(group)):
            yield from _clauses(group)
            group = []
        elif _is_stitched(group, following):
            yield group
            group = []


def _clauses(group: list[Word]) -> Iterable[list[Word]]:
    """Take a run-on sentence apart where a new clause with its own subject begins."""
    for part in _spliced(group):
        start = 0
        if len(part) > RUN_ON_WORDS:
            for place in range(1, len(part) - 2):
                if place - start >= CLAUSE_WORDS and _begins_clause(part[place : place + 2]):
                    yield part[start:place]
                    start = place
        yield part[start:]


def _is_label(group: Sequence[Word]) -> bool:
    """Whether it only announces what follows: `Step one.`"""
    said = " ".join(word.text for word in group)
    return len(group) <= LABEL_WORDS and bool(vocabulary.LABEL.fullmatch(said))


def _is_stitched(group: Sequence[Word], following: Word) -> bool:
    """Whether the recogniser lost the end of a sentence: "not allowed on the Bring a blanket"."""
    last, first = group[-1].text, following.text.strip("'’,.")
    if last.lower() not in vocabulary.UNFINISHED or not first[:1].isupper():
        return False
    return first.lower() in vocabulary.VERBS and first.lower() not in vocabulary.GIVEN_NAMES


def _spliced(group: list[Word]) -> Iterable[list[Word]]:
    """Take a sentence apart where speakers paused and only the recogniser wrote a comma."""
    start = 0
    for place in range(1, len(group)):
        before, word = group[place - 1], group[place]
        pause_ms = word.start_ms - before.end_ms
        if not before.text.endswith(",") or pause_ms < SPLICE_PAUSE_MS:
            continue
        clause, rest = group[start:place], group[place:]
        if _stands_alone(clause, pause_ms) and _has_own_subject(rest):
            stopped = before.model_copy(update={"text": f"{before.text[:-1]}."})
            yield [*clause[:-1], stopped]
            start = place
    yield group[start:]


def _stands_alone(clause: Sequence[Word], pause_ms: int) -> bool:
    """Whether it says something by itself, and doesn't wait for a main clause."""
    first, *others = [word for heard in clause for word in tokens(heard.text)] or [""]
    says = any(vocabulary.is_verb(w) or w in vocabulary.AUXILIARIES for w in (first, *others))
    if first in vocabulary.SUBORDINATORS:  # "after two days you hear …", not "after you hear …"
        waits = first in vocabulary.CLAUSE_OPENERS or (
            others[:1] and others[0] in vocabulary.SUBJECTS
        )
        return says and not waits and any(word in vocabulary.SUBJECTS for word in others)
    if says:
        return len(others) + 1 >= SPLICE_WORDS
    told = {first, *others}
    is_time = bool(told & (vocabulary.VAGUE_NOUNS | {"ago"})) or first.endswith("ly")
    return pause_ms >= FRAGMENT_PAUSE_MS and bool(others) and not is_time


def _has_own_subject(rest: Sequence[Word]) -> bool:
    words = [word for heard in rest[: EARLY_WORDS + 1] for word in tokens(heard.text)]
    if len(rest) < SPLICE_WORDS or not words or words[0] in vocabulary.CONJUNCTIONS:
        return False
    if words[0] in vocabulary.SUBJECTS:
        return True
    is_adverbial = words[0] in vocabulary.TIME_OPENERS
    return is_adverbial and any(word in vocabulary.SUBJECTS for word in words[1:])


def _begins_clause(words: list[Word]) -> bool:
    first, second = (word.text.lower() for word in words)
    return first in vocabulary.CONJUNCTIONS and second in vocabulary.SUBJECTS


def _ends_after(word: Word, following: Word) -> bool:
    if following.start_ms - word.end_ms >= PAUSE_MS or word.language != following.language:
        return True
    is_word = any(sign.isalnum() for sign in word.text)  # "evil { . } com" is one sentence
    return is_word and bool(END.search(word.text)) and not ABBREVIATION.match(word.text)


def _sentence(group: list[Word], language: str, total_ms: int) -> Sentence:
    glue = "" if language in UNSPACED_LANGUAGES else " "
    heard = glue.join(word.text for word in group)
    text = clean(heard, language)
    return Sentence(
        text=text,
        position=group[0].start_ms / total_ms,
        is_complete=bool(END.search(heard)) and not BROKEN_OFF.search(heard),
        doubtful=_doubtful(group, text),
        is_unsure=bool(_doubtful(group, text, WRONG_PROBABILITY)),
        weighty=_weighty(group, text),
        words=len(tokens(text)) if glue else len(text) // 2,
        language=group[0].language,
        is_announced=_announces(heard, language),
        is_safe=not is_unsafe(heard),
    )


def _doubtful(group: list[Word], text: str, least: float = DOUBTFUL_PROBABILITY) -> tuple[str, ...]:
    kept = set(tokens(text))
    doubted = (word for word in group if word.probability < least)
    found = (tokens(unlinked(visible(word.text))) for word in doubted)
    telling = kept - vocabulary.FUNCTION_WORDS - ADDRESS_WORDS
    return tuple(token for part in found for token in part if token in telling)


def _weighty(group: Sequence[Word], text: str) -> tuple[str, ...]:
    kept = set(tokens(text))
    unsure = (word for word in group if word.probability < WEIGHTY_PROBABILITY)
    found = (token for word in unsure for token in tokens(word.text))
    return tuple(token for token in found if token in kept and _has_weight(token))


def _has_weight(token: str) -> bool:
    """Whether one misheard word turns the sentence: a number, or a negation."""
    if vocabulary.NEGATION.fullmatch(token) or regex.search(r"\p{N}", token):
        return True
    return token in vocabulary.NUMBER_WORDS - {"one", "second"}


def clean(heard: str, language: str = "en") -> str:
    """Take out what only belongs to speaking: fillers, false starts, a leading "so"."""
    return _finished(without_announcement(_without_speaking(heard, language), language))


def _announces(heard: str, language: str) -> bool:
    text = _without_speaking(heard, language)
    return without_announcement(text, language) != text


def _without_speaking(heard: str, language: str) -> str:
    text = regex.sub(r"\s+", " ", unlinked(visible(heard))).strip(' "“”«»-–—*_>')
    if language == "en":
        return _without_fillers(text)
    return _without_foreign_fillers(FAREWELL.sub(r"\1", GREETING.sub("", text)), language)


IDEOGRAPH_AT_END = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]$")
FILLER = regex.compile(r"(?:^|,?\s)(?:um+|uhm?|erm?|hmm+|mm+|ah+|uh-huh)\b[,.]?(?=\s|$)", regex.I)
ASIDE = regex.compile(
    r"(?P<before>\b(?:and|but|so|think|is|was|it's|are|to|the|a|of|with"
    r"|really)),\s+(?:you know|i mean|like),(?=\s)"
    r"|,\s+(?:you know|i mean|like),(?=\s)",
    regex.I,
)
GREETING = regex.compile(
    r"^¡?(?:hola|buen[oa]s (?:días|tardes|noches)|bonjour|bonsoir|salut|hallo|guten (?:tag|morgen"
    r"|abend)|servus|moin|olá|oi|bom dia|boa (?:tarde|noite)|ciao|salve|buon(?:giorno|asera)|hoi"
    r"|goede(?:morgen|middag|navond))(?: \p{L}+){0,4}[,!] ",
    regex.I,
)
FAREWELL = regex.compile(
    r", (?:tschüss|adiós|hasta (?:luego|pronto)|ciao|au revoir|tchau|arrivederci|doei)([.!]?)$",
    regex.I,
)
"""Both stand with a comma before or behind what is said, where the recogniser heard no stop."""

IDLE_LIKE = regex.compile(
    r"(?<=\b(?:got|gets|get|was|were|is|are|it's|i'm|so)) like (?=(?:really|so|super|totally|very"
    r"|completely|incredibly)\b)",
    regex.I,
)
"""`It got like really strong`; before a number it means "about", and stays."""

STUTTER = regex.compile(
    r"\b(the|an?|i|we|to|and|it|is|in|of|you|my|our|for|so)(?:,?\s+\1\b)+", regex.I
)
OPENER = regex.compile(
    r"^(?:(?:so|well|okay|ok|alright|all right|right|now|anyway|basically|actually|you know"
    r"|i mean|look|oh wow|wow|oh|yeah"
    r"|yes|and|honestly),\s+"
    r"|(?:and so|and then|and|okay so|ok so|alright so|well|yeah|okay)\s+(?!so\b)"
    r"|so\s+(?!(?:much|many|far|long|little|few|good|bad|great|easy|hard|simple|fast|quick"
    r"|happy|excited"
    r"|proud|glad|sorry|is|are|do|does|be|\w+ly)\b))",
    regex.I,
)


def _without_fillers(text: str) -> str:
    text = STUTTER.sub(r"\1", ASIDE.sub(_without_aside, FILLER.sub("", text).strip(" ,")))
    text = vocabulary.GREETING_CLAUSE.sub("", IDLE_LIKE.sub(" ", text))
    while (shorter := OPENER.sub("", text, count=1)) != text:
        text = shorter
    return text.strip()


def _without_foreign_fillers(text: str, language: str) -> str:
    """The same for languages we have a list for; others keep what was said."""
    if language not in vocabulary.SPEAKING:
        return text
    filler, opener = _spoken_signs(language)
    text = filler.sub("", text).strip(" ,")
    while (shorter := opener.sub("", text, count=1)) != text:
        text = shorter
    return text


@cache
def _spoken_signs(language: str) -> tuple[regex.Pattern[str], regex.Pattern[str]]:
    """A filler between two commas, or before one at the beginning; an opener before a comma."""
    told = vocabulary.SPEAKING[language]
    filler = rf"(?:^|,\s+)(?:{told['fillers']})(?:,(?=\s)|(?=[.?!…]|$))"
    return regex.compile(filler, regex.I), regex.compile(rf"^(?:{told['openers']}),\s+", regex.I)


def _without_aside(aside: regex.Match[str]) -> str:
    return aside["before"] or ""


def _finished(text: str) -> str:
    """Begin with a capital and end with a stop; a word such as `iPhone` keeps its own case."""
    text = regex.sub(r"\s+([,.;:?!])", r"\1", text).strip(" ,;:-–—")
    if not text:
        return ""
    first = text.split(" ", 1)[0]
    if first.islower():
        text = text[0].upper() + text[1:]
    if END.search(text):
        return text
    return f"{text}。" if IDEOGRAPH_AT_END.search(text) else f"{text}."


FEWEST_WORDS = 4
"""What is left with fewer is no opener."""

_SPEAKERS = r"""
    (?: let\ me
      | (?:i|we) (?:'m|\ am|'re|\ are)? \ (?:going\ to|gonna|want\ to|wanted\ to)
      | (?:i|we) '(?:ll|d\ like\ to)
    ) (?:\ just|\ quickly|\ briefly)?
    \ (?:show|tell|teach|walk|talk|take|look|explain)
"""
_OTHERS = r"(?: \ (?:to\ |with\ )? (?:you|everybody|everyone) (?:\ guys|\ all)? )?"
_POINTING = r"(?: it|this|that|these|those|them|they|he|she|us|me|you )\b"
_MATTER = rf"""
    (?: how\ to | (?:how|why|what|where|when)\ (?!{_POINTING}) | the | an? | my | our | your | \d+
      | two | three | four | five | six | seven | eight | nine | ten | (?-i:\p{{Lu}}\w+)
    )\b
"""
ANNOUNCEMENT = regex.compile(
    rf"""
    ^ (?: (?: today|now|so|and | in\ (?:this|today's)\ (?:video|episode|clip|tutorial) ) ,?\  )*
    {_SPEAKERS} {_OTHERS}
    (?: \ (?:through|about|at) (?:\ with\ you)? \ (?!{_POINTING} | (?:how|why|what)\ {_POINTING})
      | \ that \ (?!{_POINTING})
      | \ (?={_MATTER})
    )""",
    regex.IGNORECASE | regex.VERBOSE,
)
ANNOUNCED_AFTER = regex.compile(
    rf",?\ (?:and|so)\ {_SPEAKERS} \ [^,;]* [.!]? $", regex.IGNORECASE | regex.VERBOSE
)
"""The same at the end of a sentence that has said something before."""

WELCOME = regex.compile(
    r"^(?:(?:hi|hello|hey),? (?:and )?)?welcome(?: back)?(?: everyone| everybody| all)?,? to "
    r"(?!(?:my|our|the|another|this|today's|a new|you|everyone|everybody)\b)",
    regex.IGNORECASE,
)
"""The greeting before the name of a place or a show, of which more is said."""


def without_announcement(text: str, language: str) -> str:
    """A sentence without the words that only announce it; as it was where nothing else is left."""
    if language != "en":
        return _without(vocabulary.announcement(language), text)
    text = _without(WELCOME, _without(ANNOUNCEMENT, text))
    first = text.split(" ", 1)[0].lower()
    return text if first in vocabulary.SUBORDINATORS else _without(ANNOUNCED_AFTER, text)


def _without(announcing: regex.Pattern[str] | None, text: str) -> str:
    rest = announcing.sub("", text, count=1) if announcing else text
    return rest if len(rest.split()) >= FEWEST_WORDS else text
