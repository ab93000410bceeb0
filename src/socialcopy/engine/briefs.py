"""What a message wishes for: a brief, other words for the copy, or a change of the picture."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from socialcopy.copywriting.briefs.ceilings import Ceiling
from socialcopy.copywriting.briefs.parse import from_words
from socialcopy.copywriting.briefs.wishes import Wishes, wishes, without_size
from socialcopy.engine.editing.apply import Edited
from socialcopy.engine.editing.edits import Arrange, ChangeCopy, Edit
from socialcopy.engine.editing.parser.rules import WORDS, found
from socialcopy.models import DEFAULT_PLATFORMS, Brief, Platform, languages
from socialcopy.nemovideo.drafts import copy_in
from socialcopy.nemovideo.schemas import JSON
from socialcopy.platforms import named_in

LANGUAGE = re.compile(
    r"\b(?:write (?:them|it) )?in the language ([a-z]{2,3}(?:-[A-Za-z]{2,4}|-[0-9]{3}){0,2})\b\.?",
    re.IGNORECASE,
)
FILE_ENDING = re.compile(r"\.\w{2,4}$")
FIRST_SENTENCE = re.compile(r"(?:\.(?=\s|$)|[!?。\uff01\uff1f\n])")

LONGEST_INSTRUCTION = 2_000
# Characters of a message, without its brief, that are searched for what is wanted; some patterns
# take time by the square of a text's length.
LONGEST_REQUEST = 2_500
LENGTHS = {"short": "Keep it short.", "long": "Make it long."}


def brief_of(state: JSON, edited: Edited, standing: Brief) -> Brief:
    """Lay the wishes for the copy that a draft has gathered over the brief that came along."""
    wished = edited.delta["draft"]["m"].get("copy", {})
    named = tuple(Platform(name) for name in wished.get("platforms", ()))
    length = LENGTHS.get(wished.get("length", ""), "")
    ceiling = Ceiling.model_validate(wished.get("ceiling", {}))
    is_resized = length or ceiling.characters or ceiling.words
    sentences = [
        without_size(standing.instruction) if is_resized else standing.instruction,
        wished.get("said", ""),
        length,
        f"{ceiling.told.capitalize()}." if ceiling != Ceiling() else "",
        f"Use a {wished['tone']} tone." if wished.get("tone") else "",
    ]
    changed = {
        "platforms": named or tuple(copy_in(state)) or standing.platforms,
        "instruction": " ".join(filter(None, sentences)),
        "language": languages.known(wished.get("language")) or standing.language,
        "tone": wished.get("tone") or standing.tone,
    }
    return standing.model_copy(update=changed)


def copy_edits(request: str, state: JSON, written: dict[str, Any]) -> tuple[ChangeCopy, ...]:
    """Read a wish for other words from a message, where there is copy that it can be about.

    It may be in any language that instructions are read in; the writer follows it, or says why not.
    """
    before = tuple(copy_in(state)) or written.get("platforms", ())
    asked = wishes(request)
    first = _request(request)
    is_order = found(WORDS.intent.copywriting, first) and found(WORDS.intent.writing, first)
    if not before or is_order or not asked.is_of_copy:
        return ()
    is_of_networks = asked == Wishes(
        platforms=asked.platforms, platforms_are=asked.platforms_are, is_of_copy=True
    ) and bool(asked.platforms)
    said = "" if is_of_networks else request.strip()[:LONGEST_INSTRUCTION]
    return (
        ChangeCopy(
            language=asked.language,
            platforms=asked.platforms,
            platforms_are=asked.platforms_are,
            said=said,
        ),
    )


def names_no_clip(edits: Sequence[Edit], clips: Mapping[str, str]) -> bool:
    """Tell whether quoted words were read as a clip and are none: `end with "See you there."`"""
    named = [clip for one in edits if isinstance(one, Arrange) for clip in one.clips]
    texts = [clip.casefold() for clip in named if isinstance(clip, str)]
    known = [name.casefold() for name in clips.values()]
    return any(not FILE_ENDING.search(text) and text not in known for text in texts)


def wants_copy(text: str) -> bool:
    """Tell whether a message asks for captions, as opposed to an edit of the picture."""
    request = _request(text)
    if not found(WORDS.intent.copywriting, request):
        return False
    return bool(found(WORDS.intent.writing, request)) or not found(WORDS.intent.editing, request)


def brief_in(text: str, before: tuple[Platform, ...] = ()) -> Brief:
    """Read what a message wishes for: networks, language, brief, and its words as a wish.

    Without a network in its first sentence it is about those `before`.
    """
    text, written = from_words(text)
    language = LANGUAGE.search(text)
    asked = wishes(_request(text))
    usual = tuple(written.pop("platforms", before)) or named_in(text) or DEFAULT_PLATFORMS
    named = named_in(_request(text)) if asked.platforms_are == "only" else asked.networks(usual)
    wish = LANGUAGE.sub("", text).strip()
    standing = written.pop("instruction", "")  # a wish comes on top of what was asked before
    brief = Brief(
        platforms=named or usual,
        instruction=" ".join(filter(None, (standing, wish)))[:LONGEST_INSTRUCTION],
        language=languages.known(language.group(1)) if language else None,
    )
    return brief.model_copy(update=written)


def _request(text: str) -> str:
    """Return the first sentence, which says what is wanted; the others say how."""
    return FIRST_SENTENCE.split(text.strip()[:LONGEST_REQUEST], maxsplit=1)[0]
