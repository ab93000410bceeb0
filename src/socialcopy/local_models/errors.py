"""
What can go wrong with a language model on this machine:

* LocalModelError           the hub did not give a file, or llama.cpp did not load one
  x NoSuchModelError        neither the catalogue nor this machine knows the name
  x ModelMissingError       a model is to be used that has not been fetched
  x ModelDamagedError       what the hub gave is not the known file
  x RuntimeMissingError     llama.cpp is not installed
"""

from __future__ import annotations

from socialcopy.errors import data_error


class LocalModelError(Exception):
    """What went wrong, and what to do about it, in a sentence."""


@data_error("no model is called {name}; `socialcopy model list` knows {known}")
class NoSuchModelError(LocalModelError):
    """A name that means no model here."""

    name: str
    known: str


@data_error("{path} is not there; `socialcopy model get {name}` fetches it")
class ModelMissingError(LocalModelError):
    """Chosen, and not there."""

    name: str
    path: str


@data_error(
    "the file of {name} has the SHA-256 {found} and should have {expected}, so it was thrown away. "
    "Fetch it again, or from another hub"
)
class ModelDamagedError(LocalModelError):
    """Another file than the catalogue means, whatever its name."""

    name: str
    expected: str
    found: str


class RuntimeMissingError(LocalModelError):
    """The package that runs models comes as an extra."""

    def __str__(self) -> str:
        return "llama.cpp is not installed; `pip install 'socialcopy[model]'` brings it"
