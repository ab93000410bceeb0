"""What holds for every caption, whoever wrote it: proven, safe, within the network's limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from socialcopy.copywriting.briefs.wishes import ceiling_for, with_wishes
from socialcopy.copywriting.evidence.repair import mend
from socialcopy.copywriting.evidence.sources import Known, know
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.facts import WORD
from socialcopy.copywriting.text.safety import forbidden_ways_out
from socialcopy.copywriting.writers.captions import (
    allowed_signs,
    caption,
    with_allowed_hashtags,
    with_allowed_links,
)
from socialcopy.copywriting.writers.parts import with_parts
from socialcopy.copywriting.writers.write import write
from socialcopy.models import (
    Beside,
    Brief,
    Caption,
    CaptionSet,
    Confidence,
    Platform,
    Understanding,
    Value,
)
from socialcopy.platforms import fits, length, rules
from socialcopy.platforms.counting import HASHTAG

# What is left of a draft with fewer is no post.
FEWEST_WORDS = 3

# Notes a network, at most; a draft that was all invention needs no list.
MOST_REASONS = 6

# Characters looked at; every network takes far fewer.
LONGEST_DRAFT = 20_000


def check(
    drafts: Mapping[Platform, str],
    understanding: Understanding,
    brief: Brief,
    *,
    notes: Sequence[str] = (),
    beside: Mapping[Platform, Beside] = MappingProxyType({}),
) -> CaptionSet:
    """Make captions of a reply's texts, one for each network of the brief.

    Sentences whose facts have no evidence go, and so do addresses, handles and hashtags that the
    brief does not allow, invisible characters, and hashtags beyond the network's limit. A text
    that is missing, too long or mostly gone is replaced by the default writer's, and a note says
    so. `notes` are what the reply itself had to say, `beside` what it put beside its posts.
    """
    # Our own text stands in wherever a draft fails, so it is made before any is looked at.
    own = write(understanding, brief)
    brief = with_wishes(brief)
    known = know(understanding, brief)
    checked = [
        _checked(written, drafts.get(written.platform, ""), beside, known, brief)
        for written in own.captions
    ]
    captions = tuple(found.caption for found in checked)
    lost = [own.notes[0]] if own.confidence is not Confidence.SPEECH else []
    return CaptionSet(
        language=own.language if captions == own.captions else brief.language or own.language,
        confidence=own.confidence,
        captions=captions,
        notes=_distinct(
            [
                *lost,
                *(note for found in checked for note in found.notes),
                *map(visible, (*understanding.notes, *notes)),
            ]
        ),
    )


class _Checked(Value):
    caption: Caption
    notes: tuple[str, ...] = ()


def _checked(
    own: Caption, draft: str, beside: Mapping[Platform, Beside], known: Known, brief: Brief
) -> _Checked:
    """One network's caption: the draft as far as it holds, else our own."""
    platform = own.platform
    # The built-in writer's text comes back through a service as plain text; it was proven then.
    if visible(draft[:LONGEST_DRAFT]) == own.text:
        return _Checked(caption=own)
    mended = mend(draft[:LONGEST_DRAFT], known, brief)
    text = with_allowed_hashtags(platform, allowed_signs(platform, mended.text))
    text = with_allowed_links(platform, text)
    name, account = rules(platform).name, brief.accounts.get(platform, "")
    removed = tuple(f"{name}: left out {reason}." for reason in mended.left_out[:MOST_REASONS])
    fault = _fault(platform, text, draft, brief) or _way_out(name, text, brief)
    if fault:
        return _Checked(caption=own, notes=(fault, *removed))
    parts = {
        field: getattr(own, field)
        for field in ("title", "alt_text", "first_comment", "thread", "variants")
    }
    made = caption(platform, text, account, evidence=mended.evidence, **parts)
    alone = made.model_copy(update={"thread": ()})
    whole = with_parts(alone, beside.get(platform, Beside()), known, brief)
    return _Checked(caption=whole, notes=removed)


def _way_out(name: str, text: str, brief: Brief) -> str | None:
    """Look at the whole once more: two harmless halves may make an address."""
    if not forbidden_ways_out(HASHTAG.sub(" ", text), brief):
        return None
    return f"The text for {name} led elsewhere; it was written from the video instead."


def _fault(platform: Platform, text: str, draft: str, brief: Brief) -> str | None:
    account = brief.accounts.get(platform, "")
    network = rules(platform, account)
    name, limit = network.name, network.text_limit
    instead = "it was written from the video instead."
    if not visible(draft):
        return f"The reply had no text for {name}; {instead}"
    if len(WORD.findall(HASHTAG.sub("", text))) < FEWEST_WORDS:
        return f"Nothing of the text for {name} could be proven; {instead}"
    if not fits(platform, text, account):
        return (
            f"The text for {name} had {length(platform, text, account):,} {limit.unit}, {name} "
            f"takes {limit.value:,}; {instead}"
        )
    ceiling = ceiling_for(platform, brief.instruction)
    if not ceiling.allows(platform, text):
        return f"The text for {name} was longer than wished ({ceiling.told}); {instead}"
    return None


def _distinct(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for note in notes if note))
