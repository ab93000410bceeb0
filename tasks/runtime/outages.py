"""Prefect's own outages, told apart from what is wrong with a video."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from socialcopy.nemovideo.transport import is_outage
from socialcopy.pipeline.errors import OrchestratorAwayError

UNREACHABLE = "Failed to reach API"
"""How Prefect's client begins the RuntimeError that it raises over a server it can't ask."""


@contextmanager
def translate_outages() -> Generator[None]:
    """Raise OrchestratorAwayError for whatever shows that Prefect's server or database is away.

    Prefect speaks by httpx too, and our own clients let none of its errors out: one that arrives
    here is Prefect's.
    """
    try:
        yield
    except Exception as error:
        if is_outage(error) or _is_unreachable(error):
            raise OrchestratorAwayError(str(error) or type(error).__name__) from error
        raise


def _is_unreachable(error: Exception) -> bool:
    return isinstance(error, RuntimeError) and str(error).startswith(UNREACHABLE)
