"""The default writer: ready-to-post copy out of what is said, without a model or a network.

Every sentence it writes was spoken, lightly cleaned. It is deterministic: the same video and brief
give the same copy.
"""

from __future__ import annotations

from socialcopy.copywriting.captions import caption
from socialcopy.copywriting.cleaning import visible
from socialcopy.copywriting.layouts import Post, lay_out
from socialcopy.copywriting.ranking import Talk, take_apart
from socialcopy.copywriting.titles import write_without_speech
from socialcopy.copywriting.topics import hashtags
from socialcopy.copywriting.wishes import Wishes, notes_on_wishes, wishes
from socialcopy.models import Brief, CaptionSet, Confidence, Platform, Understanding
from socialcopy.platforms import rules

MOST_DOUBTFUL_WORDS = 8


def write(understanding: Understanding, brief: Brief) -> CaptionSet:
    """Write a caption for each network of the brief.

    Follows "short", "long" and "no hashtags" in the instruction; every other wish is named in
    the notes as not followed.
    """
    wanted = wishes(brief.instruction)
    talk = take_apart(understanding.transcript)
    if not talk.points:
        return write_without_speech(understanding, brief, wanted)
    tags = hashtags(talk.said, talk.language) if wanted.has_hashtags else ()
    written = {platform: _write(platform, talk, tags, wanted) for platform in brief.platforms}
    posts = [post for _, post in written.values()]
    return CaptionSet(
        language=talk.language,
        confidence=Confidence.SPEECH,
        captions=tuple(caption(platform, text) for platform, (text, _) in written.items()),
        notes=(*notes_on_wishes(brief, wanted, talk.language), *_notes_on_hearing(talk, posts)),
    )


def _write(
    platform: Platform, talk: Talk, tags: tuple[str, ...], wanted: Wishes
) -> tuple[str, Post]:
    most = rules(platform).usual_hashtags.value
    text, post = lay_out(platform, talk, tags[:most], wanted.size)
    return visible(text), post


def _notes_on_hearing(talk: Talk, posts: list[Post]) -> tuple[str, ...]:
    sentences = [point.sentence for post in posts for point in post.sentences]
    doubtful = dict.fromkeys(word for sentence in sentences for word in sentence.doubtful)
    notes: list[str] = []
    if doubtful:
        words = ", ".join(f"“{word}”" for word in list(doubtful)[:MOST_DOUBTFUL_WORDS])
        notes.append(f"Listen again before posting; these words were hard to hear: {words}.")
    if talk.unsure_invitation:
        notes.append(
            f"Left out, since its web address was hard to hear: “{talk.unsure_invitation.text}”"
        )
    if any(" dot " in sentence.text for sentence in sentences):
        notes.append("A web address was spoken; check its spelling before you post it as a link.")
    return tuple(notes)
