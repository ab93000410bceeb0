"""`socialcopy up` whole: S3, engine, Prefect server, worker and watcher, as a user runs it.

The tests of this module share one data folder and run in the order they are written: each one
finds what the one before it left, as a person would.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from socialcopy import keys
from socialcopy.cli.progress import Ending, Outcome, outcome_of
from socialcopy.cli.stack import store_of_running_stack
from socialcopy.models import Brief
from socialcopy.settings import DataSettings, S3Settings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StorageError
from tests.conftest import own_folders

WAIT_SECONDS = 180


class Up:
    """One `socialcopy up` in a session of its own."""

    def __init__(self, data: DataSettings, **variables: str) -> None:
        self.data = data
        self.client, self.csrf_token = uuid.uuid4().hex, ""
        self.log = data.data_dir.parent / f"up-{time.monotonic_ns()}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "socialcopy.cli", "up"],
                env={
                    **os.environ,
                    "SOCIALCOPY_DATA_DIR": str(data.data_dir),
                    "SOCIALCOPY_CACHE_DIR": str(data.cache_dir),
                    "MEDIA_PRESET": "fast",
                    **variables,
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            until(lambda: "ready" in self.said() or self.process.poll() is not None, seconds=400)
        except AssertionError:  # nothing may be left of it
            self.process.send_signal(signal.SIGINT)
            self.process.wait(60)
            raise
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.log.read_text()

    @property
    def bucket(self) -> Bucket:
        settings = store_of_running_stack(self.data)
        assert settings
        return Bucket(settings)

    def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """Ask the Prefect server once, as its UI does: the status and the answer."""
        record = json.loads((self.data.data_dir / "stack.json").read_text())
        url = f"{record['prefect_url']}/api"
        token = base64.b64encode(record["prefect_auth"].encode()).decode()
        headers = {
            "Authorization": f"Basic {token}",
            "Content-Type": "application/json",
            "Prefect-Csrf-Client": self.client,
        }
        if not self.csrf_token:
            asked = f"{url}/csrf-token?client={self.client}"
            self.csrf_token = self._answer(asked, headers)[1]["token"]
        headers["Prefect-Csrf-Token"] = self.csrf_token
        return self._answer(f"{url}/{path}", headers, json.dumps(body or {}).encode())

    def prefect(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the Prefect server answers."""
        return self.ask(path, body)[1]

    def _answer(
        self, url: str, headers: dict[str, str], body: bytes | None = None
    ) -> tuple[int, Any]:
        request = urllib.request.Request(url, data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)

    def run(self, deployment: str, **parameters: Any) -> str:
        """Start a deployment as the UI's form does; the run's id."""
        [found] = self.prefect("deployments/filter", {"deployments": named(deployment)})
        started = self.prefect(
            f"deployments/{found['id']}/create_flow_run",
            {
                "parameters": parameters,
                "state": {"type": "SCHEDULED"},
                "idempotency_key": uuid.uuid4().hex,
            },
        )
        return started["id"]

    def state_of(self, run_id: str) -> str:
        [run] = self.prefect("flow_runs/filter", {"flow_runs": {"id": {"any_": [run_id]}}})
        return run["state"]["name"]


def named(name: str) -> dict[str, Any]:
    return {"name": {"any_": [name]}}


def until(happened: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
    """Wait for something; what it was."""
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.3)
    return found


def processes_of(data: DataSettings) -> dict[int, str]:
    """Every process that belongs to this data folder, with its command line.

    A media tool is told nothing of the folder; it is known by the work folder it runs in.
    """
    mine = f"SOCIALCOPY_DATA_DIR={data.data_dir}".encode()
    work = str(data.cache_dir / "work")
    found: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            ours = mine in (folder / "environ").read_bytes()
            if ours or str((folder / "cwd").readlink()).startswith(work):
                line = (folder / "cmdline").read_text().replace("\0", " ")
                found[int(folder.name)] = line
    return found


PARTS = {
    "store": " mini ",
    "engine": "socialcopy.cli:main engine",
    "Prefect server": "socialcopy.cli.prefect_server",
    "worker": "prefect.cli:app worker",
    "watcher": "flows.watch_bucket",
}
"""What the command line of each part has in it."""


def process_of(data: DataSettings, part: str) -> int:
    """The process of a part; once it has been started again, if it was killed a moment ago."""

    def found() -> list[int]:
        lines = processes_of(data).items()
        return [pid for pid, line in lines if PARTS[part] in line and "sandbox.py" not in line]

    [pid] = until(found)
    return pid


def is_up(bucket: Bucket) -> bool:
    try:
        return bucket.exists("_socialcopy/ready")
    except StorageError:
        return False


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataSettings:
    return own_folders(tmp_path_factory.mktemp("stack"))


@pytest.fixture(scope="module")
def first(data: DataSettings) -> Iterator[Up]:
    up = Up(data)
    yield up
    with contextlib.suppress(ProcessLookupError):
        up.process.kill()


@pytest.fixture(scope="module")
def second(data: DataSettings, first: Up) -> Iterator[Up]:
    """Up again after the first one was killed."""
    assert first.process.poll() is not None
    up = Up(data, WATCH_DRAIN_SECONDS="120")
    yield up
    with contextlib.suppress(ProcessLookupError):
        up.process.kill()


def ending(up: Up, key: str, brief: Brief | None = None) -> Outcome:
    source = up.bucket.head(key)
    return until(lambda: outcome_of(up.bucket, source.key, source.oid(brief or Brief())))


def test_a_file_put_into_the_inbox_is_delivered_without_another_act(first: Up, clips: Path):
    first.bucket.upload(clips / "spoken.mp4", "inbox/spoken.mp4", "video/mp4")

    assert ending(first, "inbox/spoken.mp4").ending is Ending.DELIVERED


def test_the_same_object_again_changes_nothing(first: Up, clips: Path):
    before = set(first.bucket.list_keys(""))
    first.bucket.upload(clips / "spoken.mp4", "inbox/spoken.mp4", "video/mp4")
    time.sleep(5)  # two listings

    assert set(first.bucket.list_keys("")) == before


def test_a_new_version_of_an_object_is_a_new_delivery(first: Up, clips: Path):
    first.bucket.upload(clips / "silent.mp4", "inbox/spoken.mp4", "video/mp4")
    ending(first, "inbox/spoken.mp4")
    manifests = [k for k in first.bucket.list_keys("outbox/spoken/") if k.endswith("manifest.json")]

    assert len(manifests) == 2


def test_prefect_lists_the_deployments_and_shows_tasks_by_name(first: Up):
    deployments = {d["name"] for d in first.prefect("deployments/filter")}
    runs = {run["name"] for run in first.prefect("task_runs/filter", {"limit": 200})}

    assert deployments >= {"caption-video", "nightly-batch", "watch-bucket"}
    assert {"validate-inbox/spoken.mp4", "publish-inbox/spoken.mp4"} <= runs


def test_the_nightly_batch_is_scheduled(first: Up):
    scheduled = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    runs = until(lambda: first.prefect("flow_runs/filter", scheduled))

    assert {run["parameters"]["prefix"] for run in runs} == {"nightly/"}


def test_a_run_leaves_its_captions_as_an_artifact(first: Up):
    artifacts = first.prefect("artifacts/filter")
    shown = [a for a in artifacts if (a["key"] or "").startswith("captions-")]

    assert any("Harbor" in artifact["data"] for artifact in shown)


def test_after_a_kill_nine_in_the_middle_nothing_is_left_running(
    data: DataSettings, first: Up, clips: Path
):
    first.bucket.upload(clips / "spoken.mp4", "inbox/killed.mp4", "video/mp4")
    oid = first.bucket.head("inbox/killed.mp4").oid(Brief())
    until(lambda: any("upload" in key for key in first.bucket.list_keys(keys.journal(oid))))
    first.process.kill()
    first.process.wait()

    until(lambda: not processes_of(data), seconds=15)


WRITTEN = ("intent", "refused")
"""What the journal holds of a paid step before its receipt."""


def test_up_again_delivers_what_was_in_hand_once(second: Up):
    outcome = ending(second, "inbox/killed.mp4")
    journal = list(second.bucket.list_keys(keys.journal(outcome.document["oid"])))
    manifests = [k for k in second.bucket.list_keys("outbox/killed/") if "manifest" in k]

    assert outcome.ending is Ending.DELIVERED
    assert len(manifests) == 1
    intents, unsent = (sum(f"caption-{kind}" in key for key in journal) for kind in WRITTEN)
    assert intents - unsent == 1  # one more is sent only where the one before provably was not


def test_runs_that_the_kill_left_open_are_closed(second: Up):
    watching = {"flow_runs": {"name": {"like_": "watch-"}}}
    states = [run["state"]["type"] for run in second.prefect("flow_runs/filter", watching)]

    assert sorted(states) == ["CRASHED", "RUNNING"]


def test_a_run_started_by_form_takes_a_key_and_an_instruction(second: Up):
    run_id = second.run("caption-video", key="inbox/spoken.mp4", instruction="keep it short")
    brief = Brief(instruction="keep it short")

    assert ending(second, "inbox/spoken.mp4", brief).ending is Ending.DELIVERED
    until(lambda: second.state_of(run_id) == "Completed")


def test_a_rejected_video_ends_green_and_says_so(second: Up, clips: Path):
    second.bucket.upload(clips / "text.mp4", "inbox/text.mp4", "video/mp4")

    assert ending(second, "inbox/text.mp4").ending is Ending.REJECTED
    rejected = {"flow_runs": {"state": {"name": {"any_": ["Rejected"]}}}}
    [run] = until(lambda: second.prefect("flow_runs/filter", rejected))
    assert (run["name"], run["state"]["type"]) == ("caption-inbox/text.mp4", "COMPLETED")


def runs_ended(up: Up, name: str) -> list[dict[str, Any]]:
    """Runs by the name of their state, as a filter of the API or the UI asks for them."""
    return up.prefect("flow_runs/filter", {"flow_runs": {"state": {"name": {"any_": [name]}}}})


def test_a_parked_video_is_found_by_failures_by_its_state_and_by_a_tag(second: Up, clips: Path):
    data = (clips / "silent.mp4").read_bytes() + b"parked"
    second.bucket.write("aside/parked.mp4", data, "video/mp4")
    aside = second.bucket.head("aside/parked.mp4")
    oid = aside.model_copy(update={"key": "inbox/parked.mp4"}).oid(Brief())
    second.bucket.write(keys.journal_entry(oid, "media"), b"{", "application/json")
    second.bucket.write("inbox/parked.mp4", data, "video/mp4")

    assert ending(second, "inbox/parked.mp4").ending is Ending.PARKED
    [run] = until(lambda: runs_ended(second, "Parked"))
    assert (run["state"]["type"], run["tags"]) == ("FAILED", ["parked"])
    assert "socialcopy retry" in run["state"]["message"]
    of_run = {"resource": {"id": [f"prefect.flow-run.{run['id']}"]}}
    happened = until(
        lambda: [
            names
            for found in [second.prefect("events/filter", {"filter": of_run})["events"]]
            if "prefect.flow-run.Parked" in (names := {event["event"] for event in found})
        ]
    )
    assert "prefect.flow-run.Failed" in happened[0]  # what automations on failure wait for


def test_a_wrong_parameter_of_a_form_is_refused_in_words_and_leaves_no_run(second: Up):
    with pytest.raises(urllib.error.HTTPError) as refused:
        second.run("caption-video", key="inbox/spoken.mp4", language="klingon")

    assert refused.value.code == 409
    assert "a language code such as en, de or pt-BR" in refused.value.read().decode()


def test_a_mistyped_key_fails_with_the_nearest_right_one(second: Up):
    run_id = second.run("caption-video", key="inbox/spokne.mp4")

    until(lambda: second.state_of(run_id) == "Failed")
    [run] = second.prefect("flow_runs/filter", {"flow_runs": {"id": {"any_": [run_id]}}})
    assert "did you mean “inbox/spoken.mp4”?" in run["state"]["message"]


LATER = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2099-01-01T00:00:00Z"}}


def test_forty_submissions_at_a_time_are_all_taken(second: Up):
    [found] = second.prefect("deployments/filter", {"deployments": named("retry-video")})
    path = f"deployments/{found['id']}/create_flow_run"
    body = {"parameters": {"oid": "0" * 16}, "state": LATER}

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: second.ask(path, body), range(40)))

    assert [status for status, _ in answers] == [201] * 40


def test_the_nightly_batch_reports_each_video_of_its_prefix(second: Up, clips: Path):
    for name in ("silent", "text", "sound-only"):
        second.bucket.upload(clips / f"{name}.mp4", f"nightly/{name}.mp4", "video/mp4")
    run_id = second.run("nightly-batch")
    until(lambda: second.state_of(run_id) == "Completed")

    tables = second.prefect("artifacts/filter", {"artifacts": {"key": {"any_": ["nightly-batch"]}}})
    lines = {line["key"]: line["outcome"] for line in json.loads(tables[0]["data"])}
    assert lines == {
        "nightly/silent.mp4": "delivered",
        "nightly/sound-only.mp4": "rejected",
        "nightly/text.mp4": "rejected",
    }


def test_parts_that_die_the_store_among_them_are_started_again_and_work_goes_on(
    data: DataSettings, second: Up, clips: Path
):
    second.bucket.upload(clips / "spoken.mp4", "inbox/during-a-death.mp4", "video/mp4")
    oid = second.bucket.head("inbox/during-a-death.mp4").oid(Brief())
    until(lambda: list(second.bucket.list_keys(keys.journal(oid))))
    for part in PARTS:
        os.kill(process_of(data, part), signal.SIGKILL)
    until(lambda: second.said().count("starting it again") == len(PARTS))
    until(lambda: is_up(second.bucket))

    assert ending(second, "inbox/during-a-death.mp4").ending is Ending.DELIVERED
    second.bucket.upload(clips / "silent.mp4", "inbox/after-a-death.mp4", "video/mp4")
    assert ending(second, "inbox/after-a-death.mp4").ending is Ending.DELIVERED


@pytest.mark.parametrize("signs", [1, 2], ids=["finished", "given back at the second sign"])
def test_sigterm_lets_the_watcher_finish_what_it_has_begun(
    data: DataSettings, second: Up, clips: Path, signs: int
):
    key = f"inbox/drained-{signs}.mp4"
    [pid] = until(  # `up` starts it again after the test before this one
        lambda: [pid for pid, line in processes_of(data).items() if "flows.watch_bucket" in line]
    )
    second.bucket.upload(clips / "spoken.mp4", key, "video/mp4")
    oid = second.bucket.head(key).oid(Brief())
    until(lambda: list(second.bucket.list_keys(keys.journal(oid))))
    for _ in range(signs):
        os.kill(pid, signal.SIGTERM)
        time.sleep(0.5)
    until(lambda: pid not in processes_of(data))

    assert second.bucket.exists(keys.finished(oid)) is (signs == 1)
    assert ending(second, key).ending is Ending.DELIVERED  # by the next watcher, if need be
    found = second.bucket.read(keys.claim(oid))
    assert found
    assert claims.read_record(found, oid).failures == ()


def test_a_parked_video_is_tried_again_from_the_prefect_ui(second: Up, clips: Path):
    second.bucket.upload(clips / "text.mp4", "inbox/again.mp4", "video/mp4")
    found = ending(second, "inbox/again.mp4")
    first = found.document["decided_at"]
    time.sleep(1.1)
    run_id = second.run("retry-video", oid=found.document["oid"])
    until(lambda: second.state_of(run_id) == "Completed")
    until(lambda: ending(second, "inbox/again.mp4").document["decided_at"] > first)


def test_a_second_up_in_the_same_folder_says_what_to_do(data: DataSettings, second: Up):
    done = subprocess.run(
        [sys.executable, "-m", "socialcopy.cli", "up"],
        env={**os.environ, "SOCIALCOPY_DATA_DIR": str(data.data_dir)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 3
    assert "another `socialcopy up`" in done.stderr


def test_no_secret_is_in_any_log(data: DataSettings, second: Up):
    secret = json.loads((data.data_dir / "s3" / "credentials.json").read_text())["secretKey"]
    logs = [*(data.data_dir / "logs").glob("*.log"), second.log]

    assert not [log.name for log in logs if secret in log.read_text(errors="replace")]
    assert not [log.name for log in logs if "nmv_usr_" in log.read_text(errors="replace")]


def test_ctrl_c_in_the_middle_leaves_no_process_and_no_lock(
    data: DataSettings, second: Up, clips: Path
):
    second.bucket.upload(clips / "spoken.mp4", "inbox/interrupted.mp4", "video/mp4")
    oid = second.bucket.head("inbox/interrupted.mp4").oid(Brief())
    until(lambda: any("conform" in key for key in second.bucket.list_keys(keys.journal(oid))))
    second.process.send_signal(signal.SIGINT)

    assert second.process.wait(60) == 0
    assert processes_of(data) == {}
    assert not list(data.data_dir.glob("stack.*"))


def test_another_store_is_used_with_the_usual_aws_variables(
    data: DataSettings, store: S3Settings, clips: Path
):
    elsewhere = Bucket(store.model_copy(update={"bucket": "elsewhere"}))
    elsewhere.ensure()
    assert store.secret_access_key
    up = Up(
        data,
        S3_ENDPOINT_URL=str(store.endpoint_url),
        S3_BUCKET="elsewhere",
        AWS_ACCESS_KEY_ID=str(store.access_key_id),
        AWS_SECRET_ACCESS_KEY=store.secret_access_key.get_secret_value(),
    )
    elsewhere.upload(clips / "text.mp4", "inbox/text.mp4", "video/mp4")
    source = elsewhere.head("inbox/text.mp4")

    outcome = until(lambda: outcome_of(elsewhere, source.key, source.oid(Brief())), seconds=60)
    up.process.send_signal(signal.SIGINT)
    assert outcome.ending is Ending.REJECTED
    assert up.process.wait(60) == 0
