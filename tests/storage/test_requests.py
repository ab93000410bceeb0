"""What a worker asks the store for while it holds a job: as little as its promises allow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from socialcopy import keys
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import Lease
from socialcopy.storage.delivery_files import DeliveryFolder
from socialcopy.storage.errors import LeaseLostError
from socialcopy.storage.journal import Journal
from socialcopy.storage.paid_steps import charge_once

Asked = list[tuple[str, str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Operation and key of every request but listings, in order."""
    seen: Asked = []
    ask: Callable[..., Any] = Bucket._ask

    def noted(self: Bucket, operation: str, **arguments: Any) -> Any:
        seen.append((operation, str(arguments.get("Key", ""))))
        return ask(self, operation, **arguments)

    monkeypatch.setattr(Bucket, "_ask", noted)
    return seen


def test_a_guard_is_one_conditional_request_and_so_is_a_renewal(lease: Lease, asked: Asked):
    lease.guard()
    lease.renew()
    lease.guard()

    key = keys.claim(lease.claim.oid)
    assert asked == [("head_object", key), ("put_object", key), ("head_object", key)]


def test_a_guard_of_a_claim_that_was_removed_says_that_it_is_lost(bucket: Bucket, lease: Lease):
    bucket.remove(keys.claim(lease.claim.oid))

    with pytest.raises(LeaseLostError):
        lease.guard()


def test_an_entry_of_the_journal_is_asked_for_once_and_one_that_is_not_there_never(
    lease: Lease, asked: Asked
):
    Journal(lease).record("media", {"width": 1})
    asked.clear()
    successor = Journal(lease)
    read = [successor.read(step) for step in ("media", "media", "upload", "upload")]

    assert read == [{"width": 1}, {"width": 1}, None, None]
    assert asked == [("get_object", keys.journal_entry(lease.claim.oid, "media"))]


def test_what_another_worker_wrote_since_the_listing_counts(lease: Lease):
    ours, other = Journal(lease), Journal(lease)
    assert ours.read("upload") is None
    other.record("upload", {"by": "another"})

    assert ours.record("upload", {"by": "us"}) == {"by": "another"}
    assert ours.read("upload") == {"by": "another"}


def test_a_lost_race_for_an_intent_is_judged_by_the_intent_that_stands(lease: Lease):
    ours, other = Journal(lease), Journal(lease)
    assert ours.read("caption-receipt") is None
    other.begin("caption-intent-1", {"owner": "somebody who may be asleep"})
    recovered = []

    def recover(intent: dict[str, Any]) -> dict[str, Any]:
        recovered.append(intent["owner"])
        return {"text": "found"}

    def send(_: dict[str, Any]) -> dict[str, Any]:
        pytest.fail("it was sent twice")

    charge_once(ours, "caption", intent=dict, send=send, recover=recover)

    assert recovered == ["somebody who may be asleep"]


def test_a_file_of_a_delivery_is_written_again_only_where_it_differs(
    lease: Lease, asked: Asked, tmp_path: Path
):
    folder = DeliveryFolder(lease, Journal(lease))
    video = tmp_path / "x.mp4"
    for text, data in (("a", b"1"), ("a", b"1"), ("b", b"1"), ("a", b"2")):
        video.write_bytes(data)
        folder.place("x.txt", text.encode(), "text/plain")
        folder.place("x.mp4", video, "video/mp4")

    written = [key.rpartition("/")[2] for operation, key in asked if operation == "put_object"]
    assert [name for name in written if name == "x.txt"] == ["x.txt"] * 3
    assert lease.bucket.read(f"{lease.claim.delivery_prefix}x.txt").data == b"a"  # type: ignore[union-attr]
    assert lease.bucket.read(f"{lease.claim.delivery_prefix}x.mp4").data == b"2"  # type: ignore[union-attr]
