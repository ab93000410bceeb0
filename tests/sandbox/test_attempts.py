"""A taken-over decoder gets nothing: a program in ffmpeg's place tries over a hundred ways out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, processes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is confined is Linux's")

DRIVER = ROOT / "tests" / "sandbox" / "drive_attempts.py"
SYSTEM_PYTHON = Path("/usr/bin/python3")
NOBODY = 65_534
SECONDS = 300

WORTH = 60
"""Attempts that succeed where nothing is in their way, as an ordinary user (measured: 74)."""
THREADS = {"start_thousands_of_threads"}
"""What memory alone bounds where a limit would count all that the user runs, and for root."""


def attempted(*left_out: str, as_nobody: bool = False) -> dict[str, Any]:
    """What came of the attempts of one user."""
    who: dict[str, Any] = {}
    if as_nobody and os.getuid() == 0:
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    python = SYSTEM_PYTHON if who else Path(sys.executable)
    done = subprocess.run(
        [python, DRIVER, ROOT / "src", *left_out],
        env={"PATH": os.environ["PATH"], "HOME": "/tmp"},
        capture_output=True, text=True, timeout=SECONDS, check=False, **who,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def successes(came_of_it: dict[str, Any]) -> dict[str, str]:
    return {name: got for name, got in came_of_it["got"].items() if got is not None}


ordinary = pytest.mark.skipif(
    os.getuid() == 0 and not SYSTEM_PYTHON.exists(), reason="nobody can't run our own Python"
)


@ordinary
def test_the_attempts_are_real_ones():
    """Without a sandbox most of them succeed, so a zero with one says something."""
    came_of_it = attempted("bare", as_nobody=True)

    assert len(came_of_it["got"]) >= 100
    assert len(successes(came_of_it)) >= WORTH


@ordinary
@pytest.mark.parametrize(
    ("left_out", "listed"), [("", set()), ("landlock", set()), ("namespaces", THREADS)]
)
def test_an_ordinary_users_decoder_gets_nothing(left_out: str, listed: set[str]):
    """As it is, as on a kernel without Landlock, and as in a container without namespaces."""
    came_of_it = attempted(*filter(None, [left_out]), as_nobody=True)

    assert successes(came_of_it).keys() <= listed


@pytest.mark.skipif(os.getuid() != 0, reason="not root")
@pytest.mark.parametrize("left_out", ["", "namespaces", "landlock"])
def test_roots_decoder_gets_nothing(left_out: str):
    came_of_it = attempted(*filter(None, [left_out]))

    assert successes(came_of_it).keys() <= THREADS


def test_nothing_is_left_behind():
    came_of_it = attempted(as_nobody=SYSTEM_PYTHON.exists())

    assert "outlived" not in came_of_it["left"]
    assert not processes("CANARY-")
