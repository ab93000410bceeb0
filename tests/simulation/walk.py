"""The data walk itself in a seeded world: the real stages, every "no" and every kind of dying.

`World(seed).run()` replays a history. Each fault is counted under the row of docs/reliability.md
(F1 to F47) that it belongs to; the table there is made from a run of 10,000 seeds.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from socialcopy import keys
from socialcopy.cli import oneoff
from socialcopy.cli.oneoff import Place
from socialcopy.models import Brief, Claim
from socialcopy.nemovideo.errors import APIConnectionError, DownloadError, StreamInterruptedError
from socialcopy.nemovideo.errors import status_error as refusal
from socialcopy.stages import delivery, intake, refusals, requests
from socialcopy.storage import bucket as bucket_module
from socialcopy.storage import claims, jobs
from socialcopy.storage.errors import StoreUnreachableError
from tests.simulation.cast import (
    CAPTIONS,
    INFO,
    UNDERSTANDING,
    Clock,
    OpenBucket,
    Service,
    SkewedClock,
    Tokens,
    shop,
)
from tests.simulation.world import Killed, Store

FILES = ("captions.json", "index.html", "x.txt")
FAULT_SHARE = 0.02
LATE_PHASES = ("uploading", "packing")
"""Reached by few workers, so more has to go wrong there."""

CALM_SHIFTS = 30
BRIEF = Brief()
BUGS = (AssertionError, AttributeError, KeyError, NameError, TypeError)
"""Errors of this simulation or of the product, which no seed may hide behind a parked video."""


class Stopped(BaseException):
    """SIGTERM: the worker is asked to go, and its own clean-up still runs."""


class World:
    """One history, told by a seed."""

    def __init__(self, seed: int, *, videos: int = 2, faults: int = 8) -> None:
        self.random = random.Random(seed)
        self.store = Store()
        self.clock = Clock(self.store)
        self.bucket = OpenBucket(self.store)
        self.service = Service(self._at_service)
        self.tokens = Tokens(self.clock)
        self.shop = shop(self.bucket)
        self.faults = faults
        self.hit: Counter[str] = Counter()
        self.depth = self.workers = self.dropped = 0
        self.owner = ""
        self.phase = ""
        self.awake: set[str] = set()
        self.dead: set[str] = set()
        self.broken: set[str] = set()
        self.poison: set[str] = set()
        self.refused: set[str] = set()
        self.doubtful: set[str] = set()
        self.parked: list[str] = []
        self.sees_the_dead = self.random.random() < 0.5
        self.removed: set[str] = set()
        self.claim: Claim | None = None
        for _ in range(videos):
            self._drop()
        self.store.hook = self._at_store
        if self.random.random() < 0.05:
            self.poison.add(self.random.choice(self._inbox()))

    def run(self) -> None:
        """Let workers come and die until the faults are used up, then let calm ones finish."""
        with _staged(self):
            while self.faults:
                self._shift()
            self.store.sleep(2_000)
            for _ in range(CALM_SHIFTS):
                if not self._shift():
                    break
                self.store.sleep(400)

    # What a worker does ------------------------------------------------------------------------

    def _shift(self) -> bool:
        """One worker's life: look, work on what waits, and end one way or another."""
        self.workers += 1
        before = self.owner, self.claim, self.phase, self.service.job
        self.owner = f"worker {self.workers}"
        self.awake.add(self.owner)
        SkewedClock.hours = self.random.choice((0, 0, -1, 1))
        self.hit["F40"] += SkewedClock.hours != 0 and self.faults > 0
        found: list[Any] = []
        try:
            found = self._waiting()
            for key in found:
                self._caption(key)
        except (Killed, Stopped, StoreUnreachableError):
            pass
        self.awake.discard(self.owner)
        self.owner, self.claim, self.phase, self.service.job = before
        self.store.sleep(self.random.choice((1, 30, 130)))
        return bool(found)

    def _waiting(self) -> list[str]:
        found = [s.key for s in intake.find_waiting(self.shop, keys.INBOX, BRIEF)]
        if self.faults and self.random.random() < 0.1 and self._inbox():
            self.hit["F2"] += 1  # an event about a video that may be done, or in hand
            found.append(self.random.choice(self._inbox()))
        return found

    def _caption(self, key: str) -> None:
        """A run of the flow; whatever it ends with, the next one goes on."""
        self.phase = "claim"
        try:
            claim = intake.claim_video(self.shop, key, BRIEF)
            if claim is None:
                return
            self.claim, self.service.job = claim, claim.oid
            with intake.holding(self.shop, claim):
                oneoff.walk(Place(self.shop, "sim://"), claim, self._note)
        except (Killed, Stopped):
            raise Killed from None
        except Exception as error:
            if isinstance(error, BUGS):
                raise

    def _note(self, step: str, _: int) -> None:
        self.phase = step

    # What goes wrong ---------------------------------------------------------------------------

    def _due(self) -> bool:
        share = FAULT_SHARE * (4 if self.phase in LATE_PHASES else 1)
        if not self.faults or self.random.random() > share:
            return False
        self.faults -= 1
        return True

    def _at_store(self, operation: str, moment: str) -> None:
        """Before and after every call to the store."""
        if self.owner in self.dead:  # what runs now is our own clean-up, which no kill -9 leaves
            raise Killed
        self._look()
        if not self._due():
            return
        kinds: list[Callable[[str, str], None]] = [
            self._kill, self._kill, self._lose, self._sleep, self._race, self._stop,
            self._drop_late, self._overwrite, self._drop_again, self._delete,
        ]  # fmt: skip
        self.random.choice(kinds)(operation, moment)

    def _at_service(self, endpoint: str, moment: str) -> None:
        """Before, during and after every call to the service."""
        self._look()
        poisoned = self.claim is not None and self.claim.source.key in self.poison
        if poisoned and endpoint == "session":
            self.hit["F42"] += 1
            self.dead.add(self.owner)
            raise Killed
        if self.faults and self.random.random() < 0.15:
            self.faults -= 1
            kinds = [self._kill, self._break, self._break, self._refuse, self._refuse, self._fill]
            self.random.choice(kinds)(endpoint, moment)

    def _kill(self, operation: str, moment: str) -> None:
        self.hit[self._row_of_a_kill(operation, moment)] += 1
        if not self.sees_the_dead:
            self.hit["F24"] += 1
        self.dead.add(self.owner)
        raise Killed

    def _row_of_a_kill(self, operation: str, moment: str) -> str:
        if operation == "message" and moment != "before":
            return "F19" if moment == "during" else "F18"
        if self.phase.startswith("listening"):
            is_sent = self.service.ledger[self.service.job] > 0
            return "F18" if is_sent else "F17"
        if self.phase == "rendering":
            return "F20"
        if self.phase == "packing":
            prefix = self.claim.delivery_prefix if self.claim else ""
            return "F22" if keys.manifest(prefix) in self.store.objects else "F21"
        return "F16"

    def _stop(self, *_: str) -> None:
        self.hit["F46"] += 1
        raise Stopped

    def _lose(self, operation: str, moment: str) -> None:
        self.hit["F36"] += 1
        raise StoreUnreachableError("simulation", f"lost {moment} {operation}")

    def _sleep(self, *_: str) -> None:
        """Not dead, only away: another one takes over, and then this one goes on."""
        if self.depth < 2:
            self.hit["F23"] += 1
            self.store.sleep(
                self.shop.watch.lease_seconds + self.shop.watch.lease_grace_seconds + 9
            )
            self._meanwhile()

    def _race(self, *_: str) -> None:
        """Another worker does as much as it can between two calls of this one."""
        if self.depth < 2:
            self.hit["F25"] += 1
            self._meanwhile()

    def _meanwhile(self) -> None:
        self.depth += 1
        self._shift()
        self.depth -= 1

    def _fill(self, *_: str) -> None:
        self.hit["F39"] += 1
        raise OSError(errno.ENOSPC, "No space left on device")

    def _break(self, endpoint: str, moment: str) -> None:
        """No whole answer; a message may have been carried out all the same."""
        if endpoint == "message" and moment == "before":
            self.hit["F35"] += 1
            raise StreamInterruptedError("the service broke: 500")
        if endpoint == "message":
            self.hit["F26" if moment == "during" else "F27"] += 1
            self._finish_message()
            raise StreamInterruptedError("cut")
        if endpoint == "download":
            self.hit["F43"] += 1
            raise DownloadError("the link has expired")
        self.hit["F35"] += 1
        raise self.random.choice((APIConnectionError("cut"), refusal(500, "broken")))

    def _finish_message(self) -> None:
        """The service goes on without its listener: sooner, or later, or it has already."""
        self.service.hook = lambda *_: None
        kept = [s for s in self.service.sessions.values() if s["job"] == self.service.job][-1]
        for message in kept["state"]["messages"].values():
            message["status"] = "completed"
        kept["state"]["generated_media"] = {"copy": hashlib.md5(kept["bytes"]).hexdigest()}  # noqa: S324
        kept["state"]["draft"] = {"t": [{"sg": [1]}]}
        self.service.hook = self._at_service

    def _refuse(self, endpoint: str, moment: str) -> None:
        """A whole answer that says no, before any work."""
        if moment != "before":
            return
        rows = {1001: "F29", 1002: "F30", 429: "F31", 2001: "F32", 402: "F33", 4001: "F34"}
        possible = {
            "upload": (1001, 1002, 429, 4001),
            "message": (1001, 1002, 429, 2001),
            "state": (1001, 1002, 429),
            "session": (1001, 429, 2001),
            "render": (402, 429, 2001),
        }.get(endpoint, (402, 429))
        code = self.random.choice(possible)
        self.hit[rows[code]] += 1
        if code == 4001:
            self.refused.add(self.service.job)
        if code in (1001, 1002) and self.service.ledger[self.service.job]:
            self.doubtful.add(self.service.job)
        raise refusal(code, "scripted")

    def _drop_late(self, *_: str) -> None:
        """A video arrives without any event, under a stamp that is old or the same."""
        self.hit["F1"] += 1
        self.hit["F3"] += 1
        self._drop(age_seconds=self.random.choice((0, 0, 3_600)))

    def _overwrite(self, *_: str) -> None:
        if self._inbox():
            self.hit["F8" if self.phase == "uploading" else "F7"] += 1
            self.dropped += 1
            key = self.random.choice(self._inbox())
            self._put(key, f"version {self.dropped}".encode())

    def _drop_again(self, *_: str) -> None:
        if self._inbox():
            self.hit["F9"] += 1
            key = self.random.choice(self._inbox())
            self._put(key, self.store.objects[key][0])

    def _delete(self, *_: str) -> None:
        if self._inbox():
            self.hit["F10"] += 1
            del self.store.objects[self.random.choice(self._inbox())]

    def _drop(self, age_seconds: float = 0) -> None:
        self.dropped += 1
        self._put(f"{keys.INBOX}{self.dropped}.mp4", f"video {self.dropped}".encode(), age_seconds)

    def _put(self, key: str, data: bytes, age_seconds: float = 0) -> None:
        stamp = self.store.now - timedelta(seconds=age_seconds)
        self.store.objects[key] = (data, hashlib.md5(data).hexdigest(), stamp)  # noqa: S324

    def _inbox(self) -> list[str]:
        return [key for key in self.store.objects if key.startswith(keys.INBOX)]

    # What must hold ----------------------------------------------------------------------------

    def _look(self) -> None:
        """What a reader sees at this instant: every manifest's files are there, and right."""
        for key, (data, _, _) in list(self.store.objects.items()):
            if key.startswith(keys.OUTBOX) and key.endswith("/manifest.json"):
                folder = key.rpartition("/")[0]
                for file in json.loads(data)["files"]:
                    found = self.store.objects.get(f"{folder}/{file['name']}")
                    if found is None or hashlib.sha256(found[0]).hexdigest() != file["sha256"]:
                        self.broken.add(f"{folder}/{file['name']} is not what its manifest says")

    def violations(self) -> list[str]:
        """What an auditor finds at the end, reading the bucket, the ledger and the inputs."""
        found = [*self.broken]
        found += [f"{job} was charged {n} times" for job, n in self.service.ledger.items() if n > 1]
        # The same id again is the same job (the service gives back the one it has); another is not.
        renders = Counter(name.rpartition("_")[0] for name in self.service.renders)
        found += [f"{name} has {n} render jobs" for name, n in renders.items() if n > 1]
        for key in self._inbox():
            found += self._judged(key)
        return found + self._unseen_damage()

    def _judged(self, key: str) -> Iterator[str]:
        data, etag, _ = self.store.objects[key]
        source = self.bucket.head(key)
        oid = source.oid(BRIEF)
        manifest = self.store.objects.get(keys.manifest(keys.delivery_prefix(key, oid)))
        rejected = keys.rejection(key, oid) in self.store.objects
        parked = self.store.objects.get(keys.parking(key, oid))
        if (manifest is not None) + rejected + (parked is not None) != 1:
            yield f"{key} has {bool(manifest)} + {rejected} + {bool(parked)} outcomes"
        if rejected and oid not in self.refused:
            yield f"{key} was refused for nothing"
        if parked:
            self.parked.append(json.loads(parked[0])["reason"])
        if parked and not json.loads(parked[0])["attempts"]:
            yield f"{key} was parked without a reason"
        if manifest:
            yield from self._compare(key, json.loads(manifest[0]), data, etag)

    def _compare(self, key: str, manifest: dict[str, Any], data: bytes, etag: str) -> Iterator[str]:
        if manifest["source"]["etag"] != etag:
            yield f"{key} is delivered as another version"
        for file in manifest["files"]:
            written = self.store.objects[
                f"{keys.delivery_prefix(key, manifest['oid'])}{file['name']}"
            ]
            if data not in written[0]:
                yield f"{key} is delivered with other bytes"

    def _unseen_damage(self) -> list[str]:
        """Delete a delivered file at the end: the check of deliveries has to tell."""
        delivered = [
            k for k in self.store.objects if k.startswith(keys.OUTBOX) and k.endswith("x.txt")
        ]
        named = {
            f"{key.rpartition('/')[0]}/{file['name']}"
            for key, (data, _, _) in self.store.objects.items()
            if key.startswith(keys.OUTBOX) and key.endswith("/manifest.json")
            for file in json.loads(data)["files"]
        }
        chosen = sorted(named & set(delivered))[:1]
        if not chosen or self.random.random() > 0.2:
            return []
        self.hit["F11"] += 1
        del self.store.objects[chosen[0]]
        return [] if list(jobs.damage(self.bucket)) else [f"nobody saw that {chosen[0]} is gone"]


def _texts(world: World, claim: Claim) -> dict[str, str]:
    """What is delivered: the very bytes that the service was given, so that a mix shows."""
    sessions = [s for s in world.service.sessions.values() if s["job"] == claim.oid and s["bytes"]]
    told = sessions[-1]["bytes"].decode() if sessions else ""
    return {name: f"{name} of {told} by {world.owner}" for name in FILES}


@contextmanager
def _staged(world: World) -> Iterator[None]:
    """Put the world in place of everything the stages reach out to."""

    @contextlib.contextmanager
    def service(*_: Any, **__: Any) -> Iterator[Service]:
        yield world.service

    def is_dead(owner: str) -> bool:
        return world.sees_the_dead and owner not in world.awake

    random_ = mock.Mock(uniform=lambda low, high: (low + high) / 2)
    places: list[tuple[Any, str, Any]] = [
        (requests, "nemovideo", service),
        (requests, "TokenStore", world.tokens),
        (refusals, "TokenStore", world.tokens),
        (refusals, "random", random_),
        (requests, "time", world.clock),
        (refusals, "time", world.clock),
        (requests, "owner_name", lambda: world.owner),
        (requests, "is_dead", is_dead),
        (claims, "owner_name", lambda: world.owner),
        (claims, "is_dead", is_dead),
        (claims, "kept", lambda *_: contextlib.nullcontext()),
        (bucket_module, "datetime", SkewedClock),
        (intake, "validate", lambda *_: INFO),
        (requests, "check", lambda *_, **__: CAPTIONS),
        (requests, "copy_in", lambda state: state.get("generated_media")),
        (requests, "understanding_in", lambda _: UNDERSTANDING),
        (requests, "fetches_itself", lambda *_: False),
        (delivery, "conform", lambda *_: ()),
        (
            delivery,
            "_texts",
            lambda *a, **_: _texts(world, next(x for x in a if isinstance(x, Claim))),
        ),
        (delivery, "_videos", lambda *_: []),
        (delivery, "_footage", lambda *_: delivery.Footage()),
    ]
    with ExitStack() as stack:
        for owner, name, value in places:
            stack.enter_context(mock.patch.object(owner, name, value))
        yield
