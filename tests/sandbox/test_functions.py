"""A parser in a process of its own stalls nobody, fills no memory and reads nobody's files."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from socialcopy.sandbox import client
from socialcopy.sandbox.errors import CallError
from socialcopy.sandbox.functions import CallLimits, confined
from tests.conftest import ROOT, processes, until

LIMITS = CallLimits(memory_bytes=200_000_000, result_bytes=1_000_000)


class Complaint(Exception):
    """What a parser tells its caller on purpose."""

    def __init__(self, place: str, line: int) -> None:
        super().__init__(place, line)


def repeated(text: str, times: int) -> str:
    return text * times


def complaining(place: str, line: int) -> None:
    raise Complaint(place, line)


def backtracking(text: str) -> bool:
    return bool(re.fullmatch(r"(a+)+b", text))


def hoarding(size_bytes: int) -> int:
    return len(bytearray(size_bytes))


def crashing() -> None:
    os._exit(3)


def lying() -> int:
    return "text"  # pyright: ignore[reportReturnType]


def forging(answer: bytes) -> int:
    """What a taken-over parser would do: answer by itself, and be gone."""
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(number, answer)
    os._exit(0)


def open_files() -> list[int]:
    found: list[int] = []
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            os.fstat(number)
            found.append(number)
    return found


def reading(path: str) -> str:
    return Path(path).read_text()


def writing(path: str) -> int:
    return Path(path).write_text("x")


def connecting(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        return True


def forking() -> int:
    return os.fork()


def signalling(process: int) -> None:
    os.kill(process, signal.SIGTERM)


def environment() -> dict[str, str]:
    return dict(os.environ)


@pytest.fixture(scope="module", autouse=True)
def _found_by_name():
    """The fork server looks for modules where the library is; here tests are found too."""
    roots, client.ROOTS = client.ROOTS, (*client.ROOTS, ROOT)
    client.close()
    yield
    client.ROOTS = roots
    client.close()


def test_a_result_is_what_the_function_returned():
    assert confined(repeated, LIMITS)("ab", times=3) == "ababab"


def test_an_expected_error_comes_back_as_it_was():
    with pytest.raises(Complaint) as raised:
        confined(complaining, LIMITS, expected=(Complaint,))("here", 7)

    assert raised.value.args == ("here", 7)


def test_any_other_error_says_what_it_was():
    with pytest.raises(CallError, match="raised Complaint"):
        confined(complaining, LIMITS)("here", 7)


@pytest.mark.parametrize("limits", [CallLimits(wall_seconds=1), CallLimits(cpu_seconds=1)])
def test_a_function_that_never_ends_is_killed_at_its_limit(limits: CallLimits):
    with pytest.raises(CallError, match="longer than 1 s"):
        confined(backtracking, limits)("a" * 60)


def test_a_function_that_takes_too_much_memory_fails_alone():
    with pytest.raises(CallError, match="needs more memory"):
        confined(hoarding, LIMITS)(2_000_000_000)


def test_a_result_that_is_too_large_is_not_taken():
    with pytest.raises(CallError, match="returned more"):
        confined(repeated, LIMITS)("x", 5_000_000)


def test_a_crash_is_an_error():
    with pytest.raises(CallError, match="died"):
        confined(crashing, LIMITS)()


def test_a_result_of_another_kind_is_refused():
    with pytest.raises(CallError):
        confined(lying, LIMITS)()


@pytest.mark.parametrize("attempt", ["read", "write", "connect", "fork", "signal"])
def test_it_reaches_nothing_of_this_machine(tmp_path: Path, attempt: str):
    (tmp_path / "secret").write_text("canary")
    with socket.create_server(("127.0.0.1", 0)) as server:
        attempts: dict[str, tuple[Any, Any]] = {
            "read": (reading, str(tmp_path / "secret")),
            "write": (writing, str(tmp_path / "written")),
            "connect": (connecting, server.getsockname()[1]),
            "fork": (forking, None),
            "signal": (signalling, os.getpid()),
        }
        function, argument = attempts[attempt]
        arguments = () if argument is None else (argument,)
        with pytest.raises(CallError, match=r"Error"):
            confined(function, LIMITS)(*arguments)
    assert not (tmp_path / "written").exists()


@pytest.mark.parametrize(
    "answer",
    [b"![-9, []]", b"![9, []]", b"![0, []]", b'![0, ["x", 1, 2]]', b"!{}", b"=\xff", b"=NaN",
     b"=" + b"[" * 100_000, b"=1e999", b"\x80\x04N.", b'={"a": ' * 9_000],
)  # fmt: skip
def test_a_forged_answer_is_no_answer(answer: bytes):
    with pytest.raises(CallError):
        confined(forging, LIMITS, (Complaint,))(answer)


def test_it_holds_no_file_but_the_one_it_answers_on():
    assert len(confined(open_files, LIMITS)()) == 1


def test_it_is_given_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("S3_SECRET_ACCESS_KEY", "canary")
    client.close()

    assert "canary" not in confined(environment, LIMITS)().values()


def fork_servers() -> list[int]:
    """The fork servers of this process, which are its children."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [int(child) for child in children if int(child) in processes("sandbox.server")]


def test_a_killed_fork_server_is_replaced():
    confined(repeated, LIMITS)("a", 1)
    for process in fork_servers():
        os.kill(process, signal.SIGKILL)

    assert confined(repeated, LIMITS)("a", 2) == "aa"


def test_calls_from_many_threads_get_their_own_answers():
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda n: confined(repeated, LIMITS)(str(n), 2), range(40))

        assert list(answers) == [str(n) * 2 for n in range(40)]


def test_a_child_of_ours_starts_fork_servers_of_its_own():
    confined(repeated, LIMITS)("a", 1)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(writing, confined(repeated, LIMITS)("a", 3).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    os.close(writing)

    assert os.read(reading, 10) == b"aaa"
    os.close(reading)
    assert confined(repeated, LIMITS)("a", 4) == "aaaa"


def test_nothing_runs_on_when_whoever_asked_is_killed():
    """Not even what has not come to its limit yet."""
    script = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from socialcopy.sandbox import client; client.ROOTS = sys.argv[1:]\n"
        "from tests.sandbox import test_functions as module\n"
        "print('ready', flush=True)\n"
        "module.confined(module.backtracking, module.LIMITS)('a' * 60)\n"
    )
    roots = [str(root) for root in client.ROOTS]
    with subprocess.Popen([sys.executable, "-c", script, *roots], stdout=subprocess.PIPE) as asking:
        assert asking.stdout is not None
        asking.stdout.readline()
        family = until(lambda: len(found := descendants(asking.pid)) >= 2 and found)
        asking.kill()

    until(lambda: not any(Path(f"/proc/{process}").exists() for process in family))


def descendants(process: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    found: list[int] = []
    for children in Path("/proc").glob(f"{process}/task/*/children"):
        for child in map(int, children.read_text().split()):
            found += [child, *descendants(child)]
    return found
