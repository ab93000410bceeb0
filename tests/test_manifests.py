"""What `deployments/` starts exists: commands, modules, options, settings, files and names."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
import yaml
from prefect.settings import Settings as PrefectSettings
from prefect.settings.legacy import _get_settings_fields

from socialcopy.cli.app import app
from socialcopy.environment import Settings
from tests.conftest import ROOT

FOLDER = ROOT / "deployments"
BASE = FOLDER / "kubernetes/base"
OVERLAY = FOLDER / "kubernetes/aws"
DOCKERFILE = (FOLDER / "Dockerfile").read_text().replace("\\\n", "")
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "socialcopy"}
WEED = Path(sys.executable).with_name("weed")
# Of the system, and of the images that are not ours.
OF_OTHERS = {"PATH", "HOME", "TMPDIR", "DO_NOT_TRACK", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


def documents() -> Iterator[dict[str, Any]]:
    for file in sorted(BASE.glob("*.yaml")):
        yield from yaml.safe_load_all(file.read_text())


def kustomizations() -> Iterator[dict[str, Any]]:
    for folder in (BASE, OVERLAY):
        yield yaml.safe_load((folder / "kustomization.yaml").read_text())


def pods() -> Iterator[dict[str, Any]]:
    for one in documents():
        if "template" in one.get("spec", {}):
            yield one["spec"]["template"]


class Start(NamedTuple):
    """How a manifest starts a role."""

    where: str
    command: tuple[str, ...]


def starts() -> Iterator[Start]:
    yield Start("Dockerfile", tuple(yaml.safe_load(DOCKERFILE.rpartition("\nCMD ")[2])))
    for name, one in OURS.items():
        yield Start(f"compose.yaml {name}", tuple(one["command"]))
    for pod in pods():
        for one in pod["spec"]["containers"]:
            yield Start(f"kubernetes {one['name']}", tuple(one["command"]))


STARTS = sorted(set(starts()))


def helped(*command: str) -> str:
    done = subprocess.run([*command], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_every_role_is_started_by_both_kinds_of_manifest():
    compose = {one.command for one in STARTS if one.where.startswith("compose")}
    kubernetes = {one.command for one in STARTS if one.where.startswith("kubernetes")}

    assert kubernetes == {command for command in compose if command[0] != "weed"}
    assert {command[:2] for command in kubernetes} >= {
        ("prefect", "server"), ("prefect", "worker"), ("socialcopy", "engine"), ("python", "-m")
    }  # fmt: skip


@pytest.mark.parametrize("start", STARTS, ids=lambda one: one.where)
def test_every_command_exists_with_its_options(start: Start):
    program, *rest = start.command
    options = {word.partition("=")[0] for word in rest if re.match(r"--?[a-z]", word)}
    if program == "python":
        assert importlib.util.find_spec(rest[1])
    elif program == "socialcopy":
        known = typer.main.get_group(app).commands[rest[0]].params
        assert options <= {name for parameter in known for name in parameter.opts}
    elif program == "weed":
        assert {f"  {name}\n" for name in options} - lines(helped(str(WEED), "mini", "-h")) == set()
    else:
        said = helped(sys.executable, "-m", *start.command[:3], "--help")
        assert [name for name in options if name not in said] == []


def lines(text: str) -> set[str]:
    """The options that SeaweedFS's help names, without their kinds."""
    return {f"  {line.split()[0]}\n" for line in text.splitlines() if line.startswith("  -")}


def test_every_variable_is_a_setting():
    image = re.findall(r"([A-Z_]+)=", DOCKERFILE.rpartition("\nENV ")[2].partition("\nUSER")[0])
    named = {name for one in OURS.values() for name in environment(one)} | set(image)
    for one in kustomizations():
        for made in one["configMapGenerator"]:
            named |= {literal.partition("=")[0] for literal in made["literals"]}
    for pod in pods():
        named |= {one["name"] for c in pod["spec"]["containers"] for one in c.get("env", [])}

    ours = {name for settings in Settings.__subclasses__() for name in settings.variables()}
    assert named - ours - set(_get_settings_fields(PrefectSettings)) - OF_OTHERS <= {
        "PREFECT_REDIS_MESSAGING_HOST", "PREFECT_REDIS_MESSAGING_PORT",
        "PREFECT_REDIS_MESSAGING_SSL",
    }  # fmt: skip
    assert len(named) > 20


def environment(service: dict[str, Any]) -> dict[str, str]:
    return service.get("environment", {})


def test_every_path_that_is_named_exists():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    build = SERVICES["worker"]["build"]
    paths = [ROOT / name for line in copied for name in line.split()]
    paths += [FOLDER / build["context"] / build["dockerfile"], FOLDER / build["context"]]
    for folder, one in zip((BASE, OVERLAY), kustomizations(), strict=True):
        paths += [folder / name for name in one["resources"]]

    assert [path for path in paths if not path.exists()] == []
    assert len(paths) > 10


def test_the_image_has_only_what_its_ignore_file_lets_in():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    let_in = re.findall(r"^!(.+)$", (FOLDER / "Dockerfile.dockerignore").read_text(), re.MULTILINE)

    assert sorted(name for line in copied for name in line.split()) == sorted(let_in)


def test_every_address_is_that_of_a_service_and_every_secret_is_a_reference():
    services = {one["metadata"]["name"] for one in documents() if one["kind"] == "Service"}
    literals = [text for one in kustomizations() for made in one["configMapGenerator"]
                for text in made["literals"]]  # fmt: skip
    hosts = set(re.findall(r"=http://([a-z-]+):", "\n".join(literals)))
    compose = set(re.findall(r"(?:http://|@)([a-z]+):\d", str(COMPOSE))) - {"localhost"}

    assert hosts <= services
    assert hosts
    assert compose <= set(SERVICES)
    secret = re.compile(r"SECRET|TOKEN|PASSWORD|AUTH_STRING")
    assert [text for text in literals if secret.search(text)] == []
    for one in SERVICES.values():
        for name, value in environment(one).items():
            assert not secret.search(name) or value.startswith("${"), name
    kinds = [one["kind"] for one in documents() if one["kind"] == "Secret"]
    assert kinds == []


def test_every_pod_is_confined_and_has_limits():
    for pod in pods():
        assert pod["spec"]["securityContext"]["runAsNonRoot"]
        for one in pod["spec"]["containers"]:
            assert one["securityContext"]["readOnlyRootFilesystem"], one["name"]
            assert one["resources"]["limits"]["memory"], one["name"]
    served = [c for pod in pods() for c in pod["spec"]["containers"] if c["name"] != "deploy"]
    assert [c["name"] for c in served if not {"livenessProbe", "readinessProbe"} <= c.keys()] == []
    for name, one in OURS.items():
        assert one["read_only"], name
        assert one["cap_drop"] == ["ALL"], name


def test_the_image_runs_as_nobody_in_particular_with_the_weights_in_a_layer_of_their_own():
    assert re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert "COPY --from=weights" in DOCKERFILE
    built = re.findall(r"^RUN uv sync .+$", DOCKERFILE, re.MULTILINE)
    assert built
    assert [line for line in built if " --frozen " not in line] == []


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
@pytest.mark.parametrize("folder", [BASE, OVERLAY], ids=lambda folder: folder.name)
def test_kustomize_can_build_it(folder: Path):
    done = subprocess.run(
        ["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert {one["kind"] for one in yaml.safe_load_all(done.stdout)} >= {
        "Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget", "ConfigMap"
    }  # fmt: skip
