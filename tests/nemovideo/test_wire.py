"""Every documented spelling of a reply is read, and unknown keys stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from socialcopy.models import Platform, RenderStatus, Understanding
from socialcopy.nemovideo import drafts
from socialcopy.nemovideo.headers import attribution_headers, platform
from socialcopy.nemovideo.multipart import sent_name
from socialcopy.nemovideo.schemas import (
    Draft,
    RunRequest,
    UploadReply,
    read_balance,
    read_render_job,
)

LINK = "https://static1.nemovideo.ai/render-result/r.mp4"


@pytest.mark.parametrize(
    "body",
    [
        {"taskId": "r", "status": "completed", "progress": 100, "output": {"url": LINK}},
        {"success": True, "data": {"id": "r", "status": "completed", "outputUrl": LINK}},
        {"code": 0, "data": {"status": "completed", "progress": 100, "outputUrl": LINK}},
        {"code": 0, "data": {"status": "completed", "output": {"url": LINK}}},
    ],
    ids=["R1", "R2", "R3", "enveloped R1"],
)
def test_a_finished_job_is_read_from_every_shape(body: dict[str, object]):
    job = read_render_job(body, "r")

    assert (job.status, job.url, job.render_id) == (RenderStatus.COMPLETED, LINK, "r")


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pending", "pending"),
        ("rendering", "processing"),
        ("FAILED", "failed"),
        (None, "processing"),
    ],
)
def test_a_status_nobody_documents_counts_as_running(word: str | None, status: str):
    assert read_render_job({"status": word, "progress": None}, "r").status == status


def test_a_failed_job_tells_why():
    assert read_render_job({"status": "failed", "error": "no font"}, "r").error == "no font"


@pytest.mark.parametrize(
    "data",
    [
        {"files": [{"filename": "a.mp4", "cdn_url": LINK, "duration": 30.5, "fps": 30}]},
        {"uploaded_files": [{"filename": "a.mp4", "url": LINK, "duration": 30.5}]},
    ],
    ids=["files/cdn_url", "uploaded_files/url"],
)
def test_both_upload_replies_are_read(data: dict[str, object]):
    asset = UploadReply.model_validate(data).files[0].as_asset()

    assert (asset.url, asset.duration_seconds) == (LINK, 30.5)


def test_unknown_keys_of_a_draft_survive():
    draft = {"t": [{"tt": 0, "sg": [{"d": 5, "zz": [1]}], "k": {"a": None}}], "v": 3}

    assert Draft.model_validate(draft).model_dump(exclude_unset=True, by_alias=True) == {
        "t": ({"tt": 0, "sg": ({"d": 5, "zz": [1]},), "k": {"a": None}},),
        "v": 3,
    }


@pytest.mark.parametrize("camel", [True, False])
def test_a_message_is_read_in_both_spellings(camel: bool):
    names = ("appName", "sessionId", "newMessage") if camel else (
        "app_name", "session_id", "new_message",
    )  # fmt: skip
    body = dict(zip(names, ("nemo_agent", "1", {"parts": [{"text": "hi"}]}), strict=True))

    assert RunRequest.model_validate(body).text == "hi"


def test_a_session_id_that_comes_as_a_number_loses_no_digit():
    body = {"app_name": "a", "session_id": 5529798706024415233, "new_message": {}}

    assert RunRequest.model_validate(body).session_id == "5529798706024415233"


def test_missing_and_negative_credits_count_as_zero():
    assert read_balance({"available": -3, "frozen": 40}) == (0, 40, 40)


def test_the_platform_is_the_variable_then_the_path_then_unknown():
    inside = Path.home() / ".cursor/skills/x/attribution.py"

    assert platform({"SKILL_SOURCE": "github"}, inside) == "github"
    assert platform({}, inside) == "cursor"
    assert platform({}, Path.home() / ".clawhub/x.py") == "clawhub"
    assert platform({"SKILL_SOURCE": "a\nb"}, Path("/opt/x.py")) == "unknown"


def test_the_three_headers_name_this_skill():
    headers = attribution_headers()

    assert set(headers) == {"X-Skill-Source", "X-Skill-Version", "X-Skill-Platform"}
    assert headers["X-Skill-Source"] == "ai-social-copy-generator"


def test_a_file_travels_without_folders_and_m4v_as_mp4():
    assert sent_name("../../a b.M4V") == "a b.mp4"


@pytest.mark.parametrize("draft", [None, {}, {"t": []}, {"t": [{"tt": 0, "sg": []}]}, {"t": "x"}])
def test_nothing_on_the_timeline_is_not_exportable(draft: dict[str, object] | None):
    assert not drafts.is_exportable(draft)


def test_the_summary_is_the_documented_one():
    draft = {
        "t": [
            {"tt": 0, "sg": [{"d": 10_000, "m": {"title": "city timelapse"}}]},
            {"tt": 1, "sg": [{"d": 10_000, "m": {"title": "Lo-fi"}, "volume": 0.35}]},
            {"tt": 7, "sg": [{"d": 3_000, "m": {"title": "Urban Dreams"}}]},
        ]
    }

    assert drafts.is_exportable(draft)
    assert drafts.timeline_summary(draft) == (
        "Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) "
        '3. Title: "Urban Dreams" (0-3s)'
    )


def test_the_newest_copy_of_each_network_is_found_in_lists_and_objects():
    items = [
        {"type": "social_copy", "platform": "x", "text": "old"},
        {"type": "video", "url": LINK},
        {"type": "social_copy", "platform": "x", "text": "new"},
        {"type": "social_copy", "platform": "nowhere", "text": "?"},
    ]
    by_name = {str(number): item for number, item in enumerate(items)}

    assert drafts.copy_in({"generated_media": items}) == {Platform.X: "new"}
    assert drafts.copy_in({"generated_media": by_name}) == {Platform.X: "new"}
    assert drafts.copy_in({"generated_media": None}) == {}


def test_an_understanding_is_read_back_and_a_strange_one_is_none():
    kept = {"a": {"understanding": {"duration_ms": 5, "has_audio": False}}}

    assert drafts.understanding_in({"video_analyses": kept}) == Understanding(
        duration_ms=5, has_audio=False
    )
    assert drafts.understanding_in({"video_analyses": {"a": {"understanding": 3}}}) is None
    assert drafts.understanding_in({}) is None


def test_a_fingerprint_changes_with_outcomes_and_not_with_marks():
    before = {"draft": {"t": []}, "messages": {"m": {"status": "working"}}}
    marked = {**before, "messages": {"m": {"status": "completed"}}, "video_analyses": {"a": 1}}
    written = {**before, "generated_media": [{"type": "social_copy"}]}

    assert drafts.fingerprint(marked) == drafts.fingerprint(before)
    assert drafts.fingerprint(written) != drafts.fingerprint(before)
