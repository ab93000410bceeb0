"""A night with a budget: real store, real engine with costs, real ledger."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from socialcopy import json_files, keys
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.engine.store.credits import Ledger
from socialcopy.engine.store.documents import LocalDocuments
from socialcopy.models import Brief, MediaInfo, Rejection, SourceVideo
from socialcopy.pipeline import client
from socialcopy.pipeline import outcomes as outcomes_module
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import OwnOutputError, StageError
from socialcopy.pipeline.steps import batch, caption, conform, publish, render, upload, validate
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps.batch import BatchLine, BatchReport
from socialcopy.pipeline.steps.discover import InboxScanner
from socialcopy.settings import (
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    S3Settings,
    WatchSettings,
)
from socialcopy.storage.bucket import Bucket
from tests.conftest import ffmpeg, own_folders
from tests.pipeline.conftest import make_context

PREFIX = "nightly/"


class BatchRun:
    """A pipeline whose account can run dry, and be topped up."""

    def __init__(self, context: Context, api_url: str) -> None:
        self.context = context
        self.api_url = api_url
        self.ledger = context.data.data_dir / "engine" / "ledger.jsonl"

    def run(self, workers: int = 2, ceiling: int | None = None) -> BatchReport:
        """What flows/nightly_batch.py does, on threads."""
        night = batch.begin(self.context, PREFIX, ceiling)
        videos = list(batch.in_order(self.context, PREFIX, Brief()))
        with ThreadPoolExecutor(workers) as pool:
            lines = tuple(pool.map(lambda source: self.one(source, Brief()), videos))
        return batch.publish(self.context, night.model_copy(update={"lines": lines}))

    def one(self, source: SourceVideo, brief: Brief) -> BatchLine:
        why = ""
        try:
            self.attempt(source.key, brief)
        except StageError as error:
            why = str(error)
        return batch.line_of(self.context, source, brief, 1.0, why)

    def attempt(self, key: str, brief: Brief) -> None:
        """What flows/caption_video.py does."""
        context, url = self.context, self.api_url
        job = claim_module.claim_video(context, key, brief)
        if job is None:
            return
        with claim_module.holding(job):
            media = validate.validate_video(job)
            if isinstance(media, Rejection):
                outcomes_module.reject(job, media)
                return
            try:
                client.authenticate(context, url)
                session = upload.open_session(job, url)
                upload.upload_video(job, session, url)
                copy = caption.request_captions(job, session, media, url)
                assert not isinstance(copy, Rejection)
            except claim_module.OUT_OF_CREDITS:
                claim_module.prepare(job)
                raise
            master = render.render_master(job, session, url)
            renditions = conform.conform(job, master, copy)
            publish.publish(job, master, copy, renditions)

    def top_up(self, amount: int) -> None:
        [user] = {entry["user_id"] for entry in json_files.entries(self.ledger)}
        Ledger(LocalDocuments(self.ledger.parent)).grant(user, amount)

    def charges(self) -> int:
        """Credits the engine took for good."""
        entries = json_files.entries(self.ledger) if self.ledger.exists() else ()
        return sum(e["credits"] for e in entries if e["move"] == "settle")

    def delivered(self) -> list[str]:
        found = self.context.bucket.list_keys(keys.OUTBOX)
        return [key for key in found if key.endswith("/manifest.json")]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A second of picture; what makes each copy another video is a tail ffmpeg ignores."""
    path = tmp_path_factory.mktemp("tiny") / "tiny.mp4"
    source = ("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=10:duration=3")
    ffmpeg(*source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path))
    return path.read_bytes()


@pytest.fixture
def begin(store: S3Settings, tmp_path: Path, tiny: bytes, request: pytest.FixtureRequest):
    @contextmanager
    def begin(videos: int, granted: int, policies: str = "", cost: int = 1) -> Iterator[BatchRun]:
        data = own_folders(tmp_path)
        name = f"night-{hash(request.node.nodeid) & 0xFFFFFFFF:08x}"
        context = make_context(
            data,
            store,
            name,
            nemo=NemoVideoSettings(credits_pause_seconds=0.3, render_poll_seconds=1),
            engine=EngineSettings(message_cost_credits=cost, grant_credits=granted),
            media=MediaSettings(preset="fast", screen_frames=0),
            watch=WatchSettings(interval_seconds=0.1),
        )
        context.bucket.ensure()
        brief = b"platforms: [x]\n"
        context.bucket.write(f"{PREFIX}brief.yaml", brief, "application/yaml")
        if policies:
            context.bucket.write("socialcopy.toml", policies.encode(), "application/toml")
        for number in range(videos):
            free = len(b"%04d" % number) + 8
            tail = free.to_bytes(4, "big") + b"free" + b"%04d" % number
            context.bucket.write(f"{PREFIX}{number:03}.mp4", tiny + tail, "video/mp4")
        with serve(create_app(context.engine, context.speech, context.media, data)) as url:
            yield BatchRun(context, url)

    return begin


def assert_credits_ran_out_and_came_back(night: BatchRun, videos: int, granted: int) -> None:
    first = night.run()

    assert (first.counts["delivered"], first.counts["waiting"]) == (granted, videos - granted)
    assert {line.outcome for line in first.lines} == {"delivered", "waiting"}
    assert all("out of credits" in x.detail for x in first.lines if x.outcome == "waiting")
    assert len(night.delivered()) == granted

    night.top_up(videos)
    finish_by_the_watcher(night, videos)

    assert len(night.delivered()) == videos
    assert night.charges() == videos  # each one once
    assert night.run().counts["waiting"] == 0


def finish_by_the_watcher(night: BatchRun, videos: int) -> None:
    """Nobody starts a batch again: the watcher of another prefix finds what was left."""
    scanner = InboxScanner(night.context, keys.INBOX, Brief())
    for _ in range(100):
        if len(night.delivered()) == videos:
            return
        time.sleep(0.3)  # as often as an empty account is tried again
        found = scanner.scan(lambda _: True)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda one: night.one(one.source, one.brief), found))


def test_credits_that_end_leave_the_rest_waiting_until_a_top_up(begin):
    with begin(videos=5, granted=2) as night:
        assert_credits_ran_out_and_came_back(night, 5, 2)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_credits_that_end_at_video_37_of_100(begin):
    with begin(videos=100, granted=37) as night:
        assert_credits_ran_out_and_came_back(night, 100, 37)


CEILING = '[prefix."nightly/"]\ncredit_ceiling = {}\nmessage_credits = 3\n'


def test_a_ceiling_is_never_passed_by_eight_at_once_and_the_rest_waits(begin):
    with begin(videos=9, granted=1_000, policies=CEILING.format(13), cost=3) as night:
        report = night.run(workers=8)

        assert night.charges() == 12  # a fifth message would make it 15
        assert report.counts == {
            "parked": 0,
            "gone": 0,
            "waiting": 5,
            "rejected": 0,
            "delivered": 4,
        }
        assert (report.ceiling, report.spent) == (13, 12)


def test_a_ceiling_given_to_a_batch_goes_over_the_policys(begin):
    with begin(videos=3, granted=1_000, policies=CEILING.format(0), cost=3) as night:
        assert night.run().counts["waiting"] == 3
        assert night.run(ceiling=6).counts["delivered"] == 2
        assert night.charges() == 6


def test_what_is_free_goes_on_without_credits(begin):
    with begin(videos=2, granted=0, cost=1) as night:
        night.context.bucket.write(f"{PREFIX}text.mp4", b"This is no video.\n" * 99, "video/mp4")
        report = night.run()

        assert report.counts == {
            "parked": 0,
            "gone": 0,
            "waiting": 2,
            "rejected": 1,
            "delivered": 0,
        }
        waiting = [line.oid for line in report.lines if line.outcome == "waiting"]
        for oid in waiting:  # validated and understood; only the paid part is left
            done = {
                key.rpartition("/")[2] for key in night.context.bucket.list_keys(keys.journal(oid))
            }
            assert {"media.json", "understanding.json"} <= done
        assert isinstance(media_of(night.context.bucket, waiting[0]), MediaInfo)


def media_of(bucket: Bucket, oid: str) -> MediaInfo:
    found = bucket.read(keys.journal_entry(oid, "media"))
    assert found
    return MediaInfo.model_validate(json.loads(found.data)["value"])


def test_a_batch_goes_by_key_whatever_order_the_store_lists_in(begin, monkeypatch):
    with begin(videos=7, granted=0) as night:
        monkeypatch.setattr(batch, "CHUNK", 3)
        real = Bucket._pages

        def backwards(self: Bucket, prefix: str):
            for page in real(self, prefix):
                yield {"Contents": page.get("Contents", [])[::-1]}

        monkeypatch.setattr(Bucket, "_pages", backwards)
        found = [source.key for source in batch.in_order(night.context, PREFIX, Brief())]

    assert found == [f"{PREFIX}{number:03}.mp4" for number in range(7)]


@pytest.mark.parametrize("prefix", ["", "out", "outbox/", "_socialcopy/jobs/", "rejected/x"])
def test_a_batch_over_our_own_output_is_refused(begin, prefix: str):
    with begin(videos=0, granted=0) as night, pytest.raises(OwnOutputError):
        list(batch.in_order(night.context, prefix, Brief()))


HOSTILE = '"><script>document.title="owned"</script><img src=x onerror=alert(1)>.mp4'


def report_on(*outcomes: str) -> BatchReport:
    now = "2026-11-22T02:00:00Z"
    lines = tuple(
        BatchLine(
            key=f"nightly/{HOSTILE}" if outcome == "parked" else f"nightly/{number}.mp4",
            oid=f"{number:016x}", outcome=outcome, detail=f"because of {HOSTILE}", seconds=1,
        )
        for number, outcome in enumerate(outcomes)
    )  # fmt: skip
    return BatchReport.model_validate(
        {"prefix": PREFIX, "began_at": now, "ended_at": now, "lines": lines, "ceiling": 9}
    )


def test_a_report_counts_and_tells_what_a_person_has_to_look_at_first(begin):
    page = batch.report_page(report_on("delivered", "waiting", "parked"))

    assert page.index("tag parked") < page.index("tag waiting") < page.index("tag delivered")
    assert "0 spent of at most 9" in " ".join(page.split())


def test_no_name_in_a_report_runs_as_script(tmp_path: Path):
    page = tmp_path / "report.html"
    page.write_text(batch.report_page(report_on("parked", "delivered")))
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", str(page)]

    shown = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True).stdout

    assert "<title>Batch of 2026-11-22" in shown
    assert "owned</title>" not in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert "&lt;script&gt;" in shown


def test_two_batches_of_one_day_share_a_report_in_which_the_later_word_counts(begin):
    with begin(videos=0, granted=0) as night:
        for outcomes in (("delivered", "waiting"), ("delivered", "delivered", "rejected")):
            batch.publish(night.context, report_on(*outcomes))
        found = night.context.bucket.read("reports/2026-11-22.json")
        assert found
        told = json.loads(found.data)

    assert told["counts"] == {"parked": 0, "gone": 0, "waiting": 0, "rejected": 1, "delivered": 2}
    assert Counter(line["outcome"] for line in told["lines"]) == {"delivered": 2, "rejected": 1}
