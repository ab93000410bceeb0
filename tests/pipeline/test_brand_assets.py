"""Logo, title card, intro and outro from the bucket: fetched, checked, delivered, refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pysubs2
import pytest

from socialcopy.cli.local import LocalPipeline, caption_file, upload_assets
from socialcopy.cli.progress import Ending
from socialcopy.copywriting.briefs.parse import as_words, read_brief
from socialcopy.copywriting.errors import BriefError
from socialcopy.models import Aspect, Brief, Corner, Platform, SubtitleStyle
from socialcopy.pipeline.brand_assets import refuse_assets
from socialcopy.settings import (
    MediaSettings,
    S3Settings,
)
from tests.conftest import ffmpeg, own_folders
from tests.pipeline.conftest import make_context, served

WRITTEN = """
title_card: Hot until the last sip
logo: brand/logo.png
logo_corner: bottom left
intro: brand/intro.mp4
aspect: 4:5
background: "#204060"
subtitles: highlight
brand_color: "#FF6600"
platforms: x
"""


@pytest.fixture(scope="module")
def pipeline(
    store: S3Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalPipeline]:
    data = own_folders(tmp_path_factory.mktemp("branding"))
    with served(
        make_context(data, store, "branding", media=MediaSettings(preset="fast"))
    ) as pipeline:
        yield pipeline


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the brief names, as somebody has it beside their brief."""
    folder = tmp_path_factory.mktemp("beside")
    (folder / "brand").mkdir()
    ffmpeg("-f", "lavfi", "-i", "color=red:s=200x80:d=1", "-frames:v", "1",
           str(folder / "brand" / "logo.png"))  # fmt: skip
    ffmpeg("-f", "lavfi", "-i", "color=blue:s=640x360:r=30:d=1", "-preset", "ultrafast",
           str(folder / "brand" / "intro.mp4"))  # fmt: skip
    return folder


def test_a_brief_is_read_as_people_write_it():
    brief = read_brief(WRITTEN, "brief.yaml")

    assert brief.aspect is Aspect.PORTRAIT  # YAML takes 4:5 for a number
    assert (brief.logo_corner, brief.subtitles) == (Corner.BOTTOM_LEFT, SubtitleStyle.HIGHLIGHT)
    assert brief.platforms == (Platform.X,)


SHAPES = {
    "9:16": Aspect.VERTICAL, "1:1": Aspect.SQUARE, "16:9": Aspect.LANDSCAPE, "auto": Aspect.AUTO,
}  # fmt: skip


@pytest.mark.parametrize(("written", "shape"), SHAPES.items())
def test_an_aspect_needs_no_quotes(written: str, shape: Aspect):
    assert read_brief(f"aspect: {written}", "brief.yaml").aspect is shape


@pytest.mark.parametrize("wrong", ["aspect: 3:2", "brand_color: orange", "background: pretty"])
def test_what_can_not_be_is_refused_with_the_field_named(wrong: str):
    with pytest.raises(BriefError, match=wrong.partition(":")[0]):
        read_brief(wrong, "brief.yaml")


def test_wishes_about_the_picture_are_not_told_to_who_writes():
    assert as_words(read_brief(WRITTEN, "brief.yaml")) == ""


def test_a_job_keeps_its_identity_where_nothing_is_wished_of_the_picture():
    wished = Brief(who="Shop", title_card="Hello")

    assert Brief(who="Shop").recipe() == Brief(who="Shop", logo_corner=Corner.TOP_RIGHT).recipe()
    assert wished.recipe() != Brief(who="Shop").recipe()


def test_everything_a_brief_wishes_is_in_the_delivery(
    pipeline: LocalPipeline, brand: Path, clips: Path, tmp_path: Path
):
    brief = read_brief(WRITTEN, "brief.yaml")
    upload_assets(pipeline, brief, brand)

    outcome = caption_file(pipeline, clips / "spoken.mp4", brief, tmp_path, lambda *_: None)

    out = tmp_path / "spoken"
    (entry,) = json.loads((out / "certificate.json").read_text())["files"]
    assert outcome.ending is Ending.DELIVERED
    assert entry["passed"], entry
    assert [part["kind"] for part in entry["parts"]] == ["intro", "title card", "logo"]
    assert [part["what"] for part in entry["parts"]] == [
        "brand/intro.mp4", "Hot until the last sip", "brand/logo.png",
    ]  # fmt: skip
    assert (entry["media"]["video"]["width"], entry["media"]["video"]["height"]) == (720, 900)
    assert pysubs2.load(str(out / "subtitles.srt"))[0].start >= 3_000
    assert "the subtitle files with it" in entry["notes"][-1]


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"logo": "brand/gone.png"}, "which is not in the bucket"),
        ({"logo": "outbox/x/logo.png"}, "which is no key"),
        ({"logo": "_socialcopy/jobs/a.png"}, "which is no key"),
        ({"logo": "../../etc/logo.png"}, "which is no key"),
        ({"logo": "/etc/logo.png"}, "which is no key"),
        ({"logo": "brand/logo.svg"}, "which is no key"),
        ({"logo": "brand/a\nb.png"}, "which is no key"),
        ({"intro": "inbox/intro.mp4"}, "which lies where videos are captioned"),
        ({"outro": "brand/text.mp4"}, "which is not a video"),
        ({"outro": "brand/long.mp4"}, "which is longer than 30 s"),
        ({"logo": "brand/empty.png"}, "which is empty"),
    ],
)
def test_a_file_that_can_not_be_used_refuses_the_video_before_anything_is_paid(
    pipeline: LocalPipeline, brand: Path, wish: dict[str, Any], why: str
):
    bucket = pipeline.context.bucket
    bucket.write("brand/text.mp4", b"#EXTM3U\nfile:///etc/passwd", "video/mp4")
    bucket.write("brand/empty.png", b"", "image/png")
    if "long" in str(wish):
        ffmpeg("-f", "lavfi", "-i", "color=blue:s=64x64:r=5:d=31", str(brand / "long.mp4"))
        bucket.upload(brand / "long.mp4", "brand/long.mp4", "video/mp4")

    rejection = refuse_assets(pipeline.context, Brief(**wish))

    assert rejection is not None
    assert rejection.code == "bad_brief"
    assert why in rejection.reason
