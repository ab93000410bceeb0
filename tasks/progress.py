"""Progress of long work, as lines in the run's log."""

from __future__ import annotations

from collections.abc import Callable

from prefect import get_run_logger

STEP_PERCENT = 20


def percent_logger(verb: str) -> Callable[[int], None]:
    """Say how far it is, at most once every twenty percent."""
    log, said = get_run_logger(), [0]

    def report(percent: int) -> None:
        if percent >= said[0] + STEP_PERCENT:
            said[0] = percent - percent % STEP_PERCENT
            log.info("%d %% %s", said[0], verb)

    return report
