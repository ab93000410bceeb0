"""What a model wrote beside a post, taken where every sentence of it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from socialcopy.copywriting.evidence.repair import mend
from socialcopy.copywriting.evidence.sources import Known
from socialcopy.copywriting.text.safety import forbidden_ways_out
from socialcopy.copywriting.writers.captions import (
    allowed_signs,
    with_allowed_hashtags,
    with_allowed_links,
)
from socialcopy.models import Beside, Brief, Caption
from socialcopy.platforms import counted, fits, rules
from socialcopy.platforms.rules import Fact


def with_parts(caption: Caption, beside: Beside, known: Known, brief: Brief) -> Caption:
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
    return list(dict.fromkeys(_fitting(texts, caption, known, brief)))


def _fitting(texts: Sequence[str], caption: Caption, known: Known, brief: Brief) -> Iterable[str]:
    platform, account = caption.platform, brief.accounts.get(caption.platform, "")
    for text in texts:
        signs = allowed_signs(platform, _holding(text, known, brief))
        post = with_allowed_links(platform, with_allowed_hashtags(platform, signs))
        if post and post != caption.text and fits(platform, post, account):
            yield post
