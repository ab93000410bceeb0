from __future__ import annotations

import subprocess
from pathlib import Path

from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import Region, ScreenText, Transcript, Word
from socialcopy.settings import MediaSettings
from socialcopy.understanding import ocr
from socialcopy.understanding.ocr import is_text, merged, moments, read_screen
from socialcopy.understanding.spelling import respelled

MEDIA = MediaSettings()
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def slides(folder: Path) -> Path:
    """Two seconds of one text, two of another."""
    for n, words in enumerate(("Fresh bread 29 dollars", "Opens in Boston on Monday")):
        (folder / f"{n}.txt").write_text(words)
    draw = f"fontfile={FONT}:fontsize=60:fontcolor=white:x=80:y=200"
    graph = (
        f"drawtext=textfile=0.txt:{draw}:enable='lt(t,2)',"
        f"drawtext=textfile=1.txt:{draw}:enable='gte(t,2)'"
    )
    source = ("-f", "lavfi", "-i", "color=navy:size=1280x720:rate=25:duration=4")
    argv = ["ffmpeg", "-v", "error", *source, "-vf", graph, "-pix_fmt", "yuv420p", "slides.mp4"]
    subprocess.run(argv, cwd=folder, check=True)
    return folder / "slides.mp4"


def test_text_in_the_picture_is_read_with_its_place_and_time(tmp_path: Path):
    clip = slides(tmp_path)
    info = probe(clip, size_bytes=clip.stat().st_size, settings=MEDIA)

    first, second = read_screen(clip, info, MEDIA, threads=2)

    assert first.text.replace(" ", "") == "Freshbread29dollars"
    assert second.text.replace(" ", "") == "OpensinBostononMonday"
    assert first.start_ms < 2_000 <= second.start_ms
    assert 0.04 < first.box.left < 0.09
    assert 0.2 < first.box.top < 0.4


def test_no_core_is_kept_busy_by_waiting(tmp_path: Path):
    clip = slides(tmp_path)
    read_screen(clip, probe(clip, size_bytes=clip.stat().st_size, settings=MEDIA), MEDIA, threads=2)
    reader = ocr._engine(2)

    for model in (reader.text_det, reader.text_rec):
        options = model.session.session.get_session_options()
        assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
        assert options.intra_op_num_threads == 2


def test_no_frames_are_read_when_the_setting_says_so(tmp_path: Path):
    clip = slides(tmp_path)
    info = probe(clip, size_bytes=clip.stat().st_size, settings=MEDIA)

    assert read_screen(clip, info, MediaSettings(screen_frames=0), threads=2) == ()
    assert len(moments(info, 10)) == 3
    assert max(moments(info, 10)) < info.duration_ms


def line(text: str, start_ms: int = 0, left: float = 0.1) -> ScreenText:
    box = Region(left=left, top=0.1, right=left + 0.3, bottom=0.2)
    return ScreenText(text=text, box=box, start_ms=start_ms, end_ms=start_ms)


def test_text_that_stays_is_one_text_that_lasts():
    lines = merged([line("Sale")], [line("SALE", 2_000, 0.11), line("Sale", 2_000, 0.6)])

    assert [(one.text, one.start_ms, one.end_ms) for one in lines] == [
        ("Sale", 0, 2_000),
        ("Sale", 2_000, 2_000),
    ]


def test_scraps_and_guesses_are_no_text():
    assert is_text("Fresh bread", 0.9)
    assert is_text("29", 0.99)
    assert is_text("今日", 0.97)
    assert not is_text("f", 0.99)
    assert not is_text("~ *", 0.99)
    assert not is_text("Fresh bread", 0.6)


def heard(text: str) -> Transcript:
    words = (Word(start_ms=n, end_ms=n + 1, text=word) for n, word in enumerate(text.split()))
    return Transcript(language="en", words=tuple(words))


def test_names_are_spelled_as_the_picture_and_the_brief_spell_them():
    screen = (line("HARBOR MUG"), line("the iCanvas app"))

    mended = respelled(heard("Meet the Harbor mug. Try icanvas by solvane."), screen, ("SolVane",))

    assert mended.text == "Meet the Harbor Mug. Try iCanvas by SolVane."


def test_a_question_on_the_screen_gives_the_spoken_one_its_mark():
    screen = (line("Cold coffee before"), line("your second meeting?"))

    mended = respelled(heard("Cold coffee before your second meeting. Meet it."), screen, ())

    assert mended.text == "Cold coffee before your second meeting? Meet it."


def test_the_picture_changes_no_word_that_was_heard():
    said = "The free shipping ends today."

    assert respelled(heard(said), (line("FREE SHIPPING"), line("Today Only!")), ()).text == said


def test_a_word_that_is_heard_and_shown_is_no_longer_doubtful():
    doubtful = Transcript(words=(Word(start_ms=0, end_ms=1, text="$29.", probability=0.3),))

    assert respelled(doubtful, (line("only 29 dollars"),), ()).words[0].probability == 0.9
