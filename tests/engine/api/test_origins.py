from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.settings import DataSettings, EngineSettings, MediaSettings, SpeechSettings


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = DataSettings(data_dir=tmp_path_factory.mktemp("data"))
    app = create_app(EngineSettings(), SpeechSettings(), MediaSettings(), data)
    with serve(app) as url:
        yield url


def minted(url: str, **headers: str) -> int:
    """How asking for a token is answered: the simplest request that changes something."""
    return httpx.post(
        f"{url}/api/auth/anonymous-token", headers={"X-Client-Id": "one", **headers}
    ).status_code


def test_programs_and_pages_of_our_own_are_answered(url: str):
    port = url.rpartition(":")[2]

    assert minted(url) == 200
    assert minted(url, Origin=url) == 200
    assert minted(url, Origin=f"http://localhost:{port}") == 200
    assert minted(url, Origin=f"http://localhost:{port}", Host=f"localhost:{port}") == 200


@pytest.mark.parametrize(
    "origin",
    ["http://somebody.example", "null", "http://127.0.0.1:1", "http://127.0.0.1", "https://[::1",
     "http://127.0.0.1:x", "", "file://", "http://127.0.0.1.somebody.example:80"],
)  # fmt: skip
def test_a_page_of_another_origin_is_refused(url: str, origin: str):
    assert minted(url, Origin=origin) == 403


@pytest.mark.parametrize("host", ["somebody.example", "somebody.example:8390", "", "[::1]"])
def test_another_name_for_this_machine_is_refused(url: str, host: str):
    assert minted(url, Host=host) == 400
    assert minted(url, Host=host, Origin=f"http://{host}") == 400


def test_no_page_may_show_us_in_a_frame(url: str):
    assert httpx.get(url).headers["X-Frame-Options"] == "DENY"
