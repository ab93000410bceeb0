"""Hashtags a person would use: the brief's, then the names and things that a video is about.

Nothing becomes one that was only heard and could be misheard: a name has to stand on a card or be
the brief's. A single everyday word is none, however often it is said.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from socialcopy.copywriting.text.safety import PROFANITY
from socialcopy.copywriting.text.screen_text import CardKind
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import stem
from socialcopy.copywriting.text.vocabulary import is_verb
from socialcopy.copywriting.writers.points import Material
from socialcopy.models import Brief, HashtagPolicy
from socialcopy.understanding.dictionary import is_rare

MAX_TAG_LENGTH = 30
# Of what may be an abbreviation, among other words and alone.
MOST_LETTERS, LONGEST_LETTERS = 3, 5
NOUNS_WITH_CAPITAL = frozenset({"de", "lb"})
# `LINK IN BIO` on a card names nothing.
LINK = regex.compile(r"(?:link|enlace|lien)\b", regex.I)


def chosen(material: Material, brief: Brief) -> tuple[str, ...]:
    """Choose the brief's hashtags first, then what the video names, each once."""
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
    names = [*_written(material, brief), *own, *_shown_names(material, said), *_title(material)]
    people = {part for speaker in material.everybody for part in speaker.parts}
    for name in names:
        # A person's name in a hashtag drags them into a stream they did not choose.
        parts = tokens(name)
        is_common = name != material.brand and _is_common(name, material.language)
        # A German noun has a capital as a name has.
        is_named = name in own and not (is_common and material.language in NOUNS_WITH_CAPITAL)
        is_word = not is_named and (is_common or is_verb(name.lower()))
        is_word = is_word or LINK.match(name) is not None
        if parts and not is_word and not people & set(parts) and not PROFANITY.search(name):
            tag = as_hashtag(_unshouted(name, material.language))
            if len(tag) <= MAX_TAG_LENGTH:
                yield tag


def _written(material: Material, brief: Brief) -> list[str]:
    """Return the brand, where the picture or the brief spells it or it is said more than once."""
    brand = material.brand
    houses = sum(brand == speaker.role for speaker in material.everybody)
    said = houses + sum(brand in point.text for point in material.points)
    texts = [*brief.use_words, *(card.text for card in material.cards)]
    is_spelled = any(t.lower() in brand.lower() or brand.lower() in t.lower() for t in texts)
    return [brand] if is_spelled or said > 1 else []


def _shown_names(material: Material, said: str) -> Iterable[str]:
    """Names on cards that are said with a capital too; a silent video has no other words."""
    for card in material.cards:
        if card.kind is CardKind.NAME and card.text.lower() != material.brand.lower():
            form = regex.search(rf"(?i)(?<!\p{{L}}){regex.escape(card.text)}(?!\p{{L}})", said)
            if form and not form.group().islower() and material.language not in NOUNS_WITH_CAPITAL:
                yield form.group()


def _title(material: Material) -> Iterable[str]:
    """Tell the first name on the cards, where nothing else is named: `Focaccia`."""
    names = (c.text for c in material.cards if c.kind is CardKind.NAME)
    plain = (name for name in names if regex.fullmatch(r"[\p{L} &'’-]+", name))
    plain = (n for n in plain if n.lower().split()[1:2] != ["the"])  # `Mist the bag` is an order
    if not (material.brand or (material.is_story and not material.everybody)):
        yield from [*plain][:1]


def _is_common(name: str, language: str) -> bool:
    """Tell whether a name is one everyday word, which as a hashtag leads nowhere: `#Blade`."""
    return " " not in name and not is_rare(name, language)


def _unshouted(name: str, language: str) -> str:
    """Write a card's capitals as people do; what may be letters, such as `BBC`, keeps them."""
    if not name.isupper():
        return name
    words = name.split()
    letters = (len(word) <= MOST_LETTERS and is_rare(word, language) for word in words)
    is_one = len(words) == 1 and len(name) <= LONGEST_LETTERS
    written = (w if is_kept else w.capitalize() for w, is_kept in zip(words, letters, strict=True))
    return name if is_one else " ".join(written)


def given_hashtags(brief: Brief) -> tuple[str, ...]:
    """List the brief's own, the campaign's first, each once whatever its case."""
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
    """Tell whether a reader of both hashtags would read a name twice: `#Ghent #Ghent26`."""
    short, long = sorted((one[1:].lower(), other[1:].lower()), key=len)
    return short in long or stem(short, "en") == stem(long, "en")
