"""Another round on a delivered video, from the command line, without Prefect."""

from __future__ import annotations

from typing import Any

from socialcopy import keys
from socialcopy.models import Rejection
from socialcopy.nemovideo.routing import Route, route
from socialcopy.pipeline import client, outcomes
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.outcomes import Outcome, outcome_of
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import refine as refine_module
from socialcopy.pipeline.steps.earlier import Earlier, earlier_delivery
from socialcopy.settings import S3Settings


def refine(settings: S3Settings, name: str, instruction: str) -> Outcome | str:
    """Change a delivered video; what became of it, or an answer where nothing is to be done.

    Raises NothingDeliveredError, before anything is started.
    """
    context = Context.from_environment().model_copy(update={"s3": settings})
    key, where = keys.key_of(name), route(instruction)
    earlier = earlier_delivery(context, key) if where is Route.MESSAGE else None
    with context.service() as api_url:
        client.authenticate(context, api_url)
        if earlier is None:
            return refine_module.answer(context, key, where, api_url)
        job = claim_module.claim_video(context, key, refine_module.brief_for(earlier, instruction))
        if job is None:
            return "This wish was carried out before, or somebody is at it."
        with claim_module.holding(job):
            _walk(job, earlier, api_url)
    outcome = outcome_of(context.bucket, job.key, job.oid)
    return outcome or "The video has changed meanwhile; try again."


def _walk(job: Job, earlier: Earlier, api_url: str) -> None:
    """Take an edit through the stages, as in flows/refine_video.py."""
    session = refine_module.resume_session(job, api_url, earlier)
    refused = refine_module.ensure_video(job, session, api_url)
    done = refused or refine_module.request_edit(job, session, api_url, earlier)
    if isinstance(done, Rejection):
        outcomes.reject(job, done)
        return
    refine_module.deliver(job, session, done, api_url)


def account() -> dict[str, Any]:
    """Tell which service is used, as whom, and its credits."""
    context = Context.from_environment()
    with context.service() as api_url:
        return refine_module.account(context, api_url)
