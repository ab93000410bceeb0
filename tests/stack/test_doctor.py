"""What `socialcopy doctor` says of a Prefect server that is not `up`'s own."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from socialcopy.cli.doctor import prefect_server
from socialcopy.engine.api.server import serve


async def version(_: Request) -> Response:
    return JSONResponse("3.8.8")


def test_a_server_that_lets_anybody_in_is_named_with_what_to_do():
    with serve(Starlette(routes=[Route("/api/admin/version", version)])) as url:
        check = prefect_server(f"{url}/api")

    assert not check.good
    assert "anybody" in check.finding
    assert "PREFECT_SERVER_API_AUTH_STRING" in check.advice


def test_a_server_that_does_not_answer_is_said_to():
    assert "no answer" in prefect_server("http://127.0.0.1:9/api").finding
