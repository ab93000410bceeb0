"""The model's server is a child: lazy, kept from other users, and gone with its starter."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from socialcopy.copywriting.writers.chat import ask
from socialcopy.copywriting.writers.language_model import write_with_model
from socialcopy.copywriting.writers.write import write
from socialcopy.local_models.choice import Choice, choose, chosen
from socialcopy.local_models.endpoints import Endpoints
from socialcopy.local_models.errors import LocalModelError, ModelMissingError
from socialcopy.local_models.server import ModelServer
from socialcopy.models import Brief, CaptionSet, Platform
from socialcopy.settings import ModelSettings
from tests.conftest import until
from tests.copywriting.conftest import PRODUCT, spoken
from tests.local_models.conftest import Made

Chosen = Callable[..., ModelSettings]
POST = {
    "lines": [{"text": "Every report updates by itself.", "points": [4]}],
    "hashtags": ["Brightline"],
}
FOR_TWO = Brief(platforms=(Platform.X, Platform.LINKEDIN))


def server(path: Path, tmp_path: Path) -> ModelServer:
    return ModelServer("small", path, log_folder=tmp_path / "models", threads=1)


def process_id(server: ModelServer) -> int:
    """The number of its child."""
    assert server._process is not None
    return server._process.pid


def is_alive(process_id: int) -> bool:
    """Whether it runs; one that nobody has waited for does not."""
    with contextlib.suppress(OSError):
        return " Z " not in Path(f"/proc/{process_id}/stat").read_text()
    return False


def test_a_model_is_loaded_when_it_is_first_asked_and_once(model_file: Made, tmp_path: Path):
    with contextlib.closing(_Stopped(server(model_file(answer="yes"), tmp_path))) as one:
        assert one.server._process is None

        first, second = one.server.endpoint(), one.server.endpoint()

        assert first == second
        assert ask(first, [], {}, seconds=30, most_tokens=9) == "yes"


class _Stopped:
    def __init__(self, started: ModelServer) -> None:
        self.server = started

    def close(self) -> None:
        self.server.stop()


def test_it_answers_nobody_without_the_key(model_file: Made, tmp_path: Path):
    with contextlib.closing(_Stopped(server(model_file(answer="yes"), tmp_path))) as one:
        stranger = one.server.endpoint().model_copy(update={"api_key": None})

        with pytest.raises(Exception, match="HTTP 401"):
            ask(stranger, [], {}, seconds=30, most_tokens=9)


def test_the_key_is_in_no_command_line(model_file: Made, tmp_path: Path):
    with contextlib.closing(_Stopped(server(model_file(answer="yes"), tmp_path))) as one:
        key = one.server.endpoint().api_key
        line = Path(f"/proc/{process_id(one.server)}/cmdline").read_text()

        assert key is not None
        assert key.get_secret_value() not in line


def test_one_that_was_killed_is_started_again(model_file: Made, tmp_path: Path):
    with contextlib.closing(_Stopped(server(model_file(answer="yes"), tmp_path))) as one:
        first = one.server.endpoint()
        killed = process_id(one.server)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        # Its first thread is a zombie before the others have ended, and only then can it be
        # waited for.
        os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)

        second = one.server.endpoint()

        assert process_id(one.server) != killed
        assert ask(second, [], {}, seconds=30, most_tokens=9) == "yes"
        assert first.api_key == second.api_key


STARTER = """
import sys, time
from pathlib import Path
from socialcopy.local_models.server import ModelServer
server = ModelServer("small", Path(sys.argv[1]), log_folder=Path(sys.argv[2]), threads=1)
server.endpoint()
print(server._process.pid, flush=True)
time.sleep(600)
"""


def test_it_ends_with_its_starter_however_that_ends(model_file: Made, tmp_path: Path):
    argv = [sys.executable, "-c", STARTER, str(model_file(answer="yes")), str(tmp_path)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        child = int(starter.stdout.readline())
        assert is_alive(child)

        starter.kill()

        until(lambda: not is_alive(child))


def test_a_file_that_is_no_model_is_told_with_the_log(model_file: Made, tmp_path: Path):
    path = model_file()
    path.write_bytes(b"no model")

    with pytest.raises(LocalModelError, match=r"llama\.log"):
        server(path, tmp_path).endpoint()


def test_a_file_that_is_gone_is_told_with_what_fetches_it(tmp_path: Path, model_file: Made):
    with pytest.raises(ModelMissingError, match="socialcopy model get small"):
        server(tmp_path / "gone.gguf", tmp_path).endpoint()


def written(settings: ModelSettings) -> CaptionSet:
    endpoints = Endpoints(settings)
    with contextlib.closing(endpoints):
        return write_with_model(spoken(PRODUCT), FOR_TWO, settings, endpoints.for_writing)


def test_the_chosen_model_writes_and_the_notes_say_so(chosen_model: Chosen):
    captions = written(chosen_model(answer=POST))

    for caption in captions.captions:
        assert caption.text.startswith("Every report updates by itself.\n\n")
        assert caption.text.endswith("\n\n#Brightline")
    assert captions.notes[-1].startswith("Written by the language model small")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ({"answer": "blah"}, "no post"),
        ({"answer": {"lines": [{"text": "Zxq vrrt.", "points": []}]}}, "could not be proven"),
        ({"dies": True}, "at the endpoint"),
    ],
    ids=["rubbish", "invention", "killed in the middle"],
)
def test_whatever_the_model_does_the_editor_has_posts(
    chosen_model: Chosen, script: dict[str, object], reason: str
):
    captions = written(chosen_model(**script))

    assert captions.captions == write(spoken(PRODUCT), FOR_TWO).captions
    assert captions.notes[-1].startswith("Written by the built-in editor, without a language model")
    assert reason in captions.notes[-1]


def test_one_that_is_too_slow_is_not_waited_for(chosen_model: Chosen):
    began = time.monotonic()

    captions = written(chosen_model({"budget_seconds": 1.0}, answer=POST, seconds=60))

    assert time.monotonic() - began < 50
    assert captions.captions == write(spoken(PRODUCT), FOR_TWO).captions
    assert "time was up" in captions.notes[-1]


def test_one_whose_trial_took_longer_than_there_is_time_is_not_asked(chosen_model: Chosen):
    settings = chosen_model(answer=POST)
    choice = chosen(settings.folder)
    assert choice is not None
    choose(settings.folder, choice.model_copy(update={"seconds_per_post": 900.0}))

    assert "about 900 s" in written(settings).notes[-1]


def test_without_llama_cpp_the_editor_writes_and_says_what_to_install(tmp_path: Path):
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF")
    choose(tmp_path, Choice(name="small", path=str(path)))

    note = written(ModelSettings(folder=tmp_path)).notes[-1]

    assert "socialcopy[model]" in note or "did not load" in note  # it is here, for other tests


def test_going_back_ends_the_server(chosen_model: Chosen):
    settings = chosen_model(answer=POST)
    endpoints = Endpoints(settings)
    with contextlib.closing(endpoints):
        endpoints.endpoint()
        running = endpoints.server
        assert running is not None
        child = process_id(running)
        choose(settings.folder, None)

        assert endpoints.endpoint() is None
        until(lambda: not is_alive(child))
