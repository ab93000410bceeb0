"""What may support a caption: what was said, what the picture shows, and what the brief states.

A file's name is none of these. Each sentence knows what it leans on and, where that is known, who
says it; a line of the picture that goes on in the next one is one sentence with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import regex

from socialcopy.copywriting.briefs.wishes import quotations, wishes
from socialcopy.copywriting.evidence.speakers import Speaker, introduces, speakers, voices
from socialcopy.copywriting.text.anaphora import asks, is_singular, leans, without_connective
from socialcopy.copywriting.text.facts import states
from socialcopy.copywriting.text.languages import language_of
from socialcopy.copywriting.text.names import is_given_name
from socialcopy.copywriting.text.quantities import percent_in_digits
from socialcopy.copywriting.text.roles import is_event
from socialcopy.copywriting.text.run_together import parted
from socialcopy.copywriting.text.screen_text import Card, CardKind, cards
from socialcopy.copywriting.text.sentences import groups, normal, tokens
from socialcopy.copywriting.text.spoken import clean, uncounted
from socialcopy.copywriting.text.stems import content, plain_words, stems_of
from socialcopy.copywriting.text.vocabulary import pattern, word_list
from socialcopy.models import Brief, Cue, FactKind, Region, ScreenText, Understanding, Value, Word
from socialcopy.understanding.burned_in import captions_in
from socialcopy.understanding.dictionary import is_rare
from socialcopy.understanding.speech import UNSPACED_LANGUAGES

# Sentences in which somebody says `our app` from which a house tells of its own.
FEWEST_OWN = 2
# With so many a talk is an interview.
FEWEST_QUESTIONS = 2


class Source(Value):
    """A sentence that may support facts."""

    origin: str
    """`speech`, `screen`, `subtitles` or `brief`."""
    text: str
    language: str
    start_ms: int | None = None
    end_ms: int | None = None
    box: Region | None = None
    words: tuple[Word, ...] = ()
    before: str = ""
    """What it leans on: the sentence before it, or the question that it answers."""
    speaker: Speaker | None = None

    @property
    def is_said(self) -> bool:
        """Whether somebody says it: heard, or read in the subtitles of what nobody hears."""
        return bool(self.words)

    @property
    def stems(self) -> frozenset[str]:
        """The words of it that count, comparable."""
        return stems_of(self.text, self.language)


class Known(Value):
    """Everything that is known about a video, for looking things up."""

    sources: tuple[Source, ...] = ()
    everybody: tuple[Speaker, ...] = ()
    language: str = "en"
    is_interview: bool = False
    screen: tuple[Card, ...] = ()
    names: frozenset[str] = frozenset()
    """People, makers and products, in lower case."""
    context: str = ""
    """What names the people, the place and the thing; it may be added to what is said of them."""
    noise: frozenset[str] = frozenset()
    """Lines of the picture that say nothing to a viewer, in lower case."""
    verbatim: frozenset[tuple[str, ...]] = frozenset()
    """The words of every sentence that was said, as it was said and cleaned."""
    run_together: frozenset[str] = frozenset()
    """Words as the picture was read that are two."""
    is_own_voice: bool = False
    """Whether the brief says who speaks, or a house tells of its event; and no speaker is known."""

    people: str = ""
    """What speakers say of themselves and cards say of them; theirs in place of `we` and `I`."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known that a post could say."""
        return not self.screen and all(s.origin == "screen" for s in self.sources)

    @property
    def stems(self) -> frozenset[str]:
        """The words of everything that is known, comparable."""
        return frozenset[str]().union(*(source.stems for source in self.sources))

    @property
    def people_stems(self) -> frozenset[str]:
        """The words for those who speak, comparable."""
        things = " / ".join(card.text for card in self.screen if card.kind is CardKind.NAME)
        return frozenset(content(self.people, self.language)) - {*content(things, self.language)}

    @property
    def context_stems(self) -> frozenset[str]:
        """The words of the context, comparable."""
        return frozenset(content(self.context, self.language))

    @property
    def spoken(self) -> tuple[Source, ...]:
        """What was said, in order."""
        return tuple(source for source in self.sources if source.is_said)


def language_in(understanding: Understanding, brief: Brief) -> str:
    """Return the language of what is said, or where nobody speaks of what is shown."""
    if understanding.transcript.has_speech:
        spoken = understanding.transcript.language
        told = spoken or language_of(understanding.transcript.text)
    else:
        told = language_of(" ".join(line.text for line in understanding.screen))
    return (told or brief.language or "en").partition("-")[0]


def know(understanding: Understanding, brief: Brief) -> Known:
    """Gather everything that may support a caption."""
    language = language_in(understanding, brief)
    captions = captions_in(understanding.screen, understanding.transcript.words)
    screen = [line for line in understanding.screen if line not in captions]
    everybody = speakers(understanding, language)
    shown = tuple(
        card.model_copy(update={"kind": CardKind.PERSON}) if _names(card, everybody) else card
        for card in cards(screen, language, understanding.transcript.text)
    )
    heard = [*groups(understanding.transcript.words, language)]
    asked = sum(asks(_text(group)) for group in heard)
    is_interview = any(s.is_guest for s in everybody) and asked >= FEWEST_QUESTIONS
    origin = "subtitles" if understanding.transcript.is_read else "speech"
    found = [*_spoken(heard, language, everybody, origin, is_interview=is_interview)]
    found += _shown(screen, language)
    found += (_read(line, "subtitles", language) for line in captions)
    if not understanding.transcript.is_read:  # else they are what is said
        found += (_read(cue, "subtitles", language) for cue in understanding.track)
    found += (_read(card, "screen", language) for card in shown)
    found += (
        Source(origin="brief", text=text, language=brief.language or language)
        for text in brief_texts(brief)
    )
    return Known(
        sources=tuple(source for source in found if source.text.strip()),
        everybody=everybody,
        language=language,
        is_interview=is_interview,
        screen=shown,
        names=names_in(everybody, shown, brief),
        context=_context(everybody, shown, brief),
        people=_people(found, everybody, brief),
        verbatim=frozenset(
            normal(text)
            for source in found
            if source.is_said and not asks(source.text)
            for cleaned in [clean(source.text, source.language)]
            for text in (
                source.text,
                cleaned,
                uncounted(cleaned, source.language),
                without_connective(cleaned, source.language),
            )
        ),
        noise=_noise(screen, shown),
        run_together=frozenset(_run_together(understanding, language)),
        is_own_voice=not everybody
        and (bool(brief.who) or _is_house(found, language, brief, shown)),
    )


def _is_house(
    sources: Sequence[Source], language: str, brief: Brief, shown: Sequence[Card]
) -> bool:
    """Tell whether a house speaks: `we` and never `I`, of its event, its product, in its name."""
    said = [source.text for source in sources if source.is_said]
    if any(is_singular(text, language) for text in said):
        return False
    own = pattern("own_things", language, r"(?<!\p{L}){}(?!\p{L})")
    is_own = sum(bool(own.search(text)) for text in said) >= FEWEST_OWN
    names_itself = pattern("names_itself", language, r"(?<!\p{L}){}")
    is_own = is_own or any(names_itself.search(text) for text in said)
    return is_own or is_event(" ".join(said), language) or bool(houses(brief, shown))


def houses(brief: Brief, shown: Sequence[Card]) -> list[str]:
    """List names of the brief that a card shows and that are no person's."""
    on_cards = " / ".join(card.text for card in shown).lower()
    return [
        name
        for name in brief.use_words
        if " " in name
        and not is_given_name(name.split()[0])
        and name.lower() in on_cards
        and not all(is_rare(word, brief.language or "en") for word in name.split())
    ]


def _names(card: Card, everybody: Sequence[Speaker]) -> bool:
    """Tell whether a card only says who somebody is."""
    own = set(tokens(card.text))
    people = own - word_list("inside_names")
    if len(people) > 1 and people != own and all(map(is_given_name, people)):
        return True  # `John and Kyle`
    return any(
        own <= set(tokens(s.told)) | {p[:1] + "." for p in s.parts} | s.parts for s in everybody
    )


def names_in(everybody: Sequence[Speaker], shown: Sequence[Card], brief: Brief) -> frozenset[str]:
    """Return the names of people and things, in lower case."""
    cards_of_names = (card.text for card in shown if card.kind is CardKind.NAME)
    told = (*(s.name for s in everybody), *cards_of_names, *brief.use_words)
    return frozenset(name.lower() for name in told)


def _context(everybody: Sequence[Speaker], shown: Sequence[Card], brief: Brief) -> str:
    titles = (card.text for card in shown if card.kind in {CardKind.NAME, CardKind.LABEL})
    people = (speaker.told for speaker in everybody)
    parts = (*titles, *people, brief.who, brief.about, *brief.use_words)
    return " / ".join(part for part in parts if part)


def _people(found: Sequence[Source], everybody: Sequence[Speaker], brief: Brief) -> str:
    introductions = (
        source.text
        for source in found
        if any(speaker.name.split()[0] in source.text for speaker in everybody)
        or (everybody and source.is_said and introduces(source.text, source.language))
    )
    return " / ".join((*introductions, *(speaker.told for speaker in everybody), brief.who))


def _noise(screen: Sequence[ScreenText], shown: Sequence[Card]) -> frozenset[str]:
    kept = " / ".join(card.text.lower() for card in shown)
    return frozenset(line.text.lower() for line in screen if line.text.lower() not in kept)


def _run_together(understanding: Understanding, language: str) -> Iterable[str]:
    said = frozenset(tokens(understanding.transcript.text))
    for line in understanding.screen:
        for word in line.text.split():
            if " " in parted(word, language, said):
                yield from plain_words(word)


def brief_texts(brief: Brief) -> tuple[str, ...]:
    """Tell what the customer states in the brief."""
    quoted = quotations(brief.instruction)
    stated = (s for s in regex.split(r"(?<=[.!?])\s+", brief.instruction) if _is_stated(s))
    lines = (brief.about, brief.who, brief.call_to_action, *brief.use_words, *quoted, *stated)
    return tuple(text for line in lines for text in regex.split(r"(?<=[.!?])\s+", line) if text)


def _is_stated(sentence: str) -> bool:
    """Tell whether a sentence of an instruction tells when, and asks nothing of the copy."""
    asked = wishes(sentence)
    is_plain = not asked.is_of_copy and not asked.quoted and not asks(sentence)
    language = language_of(sentence) or "en"
    is_denied = pattern("negations", language, r"(?<!\p{L}){}(?!\p{L})").search(sentence)
    return is_plain and not is_denied and states(sentence, language, FactKind.DATE)


def _text(group: Sequence[Word], language: str = "en") -> str:
    glue = "" if language in UNSPACED_LANGUAGES else " "
    return glue.join(word.text for word in group)


def _spoken(
    heard: Sequence[list[Word]],
    language: str,
    everybody: Sequence[Speaker],
    origin: str,
    *,
    is_interview: bool,
) -> Iterable[Source]:
    owns = [group[0].language or language for group in heard]
    texts = [
        percent_in_digits(_text(group, own), own) for group, own in zip(heard, owns, strict=True)
    ]
    who = voices(texts, everybody, language, is_interview=is_interview)
    before = ""
    for group, own, text, speaker in zip(heard, owns, texts, who, strict=True):
        chained = before if asks(before.rsplit("\n", 1)[-1]) or leans(text, own) else ""
        yield Source(
            origin=origin,
            text=text,
            language=own,
            start_ms=group[0].start_ms,
            end_ms=group[-1].end_ms,
            words=tuple(group),
            before=chained.replace("\n", " "),
            speaker=speaker,
        )
        before = f"{chained}\n{text}" if leans(text, own) else text


def _shown(screen: Sequence[ScreenText], language: str) -> Iterable[Source]:
    """Each line of the picture, and each frame's lines together: sentences run over lines."""
    for _, lines in groupby(screen, key=lambda line: line.start_ms):
        frame = list(lines)
        for line in (*frame, *([_together(frame)] if len(frame) > 1 else [])):
            yield _read(line, "screen", language)


def _read(seen: ScreenText | Card | Cue, origin: str, language: str) -> Source:
    """Make a source of what the picture shows or its subtitles say."""
    return Source(
        origin=origin,
        text=seen.text.replace("\n", " "),
        language=language,
        start_ms=seen.start_ms,
        end_ms=seen.end_ms,
        box=getattr(seen, "box", None),
    )


def _together(lines: Sequence[ScreenText]) -> ScreenText:
    box = Region(
        left=min(line.box.left for line in lines),
        top=min(line.box.top for line in lines),
        right=max(line.box.right for line in lines),
        bottom=max(line.box.bottom for line in lines),
    )
    return lines[0].model_copy(update={"text": " ".join(line.text for line in lines), "box": box})
