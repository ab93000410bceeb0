"""Several engines over one bucket: any of them serves any session, and one that dies is missed."""

from __future__ import annotations

import itertools
import json
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from pydantic import HttpUrl, SecretStr

from socialcopy import keys
from socialcopy.cli.local import LocalPipeline, walk
from socialcopy.engine.agent import Agent
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.models import Brief, Platform, RenderStatus
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.drafts import message_statuses
from socialcopy.nemovideo.errors import APIConnectionError
from socialcopy.nemovideo.tokens import request_anonymous_token
from socialcopy.pipeline.errors import ParkedError, StageError
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    S3Settings,
    SpeechSettings,
)
from socialcopy.storage.bucket import Bucket
from tests.conftest import ffmpeg, own_folders, until
from tests.engine.conftest import EngineProcess, upload
from tests.engine.test_back_pressure import HeldAgent
from tests.pipeline.conftest import make_context

STATE = "_socialcopy/engine"
WISH = "Write a caption for X based on this video."


class Replicas:
    """Engines in this process over one bucket, each with a folder of its own, and clients."""

    def __init__(self, stack: ExitStack, store: S3Settings, bucket: Bucket, folder: Path) -> None:
        self._stack = stack
        self._store = store
        self._folder = folder
        self._settings = {"state_url": f"s3://{bucket.name}/{STATE}", "lease_seconds": 2}
        self._token = ""
        self._count = itertools.count()

    def start(self, agent: Agent | None = None, **settings: object) -> NemoVideo:
        app = create_app(
            EngineSettings.model_validate({**self._settings, "heartbeat_seconds": 0.2, **settings}),
            SpeechSettings(),
            MediaSettings(preset="fast", screen_frames=0),
            DataSettings(data_dir=self._folder / str(next(self._count))),
            s3=self._store,
            agent=agent,
        )
        url = self._stack.enter_context(serve(app))
        self._token = self._token or request_anonymous_token(url, "me").token.get_secret_value()
        token = SecretStr(self._token)
        nemo = NemoVideo(url, token, NemoVideoSettings(render_poll_seconds=0.3))
        return self._stack.enter_context(nemo)


@pytest.fixture
def replicas(store: S3Settings, bucket: Bucket, tmp_path: Path) -> Iterator[Replicas]:
    with ExitStack() as stack:
        yield Replicas(stack, store, bucket, tmp_path)


def test_a_session_is_uploaded_to_messaged_polled_and_rendered_at_any_engine(
    replicas: Replicas, clips: Path, tmp_path: Path
):
    one, other = replicas.start(message_cost_credits=1), replicas.start(message_cost_credits=1)
    before = other.credits().available

    session = one.open_session()
    upload(other, session, clips / "silent.mp4")
    assert one.send(session, WISH)
    state = other.state(session)
    for nemo in (one, other, one):  # a balancer's retry, or a client's after a lost answer
        nemo.submit_render(session, "render_1", state["draft"])
    job = one.wait_for_render("render_1")
    other.download(other.poll_render("render_1"), tmp_path / "master.mp4")

    assert list(message_statuses(state).values()) == ["completed"]
    assert before - one.credits().available == 1
    assert job.status is RenderStatus.COMPLETED
    assert (tmp_path / "master.mp4").stat().st_size > 1_000


def test_the_stream_of_a_message_that_another_engine_takes_up_ends_with_its_reply(
    replicas: Replicas, tmp_path: Path
):
    held, free = HeldAgent(tmp_path), HeldAgent(tmp_path)
    free.may.set()
    busy = replicas.start(held, concurrency=1)
    sessions = [busy.open_session() for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(busy.send, sessions[0], "Hello.")
        until(lambda: message_statuses(busy.state(sessions[0])))
        second = pool.submit(busy.send, sessions[1], "Hello.")
        until(lambda: message_statuses(busy.state(sessions[1])))
        replicas.start(free, concurrency=1)
        assert second.result() == "Done."
        held.may.set()
        assert first.result() == "Done."


@contextmanager
def balancer(backends: Sequence[str]) -> Iterator[str]:
    """One connection after another goes to the next engine that takes it."""
    turns = itertools.cycle([HttpUrl(url) for url in backends])

    def connect() -> socket.socket:
        for _ in backends:
            url = next(turns)
            with suppress(OSError):
                return socket.create_connection((str(url.host), url.port or 80))
        raise ConnectionRefusedError

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def serve_one(client: socket.socket) -> None:
        with client, suppress(OSError), connect() as engine:
            answers = threading.Thread(target=pump, args=(engine, client), daemon=True)
            answers.start()
            pump(client, engine)
            answers.join()

    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as stack:

        def accept() -> None:
            with suppress(OSError):  # closed: the test is over
                while True:
                    client, _ = listener.accept()
                    threading.Thread(target=serve_one, args=(client,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        stack.callback(listener.shutdown, socket.SHUT_RDWR)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


ENGINE = """
from pathlib import Path
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import run
from socialcopy.settings import *
import sys
app = create_app(EngineSettings(), SpeechSettings(), MediaSettings(),
    DataSettings(data_dir=Path(sys.argv[1])), s3=S3Settings())
run(app, drain=app.state.drain)
"""


@pytest.fixture
def engines(store: S3Settings, bucket: Bucket, tmp_path: Path) -> Iterator[list[EngineProcess]]:
    """Three engines in processes of their own over one bucket."""
    assert store.secret_access_key
    environment = {
        "S3_ENDPOINT_URL": str(store.endpoint_url), "S3_ACCESS_KEY_ID": str(store.access_key_id),
        "S3_SECRET_ACCESS_KEY": store.secret_access_key.get_secret_value(),
        "ENGINE_STATE_URL": f"s3://{bucket.name}/{STATE}", "ENGINE_LEASE_SECONDS": "4",
        "ENGINE_MESSAGE_COST_CREDITS": "1", "ENGINE_DRAIN_SECONDS": "60",
        "MEDIA_SCREEN_FRAMES": "0", "MEDIA_PRESET": "fast",
    }  # fmt: skip
    started: list[EngineProcess] = []
    for name in "abc":
        (tmp_path / name).mkdir()
        started.append(EngineProcess(tmp_path / name, ENGINE, **environment))
    yield started
    for engine in started:
        if engine.process.poll() is None:
            engine.process.kill()
            engine.process.wait()
        assert engine.process.stdout
        engine.process.stdout.close()


def renders(engine: EngineProcess) -> list[Path]:
    """What an engine has in hand of render jobs."""
    return list((engine.folder / "engine/renders").glob("*/work/draft.mp4"))


def moves(bucket: Bucket) -> Counter[str]:
    """What the ledgers of all users say."""
    logs = (bucket.read(key) for key in bucket.list_keys(f"{STATE}/ledger/"))
    lines = itertools.chain.from_iterable(log.data.splitlines() for log in logs if log)
    return Counter(json.loads(line)["move"] for line in lines)


def holder(bucket: Bucket, kind: str) -> int | None:
    """The process number of an engine that has work of a kind in hand, as its lease names it."""
    for key in bucket.list_keys(f"{STATE}/unfinished/{kind}/"):
        lock = bucket.read(key) if key.endswith(".held") else None
        lease = lock and bucket.read(f"{STATE}/leases/{json.loads(lock.data)['lease']}")
        if lease:
            return int(lease.data.decode().partition(" pid ")[2].split()[0])
    return None


@pytest.mark.slow
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("kind", ["messages", "renders"])
def test_six_videos_are_delivered_once_though_an_engine_is_killed_with_work_in_hand(
    store: S3Settings, bucket: Bucket, engines: list[EngineProcess], tmp_path: Path, kind: str
):
    clip = tmp_path / "clip.mkv"
    # In a codec that an engine can't copy into an MP4: its render takes a while.
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=960x540:rate=25:duration=8", "-c:v", "mpeg4",
           str(clip))  # fmt: skip
    for number in range(6):
        own = tmp_path / f"{number}.mkv"  # another video each: Matroska allows a void element last
        own.write_bytes(clip.read_bytes() + bytes([0xEC, 0x81, number]))
        bucket.upload(own, f"inbox/{number}.mkv", "video/x-matroska")
    killed: list[int] = []

    def kill_one() -> None:
        pid = until(lambda: holder(bucket, kind), seconds=600)
        for victim in engines:
            if victim.process.pid == pid:
                victim.kill()
                killed.append(pid)

    with balancer([engine.url for engine in engines]) as url, ThreadPoolExecutor(7) as pool:
        context = make_context(
            own_folders(tmp_path), store, bucket.name,
            nemo=NemoVideoSettings(api_url=HttpUrl(url), render_poll_seconds=1),
            media=MediaSettings(preset="fast", screen_frames=0),
        )  # fmt: skip
        pipeline = LocalPipeline(context, url)
        killing = pool.submit(kill_one)
        inbox = [f"inbox/{number}.mkv" for number in range(6)]
        list(pool.map(lambda key: deliver(pipeline, key), inbox))
        killing.result()

    manifests = [key for key in bucket.list_keys(keys.OUTBOX) if key.endswith("/manifest.json")]
    assert len(killed) == 1
    assert len(manifests) == 6
    assert moves(bucket) == {"grant": 1, "freeze": 6, "settle": 6}
    assert list(bucket.list_keys("parked/")) == list(bucket.list_keys("rejected/")) == []
    assert list(bucket.list_keys(f"{STATE}/unfinished/")) == []


def deliver(pipeline: LocalPipeline, key: str) -> int:
    """Take a video to its end, as the tasks do: what failed is tried again, what parks is not."""
    job = claim_module.claim_video(pipeline.context, key, Brief(platforms=(Platform.X,)))
    assert job
    with claim_module.holding(job):
        for number in itertools.count(1):
            try:
                walk(job, pipeline.api_url, lambda *_: None)
            except ParkedError:
                raise
            except (StageError, APIConnectionError):
                if number == 5:
                    raise
                time.sleep(2 * number)
            else:
                return number
    raise AssertionError


@pytest.mark.slow
def test_an_engine_that_drains_says_no_finishes_what_it_has_and_ends_well(
    bucket: Bucket, engines: list[EngineProcess], tmp_path: Path
):
    clip = tmp_path / "long.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=960x540:rate=25:duration=8", "-c:v", "mpeg4",
           str(clip))  # fmt: skip
    with engines[0].client() as nemo:
        session = nemo.open_session()
        upload(nemo, session, clip)
        nemo.submit_render(session, "render_1", nemo.state(session)["draft"])
        worker = until(lambda: next(filter(renders, engines), None))
        worker.process.send_signal(signal.SIGTERM)
        until(lambda: httpx.get(f"{worker.url}/readyz").status_code == 503)
        assert worker.process.wait(timeout=200) == 0
    [job] = [key for key in bucket.list_keys(f"{STATE}/renders/") if key.endswith("job.json")]
    found = bucket.read(job)
    assert found
    assert (json.loads(found.data)["status"], json.loads(found.data)["attempt"]) == ("completed", 1)
