"""Words that a reader of the picture ran together, parted again: `preguntópor` is `preguntó por`.

Only where one half is a small word, a number or a short verb, the other is known, and the whole is
not and is no form of its beginning: compounds, endings and the names of products stay whole.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable

import regex

from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.vocabulary import word_list
from socialcopy.understanding.dictionary import LANGUAGES, is_known, is_uncommon, stem

FEWEST_LETTERS = 6
SHORTEST_SMALL = 3
# Of a small word in languages that neither end words like one nor make compounds: `prévula`.
SHORTEST_JOINT = {"en": 2, "fr": 2}
SHORTEST_PAIR = 4
SHORTEST_OTHER = 4
ELIDED = regex.compile(r"^(?P<left>\p{L}{4,})(?P<right>[lL]['’]\p{L}{2,})$")
# `quell'uomo` is one word and its article.
DOUBLE_L = frozenset({"quel", "bel", "del", "nel", "sul", "dal", "al", "col", "tel"})

WORD = regex.compile(r"[\p{L}\p{M}'’]+")
# `22à porter`, `12livres`; `3rd`, `10min` and `6h` are whole.
COUNTED = regex.compile(r"(?<![\w.,])(\d+)(\p{L}{4,}|à)(?!\w)")


def parted(text: str, language: str, said: frozenset[str] = frozenset()) -> str:
    """Part the words of a line that ran together; `said` are words known to be whole."""
    if language not in LANGUAGES:
        return text
    text = COUNTED.sub(lambda found: _counted(found, language), text)
    return WORD.sub(lambda word: _parted(word.group(), language, said), text)


def _counted(found: regex.Match[str], language: str) -> str:
    """Part a number from what it counts; a small German word may be its ending: `20fach`."""
    is_ending = language in {"de", "nl"} and found[2].islower()
    return (
        found.group() if is_ending or not is_known(found[2], language) else " ".join(found.groups())
    )


def _parted(word: str, language: str, said: frozenset[str]) -> str:
    if len(word) < SHORTEST_PAIR or word.isupper() or word.lower() in said:
        return word
    if (elided := ELIDED.match(word)) and elided["left"].lower() not in DOUBLE_L:
        return (
            f"{elided['left']} {elided['right']}" if _is_known(elided["left"], language) else word
        )
    long = _splits(word, language) if len(word) >= FEWEST_LETTERS else ()
    splits = [*(pair for pair in long if _may_stand_alone(pair, language))]
    splits += _small_pairs(word, language) if word.isalpha() else ()
    # `service` is said in other languages too.
    is_whole = _is_known(word, language) or (language != "en" and is_known(word, "en"))
    return " ".join(splits[0]) if splits and not is_whole else word


def _splits(word: str, language: str) -> Iterable[tuple[str, str]]:
    """Ways to part a word into a joint and something longer; a name keeps its beginning."""
    is_name = word[:1].isupper()
    verbs = word_list("short_verbs", language)
    is_plain = word.isalpha() and not is_name
    least = SHORTEST_JOINT.get(language, SHORTEST_SMALL) if is_plain else SHORTEST_SMALL
    for place in range(least, len(word) - least + 1):
        left, right = word[:place], word[place:]
        # `Sharewith` is two words, `Halloway` and `Duskwell` are names.
        is_name_whole = is_name and right not in word_list("needs_object", language) | verbs
        if (_joins(right, language) and len(left) >= SHORTEST_OTHER and not is_name_whole) or (
            _joins(left, language) and not is_name and len(right) >= SHORTEST_OTHER
        ):
            yield left, right


def _small_pairs(word: str, language: str) -> Iterable[tuple[str, str]]:
    """Ways to part a word into two small ones, of which no compound is made; `enel` is none."""
    articles, joints = word_list("articles", language), word_list("needs_object", language)
    subjects = word_list("clause_subjects", language)
    for place in range(len("of"), len(word) - 1):
        left, right = word[:place], word[place:]
        is_small = is_small_word(left, language) or left.lower() in subjects
        is_clause = is_small and right.islower() and is_small_word(right, language)
        is_long = min(len(left), len(right)) >= SHORTEST_SMALL and language == "de"
        if (is_clause and is_long) or (left in joints and right in articles):
            yield left, right


def _joins(part: str, language: str) -> bool:
    return part in word_list("short_verbs", language) or (
        language != "de" and is_small_word(part, language)
    )


def _may_stand_alone(pair: tuple[str, str], language: str) -> bool:
    """Tell whether the longer half is a word, of which the whole is no other form."""
    left, right = pair
    joint, other = (right, left) if _joins(right, language) else (left, right)
    if left.lower().startswith(stem(left + right, language)):
        return False
    if len(joint) < SHORTEST_SMALL:
        return is_known(other, language) and not is_uncommon(other, language)
    return _is_known(other, language)


# A word is known if another form of it is: `preguntó` by `preguntar`.
ENDINGS = ("", "a", "o", "e", "s", "n", "t", "ar", "er", "ir", "en", "an")


def _is_known(word: str, language: str) -> bool:
    if is_known(word, language) or is_known(word.removesuffix("es"), language):
        return True  # `sociales` is of `social`
    return len(word) > FEWEST_LETTERS and any(
        is_known(f"{word[:-1]}{end}", language) for end in ENDINGS
    )
