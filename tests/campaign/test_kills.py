"""kill -9 before and after each step, over a real store and the real engine: nothing is lost.

`CAMPAIGN_SEED=<n>` replays a run; every job's kills come from it.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from socialcopy.cli.local import LocalPipeline
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from tests.campaign.manifest_sampler import sampling
from tests.campaign.points import EVERY_POINT, FILES_OF_A_DELIVERY, STEPS, Kill
from tests.campaign.verdict import assert_nothing_broke, judged
from tests.campaign.worker_pool import Job, distinct, drop, make_context, tiny_clip, worker_pool

SEED = int(os.environ.get("CAMPAIGN_SEED", "20261122"))
ELSEWHERE_SHARE = 0.2
"""Of workers whose death nobody can see, so that their lease has to run out."""
SECOND_KILL_SHARE = 0.3


def plan(lot: random.Random, point: Kill) -> tuple[Kill, ...]:
    """The kill at this point, and perhaps another one anywhere for whoever takes over."""
    nth = lot.randint(1, FILES_OF_A_DELIVERY) if point.step == "file" else 1
    kills = [point._replace(nth=nth)]
    if lot.random() < SECOND_KILL_SHARE:
        kills.append(lot.choice(EVERY_POINT))
    return tuple(kills)


def dropped(bucket: Bucket, clip: bytes, points: list[Kill], rounds: int) -> list[Job]:
    lot, jobs = random.Random(SEED), []
    for number, point in enumerate(points * rounds):
        elsewhere = lot.random() < ELSEWHERE_SHARE
        data = distinct(clip, number)
        jobs.append(
            drop(bucket, f"k{number:04}", data, kills=plan(lot, point), elsewhere=elsewhere)
        )
    return jobs


CI_POINTS = [
    Kill(step, moment)
    for step, moment in (
        ("claim", "after"), ("session", "after"), ("intent", "after"), ("message", "after"),
        ("receipt", "after"), ("render entry", "after"), ("render", "after"), ("file", "after"),
        ("manifest", "before"), ("manifest", "after"),
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "rounds"),
    [
        pytest.param(CI_POINTS, 1, id="slice"),
        pytest.param(
            EVERY_POINT,
            int(os.environ.get("KILLS_PER_POINT", "20")),
            id="whole",
            marks=pytest.mark.slow,
        ),
    ],
)
@pytest.mark.timeout(3 * 3_600)
def test_whatever_step_a_worker_dies_at_its_video_is_delivered_once(
    store: S3Settings, tmp_path: Path, points: list[Kill], rounds: int
):
    s3 = store.model_copy(update={"bucket": f"kills-{len(points)}-{rounds}"})
    context = make_context(tmp_path, s3)
    context.bucket.ensure()
    jobs = dropped(context.bucket, tiny_clip(tmp_path), points, rounds)
    with (
        serve(create_app(context.engine, context.speech, context.media, context.data)) as api_url,
        sampling(Bucket(s3)) as sampler,
        worker_pool(
            tmp_path, LocalPipeline(context, api_url), sampler, Bucket(s3), encodes_once=rounds > 1
        ) as workers,
    ):
        never_ended = workers.work_off(jobs, slots=3, seed=SEED)
    kills = Counter(path.name.split(".", 2)[2] for path in (tmp_path / "markers").iterdir())
    found = judged(
        f"kills-{rounds}", context, jobs, workers, sampler,
        seed=SEED,
        points=len(STEPS) * 2,
        kills=workers.killed,
        fewest_kills_at_a_point=min(kills.values()),
    )  # fmt: skip

    assert_nothing_broke(found, sampler, never_ended, jobs)
    assert workers.killed >= len(jobs)
    assert len(kills) == len({point.name for point in points}) or rounds == 1
