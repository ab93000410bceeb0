"""Hashtags a person would use: the brief's, then the names and things that a video is about.

Nothing becomes one that was only heard and could be misheard: a name has to stand on a card, be
said again, or be the brief's; a thing has to come up again, or be both said and shown.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import regex

from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.safety import PROFANITY
from socialcopy.copywriting.text.screen_text import CardKind
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import light_stems, stem
from socialcopy.copywriting.text.vocabulary import is_verb, word_list
from socialcopy.copywriting.writers.points import Material
from socialcopy.models import Brief, HashtagPolicy

MAX_TAG_LENGTH = 30
SHORTEST = 4
"""Letters; `#Bar` and `#Day` lead nowhere."""

REPEATED = 2
MOST_THINGS = 3
NOUNS_WITH_CAPITAL = frozenset({"de", "lb"})


def chosen(material: Material, brief: Brief) -> tuple[str, ...]:
    """The brief's hashtags first, then what the video names, each once."""
    if brief.hashtag_policy is HashtagPolicy.NONE:
        return ()
    given = given_hashtags(brief)
    if brief.hashtag_policy is not HashtagPolicy.CONTENT:
        return given
    tags = dict.fromkeys(given)
    for tag in _found(material, brief):
        if not any(_is_in(tag, other) for other in tags):
            tags[tag] = None
    return tuple(tags)


def _found(material: Material, brief: Brief) -> Iterable[str]:
    said = " ".join(point.text for point in material.points)
    own = [w for w in brief.use_words if w[:1].isupper() and w.lower() in said.lower()]
    names = [material.brand, *own, *_shown_names(material, said), *_title(material)]
    people = {part for speaker in material.everybody for part in speaker.parts}
    for name in (*names, *_things(material, said)):
        parts = tokens(name)
        if parts and not people & set(parts) and not PROFANITY.search(name):
            tag = as_hashtag(name)
            if len(tag) <= MAX_TAG_LENGTH:
                yield tag


def _shown_names(material: Material, said: str) -> Iterable[str]:
    """Names on cards that are said with a capital too; a silent video has no other words."""
    for card in material.cards:
        if card.kind is CardKind.NAME and card.text.lower() != material.brand.lower():
            form = regex.search(rf"(?i)(?<!\p{{L}}){regex.escape(card.text)}(?!\p{{L}})", said)
            if form and not form.group().islower() and material.language not in NOUNS_WITH_CAPITAL:
                yield form.group()


def _title(material: Material) -> Iterable[str]:
    """The one name on the cards, where nothing else is named: `Focaccia`."""
    names = [c.text for c in material.cards if c.kind is CardKind.NAME]
    plain = [name for name in names if regex.fullmatch(r"[\p{L} &'’-]+", name)]
    if not material.brand and not material.is_story:
        yield from plain[:1]


def _things(material: Material, said: str) -> list[str]:
    """Nouns that come up again, or are said and shown; none of a story, where they are its joke."""
    if material.is_story:
        return []
    language = material.language
    titles = (c.text for c in material.cards if c.kind in {CardKind.NAME, CardKind.LABEL})
    shown = {stem(w, language) for title in titles for w in tokens(title)}
    counted: Counter[str] = Counter()
    forms: dict[str, str] = {}
    for before, word in _with_word_before(said):
        if _is_thing(word, before, language):
            base = stem(word, language)
            counted[base] += 1
            forms.setdefault(base, word)
    doubtful = {w for p in material.points if p.sentence for w in p.sentence.doubtful}
    sure = [b for b in counted if counted[b] >= REPEATED + (b not in shown)]
    ranked = sorted(sure, key=lambda b: -(counted[b] + (b in shown)))
    return [forms[b] for b in ranked if forms[b].lower() not in doubtful][:MOST_THINGS]


def _with_word_before(said: str) -> Iterable[tuple[str, str]]:
    found = regex.findall(r"[\p{L}\p{M}][\p{L}\p{M}'’-]*", said)
    return zip(["", *found], found, strict=False)


def _is_thing(word: str, before: str, language: str) -> bool:
    """Whether it is a noun: German tells by a capital, others by an article."""
    plain = word.lower()
    if len(word) < SHORTEST or is_small_word(plain, language) or "'" in word or "’" in word:
        return False
    if stem(plain, language) in light_stems(language) or plain in word_list("dates", language):
        return False
    if language in NOUNS_WITH_CAPITAL:
        return word[:1].isupper() and is_small_word(before.lower(), language)
    if language == "en":
        return _is_english_thing(plain, before.lower())
    return before.lower() in word_list("articles", language)


def _is_english_thing(word: str, before: str) -> bool:
    vague = ("vague_nouns", "adjectives", "generic", "given_names", "number_words", "measures")
    if (
        any(word in word_list(name) for name in vague)
        or is_verb(word)
        or word.endswith(("ly", "ed", "ing"))
    ):
        return False
    return before in word_list("introducers") | word_list("articles")


def given_hashtags(brief: Brief) -> tuple[str, ...]:
    """The brief's own, the campaign's first, each once whatever its case."""
    tags: dict[str, str] = {}
    for tag in map(as_hashtag, (brief.campaign_tag, *brief.hashtags)):
        tags.setdefault(tag.lower(), tag)
    tags.pop("#", None)
    return tuple(tags.values())


def as_hashtag(told: str) -> str:
    """As a person writes it: `Slow travel` becomes `#SlowTravel`, `iPhone` keeps its letters."""
    parts: Sequence[str] = regex.findall(r"[\p{L}\p{M}\p{N}_]+", regex.sub(r"['’]s\b", "", told))
    is_one = len(parts) == 1 and told.startswith("#")
    return "#" + "".join(
        p if is_one or not p[:1].islower() or p[1:] != p[1:].lower() else f"{p[:1].upper()}{p[1:]}"
        for p in parts
    )


def _is_in(one: str, other: str) -> bool:
    """Whether a reader of both hashtags would read a name twice: `#Ghent #Ghent26`."""
    short, long = sorted((one[1:].lower(), other[1:].lower()), key=len)
    return short in long or stem(short, "en") == stem(long, "en")
