"""The main campaign: each video meets three faults, kills and both wires; an auditor judges.

`CAMPAIGN_SEED=<n>` replays a run: every job's faults come from it.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from socialcopy.cli.local import LocalPipeline
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.pipeline.steps import discover
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket
from tests.campaign.forkserver import BRIEF
from tests.campaign.manifest_sampler import sampling
from tests.campaign.points import EVERY_POINT
from tests.campaign.proxy import API_FAULTS, S3_FAULTS, Fault, FaultyProxy, serving
from tests.campaign.verdict import assert_nothing_broke, judged
from tests.campaign.worker_pool import Job, distinct, drop, make_context, tiny_clip, worker_pool

SEED = int(os.environ.get("CAMPAIGN_SEED", "20261122"))
CAMPAIGN_VIDEOS = int(os.environ.get("CAMPAIGN_VIDEOS", "1000"))
FAULTS_EACH = 3
KINDS = ("kill", "s3", "s3", "api")
"""Three kills of one video are a reason to park it by design, so they are to stay rare."""

S3_REQUESTS = 60
API_REQUESTS = 18
"""Of one undisturbed job, about; the n of a fault is drawn below it."""

LONGEST_DELAY_SECONDS = 2.0
TOKEN = re.compile(rb'"token":\s*"([^"]+)"')


class Plan:
    """What happens to each job, drawn from the seed."""

    def __init__(self, names: Sequence[str]) -> None:
        lot = random.Random(SEED)
        self.kills: dict[str, tuple] = dict.fromkeys(names, ())
        self.wires: dict[str, dict[str, list[Fault]]] = {"s3": {}, "api": {}}
        for name in names:
            for _ in range(FAULTS_EACH):
                kind = lot.choice(KINDS)
                if kind == "kill":
                    self.kills[name] += (lot.choice(EVERY_POINT),)
                else:
                    self.wires[kind].setdefault(name, []).append(_drawn(lot, kind))


def _drawn(lot: random.Random, kind: str) -> Fault:
    most, kinds = (S3_REQUESTS, S3_FAULTS) if kind == "s3" else (API_REQUESTS, API_FAULTS)
    return Fault(lot.randint(1, most), lot.choice(kinds), lot.uniform(0.1, LONGEST_DELAY_SECONDS))


class Tokens:
    """Whose request it is: the job's own client id when it asks for a token, the token after."""

    def __init__(self) -> None:
        self._jobs: dict[bytes, str] = {}

    def job_of(self, head: bytes, _: bytes) -> str | None:
        client = re.search(rb"(?im)^x-client-id:\s*(\S+)", head)
        token = re.search(rb"(?im)^authorization:\s*bearer\s+(\S+)", head)
        return client[1].decode() if client else self._jobs.get(token[1]) if token else None

    def heard(self, head: bytes, reply: bytes) -> None:
        client, token = re.search(rb"(?im)^x-client-id:\s*(\S+)", head), TOKEN.search(reply)
        if client and token:
            self._jobs[token[1]] = client[1].decode()


def by_key(jobs: Sequence[Job]) -> Callable[[bytes, bytes], str | None]:
    """Whose object a request to the store is about."""
    names = {word: job.name for job in jobs for word in (job.name, job.oid)}

    def job_of(head: bytes, _: bytes) -> str | None:
        words = re.findall(rb"m\d{4}|[0-9a-f]{16}", head.split(b"\r\n", 1)[0])
        return next((names[w.decode()] for w in words if w.decode() in names), None)

    return job_of


def address(url: str) -> tuple[str, int]:
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


@pytest.mark.parametrize(
    "videos",
    [
        pytest.param(30, id="slice"),
        pytest.param(CAMPAIGN_VIDEOS, id="whole", marks=pytest.mark.slow),
    ],
)
@pytest.mark.timeout(4 * 3_600)
def test_three_faults_a_video_lose_nothing_and_do_nothing_twice(
    store: S3Settings, tmp_path: Path, videos: int
):
    s3 = store.model_copy(update={"bucket": f"faults-{videos}"})
    context = make_context(tmp_path, s3)
    context.bucket.ensure()
    names = [f"m{number:04}" for number in range(videos)]
    plan, clip, tokens = Plan(names), tiny_clip(tmp_path), Tokens()
    jobs = [
        drop(context.bucket, name, distinct(clip, number), kills=plan.kills[name])
        for number, name in enumerate(names)
    ]
    with ExitStack() as open_:
        api_url = open_.enter_context(
            serve(create_app(context.engine, context.speech, context.media, context.data))
        )
        wires = (
            FaultyProxy("s3", address(str(s3.endpoint_url)), plan.wires["s3"], by_key(jobs)),
            FaultyProxy("api", address(api_url), plan.wires["api"], tokens.job_of, tokens.heard),
        )
        s3_url, faulty_api = (open_.enter_context(serving(wire)) for wire in wires)
        faulty = context.model_copy(update={"s3": s3.model_copy(update={"endpoint_url": s3_url})})
        sampler = open_.enter_context(sampling(Bucket(s3)))
        workers = open_.enter_context(
            worker_pool(
                tmp_path, LocalPipeline(faulty, faulty_api), sampler, Bucket(s3), encodes_once=True
            )
        )
        never_ended = workers.work_off(jobs, slots=3, seed=SEED, batch=2)
    hits = wires[0].hits + wires[1].hits + Counter(kill=workers.killed)
    found = judged(
        f"faults-{videos}", context, jobs, workers, sampler,
        seed=SEED,
        hits=dict(sorted(hits.items())),
        faults_hit=sum(hits.values()),
        requests={wire.kind: wire.requests for wire in wires},
    )  # fmt: skip

    assert_nothing_broke(found, sampler, never_ended, jobs)
    assert list(discover.find_waiting(context, "inbox/", BRIEF)) == []
    assert sum(hits.values()) >= videos
