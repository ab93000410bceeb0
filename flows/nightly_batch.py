"""A prefix, in order, within a budget, with a report."""

from __future__ import annotations

from typing import Annotated

from prefect import flow
from pydantic import Field, NonNegativeInt

from flows.caption_video import caption_video
from socialcopy import keys
from socialcopy.models import Brief, Instruction, Prefix
from socialcopy.pipeline.steps.batch import BatchReport
from socialcopy.policies import MOST_CREDITS
from tasks.batch import begin_batch, in_order, publish_report
from tasks.discover import apply_policies


@flow(name="nightly-batch", flow_run_name="batch-{prefix}")
async def nightly_batch(
    prefix: Prefix = keys.NIGHTLY,
    instruction: Instruction = "",
    credit_ceiling: Annotated[NonNegativeInt, Field(le=MOST_CREDITS)] | None = None,
) -> BatchReport:
    """Caption every video under a prefix that is not done yet, and report on each.

    Args:
        prefix: the folder of the bucket to work through
        instruction: a wish in words that holds for every video; empty for the usual copy
        credit_ceiling: credits the prefix may spend today; none for what socialcopy.toml says
    """
    night = await begin_batch(prefix, credit_ceiling)
    lines = await in_order(caption_video, prefix, Brief(instruction=instruction))
    await apply_policies(prefix)
    return await publish_report(night.model_copy(update={"lines": lines}))
