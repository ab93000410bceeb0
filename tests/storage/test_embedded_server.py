"""The store's parts start whichever ports they draw, and whoever else draws meanwhile."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from socialcopy.storage import embedded_server
from socialcopy.storage.embedded_server import GRPC_OFFSET, EmbeddedServer, draw, free_port, hold

ANOTHER_PROCESS = """
import sys
from socialcopy.storage.embedded_server import hold
with hold(int(sys.argv[1])):
    pass
"""


def ports_of(server: EmbeddedServer) -> list[int]:
    return [int(part.rpartition("=")[2]) for part in server.argv if ".port=" in part]


def test_stores_made_at_the_same_moment_share_no_port_nor_grpc_twin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of forty ports, so that draws collide; a server would refuse to start over one of them."""
    monkeypatch.setattr(embedded_server, "PORTS", 40)
    with contextlib.ExitStack() as held:
        drawn: list[int] = []
        for start in range(5):
            server = EmbeddedServer(tmp_path / str(start), port=draw(held))
            held.callback(server.clear)
            drawn += [port for port in ports_of(server) if port]
        numbers = {*drawn, *(port + GRPC_OFFSET for port in drawn)}

    assert len(numbers) == 5 * 5 * 2
    assert max(numbers) < 32_768


@pytest.mark.parametrize("offset", [0, GRPC_OFFSET])
def test_a_port_that_another_process_holds_is_in_use_until_it_lets_go(offset: int):
    port = free_port()
    argv = [sys.executable, "-c", ANOTHER_PROCESS, str(port)]
    with hold(port + offset):
        refused = subprocess.run(argv, check=False, capture_output=True, text=True)
    given = subprocess.run(argv, check=False)

    assert "Address already in use" in refused.stderr
    assert given.returncode == 0
