"""Faults injected into a renderer, one at a time; the certificate has to see each of them.

The half face is in tests/understanding/test_framed.py, beside the detector that sees it; a logo or
title card that is missing or misplaced in test_dressing.py.
"""

from pathlib import Path

import pytest

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.media.renditions.certificate import Promise, inspect
from socialcopy.media.subtitles.formats import to_ass
from socialcopy.models import Cue, Platform, SafeZone
from tests.media.clips import SMALL, look, make_clip, run_ffmpeg

LIMITS = Limits(wall_seconds=60, memory_bytes=4_000_000_000)
LAYOUT = arrange((SMALL.width, SMALL.height), SMALL, has_subtitles=True)
SCRIPT = to_ass([Cue(start_ms=0, end_ms=2_000, text="Meet the mug.")], LAYOUT)
SIZE = f"{SMALL.width}x{SMALL.height}"
LEVEL = "aevalsrc='0.2*sin(2*PI*1000*t)|0.2*sin(2*PI*1000*t)':s=48000:d={seconds}"
CLICKS = LEVEL.replace("0.2*sin(2*PI*1000*t)", "if(lt(mod(t,1),0.0004),1,0.2*sin(2*PI*1000*t))")

PICTURE = {
    "-profile:v": "high",
    "-x264-params": "cabac=1:8x8dct=1:keyint=60",
    "-pix_fmt": "yuv420p",
    "-color_primaries": "bt709",
    "-color_trc": "bt709",
    "-colorspace": "bt709",
    "-ar": "48000",
    "-movflags": "+faststart+negative_cts_offsets",
    "-use_editlist": "0",
}


def made(path: Path, *, sound: str = LEVEL, rate: int = 30, size: str = SIZE, **changed) -> Path:
    wishes = PICTURE | {_option(name): value for name, value in changed.items()}
    options = [part for pair in wishes.items() for part in pair]
    return make_clip(path, size=size, rate=rate, seconds=4.0, sound=sound, options=options)


def _option(name: str) -> str:
    return f"-{name.replace('__', ':').replace('x264_', 'x264-')}"


def judged(path, settings, **promised) -> str:
    master = look(promised.pop("master", path), settings)
    promise = Promise(
        platforms=(Platform.X,),
        spec=SMALL,
        master=master,
        layout=LAYOUT,
        duration_ms=promised.pop("duration_ms", master.duration_ms),
        script=SCRIPT,
    ).model_copy(update=promised)
    return "; ".join(inspect(path, promise, settings=settings, limits=LIMITS).faults)


def test_the_renderer_without_a_fault_passes(tmp_path, settings):
    assert judged(made(tmp_path / "good.mp4"), settings) == ""


@pytest.mark.parametrize(
    ("injected", "seen"),
    [
        ({"size": "352x640"}, "picture is 352x640"),
        (
            {"x264_params": "cabac=1:8x8dct=1:keyint=30:bframes=3:open-gop=1", "preset": "fast"},
            "group of pictures is open",
        ),
        ({"movflags": "+negative_cts_offsets"}, "not at the start"),
        ({"movflags": "+faststart", "use_editlist": "1"}, "edit list"),
        ({"sound": LEVEL.replace("0.2*", "0.4*")}, "LUFS, not -14"),
        ({"sound": CLICKS}, "true peak"),
        ({"profile__v": "main", "x264_params": "cabac=1:8x8dct=0"}, "not h264 High"),
        ({"rate": 60}, "60.00 frames per second"),
        ({"rate": 15}, "15.00 frames per second"),
        ({"ar": "44100"}, "44100 Hz"),
        ({"color_trc": "smpte2084", "color_primaries": "bt2020"}, "HDR was left in"),
        ({"vf": "setsar=4/3"}, "not square"),
        ({"x264_params": "cabac=1:8x8dct=1:tff=1"}, "interlaced"),
        ({"ac": "1"}, "1 channels"),
        ({"pix_fmt": "yuv422p", "profile__v": "high422"}, "yuv422p"),
        ({"level__v": "5.1"}, "level is 5.1"),
        ({"vf": "setpts='if(lt(N,20),N,20+(N-20)*2)/30/TB'", "fps_mode": "vfr"}, "equally long"),
    ],
)
def test_a_fault_in_the_file_is_seen(injected, seen, tmp_path, settings):
    assert seen in judged(made(tmp_path / "bad.mp4", **injected), settings)


def test_key_frames_too_far_apart_are_seen(tmp_path, settings):
    path = made(tmp_path / "bad.mp4", x264_params="cabac=1:8x8dct=1:keyint=300:scenecut=0")
    strict = SMALL.model_copy(update={"max_gop_ms": 2_000})

    assert "key frames are up to" in judged(path, settings, spec=strict)


def test_a_file_that_stops_early_is_seen(tmp_path, settings):
    path = made(tmp_path / "bad.mp4", t="3")

    assert "1000 ms shorter" in judged(path, settings, duration_ms=4_000)


def test_a_file_whose_end_is_missing_is_seen_though_its_header_is_whole(tmp_path, settings):
    whole = made(tmp_path / "whole.mp4").read_bytes()
    (tmp_path / "torn.mp4").write_bytes(whole[: len(whole) * 6 // 10])

    assert "the header says" in judged(
        tmp_path / "torn.mp4", settings, master=tmp_path / "whole.mp4"
    )


def test_sound_that_ends_early_is_seen(tmp_path, settings):
    good, path = made(tmp_path / "good.mp4"), tmp_path / "bad.mp4"
    flags = ("-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0")
    run_ffmpeg(
        *("-i", str(good), "-t", "2", "-i", str(good), "-map", "0:v", "-map", "1:a"),
        *("-c", "copy", *flags, str(path)),
    )

    assert "the sound lasts" in judged(path, settings)


def test_subtitles_off_the_safe_zone_are_seen(tmp_path, settings):
    zone = SafeZone(left=21, top=89, right=276, bottom=620)  # what the renderer took it for
    wrong = arrange(
        (SMALL.width, SMALL.height),
        SMALL.model_copy(update={"safe_zone": zone}),
        has_subtitles=True,
    )
    script = to_ass([Cue(start_ms=0, end_ms=2_000, text="Meet the mug.")], wrong)

    assert "leave the safe zone" in judged(made(tmp_path / "a.mp4"), settings, script=script)


def test_a_missing_glyph_is_seen(tmp_path, settings):
    script = to_ass([Cue(start_ms=0, end_ms=2_000, text="Mug \ue321 for you")], LAYOUT)

    faults = judged(made(tmp_path / "a.mp4"), settings, script=script)

    assert "no installed font has \ue321 (U+E321)" in faults


def test_subtitles_that_draw_nothing_are_seen(tmp_path, settings):
    script = to_ass([Cue(start_ms=0, end_ms=2_000, text="{}")], LAYOUT).replace("\\{\\}", "")

    assert "draw nothing" in judged(made(tmp_path / "a.mp4"), settings, script=script)
