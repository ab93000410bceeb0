"""What is told about the work while it goes on: log lines and metrics."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from prefect import get_run_logger

from socialcopy.pipeline import logs, metrics
from socialcopy.settings import OperationsSettings


@contextmanager
def telemetry() -> Generator[None]:
    """Log as the settings say, and serve metrics where they name a port."""
    settings = OperationsSettings()
    logs.set_up(settings)
    with metrics.served(settings) as url:
        if url:
            get_run_logger().info("metrics are served at %s", url)
        yield
