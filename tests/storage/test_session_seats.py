"""One job at a time sits in a shared session."""

from __future__ import annotations

from socialcopy.models import Session
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.session_seats import Seat

ONE, TWO = Session(session_id="1"), Session(session_id="2")
KEY = "_socialcopy/seats/0/nightly.json"


def gone(_: object) -> bool:
    return False


def quiet(_: object) -> bool:
    return True


def test_a_seat_is_free_after_it_was_left_and_full_after_so_many(bucket: Bucket):
    seat = Seat(bucket, KEY)
    assert seat.take("a", 2, quiet) is None  # there is none yet
    shared = seat.offer(ONE, "a", gone)
    assert shared == ONE.model_copy(update={"seat": KEY})
    assert seat.take("b", 2, quiet) is None

    seat.leave("a", shared)
    seat.leave("a", shared)
    assert seat.take("b", 2, quiet) == shared
    seat.leave("b", shared)
    assert seat.take("c", 2, quiet) is None


def test_nobody_sits_down_in_a_session_that_is_gone_or_busy(bucket: Bucket):
    seat = Seat(bucket, KEY)
    seat.leave("a", seat.offer(ONE, "a", gone))

    assert seat.take("b", 9, lambda _: False) is None


def test_a_job_that_crashed_after_sitting_down_sits_there_still(bucket: Bucket):
    seat = Seat(bucket, KEY)
    seat.offer(ONE, "a", gone)

    found = seat.take("a", 9, gone)
    assert found
    assert found.session_id == "1"
    assert seat.offer(TWO, "a", gone).session_id == "1"


def test_a_holder_in_hand_keeps_the_seat_and_any_other_is_pushed_out_for_good(bucket: Bucket):
    seat = Seat(bucket, KEY)
    shared = seat.offer(ONE, "a", gone)

    assert seat.offer(TWO, "b", lambda oid: oid == "a") == TWO  # private
    assert seat.offer(TWO, "b", gone).session_id == "2"
    seat.leave("a", shared)  # too late: it is b's seat now, in another session
    assert seat.take("c", 9, quiet) is None


def test_only_the_holder_leaves_a_seat_and_only_in_its_own_session(bucket: Bucket):
    seat = Seat(bucket, KEY)
    shared = seat.offer(ONE, "a", gone)

    seat.leave("b", shared)
    seat.leave("a", TWO)
    assert seat.take("c", 9, quiet) is None
