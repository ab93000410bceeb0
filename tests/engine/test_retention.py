"""What an engine forgets, in a folder and in a bucket."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from socialcopy.engine.errors import RefusalError
from socialcopy.engine.store import retention
from socialcopy.engine.store.documents import Documents
from socialcopy.engine.store.queue import ITEM
from socialcopy.engine.store.retention import DAY_SECONDS, Retention, forget
from socialcopy.engine.store.sessions import Sessions, StoredFile
from socialcopy.json_files import ANY_OBJECT
from tests.conftest import until
from tests.engine.test_store import Open, engines

__all__ = ["engines"]
KEEP_SECONDS = 3.0
FILE = StoredFile(asset_id="a", filename="a.png", file_type="image", sha256="0", size_bytes=5)


def session(documents: Documents, folder: Path) -> str:
    """A session with a file, and a render job of it."""
    sessions = Sessions(documents)
    session_id: str = sessions.create("me", "clip", None)["session_id"]
    file = folder / "a.png"
    file.write_bytes(b"image")
    sessions.add_file(session_id, file, FILE)
    documents.create(f"renders/of{session_id}/job.json", {"session_id": session_id}, ANY_OBJECT)
    return session_id


def test_what_nobody_has_written_to_for_so_long_is_gone_with_its_files_and_nothing_else(
    engines: Open, tmp_path: Path
):
    one, other = engines(), engines()
    old, unfinished, rendered, held = (session(one, tmp_path) for _ in range(4))
    one.create("unfinished/messages/m.json", {"name": "m", "attempts": 0,
               "session_id": unfinished}, ITEM)  # fmt: skip
    one.create(f"unfinished/renders/of{rendered}.json",
               {"name": f"of{rendered}", "attempts": 0}, ITEM)  # fmt: skip
    time.sleep(KEEP_SECONDS + 1)
    young = session(one, tmp_path)

    with other.hold(f"sessions/{held}/session.json"):
        forgotten = forget(one, KEEP_SECONDS)

    sessions = Sessions(other)
    with pytest.raises(RefusalError):
        sessions.get(old, "me")
    assert {name for name, _ in other.ages("sessions")} == {unfinished, rendered, held, young}
    renders = {name for name, _ in other.ages("renders")}
    assert renders == {f"of{rendered}", f"of{young}"}
    assert forgotten == 4
    assert sessions.fetch(young, FILE).read_bytes() == b"image"
    assert not one.fetch(f"sessions/{old}/files/a").exists()


def test_an_engine_looks_by_itself_and_zero_days_keep_all(
    engines: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retention, "FIRST_LOOK_SECONDS", 0.1)
    documents = engines()
    session(documents, tmp_path)
    time.sleep(KEEP_SECONDS)
    looks = [Retention(documents, days) for days in (0.0, 1.0)]
    for look in looks:
        look.start()
    time.sleep(1)
    assert list(documents.ages("sessions"))

    looks.append(Retention(documents, 2 / DAY_SECONDS))
    looks[-1].start()
    until(lambda: not list(documents.ages("sessions")))
    for look in looks:
        look.stop()
