"""What an engine says of itself to whoever sends it work: enough to do, or not ready yet."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from socialcopy.engine.agent import Agent, Message, Project
from socialcopy.engine.events import Said, Step
from socialcopy.nemovideo.errors import RateLimitError
from socialcopy.settings import MediaSettings, SpeechSettings
from tests.conftest import until
from tests.engine.servers import EngineServer


class HeldAgent(Agent):
    """Answers nothing until it may."""

    def __init__(self, folder: Path) -> None:
        super().__init__(SpeechSettings(), MediaSettings(), folder)
        self.may = threading.Event()

    def answer(
        self, message: Message, project: Project, stopping: threading.Event
    ) -> Iterator[Step]:
        self.may.wait()
        yield Said("Done.")

    def load(self) -> None:
        self.may.wait()

    def close(self) -> None:
        self.may.set()


def test_a_message_too_many_is_refused_with_a_time_and_not_charged(engine: EngineServer):
    agent = HeldAgent(engine.folder)
    engine.serve(agent=agent, concurrency=1, max_waiting=1, message_cost_credits=1)
    nemo = engine.client()
    sessions = [nemo.open_session() for _ in range(3)]
    before = nemo.credits().available

    with ThreadPoolExecutor(2) as pool:
        taken = [pool.submit(nemo.send, session, "Hello.") for session in sessions[:2]]
        until(lambda: nemo.credits().available == before - 2)
        with pytest.raises(RateLimitError) as refused:
            nemo.send(sessions[2], "Hello.")
        agent.may.set()
        assert [message.result() is not None for message in taken] == [True, True]

    assert refused.value.retry_after_seconds == 15
    nemo.send(sessions[2], "Hello.")
    assert nemo.credits().available == before - 3


@pytest.mark.parametrize(("preload", "at_first"), [(True, 503), (False, 200)])
def test_an_engine_that_loads_its_models_first_is_ready_when_they_are_there(
    engine: EngineServer, preload: bool, at_first: int
):
    agent = HeldAgent(engine.folder)
    ready = f"{engine.serve(agent=agent, preload=preload)}/readyz"

    assert httpx.get(ready).status_code == at_first
    assert httpx.get(f"{engine.url}/api/service").status_code == 200
    agent.may.set()
    until(lambda: httpx.get(ready).status_code == 200)
