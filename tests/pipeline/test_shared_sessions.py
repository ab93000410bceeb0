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
from socialcopy.engine import records
from socialcopy.engine.app import create_app
from socialcopy.engine.server import serve
from socialcopy.models import Brief, Claim, MediaInfo, Session
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.errors import StreamInterruptedError
from socialcopy.settings import (
    EngineSettings,
    Fault,
    MediaSettings,
    NemoVideoSettings,
    S3Settings,
    SpeechSettings,
    WatchSettings,
)
from socialcopy.stages import delivery, intake, outcomes, refining, requests
from socialcopy.stages.errors import EditedTogetherError, OutcomeUnknownError
from socialcopy.stages.workshop import Workshop
from socialcopy.storage import jobs
from socialcopy.storage.journal import Journal
from socialcopy.storage.seats import Seat, SeatRecord
from tests.conftest import ffmpeg, own_folders
from tests.pipeline.test_batch import PREFIX, Night

THREE = '[prefix."nightly/"]\nvideos_per_session = 3\n'
COST = 50
WORDS = ("KETTLE", "BICYCLE", "UMBRELLA", "LANTERN", "GUITAR", "BLANKET", "COMPASS")


class SharedNight(Night):
    """A night whose service charges each session."""

    def claimed(self, name: str, brief: Brief | None = None) -> tuple[Claim, MediaInfo]:
        """A claimed and checked video, ready for its session."""
        claim = intake.claim_video(self.shop, f"{PREFIX}{name}.mp4", brief or Brief())
        assert claim
        media = intake.validate_video(self.shop, claim)
        assert isinstance(media, MediaInfo)
        return claim, media

    def seated(self, claim: Claim) -> Session:
        """The job's session, with its video in it."""
        session = requests.open_session(self.shop, claim, self.api_url)
        requests.upload_video(self.shop, claim, session, self.api_url)
        return session

    def finish(self, claim: Claim, media: MediaInfo, session: Session) -> dict[str, Any]:
        """From the message to the manifest, which is returned."""
        copy = requests.request_captions(self.shop, claim, session, media, self.api_url)
        master = requests.render_master(self.shop, claim, session, self.api_url)
        renditions = delivery.conform(self.shop, claim, master, copy)
        delivery.publish(self.shop, claim, master, copy, renditions)
        return self.manifests()[claim.source.key]

    def deliver(self, name: str, brief: Brief | None = None) -> dict[str, Any]:
        """One video, whole; its manifest."""
        self.attempt(f"{PREFIX}{name}.mp4", brief or Brief())
        return self.manifests()[f"{PREFIX}{name}.mp4"]

    def manifests(self) -> dict[str, dict[str, Any]]:
        """By the key of the video; of two the later one."""
        found = (self.shop.bucket.read(key) for key in self.delivered())
        documents = [json.loads(blob.data) for blob in found if blob]
        documents.sort(key=lambda told: told["published_at"])
        return {told["source"]["key"]: told for told in documents}

    def seats(self) -> list[SeatRecord]:
        found = (self.shop.bucket.read(key) for key in self.shop.bucket.list_keys(keys.SEATS))
        return [SeatRecord.model_validate_json(blob.data) for blob in found if blob]

    def sessions(self) -> dict[str, str]:
        """Which session each delivered video was in, by key."""
        return {
            key: self.session_of(told["oid"]).session_id for key, told in self.manifests().items()
        }

    def session_of(self, oid: str) -> Session:
        found = self.shop.bucket.read(keys.journal_entry(oid, "session"))
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
        videos: int, *, policies: str = THREE, faults: tuple[Fault, ...] = (), frames: int = 0
    ) -> Iterator[SharedNight]:
        data = own_folders(tmp_path)
        name = f"shared-{hash(request.node.nodeid) & 0xFFFFFFFF:08x}"
        shop = Workshop(
            data=data,
            s3=store.model_copy(update={"bucket": name}),
            nemo=NemoVideoSettings(render_poll_seconds=1),
            engine=EngineSettings(
                message_cost_credits=COST, grant_credits=1_000, charge_per="session", faults=faults
            ),
            speech=SpeechSettings(),
            media=MediaSettings(preset="fast", screen_frames=frames),
            watch=WatchSettings(interval_seconds=0.1),
        )
        shop.bucket.ensure()
        shop.bucket.write("socialcopy.toml", policies.encode(), "application/toml")
        for number, word in enumerate(WORDS[:videos]):
            shop.bucket.write(f"{PREFIX}{number}.mp4", shown[word], "video/mp4")
            brief = (
                f"platforms: [x]\nabout: The {word.lower()} is on sale.\n"
                f"link: https://shop.example/{word.lower()}\ncall_to_action: Look at it.\n"
            )
            shop.bucket.write(f"{PREFIX}{number}.brief.yaml", brief.encode(), "application/yaml")
        with serve(create_app(shop.engine, shop.speech, shop.media, data)) as url:
            yield SharedNight(shop, url)

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
            insist_on_its_own(night, f"{PREFIX}{number}.mp4", word, shown[word])


def insist_on_its_own(night: SharedNight, key: str, word: str, data: bytes) -> None:
    """A delivery has the words, the link and the master of its own video and of no other."""
    told = night.manifests()[key]
    text = night.text(told)
    assert word.lower() in text.lower()
    assert f"https://shop.example/{word.lower()}" in text
    assert not [other for other in WORDS if other != word and other.lower() in text.lower()]
    [master] = [file for file in told["files"] if file["name"].endswith(".master.mp4")]
    assert master["sha256"] == hashlib.sha256(data).hexdigest()


def test_captions_say_what_their_own_video_shows(begin, shown: dict[str, bytes]):
    with begin(videos=0, frames=2) as night:
        for number, word in enumerate(WORDS[:3]):
            night.shop.bucket.write(f"{PREFIX}{number}.mp4", shown[word], "video/mp4")
        night.run(workers=1)

        assert len(set(night.sessions().values())) == 1
        assert night.charges() == COST
        for number, word in enumerate(WORDS[:3]):
            told = night.manifests()[f"{PREFIX}{number}.mp4"]
            for caption in told["captions"]["captions"]:
                said = caption["text"].upper()
                assert word in said, said
                assert not [other for other in WORDS if other != word and other in said]
