"""Words that were misheard, put right by what the picture, a subtitle track or the brief spells.

Two kinds of evidence. A word no dictionary has sounds like one that is shown: the shown one is
meant. A word that could be meant is only given up where the words around it are shown too, and
what stands in its place sounds like it. Numbers, and other forms of the same word, stay as heard.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

import regex

from socialcopy.models import ScreenText, Transcript, Word
from socialcopy.understanding.dictionary import (
    is_common,
    is_known,
    is_rare,
    is_small,
    is_uncommon,
)
from socialcopy.understanding.name_signs import as_written, counted, named
from socialcopy.understanding.sounds import distance, sound
from socialcopy.understanding.spoken_words import (
    ALIKE_ALONE,
    ALIKE_IN_CONTEXT,
    DOUBTED,
    FEWEST_LETTERS,
    Phrase,
    SpokenWords,
    is_form,
    matter,
    phrases,
)
from socialcopy.understanding.unsaid_names import (
    ALIKE_UNSAID,
    is_heard_name,
    is_unsaid_name,
    unsaid,
)
from socialcopy.understanding.word_spelling import ENDS, QUOTES, Mistake, core, put_right

# Words next to each other that are given up together.
MOST_MISHEARD = 2
# Distance for each sound, up to which a word among words that are shown is the shown one where it
# is doubted or in no dictionary. Words that a dictionary has give way to more or fewer words only
# where those sound as good as the same.
ALIKE_IN_DOUBT = 0.3

# Distance in all where nothing else is shown around it; for a name that nobody says.
FARTHEST, FARTHEST_NAME = 0.5, 0.9

FEWEST_IN_ANY_ORDER = 3
# So many equal words around, and small words may be misheard too: `and` for `isn't`.
LONG_CONTEXT = 4

# What an English verb has behind it, so that both run together on a button: `Buynow`.
PARTICLES = regex.compile(
    r"about|all|away|back|by|down|for|from|here|in|into|it|me|more|my|now|of|off|on|our|out|over"
    r"|that|the|there|this|through|to|together|up|us|with|you|your"
)

# Two words on a screen are context for what is said while they are seen, or about then; for a name
# a weak one, since two people may share the other half of it.
NEAR_MS = 20_000

# Letters that a reader takes for each other.
LOOKALIKES = str.maketrans("l10", "iio")


def corrected(
    transcript: Transcript, screen: Sequence[ScreenText], vocabulary: Sequence[str]
) -> Transcript:
    """Put misheard words right; each keeps what was heard instead of it in `heard`."""
    language = (transcript.language or "").partition("-")[0]
    total_ms = max((word.end_ms for word in transcript.words), default=0)
    told = [Phrase(tuple(name.split()), 0, total_ms) for name in vocabulary]
    shown = list(dict.fromkeys([*told, *phrases(screen)]))
    words = list(transcript.words)
    for look in (_parted, _in_context, _alone, unsaid, _beside, named, counted, as_written):
        spoken = SpokenWords(words, shown, language)
        found = sorted(set(look(spoken)), key=lambda mistake: mistake.start, reverse=True)
        for place, mistake in enumerate(found):
            if place == 0 or mistake.end <= found[place - 1].start:
                words[mistake.start : mistake.end] = put_right(words, mistake, language)
    return transcript.model_copy(update={"words": tuple(words)})


# ---- One word heard as two --------------------------------------------------------------------


def _parted(spoken: SpokenWords) -> Iterable[Mistake]:
    """Yield two words that are shown as one: `Quill Haven`, and by their sound `Doc line`."""
    shown = {word.casefold(): word for phrase in spoken.phrases for word in phrase.words}
    shown = {letters: word for letters, word in shown.items() if _may_be_two(word)}
    by_sound: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for letters, word in shown.items():
        if letters not in spoken.cores:
            told = sound(word, spoken.language)
            by_sound[told[:1]].append((told, word))
    for place, pair in enumerate(pairwise(spoken.cores)):
        if spoken.said[place].text[-1:] in QUOTES or not all(pair):
            continue
        if whole := shown.get("".join(pair)):
            whole = whole if _is_one_word(spoken, place, whole) else None
        else:
            whole = _sounding_whole(spoken, place, by_sound)
        if whole:
            is_name = whole.isupper() and is_uncommon(whole, spoken.language)
            right = whole.capitalize() if is_name else _as_a_name(whole, spoken.said[place])
            yield Mistake(place, place + 2, (right,), is_name=is_name)


def _sounding_whole(
    spoken: SpokenWords, place: int, by_sound: Mapping[str, Sequence[tuple[str, str]]]
) -> str | None:
    """Return the shown word that two sound like; the same, where everybody says the two."""
    pair = spoken.cores[place : place + 2]
    if all(is_small(word, spoken.language) for word in pair):
        return None
    heard = sound(" ".join(pair), spoken.language)
    doubts = [word.probability < DOUBTED for word in spoken.said[place : place + 2]]
    is_said = all(is_common(w, spoken.language) for w in pair) or is_small(pair[1], spoken.language)
    near = (
        word
        for told, word in by_sound.get(heard[:1], ())
        if (all(doubts) or is_rare(word, spoken.language))
        and told not in {sound(alone, spoken.language) for alone in pair}
        and not _is_other_form(pair, word)
        and (
            told == heard
            if is_said and not _is_rest_shown(pair, doubts, word)
            else _is_alike(heard, told)
        )
    )
    return next(near, None)


def _is_other_form(pair: Sequence[str], word: str) -> bool:
    """Tell whether two words are said of which the shown one has others: `durch das Watt wandern`.

    The second half of `Wattwanderung` is a form of what is said.
    """
    rest = word.lower().removeprefix(pair[0])
    root = pair[1][:FEWEST_LETTERS]
    return (
        rest not in {word.lower(), pair[1]}
        and len(root) == FEWEST_LETTERS
        and rest.startswith(root)
    )


def _is_rest_shown(pair: Sequence[str], doubts: Sequence[bool], word: str) -> bool:
    """Tell whether a word has the half that is not doubted: `Ruhe seid` of `Ruhezeit`."""
    ends = zip((word.lower().startswith, word.lower().endswith), pair, doubts, strict=True)
    return any(doubts) and all(is_doubted or is_shown(half) for is_shown, half, is_doubted in ends)


def _may_be_two(word: str) -> bool:
    return len(word) >= FEWEST_LETTERS and word.isalpha()


def _is_alike(heard: str, told: str) -> bool:
    """Tell whether two words sound as good as the same as one; no more are measured than may."""
    if abs(len(heard) - len(told)) > 1:
        return False
    return distance(heard, told) <= ALIKE_ALONE * max(len(heard), len(told))


def _as_a_name(shown: str, heard: Word) -> str:
    """Begin a word as it was heard: a card has capitals of its own."""
    is_kept = shown.isupper() or not heard.text[:1].isupper()
    return shown if is_kept else shown[0].upper() + shown[1:]


def _is_one_word(spoken: SpokenWords, place: int, whole: str) -> bool:
    """Tell whether two words are a name or a compound, and not a line that was read without a gap.

    A recogniser gives both halves of a name capitals.
    """
    is_name = all(word.text[:1].isupper() for word in spoken.said[place : place + 2])
    pair = spoken.cores[place : place + 2]
    is_particle = spoken.language == "en" and _runs_on(pair[1], spoken.language)
    is_compound = is_known(whole, spoken.language) and not is_particle  # `set up` to do it
    return is_name or is_compound or _is_written_as_a_name(spoken, pair, whole)


def _is_written_as_a_name(spoken: SpokenWords, pair: Sequence[str], whole: str) -> bool:
    """Tell a name of two words from what a reader runs together: small words, and capitals."""
    is_common_talk = all(is_common(word, spoken.language) for word in pair)
    return (
        whole[:1].isupper()
        and (whole[1:].islower() or (whole.isupper() and not is_common_talk))
        and not is_small(pair[0], spoken.language)
        and not _runs_on(pair[1], spoken.language)
        and not set(pair) <= spoken.shown
    )


def _runs_on(word: str, language: str) -> bool:
    """Tell whether a word is one that a reader takes for the end of the one before it."""
    return bool(PARTICLES.fullmatch(word)) if language == "en" else is_small(word, language)


# ---- A word in no dictionary ------------------------------------------------------------------


def _alone(spoken: SpokenWords) -> Iterable[Mistake]:
    """Yield unknown words that sound like one that is shown, or like two: `Devison`, `Devizon`."""
    terms = {
        words[n : n + size]
        for words, *_ in spoken.phrases
        for size in (1, 2)
        for n in range(len(words) - size + 1)
    }
    terms = {t for t in terms if len("".join(t)) >= FEWEST_LETTERS and all(len(w) > 1 for w in t)}
    by_sound: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for term in sorted(terms):
        by_sound[sound(" ".join(term), spoken.language)[:1]].append(term)
    for place, heard in enumerate(spoken.cores):
        if len(heard) < FEWEST_LETTERS or heard in spoken.shown or not heard.isalpha():
            continue
        first = sound(heard, spoken.language)[:1]
        near = [term for term in by_sound[first] if _is_meant_alone(spoken, place, term)]
        if near and spoken.is_doubted(place):
            best = min(near, key=lambda term: spoken.distance([place], term))
            yield Mistake(place, place + 1, best)


def _is_meant_alone(spoken: SpokenWords, place: int, term: Sequence[str]) -> bool:
    if any(is_small(word, spoken.language) for word in term):
        return False
    if not "".join(term).isalpha() or is_form(spoken, place, term):
        return False
    if _is_misread([spoken.cores[place]], term, spoken.language):
        return False
    far, each = spoken.distance([place], term)
    if far <= FARTHEST and each <= ALIKE_ALONE:
        return True
    is_name = len(term) == 1 and is_unsaid_name(spoken, term[0])
    is_like = far <= FARTHEST_NAME and each <= ALIKE_UNSAID
    return is_name and is_like and is_heard_name(spoken, place, term[0])


# ---- A word among words that are shown --------------------------------------------------------


def _in_context(spoken: SpokenWords) -> Iterable[Mistake]:
    """Yield words in the place of others that sound like them, all around being as shown."""
    return _among(spoken, spoken.phrases)


def _among(spoken: SpokenWords, shown: Iterable[Phrase]) -> Iterable[Mistake]:
    for phrase in shown:
        told = [matter(word.lower(), spoken.language) for word in phrase.words]
        for start in _starts(spoken, phrase, told):
            window = range(max(start - 1, 0), min(start + len(told) + 1, len(spoken.said)))
            yield from _mistakes(spoken, phrase, told, window)


def _starts(spoken: SpokenWords, phrase: Phrase, told: Sequence[str]) -> Iterable[int]:
    """Yield where in the transcript a phrase may be said: where a telling word of it is."""
    if len(told) < 2:  # noqa: PLR2004  (one word alone tells nothing apart)
        return ()
    carrying = [
        n
        for n, word in enumerate(phrase.words)
        if (len(word) >= FEWEST_LETTERS or word.isdigit())
        and (len(told) > LONG_CONTEXT or not is_small(word, spoken.language))
    ]
    starts = {place - n for n in carrying for place in spoken.places.get(told[n], ())}
    return sorted(start for start in starts if not _is_said(spoken, told, start))


def _is_said(spoken: SpokenWords, told: Sequence[str], start: int) -> bool:
    return start >= 0 and spoken.stems[start : start + len(told)] == told


def _mistakes(
    spoken: SpokenWords, phrase: Phrase, told: Sequence[str], window: range
) -> Iterable[Mistake]:
    heard = [spoken.stems[place] for place in window]
    steps = SequenceMatcher(None, heard, told, autojunk=False).get_opcodes()
    same = [n for kind, _, _, first, last in steps if kind == "equal" for n in range(first, last)]
    equal = len(same)
    if equal < LONG_CONTEXT and all(is_small(phrase.words[n], spoken.language) for n in same):
        return  # `sono Corrado, della …` is not `CORSA DELLE …`
    for n, (kind, start, end, first, last) in enumerate(steps):
        if kind == "replace":
            places = window[start:end]
            begins = n > 0 and not _ends(spoken.said[places[0] - 1])
            ends = n < len(steps) - 1 and not _ends(spoken.said[places[-1]])
            parts = _parts(places, begins=begins, ends=ends)
            yield from _best(spoken, phrase, parts, range(first, last), equal)
    size = len(told)
    for n in range(len(heard) - size + 1 if size >= FEWEST_IN_ANY_ORDER else 0):
        lost = Counter(heard[n : n + size]) - Counter(told)
        shown = Counter(told) - Counter(heard[n : n + size])
        if lost.total() == shown.total() == 1:
            place = window[n + heard[n : n + size].index(next(iter(lost)))]
            right = told.index(next(iter(shown)))
            parts = [range(place, place + 1)]
            yield from _best(spoken, phrase, parts, range(right, right + 1), size - 1)


def _ends(word: Word) -> bool:
    """Tell whether a sentence ends with a word: what follows is no context for what is before."""
    return word.text.endswith(ENDS)


def _parts(places: range, *, begins: bool, ends: bool) -> list[range]:
    """List the words next to what is as shown, on either side; the rest may be other words."""
    sizes = range(1, min(MOST_MISHEARD, len(places)) + 1)
    before = [places[:size] for size in sizes if begins]
    return [*before, *(places[-size:] for size in sizes if ends)]


def _best(
    spoken: SpokenWords, phrase: Phrase, parts: Iterable[range], right: range, equal: int
) -> Iterable[Mistake]:
    told = phrase.words[right.start : right.stop]
    meant = [part for part in parts if _is_meant(spoken, phrase, part, told, equal)]
    if meant:
        best = min(meant, key=lambda part: spoken.distance(part, told))
        # A capital after small letters is the name's own, not a line's first.
        begins = any(word[:1].islower() for word in phrase.words[: right.start])
        is_name = begins and told[0][:1].isupper() and not told[0].isupper()
        yield Mistake(best.start, best.stop, told, is_name=is_name)


def _is_meant(
    spoken: SpokenWords, phrase: Phrase, part: range, told: Sequence[str], equal: int
) -> bool:
    """Tell whether words were meant as other ones, which are shown among the same neighbours."""
    heard = [spoken.cores[place] for place in part]
    if len(told) > MOST_MISHEARD or any(not w.replace("'", "").isalpha() for w in (*heard, *told)):
        return False
    is_other_form = len(part) == len(told) == 1 and is_form(spoken, part[0], told)
    is_other_form = is_other_form or _is_misread(heard, told, spoken.language)
    if is_other_form or "".join(heard) == "".join(told).casefold():  # a gap: see `_parted`
        return False
    smalls = [is_small(word, spoken.language) for word in heard]
    is_clear = all(smalls) if len(part) > len(told) else any(smalls)
    is_clear = is_clear or any(is_small(word.lower(), spoken.language) for word in told)
    is_clear = is_clear or any(word in spoken.shown for word in heard)
    if is_clear and equal < LONG_CONTEXT:  # `buy itself` of `by itself`
        is_rest_shown = equal >= FEWEST_IN_ANY_ORDER and equal == len(phrase.words) - len(told)
        return is_rest_shown and spoken.distance(part, told)[0] == 0
    if len(part) != len(told) and not any(spoken.is_unknown(place) for place in part):
        return spoken.distance(part, told)[1] <= ALIKE_ALONE
    if any(spoken.is_doubted(place) for place in part):
        both = (*heard, *(word.lower() for word in told))
        # `Broken English` is no `SPOKEN ENGLISH`.
        is_thin = equal == 1 and all(is_common(word, spoken.language) for word in both)
        return spoken.distance(part, told)[1] <= (ALIKE_IN_CONTEXT if is_thin else ALIKE_IN_DOUBT)
    is_whole = equal == len(phrase.words) - len(told)
    is_thin = equal == 1 and not _is_near(spoken.said[part[0]], phrase)
    is_among = equal >= FEWEST_IN_ANY_ORDER or (is_whole and not is_thin)
    is_half = equal == 1 and spoken.is_name(part[0]) and not _is_of_words(spoken, phrase, told)
    alike = ALIKE_ALONE if is_half else ALIKE_IN_CONTEXT
    return is_among and spoken.distance(part, told)[1] <= alike


def _is_misread(heard: Sequence[str], told: Sequence[str], language: str) -> bool:
    """Tell whether the picture was misread: every word heard is one, and a shown one is none.

    `Truel` of `true`, and an `l` for an `I`. Nor was `Codex` misread as the shorter word `Code`.
    """
    begins = heard[0].startswith(told[0].casefold()[:-1]) and len(heard[0]) > len(told[0])
    is_one = len(heard) == len(told) == 1 and not is_known(heard[0], language)
    if is_one and begins and is_common(told[0].casefold(), language):
        return True
    is_word = all(is_known(word, language) for word in heard)
    is_none = any(word.islower() and not is_known(word, language) for word in told)
    looks = [[word.casefold().translate(LOOKALIKES) for word in words] for words in (heard, told)]
    return (is_word and is_none) or looks[0] == looks[1]


def _is_of_words(spoken: SpokenWords, phrase: Phrase, told: Sequence[str]) -> bool:
    """Tell whether the rest of a name is a word, and no name that two people may share."""
    rest = [word for word in phrase.words if word not in told]
    return all(is_common(word, spoken.language) for word in rest)


def _beside(spoken: SpokenWords) -> Iterable[Mistake]:
    """Yield the rest of a name of which one word was put right: `Marit Soul back`."""
    put_right_here = {core(word) for word in spoken.said if word.heard}
    shown = [p for p in spoken.phrases if put_right_here & {word.lower() for word in p.words}]
    for mistake in _among(spoken, shown):
        around = (*spoken.said[: mistake.start][-1:], *spoken.said[mistake.end :][:1])
        is_name = all(is_uncommon(word, spoken.language) for word in mistake.right)
        if is_name and any(word.heard for word in around):
            yield mistake


def _is_near(word: Word, phrase: Phrase) -> bool:
    return phrase.start_ms - NEAR_MS <= word.start_ms <= phrase.end_ms + NEAR_MS
