"""What starting a part loads: each module more is CPU and memory in every one of its processes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"numpy", "cv2", "boto3", "prefect", "faster_whisper", "socialcopy.cli.app"}
LISTED = "import json, sys, importlib; [importlib.import_module(m) for m in {}]; {}"
PRINTED = "print(json.dumps(sorted(sys.modules)))"


def loaded(*modules: str) -> set[str]:
    """The heavy modules that are there once these are imported."""
    argv = [sys.executable, "-c", LISTED.format(list(modules), PRINTED)]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return HEAVY & set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("part", ["socialcopy.cli.prefect_server", "socialcopy.cli.deployments"])
def test_what_speaks_for_prefect_loads_neither_pictures_nor_the_command_line(part: str):
    assert loaded(part) == {"prefect"}


def test_the_command_line_loads_neither_prefect_nor_pictures():
    assert loaded("socialcopy.cli.run", "socialcopy.cli.stack") == {"boto3", "socialcopy.cli.app"}
