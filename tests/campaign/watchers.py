"""Eight watchers in processes of their own, all after the same keys.

`python -m tests.campaign.watchers <folder> <prefix>` forks them; each lists, claims and delivers as
the pipeline does, with one small file in place of a video's work, and says what it claimed.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import sys
from pathlib import Path

from socialcopy import keys
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import discover
from socialcopy.storage import claims
from tests.campaign.forkserver import BRIEF
from tests.planted import bugs

WATCHERS = 8


def main(folder: Path, prefix: str) -> None:
    """Let all of them loose, and wait until the last one finds nothing more."""
    bugs.plant_from_environment()
    context = pickle.loads((folder / "pipeline.pickle").read_bytes()).context
    watchers = [_forked(context, prefix, number) for number in range(WATCHERS)]
    failed = [pid for pid in watchers if os.waitpid(pid, 0)[1]]
    sys.exit(len(failed))


def _forked(context: Context, prefix: str, number: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        claims.owner_name.cache_clear()
        _watch(context, prefix, random.Random(number))
        code = 0
    finally:
        os._exit(code)


def _watch(context: Context, prefix: str, lot: random.Random) -> None:
    while waiting := list(discover.find_waiting(context, prefix, BRIEF)):
        lot.shuffle(waiting)
        for source in waiting:
            job = claim_module.claim_video(context, source.key, BRIEF)
            if job is not None:
                os.write(1, f"{job.oid}\n".encode())
                with claim_module.holding(job):
                    deliver(job, source.etag.encode())


def deliver(job: Job, data: bytes) -> None:
    """The end of every job: files first, the manifest last."""
    file = job.folder.place("captions.json", data, "application/json")
    job.lease.guard()
    manifest = {
        "oid": job.oid,
        "source": job.source.model_dump(),
        "files": [file.model_dump()],
    }
    job.bucket.create(keys.manifest(job.claim.delivery_prefix), json.dumps(manifest).encode())
    job.lease.finish()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
