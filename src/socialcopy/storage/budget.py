"""A ceiling on what is spent: reserved before each paid step, settled after it.

One small object for each prefix and day, changed by compare-and-swap only, so that any number of
workers share one ceiling and a crash at any moment leaves either no reservation or one that its
successor finds under the same name. What was spent and what is reserved never exceed the ceiling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import BaseModel, NonNegativeInt

from socialcopy import keys
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.records import parse_record
from socialcopy.storage.swaps import until_written


class Account(BaseModel):
    """What the budget's object holds."""

    ceiling: NonNegativeInt | None = None
    """Set by a batch for its day; none leaves it to the policy of the prefix."""
    spent: NonNegativeInt = 0
    open: dict[str, NonNegativeInt] = {}
    """Reservations by the name of their step."""
    moves: int = 0
    """Grows with every change: an unchanged number means that nobody else spent meanwhile."""

    @property
    def committed(self) -> int:
        """Credits that are spent or may be."""
        return self.spent + sum(self.open.values())


class Budget:
    """The budget of one prefix on one day."""

    def __init__(self, bucket: Bucket, key: str, ceiling: int | None = None) -> None:
        self.key = key
        self._bucket = bucket
        self._ceiling = ceiling

    def read(self) -> Account:
        """Read what stands there now; an empty account when nothing does."""
        found = self._bucket.read(self.key)
        return parse_record(Account, found.data, self.key) if found else Account()

    def ceiling(self, account: Account | None = None) -> int | None:
        """Return the ceiling that holds: the day's own, else the policy's."""
        own = (account or self.read()).ceiling
        return self._ceiling if own is None else own

    def has_room(self, amount: int) -> bool:
        """Tell whether so much could be reserved right now."""
        account = self.read()
        ceiling = self.ceiling(account)
        return ceiling is None or account.committed + amount <= ceiling

    def set_ceiling(self, amount: int) -> None:
        """Give the day a ceiling of its own."""
        self._swap(lambda account: account.model_copy(update={"ceiling": amount}))

    def reserve(self, name: str, amount: int, over: Sequence[str] = ()) -> int | None:
        """Set credits aside for a step; the number of moves so far, or none at the ceiling.

        A step that has a reservation keeps it. `over` are reservations of steps that provably
        cost nothing; they are given back.
        """

        def change(account: Account) -> Account | None:
            if name in account.open:
                return account
            kept = {step: n for step, n in account.open.items() if step not in over}
            taken = account.model_copy(update={"open": {**kept, name: amount}})
            ceiling = self.ceiling(account)
            return taken if ceiling is None or taken.committed <= ceiling else None

        done = self._swap(change)
        return done.moves if done else None

    def settle(self, name: str, fell_by: int | None, moves: int) -> None:
        """Turn a reservation into what was paid; a second time does nothing.

        `fell_by` is what the balance fell by since the reservation. When nobody else moved this
        budget meanwhile (`moves`) that was the cost; otherwise it is a bound. Where it is unknown
        or negative (somebody topped up) the whole reservation counts.
        """

        def change(account: Account) -> Account:
            if name not in account.open:
                return account
            rest = dict(account.open)
            reserved = rest.pop(name)
            # Never more than was reserved while others spend too: their cost is in the same
            # balance.
            paid = reserved if fell_by is None or fell_by < 0 else min(fell_by, reserved)
            if fell_by is not None and not rest and account.moves == moves:
                paid = max(paid, fell_by)  # dearer than thought: the ceiling has to know
            return account.model_copy(update={"open": rest, "spent": account.spent + paid})

        self._swap(change)

    def release(self, name: str) -> None:
        """Give a reservation back: the step provably cost nothing."""

        def change(account: Account) -> Account:
            rest = {step: n for step, n in account.open.items() if step != name}
            return account.model_copy(update={"open": rest})

        self._swap(change)

    def _swap(self, change: Callable[[Account], Account | None]) -> Account | None:
        """Change the object under a condition until it holds; none when `change` says no."""

        def write() -> tuple[Account | None] | None:
            found = self._bucket.read(self.key)
            account = parse_record(Account, found.data, self.key) if found else Account()
            changed = change(account)
            if changed is None or changed == account:
                return (changed,)
            moved = changed.model_copy(update={"moves": account.moves + 1})
            data = moved.model_dump_json().encode()
            return (moved,) if self._bucket.write_over(found, self.key, data) else None

        return until_written(self._bucket, self.key, write)[0]


def budgets_of(bucket: Bucket, key: str, prefix: str, ceiling: int | None) -> list[Budget]:
    """List every budget of today (by the store's clock, in UTC) that a video counts towards.

    Those that a batch opened, by a listing, and the one of the policy for `prefix` if it has a
    ceiling.
    """
    day = bucket.now().date().isoformat()
    listed = bucket.list_keys(f"{keys.BUDGETS}{day}/")
    named = {name for name in listed if key.startswith(keys.budget_prefix(name))}
    own = keys.budget(day, prefix)
    if ceiling is not None:
        named.add(own)
    return [Budget(bucket, name, ceiling if name == own else None) for name in sorted(named)]
