"""What goes wrong in the simulated data walk, by the rows F1 to F47 of the failure model."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx

from socialcopy import keys
from socialcopy.media.errors import ToolFailedError, ToolTimeoutError
from socialcopy.nemovideo.errors import APIConnectionError, DownloadError, StreamInterruptedError
from socialcopy.nemovideo.errors import status_error as refusal
from socialcopy.nemovideo.events import MAX_EVENT_BYTES, Listener, bounded
from socialcopy.storage.errors import StoreUnreachableError
from tests.simulation.footage import kind
from tests.simulation.world import Killed

if TYPE_CHECKING:
    from tests.simulation.walk import World

STORE_SHARE = 0.02
LATE_SHARE = 0.08
SLOW_PHASES = ("uploading", "rendering", "encoding", "packing")
"""While a video is uploaded or a delivery is written, which few workers come to."""

PLANNED_SHARES = {"file": 0.1, "session": 0.3, "seal": 0.05, "result": 0.05, "certificate": 0.04}
"""Of the histories: those in which a worker sleeps over a file of its delivery, a session is lost
over a message in doubt, a worker dies between the manifest and the mark, the result can't be had,
or an MP4 fails. Each is a moment in a worker's life, which dice alone seldom meet.
"""

SERVICE_SHARE = 0.15
LATE_SERVICE_SHARES = {"upload": 0.3, "message": 0.3, "render": 0.3, "poll": 0.3, "download": 0.5}
TOOL_SHARE = 0.04
CERTIFICATE_SHARE = 0.15
STEP_SHARE = 0.02

LATE_PHASES = ("listening and writing captions", "rendering", "encoding", "packing")
LATE_FAULTS = (1, 2, 3)
"""How many are kept for workers that get so far; the others are mostly spent before."""

MOST_STREAM_BYTES = 1 << 16
"""In place of 16 MiB, which take seconds to be read."""

STREAMS: tuple[Callable[[], object], ...] = (
    lambda: [b'data: {"type": "text", "content": "Thr'],
    lambda: [b'data: {"type": "text", "content": "caf\xc3'],
    lambda: [b"data: \xff\xfe{\r\n\r\n"],
    lambda: [b"data: ", b"x" * (MAX_EVENT_BYTES + 1)],
    lambda: itertools.repeat(b": heartbeat\n\n" * 500),
)
"""Event streams that say nothing of use: cut in a word, in a letter, no JSON, and two endless."""

AWAY = "simulated Prefect is away"
REFUSALS = {1001: "F29", 1002: "F30", 429: "F31", 2001: "F32", 402: "F33", 4001: "F34"}
REFUSED_AT = {
    "upload": (1001, 1002, 429, 4001),
    "message": (1001, 1002, 429, 2001),
    "state": (1001, 1002, 429),
    "session": (1001, 429, 2001),
    "render": (402, 429, 2001),
}


class Stopped(BaseException):
    """SIGTERM: the worker is asked to go, and its own clean-up still runs."""


def prefect_errors() -> dict[str, list[Exception]]:
    """What Prefect's client raises: F37 while its database is away, F38 while its server is."""
    request = httpx.Request("POST", "http://prefect.example/api/task_runs/")
    locked = httpx.Response(503, request=request, text="database is locked")
    return {
        "F37": [httpx.HTTPStatusError(f"{AWAY}: 503", request=request, response=locked)],
        "F38": [
            httpx.ConnectError(AWAY),
            httpx.ReadTimeout(AWAY),
            httpx.RemoteProtocolError(AWAY),
            RuntimeError(f"Failed to reach API at {AWAY}"),
        ],
    }


class Faults:
    """The faults that are left, and the dice."""

    def __init__(self, world: World, left: int) -> None:
        self._world = world
        self._dice = world.random
        self.left = left
        self.late = self._dice.choice(LATE_FAULTS)
        shares = PLANNED_SHARES.items()
        self._planned = {moment for moment, share in shares if self._dice.random() < share}
        self.refused: set[str] = set()
        """Jobs whose file the service refused."""
        self.slow: set[str] = set()
        """Jobs over which a tool hung."""

    def _hit(self, row: str) -> None:
        self._world.hit[row] += 1

    def _is_due(self, share: float) -> bool:
        is_late = bool(self.late) and self._world.phase in LATE_PHASES
        if not (self.left or is_late) or self._dice.random() > share:
            return False
        if is_late:
            self.late -= 1
        else:
            self.left -= 1
        return True

    def _is_planned(self, moment: str, share: float = 1) -> bool:
        if moment not in self._planned or self._dice.random() > share:
            return False
        self._planned.remove(moment)
        return True

    # Where it goes wrong -----------------------------------------------------------------------

    def at_store(self, operation: str, moment: str) -> None:
        """Before and after every call to the store."""
        world = self._world
        if world.owner in world.dead:  # our own clean-up, which no kill -9 leaves
            raise Killed
        world.auditor.look()
        if self._is_sealed() and self._is_planned("seal", LATE_SHARE):
            self._kill(operation, moment)
        if self._is_writing(operation, moment) and self._is_planned("file", LATE_SHARE):
            self._sleep()
        is_slow = world.phase in SLOW_PHASES
        if not self._is_due(LATE_SHARE if is_slow else STORE_SHARE):
            return
        kinds: list[Callable[[str, str], None]] = [
            self._kill, self._kill, self._lose, self._sleep, self._race, self._stop,
            self._drop_late, self._overwrite, self._drop_again, self._delete,
        ]  # fmt: skip
        self._dice.choice(kinds)(operation, moment)

    def _is_writing(self, operation: str, moment: str) -> bool:
        """Whether a worker that has come to its delivery is about to write."""
        claim, objects = self._world.claim, self._world.store.objects
        is_write = operation in ("put_object", "upload_part") and moment == "before"
        return (
            is_write and claim is not None and keys.journal_entry(claim.oid, "conform") in objects
        )

    def _is_sealed(self) -> bool:
        """Whether the manifest is written, and the job is not marked as finished yet."""
        world = self._world
        if world.phase != "packing" or world.claim is None:
            return False
        objects, claim = world.store.objects, world.claim
        return (
            keys.manifest(claim.delivery_prefix) in objects
            and keys.finished(claim.oid) not in objects
        )

    def at_service(self, endpoint: str, moment: str) -> None:
        """Before, during and after every call to the service."""
        world = self._world
        world.auditor.look()
        is_crashing = world.claim is not None and world.claim.source.key in world.crashing
        if is_crashing and endpoint == "session":
            self._hit("F42")
            world.dead.add(world.owner)
            raise Killed
        if endpoint == "download" and self._is_planned("result"):
            self._break_result()
        elif endpoint == "state" and self._is_in_doubt() and self._is_planned("session"):
            self._say_no(self._dice.choice((1001, 1002)))
        elif self._is_due(LATE_SERVICE_SHARES.get(endpoint, SERVICE_SHARE)):
            kinds = [self._kill, self._break, self._break, self._refuse, self._refuse, self._fill]
            self._dice.choice(kinds)(endpoint, moment)

    def _is_in_doubt(self) -> bool:
        """Whether a message was sent, and nobody has written down what came of it."""
        job, objects = self._world.service.job, self._world.store.objects
        has_receipt = keys.journal_entry(job, "caption-receipt") in objects
        return self._world.service.ledger[job] > 0 and not has_receipt

    def at_tool(self, tool: str) -> None:
        """Before ffprobe or ffmpeg does anything."""
        if self._is_due(TOOL_SHARE):
            self._dice.choice((self._hang, self._fill_for_tool))(tool)

    def in_rendition(self) -> tuple[str, ...]:
        """What the certificate finds wrong with an MP4."""
        if not (self._is_planned("certificate") or self._is_due(CERTIFICATE_SHARE)):
            return ()
        self._hit("F44")
        return ("loudness is -30.0 LUFS, not -14 ±1",)

    def at_step(self) -> None:
        """Where one step ends and the next one begins, which Prefect wants to be told."""
        if self._is_due(STEP_SHARE):
            row = self._dice.choice(("F37", "F38"))
            self._hit(row)
            raise self._dice.choice(prefect_errors()[row])

    # Workers -----------------------------------------------------------------------------------

    def _kill(self, operation: str, moment: str) -> None:
        world = self._world
        self._hit(self._row_of_a_kill(operation, moment))
        if not world.sees_the_dead:
            self._hit("F24")
        world.dead.add(world.owner)
        raise Killed

    def _row_of_a_kill(self, operation: str, moment: str) -> str:
        world = self._world
        if operation == "message" and moment != "before":
            return "F19" if moment == "during" else "F18"
        if world.phase.startswith("listening"):
            return "F18" if world.service.ledger[world.service.job] > 0 else "F17"
        if world.claim and world.phase in ("rendering", "encoding", "packing"):
            objects, claim = world.store.objects, world.claim
            if self._is_sealed():
                return "F22"
            has_master = keys.journal_entry(claim.oid, "conform") in objects
            return "F21" if has_master else "F20"
        return "F16"

    def _stop(self, *_: str) -> None:
        self._hit("F46")
        raise Stopped

    def _sleep(self, *_: str) -> None:
        """Not dead, only away: another one takes over, and then this one goes on."""
        world = self._world
        if world.depth < 2:
            self._hit("F23")
            world.store.sleep(world.context.watch.lease_seconds + 9)
            world.store.sleep(world.context.watch.lease_grace_seconds)
            world.meanwhile()

    def _race(self, *_: str) -> None:
        """Another worker does as much as it can between two calls of this one."""
        if self._world.depth < 2:
            self._hit("F25")
            self._world.meanwhile()

    # Store, disk and tools ---------------------------------------------------------------------

    def _lose(self, operation: str, moment: str) -> None:
        self._hit("F36")
        raise StoreUnreachableError("simulation", f"lost {moment} {operation}")

    def _fill(self, *_: str) -> None:
        self._hit("F39")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _fill_for_tool(self, tool: str) -> None:
        self._hit("F39")
        raise ToolFailedError([tool], 1, f"out.mp4: {os.strerror(errno.ENOSPC)}")

    def _hang(self, tool: str) -> None:
        self._hit("F41")
        self.slow.add(self._world.service.job)
        raise ToolTimeoutError([tool], 30)

    # The service -------------------------------------------------------------------------------

    def _break(self, endpoint: str, moment: str) -> None:
        """No whole answer; a message may have been carried out all the same."""
        if endpoint == "message" and moment == "before":
            self._hit("F35")
            raise StreamInterruptedError("the service broke: 500")
        if endpoint == "message":
            self._break_off(moment)
        elif endpoint == "download":
            self._break_result()
        else:
            self._hit("F35")
            raise self._dice.choice((APIConnectionError("cut"), refusal(500, "broken")))

    def _break_off(self, moment: str) -> None:
        """The service goes on without its listener: sooner, or later, or it has already."""
        service = self._world.service
        service.finish(service.session_of_job())
        row = self._dice.choice(("F26" if moment == "during" else "F27", "F28"))
        self._hit(row)
        if row != "F28":
            raise StreamInterruptedError("cut")
        chunks = self._dice.choice(STREAMS)()
        Listener().listen(bounded(chunks))
        self._world.auditor.broken.add("a broken stream was taken for a reply")

    def _break_result(self) -> None:
        """The finished video can't be fetched, or is fetched and can't be read."""
        row = self._dice.choice(("F43", "F43", "F44"))
        self._hit(row)
        if row == "F43":
            raise DownloadError("the link has expired")
        self._world.service.is_torn = True

    def _refuse(self, endpoint: str, moment: str) -> None:
        """A whole answer that says no, before any work."""
        if moment != "before":
            return
        self._say_no(self._dice.choice(REFUSED_AT.get(endpoint, (402, 429))))

    def _say_no(self, code: int) -> None:
        self._hit(REFUSALS[code])
        if code == 4001:
            self.refused.add(self._world.service.job)
        raise refusal(code, "scripted")

    # People ------------------------------------------------------------------------------------

    def _drop_late(self, *_: str) -> None:
        """A video arrives without any event, under a stamp that is old or the same."""
        self._hit("F1")
        self._hit("F3")
        if self._world.coming:
            self._world.arrive()
        else:
            self._world.drop(age_seconds=self._dice.choice((0, 0, 3_600)))

    def _overwrite(self, *_: str) -> None:
        inbox = self._world.inbox()
        if inbox:
            self._hit("F8" if self._world.phase == "uploading" else "F7")
            self._world.put(self._dice.choice(inbox), self._world.content("video"))

    def _drop_again(self, *_: str) -> None:
        inbox = [key for key in self._world.inbox() if kind(self._content(key)) != "large"]
        if inbox:
            self._hit("F9")
            key = self._dice.choice(inbox)
            self._world.put(key, self._content(key))

    def _content(self, key: str) -> bytes:
        return self._world.store.objects[key][0]

    def _delete(self, *_: str) -> None:
        inbox = self._world.inbox()
        if inbox:
            self._hit("F10")
            del self._world.store.objects[self._dice.choice(inbox)]
