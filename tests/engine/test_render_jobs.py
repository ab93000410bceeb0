"""Render jobs: two shapes of reply, ids, links, cancelling, and what can not be rendered."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx
import pytest

from socialcopy.models import RenderStatus
from socialcopy.nemovideo import errors
from tests.engine.conftest import upload
from tests.engine.servers import EngineServer
from tests.wire_forms import wire_forms


@pytest.mark.parametrize("shape", ["R1", "R2"])
def test_a_render_is_told_in_both_shapes(engine: EngineServer, clips: Path, shape: str):
    engine.serve(wire_forms(render_shape=shape))
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")

    submitted = nemo.submit_render(session, "render_1", nemo.state(session)["draft"])
    job = nemo.wait_for_render("render_1")

    assert submitted.status in ("pending", "processing", "completed")
    assert (job.status, job.progress_percent) == (RenderStatus.COMPLETED, 100)
    assert job.url
    assert job.url.startswith(engine.url)


@pytest.mark.parametrize("policy", ["return", "refuse"])
def test_a_render_id_is_used_once(engine: EngineServer, clips: Path, policy: str):
    engine.serve(wire_forms(refuses_duplicates=policy == "refuse"))
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    draft = nemo.state(session)["draft"]
    nemo.submit_render(session, "render_1", draft)
    url = nemo.wait_for_render("render_1").url

    if policy == "refuse":
        with pytest.raises(errors.DuplicateRenderError):
            nemo.submit_render(session, "render_1", draft)
    else:
        assert nemo.submit_render(session, "render_1", draft).url == url


def test_a_render_id_of_somebody_else_is_unknown(engine: EngineServer, clips: Path):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    nemo.submit_render(session, "render_1", nemo.state(session)["draft"])

    with pytest.raises(errors.APIStatusError) as got:
        engine.client().poll_render("render_1")

    assert got.value.code == 404


def test_a_link_is_worth_nothing_without_its_secret(engine: EngineServer, clips: Path):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    nemo.submit_render(session, "render_1", nemo.state(session)["draft"])
    url = nemo.wait_for_render("render_1").url or ""

    assert httpx.get(url).headers["Content-Type"] == "video/mp4"
    assert httpx.get(url[:-12] + "00000000.mp4").status_code == 404


def test_a_pending_job_can_be_cancelled_and_a_finished_one_not(
    engine: EngineServer, clips: Path, held_renders: threading.Event
):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    draft = nemo.state(session)["draft"]
    for number in (1, 2, 3):
        nemo.submit_render(session, f"render_{number}", draft)

    nemo.cancel_render("render_3")
    cancelled = nemo.poll_render("render_3")
    assert (cancelled.status, cancelled.error) == (RenderStatus.FAILED, "cancelled")
    held_renders.set()
    nemo.wait_for_render("render_1")
    with pytest.raises(errors.APIStatusError):
        nemo.cancel_render("render_1")


def test_a_draft_that_cannot_be_rendered_fails_with_its_reason(engine: EngineServer, clips: Path):
    engine.serve()
    nemo = engine.client()
    session = nemo.open_session()
    upload(nemo, session, clips / "silent.mp4")
    draft = nemo.state(session)["draft"]
    draft["t"][0]["sg"][0]["asset"] = "../../etc/passwd"
    nemo.submit_render(session, "render_1", draft)

    job = nemo.wait_for_render("render_1")

    assert job.status is RenderStatus.FAILED
    assert "names no video" in (job.error or "")


def test_an_empty_draft_is_not_even_queued(engine: EngineServer):
    engine.serve()
    nemo = engine.client()

    with pytest.raises(errors.BadRequestError):
        nemo.submit_render(nemo.open_session(), "render_1", {"t": []})
