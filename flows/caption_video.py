"""One video, from key to delivery."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from socialcopy.models import DEFAULT_PLATFORMS, Brief, Delivery, Platform, Rejection
from tasks.authenticate import authenticate
from tasks.caption import request_captions
from tasks.claim import claim_video, holding
from tasks.conform import conform_video
from tasks.publish import publish_delivery
from tasks.render import render_master
from tasks.runtime.service import connected
from tasks.upload import open_session, upload_video
from tasks.validate import reject_video, validate_video


@flow(name="caption-video", flow_run_name="caption-{key}")
async def caption_video(
    key: str,
    instruction: str = "",
    platforms: tuple[Platform, ...] = DEFAULT_PLATFORMS,
    language: str = "",
    brief: Brief | None = None,
) -> Delivery | State[Any]:
    """Turn one video of the bucket into captions and MP4s.

    Args:
        key: where the video is in the bucket, for example inbox/launch.mp4
        instruction: a wish in words, for example "under 200 characters"; empty for the usual copy
        platforms: the networks to write for
        language: language of the copy such as en or de; empty for the language spoken
        brief: everything else the copy should know; a brief.yaml in the bucket goes over it
    """
    wishes = {"instruction": instruction, "platforms": platforms, "language": language or None}
    claim = await claim_video(key, (brief or Brief()).model_copy(update=wishes))
    if claim is None:
        return Completed(name="AlreadyDone", message=f"{key} is done or being worked on")
    async with holding(claim):
        media = await validate_video(claim)
        if isinstance(media, Rejection):
            await reject_video(claim, media)
            return Completed(name="Rejected", message=media.reason)
        with connected() as api_url:
            await authenticate(api_url)
            session = await open_session(claim, api_url)
            asset = await upload_video(claim, session, api_url)
            if isinstance(asset, Rejection):
                await reject_video(claim, asset)
                return Completed(name="Rejected", message=asset.reason)
            copy = await request_captions(claim, session, media, api_url)
            if isinstance(copy, Rejection):
                await reject_video(claim, copy)
                return Completed(name="Rejected", message=copy.reason)
            master = await render_master(claim, session, api_url)
        renditions = await conform_video(claim, master, copy)
        return await publish_delivery(claim, master, copy, renditions)
