"""The copy of a video, and the evidence it rests on."""

from __future__ import annotations

from enum import StrEnum

from socialcopy.models.picture import Region
from socialcopy.models.platforms import Platform
from socialcopy.models.understanding import Understanding
from socialcopy.models.value import Value


class FactKind(StrEnum):
    """The kinds of fact that a caption may only state with evidence."""

    NUMBER = "number"
    PRICE = "price"
    DATE = "date"
    NAME = "name"
    SUPERLATIVE = "superlative"
    NEGATION = "negation"


class Evidence(Value):
    """What one fact of a caption rests on: spoken words, text in a frame, or the brief."""

    kind: FactKind
    fact: str
    """As the caption writes it."""
    source: str
    """`speech`, `screen`, `subtitles`, `brief` or `file`."""
    quote: str
    """As the source has it."""
    start_ms: int | None = None
    end_ms: int | None = None
    box: Region | None = None


class Caption(Value):
    """Ready-to-post text for one network."""

    platform: Platform
    text: str
    """Body and hashtags exactly as they are pasted."""
    hashtags: tuple[str, ...] = ()
    """The hashtags inside the text, with their `#`."""
    length: int
    """Length in the network's own unit."""
    limit: int
    """The most the network accepts, in the same unit."""
    api_text: str = ""
    """As the network's API takes it, where that differs (LinkedIn's reserved signs escaped)."""
    title: str = ""
    """Only where the network has one (YouTube)."""
    alt_text: str = ""
    """What a person who can't see the video should know."""
    first_comment: str = ""
    """What is better said below the post, for example a link that is not clickable in it."""
    thread: tuple[str, ...] = ()
    """The posts of a thread, the text above first, where the content needs several."""
    variants: tuple[str, ...] = ()
    """Other versions of the text, where the brief asks for them."""
    evidence: tuple[Evidence, ...] = ()
    """What each fact in the text rests on."""


class Beside(Value):
    """What a writer put beside a post, not checked yet."""

    title: str = ""
    alt_text: str = ""
    thread: tuple[str, ...] = ()
    """The posts behind the first."""
    variants: tuple[str, ...] = ()


class Confidence(StrEnum):
    """How much the video itself supports the copy."""

    SPEECH = "speech"
    """Written from what is said."""
    SCREEN = "screen"
    """Written from text in the picture, since nobody speaks or little was heard well. A person
    should look before posting.
    """
    LOW = "low"
    """Neither speech nor text to go by; a person should look before posting."""


# A note that begins so says which writer wrote: it travels with the others, through any service.
WRITTEN_BY = "Written by "


class CaptionSet(Value):
    """The copy of one video, one caption for each network of the brief."""

    language: str
    confidence: Confidence
    captions: tuple[Caption, ...]
    notes: tuple[str, ...] = ()
    """Sentences for the person who posts, for example why a look is needed."""

    @property
    def writer(self) -> str:
        """The note that says who wrote it; empty where none does."""
        return next((note for note in self.notes if note.startswith(WRITTEN_BY)), "")

    @property
    def cautions(self) -> tuple[str, ...]:
        """The other notes."""
        return tuple(note for note in self.notes if note != self.writer)


class Copy(Value):
    """The captions of a video together with what they were written from."""

    captions: CaptionSet
    understanding: Understanding
