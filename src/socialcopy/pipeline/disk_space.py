"""Room on this machine's disks, looked at before work: a full disk parks nothing, work waits."""

from __future__ import annotations

import shutil
from pathlib import Path

from socialcopy import local_files
from socialcopy.local_files import DiskFullError, existing
from socialcopy.nemovideo.transport import is_loopback
from socialcopy.pipeline.context import Context

SOURCE_COPIES = 4
"""The service's upload and master, and here the master and what is made of it at the same time."""

RENDITION_BYTES_PER_SECOND = 500_000
"""4 Mbit/s; MP4s of talks measure 1 to 3, and networks allow up to 10."""

MOST_RENDITIONS = 3
"""Networks share files: six of them need three."""

STORE_SHARE = 0.011
"""The embedded store takes nothing any more below 1 % of its disk, at its look once a minute."""


def require_room(context: Context, needed_bytes: int = 0) -> None:
    """Raise DiskFullError when nothing new that needs so much should be begun on this machine."""
    for folder, reserve_bytes in _disks(context):
        local_files.require_room(folder, reserve_bytes + needed_bytes)


def require_room_in_store(context: Context, size_bytes: int) -> None:
    """Raise DiskFullError unless a file fits into the store, where that is on this machine."""
    for folder, reserve_bytes in _disks(context):
        if folder == context.data.data_dir and _has_store(context):
            local_files.require_room(folder, reserve_bytes + size_bytes)


def require_room_for_video(context: Context, size_bytes: int) -> None:
    """Raise DiskFullError unless the copies of a video of that size fit."""
    taken_bytes = min(size_bytes, context.media.max_source_bytes)  # a larger one is refused
    require_room(context, SOURCE_COPIES * taken_bytes)


def require_room_for_renditions(context: Context, duration_ms: int, networks: int) -> None:
    """Raise DiskFullError unless the MP4s of a video that long fit."""
    files = min(networks, MOST_RENDITIONS)
    require_room(context, RENDITION_BYTES_PER_SECOND * files * duration_ms // 1000)


def pause_of(context: Context) -> DiskFullError | None:
    """Say why nothing new is begun on this machine; none while there is room."""
    try:
        require_room(context)
    except DiskFullError as full:
        return full
    return None


def _disks(context: Context) -> list[tuple[Path, int]]:
    """List the folders that fill while videos are worked on, with the room to leave on each."""
    data, least = context.data, context.data.min_free_bytes
    folders = [(data.cache_dir, least)]
    if _has_store(context):
        share = int(shutil.disk_usage(existing(data.data_dir)).total * STORE_SHARE)
        folders.append((data.data_dir, max(least, share)))
    elif context.nemo.api_url is None or is_loopback(str(context.nemo.api_url)):
        folders.append((data.data_dir, least))
    return folders


def _has_store(context: Context) -> bool:
    """Tell whether the bucket is in the embedded store of this machine."""
    is_here = is_loopback(context.s3.endpoint_url or "")
    return is_here and (context.data.data_dir / "s3").is_dir()
