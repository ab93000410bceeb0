"""Prefect's database as `socialcopy up` opens it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy
from prefect.server.database.configurations import AioSqliteConfiguration

from socialcopy.cli import prefect_server


async def cache_kb(path: Path) -> int:
    configuration = AioSqliteConfiguration(connection_url=f"sqlite+aiosqlite:///{path}")
    engine = await configuration.engine()
    async with engine.connect() as connection:
        found = await connection.execute(sqlalchemy.text("PRAGMA cache_size"))
        return -int(found.scalar_one())


def test_a_connection_keeps_four_megabytes_of_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = asyncio.run(cache_kb(tmp_path / "before.db"))
    monkeypatch.setattr(AioSqliteConfiguration, "setup_sqlite", prefect_server.with_small_cache)
    after = asyncio.run(cache_kb(tmp_path / "after.db"))

    assert after == prefect_server.CACHE_KB != before
