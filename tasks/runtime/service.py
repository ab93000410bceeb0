"""The service's base URL."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from socialcopy.pipeline.context import Context
from socialcopy.service import service


@contextmanager
def connected() -> Generator[str]:
    """Yield the base URL of the service; an engine is started if none is configured."""
    context = Context.from_environment()
    with service(
        context.nemo, context.engine, context.speech, context.media, context.data
    ) as api_url:
        yield api_url
