"""What the person who posts should know: what was hard to hear, left out, or wished in vain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from socialcopy.copywriting.briefs.wishes import NOT_FOLLOWED, Wishes, meets
from socialcopy.copywriting.evidence.sources import Known
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.day_limits import contradictions
from socialcopy.copywriting.writers.points import Material, Point
from socialcopy.models import Brief
from socialcopy.platforms import rules

MOST_DOUBTFUL_WORDS = 8
MOST_LEFT_OUT = 3
MOST_PUT_RIGHT = 8
PUNCTUATION = '.,;:!?…"“”„«»'

ASK = (
    "Nobody speaks in this video and its picture shows no words that could be posted, so nothing "
    "was written. Say in a brief what to post (`about: …`, or a sentence in quotation marks)."
)
NOTHING_TO_POST = (
    "Nothing that is said or shown in this video could be posted, so nothing was written. Say in a "
    "brief what to post (`about: …`, or a sentence in quotation marks)."
)
OWN_WORDS = "Nobody speaks in this video; the copy is what the brief says about it."
ASK_ABOUT_SCREEN = (
    "Nobody speaks in this video; the copy is what its picture shows in letters. Look at it before "
    "you post, or say in the brief what the video is about."
)


def notes_on_hearing(material: Material, known: Known, posted: Sequence[Point]) -> tuple[str, ...]:
    """Say which language was kept to, what was hard to hear, and what was left out."""
    notes = [
        _languages(material),
        _put_right(known),
        _doubtful(posted),
        _contradicted(material, posted),
        _unsure(material, posted),
        _unsafe(material),
    ]
    return tuple(note for note in notes if note)


def _languages(material: Material) -> str:
    if len(material.spoken) < 2:  # noqa: PLR2004  (one speaker)
        return ""
    return (
        f"Several languages are spoken ({', '.join(material.spoken)}); the copy is in "
        f"{material.language}. `language:` in a brief chooses another."
    )


def _put_right(known: Known) -> str:
    """Words that were heard otherwise than the picture or the brief spells them."""
    words = (word for source in known.spoken for word in source.words if word.heard)
    pairs = (
        f"“{heard}” → “{' '.join(word.text.strip(PUNCTUATION) for word in right)}”"
        for heard, right in groupby(words, key=lambda word: word.heard)
    )
    told = ", ".join(list(dict.fromkeys(pairs))[:MOST_PUT_RIGHT])
    return (
        f"Heard otherwise, written as the picture or the brief spells it: {told}." if told else ""
    )


def _doubtful(posted: Sequence[Point]) -> str:
    """Words of the posts that may have been misheard; one that the picture shows too is sure."""
    found = dict.fromkeys(word for point in posted for word in point.doubted)
    words = ", ".join(f"“{word}”" for word in list(found)[:MOST_DOUBTFUL_WORDS])
    return f"Listen again before posting; these words were hard to hear: {words}." if words else ""


def _contradicted(material: Material, posted: Sequence[Point]) -> str:
    """Days of an offer that are said one way and shown another."""
    shown = " / ".join(card.text for card in material.cards)
    pairs = dict.fromkeys(
        f"“{said.text}” is said, and “{read.text}” is shown"
        for point in posted
        for said, read in contradictions(point.text, shown, material.language)
    )
    return f"Said and shown differ: {'; '.join(pairs)}. Post what holds." if pairs else ""


def _unsure(material: Material, posted: Sequence[Point]) -> str:
    """Sentences that were passed over since a word of them was likely misheard."""
    used = {point.order for point in posted}
    passed_over = [p for p in material.points if p.is_unsure and p.order not in used]
    unsure = sorted((*material.unheard, *passed_over), key=lambda point: point.order)
    told = "; ".join(f"“{p.text}”" for p in unsure[:MOST_LEFT_OUT])
    return f"Not used, since a word was hard to hear: {told} Listen again." if told else ""


def _unsafe(material: Material) -> str:
    told = "; ".join(f"“{sentence.text}”" for sentence in material.left_out[:MOST_LEFT_OUT])
    if not told:
        return ""
    return (
        "Left out, since only the brief's own link, handles and numbers are posted, and nobody "
        f"else gives orders: {told} Put the link into the brief if posts should have it."
    )


def notes_on_wishes(
    brief: Brief, wanted: Wishes, language: str, posts: Sequence[str] = ()
) -> tuple[str, ...]:
    """Say which wishes the copy does not follow, and what would meet them."""
    return tuple(map(visible, _unmet(brief, wanted, language, " ".join(posts))))


def _unmet(brief: Brief, wanted: Wishes, language: str, posted: str) -> Iterable[str]:
    for part in wanted.unmet:
        yield f"{NOT_FOLLOWED}“{part}”. {HOW}"
    if wanted.networks(brief.platforms) != brief.platforms:
        written = ", ".join(rules(platform).name for platform in brief.platforms)
        yield f"{NOT_FOLLOWED}other networks than {written}. Name them under `platforms:`."
    if brief.tone and not meets(brief.tone):
        yield f"Not used: the tone “{brief.tone}”. {HOW}"
    if brief.audience:
        yield f"Not used: the audience “{brief.audience}”. {HOW}"
    if brief.emoji:
        yield f"No emoji: the built-in writer adds none. {HOW}"
    if brief.language and brief.language.partition("-")[0] != language.partition("-")[0]:
        yield (
            f"{NOT_FOLLOWED if wanted.language else ''}The brief asks for {brief.language}, the "
            f"video speaks {language}; the copy is not translated. {HOW}"
        )
    if unnamed := [name for name in map(_at, brief.handles) if name not in posted]:
        yield f"Not mentioned: {', '.join(unnamed)}. {HOW}"


def _at(handle: str) -> str:
    return f"@{handle.lstrip('@')}"


HOW = (
    "The built-in writer only picks, orders, quotes and trims what is said: put the line you want "
    "in quotation marks into the brief, or set a language model."
)
NOT_PUNCHIER = (
    f"{NOT_FOLLOWED}“punchier” changes nothing, since what is said is as short as it gets. {HOW}"
)
NOT_LONGER = (
    f"{NOT_FOLLOWED}“longer” changes nothing, since everything that can be posted is. {HOW}"
)
NOT_SHORTER = (
    f"{NOT_FOLLOWED}“shorter” changes nothing, since what is said is as short as it gets. For a "
    "shorter post name the most it may have, such as “at most 100 characters”."
)


def too_few_variants(found: int, wished: int) -> str:
    """Say how many versions there are, where more were asked for."""
    return f"Versions: {found} of {wished}, since nothing else that is said can open a post."


NOT_POSTED_ABOUT = (
    "Not posted: what the brief says under `about`, since the video says what it is itself. Put "
    "the line you want in quotation marks into the instruction."
)
