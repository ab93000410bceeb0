"""Thousands of histories with crashes, lost answers and sleepers: never lost, never twice.

A failing seed replays: `World(seed).run()`.
"""

from __future__ import annotations

from collections import Counter

import pytest

from socialcopy.storage import claims
from socialcopy.storage.journal import Journal
from tests.simulation import world as world_module
from tests.simulation.world import World

CI_SEEDS = 1_000
CAMPAIGN_SEEDS = 10_000


def histories(seeds: range) -> tuple[dict[int, list[str]], Counter[str]]:
    failed: dict[int, list[str]] = {}
    hit: Counter[str] = Counter()
    for seed in seeds:
        world = World(seed)
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


def unconditional(bucket, claim, name, data, content_type):
    return bucket.write(f"{claim.delivery_prefix}{name}", data, content_type)


def eager(journal, step, *, intent, send, recover, refusals=(), doubts=()):
    return journal.read(f"{step}-receipt") or journal.record(f"{step}-receipt", send(intent()))


def forgetful(journal, step):
    return None


PLANTED = {
    "files are written without a condition": (world_module, "place", unconditional),
    "a paid step is sent without an intent": (world_module, "charge_once", eager),
    "the journal is not read": (Journal, "read", forgetful),
    "a lost lease is not noticed": (claims, "_holds", lambda *_: True),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(bug: str, monkeypatch: pytest.MonkeyPatch):
    module, name, broken = PLANTED[bug]
    monkeypatch.setattr(module, name, broken)
    failed, _ = histories(range(400))

    assert failed
