"""A known token goes through a whole stack: refined, refused, failed, and is found nowhere."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy.cli.progress import Ending, outcome_of
from socialcopy.engine.api.app import create_app
from socialcopy.engine.api.server import serve
from socialcopy.models import Brief
from socialcopy.nemovideo.tokens import request_anonymous_token
from socialcopy.settings import DataSettings, EngineSettings, MediaSettings, SpeechSettings
from tests.command_lines import CommandLines
from tests.conftest import own_folders
from tests.fault_injection import Fault, create_faulty_app
from tests.stack.test_stack import Up, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

FAULT = Fault(at="session", does="refuse", code=400, after=1, times=0)
"""Every session after the first is refused, so that a run fails in the middle of a call."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataSettings:
    return own_folders(tmp_path_factory.mktemp("secrets"))


@pytest.fixture(scope="module")
def canary(data: DataSettings) -> str:
    """A token that the stack's engine knows and that we know too."""
    app = create_app(EngineSettings(), SpeechSettings(), MediaSettings(), data)
    with serve(app) as url:
        return request_anonymous_token(url, "canary").token.get_secret_value()


@pytest.fixture(scope="module")
def watch() -> Iterator[CommandLines]:
    with CommandLines() as watch:
        yield watch


@pytest.fixture(scope="module")
def up(data: DataSettings, canary: str, watch: CommandLines) -> Iterator[Up]:
    # The stack's own engine runs too; both serve the sessions and tokens of one data folder.
    app = create_faulty_app(EngineSettings(), SpeechSettings(), MediaSettings(), data, FAULT)
    with serve(app) as url:
        up = Up(
            data,
            NEMO_API_URL=url,
            NEMO_TOKEN=canary,
            PREFECT_LOGGING_EXTRA_LOGGERS="socialcopy,httpx",
        )
        yield up
        with contextlib.suppress(ProcessLookupError):
            up.process.send_signal(signal.SIGINT)
            up.process.wait(60)


def command(data: DataSettings, canary: str, *words: str) -> subprocess.CompletedProcess[str]:
    folders = {
        "SOCIALCOPY_DATA_DIR": str(data.data_dir),
        "SOCIALCOPY_CACHE_DIR": str(data.cache_dir),
    }
    return subprocess.run(
        [sys.executable, "-m", "socialcopy.cli", *words],
        env={**os.environ, **folders, "NEMO_TOKEN": canary, "MEDIA_PRESET": "fast"},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def manifests(up: Up) -> list[str]:
    return [k for k in up.bucket.list_keys("outbox/spoken/") if k.endswith("manifest.json")]


def ended(up: Up, deployment: str, **parameters: str) -> str:
    """Run a deployment to its end; the name of the state it ended in."""
    run_id = up.run(deployment, **parameters)

    def state() -> str | None:
        name = up.state_of(run_id)
        return None if name in OPEN else name

    return until(state, seconds=800)


OPEN = ("Scheduled", "Late", "Submitting", "Pending", "Running", "Retrying", "AwaitingRetry")


def outcome_at(up: Up, key: str) -> Ending:
    """How a dropped video ended; encoding for every network takes its time."""
    source = up.bucket.head(key)
    found = until(lambda: outcome_of(up.bucket, source.key, source.oid(Brief())), seconds=600)
    return found.ending


@pytest.fixture(scope="module")
def delivered(up: Up, clips: Path) -> Up:
    up.bucket.upload(clips / "spoken.mp4", "inbox/spoken.mp4", "video/mp4")
    assert outcome_at(up, "inbox/spoken.mp4") is Ending.DELIVERED
    return up


@pytest.mark.parametrize(
    ("instruction", "state", "deliveries"),
    [
        ("cut the first 1 second", "Completed", 1),
        ("credits", "Answered", 0),
        ("add a rainbow", "Rejected", 0),
    ],
)
def test_a_delivered_video_is_refined_answered_about_or_refused_under_prefect(
    delivered: Up, instruction: str, state: str, deliveries: int
):
    before = len(manifests(delivered))

    assert (
        ended(delivered, "refine-video", key="inbox/spoken.mp4", instruction=instruction) == state
    )
    assert len(manifests(delivered)) == before + deliveries


def test_the_account_is_told_under_prefect(up: Up):
    assert ended(up, "account-status") == "Completed"


def test_the_commands_refine_and_account_work_beside_a_running_stack(
    data: DataSettings, canary: str, delivered: Up
):
    before = len(manifests(delivered))
    refined = command(data, canary, "refine", "inbox/spoken.mp4", "make it shorter")
    account = command(data, canary, "account")

    assert refined.returncode == 0, refined.stderr
    assert account.returncode == 0, account.stderr
    assert "credits" in account.stdout
    told = [refined.stdout, refined.stderr, account.stdout, account.stderr]
    assert not [text for text in told if canary in text]
    assert len(manifests(delivered)) == before + 1


def test_the_token_is_found_nowhere(
    data: DataSettings, canary: str, up: Up, watch: CommandLines, clips: Path
):
    up.bucket.upload(clips / "silent.mp4", "inbox/fails.mp4", "video/mp4")
    assert outcome_at(up, "inbox/fails.mp4") is Ending.PARKED
    failed = {"flow_runs": {"state": {"type": {"any_": ["FAILED", "CRASHED"]}}}}
    until(lambda: up.prefect("flow_runs/filter", failed))

    asked = {
        name: json.dumps(up.prefect(f"{name}/filter", {"limit": 200}))
        for name in ("flow_runs", "task_runs", "logs", "artifacts", "deployments", "flows",
                     "block_documents", "variables")
    }  # fmt: skip
    objects = {key: up.bucket.read(key) for key in up.bucket.list_keys("")}
    files = [p for folder in (data.data_dir, data.data_dir.parent) for p in folder.rglob("*")]
    found = [
        *(f"prefect {name}" for name, told in asked.items() if canary in told),
        *(key for key, blob in objects.items() if blob and canary.encode() in blob.data),
        *(str(path) for path in files if path.is_file() and canary.encode() in path.read_bytes()),
        *(line[:80] for line in watch.seen if canary in line),
    ]
    assert len(json.loads(asked["logs"])) > 50
    assert len(watch.seen) > 20
    assert found == []
