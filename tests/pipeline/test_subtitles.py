"""Subtitles that somebody put beside a video: in the copy, in the picture, and said when not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from socialcopy import subtitle_keys
from socialcopy.cli.local import LocalPipeline, caption_file
from socialcopy.cli.progress import Ending
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import Brief, Platform
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.subtitles import for_master, given_subtitles
from socialcopy.settings import MediaSettings, S3Settings
from tests.conftest import own_folders
from tests.pipeline.conftest import make_context, served

BRIEF = Brief(platforms=(Platform.X,))
SRT = "1\n00:00:00,200 --> 00:00:01,500\n{}\n\n2\n00:00:01,600 --> 00:00:02,800\n{}\n"
ENGLISH = SRT.format("The harbor mug keeps coffee hot", "for six whole hours.")


@pytest.fixture(scope="module")
def pipeline(
    store: S3Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalPipeline]:
    """A bucket, an engine and folders of their own for this module."""
    data = own_folders(tmp_path_factory.mktemp("subtitles"))
    media = MediaSettings(preset="fast", screen_frames=0)
    with served(make_context(data, store, "beside", media=media)) as pipeline:
        yield pipeline


def silent(clips: Path, folder: Path, name: str) -> Path:
    return Path(shutil.copy(clips / "silent.mp4", folder / name))


def put(pipeline: LocalPipeline, name: str, text: str | bytes) -> None:
    data = text.encode() if isinstance(text, str) else text
    pipeline.context.bucket.write(f"inbox/{name}", data, "application/x-subrip")


def test_a_silent_clip_speaks_by_the_subtitles_beside_the_local_file(
    pipeline: LocalPipeline, clips: Path, tmp_path: Path
):
    video = silent(clips, tmp_path, "VID_0042.mp4")
    (tmp_path / "VID_0042.srt").write_text(ENGLISH)

    outcome = caption_file(pipeline, video, BRIEF, tmp_path / "out", lambda *_: None)
    out = tmp_path / "out/VID_0042"

    assert outcome.ending is Ending.DELIVERED
    assert "harbor mug keeps coffee hot" in (out / "x.txt").read_text().lower()
    assert "VID" not in (out / "x.txt").read_text()
    assert "The harbor mug keeps coffee hot" in (out / "subtitles.srt").read_text()
    assert json.loads((out / "certificate.json").read_text())["files"][0]["subtitles_burned_in"]
    assert any(
        "words are those of VID_0042.srt" in n for n in outcome.document["captions"]["notes"]
    )
    assert json.loads((out / "transcript.json").read_text())["is_read"]


def test_subtitles_that_cannot_be_read_are_named_beside_the_captions(
    pipeline: LocalPipeline, clips: Path, tmp_path: Path
):
    video = silent(clips, tmp_path, "broken.mp4")
    (tmp_path / "broken.srt").write_text('{"segments": []}')

    outcome = caption_file(pipeline, video, BRIEF, tmp_path / "out", lambda *_: None)

    said = "broken.srt was not used: it holds no subtitles"
    assert outcome.ending is Ending.DELIVERED
    assert any(said in note for note in outcome.document["captions"]["notes"])
    assert "was not used" in (tmp_path / "out/broken/captions.md").read_text()
    assert said in (tmp_path / "out/broken/index.html").read_text()


def claimed(pipeline: LocalPipeline, clips: Path, key: str, brief: Brief = BRIEF):
    pipeline.context.bucket.upload(clips / "silent.mp4", key, "video/mp4")
    job = claim_module.claim_video(pipeline.context, key, brief)
    assert job is not None
    return job


def test_the_language_of_the_brief_chooses_among_several(pipeline: LocalPipeline, clips: Path):
    for language, text in {"en": "Good morning.", "de": "Guten Morgen."}.items():
        put(pipeline, f"several.{language}.srt", SRT.format(text, text))
    brief = BRIEF.model_copy(update={"language": "de"})

    found = given_subtitles(claimed(pipeline, clips, "inbox/several.mp4", brief))

    assert (found.name, found.language) == ("several.de.srt", "de")
    assert found.notes == ("several.en.srt was not used: another file of subtitles came first.",)


def test_the_next_file_is_tried_where_one_cannot_be_read(pipeline: LocalPipeline, clips: Path):
    put(pipeline, "second.srt", "nothing")
    put(pipeline, "second.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n")
    put(pipeline, "second.ttml", "<tt/>")

    found = given_subtitles(claimed(pipeline, clips, "inbox/second.mp4"))

    assert [cue.text for cue in found.cues] == ["Hello."]
    assert "second.srt was not used" in found.notes[0]


def test_the_brief_may_name_the_encoding(pipeline: LocalPipeline, clips: Path):
    put(pipeline, "old.srt", SRT.format("Où êtes-vous ?", "À la mer.").encode("mac-roman"))
    brief = BRIEF.model_copy(update={"subtitles_encoding": "mac-roman"})

    found = given_subtitles(claimed(pipeline, clips, "inbox/old.mp4", brief))

    assert found.cues[0].text == "Où êtes-vous ?"


def test_what_was_read_once_stays_for_the_whole_job(pipeline: LocalPipeline, clips: Path):
    put(pipeline, "twice.srt", ENGLISH)
    job = claimed(pipeline, clips, "inbox/twice.mp4")
    first = given_subtitles(job)
    put(pipeline, "twice.srt", "changed")

    assert given_subtitles(job) == first


def test_a_cut_video_does_not_get_the_times_of_the_whole_one(pipeline: LocalPipeline, clips: Path):
    put(pipeline, "cut.srt", ENGLISH)
    found = given_subtitles(claimed(pipeline, clips, "inbox/cut.mp4"))
    path = clips / "silent.mp4"
    info = probe(path, size_bytes=path.stat().st_size, settings=MediaSettings())

    assert for_master(found, info) == found
    cut = for_master(found, info.model_copy(update={"duration_ms": info.duration_ms - 1_000}))
    assert cut.cues == ()
    assert "no longer fit" in cut.notes[0]


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (("a.srt", "a.vtt"), "a.srt"),
        (("a.vtt", "a.en.srt"), "a.vtt"),
        (("a.SRT",), "a.SRT"),
        (("a.pt-BR.forced.srt",), "a.pt-BR.forced.srt"),
        (("a.en.vtt", "a.de.vtt"), "a.de.vtt"),
        (("a.ass",), "a.ass"),
        (("a.mp4.srt",), "a.mp4.srt"),
        (("a.mov.srt", "a.es-419.vtt"), "a.es-419.vtt"),
        (("a.zh-Hant-TW.vtt",), "a.zh-Hant-TW.vtt"),
        (("a.brief.yaml", "a.final.srt", "a.b/a.srt"), None),
        (("a.no.mp4", "a.no.srt"), None),
    ],
)
def test_which_names_belong_to_a_video(names: tuple[str, ...], chosen: str | None):
    found = subtitle_keys.subtitles_beside("in/a.mp4", [f"in/{name}" for name in names], "de")

    assert (found[0].key if found else None) == (chosen and f"in/{chosen}")


def test_subtitles_in_a_form_that_is_not_read_are_found_too():
    found = subtitle_keys.subtitles_beside("a.mp4", ["a.ttml", "a.txt"])

    assert [(one.key, one.is_read) for one in found] == [("a.ttml", False)]
