"""Edits asked for in words: each phrasing means the same edit, is in the draft, and in the MP4."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from socialcopy.engine.agent import Agent, Message, Project, analysis
from socialcopy.engine.compose.overlays import look_of
from socialcopy.engine.compose.video import compose, cuts_of
from socialcopy.engine.editing import timeline
from socialcopy.engine.editing.edits import (
    AddMusic,
    AddTitle,
    Arrange,
    Edit,
    Remove,
    RemoveMusic,
    SetAspect,
    SetVolume,
    Span,
)
from socialcopy.engine.editing.parser import edits_in
from socialcopy.engine.events import Returned, Said
from socialcopy.engine.store.sessions import StoredFile, first_draft, merge
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import MediaInfo, Transcript, Understanding, Word
from socialcopy.nemovideo.schemas import JSON
from socialcopy.settings import MediaSettings, SpeechSettings
from tests.conftest import ffmpeg
from tests.engine.phrases import CANNOT, PHRASES
from tests.engine.unseen import UNSEEN, UNSEEN_AND_IMPOSSIBLE

MEDIA = MediaSettings()
LENGTH_MS = 4_000
TALK = "The Harbor mug keeps your coffee hot for six hours and costs twenty nine dollars."

EVERY_PHRASE = [(kind, phrase) for kind, (_, phrases) in PHRASES.items() for phrase in phrases]
SHOWN_IN_CI = [
    pytest.param(kind, phrase, marks=() if number == 0 else pytest.mark.slow)
    for kind, (_, phrases) in PHRASES.items()
    for number, phrase in enumerate(phrases)
]


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A black clip with a 300 Hz tone, a red one without sound, and a tune of 2 kHz."""
    folder = tmp_path_factory.mktemp("footage")
    video = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    ffmpeg("-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=4", "-f", "lavfi", "-i",
           "sine=300:duration=4", *video, "-c:a", "aac", str(folder / "black.mp4"))  # fmt: skip
    ffmpeg("-f", "lavfi", "-i", "color=red:s=320x180:r=25:d=4", *video, str(folder / "red.mp4"))
    ffmpeg("-f", "lavfi", "-i", "sine=2000:duration=1", str(folder / "tune.mp3"))
    return folder


@functools.cache
def stored(path: Path, asset: str) -> StoredFile:
    is_video = path.suffix == ".mp4"
    size = path.stat().st_size
    return StoredFile(
        asset_id=asset,
        filename=path.name,
        file_type="video" if is_video else "audio",
        sha256="0" * 64,
        size_bytes=size,
        info=probe(path, size_bytes=size, settings=MEDIA) if is_video else None,
    )


@pytest.fixture
def project(footage: Path) -> Project:
    """Two clips and a tune in a session; what is said in the clips is known."""
    names = {"a" * 32: "black.mp4", "b" * 32: "red.mp4", "c" * 32: "tune.mp3"}
    files = {asset: stored(footage / n, asset) for asset, n in names.items()}
    first = files["a" * 32]
    assert first.info
    step = LENGTH_MS // len(TALK.split())
    words = tuple(
        Word(start_ms=n * step, end_ms=(n + 1) * step - 20, text=word)
        for n, word in enumerate(TALK.split())
    )
    heard = Understanding(
        duration_ms=LENGTH_MS,
        has_audio=True,
        transcript=Transcript(language="en", language_probability=0.9, words=words),
    )
    state: JSON = {"draft": first_draft(first, first.info), "unknown": {"kept": [1]}}
    state["draft"]["zz"] = {"unknown": True}
    merge(state, analysis("a" * 32, heard))
    merge(state, analysis("b" * 32, heard.model_copy(update={"transcript": Transcript()})))
    return Project(state=state, files=files, path_of=lambda file: footage / file.filename)


def ask(project: Project, text: str, tmp_path: Path) -> tuple[JSON, str]:
    """The draft after a message, and the reply."""
    agent = Agent(SpeechSettings(), MEDIA, tmp_path)
    reply = ""
    for step in agent.answer(Message(message_id="m", text=text), project, threading.Event()):
        if isinstance(step, Returned):
            merge(project.state, step.delta)
        if isinstance(step, Said):
            reply = step.text
    return project.state["draft"], reply


def rendered(project: Project, target: Path) -> MediaInfo:
    draft = project.state["draft"]
    files, path_of = project.files.items(), project.path_of
    videos = {key: (path_of(file), file.info) for key, file in files if file.info}
    sounds = {key: path_of(file) for key, file in files if file.info is None}
    cuts = cuts_of(draft, videos)
    look = look_of(draft, cuts[0].info.video.display_size, sounds)
    return compose(
        cuts, target, MEDIA, on_progress=lambda _: None, stop=threading.Event(), look=look
    )


def measured(target: Path, filters: str, at: float = 0.5) -> str:
    """What a filter prints about a file."""
    argv = ["ffmpeg", "-hide_banner", "-ss", str(at), "-i", str(target), *filters.split(), "-f",
            "null", "-"]  # fmt: skip
    return subprocess.run(argv, check=True, capture_output=True, text=True).stderr


def brightest(target: Path, area: str = "", at: float = 0.5) -> int:
    """The greatest luma of a part of one frame; black is 16."""
    crop = f"crop={area}," if area else ""
    said = measured(target, f"-frames:v 1 -vf {crop}signalstats,metadata=print", at)
    return max(int(float(n)) for n in re.findall(r"YMAX=([\d.]+)", said))


def loudness(target: Path, filters: str = "anull") -> float:
    said = measured(target, f"-vn -af {filters},volumedetect", 0)
    return float(re.findall(r"mean_volume: (-?[\d.]+|-inf) dB", said)[0])


def colour(target: Path, at: float) -> bool:
    """Whether a frame is red."""
    said = measured(target, "-frames:v 1 -vf signalstats,metadata=print", at)
    return float(re.findall(r"VAVG=([\d.]+)", said)[0]) > 150


def comment(target: Path) -> str:
    argv = ["ffprobe", "-v", "error", "-of", "json", "-show_format", str(target)]
    shown = json.loads(subprocess.run(argv, check=True, capture_output=True).stdout)
    return shown["format"]["tags"].get("comment", "")


def texts(draft: JSON, role: str | None = None) -> list[str]:
    track = timeline.find(draft, 7, role)
    return [segment["text"] for segment in track["sg"]] if track else []


DRAFT: dict[str, Callable[[JSON], bool]] = {
    "title": lambda d: texts(d) == ["Export guide"],
    "trim": lambda d: d["d"] == 3_000 and timeline.picture(d)[0]["in"] == 1_000,
    "keep": lambda d: d["d"] == 2_000 and timeline.picture(d)[0]["in"] == 0,
    "cut": lambda d: [(s["in"], s["d"]) for s in timeline.picture(d)] == [(0, 1000), (3000, 1000)],
    "mute": lambda d: timeline.picture(d)[0]["volume"] == 0,
    "volume": lambda d: timeline.picture(d)[0]["volume"] == 0.5,
    "speed": lambda d: d["d"] == 2_000 and timeline.picture(d)[0]["speed"] == 2,
    "aspect": lambda d: (d["m"]["width"], d["m"]["height"]) == (180, 320),
    "subtitles_on": lambda d: " ".join(texts(d, "subtitles")).split() == TALK.split(),
    "subtitles_off": lambda d: not texts(d, "subtitles") and d["m"]["subtitles"] == "off",
    "subtitle_style": lambda d: (
        timeline.track(d, 7, "subtitles")["style"]
        == {"position": "top", "colour": "yellow", "size": "large"}
    ),
    "music": lambda d: timeline.track(d, 1)["sg"][0]["m"]["title"] == "tune.mp3",
    "order": lambda d: timeline.assets_in_order(d) == ["b" * 32, "a" * 32],
    "language": lambda d: d["m"]["copy"] == {"language": "de"},
    "tone": lambda d: d["m"]["copy"] == {"tone": "punchy"},
    "platforms": lambda d: d["m"]["copy"] == {"platforms": ["x", "linkedin"]},
    "length": lambda d: d["m"]["copy"] == {"length": "short"},
    "ceiling": lambda d: d["m"]["copy"] == {"ceiling": {"characters": 120}},
}

BOTTOM, TOP = "iw:ih/3:0:ih*2/3", "iw:ih/3:0:0"


STEREO = "aformat=channel_layouts=stereo"


def shows(info: MediaInfo, target: Path, source: Path, kind: str) -> bool:
    """Whether a measured MP4 shows an edit of this kind, and did not by chance before."""
    seconds = round(info.duration_ms / 1000, 1)
    checks: dict[str, Callable[[], bool]] = {
        "title": lambda: brightest(target) > 200 and brightest(target, at=3.6) < 40,
        "trim": lambda: seconds == 3.0,
        "keep": lambda: seconds == 2.0,
        "cut": lambda: seconds == 2.0,
        "mute": lambda: loudness(target) < -80,
        "volume": lambda: abs(loudness(target) + 6.02 - loudness(source, STEREO)) < 0.5,
        "speed": lambda: seconds == 2.0 and 24 < info.video.frame_rate < 26,
        "aspect": lambda: info.video.display_size == (180, 320),
        "subtitles_on": lambda: brightest(target, BOTTOM) > 200 and brightest(target, TOP) < 40,
        "subtitles_off": lambda: brightest(target) < 40,
        "subtitle_style": lambda: brightest(target, TOP) > 150 and brightest(target, BOTTOM) < 40,
        "music": lambda: loudness(target, "highpass=1500,highpass=1500") > -50,
        "order": lambda: seconds == 8.0 and colour(target, 1) and not colour(target, 6),
        "language": lambda: comment(target) == "copy: language=de",
        "tone": lambda: comment(target) == "copy: tone=punchy",
        "platforms": lambda: comment(target) == "copy: platforms=x,linkedin",
        "length": lambda: comment(target) == "copy: length=short",
        "ceiling": lambda: comment(target) == "copy: ceiling=characters 120",
    }
    return checks[kind]()


@pytest.mark.parametrize(("kind", "phrase"), EVERY_PHRASE)
def test_a_phrasing_means_its_edit_and_is_in_the_draft(
    project: Project, tmp_path: Path, kind: str, phrase: str
):
    assert edits_in(phrase) == (PHRASES[kind][0],)
    if kind == "subtitles_off":
        ask(project, "add subtitles", tmp_path)

    draft, reply = ask(project, phrase, tmp_path)

    assert DRAFT[kind](draft), draft
    assert reply.startswith("Done.")
    assert draft["zz"] == {"unknown": True}


@pytest.mark.parametrize(("kind", "phrase"), SHOWN_IN_CI)
def test_an_edit_is_in_the_rendered_mp4(project: Project, tmp_path: Path, kind: str, phrase: str):
    if kind == "subtitles_off":
        ask(project, "add subtitles", tmp_path)
    ask(project, phrase, tmp_path)
    target = tmp_path / "out.mp4"

    source = project.path_of(project.files["a" * 32])

    assert shows(rendered(project, target), target, source, kind)


@pytest.mark.parametrize("phrase", UNSEEN)
def test_a_phrasing_nobody_planned_for_means_its_edit_or_is_refused_whole(phrase: str):
    assert edits_in(phrase) == UNSEEN[phrase]


@pytest.mark.parametrize(
    "text",
    [
        "write social media captions for Instagram, Twitter, and LinkedIn based on this video",
        "generate a 60-second product demo video into a 1080p MP4",
        "generating platform-specific social copy from video content for marketers",
        "Write social media captions for X based on this video. Write them in the language de.",
        "caption this",
        "mute it because I want people to dance and add a rainbow to it, then make it explode",
    ],
)
def test_what_is_no_edit_is_not_taken_for_one(text: str):
    assert edits_in(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "do not mute it",
        "don't remove the subtitles",
        "please never cut the first 3 seconds",
        "the first 4 seconds are great, don't lose them",
        "add a title saying 'Hi' and don't crop it",
        "no need to slow it down",
        "别静音",
        "不要去掉字幕",
        "字幕不要删",
        "the first 5 seconds are great",
        "keep the sound",
    ],
)
def test_what_is_not_to_be_done_is_never_done(text: str):
    assert edits_in(text) == ()


@pytest.mark.parametrize("phrase", [*CANNOT, *UNSEEN_AND_IMPOSSIBLE])
def test_what_cannot_be_done_is_refused_in_words_and_changes_nothing(
    project: Project, tmp_path: Path, phrase: str
):
    before = json.dumps(project.state, sort_keys=True)

    _, reply = ask(project, phrase, tmp_path)

    assert "changed nothing" in reply
    assert json.dumps(project.state, sort_keys=True) == before


@pytest.mark.parametrize(
    ("phrase", "reason"),
    [
        ("cut from 0:30 to 1:45", "0:04 long"),
        ("remove the first 4 seconds", "Nothing would be left"),
        ("speed it up 9x", "0.25 to 4 times"),
        ("use other.mp3 as background music", "no music file called other.mp3"),
        ("remove the music", "no background music"),
        ("play clip 3 then clip 1", "2 clips"),
        ("swap clip 1 and clip 1", "two clips"),
        ("remove the title", "no title"),
        ("add a title saying 'Late' at 0:09", "0:04 long"),
        ("mute it and speed it up 9x", "0.25 to 4 times"),
    ],
)
def test_an_edit_that_is_impossible_here_says_why_and_changes_nothing(
    project: Project, tmp_path: Path, phrase: str, reason: str
):
    before = json.dumps(project.state["draft"], sort_keys=True)

    draft, reply = ask(project, phrase, tmp_path)

    assert reason in reply
    assert "changed nothing" in reply
    assert json.dumps(draft, sort_keys=True) == before


def test_several_edits_of_one_message_are_all_made(project: Project, tmp_path: Path):
    draft, _ = ask(
        project, "Trim it to 3 seconds, mute it and add a title saying 'Salt and pepper'", tmp_path
    )

    assert draft["d"] == 3_000
    assert timeline.picture(draft)[0]["volume"] == 0
    assert texts(draft) == ["Salt and pepper"]


def test_edits_gather_over_messages(project: Project, tmp_path: Path):
    say = partial(ask, project, tmp_path=tmp_path)
    say(text="add subtitles")
    say(text="double the speed")
    say(text="cut the first 1 second")
    draft, _ = say(text="add tune.mp3 as background music at 40%")
    said = " ".join(texts(draft, "subtitles"))

    assert draft["d"] == 1_000
    assert said.split() == TALK.split()[-len(said.split()) :]
    assert timeline.track(draft, 1)["sg"][0]["d"] == 1_000
    assert timeline.track(draft, 1)["sg"][0]["volume"] == 0.4


def test_words_in_a_title_are_data(project: Project, tmp_path: Path):
    ask(project, r"add a title saying '{\an8\fs200}50% off: a\b, c;d'", tmp_path)

    target = tmp_path / "out.mp4"
    rendered(project, target)

    assert brightest(target, TOP) < 40  # `{\an8}` would have moved it up


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("Remove the music.", RemoveMusic()),
        ("Make the music Quieter", SetVolume(factor=0.6, is_relative=True, of="music")),
        ("USE TUNE.MP3 AS BACKGROUND MUSIC", AddMusic(filename="TUNE.MP3")),
        ("Cut the first 2 Minutes", Remove(span=Span(end_ms=120_000))),
        ("add a title saying 'Bye' at the end", AddTitle(text="Bye", at_end=True)),
        ("play second.mp4 then first.mp4", Arrange(how="list", clips=("second.mp4", "first.mp4"))),
    ],
)
def test_capitals_the_end_and_file_names_are_understood(text: str, edit: Edit):
    assert edits_in(text) == (edit,)


def test_another_shape_is_understood_by_any_of_its_names():
    shapes = {
        text: edits_in(text) for text in ("make it square", "16:9", "改成横屏", "crop it to 4:5")
    }

    assert shapes == {
        "make it square": (SetAspect(width=1, height=1),),
        "16:9": (SetAspect(width=16, height=9),),
        "改成横屏": (SetAspect(width=16, height=9),),
        "crop it to 4:5": (SetAspect(width=4, height=5),),
    }
