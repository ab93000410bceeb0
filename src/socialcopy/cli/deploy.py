"""`socialcopy deploy`: tell a Prefect server of a team what its workers need to know."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

import typer
from pydantic import SecretStr

from socialcopy.cli import output
from socialcopy.cli.errors import WrongValueError
from socialcopy.environment import Settings
from socialcopy.settings import DataSettings, HintSettings

# Folders, ports, cores and encoders of one machine, which say nothing about another.
OF_ONE_MACHINE = frozenset(
    {*DataSettings.variables(), *HintSettings.variables()}
    | {"LLM_FOLDER", "LLM_THREADS", "SPEECH_MODEL", "SPEECH_THREADS", "MEDIA_ENCODER"}
    | {"METRICS_PORT", "METRICS_HOST", "REVIEW_URL"}
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class PoolType(StrEnum):
    """Where a worker of a pool runs what it is given."""

    PROCESS = "process"
    DOCKER = "docker"
    KUBERNETES = "kubernetes"


def deploy(
    server: Annotated[
        str | None,
        typer.Option(
            help="Address of the Prefect server or of a workspace of Prefect Cloud; the one of "
            "PREFECT_API_URL or of Prefect's profile."
        ),
    ] = None,
    pool: Annotated[str, typer.Option(help="Name of the work pool.")] = "socialcopy",
    kind: Annotated[
        PoolType | None,
        typer.Option("--type", help="Its type; that of the pool, or process for a new one."),
    ] = None,
    image: Annotated[
        str | None, typer.Option(help="Container image of the runs, in docker and kubernetes.")
    ] = None,
) -> None:
    """Make work pool, deployments and shared settings on a Prefect server; again changes nothing.

    The settings of this shell (S3_BUCKET, NEMO_API_URL and so on, not those of one machine) become
    Prefect variables, secrets become Secret blocks. Every run on the pool gets them.
    """
    if server is not None:
        os.environ["PREFECT_API_URL"] = api_url(server)
    settings = dict(shared(os.environ))
    from prefect.settings import get_current_settings

    if get_current_settings().api.url is None:
        raise WrongValueError("say which server: --server http://prefect.example.com:4200/api")
    from socialcopy.cli import deployments

    made = deployments.deploy(pool, kind and kind.value, image, settings)
    _report(pool, made, settings)


def api_url(address: str) -> str:
    """Find the API behind an address of a browser.

    >>> api_url("http://prefect.example.com:4200")
    'http://prefect.example.com:4200/api'
    >>> api_url("https://app.prefect.cloud/account/1-a/workspace/2-b/dashboard")
    'https://api.prefect.cloud/api/accounts/1-a/workspaces/2-b'
    """
    if urlsplit(address).scheme not in {"http", "https"}:
        raise WrongValueError("--server: it has to be an address such as http://localhost:4200/api")
    cloud = re.match(r"https://app\.prefect\.cloud/account/([\w-]+)/workspace/([\w-]+)", address)
    if cloud:
        return f"https://api.prefect.cloud/api/accounts/{cloud[1]}/workspaces/{cloud[2]}"
    address = address.rstrip("/")
    return address if "/api" in urlsplit(address).path else f"{address}/api"


def shared(environment: Mapping[str, str]) -> Iterator[tuple[str, str | SecretStr]]:
    """Yield the settings that hold for every worker, each under its own name. Raises SettingsError.

    They are read once as settings, so that nothing wrong is handed on.
    """
    said = {name.upper(): value for name, value in environment.items() if value}
    for settings in Settings.__subclasses__():
        given = settings()
        for field in sorted(given.model_fields_set):
            names = settings.names_of(field)
            if not OF_ONE_MACHINE & set(names):
                value = next(said[name] for name in names if name in said)
                is_secret = isinstance(getattr(given, field), SecretStr)
                yield names[0], SecretStr(value) if is_secret else value


def _report(pool: str, made: str, settings: Mapping[str, str | SecretStr]) -> None:
    kept = ", ".join(sorted(settings)) or "no settings: workers go by their own"
    output.out.print(f"{pool} ({made}) has all deployments, and {kept}", soft_wrap=True)
    here = [
        name
        for name, value in settings.items()
        if isinstance(value, str) and urlsplit(value).hostname in LOOPBACK
    ]
    if here:
        output.print_error(f"{' and '.join(here)} can be reached from this machine only")
    output.out.print(f"Start a worker: prefect worker start --pool {pool}", soft_wrap=True)
