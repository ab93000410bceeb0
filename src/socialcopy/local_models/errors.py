"""
What can go wrong with a language model on this machine:

* LocalModelError
  x NoSuchModelError        neither the catalogue nor this machine knows the name
  x ModelMissingError       a model is to be used that has not been fetched
  x ModelDownloadError      the hub did not give the file
  x ModelDamagedError       what the hub gave is not the known file
  x RuntimeMissingError     llama.cpp is not installed
  x ModelStartError         llama.cpp did not load the model
"""

from __future__ import annotations

from socialcopy.errors import data_error


class LocalModelError(Exception):
    """Base of everything this package raises on purpose."""


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
    "{name} could not be fetched from {hub}: {reason}. Try again later; what has arrived is kept, "
    "and HF_ENDPOINT chooses another hub"
)
class ModelDownloadError(LocalModelError):
    """No answer, a refusal, or a connection that broke off for good."""

    name: str
    hub: str
    reason: str


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


@data_error("llama.cpp did not load {name} ({reason}); its log is {log}")
class ModelStartError(LocalModelError):
    """It ended, or took too long, while it was loading."""

    name: str
    reason: str
    log: str
