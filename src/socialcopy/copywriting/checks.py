"""What holds for every caption, whoever wrote it: visible text, within the network's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import regex

from socialcopy.copywriting.captions import caption
from socialcopy.copywriting.cleaning import visible
from socialcopy.copywriting.titles import ASK
from socialcopy.copywriting.writer import write
from socialcopy.models import Brief, CaptionSet, Confidence, Platform, Understanding
from socialcopy.platforms import fits, length, links, mentions, rules
from socialcopy.platforms.counting import HASHTAG

LONGEST_DRAFT = 20_000
"""Characters looked at; every network takes far fewer."""


def check(
    drafts: Mapping[Platform, str],
    understanding: Understanding,
    brief: Brief,
    *,
    notes: Sequence[str] = (),
) -> CaptionSet:
    """Make captions of a reply's texts, one for each network of the brief.

    Invisible characters go, hashtags beyond the network's limit too. A text that is missing or
    too long is replaced by the default writer's, and a note says so. `notes` are what the reply
    itself had to say.
    """
    own = write(understanding, brief)
    fallback = {written.platform: written.text for written in own.captions}
    texts: dict[Platform, str] = {}
    found: list[str] = []
    for platform in brief.platforms:
        text = with_allowed_hashtags(platform, visible(drafts.get(platform, "")[:LONGEST_DRAFT]))
        fault = _fault(platform, text)
        texts[platform] = fallback[platform] if fault else text
        found += [fault] if fault else _unsaid(platform, text, understanding)
    if own.confidence is Confidence.LOW:
        found.insert(0, ASK)
    return CaptionSet(
        language=own.language if texts == fallback else brief.language or own.language,
        confidence=own.confidence,
        captions=tuple(caption(platform, text) for platform, text in texts.items()),
        notes=_distinct([*found, *map(visible, notes)]),
    )


def with_allowed_hashtags(platform: Platform, text: str) -> str:
    """Take out the hashtags beyond the limit: those at the end whole, others become words."""
    limit = rules(platform).hashtag_limit
    found = list(HASHTAG.finditer(text))
    surplus = found[limit.value :] if limit else []
    for match in reversed(surplus):
        before, behind = text[: match.start()], text[match.end() :]
        is_trailing = not HASHTAG.sub("", behind).strip()
        text = before.rstrip(" ") + behind if is_trailing else before + match["tag"] + behind
    return text.strip()


def _fault(platform: Platform, text: str) -> str | None:
    name, limit = rules(platform).name, rules(platform).text_limit
    if not text:
        return f"The reply had no text for {name}; it was written from the video instead."
    if not fits(platform, text):
        return (
            f"The text for {name} had {length(platform, text):,} {limit.unit}, {name} takes "
            f"{limit.value:,}; it was written from the video instead."
        )
    return None


def _unsaid(platform: Platform, text: str, understanding: Understanding) -> list[str]:
    """Point at links and mentions that nobody said: a wrong one is the costliest mistake."""
    said = _words(understanding.transcript.text)
    name = rules(platform).name
    return [
        f"{name}: check “{target}” before you post it; the video does not say it."
        for target in (*links(text), *mentions(text))
        if not _words(target) - {"https", "http", "www"} <= said
    ]


def _words(text: str) -> set[str]:
    return set(regex.findall(r"[\p{L}\p{M}\p{N}]+", text.lower()))


def _distinct(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for note in notes if note))
