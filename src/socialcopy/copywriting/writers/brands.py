"""The product or maker that a video is about, where there is one."""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Sequence

import regex

from socialcopy.copywriting.evidence.repair import sentences
from socialcopy.copywriting.evidence.sources import Known, houses
from socialcopy.copywriting.text import roles
from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.names import is_given_name
from socialcopy.copywriting.text.screen_text import ENDS, CardKind
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.vocabulary import every, pattern, word_list
from socialcopy.models import Brief
from socialcopy.understanding.dictionary import is_rare

# A card with more is a slogan.
MOST_NAME_WORDS = 3
FEWEST_LETTERS = 3
# Words that an address may run together; the longest run first.
MOST_RUN = range(5, 0, -1)
NAME_WORD = regex.compile(r"[\p{L}\p{N}]+")
# Endings of an address; `Next.js` and `settings.Click` are none.
TOP_LEVEL = (
    r"(?!(?:js|py|ts|md|sh|cs|rs|cc|gz)\b)[a-z]{2}|com|org|net|info|biz|app|dev|shop|store|online|site"
    r"|studio|agency|africa|example|cloud|tech|xyz|club|live|world|space|page|media|digital|design"
    r"|events|community|foundation|charity|health|care|school|academy"
)
ADDRESS = regex.compile(
    r"(?<![\p{L}\p{N}.@-])(?:www\.)?(?P<label>[\p{L}\p{N}-]{4,})"
    rf"(?:\.| dot )(?:{TOP_LEVEL})(?![\p{{L}}\p{{N}}])",
    regex.I,
)
NAME = r"(?-i:(?P<name>\p{Lu}[\p{L}\p{N}'’&-]*(?: (?:\p{Lu}|\d)[\p{L}\p{N}'’&-]*){0,4}))"
# What may stand behind a name that is presented; `Meet Ana` is a person.
BEHIND = r"(?=[.,:!]|$| [-–—] | (?:because|to|so|for|as|and|who|which|that)\b)"
OWN_LETTERS = regex.compile(r"\p{Ll}\p{Lu}")  # `ImPulSe`
ALONE = regex.compile(rf"{NAME}[.!]")


def brand_of(known: Known, brief: Brief, said: str) -> str:
    """Tell the brief's name, else an address's, one that is presented, or one said and shown."""
    capital = (word for word in brief.use_words if word[:1].isupper() and not _is_person(word))
    told = [word for word in capital if word.lower() in said.lower()]
    if found := (*houses(brief, known.screen), *told):
        return found[0]
    if said and (found := _of_an_address(known)):
        return found
    shows = (roles.show_in(text, known.language) for text in sentences(said))
    if show := next(filter(None, shows), "") or _presented(known):
        return show
    employers = [s.role for s in known.everybody if s.role in said]
    if employers and not known.screen:
        return employers[0]
    names = [text for text in _on_cards(known, CardKind.NAME) if not text.endswith(ENDS)]
    if said:
        return _heard_and_shown(known, said) or _used(names, said, known) or _explained(said, known)
    rare = [n for n in names if any(is_rare(word, known.language) for word in tokens(n))]
    names = rare or names  # what no list of words has is rather a name
    return names[0] if len(names) == 1 or (names and known.screen[0].from_screen) else ""


def _on_cards(known: Known, *kinds: CardKind) -> list[str]:
    return [card.text for card in known.screen if card.number is None and card.kind in kinds]


def _heard_and_shown(known: Known, said: str) -> str:
    """Return the name on a card that is said last for the first time; of an event the first."""
    shown = _on_cards(known, CardKind.NAME, CardKind.LABEL)
    names = (name for name in shown if not (_is_person(name) or _is_spoken_to(name, said)))
    heard = [found for name in names if (found := _heard_as_a_name(name, said, known.language))]
    # An event is named before those who play there, a product behind the problem it answers.
    first_or_last = min if roles.is_event(said, known.language) else max
    return first_or_last(heard, key=said.index, default="")


def _of_an_address(known: Known) -> str:
    """Return words that an address runs together: `Move Digital` beside `movedigital.example`."""
    told = [s.text for s in known.spoken] + [card.text for card in known.screen]
    addresses = " ".join((*known.noise, *told)).lower()
    labels = {found["label"].replace("-", "") for found in ADDRESS.finditer(addresses)}
    words = [word for text in told for word in NAME_WORD.findall(ADDRESS.sub(" ", text))]
    runs = (words[n : n + size] for size in MOST_RUN for n in range(len(words)))
    told_as = (run for run in runs if "".join(run).lower() in labels)
    # `sentences.` before a mail address is no name.
    names = (r for r in told_as if r[0][:1].isupper() or is_rare(r[0], known.language))
    fits = (" ".join(run) for run in names)
    return next((name for name in fits if not _is_person(name)), "")


def _presented(known: Known) -> str:
    """Return the name that a promotion presents, or says alone: `Welcome to Spoke and Grease.`

    A second place has to name it too, or no dictionary may have it.
    """
    said = [text for s in known.spoken for text in sentences(s.text)]
    form = pattern("presents_itself", known.language, rf"^(?:\p{{L}}+ )?{{}} {NAME}{BEHIND}")
    sent = pattern("broadcasts", known.language, r"(?<!\p{L}){}(?!\p{L})")
    presented = [f["name"] for text in said if (f := form.match(text)) and not sent.search(text)]
    is_spoken = known.is_interview or bool(known.everybody)  # `Fifty-two.` is an answer
    tellers = [] if is_spoken or known.language == "de" else said
    alone = [found["name"] for text in tellers if (found := ALONE.fullmatch(text))]
    everything = " ".join((*said, *(card.text for card in known.screen)))
    names = (*presented, *alone)
    fitting = (name for name in names if _may_name(name, known))
    told = (n for n in fitting if _is_told(n, everything, known, is_presented=n in presented))
    return next(told, "")


def _may_name(name: str, known: Known) -> bool:
    """Tell whether it is neither a person nor a few letters: `Meet Ana.`, `By hand.`"""
    people = {part for speaker in known.everybody for part in speaker.parts}
    first = name.partition(" ")[0].lower()
    is_small = is_small_word(first, known.language) or len(name) < FEWEST_LETTERS
    # Every German noun has a capital.
    is_noun = known.language == "de" and " " not in name and not is_rare(name, "de")
    is_small = is_small or is_noun
    is_small = is_small or bool(pattern("small_talk", known.language).match(name))
    return not (is_small or is_given_name(first.title()) or people & set(tokens(name)))


def _is_told(name: str, everything: str, known: Known, *, is_presented: bool) -> bool:
    """Tell whether another place names it too, or no dictionary has what is presented."""
    is_unknown = known.language != "de" and is_rare(name, known.language)
    is_unknown = is_unknown or bool(OWN_LETTERS.search(name))
    if " " not in name and not is_unknown:
        # `Nobody. … Nobody knows.` has its capital because it begins a sentence.
        return bool(regex.search(rf"\p{{Ll}},? {regex.escape(name)}(?!\p{{L}})", everything))
    found = regex.findall(rf"(?<!\p{{L}}){regex.escape(name)}(?!\p{{L}})", everything)
    return len(found) > 1 or (is_presented and is_unknown)


def _used(names: Sequence[str], said: str, known: Known) -> str:
    """Return the only name that one person says they work in: `Since May we plan in Shiftfern.`"""
    is_named = len(names) == 1 and names[0] in said and is_rare(names[0], known.language)
    return names[0] if is_named and len(known.everybody) == 1 and not known.is_interview else ""


def _explained(said: str, known: Known) -> str:
    """Return what a sentence says what it is, if elsewhere its capital shows that it is a name."""
    told = (roles.show_in(text, known.language, "") for text in sentences(said))
    people = {part for speaker in known.everybody for part in speaker.parts}
    names = (name for name in told if name and not people & set(name.lower().split()))
    inside = (name for name in names if regex.search(rf"\p{{Ll}} {regex.escape(name)}\b", said))
    return next(inside, "") if known.language != "de" else ""


def _is_person(name: str) -> bool:
    """Tell whether a name begins with a given one: who plays at an event does not name it."""
    first, _, rest = name.partition(" ")
    return bool(rest) and is_given_name(first)


def _is_spoken_to(name: str, said: str) -> bool:
    """Tell whether somebody is called by the first word of a name: `Milo, can you hear me?`"""
    first = regex.escape(name.partition(" ")[0])
    return " " in name and bool(regex.search(rf"(?:^|[.!?,] ){first},", said))


def _heard_as_a_name(name: str, said: str, language: str) -> str:
    """Return a name as the talk writes it: always with a capital, and nowhere only as a place."""
    forms = regex.findall(rf"(?i)(?<!\p{{L}}){regex.escape(name)}(?!\p{{L}})", said)
    is_slogan = len(name.split()) > MOST_NAME_WORDS
    no_names = word_list("generic") | word_list("vague_nouns") | every("dates")
    is_common = is_slogan or name.lower() in no_names
    is_small = any(form[:1].islower() for form in forms)
    # `Compressed.` has its capital from where it stands.
    is_one = " " not in name and language != "de" and not is_rare(name, language)
    is_small = is_small or (
        is_one and not regex.search(rf"\p{{Ll}},? {regex.escape(name)}", said, regex.I)
    )
    begins = next(iter(regex.findall(r"\p{L}+", name.lower())), "")  # `It's actually`
    is_common = is_common or begins in word_list("clause_subjects", language)
    if not forms or is_common or is_small or not _has_capitals(forms[0], language):
        return ""
    if language == "de" and not regex.search(
        rf"(?:^|[.!?] |(?:[Mm]it|[Vv]on|[Bb]ei|[Dd]urch|[Vv]om|[Bb]eim) ){name}", said
    ):
        return ""
    is_place = regex.search(
        rf"\b(?i:in|at|near|en|em|im|à|al?) (?i:the |el |la |o |a )?{regex.escape(forms[0])}",
        said,
    )
    return "" if is_place and len(forms) == 1 else _in_full(forms[0], said, language)


def _has_capitals(name: str, language: str) -> bool:
    """Tell whether each word of a name has a capital, but for small ones: `Bäckerei am Markt`."""
    small = (w for w in name.split() if w.islower())
    return all(w in word_list("inside_names") or is_small_word(w, language) for w in small)


def _in_full(name: str, said: str, language: str) -> str:
    """Return a name with the word that always stands before it: `Boulder Eats`, shown as `EATS`."""
    before = regex.findall(rf"(\S+) {regex.escape(name)}(?!\p{{L}})", said)
    word = before[0] if len(set(before)) == 1 and len(before) == said.count(name) else ""
    is_name = regex.fullmatch(r"\p{Lu}\p{Ll}+", word) and is_rare(word, language)
    return f"{word} {name}" if is_name and " " not in name and language != "de" else name
