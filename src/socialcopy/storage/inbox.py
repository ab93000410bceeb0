"""What waits under a prefix: a full listing, compared with what is done. No timestamp decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from socialcopy import keys
from socialcopy.models import Brief, SourceVideo
from socialcopy.settings import WatchSettings
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import is_open


def waiting(
    bucket: Bucket, prefix: str, brief_of: Callable[[str], Brief], watch: WatchSettings
) -> Iterator[SourceVideo]:
    """Videos under a prefix that are neither done nor in somebody's hands.

    `brief_of` gives the brief of a key, since it is a part of a job's identity.
    """
    done = {key.removeprefix(keys.FINISHED) for key in bucket.list_keys(keys.FINISHED)}
    for source in bucket.list_videos(prefix):
        if not keys.is_video_key(source.key):
            continue
        oid = source.oid(brief_of(source.key))
        if oid not in done and is_open(bucket, oid, watch):
            yield source
