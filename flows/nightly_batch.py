"""A prefix, in order, with a report."""

from __future__ import annotations

from prefect import flow, get_run_logger

from flows.caption_video import caption_video
from socialcopy import keys
from socialcopy.models import Brief
from socialcopy.settings import WatchSettings
from tasks.discover import find_waiting
from tasks.report import BatchReport, in_order


@flow(name="nightly-batch", flow_run_name="batch-{prefix}")
async def nightly_batch(prefix: str = keys.NIGHTLY, instruction: str = "") -> BatchReport:
    """Caption every video under a prefix that is not done yet, and report on each.

    Args:
        prefix: the folder of the bucket to work through
        instruction: a wish in words that holds for every video; empty for the usual copy
    """
    brief = Brief(instruction=instruction)
    videos = await find_waiting(prefix, brief)
    get_run_logger().info("%d videos wait under %s", len(videos), prefix)
    report = await in_order(caption_video, videos, brief, WatchSettings().concurrency)
    await report.publish()
    return report
