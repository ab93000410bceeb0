"""How much an engine takes on at a time, where nobody has said it: as its machine has room for."""

from __future__ import annotations

import os
from pathlib import Path

from socialcopy.engine_settings import EngineSettings
from socialcopy.environment import MEGABYTE

# Measured: 780 MB with all models loaded, 470 MB for each of two encoders at 1080p.
TAKEN_BYTES = 1_800 * MEGABYTE
# Measured: 77 MB for a decoder at 1080p, 142 MB at 2160p; the rest is for what is read in frames.
MESSAGE_BYTES = 250 * MEGABYTE
# One message listens while another one waits for a model, reads or writes.
MESSAGES_PER_CORE = 2
MOST_MESSAGES = 256

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def messages_at_once(settings: EngineSettings) -> int:
    """Return how many messages are worked on at the same time."""
    return settings.concurrency or fitting(cores(), memory_bytes())


def fitting(cores: int, memory_bytes: int) -> int:
    """Return how many messages that machine has cores and memory for; one at least.

    >>> fitting(2, 16_000_000_000), fitting(16, 64_000_000_000), fitting(8, 3_000_000_000)
    (4, 32, 4)
    """
    by_memory = (memory_bytes - TAKEN_BYTES) // MESSAGE_BYTES
    return max(1, min(MESSAGES_PER_CORE * cores, by_memory, MOST_MESSAGES))


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_bytes() -> int:
    """Return how much memory this process may use: a container's limit, or the machine's."""
    limits = [Path(path).read_text().strip() for path in LIMITS if Path(path).is_file()]
    own = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([own, *(int(limit) for limit in limits if limit.isdigit())])
