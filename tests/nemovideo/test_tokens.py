"""Tokens are kept, shared, encrypted, and never made anew to get round a limit."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from socialcopy.local_files import CorruptFileError
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.errors import APIConnectionError, RateLimitError
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.settings import NemoVideoSettings
from tests.engine.servers import EngineServer
from tests.nemovideo.conftest import answering

WEEK = 7 * 86_400


class TokenService:
    """A service that hands out numbered tokens."""

    def __init__(self) -> None:
        self.client_ids: list[str] = []
        self.lifetime_seconds = WEEK
        self.url = ""
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({"code": 404, "message": "Not Found"}, status_code=404)
        with self._lock:
            self.client_ids.append(request.headers["X-Client-Id"])
            number = len(self.client_ids)
        expires = datetime.now(UTC).timestamp() + self.lifetime_seconds
        data = {
            "token": f"nmv_usr_canary-{number}",
            "user_id": f"anon_{number}",
            "expires_at": datetime.fromtimestamp(expires, UTC).isoformat(),
        }
        return JSONResponse({"code": 0, "data": data})


@pytest.fixture
def token_service() -> Iterator[TokenService]:
    found = TokenService()
    with answering(found.answer) as url:
        found.url = url
        yield found


def store(folder: Path, **settings: Any) -> TokenStore:
    return TokenStore(folder, NemoVideoSettings(**settings))


def plain(token: SecretStr) -> str:
    return token.get_secret_value()


def test_a_given_token_is_used_and_nothing_is_asked_for(
    tmp_path: Path, token_service: TokenService
):
    given = store(tmp_path, token=SecretStr("nmv_usr_mine"))

    assert plain(given.token(token_service.url)) == "nmv_usr_mine"
    assert plain(given.replace(token_service.url, SecretStr("nmv_usr_mine"))) == "nmv_usr_mine"
    assert token_service.client_ids == []


def test_a_token_is_kept_for_the_next_process(tmp_path: Path, token_service: TokenService):
    tokens = {
        plain(store(tmp_path, api_url=token_service.url).token(token_service.url)) for _ in range(3)
    }

    assert tokens == {"nmv_usr_canary-1"}
    assert len(token_service.client_ids) == 1


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineServer]:
    """Our engine, to be served on one port after the other."""
    with ExitStack() as stack:
        yield EngineServer(stack, tmp_path / "engine")


@pytest.mark.parametrize("is_configured", [True, False])
def test_an_engine_is_the_same_service_on_every_port(
    tmp_path: Path,
    engine: EngineServer,
    is_configured: bool,
):
    def on_next_port() -> tuple[TokenStore, str]:
        url = engine.serve()
        return store(tmp_path, **({"api_url": url} if is_configured else {})), url

    tokens, first = on_next_port()
    token = tokens.token(first, min_life_seconds=7_200)
    with NemoVideo(first, token, NemoVideoSettings()) as nemo:
        session = nemo.open_session()
    tokens, second = on_next_port()

    assert first != second
    assert tokens.token(second, min_life_seconds=7_200) == token
    assert tokens.token(second, user_id=session.user_id) == token
    with NemoVideo(second, tokens.token(second), NemoVideoSettings()) as nemo:
        assert nemo.state(session) == {"messages": {}, "video_infos": []}


def test_two_engines_are_two_services_though_they_share_a_port_in_turn(tmp_path: Path):
    seen: set[str] = set()
    for name in ("one", "other"):
        with ExitStack() as stack:
            url = EngineServer(stack, tmp_path / name).serve()
            seen.add(plain(store(tmp_path, api_url=url).token(url)))

    assert len(seen) == 2


def test_a_service_that_is_away_is_not_taken_for_another_one(tmp_path: Path):
    with pytest.raises(APIConnectionError):
        store(tmp_path, api_url="http://127.0.0.1:1").token("http://127.0.0.1:1")


def test_another_service_or_client_has_another_token(tmp_path: Path, token_service: TokenService):
    store(tmp_path, api_url=token_service.url).token(token_service.url)
    store(tmp_path, api_url=token_service.url, client_id="other").token(token_service.url)

    assert len(set(token_service.client_ids)) == 2


def test_the_cache_is_no_plain_text_and_nobody_else_may_read_its_key(
    tmp_path: Path, token_service: TokenService
):
    store(tmp_path).token(token_service.url)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert not any(b"canary" in path.read_bytes() for path in files)
    assert {path.stat().st_mode & 0o077 for path in files if path.suffix != ".lock"} == {0}


@pytest.mark.parametrize("name", ["*.tokens", "token.key", "client_id"])
def test_no_new_identity_is_made_over_a_damaged_file_which_is_named(
    tmp_path: Path, token_service: TokenService, name: str
):
    store(tmp_path).token(token_service.url)
    [path] = tmp_path.rglob(name)
    path.write_bytes(b"\xffdamaged")

    with pytest.raises(CorruptFileError, match=f"{path.name} is damaged .*Delete it, ") as caught:
        store(tmp_path).token(token_service.url)
    assert caught.value.path == str(path)
    for damaged in (path, *tmp_path.rglob("*.tokens")):
        damaged.unlink(missing_ok=True)
    assert plain(store(tmp_path).token(token_service.url))


def _ask(folder: str, url: str) -> str:
    return plain(TokenStore(Path(folder), NemoVideoSettings()).token(url))


def test_many_processes_make_one_request(tmp_path: Path, token_service: TokenService):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        tokens = pool.starmap(_ask, [(str(tmp_path), token_service.url)] * 6)

    assert set(tokens) == {"nmv_usr_canary-1"}
    assert len(token_service.client_ids) == 1


def test_a_short_lived_token_is_replaced_before_a_job_and_kept_for_a_running_one(
    tmp_path: Path, token_service: TokenService
):
    token_service.lifetime_seconds = 3_600
    tokens = store(tmp_path)

    old = plain(tokens.token(token_service.url))
    new = plain(tokens.token(token_service.url, min_life_seconds=7_200))

    assert old != new
    assert plain(tokens.token(token_service.url, user_id="anon_1")) == old
    assert len(set(token_service.client_ids)) == 1


def test_an_expired_token_is_replaced(tmp_path: Path, token_service: TokenService):
    token_service.lifetime_seconds = -5
    tokens = store(tmp_path)

    assert plain(tokens.token(token_service.url)) != plain(tokens.token(token_service.url))


def test_a_refused_token_is_replaced_once_for_all(tmp_path: Path, token_service: TokenService):
    tokens, other = store(tmp_path), store(tmp_path)
    refused = tokens.token(token_service.url)

    assert plain(tokens.replace(token_service.url, refused)) == "nmv_usr_canary-2"
    assert plain(other.replace(token_service.url, refused)) == "nmv_usr_canary-2"
    assert len(token_service.client_ids) == 2


def test_a_rate_limit_is_told_and_the_client_id_stays(tmp_path: Path):
    seen: list[str] = []

    def limited(request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({}, status_code=404)
        seen.append(request.headers["X-Client-Id"])
        return JSONResponse({"message": "enough"}, status_code=429)

    with answering(limited) as url:
        for _ in range(2):
            with pytest.raises(RateLimitError):
                store(tmp_path).token(url)

    assert len(seen) == 2
    assert len(set(seen)) == 1


def test_a_spent_allowance_is_asked_about_twice_and_then_left_alone_for_an_hour(tmp_path: Path):
    answers = [429, 429, 429, 200]
    now = [1_800_000_000.0]

    def limited(request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse({}, status_code=404)
        status = answers.pop(0)
        body = {"code": 0, "data": {"token": "nmv_usr_new"}}
        return JSONResponse(body if status == 200 else {"message": "no"}, status_code=status)

    def ask(url: str) -> str:
        settings = NemoVideoSettings(api_url=url)  # type: ignore[arg-type]
        return plain(TokenStore(tmp_path, settings, now=lambda: now[0]).token(url))

    with answering(limited) as url:
        for _ in range(5):
            with pytest.raises(RateLimitError):
                ask(url)
        assert len(answers) == 2
        now[0] += 3_601
        with pytest.raises(RateLimitError):
            ask(url)
        now[0] += 3_601
        assert ask(url) == "nmv_usr_new"


def test_tokens_are_masked_in_reprs(tmp_path: Path, token_service: TokenService):
    tokens = store(tmp_path)

    assert "canary" not in f"{tokens.token(token_service.url)!r}{tokens!r}{vars(tokens)!r}"
