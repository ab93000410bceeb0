"""Several videos in one session: real store, real engine that charges each session, real ledger."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from socialcopy import keys
from socialcopy.engine.api.server import serve
from socialcopy.models import Brief, MediaInfo, Session
from socialcopy.models.captions import Copy
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.errors import StreamInterruptedError
from socialcopy.pipeline import client, outcomes
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import (
    NeverArrivedError,
    ParkedError,
    SessionLostError,
)
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import caption as caption_module
from socialcopy.pipeline.steps import caption as caption_step
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import conform, publish, refine, render, upload, validate
from socialcopy.pipeline.steps.earlier import earlier_delivery
from socialcopy.settings import (
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    S3Settings,
    SpeechSettings,
    WatchSettings,
)
from socialcopy.storage import jobs
from socialcopy.storage.session_seats import Seat, SeatRecord
from tests.conftest import ffmpeg, own_folders
from tests.fault_injection import Fault, create_faulty_app
from tests.pipeline.steps.test_batch import PREFIX, BatchRun

THREE = '[prefix."nightly/"]\nvideos_per_session = 3\n'
COST = 50
WORDS = ("KETTLE", "BICYCLE", "UMBRELLA", "LANTERN", "GUITAR", "BLANKET", "COMPASS")


class SharedBatch(BatchRun):
    """A night whose service charges each session."""

    def claimed(self, name: str, brief: Brief | None = None) -> tuple[Job, MediaInfo]:
        """A claimed and checked video, ready for its session."""
        job = claim_module.claim_video(self.context, f"{PREFIX}{name}.mp4", brief or Brief())
        assert job
        media = validate.validate_video(job)
        assert isinstance(media, MediaInfo)
        return job, media

    def seated(self, job: Job) -> Session:
        """The job's session, with its video in it."""
        session = upload.open_session(job, self.api_url)
        upload.upload_video(job, session, self.api_url)
        return session

    def finish(self, job: Job, media: MediaInfo, session: Session) -> dict[str, Any]:
        """From the message to the manifest, which is returned."""
        copy = caption_module.request_captions(job, session, media, self.api_url)
        assert isinstance(copy, Copy)
        master = render.render_master(job, session, self.api_url)
        renditions = conform.conform(job, master, copy)
        publish.publish(job, master, copy, renditions)
        return self.manifests()[job.key]

    def deliver(self, name: str, brief: Brief | None = None) -> dict[str, Any]:
        """One video, whole; its manifest."""
        self.attempt(f"{PREFIX}{name}.mp4", brief or Brief())
        return self.manifests()[f"{PREFIX}{name}.mp4"]

    def manifests(self) -> dict[str, dict[str, Any]]:
        """By the key of the video; of two the later one."""
        found = (self.context.bucket.read(key) for key in self.delivered())
        documents = [json.loads(blob.data) for blob in found if blob]
        documents.sort(key=lambda told: told["published_at"])
        return {told["source"]["key"]: told for told in documents}

    def seats(self) -> list[SeatRecord]:
        found = (self.context.bucket.read(key) for key in self.context.bucket.list_keys(keys.SEATS))
        return [SeatRecord.model_validate_json(blob.data) for blob in found if blob]

    def sessions(self) -> dict[str, str]:
        """Which session each delivered video was in, by key."""
        return {
            key: self.session_of(told["oid"]).session_id for key, told in self.manifests().items()
        }

    def session_of(self, oid: str) -> Session:
        found = self.context.bucket.read(keys.journal_entry(oid, "session"))
        assert found
        return Session.model_validate(json.loads(found.data)["value"])

    def text(self, told: dict[str, Any], platform: str = "x") -> str:
        captions = {c["platform"]: c["text"] for c in told["captions"]["captions"]}
        return captions[platform]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A second of video for each word, which is what it shows."""
    folder = tmp_path_factory.mktemp("shown")
    for word in WORDS:
        letters = f"drawtext=text='{word} SALE':fontsize=64:fontcolor=white:x=40:y=150"
        ffmpeg("-f", "lavfi", "-i", "color=0x203040:size=640x360:rate=10:duration=3", "-vf",
               letters, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
               str(folder / f"{word}.mp4"))  # fmt: skip
    return {word: (folder / f"{word}.mp4").read_bytes() for word in WORDS}


@pytest.fixture
def begin(
    store: S3Settings, tmp_path: Path, shown: dict[str, bytes], request: pytest.FixtureRequest
):
    @contextmanager
    def begin(
        videos: int,
        *,
        policies: str = THREE,
        faults: tuple[Fault, ...] = (),
        frames: int = 0,
        patience_seconds: float = 60,
    ) -> Iterator[SharedBatch]:
        data = own_folders(tmp_path)
        name = f"shared-{hash(request.node.nodeid) & 0xFFFFFFFF:08x}"
        context = Context(
            data=data,
            s3=store.model_copy(update={"bucket": name}),
            nemo=NemoVideoSettings(render_poll_seconds=1, message_timeout_seconds=patience_seconds),
            engine=EngineSettings(
                message_cost_credits=COST, grant_credits=1_000, charge_per="session"
            ),
            speech=SpeechSettings(),
            media=MediaSettings(preset="fast", screen_frames=frames),
            watch=WatchSettings(interval_seconds=0.1),
        )
        context.bucket.ensure()
        context.bucket.write("socialcopy.toml", policies.encode(), "application/toml")
        for number, word in enumerate(WORDS[:videos]):
            context.bucket.write(f"{PREFIX}{number}.mp4", shown[word], "video/mp4")
            brief = (
                f"platforms: [x]\nabout: The {word.lower()} is on sale.\n"
                f"link: https://shop.example/{word.lower()}\ncall_to_action: Look at it.\n"
            )
            context.bucket.write(f"{PREFIX}{number}.brief.yaml", brief.encode(), "application/yaml")
        settings = context.engine, context.speech, context.media, data
        with serve(create_faulty_app(*settings, *faults)) as url:
            yield SharedBatch(context, url)

    return begin


def test_a_night_of_seven_in_threes_is_charged_three_times(begin, shown: dict[str, bytes]):
    with begin(videos=7) as night:
        report = night.run(workers=1)

        assert report.counts["delivered"] == 7, report
        assert night.charges() == 3 * COST
        assert sum(line.credits_spent or 0 for line in report.lines) == 3 * COST
        sessions = list(dict(sorted(night.sessions().items())).values())
        assert [sessions.count(one) for one in dict.fromkeys(sessions)] == [3, 3, 1]
        for number, word in enumerate(WORDS):
            assert_own_captions(night, f"{PREFIX}{number}.mp4", word, shown[word])


def assert_own_captions(night: SharedBatch, key: str, word: str, data: bytes) -> None:
    """A delivery has the words, the link and the master of its own video and of no other."""
    told = night.manifests()[key]
    text = night.text(told)
    assert word.lower() in text.lower()
    assert f"https://shop.example/{word.lower()}" in text
    assert not [other for other in WORDS if other != word and other.lower() in text.lower()]
    [master] = [file for file in told["files"] if file["name"].endswith(".master.mp4")]
    if night.session_of(told["oid"]).seat:
        assert master["sha256"] == hashlib.sha256(data).hexdigest()


def test_captions_say_what_their_own_video_shows(begin, shown: dict[str, bytes]):
    with begin(videos=0, frames=2) as night:
        for number, word in enumerate(WORDS[:3]):
            night.context.bucket.write(f"{PREFIX}{number}.mp4", shown[word], "video/mp4")
        night.run(workers=1)

        assert len(set(night.sessions().values())) == 1
        assert night.charges() == COST
        for number, word in enumerate(WORDS[:3]):
            told = night.manifests()[f"{PREFIX}{number}.mp4"]
            for caption in told["captions"]["captions"]:
                said = caption["text"].upper()
                assert word in said, said
                assert not [other for other in WORDS if other != word and other in said]


def no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies at the end of its message: the work is done, and nobody hears of it."""
    real = NemoVideo.send

    def send(self: NemoVideo, *arguments: Any) -> str:
        real(self, *arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(NemoVideo, "send", send)


def test_a_worker_killed_after_the_second_message_is_taken_over_with_its_own_captions(
    begin, monkeypatch: pytest.MonkeyPatch, shown: dict[str, bytes]
):
    with begin(videos=3) as night:
        first = night.deliver("0")
        job, media = night.claimed("1")
        session = night.seated(job)
        with monkeypatch.context() as dying:
            no_answer(dying)
            with pytest.raises(KeyboardInterrupt), claim_module.holding(job):
                caption_module.request_captions(job, session, media, night.api_url)
        night.run(workers=1)

        assert night.session_of(job.oid) == night.session_of(first["oid"])
        assert len(set(night.sessions().values())) == 1  # the third one sat there too
        assert night.charges() == COST
        for number, word in enumerate(WORDS[:3]):
            assert_own_captions(night, f"{PREFIX}{number}.mp4", word, shown[word])


def test_a_lost_message_never_adopts_the_captions_of_the_video_before(
    begin, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(caption_step, "RECOVERY_SECONDS", 8.0)
    lost = (Fault(at="message", does="lose", after=1),)
    with begin(videos=3, faults=lost, patience_seconds=10) as night:
        first = night.deliver("0")
        with pytest.raises(ParkedError, match="not sent again"):
            night.deliver("1")
        third = night.deliver("2")

        assert "kettle" in night.text(first)
        assert f"{PREFIX}1.mp4" not in night.manifests()
        # It may still arrive, so nobody comes into that session any more.
        assert night.session_of(third["oid"]) != night.session_of(first["oid"])
        assert night.charges() == 2 * COST


def test_a_message_that_never_left_is_sent_again_and_answered_for_its_own_video(
    begin, monkeypatch: pytest.MonkeyPatch
):
    with begin(videos=2) as night:
        night.deliver("0")

        def send(self: NemoVideo, *_: Any) -> str:
            raise StreamInterruptedError("cut before a byte arrived")

        with monkeypatch.context() as cut:
            cut.setattr(NemoVideo, "send", send)
            cut.setattr(caption_step, "ARRIVAL_SECONDS", 0.2)
            with pytest.raises(NeverArrivedError):
                night.deliver("1")
        second = night.deliver("1")

        assert "bicycle" in night.text(second)
        assert "kettle" not in night.text(second)
        # A refused try may have a twin under way, so the seat stays taken.
        assert [seat.holder for seat in night.seats()] == [second["oid"]]


def test_a_parked_job_frees_no_seat_and_the_next_one_replaces_it(begin):
    with begin(videos=2) as night:
        job, _ = night.claimed("0")
        night.seated(job)
        outcomes.park(job, "somebody has to look")
        [held] = night.seats()
        second = night.deliver("1")
        [now] = night.seats()

        assert held.holder == job.oid
        assert (now.holder, now.session.session_id) == (
            "", night.session_of(second["oid"]).session_id,
        )  # fmt: skip
        assert now.session.session_id != held.session.session_id


def test_a_busy_seat_is_not_waited_for(begin):
    with begin(videos=3) as night:
        (one, media), (two, _) = night.claimed("0"), night.claimed("1")
        sat, own = night.seated(one), night.seated(two)

        assert sat.seat
        assert not own.seat
        assert sat.session_id != own.session_id
        night.finish(one, media, sat)
        assert night.session_of(night.deliver("2")["oid"]) == sat


def test_of_sixteen_jobs_at_once_one_takes_the_free_seat(begin):
    with begin(videos=0) as night:
        bucket, key = night.context.bucket, keys.seat("0" * 16, PREFIX)
        for round_ in range(6):
            session = Session(session_id=str(round_))
            Seat(bucket, key).offer(session, "opener", lambda _: False)
            Seat(bucket, key).leave("opener", session)
            start = threading.Barrier(16)

            def take(number: int, start: threading.Barrier = start) -> Session | None:
                start.wait()
                return Seat(bucket, key).take(f"job {number}", 99, lambda _: True)

            with ThreadPoolExecutor(16) as pool:
                sat = [found for found in pool.map(take, range(16)) if found]

            assert [found.session_id for found in sat] == [str(round_)]


def test_a_brief_with_an_instruction_gets_a_session_of_its_own(begin):
    with begin(videos=2) as night:
        night.deliver("0")
        job, _ = night.claimed("1", Brief(instruction="Keep it short."))
        session = upload.open_session(job, night.api_url)

        assert not session.seat
        assert [seat.holder for seat in night.seats()] == [""]


def test_without_the_policy_there_is_no_seat_and_no_name_in_a_message(begin):
    with begin(videos=1, policies="") as night:
        job, _ = night.claimed("0")
        session = night.seated(job)

        assert not session.seat
        assert night.seats() == []
        assert "whose name" not in caption_module.prompt(job, session)
        with client.nemovideo(night.context, night.api_url) as service:
            [info] = service.state(session)["video_infos"]
        assert info["filename"] == "0.mp4"


def test_a_timeline_that_was_edited_unasked_is_parked_and_delivered_on_a_persons_word(
    begin, monkeypatch: pytest.MonkeyPatch, shown: dict[str, bytes]
):
    with begin(videos=2) as night:
        night.deliver("0")
        real = NemoVideo.state

        def state(self: NemoVideo, session: Session) -> dict[str, Any]:
            """As if the agent had cut the first video while it wrote for the second."""
            found = real(self, session)
            if len([m for m in found["messages"].values() if m["status"] == "completed"]) > 1:
                found["draft"] = {**found["draft"], "d": 1}
            return found

        monkeypatch.setattr(NemoVideo, "state", state)
        with pytest.raises(ParkedError, match="several videos share"):
            night.deliver("1")
        [parked] = night.context.bucket.list_keys(keys.PARKED)
        oid = parked.split("/")[-2]
        found = night.context.bucket.read(parked)
        assert found
        assert f"socialcopy retry {oid}" in json.loads(found.data)["reason"]

        night.context.bucket.write("socialcopy.toml", b"", "application/toml")
        jobs.reopen(night.context.bucket, oid)
        night.deliver("1")
        assert_own_captions(night, f"{PREFIX}1.mp4", "BICYCLE", shown["BICYCLE"])
        assert night.charges() == COST


def test_a_refinement_of_a_shared_delivery_has_a_session_of_its_own(begin):
    with begin(videos=2) as night:
        delivered = [night.deliver("0"), night.deliver("1")]
        context, url, key = night.context, night.api_url, f"{PREFIX}1.mp4"
        assert "ended" in refine.answer(context, key, refine.Route.STATUS, url)
        earlier = earlier_delivery(context, key)
        job = claim_module.claim_video(
            context, key, refine.brief_for(earlier, "cut the first 1 second")
        )
        assert job
        with claim_module.holding(job):
            session = refine.resume_session(job, url, earlier)
            assert refine.ensure_video(job, session, url) is None
            done = refine.request_edit(job, session, url, earlier)
            assert isinstance(done, refine.Refinement)
            refine.deliver(job, session, done, url)
        refined = night.manifests()[key]

        shared = {night.session_of(told["oid"]).session_id for told in delivered}
        assert len(shared) == 1
        assert night.session_of(refined["oid"]).session_id not in shared
        assert refined["oid"] != delivered[1]["oid"]
        assert night.text(refined) == night.text(delivered[1])


def test_a_service_that_renames_files_gets_a_session_for_each_video(
    begin, monkeypatch: pytest.MonkeyPatch
):
    with begin(videos=1) as night:
        real = NemoVideo.upload_stream

        def renamed(self: NemoVideo, *arguments: Any) -> Any:
            return real(self, *arguments).model_copy(update={"filename": "video (1).mp4"})

        monkeypatch.setattr(NemoVideo, "upload_stream", renamed)
        with pytest.raises(SessionLostError, match="renamed"):
            night.deliver("0")
        night.deliver("0")
        oid = night.manifests()[f"{PREFIX}0.mp4"]["oid"]

        found = night.context.bucket.read(keys.journal_entry(oid, "session-2"))
        assert found
        assert not json.loads(found.data)["value"]["seat"]
        assert night.charges() == COST


CEILING = THREE + f"credit_ceiling = {2 * COST}\nmessage_credits = {COST}\n"


def test_a_message_in_a_paid_session_settles_at_nothing_and_the_ceiling_holds(begin):
    with begin(videos=7, policies=CEILING) as night:
        report = night.run(workers=1)

        # Room for the dearest case is asked for each time, so the second session's rest waits.
        assert report.counts["delivered"] == 4
        assert (report.spent, night.charges()) == (2 * COST, 2 * COST)


def test_several_at_once_are_delivered_right_with_more_sessions(begin, shown: dict[str, bytes]):
    with begin(videos=6) as night:
        night.run(workers=3)

        assert night.charges() == COST * len(set(night.sessions().values()))
        for number, word in enumerate(WORDS[:6]):
            assert_own_captions(night, f"{PREFIX}{number}.mp4", word, shown[word])


def test_a_crash_before_leaving_is_made_good_by_the_successor(
    begin, monkeypatch: pytest.MonkeyPatch
):
    with begin(videos=1) as night:
        job, media = night.claimed("0")
        session = night.seated(job)
        caption_module.request_captions(job, session, media, night.api_url)
        assert [seat.holder for seat in night.seats()] == [job.oid]
        for _ in range(2):
            render.render_master(job, session, night.api_url)

        assert [(seat.holder, seat.videos) for seat in night.seats()] == [("", 1)]
        outcome = job.journal.read("shared-outcome")
        assert outcome
        assert "kettle" in outcome["captions"]["x"]
