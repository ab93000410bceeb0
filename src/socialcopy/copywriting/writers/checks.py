"""What holds for every caption, whoever wrote it: proven, safe, within the network's limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from socialcopy.copywriting.briefs.wishes import ceiling_for, with_wishes
from socialcopy.copywriting.evidence.repair import mend
from socialcopy.copywriting.evidence.sources import Known, know
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.facts import WORD
from socialcopy.copywriting.text.safety import forbidden_ways_out
from socialcopy.copywriting.writers.captions import allowed, caption
from socialcopy.copywriting.writers.write import write
from socialcopy.models import (
    Beside,
    Brief,
    Caption,
    CaptionSet,
    Confidence,
    Platform,
    Understanding,
)
from socialcopy.platforms import counted, fits, length, rules
from socialcopy.platforms.counting import HASHTAG
from socialcopy.platforms.rules import Fact

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
    captions = tuple(caption for caption, _ in checked)
    lost = [own.notes[0]] if own.confidence is not Confidence.SPEECH else []
    said = (
        *lost,
        *(note for _, told in checked for note in told),
        *map(visible, (*understanding.notes, *notes)),
    )
    return CaptionSet(
        language=own.language if captions == own.captions else brief.language or own.language,
        confidence=own.confidence,
        captions=captions,
        notes=tuple(dict.fromkeys(filter(None, said))),
    )


def _checked(
    own: Caption, draft: str, beside: Mapping[Platform, Beside], known: Known, brief: Brief
) -> tuple[Caption, tuple[str, ...]]:
    """One network's caption, the draft as far as it holds, else our own; and what to note."""
    platform = own.platform
    # The built-in writer's text comes back through a service as plain text; it was proven then.
    if visible(draft[:LONGEST_DRAFT]) == own.text:
        return own, ()
    mended = mend(draft[:LONGEST_DRAFT], known, brief)
    text = allowed(platform, mended.text)
    name, account = rules(platform).name, brief.accounts.get(platform, "")
    removed = tuple(f"{name}: left out {reason}." for reason in mended.left_out[:MOST_REASONS])
    fault = _fault(platform, text, draft, brief) or _way_out(name, text, brief)
    if fault:
        return own, (fault, *removed)
    parts = {
        field: getattr(own, field)
        for field in ("title", "alt_text", "first_comment", "thread", "variants")
    }
    made = caption(platform, text, account, evidence=mended.evidence, **parts)
    alone = made.model_copy(update={"thread": ()})
    whole = _with_parts(alone, beside.get(platform, Beside()), known, brief)
    return whole, removed


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


def _with_parts(caption: Caption, beside: Beside, known: Known, brief: Brief) -> Caption:
    """Put a model's title, alt text, thread and variants beside its post; else ours stay."""
    network = rules(caption.platform, brief.accounts.get(caption.platform, ""))
    title = _short(beside.title, network.title_limit, known, brief)
    alt_text = _short(beside.alt_text, network.alt_text_limit, known, brief)
    variants = _posts(beside.variants, caption, known, brief)
    thread = _posts(beside.thread, caption, known, brief)
    found = {
        "title": title or caption.title,
        "alt_text": alt_text or caption.alt_text,
        "variants": tuple(variants)[: brief.variants - 1] or caption.variants,
        "thread": (caption.text, *thread) if thread else caption.thread,
    }
    return caption.model_copy(update=found)


def _holding(text: str, known: Known, brief: Brief) -> str:
    """Return a text of which nothing had to be taken out; empty where something had."""
    mended = mend(text, known, brief)
    is_clean = not mended.left_out and not forbidden_ways_out(mended.text, brief)
    return mended.text if is_clean else ""


def _short(text: str, limit: Fact | None, known: Known, brief: Brief) -> str:
    if limit is None or not text or counted(limit, text) > limit.value:
        return ""
    return " ".join(_holding(text, known, brief).split()).rstrip(".")


def _posts(texts: Sequence[str], caption: Caption, known: Known, brief: Brief) -> list[str]:
    """Whole posts that hold and that the network takes, each once."""
    platform, account = caption.platform, brief.accounts.get(caption.platform, "")
    posts = dict.fromkeys(allowed(platform, _holding(text, known, brief)) for text in texts)
    return [p for p in posts if p and p != caption.text and fits(platform, p, account)]
