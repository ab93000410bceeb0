"""Thousands of histories with crashes, lost answers and sleepers: never lost, never twice.

A failing seed replays: `World(seed).run()`.
"""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext

import pytest

from socialcopy import keys
from socialcopy.copywriting.writers.captions import caption
from socialcopy.media.ffmpeg import validation
from socialcopy.models import CaptionSet, Confidence, Rendition, SourceVideo
from socialcopy.nemovideo import events
from socialcopy.pipeline import retention, service_errors
from socialcopy.pipeline.steps import caption as caption_step
from socialcopy.pipeline.steps import validate
from socialcopy.storage.delivery_files import DeliveryFolder
from socialcopy.storage.journal import Journal
from tests.campaign.report import write_down
from tests.reliability import FEWEST_HITS, ROWS
from tests.simulation import footage, walk
from tests.simulation import world as world_module
from tests.simulation.world import World

CI_SEEDS = 1_000
CAMPAIGN_SEEDS = 10_000
CAMPAIGN_SECONDS = 3_600


def histories(
    seeds: range, kind: type[World | walk.World] = World
) -> tuple[dict[int, list[str]], Counter[str]]:
    failed: dict[int, list[str]] = {}
    hit: Counter[str] = Counter()
    for seed in seeds:
        world = kind(seed)
        world.run()
        found = world.violations()
        hit += world.hit  # what the auditor has judged is counted too
        if found:
            failed[seed] = found
    return failed, hit


def is_noticed(kind: type[World | walk.World], seeds: int) -> bool:
    """Whether some history shows that something is wrong; the first one is enough."""
    return any(histories(range(seed, seed + 1), kind)[0] for seed in range(seeds))


def test_a_thousand_histories_lose_nothing_and_do_nothing_twice():
    failed, _ = histories(range(CI_SEEDS))

    assert failed == {}


@pytest.mark.slow
@pytest.mark.timeout(CAMPAIGN_SECONDS)
def test_ten_thousand_histories_hit_every_fault_often():
    failed, hit = histories(range(CAMPAIGN_SEEDS))

    assert failed == {}
    assert min(hit.values()) >= 50, hit


def test_a_thousand_walks_through_the_real_stages_lose_nothing_and_do_nothing_twice():
    failed, _ = histories(range(CI_SEEDS), walk.World)

    assert failed == {}


def test_a_seed_replays():
    first, again = walk.World(17), walk.World(17)
    first.run()
    again.run()

    assert first.hit == again.hit
    assert list(first.store.objects) == list(again.store.objects)
    assert first.store.now == again.store.now


@pytest.mark.slow
@pytest.mark.timeout(CAMPAIGN_SECONDS)
def test_ten_thousand_walks_hit_every_row_often():
    failed, hit = histories(range(CAMPAIGN_SEEDS), walk.World)
    write_down("simulation", seeds=CAMPAIGN_SEEDS, violations=failed, hits=dict(hit))

    assert failed == {}
    assert {row: hit[row] for row in ROWS if hit[row] < FEWEST_HITS} == {}
    assert set(hit) == set(ROWS)


def one_folder_for_all(folder):
    return ""


def send_without_intent(journal, step, *, intent, send, **_rest):
    return journal.read(f"{step}-receipt") or journal.record(f"{step}-receipt", send(intent()))


def read_nothing(journal, step):
    return None


def create_over(bucket, key, data):
    bucket.write(key, data, "application/json")
    return "written"


PLANTED = {
    "all workers write into one folder": (DeliveryFolder, "prefix", one_folder_for_all),
    "a paid step is sent without an intent": (world_module, "charge_once", send_without_intent),
    "the journal is not read": (Journal, "read", read_nothing),
    "a store ignores If-None-Match": (world_module.SimulatedBucket, "create", create_over),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug: str, monkeypatch: pytest.MonkeyPatch):
    module, name, broken = PLANTED[bug]
    monkeypatch.setattr(module, name, broken)

    assert is_noticed(World, 400)


def intent_after_send(journal, step, *, intent, send, **_rest):
    """The send before its intent: a worker that dies between leaves no trace of it."""
    receipt = journal.read(f"{step}-receipt")
    if receipt is None:
        receipt = send(intent())
        journal.begin(f"{step}-intent-1", {})
        receipt = journal.record(f"{step}-receipt", receipt)
    return receipt


def always_true(state, intent):
    return True


def always_false(journal, step):
    return False


def all_old_files(bucket):
    """Every old file of a delivery, whatever a manifest says."""
    yield from retention._old(bucket, keys.OUTBOX, "file", retention.ORPHAN_DAYS)


def first_page(bucket, prefix):
    for item in next(bucket._pages(prefix))["Contents"]:
        yield SourceVideo(
            bucket=bucket.name, key=item["Key"], etag=item["ETag"], size_bytes=item["Size"]
        )


REAL_PAGES = world_module.SimulatedBucket._pages


def with_uploads(bucket, prefix, *operation):
    """A listing that shows what has not been completed."""
    yield from REAL_PAGES(bucket, prefix, *operation)
    for upload in bucket._store.uploads.values():
        if upload.key.startswith(prefix):
            yield {"Contents": [{"Key": upload.key, "ETag": "part", "Size": 1}]}


def accept_any_draft(drafts, understanding, brief, **_rest):
    """What somebody wrote of silence, as if it had been heard."""
    return CaptionSet(
        language="en",
        confidence=Confidence.SPEECH,
        captions=[caption(platform, text) for platform, text in drafts.items()],
    )


PLANTED_IN_THE_WALK = {
    "all workers write into one folder": (DeliveryFolder, "prefix", one_folder_for_all),
    "a paid step is sent before its intent": (caption_step, "charge_once", intent_after_send),
    "a message is taken for unsent while its sender sleeps": (
        caption_step,
        "_never_arrived",
        always_true,
    ),
    "a paid session is given up like an unpaid one": (service_errors, "is_open", always_false),
    "the journal is not read": (Journal, "read", read_nothing),
    "a store ignores If-None-Match": (world_module.SimulatedBucket, "create", create_over),
    "only the first page is listed": (world_module.SimulatedBucket, "list_videos", first_page),
    "uploads under way are listed": (world_module.SimulatedBucket, "_pages", with_uploads),
    "the size of a file is not looked at": (validate, "refuse_unread", lambda *_: None),
    "the end of a file is not looked at": (validation, "_judge_end", lambda *_: None),
    "names in the bucket are not cleaned": (keys, "delivery_name", lambda key: key),
    "our own output is an inbox": (keys, "holds_own_output", lambda _: False),
    "a broken stream is a reply": (events.Listener, "_reply", events.Listener._joined),
    "an outage of Prefect counts": (walk, "translate_outages", nullcontext),
    "an MP4 without certificate is delivered": (Rendition, "has_passed", True),
    "drafts about silence are not checked": (footage, "check", accept_any_draft),
    "garbage is what is old": (retention, "_orphans", all_old_files),
    "orphans stay": (retention, "_orphans", lambda _: iter(())),
}


@pytest.mark.parametrize("bug", PLANTED_IN_THE_WALK)
def test_a_bug_planted_in_the_walk_is_found(bug: str, monkeypatch: pytest.MonkeyPatch):
    modules, name, broken = PLANTED_IN_THE_WALK[bug]
    for module in modules if isinstance(modules, tuple) else (modules,):
        monkeypatch.setattr(module, name, broken)

    assert is_noticed(walk.World, CI_SEEDS)
