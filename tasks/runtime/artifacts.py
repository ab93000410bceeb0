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

from socialcopy.copywriting.pages.markdown import captions_markdown
from socialcopy.models import Claim, Copy

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
    """The same with a bar in the Prefect UI; the function returned may be called by any thread."""
    log, loop = percent_logger(verb), asyncio.get_running_loop()
    bar, shown = await acreate_progress_artifact(0.0, description=f"{about}: {verb}"), [0]

    def report(percent: int) -> None:
        log(percent)
        if percent >= shown[0] + BAR_STEP_PERCENT:
            shown[0] = percent
            # Nobody waits for it: a bar that lags must not slow an encoder down, nor fail it.
            asyncio.run_coroutine_threadsafe(aupdate_progress_artifact(bar, float(percent)), loop)

    return report


async def show_captions(claim: Claim, copy: Copy, standing: str) -> None:
    """Make them an artifact of the run; shown again, they are its next version."""
    await acreate_markdown_artifact(
        markdown=captions_markdown(copy.captions),
        key=f"captions-{claim.oid}",
        description=f"Captions of {claim.source.key}, {standing}",
    )
