"""The default writer: ready-to-post copy out of what is said, without a model or a network.

Every sentence it writes was spoken, lightly cleaned, or stands in the brief. It is deterministic:
the same video and brief give the same copy.
"""

from __future__ import annotations

from collections.abc import Sequence

from socialcopy.copywriting.briefs.wishes import Wishes, ceiling_for, notes_on_wishes, wishes
from socialcopy.copywriting.evidence.lookup import Source, sources
from socialcopy.copywriting.evidence.repair import mend
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.topics import given_hashtags, hashtags
from socialcopy.copywriting.writers import extras
from socialcopy.copywriting.writers.layout import Order, Post, caption, lay_out
from socialcopy.copywriting.writers.ranking import Talk, take_apart
from socialcopy.copywriting.writers.review_notes import notes_on_hearing
from socialcopy.copywriting.writers.without_speech import write_without_speech
from socialcopy.models import (
    Brief,
    Caption,
    CaptionSet,
    Confidence,
    HashtagPolicy,
    Platform,
    ScreenText,
    Understanding,
)
from socialcopy.platforms import rules


def write(understanding: Understanding, brief: Brief) -> CaptionSet:
    """Write a caption for each network of the brief.

    Follows "short", "long", "no hashtags" and "under 100 characters" in the instruction; every
    other wish is named in the notes as not followed.
    """
    wanted = wishes(brief.instruction)
    talk = take_apart(understanding.transcript, brief, understanding.screen)
    if not talk.points:
        return write_without_speech(understanding, brief, wanted)
    tags = chosen_tags(talk, brief, wanted, understanding.screen)
    known = sources(understanding, brief)
    written = [
        _write(understanding, brief, talk, _order(p, brief, wanted, tags), known)
        for p in brief.platforms
    ]
    posts = [post for _, post in written]
    return CaptionSet(
        language=talk.language,
        confidence=Confidence.SPEECH,
        captions=tuple(text for text, _ in written),
        notes=(
            *notes_on_wishes(brief, wanted, talk.language),
            *notes_on_hearing(talk, posts, understanding.screen),
        ),
    )


def chosen_tags(
    talk: Talk, brief: Brief, wanted: Wishes, screen: Sequence[ScreenText] = ()
) -> tuple[str, ...]:
    """The brief's hashtags first, then what the talk names, each once."""
    if not wanted.has_hashtags or brief.hashtag_policy is HashtagPolicy.NONE:
        return ()
    given = given_hashtags(brief)
    shown = frozenset(word for line in screen for word in tokens(line.text))
    found = hashtags(talk.said, talk.language, brief.use_words, shown)
    own = [tag for tag in found if not any(_is_in(tag, other) for other in given)]
    return (*given, *(own if brief.hashtag_policy is HashtagPolicy.CONTENT else ()))


def _is_in(one: str, other: str) -> bool:
    """Whether a reader of both hashtags would read a name twice: `#Ghent #Ghent26`."""
    short, long = sorted((one[1:].lower(), other[1:].lower()), key=len)
    return short in long


def _order(platform: Platform, brief: Brief, wanted: Wishes, tags: tuple[str, ...]) -> Order:
    return Order(
        platform=platform,
        account=brief.accounts.get(platform, ""),
        size=wanted.size,
        ceiling=ceiling_for(platform, brief.instruction),
        tags=tags[: rules(platform).usual_hashtags.value],
        ending=extras.ending(platform, brief),
    )


def _write(
    understanding: Understanding,
    brief: Brief,
    talk: Talk,
    order: Order,
    known: tuple[Source, ...],
) -> tuple[Caption, Post]:
    text, post = lay_out(talk, order)
    text = visible(text)
    parts = {
        "title": extras.title(order.platform, talk, post.hook),
        "alt_text": extras.alt_text(order.platform, understanding),
        "first_comment": extras.first_comment(order.platform, brief),
        "thread": extras.thread(talk, post, text, order),
        "variants": _variants(talk, order, post, brief.variants, text),
        "evidence": mend(text, known, brief, talk.language).evidence,
    }
    return caption(order.platform, text, order.account, **parts), post


def _variants(talk: Talk, order: Order, first: Post, wanted: int, text: str) -> tuple[str, ...]:
    """Versions that open with another sentence."""
    texts, used = [text], {first.hook.order}
    for _ in range(wanted - 1):
        varied, post = lay_out(talk, order.model_copy(update={"used_hooks": frozenset(used)}))
        if post.hook.leans or post.hook.goes_on or post.hook.order in used:  # none left can open
            break
        used.add(post.hook.order)
        texts.append(visible(varied))
    return tuple(dict.fromkeys(texts))[1:]
