"""The engine's own description of its API, as OpenAPI 3.1.

It is made of the table of endpoints and of the models that check what comes in, so it says what
is done. Documents of the vendor say less than this.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version
from typing import NamedTuple

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response

from socialcopy.nemovideo.schemas import JSON

Handler = Callable[[Request], Awaitable[Response]]

SCHEMAS = "#/components/schemas/"
JSON_TYPE, MULTIPART = "application/json", "multipart/form-data"
REFUSAL = {
    "type": "object",
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
    "required": ["code", "message"],
}


class Endpoint(NamedTuple):
    """One operation of the API."""

    method: str
    path: str
    handler: Handler
    body: type[BaseModel] | None = None
    """The shape of a JSON body."""
    takes_files: bool = False
    data: type[BaseModel] | None = None
    """The shape of the envelope's `data`, where a client's model knows it."""
    gives: str = JSON_TYPE
    """The media type of a success."""
    headers: tuple[str, ...] = ()
    """Headers it asks for, besides the bearer token."""
    is_open: bool = False
    """Whether it is answered without a token."""


def document(endpoints: Sequence[Endpoint]) -> JSON:
    """Describe all endpoints in one OpenAPI document."""
    models = [model for e in endpoints for model in (e.body, e.data) if model]
    _, shapes = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(models)], ref_template=SCHEMAS + "{model}"
    )
    paths: JSON = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "socialcopy engine", "version": version("socialcopy")},
        "paths": paths,
        "components": {
            "schemas": {**shapes.get("$defs", {}), "Refusal": REFUSAL},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(endpoint: Endpoint) -> JSON:
    does = endpoint.handler
    summary = (does.__doc__ or "").strip().partition("\n")[0]
    operation: JSON = {
        # Schemathesis names a failing operation by it.
        "operationId": does.__name__,
        "summary": summary,
        "parameters": [*_path_parameters(endpoint.path), *map(_header, endpoint.headers)],
        "responses": _responses(endpoint),
    }
    if not endpoint.is_open:
        operation["security"] = [{"token": []}]
    content = _content(endpoint)
    if content:
        operation["requestBody"] = {"content": content, "required": True}
    return operation


def _path_parameters(path: str) -> list[JSON]:
    names = re.findall(r"{(\w+)}", path)
    schema = {"type": "string", "minLength": 1}
    return [{"name": n, "in": "path", "required": True, "schema": schema} for n in names]


def _header(name: str) -> JSON:
    return {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}


def _content(endpoint: Endpoint) -> JSON:
    content: JSON = {}
    if endpoint.body:
        content[JSON_TYPE] = {"schema": _shape(endpoint.body.__name__)}
    if endpoint.takes_files:
        file = {"type": "string", "format": "binary"}
        files = {"type": "array", "items": file, "minItems": 1}
        schema = {"type": "object", "properties": {"files": files}, "required": ["files"]}
        content[MULTIPART] = {"schema": schema}
    return content


def _responses(endpoint: Endpoint) -> JSON:
    """Describe a success and the refusals: those with a four-digit code are an HTTP 200 too."""
    refusal = {JSON_TYPE: {"schema": _shape("Refusal")}}
    success: JSON = {**refusal, endpoint.gives: {}}
    if endpoint.gives == JSON_TYPE:
        data = _shape(endpoint.data.__name__) if endpoint.data else {}
        done = {"type": "object", "properties": {"code": {"const": 0}, "data": data}}
        success = {JSON_TYPE: {"schema": {"anyOf": [done, _shape("Refusal")]}}}
    return {
        "200": {"description": "Done, or refused by a code", "content": success},
        "4XX": {"description": "Refused", "content": refusal},
    }


def _shape(name: str) -> JSON:
    return {"$ref": f"{SCHEMAS}{name}"}
