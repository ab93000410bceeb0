import logging
import os
import signal
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest

from socialcopy.media.errors import MediaError, ToolStoppedError
from socialcopy.media.renditions.certificate import certificate
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.render import Detectors, render_all, thumbnail
from socialcopy.models import Look, Platform, Rendition, SubtitleStyle
from tests.conftest import processes
from tests.media.clips import SMALL, VERTICAL, look, make_clip, run_ffmpeg, say

TINY = SMALL.model_copy(
    update={
        "width": 180,
        "height": 320,
        "safe_zone": SMALL.safe_zone.model_copy(
            update={"left": 10, "top": 44, "right": 138, "bottom": 208}
        ),
    }
)
SPECS = {Platform.INSTAGRAM: SMALL, Platform.X: TINY, Platform.LINKEDIN: SMALL}
ONE = {Platform.X: SMALL}
WORDS = say("Meet the mug that stays hot.")
PLAIN = Look()


def rendered(path: Path, folder: Path, settings, *, specs=ONE, words=WORDS, drawn_as=PLAIN, **rest):
    info, text = look(path, settings), Text(tuple(words), look=drawn_as)
    return render_all(
        path, info, specs, text, name="demo", folder=folder, settings=settings, **rest
    )


def grey_frame(path: Path, *, at: float) -> np.ndarray:
    size = (SMALL.height, SMALL.width)
    raw = run_ffmpeg(
        *("-ss", str(at), "-i", str(path), "-frames:v", "1", "-f", "rawvideo"),
        *("-pix_fmt", "gray", "pipe:1"),
    )
    return np.frombuffer(raw, np.uint8).reshape(size)


@pytest.fixture(scope="module")
def three_networks(
    clip, tmp_path_factory, settings
) -> tuple[tuple[Rendition, ...], list[int], Path]:
    folder, seen = tmp_path_factory.mktemp("out"), []
    clip_path = clip(seconds=4.0)
    return rendered(clip_path, folder, settings, specs=SPECS, on_progress=seen.append), seen, folder


def test_networks_with_equal_specs_share_a_file(three_networks):
    renditions, _, folder = three_networks

    assert [r.platforms for r in renditions] == [
        (Platform.INSTAGRAM, Platform.LINKEDIN),
        (Platform.X,),
    ]
    assert sorted(path.name for path in folder.iterdir()) == [
        "demo.instagram-linkedin.mp4",
        "demo.x.mp4",
    ]


def test_every_check_of_the_certificate_passes(three_networks):
    renditions, _, _ = three_networks

    assert [r.faults for r in renditions] == [(), ()]
    assert renditions[0].loudness_lufs == pytest.approx(-14, abs=1)
    assert renditions[0].subtitles_burned_in
    assert "below it" in renditions[0].framing


def test_progress_rises_to_a_hundred(three_networks):
    _, seen, _ = three_networks

    assert seen == sorted(set(seen))
    assert seen[-1] == 100


def test_every_group_of_pictures_is_two_seconds_and_closed(three_networks):
    renditions, _, _ = three_networks
    command = [
        "ffprobe",
        "-v",
        "error",
        "-select_streams",
        "v",
        "-show_entries",
        "packet=pts_time,flags",
    ]
    printed = subprocess.run(
        [*command, "-of", "csv=p=0", renditions[0].path], check=True, capture_output=True, text=True
    ).stdout
    keys = [float(line.split(",")[0]) for line in printed.splitlines() if ",K" in line]

    assert keys[0] == 0
    assert {0.0, 2.0} <= set(keys)


@pytest.mark.parametrize(
    ("wishes", "fills"),
    [
        ({"size": "360x640"}, True),
        ({"size": "400x400"}, False),
        ({"size": "639x359", "options": ("-pix_fmt", "yuv444p")}, False),
        ({"size": "320x480", "options": ("-vf", "setsar=27/32")}, True),
        ({"sound": None}, False),
        ({"sound": "sine=440:d={seconds},aformat=channel_layouts=5.1"}, False),
        ({"rate": 60}, False),
        ({"rate": 12}, False),
        ({"seconds": 0.2}, False),
    ],
    ids=[
        "vertical",
        "square",
        "odd 4:4:4",
        "anamorphic",
        "silent",
        "5.1",
        "60 fps",
        "12 fps",
        "0.2 s",
    ],
)
def test_any_source_becomes_a_file_without_fault(wishes, fills, clip, tmp_path, settings):
    (rendition,) = rendered(clip(**wishes), tmp_path, settings)

    assert rendition.faults == ()
    assert rendition.info.video.frame_rate == 30
    assert rendition.framing.startswith("scaled") == fills


def test_a_rotated_video_is_turned_upright(clip, tmp_path, settings):
    turned = tmp_path / "turned.mp4"
    source = str(clip(size="640x360"))
    run_ffmpeg("-i", source, "-c", "copy", "-metadata:s:v", "rotate=90", str(turned))

    (rendition,) = rendered(turned, tmp_path, settings)

    assert look(turned, settings).video.rotation_degrees in (90, 270)
    assert rendition.framing.startswith("scaled")
    assert rendition.faults == ()


def test_uneven_frame_times_become_even(tmp_path, settings):
    options = ("-vf", "setpts='if(lt(N,20),N,20+(N-20)*3)/30/TB'", "-fps_mode", "vfr")
    uneven = make_clip(tmp_path / "uneven.mp4", options=options)

    (rendition,) = rendered(uneven, tmp_path, settings)

    assert rendition.info.video.frame_rate == 30
    assert rendition.faults == ()


def test_a_frame_held_for_ten_seconds_takes_no_more_memory_than_others(tmp_path, settings, caplog):
    still = ("-vf", "fps=1/10", "-fps_mode", "vfr")
    held = make_clip(tmp_path / "held.mp4", seconds=12, options=still)

    with caplog.at_level(logging.DEBUG, logger="socialcopy.media.ffmpeg.runner"):
        (rendition,) = rendered(held, tmp_path, settings, specs={Platform.X: VERTICAL})

    assert rendition.faults == ()
    peaks_mb = [record.args[2] for record in caplog.records if record.levelno == logging.DEBUG]
    assert max(peaks_mb) < 600  # 300 frames of this size are 930 MB


def test_words_without_a_pause_are_not_taken_for_shifted_ones(tmp_path, settings):
    """Recognisers let the first word begin with the file, also where nobody speaks yet."""
    late = "anoisesrc=c=pink:a=0.2:d={seconds}:seed=1,volume='if(lt(t,0.6),0.03,1)':eval=frame"
    clip = make_clip(tmp_path / "late.mp4", seconds=5.0, sound=late)
    text = "a talk of many words in which nobody ever stops for breath"
    listening = Detectors(find_speech=lambda samples: [(0, len(samples))])

    (rendition,) = rendered(
        clip, tmp_path, settings, words=say(text, word_ms=400, gap_ms=0), detectors=listening
    )

    assert rendition.faults == ()


def test_hdr_becomes_a_picture_that_is_not_washed_out(tmp_path, settings):
    """White of 203 nits in PQ (58 % signal) comes out as white, not as the grey it is stored as."""
    hdr = tmp_path / "hdr.mp4"
    run_ffmpeg(
        *("-f", "lavfi", "-i", "color=0x949494:s=360x640:r=30:d=1,format=yuv420p10le"),
        *("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
        *("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"),
        str(hdr),
    )

    (rendition,) = rendered(hdr, tmp_path, settings, words=())

    assert rendition.faults == ()
    assert grey_frame(Path(rendition.path), at=0.5).mean() > 180


def test_sound_of_another_length_neither_shortens_nor_stretches_the_video(tmp_path, settings, clip):
    source = tmp_path / "short-sound.mp4"
    run_ffmpeg(
        *("-i", str(clip()), "-f", "lavfi", "-i", "sine=440:d=0.5", "-map", "0:v", "-map", "1:a"),
        *("-c:v", "copy", "-c:a", "aac", str(source)),
    )

    assert rendered(source, tmp_path, settings)[0].faults == ()


def test_subtitles_are_drawn_below_the_picture_and_only_while_words_are_said(tmp_path, settings):
    black = make_clip(tmp_path / "black.mp4", sound=None, options=("-vf", "eq=brightness=-1"))
    words = say("Meet the mug.", start_ms=0, word_ms=150, gap_ms=10)

    (rendition,) = rendered(black, tmp_path, settings, words=words)
    spoken = np.flatnonzero(grey_frame(Path(rendition.path), at=0.3).max(axis=1) > 150)

    assert spoken.size
    assert spoken[0] > 124 + 202  # where the picture ends
    assert spoken[-1] < SMALL.safe_zone.bottom
    assert grey_frame(Path(rendition.path), at=1.5).max() < 100


def test_words_are_marked_one_by_one_and_the_certificate_finds_them(clip, tmp_path, settings):
    words_style = Look(style=SubtitleStyle.WORDS)

    (rendition,) = rendered(clip(seconds=4.0), tmp_path, settings, drawn_as=words_style)

    assert rendition.faults == ()
    assert rendition.subtitles_burned_in


def test_subtitles_that_are_not_wanted_are_not_burned_in(clip, tmp_path, settings):
    (rendition,) = rendered(clip(), tmp_path, settings, drawn_as=Look(style=SubtitleStyle.NONE))

    assert rendition.faults == ()
    assert not rendition.subtitles_burned_in


def test_a_feed_gets_the_video_in_its_own_shape_and_an_upright_network_does_not(
    clip, tmp_path, settings
):
    specs = {Platform.INSTAGRAM: SMALL, Platform.X: SMALL.model_copy(update={"widest_aspect": 2.4})}

    upright, wide = rendered(clip(), tmp_path, settings, specs=specs)

    assert (upright.faults, wide.faults) == ((), ())
    assert (wide.info.video.width, wide.info.video.height) == (640, 360)
    assert wide.framing.startswith("scaled; nothing is cut off")


def test_for_a_network_that_takes_no_such_length_nothing_is_encoded(clip, tmp_path, settings):
    short = SMALL.model_copy(update={"max_duration_seconds": 1})
    specs = {Platform.X: short, Platform.LINKEDIN: SMALL}

    made, refused = rendered(clip(), tmp_path, settings, specs=specs)

    assert made.platforms == (Platform.LINKEDIN,)
    assert made.faults == ()
    assert refused.faults == ("longer than X accepts (1 s)",)
    assert refused.path == ""
    assert [path.name for path in tmp_path.glob("*.x.mp4")] == []


def test_a_video_that_is_too_long_for_every_network_is_only_reported(clip, tmp_path, settings):
    short = SMALL.model_copy(update={"max_duration_seconds": 1})

    (refused,) = rendered(clip(), tmp_path, settings, specs={Platform.X: short})

    assert not refused.has_passed
    assert certificate([refused]).files[0].file is None


def test_a_long_video_is_squeezed_under_the_size_limit(clip, tmp_path, settings):
    small = SMALL.model_copy(update={"max_size_bytes": 150_000, "audio_bitrate_bps": 64_000})

    (rendition,) = rendered(clip(seconds=4.0), tmp_path, settings, specs={Platform.X: small})

    assert rendition.info.size_bytes <= 150_000
    assert rendition.faults == ()


def test_metadata_of_the_source_does_not_travel(clip, tmp_path, settings):
    private = tmp_path / "private.mp4"
    run_ffmpeg("-i", str(clip()), "-c", "copy", "-metadata", "title=Jane, 51.5N 0.1W", str(private))

    (rendition,) = rendered(private, tmp_path, settings)

    assert b"Jane" not in Path(rendition.path).read_bytes()


CONFORMING = (
    *("-profile:v", "high", "-x264-params", "cabac=1:8x8dct=1", "-g", "60", "-pix_fmt", "yuv420p"),
    *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
)


def picture_digest(path: Path) -> bytes:
    return run_ffmpeg("-i", str(path), "-map", "0:v", "-c", "copy", "-f", "md5", "pipe:1")


def test_a_master_that_conforms_is_copied_and_its_sound_levelled(clip, tmp_path, settings):
    master = clip(size="360x640", seconds=4.0, options=CONFORMING)

    (rendition,) = rendered(master, tmp_path, settings, words=())

    assert rendition.framing == "copied from the master unchanged"
    assert rendition.faults == ()
    assert picture_digest(Path(rendition.path)) == picture_digest(master)
    assert rendition.loudness_lufs == pytest.approx(-14, abs=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [(CONFORMING, WORDS), ((*CONFORMING[:-6], *CONFORMING[:2]), ())],
    ids=["with subtitles to burn in", "without colour tags"],
)
def test_a_master_that_lacks_something_is_encoded(options, words, clip, tmp_path, settings):
    master = clip(size="360x640", options=options)

    (rendition,) = rendered(master, tmp_path, settings, words=words)

    assert rendition.framing.startswith("scaled")
    assert rendition.faults == ()


def first_loud_sample(path: Path) -> float:
    raw = run_ffmpeg("-i", str(path), "-map", "0:a", "-f", "f32le", "-ac", "1", "pipe:1")
    return float(np.flatnonzero(np.abs(np.frombuffer(raw, np.float32)) > 0.1)[0]) / 48_000


def test_the_sound_is_in_step_with_the_picture(clip, tmp_path, settings):
    beep = "aevalsrc='if(gt(t,1),0.5*sin(2*PI*1000*t),0)':s=48000:d={seconds}"
    source = clip(size="360x640", sound=beep, seconds=4.0)

    (rendition,) = rendered(source, tmp_path, settings)

    assert first_loud_sample(source) == pytest.approx(1, abs=0.002)
    assert first_loud_sample(Path(rendition.path)) == pytest.approx(1, abs=0.008)


def test_sound_that_outlasts_the_picture_is_kept_and_the_last_frame_held(tmp_path, settings, clip):
    source = tmp_path / "long-sound.mp4"
    run_ffmpeg(
        *("-i", str(clip(sound=None)), "-f", "lavfi", "-i", "sine=440:d=3.5"),
        *("-c:v", "copy", "-c:a", "aac", str(source)),
    )

    (rendition,) = rendered(source, tmp_path, settings)

    assert rendition.faults == ()
    assert rendition.info.duration_ms == pytest.approx(3_500, abs=60)
    assert "held for 1.5 s" in rendition.notes[0]


def test_a_clip_shorter_than_one_network_takes_is_held_there_and_only_there(
    clip, tmp_path, settings
):
    patient = TINY.model_copy(update={"min_duration_ms": 3_000})

    made = rendered(
        clip(), tmp_path, settings, specs={Platform.X: SMALL, Platform.INSTAGRAM: patient}
    )

    assert [r.faults for r in made] == [(), ()]
    assert [round(r.info.duration_ms / 1000) for r in made] == [2, 3]


def test_a_cancelled_encode_is_killed_at_once_and_leaves_nothing(tmp_path, settings):
    source = make_clip(tmp_path / "long.mp4", size="1280x720", seconds=30.0, sound=None)
    stop, folder = threading.Event(), tmp_path / "out"
    folder.mkdir()
    frozen: list[int] = []

    def brake(percent: int) -> None:
        """Freeze the encoder first: whoever waited for its end would wait in vain."""
        if percent > 10 and not frozen:
            frozen.extend(processes(str(source)))
            for process in frozen:
                os.kill(process, signal.SIGSTOP)
            stop.set()

    with pytest.raises(ToolStoppedError):
        rendered(source, folder, settings, on_progress=brake, stop=stop)

    assert frozen
    assert not processes(str(source))
    assert list(folder.iterdir()) == []


def test_a_cancelled_render_leaves_nothing(clip, tmp_path, settings):
    stop = threading.Event()
    stop.set()

    with pytest.raises(ToolStoppedError):
        rendered(clip(), tmp_path, settings, stop=stop)

    assert list(tmp_path.iterdir()) == []


def test_a_failed_render_leaves_nothing(clip, tmp_path, settings):
    source = clip()
    info = look(source, settings)

    with pytest.raises(MediaError):
        render_all(
            source.with_name("gone.mp4"), info, ONE, Text(),
            name="demo", folder=tmp_path, settings=settings,
        )  # fmt: skip

    assert list(tmp_path.iterdir()) == []


def test_names_that_ffmpeg_could_misread_are_just_names(clip, tmp_path, settings):
    folder = tmp_path / "it's [a], b:c;d"
    folder.mkdir()
    source = folder / "-i %d 'x'.mp4"
    source.write_bytes(clip().read_bytes())
    info = look(source, settings)

    (rendition,) = render_all(
        source, info, ONE, Text(tuple(WORDS)), name="it's 100%d", folder=folder, settings=settings
    )

    assert Path(rendition.path) == folder / "it's 100%d.x.mp4"
    assert rendition.faults == ()


def test_the_thumbnail_is_an_upright_jpeg_of_the_whole_picture(clip, tmp_path, settings):
    source = clip(size="320x480", options=("-vf", "setsar=27/32"))

    path = thumbnail(source, look(source, settings), tmp_path, settings)

    assert path == tmp_path / "thumbnail.jpg"
    assert path.read_bytes()[:3] == b"\xff\xd8\xff"
    assert list(tmp_path.iterdir()) == [path]


AWKWARD = [
    "awkward/anamorphic_sar64_45.mp4",
    "awkward/fragmented.mp4",
    "awkward/hevc10_hdr10_pq.mp4",
    "awkward/interlaced_tff.mp4",
    "awkward/one_frame.mp4",
    "awkward/rotated_displaymatrix.mp4",
    "awkward/vfr.mp4",
    "real/with-srt.mkv",
    "real/silent-broll.mp4",
]


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_files_people_have_come_out_without_fault(name, shared_inputs, tmp_path, settings):
    (rendition,) = rendered(shared_inputs / name, tmp_path, settings, specs={Platform.X: TINY})

    assert rendition.faults == ()


def test_a_file_cut_off_in_the_upload_is_reported(shared_inputs, tmp_path, settings):
    source = shared_inputs / "awkward" / "truncated_half_faststart.mp4"

    (rendition,) = rendered(source, tmp_path, settings, specs={Platform.X: TINY})

    assert rendition.faults == ("the master breaks off at 2.3 s",)
