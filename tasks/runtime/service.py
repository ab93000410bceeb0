"""The service's base URL."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, asynccontextmanager

from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError, concurrency

from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import OrchestratorAwayError
from socialcopy.pipeline.service_limits import service_limits


def connected() -> AbstractContextManager[str]:
    """Open the service: its base URL; an engine is started if none is configured."""
    return Context.from_environment().service()


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
