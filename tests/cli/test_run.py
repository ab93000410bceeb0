"""What programs and shells get from the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import typer

from socialcopy.cli.app import app
from socialcopy.cli.exit_codes import CODES, ExitCode
from socialcopy.cli.run import run
from socialcopy.environment import unknown_variables
from socialcopy.storage.bucket import Bucket

COMMANDS = typer.main.get_group(app).commands
LISTINGS = (("status",), ("status", "--all"), ("verify",), ("gc",), ("policies",), ("rules",),
            ("retry", "--parked"))  # fmt: skip


def command(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "socialcopy.cli", *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_command_has_its_exit_codes_written_down():
    assert CODES.keys() == COMMANDS.keys()


@pytest.mark.parametrize("arguments", LISTINGS, ids=" ".join)
def test_every_listing_comes_as_json(
    environment: pytest.MonkeyPatch,
    bucket: Bucket,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
):
    bucket.write("inbox/notes.txt", b"x", "text/plain")

    code = run([*arguments, "--json"])
    said = capsys.readouterr()

    assert code == ExitCode.DONE
    assert isinstance(json.loads(said.out), dict)
    assert said.err == ""


def test_what_is_passed_over_is_in_status(
    environment: pytest.MonkeyPatch, bucket: Bucket, capsys: pytest.CaptureFixture[str]
):
    bucket.write("inbox/clip.mp4.part", b"x", "text/plain")
    bucket.write("inbox/clip.mp4", b"x", "video/mp4")

    run(["status"])
    said = capsys.readouterr().out

    assert "1 waiting" in said
    assert "1 passed over" in said
    assert "inbox/clip.mp4.part: its name ends in .part" in said


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]):
    assert run(["--version"]) == ExitCode.DONE
    assert capsys.readouterr().out == f"socialcopy {metadata.version('socialcopy')}\n"


def test_a_shell_completes_commands_and_names(bucket: Bucket, environment: pytest.MonkeyPatch):
    bucket.write("inbox/launch.mp4", b"x", "video/mp4")
    asked = {"_SOCIALCOPY_COMPLETE": "complete_bash", "COMP_CWORD": "2"}

    commands = command(COMP_WORDS="socialcopy sta", **{**asked, "COMP_CWORD": "1"})
    names = command(COMP_WORDS="socialcopy refine la", **asked)

    assert commands.stdout.split() == ["status"]
    assert names.stdout.split() == ["launch.mp4"]


def test_a_setting_that_is_none_is_named_with_the_nearest_right_one(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    environment.setenv("WATCH_CONCURENCY", "3")

    assert run(["status"]) == ExitCode.DONE
    assert "WATCH_CONCURENCY is no setting of ours; did you mean “WATCH_CONCURRENCY”?" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "name",
    ["AWS_ENDPOINT_URL_S3", "AWS_PROFILE", "NOTIFY_SOCKET", "LOG_LEVEL", "PATH", "S3_BUCKET"],
)
def test_variables_of_others_and_our_own_are_not_complained_about(name: str):
    assert unknown_variables({name: "x"}) == []


def test_whoever_stops_reading_gets_no_traceback(environment: pytest.MonkeyPatch):
    line = f"{sys.executable} -m socialcopy.cli rules | head -1"
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)  # noqa: S602  (a person types it into a shell)

    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_disk_without_room_is_told_before_anything_begins(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    clip = tmp_path / "clip.mp4"
    with clip.open("wb") as file:
        file.truncate(4 * 10**12)  # takes no room itself, and what is made of it takes too much

    code = run(["caption", str(clip), "--out", str(tmp_path / "out")])
    said = capsys.readouterr().err

    assert code == ExitCode.NOT_READY
    assert "MB of free space" in said
    assert len(said.splitlines()) == 1
