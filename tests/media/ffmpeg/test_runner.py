"""The one door for media tools."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from socialcopy.media.errors import (
    InputRefusedError,
    ToolFailedError,
    ToolMissingError,
    ToolStoppedError,
    ToolTimeoutError,
)
from socialcopy.media.ffmpeg import runner
from socialcopy.media.ffmpeg.deadline import deadline
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.ffmpeg.runner import Limits, guarded_input, run
from socialcopy.settings import MediaSettings
from tests.conftest import processes, until

LIMITS = Limits(wall_seconds=120, memory_bytes=2_000_000_000)


class Canary(BaseHTTPRequestHandler):
    """Counts whoever calls."""

    calls = 0

    def do_GET(self) -> None:
        type(self).calls += 1
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def canary():
    Canary.calls = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def hostile(address: str, neighbour: Path) -> dict[str, str]:
    """Scripts named like videos, each of which makes an unguarded ffprobe fetch or read."""
    return {
        "hls-http": f"#EXTM3U\n#EXTINF:1,\nhttp://{address}/a.ts\n#EXT-X-ENDLIST\n",
        "hls-file": f"#EXTM3U\n#EXTINF:1,\nfile://{neighbour}\n#EXT-X-ENDLIST\n",
        "concat": f"ffconcat version 1.0\nfile {neighbour.name}\n",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
        f"<Period><BaseURL>http://{address}/</BaseURL></Period></MPD>",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    }


@pytest.mark.parametrize("name", ["hls-http", "hls-file", "concat", "dash", "sdp"])
def test_a_script_named_like_a_video_is_refused_and_opens_nothing(
    tmp_path: Path, canary: str, name: str
):
    neighbour = tmp_path / "neighbour.ts"
    neighbour.write_bytes(b"secret")
    path = tmp_path / "clip.mp4"
    path.write_text(hostile(canary, neighbour)[name])

    with pytest.raises(InputRefusedError):
        probe(path, size_bytes=path.stat().st_size, settings=MediaSettings())
    assert Canary.calls == 0


def test_an_input_that_is_not_guarded_is_not_run():
    with pytest.raises(ValueError, match="guarded_input"):
        run(["ffprobe", "-i", "clip.mp4"], limits=LIMITS)


def test_an_input_is_a_path_or_a_url_and_no_other_scheme():
    with pytest.raises(ValueError, match="presigned"):
        guarded_input("concat:a|b", max_pixels=1)


def test_a_program_that_is_not_there_is_named():
    with pytest.raises(ToolMissingError, match="no-such-tool"):
        run(["no-such-tool"], limits=LIMITS)


def lasting(tmp_path: Path) -> list[str]:
    """Read nine seconds of picture in nine seconds."""
    clip = tmp_path / "clip.mkv"
    make = ["ffmpeg", "-v", "error", *no_input("testsrc2"), str(clip)]
    run(make, limits=LIMITS, cwd=tmp_path)
    read = guarded_input(clip, max_pixels=10**7)
    return ["ffmpeg", "-v", "error", "-re", *read, "-f", "null", "-"]


def no_input(source: str) -> list[str]:
    """A generated picture: a filter graph with a source of its own opens nothing."""
    return ["-filter_complex", f"{source}=size=320x180:rate=25:duration=9"]


def test_a_run_that_takes_more_work_than_it_may_is_out_of_time(clip):
    source = guarded_input(clip(), max_pixels=10_000_000)
    argv = ["ffmpeg", "-v", "error", "-nostdin", "-stream_loop", "-1", *source, "-f", "null", "-"]

    with pytest.raises(ToolTimeoutError):
        run(argv, limits=LIMITS.model_copy(update={"cpu_seconds": 1}))


def test_a_run_past_its_time_is_killed_and_leaves_nothing(tmp_path: Path):
    argv = lasting(tmp_path)

    with pytest.raises(ToolTimeoutError):
        run(argv, limits=Limits(wall_seconds=1, memory_bytes=LIMITS.memory_bytes))
    assert not processes(str(tmp_path))


def test_a_run_that_is_stopped_ends_at_once_and_leaves_nothing(tmp_path: Path):
    argv, stop = lasting(tmp_path), threading.Event()
    frozen: list[int] = []

    def stop_it_frozen() -> None:
        """It can't come to its own end any more: only being killed ends it."""
        frozen.extend(until(lambda: processes(str(tmp_path))))
        for process in frozen:
            os.kill(process, signal.SIGSTOP)
        stop.set()

    threading.Thread(target=stop_it_frozen, daemon=True).start()
    with pytest.raises(ToolStoppedError):
        run(argv, limits=LIMITS, stop=stop)
    assert frozen
    assert not processes(str(tmp_path))


def test_too_little_memory_fails_the_tool_and_not_us(tmp_path: Path):
    argv = lasting(tmp_path)

    with pytest.raises(ToolFailedError):
        run(argv, limits=Limits(wall_seconds=20, memory_bytes=30_000_000))


def test_a_file_over_its_limit_is_not_written(tmp_path: Path):
    output = tmp_path / "large.mkv"
    argv = ["ffmpeg", "-v", "error", *no_input("testsrc2"), "-c:v", "rawvideo", str(output)]

    with pytest.raises(ToolFailedError):
        run(argv, limits=LIMITS.model_copy(update={"file_bytes": 1_000_000}), cwd=tmp_path)
    assert output.stat().st_size <= 1_000_000


def test_the_signature_of_a_presigned_url_is_in_no_error(canary: str):
    url = f"http://{canary}/clip.mp4?X-Amz-Signature=abc123&X-Amz-Credential=key"

    with pytest.raises(ToolFailedError) as failed:
        probe(url, size_bytes=1, settings=MediaSettings())
    assert "abc123" not in repr(failed.value.args) + str(failed.value)


def test_a_tool_is_given_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("S3_SECRET_ACCESS_KEY", "canary")

    assert b"canary" not in run(["env"], limits=LIMITS).stdout


def test_a_name_with_shell_signs_is_a_name(tmp_path: Path):
    path = tmp_path / "a b; touch owned $(touch owned2) & 'c'.mkv"
    run(["ffmpeg", "-v", "error", *no_input("testsrc2"), str(path)], limits=LIMITS, cwd=tmp_path)

    assert probe(path, size_bytes=1, settings=MediaSettings()).duration_ms > 0
    assert [found.name for found in tmp_path.iterdir()] == [path.name]


def test_a_local_file_opens_no_address_whatever_its_container(tmp_path: Path, canary: str):
    """The second lock, should a playlist ever get past the first one."""
    path = tmp_path / "clip.m3u8"
    playlist = hostile(canary, path)["hls-http"]
    path.write_text(playlist.replace("#EXTINF", "#EXT-X-TARGETDURATION:1\n#EXTINF"))
    argv = runner.guarded_input(path, max_pixels=1)
    argv[argv.index("-format_whitelist") + 1] = "hls,mpegts"
    subprocess.run(["ffprobe", "-v", "error", *argv], capture_output=True, check=False, timeout=240)

    assert Canary.calls == 0


def test_what_is_left_of_a_deadline_bounds_every_run(tmp_path: Path):
    argv = lasting(tmp_path)

    with deadline(60), deadline(1), pytest.raises(ToolTimeoutError):
        run(argv, limits=LIMITS)
    with deadline(0), pytest.raises(ToolTimeoutError):
        run(["true"], limits=LIMITS)
    assert run(["true"], limits=LIMITS).stdout == b""


def test_files_without_end_are_ended(tmp_path: Path):
    """Each of them is small, and the disk is as full as by a large one."""
    script = "n=0; while n=$((n + 1)); do echo x > file$n; done"
    limits = LIMITS.model_copy(update={"file_bytes": 100_000})

    with pytest.raises(ToolFailedError, match="grows far beyond"):
        run(["sh", "-c", script], limits=limits, cwd=tmp_path)


@pytest.mark.parametrize(
    ("returncode", "stderr", "told"),
    [
        (1, "[mov @ 0x5567] moov atom not found\nclip.mp4: Invalid data", "may be damaged"),
        (1, "out.mp4: No space left on device", "disk"),
        (1, "Error: Cannot allocate memory", "memory"),
        (-signal.SIGSEGV, "", "crash"),
        (-signal.SIGXCPU, "", "work"),
    ],
)
def test_what_a_tool_prints_is_told_in_our_words(returncode: int, stderr: str, told: str):
    sentence = str(ToolFailedError(["ffmpeg"], returncode, stderr))

    assert told in sentence
    assert not re.search(r"ffmpeg|@|0x|code|signal", sentence)


def test_a_tool_that_says_more_than_anybody_reads_is_an_error(tmp_path: Path):
    with pytest.raises(ToolFailedError, match="more parts than any video"):
        run(["head", "-c", "20000000", "/dev/zero"], limits=LIMITS)
