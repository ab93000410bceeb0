"""A seeded run of jobs that share sessions, whose workers die, sleep and race at every call.

The stages, the seat, the charges, the journal and the claims are real; the store and the service
are in memory. The service knows what nobody else does: which message is still under way in which
session. So it sees at once when a second job sends into a session that is not done with the first.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import pytest

from socialcopy import keys
from socialcopy.copywriting.replies import parse
from socialcopy.models import Asset, Brief, Copy, Platform, Session
from socialcopy.nemovideo.drafts import SOCIAL_COPY, copy_in
from socialcopy.nemovideo.errors import APIConnectionError, StreamInterruptedError, status_error
from socialcopy.nemovideo.file_names import SENTENCE
from socialcopy.nemovideo.schemas import Balance
from socialcopy.pipeline import client, disk_space, outcomes, service_errors, shared_sessions
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import caption, discover, render
from socialcopy.pipeline.steps import caption as caption_step
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import render as render_step
from socialcopy.pipeline.steps import upload as upload_module
from socialcopy.storage import claims
from socialcopy.storage.errors import StoreUnreachableError
from socialcopy.storage.session_seats import Seat
from tests.simulation.fakes import Clock, OpenBucket, Tokens, context
from tests.simulation.footage import CAPTIONS, INFO, UNDERSTANDING
from tests.simulation.world import Killed, Store

SEEDS = 250
VIDEOS = 4
PLACES = 3
BRIEF = Brief(platforms=(Platform.X,))
POLICY = f'[prefix."nightly/"]\nvideos_per_session = {PLACES}\n'.encode()
STORE_SHARE, SEAT_SHARE, SERVICE_SHARE = 0.01, 0.06, 0.06
WORK_SECONDS = 600.0
BUGS = (AssertionError, AttributeError, KeyError, NameError, TypeError)
ANSWERS = ("silent", "hushed", "cut", "wordless", "late", "killed")
"""How a message may go wrong: its stream ends without a word, when the work has ended or long
before; breaks off; the work brings no captions; it ends later; the worker dies meanwhile."""


class SharedService:
    """Sessions that several jobs may be in, and messages that end when they like."""

    identity = "0" * 16

    def __init__(self, world: SharedSessions) -> None:
        self._world = world
        self.states: dict[str, dict[str, Any]] = {}
        self.under_way: dict[str, tuple[str, str, float]] = {}
        """By message: its session, its job, and when it will end."""
        self.messages: Counter[str] = Counter()

    def open_session(self, *_: Any) -> Session:
        self._world.at_service("session", "before")
        name = str(len(self.states) + 1)
        self.states[name] = {
            "messages": {}, "video_infos": [], "generated_media": [], "video_analyses": {}
        }  # fmt: skip
        self._world.at_service("session", "after")
        return Session(session_id=name, user_id="user 1")

    def upload_stream(self, session: Session, name: str, body: Any, _: int) -> Asset:
        self._world.at_service("upload", "before")
        state, oid = self.states[session.session_id], body.read().decode()
        asset = f"asset {len(state['video_infos'])}"
        state["video_infos"].append({"asset_id": asset, "filename": name, "oid": oid})
        state.setdefault("draft", {"t": [{"sg": [name]}]})
        self._world.at_service("upload", "after")
        return Asset(filename=name, url="sim://")

    def state(self, session: Session) -> dict[str, Any]:
        self._world.at_service("state", "before")
        self._end_what_is_due()
        return json.loads(json.dumps(self.states[session.session_id]))

    def credits(self) -> Balance:
        return Balance(available=9, frozen=0, total=9)

    def send(self, session: Session, text: str, _: Any = None) -> str:
        world, job = self._world, self._world.job
        world.at_service("message", "before")
        self._end_what_is_due()
        for where, whose, _until in self.under_way.values():
            if where == session.session_id and whose != job:
                world.broken.add(f"{job} sent beside {whose}")
        self.messages[job] += 1
        name = f"message {sum(self.messages.values())}"
        self.states[session.session_id]["messages"][name] = {"status": "working"}
        meant = self._meant(session, text)
        self.under_way[name] = (session.session_id, meant, world.store.now.timestamp())
        return self._answer(name, meant)

    def _meant(self, session: Session, text: str) -> str:
        """The bytes of the video that the message names, else of the first one."""
        infos = self.states[session.session_id]["video_infos"]
        said = SENTENCE.search(text)
        named = [info for info in infos if said and info["filename"].endswith(said.group(1))]
        return (named or infos)[0]["oid"]

    def _answer(self, name: str, meant: str) -> str:
        """Be heard to the end, or not; the work ends either way, now or in ten minutes."""
        world = self._world
        well = () if world.depth else ("told",) * 3  # what another one wakes up to is seldom over
        kind = world.random.choice((*well, *ANSWERS))
        if not world.faults or kind == "told":
            self._end(name)
            return f"**X**\n\nCaptions of {meant} as told."
        world.faults -= 1
        world.hit[kind] += 1
        if kind in ("silent", "cut", "wordless"):
            self._end(name, has_words=kind != "wordless")
        else:
            session, job, now = self.under_way[name]
            self.under_way[name] = (session, job, now + world.random.uniform(0, WORK_SECONDS))
        if kind == "killed":
            world.kill()
        if kind in ("silent", "hushed"):
            return ""
        raise StreamInterruptedError("cut")

    def _end_what_is_due(self) -> None:
        now = self._world.store.now.timestamp()
        for name, (_, _, until) in list(self.under_way.items()):
            if until <= now:
                self._end(name)

    def _end(self, name: str, *, has_words: bool = True) -> None:
        session, job, _ = self.under_way.pop(name)
        state = self.states[session]
        state["messages"][name] = {"status": "completed"}
        if not has_words:
            state["canvas_config"] = name  # something has changed, and it is no captions
            return
        for info in state["video_infos"]:
            if info["oid"] == job:
                seen = UNDERSTANDING.model_copy(update={"hints": (job,)})
                told = {"understanding": seen.model_dump(mode="json")}
                state["video_analyses"][info["asset_id"]] = told
        state["generated_media"].append(
            {"type": SOCIAL_COPY, "platform": "x", "text": f"Captions of {job}.", "message": name}
        )


class SharedSessions:
    """One history, told by a seed. A video's bytes are its number, which names its job here."""

    def __init__(self, seed: int, *, videos: int = VIDEOS, faults: int = 9) -> None:
        self.random = random.Random(seed)
        self.store = Store()
        self.clock = Clock(self.store)
        self.bucket = OpenBucket(self.store)
        self.service = SharedService(self)
        self.context = context(self.bucket, lambda: self.owner)
        self.faults = faults
        self.depth = self.workers = 0
        self.job = self.owner = ""
        self.share = STORE_SHARE
        self.awake: set[str] = set()
        self.dead: set[str] = set()
        self.hit: Counter[str] = Counter()
        self.broken: set[str] = set()
        self.delivered: dict[str, str] = {}
        self.sees_the_dead = self.random.random() < 0.5
        self.bucket.write("socialcopy.toml", POLICY, "application/toml")
        for number in range(videos):
            self.bucket.write(f"nightly/{number}.mp4", f"job {number}".encode(), "video/mp4")
        self.store.hook = self._at_store

    def run(self) -> SharedSessions:
        with _patched(self):
            for _ in range(8):
                self._shift()
            self.faults = 0
            self.store.sleep(2_000)
            for _ in range(4):
                self._shift()
                self.store.sleep(400)
        return self

    def _shift(self) -> None:
        """One worker's life: every video that waits, until it is killed."""
        self.workers += 1
        before = self.owner, self.job, self.share
        self.share = STORE_SHARE
        self.owner = f"worker {self.workers}"
        self.awake.add(self.owner)
        with contextlib.suppress(Killed, StoreUnreachableError):
            for source in list(discover.find_waiting(self.context, keys.NIGHTLY, BRIEF)):
                self._caption(source.key)
        self.awake.discard(self.owner)
        self.owner, self.job, self.share = before
        self.store.sleep(self.random.choice((1, 30, 130)))

    def _caption(self, key: str) -> None:
        try:
            job = claim_module.claim_video(self.context, key, BRIEF)
            if job is not None:
                self.job = self.store.objects[key][0].decode()
                with claim_module.holding(job):
                    self._walk(job)
        except Exception as error:  # parked, given back, or taken over; the next one goes on
            if isinstance(error, BUGS):
                raise
            self.hit[type(error).__name__] += 1

    def _walk(self, job: Job) -> None:
        with self._at_the_seat():
            session = upload_module.open_session(job, "sim://")
        upload_module.upload_video(job, session, "sim://")
        copy = caption.request_captions(job, session, INFO, "sim://")
        if session.seat:  # what is rendered of a session of its own is the other walk's matter
            with self._at_the_seat():
                render.render_master(job, session, "sim://")
            self.at_service("seat", "left")
        self._assert_own_captions(copy)
        job.lease.guard()
        self.bucket.create(keys.manifest(job.claim.delivery_prefix), b"{}")
        outcomes.withdraw_refusals(job)
        job.lease.finish()
        self.delivered[self.job] = session.session_id

    @contextmanager
    def _at_the_seat(self) -> Iterator[None]:
        """Few calls are about the seat, so more goes wrong there."""
        self.share, before = SEAT_SHARE, self.share
        try:
            yield
        finally:
            self.share = before

    def _assert_own_captions(self, copy: Copy) -> None:
        for note in copy.captions.notes:
            if self.job not in note:
                self.broken.add(f"{self.job} was delivered with “{note}”")
        if copy.understanding.hints != (self.job,):
            self.broken.add(f"{self.job} was understood as {copy.understanding.hints}")

    # What goes wrong ---------------------------------------------------------------------------

    def _at_store(self, operation: str, moment: str) -> None:
        if self.owner in self.dead:
            raise Killed
        if not self.faults or self.random.random() > self.share:
            return
        self.faults -= 1
        kind = self.random.choice(("kill", "lose", "sleep", "sleep", "race"))
        self.hit[f"{kind} {moment} {operation}"] += 1
        if kind == "kill":
            self.kill()
        if kind == "lose":
            raise StoreUnreachableError("simulation", f"lost {moment} {operation}")
        self._meanwhile(140 if kind == "sleep" else 0)

    def at_service(self, endpoint: str, moment: str) -> None:
        if self.owner in self.dead:
            raise Killed
        if not self.faults or self.random.random() > SERVICE_SHARE:
            return
        self.faults -= 1
        kinds = ["kill", "sleep", "away"]
        if moment == "before":
            kinds += ["refuse", "refuse"]
        kind = self.random.choice(kinds)
        self.hit[f"{kind} {moment} {endpoint}"] += 1
        if kind == "kill":
            self.kill()
        if kind == "sleep":
            self._meanwhile(140)
        if kind == "away":
            raise APIConnectionError("refused")
        if kind == "refuse":
            raise status_error(self.random.choice((1002, 429, 2001)), "scripted")

    def kill(self) -> None:
        self.dead.add(self.owner)
        raise Killed

    def _meanwhile(self, seconds: float) -> None:
        """This worker sleeps, past its lease or only for a moment; others live meanwhile."""
        if self.depth < 2:
            self.depth += 1
            self.store.sleep(seconds)
            self._shift()
            self.depth -= 1

    def violations(self) -> list[str]:
        """What must not be: a neighbour in a session, somebody else's words, a second charge."""
        twice = [f"{job} sent {n} messages" for job, n in self.service.messages.items() if n > 1]
        manifests = [k for k in self.store.objects if k.endswith("/manifest.json")]
        parked = [k for k in self.store.objects if k.startswith(keys.PARKED)]
        if len(manifests) + len(parked) != VIDEOS:
            self.broken.add(f"{len(manifests)} deliveries and {len(parked)} parked")
        return [*self.broken, *twice]


@contextmanager
def _patched(world: SharedSessions) -> Iterator[None]:
    """Put the simulated outside in place of everything the stages reach out to."""

    @contextlib.contextmanager
    def service(*_: Any, **__: Any) -> Iterator[SharedService]:
        yield world.service

    def is_dead(owner: str) -> bool:
        return world.sees_the_dead and owner not in world.awake

    def check(drafts: dict[Platform, str], *_: Any, **__: Any) -> Any:
        return CAPTIONS.model_copy(update={"notes": tuple(drafts.values())})

    def watch(*_: Any) -> Any:
        return UNDERSTANDING.model_copy(update={"hints": (world.job,)})

    tokens = Tokens(world.clock)
    places: list[tuple[Any, str, Any]] = [
        *((step, "nemovideo", service) for step in (upload_module, caption_step, render_step)),
        (client, "TokenStore", tokens),
        (service_errors, "TokenStore", tokens),
        (service_errors, "random", mock.Mock(uniform=lambda low, high: (low + high) / 2)),
        (caption_step, "time", world.clock),
        (service_errors, "time", world.clock),
        (caption_step, "owner_name", lambda: world.owner),
        (caption_step, "is_dead", is_dead),
        (claims, "owner_name", lambda: world.owner),
        (claims, "is_dead", is_dead),
        (claims.Lease, "renewing", lambda *_: contextlib.nullcontext()),
        (disk_space, "_disks", lambda _: []),
        (caption_step, "check", check),
        (upload_module, "fetches_itself", lambda *_: False),
        (caption_step, "understand_ourselves", watch),
        (claim_module, "understand_ourselves", watch),
    ]
    with ExitStack() as stack:
        for owner, name, value in places:
            stack.enter_context(mock.patch.object(owner, name, value))
        yield


def assert_no_violation(seeds: int) -> None:
    hit, shared = Counter[str](), 0
    for seed in range(seeds):
        world = SharedSessions(seed).run()
        assert world.violations() == [], f"seed {seed}"
        hit += world.hit
        shared += len(set(world.delivered.values())) < len(world.delivered)
    assert shared > seeds / 2, hit  # there was something to get wrong
    assert all(hit[kind] for kind in ANSWERS), hit


def test_nobody_gets_a_neighbour_or_somebody_elses_captions_whatever_dies_when():
    assert_no_violation(SEEDS)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_nobody_gets_a_neighbour_in_five_thousand_nights():
    assert_no_violation(5_000)


def leave_after_the_upload(patch: pytest.MonkeyPatch) -> None:
    """The seat is left as soon as the video is there."""
    real = upload_module.upload_video

    def upload(job: Job, session: Session, api_url: str) -> Any:
        done = real(job, session, api_url)
        if session.seat:
            Seat(job.bucket, session.seat).leave(job.oid, session)
        return done

    patch.setattr(upload_module, "upload_video", upload)


def take_occupied_seats(patch: pytest.MonkeyPatch) -> None:
    """A seat is taken whether or not somebody sits there."""

    def take(self: Seat, oid: str, places: int, _: Any) -> Session | None:
        record, etag = self._read()
        if record is None or record.videos >= places:
            return None
        taken = {"holder": oid, "videos": record.videos + 1}
        return self._named(record.session) if self._swap(record, etag, taken) else None

    patch.setattr(Seat, "take", take)


def name_no_file(patch: pytest.MonkeyPatch) -> None:
    """The message does not say which video it is about."""
    patch.setattr(shared_sessions, "named", lambda prompt, *_: prompt)


def adopt_newest_captions(patch: pytest.MonkeyPatch) -> None:
    """A successor takes the newest captions of the session, whoever's they are."""
    patch.setattr(shared_sessions, "own_copy", lambda state, _intent: copy_in(state))


def read_captions_again(patch: pytest.MonkeyPatch) -> None:
    """The captions are read from the state each time, after the seat was left too."""
    real = shared_sessions.drafts_of

    def drafts_of(job: Job, text: str, state: Any) -> Any:
        real(job, text, state)
        return parse(text, job.claim.brief.platforms) or copy_in(state)

    patch.setattr(shared_sessions, "drafts_of", drafts_of)


@pytest.mark.parametrize(
    "bug",
    [
        leave_after_the_upload,
        take_occupied_seats,
        name_no_file,
        adopt_newest_captions,
        read_captions_again,
    ],
)
def test_a_planted_bug_is_noticed(bug: Callable[[pytest.MonkeyPatch], None]):
    with pytest.MonkeyPatch.context() as patch:
        bug(patch)
        assert any(SharedSessions(seed).run().violations() for seed in range(SEEDS))
