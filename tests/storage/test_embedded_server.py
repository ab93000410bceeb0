"""The store's parts start whichever ports they draw."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialcopy.storage import embedded_server
from socialcopy.storage.embedded_server import GRPC_OFFSET, EmbeddedServer


def ports_of(server: EmbeddedServer) -> list[int]:
    return [int(part.rpartition("=")[2]) for part in server.argv if ".port=" in part]


def test_no_part_draws_a_port_of_another_nor_its_grpc_twin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of six ports, so that draws collide; the server would refuse to start over one of them."""
    monkeypatch.setattr(embedded_server, "PORTS", 6)
    monkeypatch.setattr(embedded_server, "is_free", lambda port: port != 8_333)
    for start in range(20):
        ports = ports_of(EmbeddedServer(tmp_path / str(start)))
        drawn = [port for port in ports if port]
        twins = [port + GRPC_OFFSET for port in drawn]

        assert len({*drawn, *twins}) == 10
        assert max(twins) < 32_768
