"""What SIGTERM and SIGINT mean to a process that runs one long flow.

Prefect takes SIGTERM for a crash wherever a flow runs on the main thread. So the flow runs on a
thread of its own, and the main thread hears the signals: SIGTERM lets what is in hand finish,
SIGINT (and a second SIGTERM) lets go of it at once. Either way claims are given back.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any

draining = threading.Event()
"""Set when this process has been asked to finish what it has begun."""


def run_until_told(flow: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Run a flow to its end, or to the end a signal gives it."""
    run = _Run(flow)
    signal.signal(signal.SIGINT, run.let_go)
    signal.signal(signal.SIGTERM, run.drain)
    run.start()
    while run.is_alive():  # a join without a timeout would hear no signal
        run.join(0.2)
    if run.failure is not None:
        raise run.failure


class _Run(threading.Thread):
    def __init__(self, flow: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        super().__init__(name="flow")
        self._flow = flow
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[Any] | None = None
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._begin())
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001  (told on the main thread)
            self.failure = error

    async def _begin(self) -> None:
        self._loop, self._main = asyncio.get_running_loop(), asyncio.current_task()
        await self._flow()

    def drain(self, sign: int, frame: FrameType | None) -> None:
        if draining.is_set():
            self.let_go(sign, frame)
        draining.set()

    def let_go(self, _sign: int, _frame: FrameType | None) -> None:
        if self._loop and self._main:
            self._loop.call_soon_threadsafe(self._main.cancel)
