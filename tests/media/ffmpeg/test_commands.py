from fractions import Fraction
from pathlib import Path

import pytest

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.canvas.shots import Box, Pane, Shot, Window
from socialcopy.media.ffmpeg.codecs import CONTAINERS, DECODERS
from socialcopy.media.ffmpeg.commands import Version, all_camera_files, filter_graph, render
from socialcopy.media.ffmpeg.filters import frame_rate
from socialcopy.media.ffmpeg.sound_commands import (
    IN_TIME,
    decode_speech,
    encode_sound,
    measure_loudness,
)
from socialcopy.media.ffmpeg.still_commands import grab_thumbnail
from socialcopy.models import AudioStream, MediaInfo, Region, VideoStream
from socialcopy.settings import MediaSettings
from tests.media.clips import VERTICAL


# fmt: off
def guarded(name: str, protocols: str = "file") -> list[str]:
    return [
        "-protocol_whitelist", protocols, "-format_whitelist", CONTAINERS,
        "-codec_whitelist", DECODERS, "-max_pixels", "35389440", "-i", name,
    ]
# fmt: on


SETTINGS = MediaSettings(preset="standard")
MASTER = Path("/videos/it's [a], b:c;d.mp4")
LANDSCAPE = MediaInfo(
    container="mp4",
    duration_ms=9_030,
    size_bytes=1,
    video=VideoStream(codec="h264", width=1280, height=720, frame_rate=25.0, color_space="bt709"),
)
IN_STEP = "async=1:min_hard_comp=0.02:first_pts=0"
VERSION = Version(
    layout=arrange((1280, 720), VERTICAL, has_subtitles=True),
    frame_rate=Fraction(25),
    max_bitrate_bps=9_872_000,
    subtitles="0.ass",
    output="0.mp4",
)


def test_render_decodes_once_and_copies_the_sound():
    argv = render(MASTER, LANDSCAPE, [VERSION], sound="sound.m4a", settings=SETTINGS)

    # fmt: off
    assert argv == [
        "ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error", "-nostats",
        "-progress", "pipe:1", "-stats_period", "0.5",
        "-t", "7200", *guarded(f"file:{MASTER}"),
        *guarded("file:sound.m4a"),
        "-filter_complex", filter_graph(LANDSCAPE, [VERSION]),
        "-map", "[v0]",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "22",
        "-x264-params", "subme=1:trellis=0:ref=1:rc-lookahead=10",
        "-profile:v", "high", "-level:v", "4.1", "-pix_fmt", "yuv420p",
        "-g", "50", "-keyint_min", "25", "-flags", "+cgop",
        "-maxrate", "9872000", "-bufsize", "19744000",
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
        "-color_range", "tv",
        "-map", "1:a:0", "-c:a", "copy",
        "-map_metadata", "-1", "-map_chapters", "-1",
        "-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0",
        "-f", "mp4", "0.mp4",
    ]
    # fmt: on


def test_a_landscape_picture_goes_on_above_and_below_in_a_blurred_copy_of_itself():
    colours = "in_color_matrix=bt709:out_color_matrix=bt709:out_range=tv,format=yuv420p"

    assert filter_graph(LANDSCAPE, [VERSION]).split(";") == [
        "[0:V:0]split=1[s0]",
        "[s0]fps=25/1:start_time=0[b0steady]",
        "color=s=16x16:r=25/1[b0clock]",
        (
            f"[b0steady][b0clock]streamselect=inputs=2:map=0,scale=1080:608:flags=bicubic:{colours}"
            ",setsar=1,split[b0sharp][b0back]"
        ),
        (
            "[b0back]crop=342:608,scale=136:240:flags=area,boxblur=9:2,"
            "lutyuv=y=16+(val-16)*0.7:u=128+(val-128)*0.7:v=128+(val-128)*0.7,split=2[b0tap0][b0tap1]"
        ),
        "[b0tap0]crop=iw:46:0:0,scale=1080:368:flags=bicubic,setsar=1[b0end0]",
        "[b0tap1]crop=iw:118:0:ih-oh,scale=1080:944:flags=bicubic,setsar=1[b0end1]",
        (
            "[b0end0][b0sharp][b0end1]vstack=inputs=3,ass=0.ass,setsar=1,format=yuv420p,"
            "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[v0]"
        ),
    ]


def test_a_picture_of_the_right_shape_is_only_scaled():
    video = LANDSCAPE.video.model_copy(update={"rotation_degrees": 90})
    info = LANDSCAPE.model_copy(update={"video": video})
    layout = arrange(video.display_size, VERTICAL, has_subtitles=False)
    version = VERSION.model_copy(update={"layout": layout, "subtitles": None})

    graph = filter_graph(info, [version])

    assert "scale=1080:1920" in graph
    assert "overlay" not in graph
    assert "ass=" not in graph


def test_a_slides_own_colour_goes_on_above_and_below_it():
    slide = Shot(
        from_ms=0, kind="screen", extends=True, reason="",
        panes=(Pane(box=Box(left=0, top=368, width=1080, height=608)),),
    )  # fmt: skip

    graph = filter_graph(LANDSCAPE, [shown(slide)])

    assert "boxblur" not in graph
    assert "crop=iw:2:0:0,scale=16:2:flags=area,scale=1080:368" in graph
    assert "crop=iw:2:0:ih-oh,scale=16:2:flags=area,scale=1080:944" in graph
    assert "[b0end0][b0sharp][b0end1]vstack=inputs=3" in graph


def test_a_picture_narrower_than_its_frame_goes_on_to_the_left_and_the_right():
    upright = Shot(
        from_ms=0, kind="blur", reason="",
        panes=(Pane(box=Box(left=236, top=0, width=608, height=1920)),),
    )  # fmt: skip

    graph = filter_graph(LANDSCAPE, [shown(upright)])

    assert "crop=608:1080,scale=136:240:flags=area" in graph
    assert "crop=30:ih:0:0,scale=236:1920" in graph
    assert "crop=30:ih:iw-ow:0,scale=236:1920" in graph
    assert "[b0end0][b0sharp][b0end1]hstack=inputs=3" in graph


def shot(from_ms: int, *lefts: float) -> Shot:
    """An upright crop of a landscape picture, that moves every second."""
    path = tuple(
        Window(
            from_ms=from_ms + 1_000 * n,
            region=Region(left=left, top=0, right=left + 0.3164, bottom=1),
        )
        for n, left in enumerate(lefts)
    )
    box = Box(left=0, top=0, width=1080, height=1920)
    return Shot(from_ms=from_ms, kind="follow", panes=(Pane(box=box, path=path),), reason="")


def shown(*shots: Shot) -> Version:
    layout = VERSION.layout.model_copy(update={"shots": shots})
    return VERSION.model_copy(update={"layout": layout, "subtitles": None})


def test_crops_that_stand_still_in_each_of_a_thousand_shots_are_one_chain():
    version = shown(*(shot(1_000 * n, n % 2 / 2) for n in range(1_000)))

    graph = filter_graph(LANDSCAPE, [version])
    files = all_camera_files(LANDSCAPE, [version])

    assert graph.count("scale=1080:1920") == 1
    assert "sendcmd=f=b00.camera,crop@b00=404:720:0:0" in graph
    assert files["b00.camera"].startswith("0.9800 crop@b00 x 640, crop@b00 y 0;\n")
    assert files["b00.camera"].count(";") == 999


def test_a_moving_crop_is_cut_out_of_the_band_it_moves_in_after_scaling():
    version = shown(shot(0, 0.1, 0.2))

    graph = filter_graph(LANDSCAPE, [version])
    lines = all_camera_files(LANDSCAPE, [version])["b00.camera"].splitlines()

    assert "crop=534:720:128:0,scale=1424:1920" in graph
    assert "crop@b00=1080:1920:0:0" in graph
    assert len(lines) == 25
    assert lines[-1].split()[3].rstrip(",") in {"342", "344"}


def test_each_stretch_of_shots_has_its_own_frames():
    version = shown(shot(0, 0.1), shot(2_000, 0.1, 0.2), shot(4_000, 0.5))

    graph = filter_graph(LANDSCAPE, [version])

    assert "split=3" in graph
    assert "trim=start_frame=0:end_frame=50," in graph
    assert "trim=start_frame=50:end_frame=100," in graph
    assert "trim=start_frame=100,setpts" in graph
    assert "concat=n=3:v=1:a=0,settb=1/25,setpts=N" in graph


def test_hdr_is_tone_mapped_before_the_split():
    video = LANDSCAPE.video.model_copy(update={"color_transfer": "smpte2084"})
    graph = filter_graph(LANDSCAPE.model_copy(update={"video": video}), [VERSION, VERSION])

    assert graph.count("tonemap=mobius") == 1
    assert graph.index("tonemap") < graph.index("split=2")


def test_only_interlaced_video_is_deinterlaced():
    video = LANDSCAPE.video.model_copy(update={"is_interlaced": True})

    assert "bwdif" in filter_graph(LANDSCAPE.model_copy(update={"video": video}), [VERSION])
    assert "bwdif" not in filter_graph(LANDSCAPE, [VERSION])


@pytest.mark.parametrize(
    ("height", "tagged", "matrix"),
    [
        (720, None, "bt709"),
        (480, None, "bt601"),
        (480, "bt709", "bt709"),
        (2160, "bt2020nc", "bt2020"),
    ],
)
def test_colours_are_read_by_their_tag_or_as_players_assume(height, tagged, matrix):
    video = LANDSCAPE.video.model_copy(update={"height": height, "color_space": tagged})

    graph = filter_graph(LANDSCAPE.model_copy(update={"video": video}), [VERSION])

    assert f"in_color_matrix={matrix}:" in graph


def test_sound_is_encoded_as_long_as_the_picture():
    argv = encode_sound(
        MASTER, LANDSCAPE, "sound.m4a", filters="volume=3dB", duration_ms=9_030,
        bitrate_bps=128_000, settings=SETTINGS,
    )  # fmt: skip

    # fmt: off
    assert argv == [
        "ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error", "-nostats",
        *guarded(f"file:{MASTER}"),
        "-map", "0:a:0",
        "-af", f"volume=3dB,apad=whole_dur=9.030,{IN_TIME}", "-t", "9.030",
        "-c:a", "aac", "-profile:a", "aac_low", "-b:a", "128000", "-ar", "48000",
        "-map_metadata", "-1", "-f", "mp4", "sound.m4a",
    ]
    # fmt: on


def test_loudness_is_measured_in_stereo():
    stereo = f"aresample=48000:{IN_STEP},aformat=channel_layouts=stereo"
    # fmt: off
    assert measure_loudness(MASTER, LANDSCAPE, SETTINGS) == [
        "ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "info", "-nostats",
        *guarded(f"file:{MASTER}"),
        "-map", "0:a:0", "-t", "7200",
        "-af", f"{stereo},ebur128=peak=true:framelog=verbose",
        "-f", "null", "-",
    ]
    # fmt: on


def test_speech_is_decoded_straight_from_a_url():
    # fmt: off
    assert decode_speech("https://store/v.mp4?sig=1", LANDSCAPE, "speech.pcm", SETTINGS) == [
        "ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error", "-nostats",
        *guarded("https://store/v.mp4?sig=1", protocols="http,tcp"),
        "-map", "0:a:0", "-t", "7200",
        "-af", f"aresample=16000:{IN_STEP}", "-ac", "1",
        "-c:a", "pcm_s16le", "-f", "s16le", "speech.pcm",
    ]
    # fmt: on


def test_the_thumbnail_is_chosen_among_forty_frames_of_the_first_minute():
    colours = "in_color_matrix=bt709:out_color_matrix=bt709:out_range=tv,format=yuv420p"
    still = f"scale=1280:720:flags=bicubic:{colours},setsar=1,scale=out_range=pc,format=yuvj420p"
    # fmt: off
    assert grab_thumbnail(MASTER, LANDSCAPE, "thumbnail.jpg", at_ms=None, settings=SETTINGS) == [
        "ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error", "-nostats",
        "-t", "60.000", *guarded(f"file:{MASTER}"),
        "-map", "0:V:0",
        "-vf", f"fps=4.430:eof_action=pass,{still},thumbnail=40",
        "-frames:v", "1", "-update", "1", "-q:v", "3", "-map_metadata", "-1",
        "-f", "image2", "thumbnail.jpg",
    ]
    # fmt: on


def test_only_the_streams_that_are_used_are_named_and_their_clock_is_put_right():
    video = LANDSCAPE.video.model_copy(update={"index": 2})
    audio = AudioStream(codec="aac", index=3, channels=2, repair="invert_right")
    info = LANDSCAPE.model_copy(update={"video": video, "audio": audio, "offset_ms": 29_979})

    argv = measure_loudness(MASTER, info, SETTINGS)

    assert argv[argv.index("-map") + 1] == "0:3"
    assert argv[argv.index("-itsoffset") + 1] == "-29.979"
    assert "pan=stereo|c0=c0|c1=-1*c1,aresample" in argv[argv.index("-af") + 1]
    assert filter_graph(info, [VERSION]).startswith("[0:2]split")


def test_a_version_has_as_many_frames_as_it_should_whatever_the_picture_has():
    graph = filter_graph(LANDSCAPE, [VERSION.model_copy(update={"frames": 250})])

    held = "tpad=stop_mode=clone:stop_duration=11.000,trim=end_frame=250,setpts=PTS-STARTPTS"
    assert f"[s0]fps=25/1:start_time=0,{held}[b0steady]" in graph


@pytest.mark.parametrize(
    ("source", "most", "rate"),
    [
        (30.0, 30, Fraction(30)),
        (25.0, 30, Fraction(25)),
        (23.976, 30, Fraction(24000, 1001)),
        (59.94, 30, Fraction(30000, 1001)),
        (50.0, 30, Fraction(25)),
        (60.0, 60, Fraction(60)),
        (29.908, 30, Fraction(30)),  # variable: no standard rate
        (15.0, 30, Fraction(30)),
        (0.0, 30, Fraction(30)),
    ],
)
def test_the_frame_rate_is_constant_and_the_sources_own_where_allowed(source, most, rate):
    assert frame_rate(source, most) == rate
