"""The jobs that this process works on.

Prefect hands on their claims, which are small, picklable and hold no secret.
"""

from __future__ import annotations

from socialcopy.models import Claim
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job

_jobs: dict[tuple[str, int], Job] = {}


def keep(job: Job) -> Claim:
    """Keep a job for the tasks to come; its claim, by which they find it."""
    _jobs[job.oid, job.claim.epoch] = job
    return job.claim


def job_of(claim: Claim) -> Job:
    """Return the job of a claim; in a process that did not claim it, it is made of the settings."""
    kept = _jobs.get((claim.oid, claim.epoch))
    return kept or Job.resume(Context.from_environment(), claim)


def forget(job: Job) -> None:
    """Drop a job whose work has ended."""
    _jobs.pop((job.oid, job.claim.epoch), None)
