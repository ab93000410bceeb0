"""Several files in one session, and what the engine does wrong when it is told to."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from socialcopy import json_files
from socialcopy.engine.api.server import serve
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import RenderStatus
from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.drafts import draft_in
from socialcopy.nemovideo.errors import NemoVideoError, StreamInterruptedError
from socialcopy.nemovideo.file_names import sentence
from socialcopy.nemovideo.tokens import request_anonymous_token
from socialcopy.settings import (
    DataSettings,
    EngineSettings,
    MediaSettings,
    NemoVideoSettings,
    SpeechSettings,
)
from tests.conftest import until
from tests.engine.conftest import upload
from tests.fault_injection import Fault, create_faulty_app

Begin = Callable[..., NemoVideo]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    with ExitStack() as stack:

        def begin(
            *faults: Fault, seed: int = 0, silent_edits: float = 0, **settings: float | str
        ) -> NemoVideo:
            app = create_faulty_app(
                EngineSettings(heartbeat_seconds=0.1, **settings),  # type: ignore[arg-type]
                SpeechSettings(),
                MediaSettings(),
                DataSettings(data_dir=tmp_path),
                *faults,
                seed=seed,
                silent_edits=silent_edits,
            )
            url = stack.enter_context(serve(app))
            # Impatient only with a stream that never ends; anything else takes the time it takes.
            patience = 2 if any(fault.does == "hang" for fault in faults) else 200
            client = NemoVideoSettings(render_poll_seconds=1, message_timeout_seconds=patience)
            token = request_anonymous_token(url, "me").token
            return stack.enter_context(NemoVideo(url, token, client))

        yield begin


def rendered_ms(nemo: NemoVideo, session: object, render_id: str, target: Path) -> int:
    nemo.submit_render(session, render_id, draft_in(nemo.state(session)) or {})  # type: ignore[arg-type]
    nemo.download(nemo.wait_for_render(render_id), target)
    return probe(target, size_bytes=1, settings=MediaSettings()).duration_ms


def test_several_files_of_one_session_are_done_one_by_one(
    begin: Begin, clips: Path, tmp_path: Path
):
    nemo = begin()
    session = nemo.open_session()
    for name in ("silent.mp4", "spoken.mp4"):
        upload(nemo, session, clips / name)

    lengths = []
    for number, wish in enumerate(("use clip 1 only", "use clip 2 only"), 1):
        nemo.send(session, wish)
        nemo.send(session, f"trim it to {number} seconds")
        lengths.append(rendered_ms(nemo, session, f"render_{number}", tmp_path / "out.mp4"))

    assert lengths == [pytest.approx(1_000, abs=60), pytest.approx(2_000, abs=60)]


def test_a_message_that_names_a_file_is_about_that_file(begin: Begin, clips: Path):
    nemo = begin()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    upload(nemo, session, clips / "spoken.mp4")

    first = nemo.send(session, "Write a caption for X.")
    named = nemo.send(session, "Write a caption for X based on spoken.mp4.")

    assert "mug" not in first
    assert "mug" in named
    infos = {info["filename"]: info["asset_id"] for info in nemo.state(session)["video_infos"]}
    assert infos["spoken.mp4"] in nemo.state(session)["video_analyses"]


def test_a_name_that_nobody_uploaded_gets_no_captions_of_another_video(begin: Begin, clips: Path):
    nemo = begin()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")

    said = nemo.send(session, f"Write a caption for X. {sentence('.0123456789abcdef.mp4')}")

    assert "no video of that name" in said
    assert "generated_media" not in nemo.state(session)


def test_a_session_is_charged_once_and_each_session_anew(begin: Begin, tmp_path: Path):
    nemo = begin(message_cost_credits=50, charge_per="session")
    one, two = nemo.open_session(), nemo.open_session()

    for session, left in ((one, 50), (one, 50), (two, 0), (two, 0), (one, 0)):
        nemo.send(session, "Write captions.")
        assert nemo.credits() == (left, 0, left)

    moves = [entry["move"] for entry in json_files.entries(tmp_path / "engine/ledger.jsonl")]
    assert moves == ["grant", "freeze", "settle", "freeze", "settle"]


def test_a_session_whose_first_message_failed_is_paid_for_by_the_next(begin: Begin, clips: Path):
    nemo = begin(
        Fault(at="message", does="fail"),
        message_cost_credits=50,
        charge_per="session",
    )
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")

    with contextlib.suppress(NemoVideoError):
        nemo.send(session, "Write captions.")
    assert nemo.credits().total == 100
    nemo.send(session, "Write captions.")
    assert nemo.credits().total == 50


def test_a_seeded_share_of_edits_ends_in_silence_and_each_is_made(begin: Begin, clips: Path):
    nemo = begin(silent_edits=0.3, seed=7)
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    silent = 0
    for number in range(20):
        silent += nemo.send(session, f"add a title saying 'No {number}'") == ""
        assert f"No {number}" in str(draft_in(nemo.state(session)))

    assert 2 <= silent <= 11  # 6 expected; the seed makes it the same in every run


@pytest.mark.parametrize("does", ["hang", "drop_stream", "drop_reply"])
def test_a_lost_stream_leaves_the_work_completing(begin: Begin, clips: Path, does: str):
    nemo = begin(Fault(at="message", does=does))  # type: ignore[arg-type]
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")

    with pytest.raises(StreamInterruptedError):
        nemo.send(session, "trim it to 1 second")

    # The work goes on without us.
    until(lambda: (draft_in(nemo.state(session)) or {})["d"] == 1_000)


@pytest.mark.parametrize("does", ["truncate", "slow"])
def test_a_bad_link_costs_nobody_the_video(begin: Begin, clips: Path, tmp_path: Path, does: str):
    nemo = begin(Fault(at="link", does=does, seconds=0.01))  # type: ignore[arg-type]
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")

    assert rendered_ms(nemo, session, "render_x", tmp_path / "o.mp4") == pytest.approx(
        4_000, abs=60
    )


def test_a_failed_first_render_succeeds_under_a_new_id(begin: Begin, clips: Path, tmp_path: Path):
    nemo = begin(Fault(at="render", does="fail"))
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    nemo.submit_render(session, "render_1", draft_in(nemo.state(session)) or {})

    assert nemo.wait_for_render("render_1").status is RenderStatus.FAILED
    assert rendered_ms(nemo, session, "render_2", tmp_path / "o.mp4") > 3_000
