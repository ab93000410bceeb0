import json
from pathlib import Path

import pytest

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.ffmpeg.mp4 import has_edit_list, is_fast_start, top_level
from socialcopy.media.ffmpeg.runner import Limits
from socialcopy.media.renditions.certificate import Promise, certificate, inspect
from socialcopy.models import Platform, Rendition
from socialcopy.settings import MediaSettings
from tests.media.clips import SMALL, look, run_ffmpeg

LIMITS = Limits(wall_seconds=60, memory_bytes=4_000_000_000)
LOUD = "sine=1000:r=48000:d={seconds},volume=30dB,aformat=channel_layouts=stereo"
GOOD = (
    *("-profile:v", "high", "-x264-params", "cabac=1:8x8dct=1", "-pix_fmt", "yuv420p"),
    *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
    *("-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0"),
)
SIZE = f"{SMALL.width}x{SMALL.height}"


def judged(
    path: Path, settings: MediaSettings, *, spec=SMALL, master=None, promised=None, **rest
) -> Rendition:
    promised = promised or {}
    info = look(master or path, settings)
    promise = Promise(
        platforms=(Platform.X,),
        spec=spec,
        master=info,
        layout=arrange((spec.width, spec.height), spec, has_subtitles=False),
        duration_ms=info.duration_ms,
    )
    return inspect(
        path, promise.model_copy(update=promised), settings=settings, limits=LIMITS, **rest
    )


def test_a_file_without_fault_passes(clip, settings):
    path = clip(size=SIZE, sound=None, options=GOOD)

    rendition = judged(path, settings)

    assert rendition.faults == ()
    assert certificate([rendition]).passed is True


def test_a_loud_file_is_caught(clip, settings):
    faults = judged(clip(size=SIZE, sound=LOUD, seconds=4.0, options=GOOD), settings).faults

    assert len(faults) == 2
    assert "LUFS, not -14 ±1" in faults[0]
    assert "dBTP, above -1" in faults[1]


def test_a_clip_below_three_seconds_is_not_judged_by_its_loudness_and_says_so(clip, settings):
    rendition = judged(clip(size=SIZE, sound=LOUD, options=GOOD), settings)

    assert rendition.faults == ()
    assert certificate([rendition]).files[0].notes == (
        "shorter than 3 s, so loudness was not judged",
    )


def test_silence_is_not_judged_by_its_loudness_and_says_so(clip, settings):
    sound = "anullsrc=r=48000:cl=stereo:d={seconds}"
    rendition = judged(clip(size=SIZE, sound=sound, seconds=4.0, options=GOOD), settings)

    assert rendition.faults == ()
    assert "silent" in certificate([rendition]).files[0].notes[0]


def test_a_wrong_size_is_caught(clip, settings):
    path = clip(size="320x180", sound=None, options=GOOD)

    assert judged(path, settings).faults == (f"picture is 320x180, not {SIZE}",)


def test_an_index_at_the_end_and_an_edit_list_are_caught(clip, settings):
    path = clip(size=SIZE, sound=None, options=GOOD[:-4])

    assert judged(path, settings).faults == (
        "the index (moov) is not at the start of the file",
        "the file holds an edit list",
    )


def test_a_shorter_file_than_the_master_is_caught(clip, settings):
    master = clip(size=SIZE, sound=None, seconds=3.0)
    path = clip(size=SIZE, sound=None, options=GOOD)

    assert judged(path, settings, master=master).faults == ("1000 ms shorter than the master",)


def test_lost_sound_is_caught(clip, settings):
    path = clip(size=SIZE, sound=None, options=GOOD)

    assert judged(path, settings, master=clip(size=SIZE)).faults == ("the sound is missing",)


@pytest.mark.parametrize(
    ("limit", "fault"),
    [
        ({"max_duration_seconds": 1}, "longer than X accepts (1 s)"),
        ({"max_size_bytes": 1_000}, "larger than X accepts (0 MB)"),
        ({"max_frame_rate": 24}, "30.00 frames per second, not 23 to 24"),
    ],
)
def test_what_a_network_refuses_is_caught(clip, settings, limit, fault):
    path = clip(size=SIZE, sound=None, options=GOOD)

    assert judged(path, settings, spec=SMALL.model_copy(update=limit)).faults == (fault,)


def test_other_codecs_and_pixels_are_caught(clip, settings):
    options = (*GOOD[4:], "-pix_fmt", "yuv444p", "-ar", "44100", "-ac", "1")

    faults = judged(clip(size=SIZE, options=options), settings).faults

    assert faults == (
        "video is h264 High 4:4:4 Predictive, not h264 High",
        "pixels are yuv444p, not yuv420p",
        "sound is 44100 Hz on 1 channels, not 48000 Hz stereo",
    )


def test_the_certificate_is_json_even_for_digital_silence(clip, settings):
    rendition = judged(clip(size=SIZE, sound="anullsrc=d={seconds}"), settings)

    assert json.loads(json.dumps(certificate([rendition]).model_dump(mode="json"), allow_nan=False))


def test_files_with_the_very_same_sound_are_listened_to_once(clip, settings, tmp_path):
    loud = clip(size=SIZE, sound=LOUD, seconds=4.0, options=GOOD)
    other, softer, late = (tmp_path / f"{name}.mp4" for name in ("other", "softer", "late"))
    run_ffmpeg("-i", str(loud), "-c:a", "copy", "-vf", "negate", *GOOD, str(other))
    run_ffmpeg("-i", str(loud), "-c:v", "copy", "-af", "volume=-3dB", *GOOD[-4:], str(softer))
    run_ffmpeg("-i", str(loud), "-itsoffset", "0.1", "-i", str(loud), "-map", "0:v", "-map", "1:a",
               "-c", "copy", str(late))  # fmt: skip
    listened = {}

    first, same, unlike, _ = (
        judged(path, settings, listened=listened) for path in (loud, other, softer, late)
    )

    assert len(listened) == 3
    assert same.loudness_lufs == first.loudness_lufs
    assert first.loudness_lufs is not None
    assert unlike.loudness_lufs is not None
    assert unlike.loudness_lufs < first.loudness_lufs - 2


def test_the_order_of_boxes_is_read_from_the_file(clip, tmp_path):
    path = clip(size="64x64", sound=None)
    fast = tmp_path / "fast.mp4"
    run_ffmpeg("-i", str(path), "-c", "copy", "-movflags", "+faststart", str(fast))

    assert [name for name in top_level(path) if name in ("moov", "mdat")] == ["mdat", "moov"]
    assert not is_fast_start(path)
    assert is_fast_start(fast)
    assert has_edit_list(fast)


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\0", b"\0\0\0\0mdat", b"\0\0\0\x03moov", b"\xff" * 99]
)
def test_damaged_boxes_are_neither_fast_start_nor_endless(content, tmp_path):
    path = tmp_path / "x.mp4"
    path.write_bytes(content)

    assert not is_fast_start(path)
    assert not has_edit_list(path)
