"""A bucket somebody watches, and nothing of this machine's own settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from socialcopy.environment import Settings
from socialcopy.settings import S3Settings
from socialcopy.storage.bucket import Bucket


@pytest.fixture
def environment(
    bucket: Bucket, store: S3Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """The variables of a user whose bucket is this test's, with folders of the test's own."""
    known = {name for settings in Settings.__subclasses__() for name in settings.variables()}
    for name in known & set(os.environ):
        monkeypatch.delenv(name)
    assert store.secret_access_key
    given = {
        "S3_ENDPOINT_URL": str(store.endpoint_url),
        "S3_BUCKET": bucket.name,
        "S3_ACCESS_KEY_ID": str(store.access_key_id),
        "S3_SECRET_ACCESS_KEY": store.secret_access_key.get_secret_value(),
        "SOCIALCOPY_DATA_DIR": str(tmp_path / "data"),
        "SOCIALCOPY_CACHE_DIR": str(tmp_path / "cache"),
        "LLM_FOLDER": str(tmp_path / "models"),
        "COLUMNS": "200",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return monkeypatch
