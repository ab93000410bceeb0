"""Files of `socialcopy up` that are damaged: named with what to do, and none of them lets in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from socialcopy.cli import login
from socialcopy.cli.review_server import secret_of
from socialcopy.cli.stack import store_of_running_stack
from socialcopy.local_files import CorruptFileError
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.settings import DataSettings, NemoVideoSettings
from socialcopy.storage.embedded_server import EmbeddedServer
from tests.conftest import own_folders

ENGINE = "http://192.0.2.1"
"""A service that is asked nothing here."""


@pytest.fixture
def data(tmp_path: Path) -> DataSettings:
    return own_folders(tmp_path)


def keys_of_store(data: DataSettings) -> None:
    EmbeddedServer(data.data_dir / "s3", port=1).clear()


def token(data: DataSettings) -> None:
    TokenStore(data.data_dir, NemoVideoSettings()).token(ENGINE)


def an_empty_key(path: Path) -> None:
    path.write_text('{"accessKey": "", "secretKey": ""}')


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "blanks": lambda path: path.write_bytes(b" \n" * 40),
    "zeros": lambda path: path.write_bytes(bytes(20)),
    "noise": lambda path: path.write_bytes(bytes(range(250, 255))),
    "a list": lambda path: path.write_bytes(b"[1]"),
    "deep": lambda path: path.write_bytes(b"[" * 100_000),
    "a folder": lambda path: path.mkdir(),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "an empty key": an_empty_key,
    "wrong kinds": lambda path: path.write_text(json.dumps({"store": {"S3_BUCKET": [1]}})),
}
FILES: dict[str, Callable[[DataSettings], object]] = {
    "stack.json": store_of_running_stack,
    "pages.key": secret_of,
    "s3/credentials.json": keys_of_store,
    "nemovideo/client_id": token,
    "nemovideo/token.key": token,
}
SOUND = {
    *(("pages.key", damage) for damage in ("an empty key", "wrong kinds", "deep")),
    ("nemovideo/client_id", "a list"),
}
"""What such a file may hold: any forty letters make a key."""
CASES = [(file, damage) for file in FILES for damage in DAMAGES if (file, damage) not in SOUND]


@pytest.mark.parametrize(("file", "damage"), CASES)
def test_a_damaged_file_is_named_in_a_sentence_with_what_to_do(
    data: DataSettings, file: str, damage: str
):
    path = data.data_dir / file
    path.parent.mkdir(parents=True, exist_ok=True)
    DAMAGES[damage](path)
    if file == "nemovideo/token.key":  # it is read with the first token
        (path.parent / "client_id").write_text("tester")
        cache = TokenStore(data.data_dir, NemoVideoSettings())._cache_for(ENGINE)
        cache.write_bytes(b"x")

    with pytest.raises(CorruptFileError) as told:
        FILES[file](data)
    assert str(told.value).startswith(f"{path} is damaged (")
    assert "\n" not in str(told.value)
    assert told.value.remedy


@pytest.mark.parametrize("damage", ["empty", "blanks", "a folder", "a link to itself"])
def test_a_damaged_login_code_lets_nobody_in(data: DataSettings, damage: str):
    path = data.data_dir / "prefect" / "login-code"
    path.parent.mkdir(parents=True)
    DAMAGES[damage](path)
    kept = path.read_bytes().decode() if path.is_file() else ""

    assert not login.redeem(data, kept[:20])
    assert not login.redeem(data, "")
