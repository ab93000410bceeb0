"""Refining a delivered video: the edit is in the new MP4s, the old delivery stays."""

from __future__ import annotations

import json
import shutil
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy import json_files, keys
from socialcopy.cli.local import LocalPipeline, caption_file
from socialcopy.cli.progress import Ending, Outcome, outcome_of
from socialcopy.engine.api.server import serve
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import Brief, Caption, CaptionSet, Confidence, Platform, Rejection, Session
from socialcopy.nemovideo.routing import Route
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.pipeline import client, outcomes
from socialcopy.pipeline.errors import NothingDeliveredError
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import publish, upload
from socialcopy.pipeline.steps import refine as refine_module
from socialcopy.pipeline.steps.earlier import earlier_delivery
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    S3Settings,
)
from tests.fault_injection import create_faulty_app
from tests.pipeline.conftest import make_context

KEY = "inbox/spoken.mp4"

pytestmark = pytest.mark.timeout(900)
"""Each round encodes for every network; on a busy machine a few of them take minutes."""


@pytest.fixture(scope="module")
def pipeline(
    store: S3Settings, tmp_path_factory: pytest.TempPathFactory, clips: Path
) -> Iterator[LocalPipeline]:
    """A video that has been delivered, with a service whose edits often end in silence."""
    data = DataSettings(
        data_dir=tmp_path_factory.mktemp("data"), cache_dir=DataSettings().cache_dir
    )
    context = make_context(
        data,
        store,
        "refine",
        engine=EngineSettings(message_cost_credits=1),
        media=MediaSettings(preset="fast"),
    )
    context.bucket.ensure()
    settings = context.engine, context.speech, context.media, context.data
    with serve(create_faulty_app(*settings, silent_edits=1)) as url:
        pipeline = LocalPipeline(context, url)
        out = tmp_path_factory.mktemp("out")
        done = caption_file(pipeline, clips / "spoken.mp4", Brief(), out, lambda *_: None)
        assert done.ending is Ending.DELIVERED
        yield pipeline


def refine(pipeline: LocalPipeline, wish: str, key: str = KEY) -> Outcome:
    context, api_url = pipeline
    earlier = earlier_delivery(context, key)
    job = claim_module.claim_video(context, key, refine_module.brief_for(earlier, wish))
    assert job
    with claim_module.holding(job):
        session = refine_module.resume_session(job, api_url, earlier)
        refused = refine_module.ensure_video(job, session, api_url)
        done = refused or refine_module.request_edit(job, session, api_url, earlier)
        if isinstance(done, Rejection):
            outcomes.reject(job, done)
        else:
            assert done.words
            refine_module.deliver(job, session, done, api_url)
    outcome = outcome_of(context.bucket, job.key, job.oid)
    assert outcome
    return outcome


def master_ms(pipeline: LocalPipeline, outcome: Outcome, tmp_path: Path) -> int:
    target = tmp_path / "master.mp4"
    source = pipeline.context.bucket.head(f"{outcome.prefix}spoken.master.mp4")
    pipeline.context.bucket.download(source, target)
    return probe(target, size_bytes=1, settings=MediaSettings()).duration_ms


def messages(pipeline: LocalPipeline) -> int:
    ledger = pipeline.context.data.data_dir / "engine" / "ledger.jsonl"
    return sum(entry["move"] == "freeze" for entry in json_files.entries(ledger))


def test_rounds_gather_in_one_living_session_and_each_is_a_delivery(
    pipeline: LocalPipeline, tmp_path: Path
):
    sent = messages(pipeline)
    first = refine(pipeline, "cut the first 1 second")
    second = refine(pipeline, "cut the first 1 second")

    lengths = [master_ms(pipeline, outcome, tmp_path) for outcome in (first, second)]
    assert lengths[0] - lengths[1] == pytest.approx(1_000, abs=60)
    assert first.prefix != second.prefix
    assert second.document["captions"]["captions"] == first.document["captions"]["captions"]
    assert messages(pipeline) == sent + 2


def delivered(pipeline: LocalPipeline, prefix: str, ending: str) -> dict[str, str]:
    """The SHA-256 of a delivery's files, by bare name."""
    found = pipeline.context.bucket.read(keys.manifest(prefix))
    assert found
    files = json.loads(found.data)["files"]
    return {Path(f["name"]).name: f["sha256"] for f in files if f["name"].endswith(ending)}


def test_a_wish_about_the_copy_writes_it_anew_and_renders_nothing(pipeline: LocalPipeline):
    before = earlier_delivery(pipeline.context, KEY)
    outcome = refine(pipeline, "only for X and LinkedIn")

    old, new = (delivered(pipeline, prefix, ".mp4") for prefix in (before.prefix, outcome.prefix))
    assert new
    assert new.items() <= old.items()
    for name in ("certificate.json", "subtitles.vtt", "index.html"):
        assert name in delivered(pipeline, outcome.prefix, "")
    subtitles = (delivered(pipeline, prefix, ".srt") for prefix in (before.prefix, outcome.prefix))
    assert next(subtitles) == next(subtitles)
    told = outcome.document["captions"]["captions"]
    assert {caption["platform"] for caption in told} == {"x", "linkedin"}
    assert set(outcome.document["renditions"]) == {"x", "linkedin"}


BRANDED = Brief(
    platforms=(Platform.X, Platform.LINKEDIN),
    link="https://harbor.example/mug",
    call_to_action="See how it is made.",
    use_words=("Harbor Mug",),
    campaign_tag="HotUntilTheLastSip",
    instruction="no hashtags",
    language="en",
)


def test_new_copy_keeps_to_the_brief_of_the_delivery(
    pipeline: LocalPipeline, clips: Path, tmp_path: Path
):
    branded = tmp_path / "branded.mp4"
    shutil.copy(clips / "spoken.mp4", branded)
    caption_file(pipeline, branded, BRANDED, tmp_path / "out", lambda *_: None)
    key = f"inbox/{branded.name}"
    pipeline.context.bucket.write(
        f"{key.removesuffix('.mp4')}.brief.yaml", b"instruction: add emoji", "text/yaml"
    )

    wishes = ("only for LinkedIn", "only for X")  # nothing said here can be told shorter

    rounds = [refine(pipeline, wish, key) for wish in wishes]

    for outcome, wish in zip(rounds, wishes, strict=True):
        kept = Brief.model_validate(outcome.document["brief"])
        assert kept.instruction == wish  # not the sidecar's, written since
        for name in ("link", "call_to_action", "use_words", "campaign_tag", "language"):
            assert getattr(kept, name) == getattr(BRANDED, name)
    (caption,) = rounds[1].document["captions"]["captions"]
    assert "See how it is made. https://harbor.example/mug" in caption["text"]
    assert "#" not in caption["text"]  # "no hashtags", said two rounds ago


def test_a_wish_for_another_language_changes_the_brief(pipeline: LocalPipeline):
    earlier = earlier_delivery(pipeline.context, KEY)
    state = {"draft": {"m": {"copy": {"language": "de"}}}}
    told = refine_module._refinement("Instagram:\nEin Becher.", {}, state, earlier)

    assert told.language == ("de" if told.kept is None else None)


def test_a_wish_that_cannot_be_met_is_refused_in_the_services_words(pipeline: LocalPipeline):
    outcome = refine(pipeline, "add a rainbow")

    assert outcome.ending is Ending.REJECTED
    assert "changed nothing" in outcome.document["reason"]


def test_a_dead_session_is_replaced_and_the_captions_stay(pipeline: LocalPipeline, tmp_path: Path):
    before = earlier_delivery(pipeline.context, KEY)
    for session in (pipeline.context.data.data_dir / "engine" / "sessions").iterdir():
        (session / "session.json").unlink(missing_ok=True)

    outcome = refine(pipeline, "trim it to 2 seconds")

    assert master_ms(pipeline, outcome, tmp_path) == pytest.approx(2_000, abs=60)
    kept = [caption.text for caption in before.captions.captions]
    assert [c["text"] for c in outcome.document["captions"]["captions"]] == kept


def test_what_is_no_wish_is_answered_without_a_message(pipeline: LocalPipeline):
    sent = messages(pipeline)
    told = {
        where: refine_module.answer(pipeline.context, KEY, where, pipeline.api_url)
        for where in Route
        if where is not Route.MESSAGE
    }
    account = refine_module.account(pipeline.context, pipeline.api_url)

    assert told[Route.CREDITS].startswith(f"{account['available']} credits available")
    assert "register?bind=anon_" in told[Route.CREDITS]
    assert told[Route.STATUS].startswith("Timeline (1 track): 1. Video: spoken.mp4 (0-2s)")
    assert told[Route.EXPORT].startswith("The newest delivery is in outbox/spoken/")
    assert messages(pipeline) == sent
    assert "nmv_usr_" not in json.dumps(account)


def test_a_service_with_an_editor_gets_a_link_to_the_project_and_no_token_is_in_it(
    pipeline: LocalPipeline, clips: Path, monkeypatch: pytest.MonkeyPatch
):
    context, api_url = pipeline
    context.bucket.upload(clips / "silent.mp4", "inbox/linked.mp4", "video/mp4")
    nemo = NemoVideoSettings(api_url=api_url)  # type: ignore[arg-type]
    away = context.model_copy(update={"nemo": nemo})
    job = claim_module.claim_video(away, "inbox/linked.mp4", Brief())
    assert job
    client.authenticate(away, api_url)
    upload.open_session(job, api_url)

    assert publish.link_for(job) is None  # our engine has no editor
    assert publish.link_for(job) is None  # nor has one on this machine
    monkeypatch.setattr(publish, "is_loopback", lambda _: False)
    link = publish.link_for(job) or ""
    assert link.startswith("https://nemovideo.com/workspace/claim?ct=clm_")
    assert "nmv_usr_" not in link


def test_the_newest_delivery_is_the_one_the_store_got_last(pipeline: LocalPipeline):
    """However far ahead the clock of the worker was that made the one before."""
    key = "inbox/twice.mp4"
    copy = CaptionSet(language="en", confidence=Confidence.SPEECH, captions=()).model_dump()
    for oid, told in (("1" * 16, "2031-01-01"), ("2" * 16, "2026-11-25")):
        manifest = {"oid": oid, "source": {"key": key}, "captions": copy, "published_at": told}
        name = keys.manifest(keys.delivery_prefix(key, oid))
        pipeline.context.bucket.write(name, json.dumps(manifest).encode(), "application/json")
        time.sleep(1.1)  # a store's stamps are whole seconds

    assert earlier_delivery(pipeline.context, key).oid == "2" * 16


def test_nothing_delivered_is_nothing_to_refine(pipeline: LocalPipeline):
    with pytest.raises(NothingDeliveredError, match="nothing has been delivered"):
        earlier_delivery(pipeline.context, "inbox/other.mp4")


def test_the_token_is_found_nowhere(
    pipeline: LocalPipeline, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    """Not in the bucket, on disk, in a log, a process list, a traceback or a value."""
    context, api_url = pipeline
    token = TokenStore(context.data.data_dir, context.nemo).token(api_url).get_secret_value()
    caplog.set_level("DEBUG")
    refine_module.account(context, api_url)
    try:
        upload.upload_video(context, None, Session(session_id="1"), "http://127.0.0.1:9")  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001  (any error's text is looked at)
        told = traceback.format_exc()

    objects = [context.bucket.read(key) for key in context.bucket.list_keys("")]
    files = [path for path in context.data.data_dir.rglob("*") if path.is_file()]
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    seen = [
        *(found.data for found in objects if found),
        *(path.read_bytes() for path in files),
        *lines,
        caplog.text.encode(),
        told.encode(),
        repr(pipeline).encode(),
        "".join(capfd.readouterr()).encode(),
    ]
    assert len(objects) > 10
    assert not [data[:80] for data in seen if token.encode() in data]


@pytest.mark.parametrize(
    ("written", "cut_ms", "expected"),
    [("The bus stays.", 0, "same"), ("It stays.", 0, "new"), ("The bus stays.", 900, "new")],
)
def test_a_wish_that_brings_the_same_words_makes_no_version(
    written: str, cut_ms: int, expected: str
):
    caption = Caption(platform=Platform.X, text="The bus stays.", length=14, limit=280)
    kept = CaptionSet(language="en", confidence=Confidence.SPEECH, captions=(caption,))
    earlier = refine_module.Earlier(oid="0", prefix="", captions=kept, brief=Brief())
    done = refine_module.Refinement(words="Done.", captions={Platform.X: written})
    before = {"draft": {"t": [{"start": 0}], "m": {}}}
    after = {"draft": {"t": [{"start": cut_ms}], "m": {"copy": {"tone": "punchy"}}}}

    assert refine_module.is_as_before(done, before, after, earlier) is (expected == "same")
