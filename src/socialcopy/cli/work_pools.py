"""Work pools: Prefect's own template for a type, with what runs of ours need laid over it.

What a pool says already is left as it is, so that somebody's own limits outlive the next call.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.objects import WorkPool
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from socialcopy.cli.errors import WrongValueError
from socialcopy.policies import NIGHT_QUEUE
from socialcopy.resources import read_yaml

Template = dict[str, Any]

OURS: dict[str, Any] = read_yaml("socialcopy.cli", "work_pools.yaml")
DEFAULT_TYPE = "process"
# Priority of the night: after what is dropped or begun by hand, and a team's own queues.
LAST = 100


async def make_work_pool(
    client: PrefectClient,
    name: str,
    kind: str | None = None,
    *,
    image: str | None = None,
    env: Mapping[str, str] | None = None,
) -> WorkPool:
    """Make a work pool, or bring one that exists up to date. Raises WrongValueError.

    `kind` is Prefect's type of pool; none means that of the pool, or processes for a new one.
    """
    try:
        pool = await client.read_work_pool(name)
    except ObjectNotFound:
        pool = await _create(client, name, kind or DEFAULT_TYPE)
    if kind not in {None, pool.type}:
        raise WrongValueError(
            f"the work pool {name} is of type {pool.type}, not {kind}; choose another --pool, or "
            f"leave --type out"
        )
    template = pool.base_job_template or await _template(client, pool.type)
    given = {"image": image} if image else {}
    lay_over(template, OURS.get(pool.type, {}), given, env or {})
    await client.update_work_pool(name, WorkPoolUpdate(base_job_template=template))
    with contextlib.suppress(ObjectAlreadyExists):
        await client.create_work_queue(NIGHT_QUEUE, work_pool_name=name, priority=LAST)
    return pool


async def _create(client: PrefectClient, name: str, kind: str) -> WorkPool:
    template = await _template(client, kind)
    _harden(template, OURS[kind])
    wanted = WorkPoolCreate(name=name, type=kind, base_job_template=template)
    return await client.create_work_pool(wanted)


async def _template(client: PrefectClient, kind: str) -> Template:
    """Ask the server for its template: it knows which one its workers understand."""
    for types in (await client.read_worker_metadata()).values():
        if kind in types:
            return types[kind]["default_base_job_configuration"]
    raise WrongValueError(f"this Prefect server knows no work pools of type {kind}")


def _harden(template: Template, ours: Mapping[str, Any]) -> None:
    """Let a Kubernetes job run like the pods of our manifests; other templates have no pod."""
    if "pod" in ours:
        pod = template["job_configuration"]["job_manifest"]["spec"]["template"]["spec"]
        pod.update(ours["pod"])
        pod["containers"][0].update(ours["container"])


def lay_over(
    template: Template, ours: Mapping[str, Any], given: Mapping[str, Any], env: Mapping[str, str]
) -> None:
    """Give a template our defaults where it has none, and what was given in any case."""
    variables = template["variables"]["properties"]
    for name, value in ours.get("variables", {}).items():
        if variables[name].get("default") is None:
            variables[name]["default"] = value
    for name, value in given.items():
        if name not in variables:
            raise WrongValueError(f"this type of work pool has no {name}; leave --{name} out")
        variables[name]["default"] = value
    if env:
        variables["env"]["default"] = {**(variables["env"].get("default") or {}), **env}
