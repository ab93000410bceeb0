"""What a Prefect server has to know: work pool, settings, deployments, and an automation.

`python -m …` prepares the server of `socialcopy up`, in a process of its own, because importing
Prefect costs more than a second, which the other commands don't pay.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from prefect.automations import AutomationCore, EventTrigger, Posture
from prefect.blocks.system import Secret
from prefect.cli import app
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import get_current_settings
from prefect.states import Crashed
from prefect.variables import Variable
from pydantic import SecretStr

from socialcopy.cli.errors import CommandError
from socialcopy.cli.project import WORK_POOL, project_folder
from socialcopy.cli.work_pools import make_work_pool
from socialcopy.nemovideo.transport import is_outage
from socialcopy.pipeline.service_limits import service_limits
from socialcopy.settings import NemoVideoSettings

OPEN_STATES = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]

# Prefect's shortest; a run that was silent for three of them is taken for dead.
HEARTBEAT_SECONDS = 30
SILENT_BEATS = 3
SILENT_RUNS = "socialcopy: a run whose worker died"


def share(settings: Mapping[str, str | SecretStr]) -> dict[str, str]:
    """Keep settings on the server: secrets as Secret blocks, the rest as variables.

    Returns the environment of a work pool, which only names them.
    """
    environment = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS)}
    for name, value in settings.items():
        if isinstance(value, SecretStr):
            block = f"socialcopy-{name.lower().replace('_', '-')}"
            Secret(value=value).save(block, overwrite=True)  # pyright: ignore[reportUnusedCoroutine]
            environment[name] = f"{{{{ prefect.blocks.secret.{block} }}}}"
        else:
            variable = f"socialcopy_{name.lower()}"
            Variable.set(variable, value, overwrite=True)  # pyright: ignore[reportUnusedCoroutine]
            environment[name] = f"{{{{ prefect.variables.{variable} }}}}"
    return environment


async def watch_over_runs(client: PrefectClient) -> None:
    """Let the server call a run crashed whose worker is gone: by itself it runs for ever.

    An automation that is there already may have been changed by somebody, and stays as it is.
    """
    if not await client.read_automations_by_name(SILENT_RUNS):
        await client.create_automation(_silent_runs())


def _silent_runs() -> AutomationCore:
    ours = ResourceSpecification({"prefect.resource.id": "prefect.tag.socialcopy"})
    trigger = EventTrigger(
        posture=Posture.Proactive,
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        match_related=ours,
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.*"},  # states of ours have names of their own
        for_each={"prefect.resource.id"},
        threshold=1,
        within=timedelta(seconds=SILENT_BEATS * HEARTBEAT_SECONDS),
    )
    crash = ChangeFlowRunState(
        name="Crashed",
        state=StateType.CRASHED,
        message="No sign of life: its worker is gone. Another takes its video over.",
        force=False,  # what has ended meanwhile stays as it ended
    )
    return AutomationCore(name=SILENT_RUNS, trigger=trigger, actions=[crash])


def deploy_flows(pool: str) -> None:
    """Make the deployments of prefect.yaml on a pool, by Prefect's own command.

    Raises CommandError.
    """
    described, version = _described(), _version()
    for deployment in described["deployments"]:
        deployment["work_pool"]["name"] = pool
        deployment["version"] = version
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("prefect.yaml").write_text(yaml.safe_dump(described))
        is_done, words = _prefect("--no-prompt", "deploy", "--all")
    if not is_done:
        last = "\n".join(words.splitlines()[-5:])
        raise CommandError(f"Prefect made no deployments; its last words:\n{last}")


def _described() -> dict[str, Any]:
    return yaml.safe_load((project_folder() / "prefect.yaml").read_text())


def _version() -> str:
    """Name what deployments are made of: prefect.yaml, and all code, whence parameters come."""
    folder = project_folder()
    modules = [*(folder / "flows").glob("*.py"), *Path(str(files("socialcopy"))).rglob("*.py")]
    digest = hashlib.sha256()
    for path in (folder / "prefect.yaml", *sorted(modules)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _prefect(*arguments: str) -> tuple[bool, str]:
    """Run Prefect's command here: a process of its own would load Prefect once more, for seconds.

    Returns whether it succeeded, and what it printed.
    """
    printed, ours = io.StringIO(), sys.argv
    sys.argv = ["prefect", *arguments]
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            app()
    except SystemExit as ended:
        return not ended.code, printed.getvalue()
    finally:
        sys.argv = ours
    return True, printed.getvalue()


@contextmanager
def explained() -> Generator[str]:
    """Yield the server's address; say in a sentence why it does not do what is asked."""
    url = str(get_current_settings().api.url)
    try:
        yield url
    except PrefectHTTPStatusError as error:
        said = _refusal(error.response.status_code)
        raise CommandError(f"the Prefect server at {url} {said}") from error
    except Exception as error:
        if is_outage(error):
            raise CommandError(
                f"no Prefect server answers at {url}; start it, or give another --server"
            ) from error
        raise


def _refusal(status: int) -> str:
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return (
                "does not let us in; set PREFECT_API_AUTH_STRING=user:password for a server with a "
                "password, and PREFECT_API_KEY for Prefect Cloud, a key that may write in that "
                "workspace"
            )
        case HTTPStatus.NOT_FOUND | HTTPStatus.METHOD_NOT_ALLOWED:
            return "is no API of Prefect 3; the address of a server usually ends in :4200/api"
        case _:
            return f"answered {status}; its log says why"


def deploy(
    pool: str, kind: str | None, image: str | None, settings: Mapping[str, str | SecretStr]
) -> str:
    """Make everything on the server that Prefect's settings name; the type of the pool.

    Raises CommandError.
    """
    with explained():
        made = asyncio.run(_make_pool(pool, kind, image, settings))
    deploy_flows(pool)
    return made


async def _make_pool(
    name: str, kind: str | None, image: str | None, settings: Mapping[str, str | SecretStr]
) -> str:
    async with get_client() as client:
        environment = await asyncio.to_thread(share, settings)
        pool = await make_work_pool(client, name, kind, image=image, env=environment)
        await watch_over_runs(client)
        for limit, places in service_limits(NemoVideoSettings()).items():
            await client.upsert_global_concurrency_limit_by_name(limit, places)
    return pool.type


async def prepare() -> bool:
    """Make the work pool; close the runs that a crash left open (Prefect never does).

    Returns whether the deployments of this code are there from an earlier start: making them anew
    costs two seconds, and what somebody changed about them in the UI since.
    """
    async with get_client() as client:
        # `up` ends us, should it never come.
        while await client.api_healthcheck() is not None:  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(0.1)
        await make_work_pool(client, WORK_POOL)
        await _close_orphans(client)
        there = {(d.name, d.work_pool_name, d.version) for d in await client.read_deployments()}
    version = _version()
    return there >= {(d["name"], WORK_POOL, version) for d in _described()["deployments"]}


async def _close_orphans(client: PrefectClient) -> None:
    """End whatever claims to run: this server has just started, and its workers have not."""
    still_open = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=OPEN_STATES))
    )
    for run in await client.read_flow_runs(flow_run_filter=still_open):
        state = Crashed(message="The stack was stopped while this ran; its video is taken over.")
        await client.set_flow_run_state(run.id, state, force=True)


def main() -> None:
    """Prepare the server of `socialcopy up`."""
    if not asyncio.run(prepare()):
        deploy_flows(WORK_POOL)


if __name__ == "__main__":
    main()
