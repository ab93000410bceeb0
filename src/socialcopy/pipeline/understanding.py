"""Watch a video on this machine, where the service does not tell what it saw."""

from __future__ import annotations

from socialcopy.models import Claim, MediaInfo, Understanding
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.subtitles import given_subtitles
from socialcopy.storage.journal import Journal
from socialcopy.understanding.video import understand


def understand_ourselves(context: Context, claim: Claim, info: MediaInfo) -> Understanding:
    """Find out what a video says and shows, on this machine, once. Free."""
    journal = Journal(context.bucket, claim)
    known = journal.read("understanding")
    if known is None:
        given = given_subtitles(context, claim)
        found = understand(
            context.bucket.presign(claim.source.key),
            info,
            key=claim.source.key,
            speech=context.speech,
            media=context.media,
            cache_dir=context.data.cache_dir,
            vocabulary=claim.brief.use_words,
            language=claim.brief.language,
            beside=given.cues,
            beside_language=given.language or None,
        )
        known = journal.record("understanding", found.model_dump(mode="json"))
    return Understanding.model_validate(known)
