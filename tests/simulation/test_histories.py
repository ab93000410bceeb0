"""Thousands of histories with crashes, lost answers and sleepers: never lost, never twice.

A failing seed replays: `World(seed).run()`.
"""

from __future__ import annotations

from collections import Counter

import pytest

from socialcopy.stages import delivery, refusals, requests
from socialcopy.storage.journal import Journal
from tests.campaign.report import write_down
from tests.reliability import ROWS
from tests.simulation import walk
from tests.simulation import world as world_module
from tests.simulation.world import World

CI_SEEDS = 1_000
CAMPAIGN_SEEDS = 10_000


def histories(
    seeds: range, kind: type[World | walk.World] = World
) -> tuple[dict[int, list[str]], Counter[str]]:
    failed: dict[int, list[str]] = {}
    hit: Counter[str] = Counter()
    for seed in seeds:
        world = kind(seed)
        world.run()
        hit += world.hit
        if found := world.violations():
            failed[seed] = found
    return failed, hit


def test_a_thousand_histories_lose_nothing_and_do_nothing_twice():
    failed, _ = histories(range(CI_SEEDS))

    assert failed == {}


@pytest.mark.slow
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
def test_ten_thousand_walks_hit_every_simulated_row_often():
    failed, hit = histories(range(CAMPAIGN_SEEDS), walk.World)
    write_down("simulation", seeds=CAMPAIGN_SEEDS, violations=failed, hits=dict(hit))

    assert failed == {}
    assert {row for row in ROWS if ROWS[row].is_simulated} == set(hit)
    assert min(hit.values()) >= 50, hit


def shared_folder(bucket, claim):
    return ""


def eager(
    journal, step, *, intent, send, recover, refusals=(), doubts=(), disproofs=(), purse=None
):
    return journal.read(f"{step}-receipt") or journal.record(f"{step}-receipt", send(intent()))


def forgetful(journal, step):
    return None


def overwriting(bucket, key, data):
    bucket.write(key, data, "application/json")
    return "written"


PLANTED = {
    "all workers write into one folder": (world_module, "own_folder", shared_folder),
    "a paid step is sent without an intent": (world_module, "charge_once", eager),
    "the journal is not read": (Journal, "read", forgetful),
    "a store ignores If-None-Match": (world_module.SimulatedBucket, "create", overwriting),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug: str, monkeypatch: pytest.MonkeyPatch):
    module, name, broken = PLANTED[bug]
    monkeypatch.setattr(module, name, broken)
    failed, _ = histories(range(400))

    assert failed


def late_intent(
    journal, step, *, intent, send, recover, refusals=(), doubts=(), disproofs=(), purse=None
):
    """The send before its intent: a worker that dies between leaves no trace of it."""
    receipt = journal.read(f"{step}-receipt")
    if receipt is None:
        receipt = send(intent())
        journal.begin(f"{step}-intent-1", {})
        receipt = journal.record(f"{step}-receipt", receipt)
    return receipt


def trusting(state, intent):
    return True


def deaf(journal, step):
    return False


PLANTED_IN_THE_WALK = {
    "all workers write into one folder": (delivery, "own_folder", shared_folder),
    "a paid step is sent before its intent": (requests, "charge_once", late_intent),
    "a message is taken for unsent while its sender sleeps": (requests, "_never_arrived", trusting),
    "a paid session is given up like an unpaid one": (refusals, "is_open", deaf),
    "the journal is not read": (Journal, "read", forgetful),
    "a store ignores If-None-Match": (world_module.SimulatedBucket, "create", overwriting),
}


@pytest.mark.parametrize("bug", PLANTED_IN_THE_WALK)
def test_a_bug_planted_in_the_walk_is_found(bug: str, monkeypatch: pytest.MonkeyPatch):
    module, name, broken = PLANTED_IN_THE_WALK[bug]
    monkeypatch.setattr(module, name, broken)

    assert any(histories(range(n, n + 100), walk.World)[0] for n in range(0, 1_000, 100))
