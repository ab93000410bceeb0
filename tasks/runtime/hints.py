"""Where hints come from: a queue, a webhook, or nowhere."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager

from prefect import get_run_logger

from socialcopy.pipeline.webhooks import receiving
from socialcopy.settings import HintSettings, S3Settings
from socialcopy.storage.event_hints import Hints, QueueListener


@contextmanager
def hints_coming_in() -> Generator[Hints]:
    """Listen to what is configured for as long as the block lasts."""
    settings, hints = HintSettings(), Hints()
    with ExitStack() as open_doors:
        if settings.queue_url:
            listener = QueueListener(settings, S3Settings(), hints)
            listener.start()
            open_doors.callback(listener.stop)
        if settings.port is not None:
            url = open_doors.enter_context(receiving(settings, hints))
            get_run_logger().info("webhooks are received at %s", url)
        yield hints
