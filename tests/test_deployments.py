"""prefect.yaml and the flow files agree."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import pytest
import yaml
from prefect import Flow

from tests.conftest import ROOT

DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d["name"])
def test_an_entrypoint_is_a_flow_with_the_deployments_parameters(deployment: dict):
    module, _, name = deployment["entrypoint"].rpartition(".")
    flow = getattr(importlib.import_module(module), name)

    assert isinstance(flow, Flow)
    assert set(deployment.get("parameters", {})) <= set(flow.parameters.properties)


def test_the_nightly_batch_has_a_schedule_with_a_timezone():
    nightly = next(d for d in DEPLOYMENTS if d["name"] == "nightly-batch")

    assert nightly["schedules"][0]["cron"]
    assert nightly["schedules"][0]["timezone"]


@pytest.mark.parametrize("file", sorted((ROOT / "flows").glob("[a-z]*.py")), ids=lambda f: f.stem)
def test_a_flow_file_bears_the_name_of_no_package(file, monkeypatch: pytest.MonkeyPatch):
    """Prefect puts flows/ first on sys.path, so such a file would hide the package."""
    monkeypatch.setattr(sys, "path", [p for p in sys.path if not p.endswith("/flows")])

    assert importlib.util.find_spec(file.stem) is None
