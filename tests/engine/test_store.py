"""What engines keep together, in a folder and in a bucket: the same promises hold in both."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from socialcopy.engine.errors import EngineStoppingError, RefusalError
from socialcopy.engine.store.credits import Ledger, Move
from socialcopy.engine.store.documents import Documents, LocalDocuments
from socialcopy.engine.store.queue import ITEM, Backlog
from socialcopy.engine.store.sessions import Sessions
from socialcopy.engine.store.shared_documents import SharedDocuments
from socialcopy.json_files import ANY_OBJECT
from socialcopy.nemovideo.schemas import JSON
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from tests.conftest import until

Open = Callable[[], Documents]
LEASE_SECONDS = 2.0


@pytest.fixture(params=["folder", "bucket"])
def engines(request: pytest.FixtureRequest, tmp_path: Path, bucket: Bucket) -> Iterator[Open]:
    """Opens the one store for another engine; its machine has a folder of its own."""
    opened: list[Documents] = []

    def open_store() -> Documents:
        cache = tmp_path / str(len(opened))
        documents = (
            LocalDocuments(tmp_path / "engine")
            if request.param == "folder"
            else SharedDocuments(bucket, "state/", cache, LEASE_SECONDS)
        )
        documents.start()
        opened.append(documents)
        return documents

    yield open_store
    for documents in opened:
        documents.stop()


def kill(documents: Documents) -> None:
    """Have an engine die: it renews nothing any more, and lets nothing go."""
    if isinstance(documents, SharedDocuments):
        documents._locks._stopped.set()
        documents._locks._renewer.join()


def test_a_document_is_what_its_first_writer_wrote(engines: Open):
    one, other = engines(), engines()

    assert one.create("a/b.json", {"n": 1}, ANY_OBJECT)["n"] == 1
    assert other.create("a/b.json", {"n": 2}, ANY_OBJECT)["n"] == 1
    assert other.read("a/b.json", ANY_OBJECT) == {"n": 1}
    assert list(other.names("a")) == ["b"]
    other.remove("a/b.json")
    assert one.read("a/b.json", ANY_OBJECT) is None
    with pytest.raises(FileNotFoundError):
        one.update("a/b.json", ANY_OBJECT, lambda _: None)


def test_changes_from_many_engines_are_all_kept(engines: Open):
    stores = [engines() for _ in range(3)]
    stores[0].create("n.json", {"n": 0}, ANY_OBJECT)

    def count(documents: Documents) -> None:
        for _ in range(8):
            documents.update("n.json", ANY_OBJECT, lambda found: found.update(n=found["n"] + 1))
            documents.append("log.jsonl", ANY_OBJECT, lambda known: {"n": len(known)})

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(count, stores))

    assert (stores[1].read("n.json", ANY_OBJECT) or {})["n"] == 24
    log = stores[1].entries("log.jsonl", ANY_OBJECT)
    assert [entry["n"] for entry in log] == list(range(24))


class Forgetful(Bucket):
    """A bucket that every other time loses the answer to a write that went well."""

    writes = 0

    def replace(self, key: str, data: bytes, etag: str) -> str | None:
        return self._answered(super().replace(key, data, etag))

    def create(self, key: str, data: bytes) -> str | None:
        return self._answered(super().create(key, data))

    def _answered(self, etag: str | None) -> str | None:
        self.writes += 1
        return etag if self.writes % 2 else None


def test_a_write_whose_answer_was_lost_is_not_made_twice(
    store: S3Settings, bucket: Bucket, tmp_path: Path
):
    forgetful = Forgetful(store.model_copy(update={"bucket": bucket.name}))
    documents = SharedDocuments(forgetful, "state/", tmp_path, LEASE_SECONDS)
    documents.create("n.json", {"n": 0}, ANY_OBJECT)

    for _ in range(5):
        documents.update("n.json", ANY_OBJECT, lambda found: found.update(n=found["n"] + 1))
        documents.append("log.jsonl", ANY_OBJECT, lambda _: {})
        with documents.hold("n.json") as is_ours:
            assert is_ours

    assert (documents.read("n.json", ANY_OBJECT) or {})["n"] == 5
    assert len(documents.entries("log.jsonl", ANY_OBJECT)) == 5


def test_a_change_that_raises_changes_nothing(engines: Open):
    documents = engines()
    documents.create("n.json", {"n": 0}, ANY_OBJECT)

    def fail(found: JSON) -> None:
        found["n"] = 1
        raise EngineStoppingError

    with pytest.raises(EngineStoppingError):
        documents.update("n.json", ANY_OBJECT, fail)
    assert (documents.read("n.json", ANY_OBJECT) or {})["n"] == 0


def test_what_one_engine_holds_no_other_thread_or_engine_does_until_it_is_let_go(engines: Open):
    one, other = engines(), engines()

    with one.hold("a.json") as first, other.hold("a.json") as second, one.hold("a.json") as third:
        assert (first, second, third) == (True, False, False)
        assert not other.is_free("a.json")
    assert other.is_free("a.json")
    with other.hold("a.json") as again:
        assert again


def test_a_file_is_there_at_every_engine(engines: Open, tmp_path: Path):
    one, other = engines(), engines()
    (tmp_path / "upload").write_bytes(b"a video")

    one.keep(tmp_path / "upload", "files/a")

    assert not (tmp_path / "upload").exists()
    assert [store.fetch("files/a").read_bytes() for store in (one, other, other)] == [
        b"a video"
    ] * 3
    assert not other.fetch("files/none").exists()


def test_credits_are_counted_once_whichever_engine_charges(engines: Open):
    ledgers = [Ledger(engines()) for _ in range(3)]
    ledgers[0].grant("me", 5)

    def freeze(number: int) -> bool:
        with contextlib.suppress(RefusalError):
            ledgers[number % 3].freeze("me", f"message {number}", 1)
            return True
        return False

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(freeze, range(8))) == 5
    with ThreadPoolExecutor(3) as pool:  # an engine that was taken over settles too
        for ledger in ledgers:
            pool.submit(ledger.end, "me", "message 1", Move.SETTLE)
    ledgers[1].end("me", "message 1", Move.RELEASE)
    total = ledgers[2].balance("me").total
    assert total in (4, 5)  # message 1 may be one of those that were refused
    assert ledgers[2].balance("me").available == 0


def test_a_session_of_one_engine_is_a_session_of_all(engines: Open):
    one, other = Sessions(engines()), Sessions(engines())
    session = one.create("me", "project", None)["session_id"]

    other.begin(session, "m")
    assert one.mark_of(session, "m") == {"status": "working"}
    with one.at_work(session, threading.Event()):
        stopping = threading.Event()
        stopping.set()
        with pytest.raises(EngineStoppingError), other.at_work(session, stopping):
            pass


def test_an_attempt_that_was_taken_over_changes_nothing_any_more(engines: Open):
    one, other = Sessions(engines()), Sessions(engines())
    session = one.create("me", "project", None)["session_id"]
    one.begin(session, "m")
    one.advance(session, "m", 1, delta={"seen": 1}, mark={})

    assert other.begin_again(session, "m", 2) == "working"
    with pytest.raises(EngineStoppingError):
        one.advance(session, "m", 1, delta={"seen": 2}, mark={"status": "failed"})
    other.advance(session, "m", 2, delta={"seen": 3}, mark={"status": "completed"})
    with pytest.raises(EngineStoppingError):
        other.advance(session, "m", 2, delta={"seen": 4}, mark={"status": "failed"})

    assert other.get(session, "me")["state"]["seen"] == 3
    assert one.begin_again(session, "m", 3) == "completed"


class Worker:
    """A backlog that notes what it does, and breaks off or hangs when told."""

    def __init__(self, documents: Documents, workers: int = 2) -> None:
        self.documents = documents
        self.begun: list[str] = []
        self.done: list[str] = []
        self.given_up: list[str] = []
        self.withdrawn: list[str] = []
        self.breaks_off = False
        self.may = threading.Event()
        self.may.set()
        self.backlog = Backlog(
            documents,
            "queue",
            work=self.work,
            give_up=self.give_up,
            withdraw=lambda item: self.withdrawn.append(item["name"]),
            workers=workers,
        )

    def work(self, item: dict[str, Any]) -> None:
        self.begun.append(item["name"])
        self.may.wait()
        if self.breaks_off:
            raise EngineStoppingError
        self.done.append(item["name"])

    def give_up(self, item: dict[str, Any]) -> None:
        self.given_up.append(item["name"])


def test_broken_off_work_is_done_by_the_next_engine_and_then_forgotten(engines: Open):
    first, second = Worker(engines()), Worker(engines())
    first.breaks_off = True
    first.backlog.start()
    first.backlog.add("a", {})
    until(lambda: first.begun)
    first.backlog.stop()

    second.backlog.start()
    until(lambda: second.done)
    second.backlog.stop()

    assert (first.done, second.done) == ([], ["a"])
    assert not second.backlog.has("a")


def test_work_that_was_begun_three_times_is_given_up(engines: Open):
    worker = Worker(engines())
    worker.documents.create("queue/bad.json", {"name": "bad", "attempts": 3}, ITEM)

    worker.backlog.start()
    until(lambda: worker.given_up)
    worker.backlog.stop()

    assert (worker.done, worker.given_up) == ([], ["bad"])


def test_work_nobody_has_begun_can_be_taken_back_once(engines: Open):
    worker = Worker(engines())
    worker.backlog.add("a", {})

    assert worker.backlog.take_back("a")
    assert not worker.backlog.take_back("a")


def test_the_work_of_a_killed_engine_is_taken_over_and_that_of_a_living_one_is_not(
    request: pytest.FixtureRequest, engines: Open
):
    if "folder" in request.node.name:
        pytest.skip("a lock of the kernel ends with its process: tests/engine/test_survival.py")
    living, killed, idle = (Worker(engines(), workers=1) for _ in range(3))
    for worker, name in ((living, "a"), (killed, "b")):
        worker.may.clear()
        worker.backlog.start()
        worker.backlog.add(name, {})
        until(lambda: worker.begun == [name])  # noqa: B023  (asked before the next turn)
    kill(killed.documents)

    idle.backlog.start()
    until(lambda: idle.done)
    time.sleep(2 * LEASE_SECONDS)  # as long as a takeover of the other one would have taken
    assert idle.done == ["b"]
    living.may.set()
    killed.may.set()
    until(lambda: living.done)
    for worker in (living, killed, idle):
        worker.backlog.stop()


def test_idle_engines_take_what_a_busy_one_has_not_begun_and_each_is_done_once(engines: Open):
    busy, idle = Worker(engines(), workers=1), Worker(engines(), workers=1)
    busy.may.clear()
    busy.backlog.start()
    for number in range(5):
        busy.backlog.add(str(number), {})
    until(lambda: busy.begun)
    idle.backlog.start()
    until(lambda: len(idle.done) == 4)
    busy.may.set()
    until(lambda: not list(busy.documents.names("queue")))
    busy.backlog.stop()
    idle.backlog.stop()

    assert sorted(busy.done + idle.done) == list("01234")
    assert len(busy.done) == 1


def test_an_engine_that_drains_finishes_what_it_has_begun_and_leaves_the_rest(engines: Open):
    ending, other = Worker(engines(), workers=1), Worker(engines(), workers=1)
    ending.may.clear()
    ending.backlog.start()
    for name in "ab":
        ending.backlog.add(name, {})
    until(lambda: ending.begun)
    begun = ending.begun[0]
    ending.backlog.drain()
    other.backlog.start()
    until(lambda: other.done)
    assert ending.backlog.in_hand == 1
    ending.may.set()
    until(lambda: not ending.backlog.in_hand)
    ending.backlog.stop()
    other.backlog.stop()

    assert (ending.done, other.done) == ([begun], ["b" if begun == "a" else "a"])


def test_what_is_not_accepted_to_the_end_is_withdrawn(engines: Open):
    worker, finder = Worker(engines()), Worker(engines())
    assert worker.backlog.reserve("a", places=1)
    with pytest.raises(RefusalError), worker.backlog.adding("a", {}):
        raise RefusalError(402, "no credits")  # type: ignore[arg-type]
    assert worker.withdrawn == ["a"]
    assert worker.backlog.in_hand == 0

    worker.documents.create("queue/b.json", _half_accepted("b"), ITEM)
    finder.backlog.start()
    until(lambda: finder.withdrawn)
    finder.backlog.stop()
    assert finder.done == []
    assert not finder.backlog.has("b")


def _half_accepted(name: str) -> JSON:
    return {"name": name, "attempts": 0, "is_accepted": False}


def test_what_another_engine_took_for_half_accepted_is_not_accepted(engines: Open):
    worker = Worker(engines())
    with pytest.raises(EngineStoppingError), worker.backlog.adding("a", {}):
        worker.documents.update("queue/a.json", ITEM, lambda item: item.update(attempts=1))

    assert worker.withdrawn == ["a"]
    assert not worker.backlog.has("a")
