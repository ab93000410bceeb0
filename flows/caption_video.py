"""One video, from key to delivery."""

# Annotations are no strings here: Prefect would look them up where the decorator was written.

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from socialcopy.models import (
    DEFAULT_PLATFORMS,
    NO_DETAILS,
    Delivery,
    Details,
    Instruction,
    OptionalLanguage,
    Platforms,
    Rejection,
    VideoKey,
)
from tasks.authenticate import authenticate
from tasks.caption import request_captions
from tasks.claim import claim_video, holding
from tasks.conform import conform_video
from tasks.publish import publish_delivery
from tasks.render import render_master
from tasks.runtime.service import at_service
from tasks.states import gone_is_an_outcome, name_parked, rejected
from tasks.upload import open_session, upload_video
from tasks.validate import validate_video


@flow(name="caption-video", flow_run_name="caption-{key}", on_failure=[name_parked])
@gone_is_an_outcome
async def caption_video(
    key: VideoKey,
    platforms: Platforms = DEFAULT_PLATFORMS,
    instruction: Instruction = "",
    language: OptionalLanguage = "",
    brief: Details = NO_DETAILS,
) -> Delivery | State[Any]:
    """Turn one video of the bucket into captions and MP4s.

    Args:
        key: where the video is in the bucket, for example inbox/launch.mp4
        platforms: the networks to write for
        instruction: a wish in words, for example "under 200 characters"; empty for the usual copy
        language: language of the copy, such as en or pt-BR; empty for the language spoken
        brief: everything else the copy should know; a brief.yaml in the bucket goes over it
    """
    wishes = brief.with_wishes(platforms=platforms, instruction=instruction, language=language)
    claim = await claim_video(key, wishes)
    if claim is None:
        return Completed(name="AlreadyDone", message=f"{key} is done or being worked on")
    async with holding(claim):
        media = await validate_video(claim)
        if isinstance(media, Rejection):
            return await rejected(claim, media)
        async with at_service() as api_url:
            await authenticate(api_url)
            session = await open_session(claim, api_url)
            asset = await upload_video(claim, session, api_url)
            if isinstance(asset, Rejection):
                return await rejected(claim, asset)
            copy = await request_captions(claim, session, media, api_url)
            if isinstance(copy, Rejection):
                return await rejected(claim, copy)
            master = await render_master(claim, session, api_url)
        renditions = await conform_video(claim, master, copy)
        return await publish_delivery(claim, master, copy, renditions)
