"""Keep looking; caption what is new."""

from __future__ import annotations

import asyncio

from prefect import flow, get_run_logger

from flows.caption_video import caption_video
from socialcopy import keys
from socialcopy.models import Brief
from socialcopy.settings import WatchSettings
from tasks.discover import look
from tasks.dispatch import Dispatcher


@flow(name="watch-bucket", flow_run_name="watch-{prefix}")
async def watch_bucket(prefix: str = keys.INBOX, scans: int | None = None) -> None:
    """Watch a prefix and caption every video that appears there, a few at a time.

    Args:
        prefix: the folder of the bucket to watch
        scans: how many listings to make; none to go on until the run is cancelled
    """
    watch, log = WatchSettings(), get_run_logger()
    log.info("watching %s every %g s", prefix, watch.interval_seconds)
    async with Dispatcher(caption_video, watch.concurrency, log) as dispatcher:
        while scans is None or scans > 0:
            for source in await look(prefix, Brief()):
                dispatcher.start(source)
            scans = scans and scans - 1
            await asyncio.sleep(watch.interval_seconds)


if __name__ == "__main__":
    asyncio.run(watch_bucket())
