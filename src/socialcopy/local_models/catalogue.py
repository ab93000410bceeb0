"""The open models that can be fetched by name, and where each comes from."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import Field

from socialcopy.local_models.errors import NoSuchModelError
from socialcopy.models import Value
from socialcopy.resources import read_yaml

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class OpenModel(Value):
    """A file on the hub, pinned by its revision and its hash."""

    name: str
    """As it is typed here."""
    title: str
    license: str
    repository: str
    revision: str
    file: str
    size_bytes: int
    sha256: Sha256
    memory_bytes: int
    """What it needs while it runs."""
    good_for: str


@cache
def catalogue() -> tuple[OpenModel, ...]:
    """Read the list, smallest memory first."""
    written = read_yaml("socialcopy.local_models", "catalogue.yaml")
    found = map(OpenModel.model_validate, written)
    return tuple(sorted(found, key=lambda model: model.memory_bytes))


def open_model(name: str) -> OpenModel:
    """Find a model of the catalogue. Raises NoSuchModelError."""
    for model in catalogue():
        if model.name == name.strip().lower():
            return model
    raise NoSuchModelError(name, ", ".join(model.name for model in catalogue()))
