"""The data walk itself in a seeded world: the real stages, every "no" and every kind of dying.

`World(seed).run()` replays a history. Each fault is counted under the row of docs/reliability.md
(F1 to F47) that it belongs to; the table there is made from a run of 10,000 seeds.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from socialcopy import keys, local_files
from socialcopy.cli import local
from socialcopy.media.ffmpeg import validation
from socialcopy.models import Brief, Claim, Focus
from socialcopy.nemovideo import events
from socialcopy.pipeline import client, disk_space, retention, service_errors
from socialcopy.pipeline.errors import OwnOutputError
from socialcopy.pipeline.steps import batch, caption, conform, discover, publish, render, upload
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps.discover import InboxScanner
from socialcopy.storage import bucket as bucket_module
from socialcopy.storage import claims
from socialcopy.storage import inbox as inbox_module
from socialcopy.storage.errors import StoreUnreachableError
from tasks.runtime.outages import translate_outages
from tests.simulation.auditor import Auditor
from tests.simulation.disk import MemoryPath
from tests.simulation.fakes import Clock, OpenBucket, Service, SkewedClock, Tokens, context
from tests.simulation.faults import MOST_STREAM_BYTES, Faults, Stopped
from tests.simulation.footage import LARGE_BYTES, ODD, Tools, checked, kind
from tests.simulation.world import Killed, Store

CALM_SHIFTS = 30
DAY_SECONDS = 86_400
BUGS = (AssertionError, AttributeError, KeyError, NameError, TypeError)
"""Errors of this simulation or of the product, which no seed may hide behind a parked video."""

SHARES = {"cut": 0.03, "headless": 0.02, "empty": 0.05, "large": 0.05, "slow": 0.02, "silent": 0.05}
"""In how many histories such a video is dropped."""

ODD_SHARE, COMING_SHARE, BURST_SHARE, CRASHING_SHARE = 0.05, 0.06, 0.03, 0.05
BURST_VIDEOS = 9
BURST_PAGE, BURST_CHUNK, BURST_MEMORY = 4, 3, 4
"""Objects in a page of a listing, videos in a batch's chunk, and ended jobs kept in memory."""

EVENT_SHARE, COLLECTING_SHARE, ABUSE_SHARE = 0.1, 0.03, 0.03
"""Of the shifts: those with an event too many, with a collection of garbage, with our own output
for an inbox.
"""


class World:
    """One history, told by a seed."""

    brief = Brief()

    def __init__(self, seed: int, *, videos: int = 2, faults: int = 8) -> None:
        self.random = random.Random(seed)
        self.store = Store()
        self.clock = Clock(self.store)
        self.bucket = OpenBucket(self.store)
        self.faults = Faults(self, faults)
        self.auditor = Auditor(self)
        self.tools = Tools(self)
        self.service = Service(self.faults.at_service)
        self.tokens = Tokens(self.clock)
        self.context = context(self.bucket, lambda: self.owner)
        self.hit: Counter[str] = Counter()
        self.depth = self.workers = self.dropped = 0
        self.owner = self.phase = ""
        self.claim: Claim | None = None
        self.awake: set[str] = set()
        self.dead: set[str] = set()
        self.crashing: set[str] = set()
        self.coming: dict[str, bool] = {}
        """Uploads of people that are under way, and whether a listing has met them."""
        self.versions: set[tuple[str, str]] = set()
        """Key and ETag of every video that was ever there, and whole."""
        self.sees_the_dead = self.random.random() < 0.5
        self.is_burst = self.random.random() < BURST_SHARE
        self._fill_the_inbox(videos)
        self.store.hook = self.faults.at_store
        if self.random.random() < CRASHING_SHARE:
            self.crashing.add(self.random.choice(self.inbox()))

    def run(self) -> None:
        """Let workers come and die until the faults are used up, then let calm ones finish."""
        MemoryPath.files.clear()
        with _patched(self):
            while self.faults.left:
                self._shift()
            self._become_calm()
            for _ in range(CALM_SHIFTS):
                if not self._shift():
                    break
                self.store.sleep(400)
            self.store.sleep(40 * DAY_SECONDS)
            self._collect()

    def violations(self) -> list[str]:
        """What an auditor finds at the end."""
        return self.auditor.violations()

    # What people drop --------------------------------------------------------------------------

    def _fill_the_inbox(self, videos: int) -> None:
        if self.is_burst:
            self.store.page_size = BURST_PAGE
            videos = BURST_VIDEOS
        for _ in range(videos):
            self.drop()
        for word, share in SHARES.items():
            if self.random.random() < share:
                self.drop(word)
        if self.random.random() < ODD_SHARE:
            for name in self.random.sample(ODD, 2):
                self.put(f"{keys.INBOX}{name}.mp4", self.content("video"))
        if self.random.random() < COMING_SHARE:
            self.dropped += 1
            key = self.random.choice((f"{keys.INBOX}{self.dropped}.mp4", f"{keys.INBOX}1.mp4"))
            self.coming[self.store.begin_upload(key, self.content("video"))] = False

    def content(self, word: str) -> bytes:
        """The bytes of a new video; only an empty one is like another."""
        self.dropped += 1
        return b"" if word == "empty" else f"{word} {self.dropped}".encode()

    def drop(self, word: str = "video", age_seconds: float = 0) -> None:
        data = self.content(word)
        self.put(f"{keys.INBOX}{self.dropped}.mp4", data, age_seconds)

    def put(self, key: str, data: bytes, age_seconds: float = 0) -> None:
        etag = self.store.put(key, data, age_seconds)
        self.versions.add((key, etag))
        if kind(data) == "large":
            self.store.stated_bytes[etag] = LARGE_BYTES

    def arrive(self) -> None:
        """Complete the uploads that are under way, but for those that were thrown away."""
        for name in self.coming:
            if name in self.store.uploads:
                key = self.store.uploads[name].key
                self.versions.add((key, self.store.complete_upload(name)))
        self.coming.clear()

    def inbox(self) -> list[str]:
        return [key for key in self.store.objects if key.startswith(keys.INBOX)]

    # What a worker does ------------------------------------------------------------------------

    def meanwhile(self) -> None:
        """Another worker's life between two moments of this one's."""
        self.depth += 1
        self._shift()
        self.depth -= 1

    def _shift(self) -> bool:
        """One worker's life: look, work on what waits, and end one way or another."""
        found: list[str] = []
        with self._as_somebody_new(), contextlib.suppress(Killed, Stopped, StoreUnreachableError):
            self._do_something_else()
            found = self._waiting()
            for key in found:
                self._caption(key)
        self.store.sleep(self.random.choice((1, 30, 130)))
        return bool(found)

    @contextmanager
    def _as_somebody_new(self) -> Iterator[None]:
        self.workers += 1
        before = self.owner, self.claim, self.phase, self.service.job
        self.owner, self.claim, self.phase = f"worker {self.workers}", None, ""
        self.awake.add(self.owner)
        SkewedClock.hours = self.random.choice((0, 0, -1, 1))
        self.hit["F40"] += SkewedClock.hours != 0 and self.faults.left > 0
        try:
            yield
        finally:
            self.awake.discard(self.owner)
            self.owner, self.claim, self.phase, self.service.job = before

    def _do_something_else(self) -> None:
        """Now and then somebody collects garbage, or names our own output as an inbox."""
        if self.faults.left and self.random.random() < COLLECTING_SHARE:
            self.store.sleep(self.random.choice((1, 8, 40)) * DAY_SECONDS)
            self._collect()
        if self.faults.left and self.random.random() < ABUSE_SHARE:
            self._watch_ourselves()

    def _waiting(self) -> list[str]:
        in_order = self.is_burst and self.random.random() < 0.5
        find = batch.in_order if in_order else discover.find_waiting
        sources = list(find(self.context, keys.INBOX, self.brief))
        strange = [s.key for s in sources if (s.key, s.etag) not in self.versions]
        self.auditor.broken |= {f"{key} was found before it was whole" for key in strange}
        found = [source.key for source in sources]
        self.hit["F4"] += self.is_burst and len(found) > BURST_PAGE
        for name in self.coming:
            self.hit["F5"] += not self.coming[name]
            self.coming[name] = True
        if self.faults.left and self.random.random() < EVENT_SHARE and self.inbox():
            self.hit["F2"] += 1  # an event about a video that may be done, or in hand
            found.append(self.random.choice(self.inbox()))
        return found

    def _caption(self, key: str) -> None:
        """A run of the flow; whatever it ends with, the next one goes on."""
        self.phase = "claim"
        try:
            job = claim_module.claim_video(self.context, key, self.brief)
            if job is None:
                return
            self.claim, self.service.job = job.claim, job.oid
            with claim_module.holding(job), translate_outages():
                local.walk(job, "sim://", self._note)
        except (Killed, Stopped):
            raise Killed from None
        except Exception as error:
            if isinstance(error, BUGS) or isinstance(error.__cause__, BUGS):
                raise

    def _note(self, step: str, _: int) -> None:
        self.phase = step
        self.faults.at_step()

    # What else is done -------------------------------------------------------------------------

    def _collect(self) -> None:
        """A real collection of garbage; it has to leave alone what the auditor finds needed."""
        before, orphans = self.auditor.needed(), self.auditor.orphans()
        self.hit["F47"] += bool(orphans)
        try:
            for _ in retention.collect(self.context, is_dry=False):
                pass
        finally:
            lost = self.auditor.needed_of(before) - set(self.store.objects)
            self.auditor.broken |= {f"{key} was taken for garbage" for key in lost}

    def _watch_ourselves(self) -> None:
        """Whoever watches or runs a batch over our own output is refused, and finds no video."""
        self.hit["F15"] += 1
        prefix = self.random.choice(("", "out", keys.OUTBOX, keys.PRIVATE, keys.PARKED))
        for begin in (lambda *named: next(batch.in_order(*named), None), InboxScanner):
            with contextlib.suppress(OwnOutputError):
                begin(self.context, prefix, self.brief)
                self.auditor.broken.add(f"somebody works on what is ours, in “{prefix}”")
        scanner = InboxScanner(self.context, keys.INBOX, self.brief)
        ours = [
            key for key in self.store.objects if key.endswith(".mp4") and key not in self.inbox()
        ]
        found = [source.key for source in discover.find_waiting(self.context, "", self.brief)]
        taken = set(ours) & {*found, *(key for key in ours if scanner.check_key(key))}
        self.auditor.broken |= {f"our own {key} was taken for a video" for key in taken}

    def _become_calm(self) -> None:
        """Nothing goes wrong any more; sleepers' leases and everybody's pauses are over."""
        self.arrive()
        self.store.sleep(2_000)


@contextmanager
def _patched(world: World) -> Iterator[None]:
    """Put the world in place of everything the stages reach out to."""
    with ExitStack() as stack:
        for owner, name, value in (
            *_service_patches(world),
            *_media_patches(world),
            *_size_patches(world),
        ):
            stack.enter_context(mock.patch.object(owner, name, value))
        yield


Patches = list[tuple[Any, str, Any]]


def _service_patches(world: World) -> Patches:
    """Service, tokens, clocks and workers."""

    @contextlib.contextmanager
    def service(*_: Any, **__: Any) -> Iterator[Service]:
        yield world.service

    def is_dead(owner: str) -> bool:
        return world.sees_the_dead and owner not in world.awake

    return [
        *((step, "nemovideo", service) for step in (upload, caption, render)),
        (client, "TokenStore", world.tokens),
        (service_errors, "TokenStore", world.tokens),
        (service_errors, "random", mock.Mock(uniform=lambda low, high: (low + high) / 2)),
        (caption, "time", world.clock),
        (service_errors, "time", world.clock),
        (caption, "owner_name", lambda: world.owner),
        (caption, "is_dead", is_dead),
        (upload, "fetches_itself", lambda *_: False),
        (claims, "owner_name", lambda: world.owner),
        (claims, "is_dead", is_dead),
        (claims.Lease, "renewing", lambda *_: contextlib.nullcontext()),
        (disk_space, "_disks", lambda _: []),
        (bucket_module, "datetime", SkewedClock),
    ]


def _media_patches(world: World) -> Patches:
    """ffprobe, ffmpeg, and texts that say who wrote them of what."""
    tools = world.tools

    def texts(*_: Any) -> dict[str, str]:
        """Of the very bytes that the service was given, so that a mixture shows."""
        told = world.service.session_of_job()["bytes"].decode()
        return {name: f"{name} of {told} by {world.owner}" for name in ("captions.json", "x.txt")}

    def more_texts(*_: Any) -> dict[str, str]:
        return {**texts(), "index.html": " ".join(texts().values())}

    return [
        (validation, "probe", tools.probe),
        (validation, "is_whole", lambda _: False),
        (caption, "check", checked),
        (conform, "probe", tools.probe),
        (conform, "look", lambda *_, **__: Focus()),
        (conform, "best_moment", lambda _: 0),
        (conform, "thumbnail", tools.thumbnail),
        (conform, "_grab_cover", tools.cover),
        (conform, "render_all", tools.render_all),
        (conform, "word_files", texts),
        (publish, "word_files", texts),
        (publish, "_texts", more_texts),
        (conform, "Path", MemoryPath),
        (local_files, "write", lambda path, data: MemoryPath(path).write_bytes(data)),
        (publish, "Path", MemoryPath),
        (bucket_module, "Path", MemoryPath),
    ]


def _size_patches(world: World) -> Patches:
    """Limits that a burst of a few videos reaches as thousands would."""
    burst: Patches = [
        (batch, "CHUNK", BURST_CHUNK),
        (inbox_module, "MOST_IN_MEMORY", BURST_MEMORY),
    ]
    return [(events, "MAX_STREAM_BYTES", MOST_STREAM_BYTES), *(burst if world.is_burst else ())]
