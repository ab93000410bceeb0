"""Log lines for machines: one JSON object each, with the id of the video that is worked on."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Generator
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

from socialcopy.models import Claim
from socialcopy.settings import OperationsSettings

_claim: ContextVar[Claim | None] = ContextVar("claim", default=None)

FIELDS = "%(levelname)s %(name)s %(message)s"
SILENT = ("prefect", "uvicorn")
"""Loggers with handlers of their own, whose lines would otherwise be told twice."""


@contextlib.contextmanager
def about(claim: Claim) -> Generator[None]:
    """Mark every line logged in this block, and on threads it starts tasks on, by its video."""
    token = _claim.set(claim)
    try:
        yield
    finally:
        _claim.reset(token)


class AboutVideo(logging.Filter):
    """Adds `oid` and `key` of the video at hand to a record; null where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through, with what is known."""
        claim = _claim.get()
        record.oid = claim.oid if claim else None
        record.key = claim.source.key if claim else None
        return True


def set_up(settings: OperationsSettings) -> None:
    """Write all lines of this process as JSON to standard error, if that is asked for."""
    if settings.log_format != "json":
        return
    handler = logging.StreamHandler()
    handler.addFilter(AboutVideo())
    handler.setFormatter(
        JsonFormatter(FIELDS, timestamp=True, rename_fields={"levelname": "level"})
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(min(root.level or logging.INFO, logging.INFO))
    for name in list(logging.Logger.manager.loggerDict):
        if name.startswith(SILENT):
            _send_on(logging.getLogger(name), handler)


def _send_on(logger: logging.Logger, ours: logging.Handler) -> None:
    """Let a logger that prints for itself print through us; what it tells a server goes on."""
    prints = [h for h in logger.handlers if isinstance(h, logging.StreamHandler)]
    for printing in prints:
        logger.removeHandler(printing)
    if prints or not logger.propagate:
        logger.addHandler(ours)
        logger.propagate = False
