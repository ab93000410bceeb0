"""What a paid step may cost, set aside in every budget its video counts towards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from socialcopy import keys
from socialcopy.pipeline.errors import CeilingReachedError
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.policies import policies_of
from socialcopy.policies import Policies
from socialcopy.storage.budget import Budget, budgets_of
from socialcopy.storage.journal import Journal
from socialcopy.storage.paid_steps import intent_of

PAID_STEPS = ("caption", "refine")


@dataclass(frozen=True)
class JobBudgets:
    """Pays the steps of one job; see `storage/paid_steps.py`."""

    job: Job

    def reserve(self, name: str, refused: list[str]) -> dict[str, Any]:
        """Set the worst cost aside in every budget, or in none. Raises CeilingReachedError."""
        policies = policies_of(self.job.bucket)  # as they stand now that it is paid for
        budgets = _budgets_of(self.job, policies)
        price = policies.of(self.job.key).message_credits
        over = [self._item(step) for step in refused]
        moves: dict[str, int] = {}
        for budget in budgets:
            moved = budget.reserve(self._item(name), price, over)
            if moved is None:
                for taken in budgets[: len(moves)]:
                    taken.release(self._item(name))
                raise _reached(budget)
            moves[budget.key] = moved
        return {"budgets": moves} if moves else {}

    def settle(self, name: str, intent: dict[str, Any], receipt: dict[str, Any]) -> None:
        """Count what the balance fell by, at most what was set aside."""
        fell_by = credits_between(intent, receipt)
        for key, moves in intent.get("budgets", {}).items():
            Budget(self.job.bucket, key).settle(self._item(name), fell_by, moves)

    def release(self, name: str, intent: dict[str, Any]) -> None:
        """Give back what was set aside for a step that was refused."""
        for key in intent.get("budgets", {}):
            Budget(self.job.bucket, key).release(self._item(name))

    def _item(self, name: str) -> str:
        return f"{self.job.oid}/{name}"


def require_room(job: Job) -> None:
    """Raise CeilingReachedError when a message would not be paid for any more.

    So nothing is asked of the service that leads nowhere.
    """
    for budget in _budgets_of(job, job.policies):
        if not budget.has_room(job.policy.message_credits):
            raise _reached(budget)


def _budgets_of(job: Job, policies: Policies) -> list[Budget]:
    """List the budgets of today that a video counts towards."""
    ceiling = policies.of(job.key).credit_ceiling
    return budgets_of(job.bucket, job.key, policies.prefix_of(job.key), ceiling)


def credits_between(before: dict[str, Any], after: dict[str, Any]) -> int | None:
    """Return the credits by which the balance fell from intent to receipt; none when unknown.

    Reserved credits that came free meanwhile could hide a cost, so then it is unknown.
    """
    names = ("credits_total", "credits_available", "credits_frozen")
    if any(not isinstance(entry.get(name), int) for entry in (before, after) for name in names):
        return None
    total, available, frozen = (before[name] - after[name] for name in names)
    return None if frozen > max(total, 0) else max(total, available)


def credits_spent(journal: Journal) -> int | None:
    """Tell what a job's paid message cost by the balance, where others may have spent too."""
    for step in PAID_STEPS:
        receipt = journal.read(f"{step}-receipt")
        if receipt is not None:
            return credits_between(intent_of(journal, step), receipt)
    return None


def _reached(budget: Budget) -> CeilingReachedError:
    place = keys.budget_prefix(budget.key) or "the bucket"
    return CeilingReachedError(place, budget.ceiling() or 0)
