"""A ceiling that holds under concurrency and across crashes, on a real store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from socialcopy import keys
from socialcopy.models import Brief
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.budget import Budget, budgets_of
from socialcopy.storage.claims import Lease
from socialcopy.storage.journal import Journal
from socialcopy.storage.paid_steps import charge_once


def budget(bucket: Bucket, ceiling: int | None = 10) -> Budget:
    return Budget(bucket, keys.budget("2026-11-22", "nightly/"), ceiling)


def test_forty_workers_at_once_never_reserve_more_than_the_ceiling(bucket: Bucket):
    def work(number: int) -> bool:
        own = budget(bucket)
        moves = own.reserve(f"job-{number}", 1)
        if moves is None:
            return False
        committed = own.read().committed
        assert committed <= 10, committed
        own.settle(f"job-{number}", 1, moves)
        return True

    with ThreadPoolExecutor(8) as pool:
        paid = sum(pool.map(work, range(40)))

    assert (paid, budget(bucket).read().spent) == (10, 10)


def test_a_reservation_made_again_after_a_crash_counts_once(bucket: Bucket):
    own = budget(bucket)
    for _ in range(5):
        assert own.reserve("job/caption-intent-1", 3) is not None

    assert own.read().committed == 3


def test_a_step_is_settled_once_however_often_it_is_told(bucket: Bucket):
    own = budget(bucket)
    moves = own.reserve("job", 3) or 0
    for _ in range(3):
        own.settle("job", 2, moves)

    assert (own.read().spent, own.read().open) == (2, {})


@pytest.mark.parametrize(
    ("fell_by", "paid"), [(2, 2), (None, 3), (-50, 3), (5, 5)],
    ids=["cheaper", "unknown", "topped up meanwhile", "dearer"],
)  # fmt: skip
def test_what_the_balance_fell_by_is_what_a_lone_step_cost(
    bucket: Bucket, fell_by: int | None, paid: int
):
    own = budget(bucket)
    own.settle("job", fell_by, own.reserve("job", 3) or 0)

    assert own.read().spent == paid


def test_beside_another_step_no_more_than_the_reservation_is_blamed_on_one(bucket: Bucket):
    own = budget(bucket)
    first = own.reserve("first", 3) or 0
    second = own.reserve("second", 3) or 0
    own.settle("first", 6, first)  # both are in what the balance fell by
    own.settle("second", 6, second)

    assert own.read().spent == 6


def test_a_refused_step_gives_its_reservation_back(bucket: Bucket):
    own = budget(bucket)
    own.reserve("job", 10)
    own.release("job")

    assert own.reserve("other", 10) is not None


def test_a_ceiling_of_the_day_goes_over_the_policys(bucket: Bucket):
    budget(bucket).set_ceiling(2)

    assert budget(bucket).reserve("job", 3) is None
    assert budget(bucket, None).ceiling() == 2


def test_a_video_counts_towards_every_budget_of_today_that_fits_its_key(bucket: Bucket):
    day = bucket.now().date().isoformat()
    for prefix in ("nightly/", "nightly/a/", "inbox/"):
        Budget(bucket, keys.budget(day, prefix)).set_ceiling(5)
    Budget(bucket, keys.budget("1999-01-01", "nightly/")).set_ceiling(0)

    found = budgets_of(bucket, "nightly/a/clip.mp4", "", 7)

    assert [(keys.budget_prefix(b.key), b.ceiling()) for b in found] == [
        ("", 7), ("nightly/", 5), ("nightly/a/", 5),
    ]  # fmt: skip


class OneBudget:
    """A spending limit over one budget, as the stages have one over all that fit."""

    def __init__(self, own: Budget) -> None:
        self.own = own

    def reserve(self, name: str, refused: list[str]) -> dict[str, object]:
        moves = self.own.reserve(name, 4, refused)
        if moves is None:
            raise TimeoutError
        return {"moves": moves}

    def settle(self, name: str, intent: dict, receipt: dict) -> None:
        self.own.settle(name, receipt["cost"], intent["moves"])

    def release(self, name: str, intent: dict) -> None:
        self.own.release(name)


class Killed(BaseException):
    pass


def claim_on(bucket: Bucket) -> Lease:
    bucket.write("inbox/a.mp4", b"a", "video/mp4")
    source = bucket.head("inbox/a.mp4")
    lease = claims.acquire(bucket, source, Brief(), owner="me", watch=WatchSettings())
    assert lease
    return lease


class Refused(Exception):
    pass


@pytest.mark.parametrize("fatal", range(1, 12))
def test_killed_at_any_write_the_step_is_charged_once_and_the_budget_is_right(
    bucket: Bucket, fatal: int, monkeypatch: pytest.MonkeyPatch
):
    """Every conditional write before, between and after reservation, intent, receipt, settling."""
    lease, sent = claim_on(bucket), []
    real, count = Bucket._write_if, [0]

    def write_if(self: Bucket, key: str, data: bytes, condition: dict[str, str]) -> str | None:
        count[0] += 1
        if count[0] * 2 - 1 == fatal:
            raise Killed
        done = real(self, key, data, condition)
        if count[0] * 2 == fatal:
            raise Killed
        return done

    def attempt() -> None:
        charge_once(
            Journal(lease), "caption", intent=dict,
            send=lambda _: sent.append(1) or {"cost": 3},
            recover=lambda _: _recovered(), disproofs=(Refused,),
            spending_limit=OneBudget(budget(bucket)),
        )  # fmt: skip

    def _recovered() -> dict[str, int]:
        if not sent:
            raise Refused
        return {"cost": 3}

    monkeypatch.setattr(Bucket, "_write_if", write_if)
    for _ in range(4):
        try:
            attempt()
        except (Killed, Refused):
            assert budget(bucket).read().committed <= 4
            continue
        break

    account = budget(bucket).read()
    assert (len(sent), account.open) == (1, {})
    assert account.spent in (3, 4)  # a crash between two moves leaves the bound, never less
