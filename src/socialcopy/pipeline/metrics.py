"""What Prometheus is told. No video is named: counts, ages, times and credits only."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Generator
from typing import ParamSpec, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_asgi_app
from starlette.applications import Starlette
from starlette.routing import Mount

from socialcopy.engine.api.origins import OWN_NAMES, own_pages_only
from socialcopy.engine.api.server import serve
from socialcopy.settings import OperationsSettings

P = ParamSpec("P")
R = TypeVar("R")

REGISTRY = CollectorRegistry()
"""Ours alone: Prefect's own metrics stay with Prefect."""

OUTCOMES = Counter(
    "socialcopy_videos", "Videos that ended, by outcome.", ["outcome"], registry=REGISTRY
)
STAGES = Histogram(
    "socialcopy_stage_seconds",
    "Time of a stage, failed ones included.",
    ["stage"],
    buckets=(0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000),
    registry=REGISTRY,
)
IN_HAND = Gauge("socialcopy_in_hand", "Videos this process works on.", registry=REGISTRY)
WAITING = Gauge("socialcopy_waiting", "Videos seen waiting by the last listing.", registry=REGISTRY)
OLDEST = Gauge(
    "socialcopy_waiting_oldest_seconds",
    "For how long this process has seen the oldest of them wait.",
    registry=REGISTRY,
)
LISTING = Gauge("socialcopy_listing_seconds", "Time of the last listing.", registry=REGISTRY)
CREDITS = Gauge("socialcopy_credits_available", "Credits of the account.", registry=REGISTRY)
SPENT = Counter("socialcopy_credits_spent", "Credits spent by this process.", registry=REGISTRY)


def measured(stage: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Time every call of a stage."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def timed(*args: P.args, **kwargs: P.kwargs) -> R:
            with STAGES.labels(stage).time():
                return function(*args, **kwargs)

        return timed

    return decorate


@contextlib.contextmanager
def served(settings: OperationsSettings) -> Generator[str | None]:
    """Serve the metrics for as long as the block lasts, where a port is set; yields their URL."""
    if settings.metrics_port is None:
        yield None
        return
    # On another address whoever collects them may call this machine anything.
    names = OWN_NAMES if settings.metrics_host in OWN_NAMES else ("*",)
    app = Starlette(routes=[Mount("/", make_asgi_app(REGISTRY))], middleware=own_pages_only(names))
    with serve(app, host=settings.metrics_host, port=settings.metrics_port) as url:
        yield f"{url}/metrics"
