"""Whether the service can fetch a video out of the bucket by itself, so that nobody carries it."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from socialcopy.nemovideo.downloads import is_public
from socialcopy.nemovideo.multipart import MIME_TYPES
from socialcopy.nemovideo.transport import is_loopback
from socialcopy.stages.workshop import Workshop


def fetches_itself(shop: Workshop, key: str, api_url: str) -> bool:
    """Whether a video is offered by a presigned URL; its key's ending must tell what it is."""
    if PurePosixPath(key).suffix.lower() not in MIME_TYPES or shop.nemo.upload_by == "stream":
        return False
    if shop.nemo.upload_by == "url":
        return True
    return not is_loopback(api_url) and _is_reachable(shop.s3.endpoint_url)


def _is_reachable(endpoint_url: str | None) -> bool:
    """Whether a store can be reached from outside; AWS, which needs no endpoint, can."""
    if endpoint_url is None:
        return True
    parts = urlsplit(endpoint_url)
    return parts.scheme == "https" and is_public(parts.hostname or "")
