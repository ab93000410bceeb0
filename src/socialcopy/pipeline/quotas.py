"""How much of a prefix is taken up in a day: videos, minutes and bytes, as its policy says.

A video is counted once, when it has turned out to be one, so what is refused uses nothing up. The
counts are accounts like those of credits (`storage/budget.py`), one for each unit, prefix and day:
any number of workers share them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from socialcopy import keys
from socialcopy.models import MediaInfo, SourceVideo
from socialcopy.pipeline.errors import QuotaReachedError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.policies import policies_of
from socialcopy.policies import Policies, Policy
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.budget import Budget
from socialcopy.storage.errors import RecordUnreadableError

STEP = "admitted"
"""The journal's entry of a video that was counted."""

MINUTE_MS = 60_000


class Limit(NamedTuple):
    """What a policy allows of one unit in a day."""

    unit: str
    amount: int
    allowance: str
    """In words, such as `20 videos`."""


def limits_of(policy: Policy) -> list[Limit]:
    """List the limits that a policy sets."""
    found: list[Limit] = []
    if policy.videos_per_day is not None:
        found.append(Limit("videos", policy.videos_per_day, f"{policy.videos_per_day} videos"))
    if policy.minutes_per_day is not None:
        amount = int(policy.minutes_per_day * MINUTE_MS)
        found.append(Limit("milliseconds", amount, f"{policy.minutes_per_day:g} minutes"))
    if policy.bytes_per_day is not None:
        told = policy.bytes_per_day.human_readable(decimal=True)
        found.append(Limit("bytes", int(policy.bytes_per_day), told))
    return found


def admit(job: Job, info: MediaInfo) -> None:
    """Count a video towards its prefix's day, once. Raises QuotaReachedError; then it waits.

    A refinement of what was delivered is no new video.
    """
    limits = limits_of(job.policy)
    if not limits or job.claim.brief.follows is not None or job.journal.read(STEP) is not None:
        return
    used = {
        "videos": 1,
        "milliseconds": info.duration_ms,
        "bytes": job.source.size_bytes,
    }
    today = Today(job.bucket, job.policies)
    accounts = today.reserve(job, limits, used)
    job.journal.record(STEP, {"day": today.day, **used})
    for limit, account in accounts:
        account.settle(job.oid, _counted(limit, used), moves=-1)


def _counted(limit: Limit, used: Mapping[str, int]) -> int:
    """Return what is counted: one larger than a whole day's limit takes the day for itself."""
    return min(used[limit.unit], limit.amount)


class Today:
    """What is used up and what is left today, by the store's clock."""

    def __init__(self, bucket: Bucket, policies: Policies) -> None:
        self._bucket = bucket
        self._policies = policies
        self._used: dict[str, int] = {}
        now = bucket.now() if any(map(limits_of, every_policy(policies))) else datetime.now(UTC)
        self.now = now.astimezone(UTC)
        self.day = self.now.date().isoformat()

    @property
    def until(self) -> str:
        """When the next day begins."""
        begins = datetime.combine(self.now.date() + timedelta(days=1), time(), UTC)
        return begins.isoformat()

    def reserve(
        self, job: Job, limits: list[Limit], used: Mapping[str, int]
    ) -> list[tuple[Limit, Budget]]:
        """Set a video's share aside in every account, or in none. Raises QuotaReachedError."""
        prefix = self._policies.prefix_of(job.key)
        taken: list[tuple[Limit, Budget]] = []
        for limit in limits:
            account = self._account(limit, prefix)
            if account.reserve(job.oid, _counted(limit, used)) is None:
                for _, other in taken:
                    other.release(job.oid)
                raise QuotaReachedError(prefix, limit.allowance, self.until)
            taken.append((limit, account))
        return taken

    def pause_of(self, source: SourceVideo) -> QuotaReachedError | RecordUnreadableError | None:
        """Say why a video is not taken up today; none if it may be, as far as a listing tells.

        Its minutes are not known yet, so of those there has to be something left.
        """
        prefix = self._policies.prefix_of(source.key)
        least = {"videos": 1, "milliseconds": 1, "bytes": source.size_bytes}
        for limit in limits_of(self._policies.of(source.key)):
            account = self._account(limit, prefix)
            if account.key not in self._used:
                try:
                    self._used[account.key] = account.read().committed
                except RecordUnreadableError as error:  # other prefixes go on
                    return error
            if self._used[account.key] + _counted(limit, least) > limit.amount:
                return QuotaReachedError(prefix, limit.allowance, self.until)
        return None

    def holds_back(self, key: str, allowance: str, until: str) -> bool:
        """Tell whether the limit that a waiting job met still holds, and its day is not over."""
        limits = limits_of(self._policies.of(key))
        is_met = any(limit.allowance == allowance for limit in limits)
        return is_met and until > self.now.isoformat()

    def _account(self, limit: Limit, prefix: str) -> Budget:
        return Budget(self._bucket, keys.quota(self.day, limit.unit, prefix), limit.amount)


def held_back(bucket: Bucket) -> Callable[[SourceVideo], str]:
    """Tell of each listed video why it is not taken up today; nothing when it may be."""
    today = Today(bucket, policies_of(bucket))
    return lambda source: str(today.pause_of(source) or "")


def every_policy(policies: Policies) -> list[Policy]:
    """List the defaults and the policies of every prefix."""
    return [policies.defaults, *policies.prefix.values()]
