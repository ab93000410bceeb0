"""Progress of long work, as lines in the run's log and a bar among its artifacts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from prefect import get_run_logger
from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    aupdate_progress_artifact,
)

from socialcopy.copywriting.pages.markdown import captions_markdown, links_markdown
from socialcopy.models import CaptionSet, Claim, Delivery
from socialcopy.settings import ReviewSettings

STEP_PERCENT = 20
BAR_STEP_PERCENT = 5


def percent_logger(verb: str) -> Callable[[int], None]:
    """Say how far it is, at most once every twenty percent."""
    log, said = get_run_logger(), [0]

    def report(percent: int) -> None:
        if percent >= said[0] + STEP_PERCENT:
            said[0] = percent - percent % STEP_PERCENT
            log.info("%d %% %s", said[0], verb)

    return report


async def percent_bar(verb: str, about: str) -> Callable[[int], None]:
    """Show how far it is in a bar of the Prefect UI too; any thread may call what is returned."""
    log, loop = percent_logger(verb), asyncio.get_running_loop()
    bar, shown = await acreate_progress_artifact(0.0, description=f"{about}: {verb}"), [0]

    def report(percent: int) -> None:
        log(percent)
        if percent >= shown[0] + BAR_STEP_PERCENT:
            shown[0] = percent
            # Nobody waits for it: a bar that lags must not slow an encoder down, nor fail it.
            asyncio.run_coroutine_threadsafe(aupdate_progress_artifact(bar, float(percent)), loop)

    return report


async def show_captions(claim: Claim, captions: CaptionSet, standing: str) -> None:
    """Make captions an artifact of the run; shown again, they are its next version."""
    await acreate_markdown_artifact(
        markdown=captions_markdown(captions),
        key=f"captions-{claim.oid}",
        description=f"Captions of {claim.source.key}, {standing}",
    )


async def show_delivery(claim: Claim, delivery: Delivery) -> None:
    """Show the captions with the way to the review page and to each MP4.

    The links lead to the server that reads the bucket when they are opened, so they neither expire
    nor let anybody in who has only them.
    """
    links = links_markdown(delivery, ReviewSettings().url)
    await acreate_markdown_artifact(
        markdown=f"{links}\n\n{captions_markdown(delivery.captions)}",
        key=f"captions-{claim.oid}",
        description=f"Captions of {claim.source.key}, delivered to {delivery.prefix}",
    )
