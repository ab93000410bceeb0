"""The engine's small parts: words it understands, bodies it parses, work it keeps."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from socialcopy import json_files
from socialcopy.engine.api.uploads import FileParts, UploadFolder
from socialcopy.engine.briefs import brief_in, wants_copy
from socialcopy.engine.errors import RefusalError
from socialcopy.engine.store.sessions import merge
from socialcopy.models import DEFAULT_PLATFORMS, Platform


@pytest.mark.parametrize(
    "text",
    [
        "write social media captions for Instagram, Twitter, and LinkedIn based on this video",
        "generating platform-specific social copy from video content for marketers",
        "Caption this, please",
        "give me hashtags",
        "为这个视频写文案",
    ],
)
def test_a_wish_for_copy_is_recognised(text: str):
    assert wants_copy(text)


@pytest.mark.parametrize(
    "text",
    [
        "add a title saying 'Export guide'",
        "cut the first three seconds",
        "burn the captions into the picture",
        "add music. Then write captions.",
        "export",
        "hello",
    ],
)
def test_an_edit_is_not_mistaken_for_a_wish_for_copy(text: str):
    assert not wants_copy(text)


def test_a_brief_has_the_networks_the_language_and_the_wishes_of_a_message():
    brief = brief_in(
        "Write social media captions for LinkedIn and X based on this video. "
        "Write them in the language de. Keep it short, no hashtags on Instagram."
    )

    assert brief.platforms == (Platform.LINKEDIN, Platform.X)
    assert brief.language == "de"
    assert "Keep it short, no hashtags" in brief.instruction
    assert "language" not in brief.instruction


def test_without_a_named_network_all_three_are_written_for():
    assert brief_in("write captions").platforms == DEFAULT_PLATFORMS
    assert brief_in("write captions for Twitter").platforms == (Platform.X,)


BODY = (
    b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
    b'--b\r\nContent-Disposition: form-data; name="files"; filename="../a.mp4"\r\n'
    b"Content-Type: video/mp4\r\n\r\n\x00\r\n--bb\r\n--\x01\r\n--b--\r\n"
)


@pytest.mark.parametrize("piece_bytes", [1, 7, 1_000])
def test_a_multipart_body_is_the_same_in_pieces_of_any_size(tmp_path: Path, piece_bytes: int):
    parts = FileParts("multipart/form-data; boundary=b", UploadFolder(tmp_path, 1_000))
    for at in range(0, len(BODY), piece_bytes):
        parts.feed(BODY[at : at + piece_bytes])
    (file,) = parts.finish()

    assert file.filename == "a.mp4"
    assert file.path.parent == tmp_path
    assert file.path.read_bytes() == b"\x00\r\n--bb\r\n--\x01"
    parts.discard()
    assert list(tmp_path.iterdir()) == []


def test_a_body_that_breaks_off_is_refused_and_leaves_nothing(tmp_path: Path):
    parts = FileParts("multipart/form-data; boundary=b", UploadFolder(tmp_path, 1_000))
    parts.feed(BODY[:-20])

    with pytest.raises(RefusalError, match="broke off"):
        parts.finish()
    parts.discard()

    assert list(tmp_path.iterdir()) == []


def test_the_same_change_brought_in_twice_is_there_once():
    state: dict[str, object] = {"generated_media": [{"a": 1}], "video_analyses": {"x": 1}}
    for _ in range(2):
        merge(state, {"generated_media": [{"b": 2}], "video_analyses": {"y": 2}, "new": [3]})

    assert state == {
        "generated_media": [{"a": 1}, {"b": 2}],
        "video_analyses": {"x": 1, "y": 2},
        "new": [3],
    }


def test_a_half_written_line_of_a_log_was_never_written(tmp_path: Path):
    log = tmp_path / "log.jsonl"
    json_files.append(log, {"n": 1})
    with log.open("a") as file:
        file.write('{"n": 2')

    assert json_files.entries(log) == [{"n": 1}]


def test_changes_from_many_threads_are_all_kept(tmp_path: Path):
    path = tmp_path / "document.json"
    json_files.write(path, {"n": 0})

    def count() -> None:
        for _ in range(10):
            with json_files.changing(path) as document:
                document["n"] += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert json_files.read(path) == {"n": 40}
