"""What a paid step may cost, set aside in every budget its video counts towards."""

from __future__ import annotations

from typing import Any

from socialcopy import keys
from socialcopy.models import Claim
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import CeilingReachedError
from socialcopy.pipeline.policies import policies_of
from socialcopy.policies import Policy
from socialcopy.storage.budget import Budget, budgets_of
from socialcopy.storage.journal import Journal
from socialcopy.storage.paid_steps import intent_of

PAID_STEPS = ("caption", "refine")


class BudgetPurse:
    """Pays the steps of one job; see `storage/paid_steps.py`."""

    def __init__(self, context: Context, claim: Claim) -> None:
        self._shop = context
        self._oid = claim.oid
        self._key = claim.source.key

    def _budgets(self) -> tuple[list[Budget], Policy]:
        """Return the budgets of today, and the policy: it says what one message costs at most."""
        policies = policies_of(self._shop.bucket)
        policy = policies.of(self._key)
        prefix = policies.prefix_of(self._key)
        found = budgets_of(self._shop.bucket, self._key, prefix, policy.credit_ceiling)
        return found, policy

    def insist_on_room(self) -> Policy:
        """Raise CeilingReachedError when a message would not be paid for any more; the policy."""
        budgets, policy = self._budgets()
        for budget in budgets:
            if not budget.has_room(policy.message_credits):
                raise _reached(budget)
        return policy

    def reserve(self, name: str, refused: list[str]) -> dict[str, Any]:
        """Set the worst cost aside in every budget, or in none. Raises CeilingReachedError."""
        budgets, policy = self._budgets()
        price = policy.message_credits
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
        fell_by = fall(intent, receipt)
        for key, moves in intent.get("budgets", {}).items():
            Budget(self._shop.bucket, key).settle(self._item(name), fell_by, moves)

    def release(self, name: str, intent: dict[str, Any]) -> None:
        """Give back what was set aside for a step that was refused."""
        for key in intent.get("budgets", {}):
            Budget(self._shop.bucket, key).release(self._item(name))

    def _item(self, name: str) -> str:
        return f"{self._oid}/{name}"


def insist_on_room(context: Context, claim: Claim) -> Policy:
    """Return the policy of a video whose budgets have room for a message.

    Raises CeilingReachedError before anything is asked of the service that leads nowhere.
    """
    return BudgetPurse(context, claim).insist_on_room()


def fall(before: dict[str, Any], after: dict[str, Any]) -> int | None:
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
            return fall(intent_of(journal, step), receipt)
    return None


def _reached(budget: Budget) -> CeilingReachedError:
    return CeilingReachedError(keys.budget_prefix(budget.key), budget.ceiling() or 0)
