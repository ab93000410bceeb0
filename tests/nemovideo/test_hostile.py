"""Whatever a service replies, each call ends soon, in little memory, with an error of ours."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from socialcopy.models import RenderJob, RenderStatus, Session
from socialcopy.nemovideo import transport
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.drafts import (
    copy_in,
    failure_in,
    fingerprint,
    message_statuses,
    timeline_summary,
    understanding_in,
)
from socialcopy.nemovideo.errors import APIConnectionError, NemoVideoError
from socialcopy.nemovideo.tokens import request_anonymous_token
from socialcopy.settings import NemoVideoSettings
from tests.nemovideo.conftest import TOKEN
from tests.nemovideo.hostile import DOCUMENTS, DRIPS, FRAMINGS, STREAMS, Reply, says, serving

SECONDS = 0.4
"""What an exchange may take here; nothing else ends the endless ones."""

MOST_BYTES = 24 * 1024 * 1024
SESSION = Session(session_id="5529798706024415232", task_id="task_1")
SETTINGS = NemoVideoSettings(
    message_timeout_seconds=SECONDS,
    idle_timeout_seconds=SECONDS,
    download_timeout_seconds=SECONDS,
    max_download_bytes=1_000_000,
)


@pytest.fixture(autouse=True)
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(transport, "CALL_SECONDS", SECONDS)
    tracemalloc.start()
    yield
    tracemalloc.stop()


def read_state(nemo: NemoVideo) -> None:
    """The state, and everything the pipeline looks for in it."""
    state = nemo.state(SESSION)
    message_statuses(state)
    copy_in(state)
    fingerprint(state)
    failure_in(state, [])
    understanding_in(state, "x")
    timeline_summary(state.get("draft"))


def calls(nemo: NemoVideo, url: str, target: Path) -> dict[str, Callable[[], object]]:
    job = RenderJob(render_id="r", status=RenderStatus.COMPLETED, url=f"{url}/r.mp4")
    return {
        "token": lambda: request_anonymous_token(url, "me"),
        "session": nemo.open_session,
        "claim": lambda: nemo.claim_token(SESSION),
        "credits": nemo.credits,
        "state": lambda: read_state(nemo),
        "upload": lambda: nemo.upload_stream(SESSION, "a.mp4", io.BytesIO(b"0"), 1),
        "message": lambda: nemo.send(SESSION, "hello"),
        "render": lambda: nemo.submit_render(SESSION, "r", {}),
        "poll": lambda: nemo.poll_render("r"),
        "cancel": lambda: nemo.cancel_render("r"),
        "download": lambda: nemo.download(job, target),
    }


def ask(reply: Reply, target: Path, *names: str, drip: bytes = b"") -> list[str]:
    """Make calls; how each has ended. Anything but an answer or an error of ours is raised."""
    told: list[str] = []
    with serving(reply, drip) as url, NemoVideo(url, TOKEN, SETTINGS) as nemo:
        for name, call in calls(nemo, url, target).items():
            if names and name not in names:
                continue
            tracemalloc.reset_peak()
            try:
                call()
            except NemoVideoError as error:
                told.append(str(error))
            else:
                told.append("")
            assert tracemalloc.get_traced_memory()[1] < MOST_BYTES, name
    return told


@pytest.mark.parametrize("name", FRAMINGS)
def test_what_is_no_answer_is_an_error(target: Path, name: str):
    told = ask(FRAMINGS[name], target, "credits", "message", "download")

    assert len(told) == 3
    assert all(told)
    assert not target.exists()


@pytest.mark.parametrize("name", DRIPS)
def test_what_drips_is_given_up(target: Path, name: str):
    told = ask(lambda: iter(()), target, "credits", "message", "download", drip=DRIPS[name])

    assert all("time limit" in words or "events" in words for words in told), told
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_wrongly_said_is_an_error_or_counts_for_little(target: Path, name: str):
    told = ask(DOCUMENTS[name], target)

    assert len(told) == 11
    for words in told:
        assert len(words) < 700
        assert words.isprintable(), words


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_that_is_none_leaves_the_outcome_open(target: Path, name: str):
    (told,) = ask(STREAMS[name], target, "message")

    assert told
    assert len(told) < 700


def test_the_replies_are_more_than_fifty():
    assert len(FRAMINGS) + len(DRIPS) + len(DOCUMENTS) + len(STREAMS) >= 50


@pytest.mark.parametrize("token", ["", "a\r\nb: c", "\u273f", "a b", "x" * 5_000])
def test_a_token_that_no_header_can_carry_is_no_token(token: str):
    reply = says({"code": 0, "data": {"token": token}})
    with serving(reply) as url, NemoVideo(url, TOKEN, SETTINGS) as nemo:
        for ask_for_it in (
            lambda: request_anonymous_token(url, "me"),
            lambda: nemo.claim_token(SESSION),
        ):
            with pytest.raises(APIConnectionError):
                ask_for_it()
