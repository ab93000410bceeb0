"""What the notes say of posts by two makers: who wrote which, and what became of the wishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from socialcopy.copywriting.briefs.wishes import Size, is_about_a_wish, wishes, with_wishes
from socialcopy.copywriting.text.languages import tongue
from socialcopy.copywriting.writers.merging import Merged
from socialcopy.copywriting.writers.notes import note, notes_on_wishes
from socialcopy.models import WRITTEN_BY, Brief, CaptionSet, Platform
from socialcopy.platforms import rules
from socialcopy.platforms.counting import EMOJI

MOST_REASONS = 6
"""Notes of a network about what was left out; a draft that was all invention needs no list."""

EDITOR = f"{WRITTEN_BY}the built-in editor"
WITHOUT = f"{EDITOR}, without a language model"


def authors(name: str, by_model: Mapping[Platform, Merged], reasons: Mapping[Platform, str]) -> str:
    """Say who wrote which network's post; `reasons` are why the others are not the model's."""
    if not by_model:
        return f"{WITHOUT}: {'; '.join(dict.fromkeys(reasons.values()))}."
    writer = f"{WRITTEN_BY}the language model {name}"
    shares = {platform: _share(merged) for platform, merged in by_model.items()}
    if not reasons and not any(shares.values()):
        return f"{writer}, and checked like any other draft."
    rest = f"; by the built-in editor: {_listed(reasons)}" if reasons else ""
    return f"{writer}: {_listed(shares)}{rest}."


def _share(merged: Merged) -> str:
    """Say how much of a post is the editor's; empty where none is."""
    count = merged.by_editor
    return f"{count} of its sentences {'is' if count == 1 else 'are'} the editor's" if count else ""


def _listed(platforms: Mapping[Platform, str]) -> str:
    return ", ".join(
        f"{rules(platform).name}{f' ({told})' if told else ''}"
        for platform, told in platforms.items()
    )


def left_out(by_model: Mapping[Platform, Merged]) -> Iterable[str]:
    """Say what of the model's posts was left out, and why."""
    for platform, merged in by_model.items():
        name = rules(platform).name
        yield from (f"{name}: left out {reason}." for reason in merged.left_out[:MOST_REASONS])


def kept(own: CaptionSet, brief: Brief, by_model: Sequence[Platform]) -> Iterable[str]:
    """Keep of the editor's notes what holds for the video, whoever wrote.

    What it says of the wishes holds only where a post is its own.
    """
    brief, wanted = with_wishes(brief), wishes(brief.instruction)
    posted = [caption.text for caption in own.captions]
    of_wishes = notes_on_wishes(brief, wanted, own.language, posted)
    cut = tuple(f"{rules(platform).name}: left out" for platform in by_model)
    for told in own.notes:
        is_of_wish = is_about_a_wish(told) or told in of_wishes
        if not told.startswith(cut) and not (is_of_wish and len(by_model) == len(own.captions)):
            yield told


def on_wishes(brief: Brief, language: str, posts: Mapping[Platform, str]) -> Iterable[str]:
    """Say which wishes a model's posts don't follow, and which nobody can check but a reader."""
    wanted, brief, texts = wishes(brief.instruction), with_wishes(brief), [*posts.values()]
    asked = (*filter(None, (brief.tone, brief.audience)), *_manner(brief, posts), *wanted.unmet)
    if asked:
        yield note("asked_of_model", ", ".join(f"“{one}”" for one in dict.fromkeys(asked)))
    asked_for = brief.language or language
    for wrote in {tongue(text, language) for text in texts} - {asked_for.partition("-")[0]}:
        yield note("wrote_other_language", asked_for, wrote)
    if brief.emoji and not all(map(EMOJI.search, texts)):
        yield note("wrote_no_emoji")
    # What is the same for every writer: networks and handles.
    rest = {"tone": "", "audience": "", "emoji": False, "language": None}
    told = wanted.model_copy(update={"unmet": ()})
    yield from notes_on_wishes(brief.model_copy(update=rest), told, language, texts)


def _manner(brief: Brief, platforms: Iterable[Platform]) -> Iterable[str]:
    """List the lengths and manners that are wished for; what is longer is a reader's to judge."""
    names = {Size.SHORT: "shorter", Size.LONG: "longer"}
    for platform in platforms:
        wanted = wishes(brief.instruction, platform)
        yield from ("punchier",) if wanted.is_punchy else ()
        yield from (names[wanted.size],) if wanted.size in names else ()
