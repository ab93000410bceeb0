"""Keep looking; caption what is new."""

from __future__ import annotations

from prefect import flow, get_run_logger
from pydantic import PositiveInt

from flows.caption_video import caption_video
from socialcopy import keys
from socialcopy.heap import share_one_heap
from socialcopy.models import Brief, Prefix
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps.discover import InboxScanner
from tasks.discover import prepare, scan, wait_for_next_scan
from tasks.runtime.dispatch import Dispatcher
from tasks.runtime.hints import hints_coming_in
from tasks.runtime.runs import runs_of
from tasks.runtime.signals import draining, run_until_told
from tasks.runtime.telemetry import telemetry


@flow(name="watch-bucket", flow_run_name="watch-{prefix}")
async def watch_bucket(prefix: Prefix = keys.INBOX, scans: PositiveInt | None = None) -> None:
    """Watch a prefix and caption every video that appears there, a few at a time.

    Args:
        prefix: the folder of the bucket to watch
        scans: how many listings to make; none to go on until the run is cancelled
    """
    context, log = Context.from_environment(), get_run_logger()
    await prepare()
    log.info("watching %s every %g s", prefix, context.watch.interval_seconds)
    scanner = InboxScanner(context, prefix, Brief())
    with hints_coming_in() as hints, telemetry():
        async with runs_of(caption_video, context) as runs, Dispatcher(runs, log) as dispatcher:
            while scans is None or scans > 0:
                await scan(scanner, dispatcher)
                scans = scans and scans - 1
                await wait_for_next_scan(scanner, dispatcher, hints)
                if draining.is_set():
                    await dispatcher.drain()
                    return


def main() -> None:
    """Watch the inbox until a signal ends it."""
    share_one_heap()
    run_until_told(watch_bucket)


if __name__ == "__main__":
    main()
