"""What a file says of itself and shows: titles, a subtitle track, shots, names; ffmpeg is real."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.subtitles.parse import subtitles
from socialcopy.models import MediaInfo, Region, ScreenText, Transcript, Word
from socialcopy.settings import MediaSettings, SpeechSettings
from socialcopy.understanding.faces import look
from socialcopy.understanding.ocr import moments
from socialcopy.understanding.spelling import respelled
from socialcopy.understanding.video import understand

MEDIA = MediaSettings(screen_frames=0)
SRT = "1\n00:00:00,200 --> 00:00:01,500\nMeet Clara Bennett\n\n"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Two shots, a title and a subtitle track, no sound."""
    (tmp_path / "a.srt").write_text(SRT)
    picture = "color=red:s=320x180:d=2[a];testsrc2=s=320x180:d=2[b];[a][b]concat=n=2"
    argv = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        picture,
        "-i",
        "a.srt",
        "-c:s",
        "mov_text",
    ]
    argv += ["-metadata", "title=Harbor  Mug", "-pix_fmt", "yuv420p", "film.mp4"]
    subprocess.run(argv, cwd=tmp_path, check=True)
    return tmp_path / "film.mp4"


def probed(film: Path) -> MediaInfo:
    return probe(film, size_bytes=film.stat().st_size, settings=MEDIA)


def test_title_and_track_of_a_file_are_known(film: Path, tmp_path: Path):
    info = probed(film)
    seen = understand(film, info, speech=SpeechSettings(), media=MEDIA, cache_dir=tmp_path)

    assert seen.hints == ("Harbor Mug",)
    assert [cue.text for cue in seen.track] == ["Meet Clara Bennett"]


def test_a_cut_begins_a_shot(film: Path):
    seen = look(film, probed(film), settings=MEDIA)

    assert [round(cut / 100) for cut in seen.cuts_ms] == [20]


def test_a_track_that_cannot_be_read_costs_a_hint_and_nothing_else(film: Path):
    info = probed(film)
    film.write_bytes(b"nothing of a film")

    assert subtitles(film, info, MEDIA) == ()


def test_frames_are_looked_at_in_the_middle_of_shots(film: Path):
    info = probed(film).model_copy(update={"duration_ms": 12_000})

    assert moments(info, 6, (2_000,))[:2] == [1_000, 3_000]
    assert moments(info, 6, tuple(range(500, 12_000, 500))) == moments(info, 6)


def heard(*words: tuple[str, float]) -> Transcript:
    return Transcript(
        language="en",
        words=tuple(
            Word(start_ms=n, end_ms=n, text=text, probability=sure)
            for n, (text, sure) in enumerate(words)
        ),
    )


def shown(text: str) -> ScreenText:
    return ScreenText(text=text, box=Region(left=0, top=0, right=1, bottom=1), start_ms=0, end_ms=0)


def test_a_badly_heard_part_of_a_name_is_taken_from_the_picture():
    said = heard(("by", 1.0), ("Clark", 0.3), ("Bennett.", 0.9))

    assert respelled(said, [shown("Clara Bennett")], ()).text == "by Clara Bennett."


def test_a_name_that_was_heard_well_is_another_person():
    said = heard(("by", 1.0), ("Clark", 0.8), ("Bennett.", 0.9))

    assert respelled(said, [shown("Clara Bennett")], ()).text == "by Clark Bennett."


def test_a_number_that_is_shown_too_was_heard_right():
    said = heard(("for", 1.0), ("six", 0.4), ("hours.", 0.9))

    assert respelled(said, [shown("6 hours hot")], ()).words[1].probability == 0.9
