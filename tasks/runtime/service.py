"""The service's base URL."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError, concurrency

from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import OrchestratorAwayError
from socialcopy.pipeline.service_limits import service_limits
from socialcopy.service import service


@contextmanager
def connected() -> Generator[str]:
    """Yield the base URL of the service; an engine is started if none is configured."""
    context = Context.from_environment()
    with service(
        context.nemo, context.engine, context.speech, context.media, context.data
    ) as api_url:
        yield api_url


@asynccontextmanager
async def at_service() -> AsyncGenerator[str]:
    """Yield its base URL to a video, once there is a place for it under token and account.

    A limit that nobody made lets everybody in. Raises OrchestratorAwayError.
    """
    names = list(service_limits(Context.from_environment().nemo))
    with connected() as api_url:
        try:
            async with concurrency(names):
                yield api_url
        except ConcurrencySlotAcquisitionError as error:
            raise OrchestratorAwayError(str(error)) from error
