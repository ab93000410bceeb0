"""The tests are tested: each of sixteen planted bugs makes a test of CI fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaign.report import write_down
from tests.conftest import ROOT
from tests.planted.bugs import BUGS


@pytest.mark.slow
@pytest.mark.parametrize("bug", BUGS)
@pytest.mark.timeout(1_200)
def test_a_planted_bug_is_noticed(bug: str, tmp_path: Path):
    _, test = BUGS[bug]
    env = {**os.environ, "PLANTED": bug}
    env.pop("CAMPAIGN_REPORT", None)  # what a planted bug does is no figure
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.planted.bugs", "-p", "no:cacheprovider",
         f"--basetemp={tmp_path / 'inner'}", test],
        cwd=ROOT, env=env, capture_output=True, text=True,
        timeout=1_100, check=False,
    )  # fmt: skip
    reason = next(iter(re.findall(r"(?m)^E +(.+)$", done.stdout)), "")
    write_down("planted", bug=bug, noticed=done.returncode == 1, by=test, said=reason[:200])

    assert done.returncode == 1, done.stdout[-3_000:]  # 1: a test failed; others: it did not run
    assert re.search(r"(?m)^1 failed", done.stdout)


@pytest.mark.parametrize("bug", BUGS)
def test_the_test_that_is_to_notice_a_bug_exists(bug: str):
    path, _, name = BUGS[bug][1].partition("::")

    assert f"def {name.partition('[')[0]}(" in (ROOT / path).read_text()
