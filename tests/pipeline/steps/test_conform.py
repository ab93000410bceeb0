"""What a look at the master is told of what was heard."""

from pathlib import Path

import pytest

from socialcopy.models import (
    Brief,
    MediaInfo,
    Region,
    ScreenText,
    SubtitleStyle,
    Transcript,
    Understanding,
    Word,
)
from socialcopy.pipeline.steps.conform import Footage, focus_of, wants_subtitles
from socialcopy.settings import MediaSettings
from tests.media.clips import look, make_clip

WORDS = (
    Word(start_ms=100, end_ms=400, text="Hello"),
    Word(start_ms=500, end_ms=900, text="there."),
)
TITLE = ScreenText(
    start_ms=0, end_ms=500, text="TITLE", box=Region(left=0.1, top=0.1, right=0.5, bottom=0.2)
)


@pytest.fixture(scope="module")
def master(tmp_path_factory) -> tuple[Path, MediaInfo]:
    path = make_clip(tmp_path_factory.mktemp("master") / "master.mp4", size="160x90", seconds=1.0)
    return path, look(path, MediaSettings())


def known(duration_ms: int, *, is_read: bool = False) -> Understanding:
    transcript = Transcript(words=WORDS, language="en", is_read=is_read)
    return Understanding(
        duration_ms=duration_ms, has_audio=True, transcript=transcript, screen=(TITLE,)
    )


def test_lips_are_measured_while_words_are_heard(master):
    path, info = master

    focus = focus_of(path, info, known(info.duration_ms), MediaSettings())

    assert focus.heard_ms == ((100, 400), (500, 900))


def test_words_that_were_read_and_not_heard_say_nothing_of_lips(master):
    path, info = master

    focus = focus_of(path, info, known(info.duration_ms, is_read=True), MediaSettings())

    assert focus.heard_ms == ()


def test_an_edited_master_has_no_times_for_words_and_keeps_its_text_all_along(master):
    path, info = master

    focus = focus_of(path, info, known(info.duration_ms + 5_000), MediaSettings())

    assert focus.heard_ms == ()
    (text,) = focus.texts
    assert (text.start_ms, text.end_ms) == (0, info.duration_ms)


@pytest.mark.parametrize(("style", "adds"), [(None, False), (SubtitleStyle.WORDS, True)])
def test_a_picture_with_captions_of_its_own_gets_others_only_where_the_brief_asks(
    style: SubtitleStyle | None, adds: bool
):
    words = tuple(Word(start_ms=400 * n, end_ms=400 * n + 350, text=f"word{n}") for n in range(20))
    lines = tuple(
        TITLE.model_copy(
            update={
                "text": " ".join(word.text for word in words[n : n + 3]),
                "start_ms": 400 * n,
                "end_ms": 400 * n + 1_000,
            }
        )
        for n in range(0, 18, 3)
    )
    seen = known(8_000).model_copy(
        update={"screen": lines, "transcript": Transcript(words=words, language="en")}
    )

    assert wants_subtitles(Brief(subtitles=style), Footage(), seen) is adds
    assert wants_subtitles(Brief(), Footage(), known(8_000))
