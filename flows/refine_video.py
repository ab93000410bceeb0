"""Another round on a delivered video, in words."""

# Annotations are no strings here: Prefect would look them up where the decorator was written.

from typing import Any

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed

from socialcopy.models import Delivery, Rejection, VideoKey, Wish
from socialcopy.nemovideo.routing import Route, route
from socialcopy.pipeline.steps.refine import brief_for
from tasks.authenticate import authenticate
from tasks.claim import claim_video, holding
from tasks.refine import (
    answer_directly,
    deliver_refined,
    ensure_video,
    find_delivery,
    request_edit,
    resume_session,
)
from tasks.runtime.service import at_service
from tasks.states import gone_is_an_outcome, name_parked, rejected


@flow(name="refine-video", flow_run_name="refine-{key}", on_failure=[name_parked])
@gone_is_an_outcome
async def refine_video(key: VideoKey, instruction: Wish) -> Delivery | State[Any]:
    """Change a delivered video or its captions, and deliver it once more.

    Args:
        key: where the video is in the bucket, for example inbox/launch.mp4
        instruction: what to change, for example "cut the first 5 seconds" or "make it punchier"
    """
    where = route(instruction)
    earlier = await find_delivery(key) if where is Route.MESSAGE else None
    async with at_service() as api_url:
        await authenticate(api_url)
        if earlier is None:
            return Completed(name="Answered", message=await answer_directly(key, where, api_url))
        claim = await claim_video(key, brief_for(earlier, instruction))
        if claim is None:
            return Completed(name="AlreadyDone", message=f"{key} is refined or being worked on")
        async with holding(claim):
            session = await resume_session(claim, api_url, earlier)
            refused = await ensure_video(claim, session, api_url)
            done = refused or await request_edit(claim, session, api_url, earlier)
            if isinstance(done, Rejection):
                return await rejected(claim, done)
            get_run_logger().info("%s", done.words)
            return await deliver_refined(claim, session, done, api_url)
