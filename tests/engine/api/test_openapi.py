"""The published description is true, and what is made from it is answered as it says."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode

from tests.engine.servers import EngineServer, bearer

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

EVERY_CHECK: Any = list(HealthCheck)  # a list of its members, which pyright takes for its meta


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineServer]:
    with ExitStack() as stack:
        engine = EngineServer(stack, tmp_path_factory.mktemp("engine"))
        engine.serve(heartbeat_seconds=0.5)
        yield engine


def test_every_endpoint_is_described_and_described_ones_are_answered(engine: EngineServer):
    described = httpx.get(f"{engine.url}/openapi.json").json()["paths"]

    for path, operations in described.items():
        for method in operations:
            answer = httpx.request(method, f"{engine.url}{path.replace('{', '').replace('}', '')}")
            said = answer.json()
            assert (answer.status_code, said["code"]) in {
                (200, 0), (200, 1001), (400, 400), (404, 404)
            }, path  # fmt: skip
    assert len(described) == 14


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("examples", [12, pytest.param(500, marks=pytest.mark.slow)])
def test_what_is_made_from_the_description_is_answered_as_it_says(
    engine: EngineServer, mode: GenerationMode, examples: int
):
    nemo = engine.client()
    session = nemo.open_session()
    schema = schemathesis.openapi.from_url(f"{engine.url}/openapi.json")
    known = {"app": "nemo_agent", "user": "me", "session_id": session.session_id}

    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=EVERY_CHECK,
        )
        def ask(case: Any) -> None:
            if case.path_parameters and hash(str(case.body)) % 2:
                own = {name: known[name] for name in case.path_parameters if name in known}
                case.path_parameters.update(own)
            case.call_and_validate(headers=bearer(nemo), checks=CHECKS, timeout=60)

        with contextlib.suppress(Unsatisfiable):  # nothing to get wrong: no parameter, no body
            ask()
