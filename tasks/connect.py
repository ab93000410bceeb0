"""The service's base URL."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from socialcopy.service import service
from socialcopy.stages.workshop import Workshop


@contextmanager
def connected() -> Generator[str]:
    """Yield the base URL of the service; an engine is started if none is configured."""
    shop = Workshop.from_environment()
    with service(shop.nemo, shop.engine, shop.speech, shop.media, shop.data) as api_url:
        yield api_url
