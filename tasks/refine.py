"""Another round on a delivered video."""

from __future__ import annotations

import asyncio
from typing import Any

from prefect import get_run_logger, task

from socialcopy.models import Claim, Delivery, Rejection, Session
from socialcopy.nemovideo.routing import Route
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps import refine
from socialcopy.pipeline.steps.earlier import Earlier, earlier_delivery
from socialcopy.pipeline.steps.refine import Refinement
from tasks.runtime.artifacts import percent_logger, show_delivery
from tasks.runtime.jobs import job_of
from tasks.runtime.retries import FREE


@task(task_run_name="find-delivery-{key}", timeout_seconds=120, **FREE)
async def find_delivery(key: str) -> Earlier:
    """Find the newest delivery of a video, which the refinement starts from."""
    return await asyncio.to_thread(earlier_delivery, Context.from_environment(), key)


@task(task_run_name="answer-{where}", timeout_seconds=300, **FREE)
async def answer_directly(key: str, where: Route, api_url: str) -> str:
    """Ask an endpoint instead of the agent; nothing is sent and nothing is paid."""
    context = Context.from_environment()
    return await asyncio.to_thread(refine.answer, context, key, where, api_url)


@task(task_run_name="resume-session", timeout_seconds=300, **FREE)
async def resume_session(claim: Claim, api_url: str, earlier: Earlier) -> Session:
    """Go on in the session the delivery was made in, or open another one. Free."""
    return await asyncio.to_thread(refine.resume_session, job_of(claim), api_url, earlier)


@task(task_run_name="ensure-video", timeout_seconds=1_800, **FREE)
async def ensure_video(claim: Claim, session: Session, api_url: str) -> Rejection | None:
    """Upload the video, unless the session has it. Free."""
    return await asyncio.to_thread(refine.ensure_video, job_of(claim), session, api_url)


@task(task_run_name="edit-{claim.source.key}", retries=0, timeout_seconds=2_400)
async def request_edit(
    claim: Claim, session: Session, api_url: str, earlier: Earlier
) -> Refinement | Rejection:
    """Send the wish. No retries: sending again could charge again."""
    job, log = job_of(claim), get_run_logger()
    return await asyncio.to_thread(refine.request_edit, job, session, api_url, earlier, log.info)


@task(task_run_name="deliver-{claim.source.key}", timeout_seconds=7_200, **FREE)
async def deliver_refined(
    claim: Claim, session: Session, refinement: Refinement, api_url: str
) -> Delivery:
    """Render the edited draft, make the networks' MP4s and publish. Free; safe to repeat."""
    job, progress = job_of(claim), percent_logger("encoded")
    delivery = await asyncio.to_thread(refine.deliver, job, session, refinement, api_url, progress)
    await show_delivery(claim, delivery)
    return delivery


@task(task_run_name="account", timeout_seconds=300, **FREE)
async def read_account(api_url: str) -> dict[str, Any]:
    """Return credits and links; no token is in the result."""
    return await asyncio.to_thread(refine.account, Context.from_environment(), api_url)
