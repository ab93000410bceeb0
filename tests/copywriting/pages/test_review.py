# ruff: noqa: RUF001 - the page has a dash in its title
from __future__ import annotations

import base64
import html
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socialcopy.copywriting.pages.review import fold_position, pieces, review_page
from socialcopy.copywriting.writers.captions import caption
from socialcopy.copywriting.writers.write import write
from socialcopy.models import (
    Brief,
    CaptionSet,
    Confidence,
    Cue,
    MediaInfo,
    Platform,
    Rendition,
    Understanding,
    VideoStream,
)
from tests.copywriting.conftest import PRODUCT, spoken

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
ATTACK = "</textarea></script><script>document.title='run'</script><img src=x onerror=alert(1)>\"'`"
CUES = (Cue(start_ms=65_000, end_ms=66_000, text="Marketing teams"),)


def rendition(
    name: str = "talk.vertical.mp4", width: int = 1080, height: int = 1920, **changes: object
) -> Rendition:
    picture = VideoStream(codec="h264", width=width, height=height)
    return Rendition(
        platforms=(Platform.INSTAGRAM, Platform.LINKEDIN),
        path=f"/work/{name}",
        info=MediaInfo(container="mp4", duration_ms=1_000, size_bytes=1, video=picture),
        framing="cropped around the speaker",
        subtitles_burned_in=False,
    ).model_copy(update=changes)


def page_of(captions: CaptionSet | None = None, **changes: object) -> str:
    arguments: dict[str, object] = {
        "renditions": [rendition()],
        "covers": {},
        "cues": CUES,
        "understanding": spoken(PRODUCT),
        **changes,
    }
    captions = captions or write(spoken(PRODUCT), Brief())
    return review_page("Spring-launch", captions, **arguments)  # type: ignore[arg-type]


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the texts to copy."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def copied(page: str) -> list[str]:
    """What the copy buttons copy: a browser drops the first line break of a textarea."""
    return [
        html.unescape(text) for text in re.findall(r"(?s)<textarea[^>]*>\n(.*?)</textarea>", page)
    ]


def test_each_caption_can_be_copied_exactly():
    captions = write(spoken(PRODUCT), Brief())

    assert copied(page_of(captions)) == [c.text for c in captions.captions]


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1))
def test_no_caption_becomes_markup(text: str):
    captions = CaptionSet(
        language="en", confidence=Confidence.SPEECH, captions=(caption(Platform.X, text),)
    )
    plain = captions.model_copy(update={"captions": (caption(Platform.X, "a"),)})
    tags = [tag for tag, _ in Elements(page_of(captions)).found if tag != "span"]

    assert tags == [tag for tag, _ in Elements(page_of(plain)).found if tag != "span"]


def test_nothing_is_fetched_from_elsewhere():
    shown = rendition()
    page = page_of(
        downloads=["captions.json"], renditions=[shown], covers={shown.path: "talk.vertical.jpg"}
    )
    targets = [
        value
        for _, attributes in Elements(page).found
        for name, value in attributes.items()
        if name in ("src", "href", "poster", "srcset", "action") and value
    ]

    assert targets
    assert all(target.startswith(("./", "data:text/vtt;base64,")) for target in targets)
    assert "url(" not in page
    assert "@import" not in page


def test_only_the_pages_own_script_and_style_may_run():
    page = page_of()
    policy = html.unescape(re.findall(r'Content-Security-Policy" content="([^"]+)"', page)[0])

    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert len(Elements(page).all("script")) == len(Elements(page).all("style")) == 1
    assert not any("style" in a or "onclick" in a for _, a in Elements(page).found)


@pytest.mark.parametrize(
    "name", ["a b.mp4", "javascript:alert(1)", "//evil.com/x", "../up.mp4", 'q".mp4']
)
def test_a_file_name_is_only_ever_a_file_beside_the_page(name: str):
    page = page_of(renditions=[rendition(name)])
    source = Elements(page).all("source")[0]["src"]

    assert source is not None
    assert re.fullmatch(r"\./[\w%./~-]+", source)


def test_two_networks_show_the_file_they_share_and_a_missing_one_is_named():
    page = page_of()

    assert len(Elements(page).all("video")) == 2
    assert "no video file for X" in page


def test_each_player_has_the_shape_and_the_cover_of_its_own_file():
    tall = rendition("a.mp4", 1080, 1920)
    wide = rendition("b.mp4", 1280, 720, platforms=(Platform.X,))
    covers = {tall.path: "a.jpg", wide.path: "b.jpg"}
    players = Elements(page_of(renditions=[tall, wide], covers=covers)).all("video")

    shown = {(v["width"], v["height"], v["poster"]) for v in players}
    assert shown == {("1080", "1920", "./a.jpg"), ("1280", "720", "./b.jpg")}


def test_evidence_points_into_the_file_behind_its_intro_and_title_card():
    moments = [int(b["data-ms"] or 0) for b in Elements(page_of()).all("button") if "data-ms" in b]
    later = page_of(head_ms=2_000)
    shifted = [int(b["data-ms"] or 0) for b in Elements(later).all("button") if "data-ms" in b]

    [*proofs, cue] = moments
    assert proofs
    assert shifted == [*(moment + 2_000 for moment in proofs), cue]  # cues come in step already


def test_burned_in_subtitles_are_not_shown_twice():
    drawn = page_of(renditions=[rendition(subtitles_burned_in=True)])

    assert not any("default" in track for track in Elements(drawn).all("track"))
    assert all("default" in track for track in Elements(page_of()).all("track"))


def test_notes_stand_above_the_captions():
    captions = write(spoken(PRODUCT), Brief(instruction="be funny"))
    page = page_of(captions)

    assert page.index("be funny") < page.index('class="cards"')


def test_a_silent_video_says_so():
    silent = Understanding(duration_ms=14_000, has_audio=False)
    page = page_of(write(silent, Brief()), understanding=silent, cues=())

    assert "no sound" in page
    assert "Before you post" in page
    assert "<track" not in page


@given(st.text(min_size=1, max_size=400), st.sampled_from(tuple(Platform)))
def test_the_pieces_of_a_caption_are_the_caption(text: str, platform: Platform):
    found = pieces(caption(platform, text))

    assert "".join(piece.text for piece in found) == text
    assert [piece.is_folded for piece in found] == sorted(piece.is_folded for piece in found)


def test_the_fold_is_marked_at_a_words_end():
    instagram = caption(Platform.INSTAGRAM, "word " * 40)

    assert instagram.text[fold_position(instagram) - 4 : fold_position(instagram)] == "word"
    assert fold_position(instagram) <= 125
    assert fold_position(caption(Platform.X, "word " * 40)) == 200


@pytest.mark.skipif(CHROMIUM is None, reason="there is no browser on this machine")
def test_in_a_real_browser_nothing_but_the_pages_own_script_runs(tmp_path: Path):
    """The attack is in every place data can reach; the browser reports no blocked script either."""
    captions = CaptionSet(
        language="en",
        confidence=Confidence.LOW,
        captions=tuple(caption(platform, ATTACK) for platform in Platform),
        notes=(ATTACK,),
    )
    shown = rendition(ATTACK, framing=ATTACK)
    page = review_page(
        ATTACK,
        captions,
        renditions=[shown],
        covers={shown.path: ATTACK},
        cues=[Cue(start_ms=0, end_ms=900, text=ATTACK)],
        understanding=spoken(ATTACK),
        downloads=[ATTACK],
    )
    (tmp_path / "index.html").write_text(page, encoding="utf-8")

    dom, log = browse(tmp_path / "index.html", tmp_path / "profile")

    title = html.unescape(re.findall(r"(?s)<title>(.*?)</title>", dom)[0])
    assert title == f"{ATTACK} – captions to review"
    assert dom.count("<script") == 1
    assert "<img" not in dom
    assert "Refused to" not in log
    assert "violates the following" not in log


def browse(page: Path, profile: Path) -> tuple[str, str]:
    """Open a page without a window; return its document after scripts, and the browser's log."""
    argv = [
        str(CHROMIUM),
        *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update"),
        *(f"--user-data-dir={profile}", "--enable-logging=stderr", "--dump-dom"),
        *("--virtual-time-budget=2000", page.as_uri()),
    ]
    done = subprocess.run(argv, check=True, capture_output=True, text=True, timeout=240)
    return done.stdout, done.stderr


def test_the_subtitles_travel_inside_the_page():
    track = Elements(page_of()).all("track")[0]["src"]

    assert track is not None
    assert b"Marketing teams" in base64.b64decode(track.split(",")[1])


@pytest.mark.parametrize(
    "writer", ["Written by the built-in editor, not by a language model.", "Written by qwen."]
)
def test_the_page_says_under_its_title_who_wrote_and_not_as_a_caution(writer: str):
    captions = write(spoken(PRODUCT), Brief())
    page = page_of(captions.model_copy(update={"notes": ("Look at it.", writer)}))
    head, rest = page.split("</header>", 1)

    assert writer in head
    assert writer not in rest
    assert "Look at it." in rest


def test_a_page_of_captions_without_a_writer_says_nothing_of_one():
    assert "Written by" not in page_of(write(spoken(PRODUCT), Brief()))
