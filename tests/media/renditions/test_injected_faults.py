"""Faults of sound, step and subtitles, put into a finished file one at a time.

The certificate has to see each of them, and nothing in the file without any.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from pysubs2 import SSAEvent, SSAFile

from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.media.ffmpeg.sound_commands import IN_TIME
from socialcopy.media.renditions.certificate import Promise, inspect
from socialcopy.media.renditions.plan import Text, plan_all
from socialcopy.media.renditions.reference import Reference
from socialcopy.media.renditions.render import Detectors, render_all
from socialcopy.media.renditions.subtitle_sync import is_garbled
from socialcopy.media.subtitles.cues import cues
from socialcopy.media.subtitles.formats import to_ass
from socialcopy.models import Cue, Focus, Look, Platform, Word, later
from socialcopy.settings import MediaSettings
from socialcopy.understanding.voice import spoken
from tests.faults.inputs import made, piece
from tests.media.clips import SMALL, look, run_ffmpeg

LIMITS = Limits(wall_seconds=60, memory_bytes=4_000_000_000)
KEPT = ("-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0")
SOUND = ("-c:v", "copy", "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2", *KEPT)
PICTURE = (
    *("-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-pix_fmt", "yuv420p"),
    *("-x264-params", "cabac=1:8x8dct=1:keyint=60:min-keyint=30", "-flags", "+cgop"),
    *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", *KEPT),
)
TALK = (
    ("Cold", 0, 380), ("coffee", 380, 800), ("before", 800, 1160), ("your", 1160, 1440),
    ("second", 1440, 1880), ("meeting.", 1880, 2360), ("Meet", 2920, 3320), ("the", 3320, 3580),
    ("Harbor", 3580, 3900), ("mug.", 3900, 4360), ("It", 4820, 5000), ("keeps", 5000, 5340),
    ("your", 5340, 5760), ("coffee", 5760, 6180), ("hot", 6180, 6520), ("for", 6520, 6860),
    ("six", 6860, 7220), ("hours,", 7220, 7640), ("and", 8040, 8200), ("it", 8200, 8380),
    ("weighs", 8380, 8660), ("both.", 8660, 8980),
)  # fmt: skip
"""What the recogniser hears in the talk."""
WORDS = tuple(Word(text=text, start_ms=start, end_ms=end) for text, start, end in TALK)


class Good(NamedTuple):
    """A talk, its finished file, and what was promised of it."""

    master: Path
    file: Path
    promise: Promise


@pytest.fixture(scope="module")
def reference(good, tmp_path_factory) -> Reference:
    """The master, decoded once for all tests."""
    settings = MediaSettings(preset="fast")
    folder = tmp_path_factory.mktemp("reference")
    return Reference(good.master, look(good.master, settings), folder, settings)


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Good:
    folder, settings = tmp_path_factory.mktemp("good"), MediaSettings(preset="fast")
    master = piece(folder, "talk")
    info = look(master, settings)
    (rendition,) = render_all(
        master, info, {Platform.X: SMALL}, Text(WORDS, language="en"), name="good", folder=folder,
        settings=settings, detectors=Detectors(find_speech=spoken),
    )  # fmt: skip
    assert rendition.faults == ()
    networks = dict.fromkeys((SMALL,), (Platform.X,))
    (plan,) = plan_all(networks, info, Text(WORDS, (), "en", Look(), Focus()))
    return Good(master, Path(rendition.path), plan.promise)


def judged(good: Good, file: Path, settings, *, reference=None, **promised) -> str:
    """What is wrong with a file; held against its master where a reference is given."""
    promise = good.promise.model_copy(update=promised)
    rendition = inspect(
        file, promise, settings=settings, limits=LIMITS, reference=reference, find_speech=spoken
    )
    return "; ".join(rendition.faults)


def with_sound(good: Good, output: Path, filters: str) -> Path:
    """The finished file, its sound sent through filters, encoded as the renderer does."""
    run_ffmpeg("-i", str(good.file), "-af", f"{filters},{IN_TIME}", *SOUND, str(output))
    return output


def with_sound_of(good: Good, output: Path, other: Path) -> Path:
    """The finished file under another sound, as loud."""
    levelled = "loudnorm=I=-14:TP=-2,aresample=48000,apad"
    run_ffmpeg(
        *("-i", str(good.file), "-i", str(other), "-map", "0:v", "-map", "1:a", "-af", levelled),
        *("-t", "9", *SOUND, str(output)),
    )
    return output


def with_picture(good: Good, output: Path, filters: str) -> Path:
    """The finished file, its picture sent through filters."""
    run_ffmpeg("-i", str(good.file), "-vf", filters, "-c:a", "copy", *PICTURE, str(output))
    return output


def with_script(good: Good, output: Path, script: str | None) -> Path:
    """The file as the renderer would make it of another script, or of none."""
    folder = output.parent
    box = good.promise.layout.picture
    place = f"{SMALL.width}:{SMALL.height}:{box.left}:{box.top}"
    fitted, drawn = f"scale={box.width}:{box.height},pad={place}:color=gray", ""
    if script is not None:
        (folder / "other.ass").write_text(script)
        drawn = ",ass=other.ass"
    run_ffmpeg(
        *("-i", str(good.master), "-i", str(good.file), "-map", "0:v", "-map", "1:a"),
        *("-vf", f"{fitted},setsar=1{drawn}"),
        *("-c:a", "copy", *PICTURE, output.name), cwd=folder,
    )  # fmt: skip
    return output


def script_of(good: Good, change) -> str:
    """The promised script with its subtitles changed."""
    assert good.promise.script
    script = SSAFile.from_string(good.promise.script)
    script.events = [event for event in map(change, script.events) if event]
    return script.to_string("ass")


def test_a_file_without_a_fault_passes(good, reference, settings):
    assert judged(good, good.file, settings, reference=reference) == ""


@pytest.mark.parametrize(
    ("filters", "seen"),
    [
        ("adelay=100:all=1", "the sound is 1.. ms late"),
        ("atrim=start=0.1,asetpts=PTS-STARTPTS,apad=whole_dur=9.02", "the sound is 9. ms early"),
        ("asetrate=47520,aresample=48000,atrim=end=9.02", "the sound is"),
        ("volume=0", "the sound is silent"),
        ("volume=0:enable='gt(t,5)'", "the sound is silent at"),
        ("pan=stereo|c0=c0|c1=-1*c0", "cancel each other out"),
    ],
    ids=["late", "early", "slow", "silent", "silent from a moment on", "turned over"],
)
def test_a_fault_of_the_sound_is_heard(good, reference, filters, seen, tmp_path, settings):
    path = with_sound(good, tmp_path / "bad.mp4", filters)

    faults = judged(good, path, settings, reference=reference)

    assert re.search(seen, faults)


@pytest.mark.parametrize("other", ["voice de", "music"])
def test_another_track_is_heard(good, reference, other, tmp_path, settings):
    sound = piece(tmp_path, *other.split())

    path = with_sound_of(good, tmp_path / "bad.mp4", sound)
    faults = judged(good, path, settings, reference=reference)

    assert "the sound is not the master's" in faults


@pytest.mark.parametrize(
    ("filters", "seen"),
    [
        ("tpad=start=3:start_mode=clone,trim=end=9", "the picture is .* ms late"),
        (
            "trim=start=0.1,setpts=PTS-STARTPTS,tpad=stop=3:stop_mode=clone",
            "the picture is .* early",
        ),
        ("loop=loop=-1:size=1:start=0,trim=end=9", "the picture stands still"),
    ],
    ids=["late", "early", "frozen"],
)
def test_a_fault_of_the_picture_is_seen(good, reference, filters, seen, tmp_path, settings):
    path = with_picture(good, tmp_path / "bad.mp4", filters)

    faults = judged(good, path, settings, reference=reference)

    assert re.search(seen, faults)


def test_a_voice_that_is_left_on_another_track_is_missed(good, tmp_path, settings):
    """Whoever takes the silent track for the master's sound finds file and master alike."""
    two = made(tmp_path, "first_track_silent")
    silent = with_sound(good, tmp_path / "bad.mp4", "volume=0")
    reference = Reference(two, look(two, settings), tmp_path, settings)

    faults = judged(
        good, silent, settings, reference=reference, words=(), script=None, has_subtitles=False
    )

    assert "on sound track 2 of the video somebody does" in faults


def test_subtitles_that_were_not_drawn_are_missed(good, tmp_path, settings):
    faults = judged(good, with_script(good, tmp_path / "bad.mp4", None), settings)

    assert "is not to be seen" in faults


def test_the_same_file_with_its_subtitles_drawn_passes(good, reference, tmp_path, settings):
    path = with_script(good, tmp_path / "same.mp4", good.promise.script)

    assert judged(good, path, settings, reference=reference) == ""


def test_a_missing_subtitle_is_missed_in_the_picture(good, tmp_path, settings):
    script = script_of(good, lambda event: event if event.start > 3_000 else None)

    faults = judged(good, with_script(good, tmp_path / "bad.mp4", script), settings)

    assert "is not to be seen" in faults


def test_a_subtitle_that_never_was_in_the_script_is_missed_too(good, settings):
    script = script_of(good, lambda event: None if "keeps" in event.plaintext else event)

    assert "no subtitle shows" in judged(good, good.file, settings, script=script)


def test_subtitles_in_another_language_are_noticed(good, settings):
    german = ["Kalter Kaffee vor dem Termin", "Hier ist die Tasse", "Sie bleibt sechs Stunden warm"]
    texts = iter(german * 9)
    script = script_of(good, lambda event: SSAEvent(event.start, event.end, next(texts)))

    assert "which was not said" in judged(good, good.file, settings, script=script)


@pytest.mark.parametrize(
    "text",
    ["CafÃ© at noon", "ÐŸÑ€Ð¸Ð²ÐµÑ‚ Ð¼Ð¸Ñ€", "Ïðèâåò, ìèð", "Meet the mug�", "ÄãºÃÊÀ½ç"],
)
def test_garbled_letters_are_noticed(good, text, settings):
    script = script_of(good, lambda event: SSAEvent(event.start, event.end, text))

    assert "garbled" in judged(good, good.file, settings, script=script)


@pytest.mark.parametrize(
    "text",
    ["Übergrößenträger", "garçon, où êtes-vous", "Привет, мир", "你好，世界", "Đặng Thị Ánh ở đây",
     "são João não é", "Äpfel, Öl", "Årsrapport på norsk", "é"],
)  # fmt: skip
def test_letters_of_other_languages_are_not(text):
    assert not is_garbled(text)


@pytest.mark.parametrize(("by_ms", "way"), [(800, "late"), (-800, "early")])
def test_subtitles_out_of_step_are_noticed(good, by_ms, way, settings):
    def moved(event):
        return SSAEvent(max(0, event.start + by_ms), event.end + by_ms, event.text)

    faults = judged(good, good.file, settings, script=script_of(good, moved))

    assert "the subtitles are" in faults
    assert way in faults


def test_words_that_nobody_says_at_that_time_are_noticed(good, reference, tmp_path, settings):
    """Words and script agree, and both are wrong: only the sound can tell."""
    words = later(WORDS[:18], 1_000)
    shown = cues(words, duration_ms=9_000, max_line=24)
    script = to_ass(shown, good.promise.layout)
    path = with_script(good, tmp_path / "bad.mp4", script)

    faults = judged(good, path, settings, reference=reference, words=words, script=script)

    assert "behind the speech" in faults


def test_given_subtitles_that_run_ahead_of_the_speech_are_noticed(good, settings):
    ours = cues(WORDS, duration_ms=9_000, max_line=24)
    given = tuple(
        Cue(start_ms=cue.start_ms + 2_000, end_ms=cue.end_ms + 2_000, text=cue.text) for cue in ours
    )
    script = to_ass(given, good.promise.layout)

    faults = judged(good, good.file, settings, given=given, script=script)

    assert "the subtitles that were given run 2." in faults
    assert "behind the speech" in faults


def test_a_translation_that_was_given_is_not_held_against_the_words(good, settings):
    ours = cues(WORDS, duration_ms=9_000, max_line=24)
    texts = iter(["Kalter Kaffee vor dem Termin", "Hier ist die Tasse", "Sie hält ihn warm"] * 9)
    given = tuple(cue.model_copy(update={"text": next(texts)}) for cue in ours)
    script = to_ass(given, good.promise.layout)

    faults = judged(good, good.file, settings, given=given, script=script)

    assert "said" not in faults
    assert "speech" not in faults
