"""Inputs that people really have, made by script: one recipe a case, all from one short clip.

A recipe is given a `Maker` and writes the file it is asked for. `made(folder, name)` makes one.
"""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples" / "demo.mp4"

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "60", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "64k")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k")
SILENCE = ("-f", "lavfi", "-t", "9", "-i", "anullsrc=r=48000:cl=stereo")
FRAGMENTS = ("-movflags", "frag_keyframe+empty_moov+default_base_moof")
FLASHES = (3.0, 7.0)
"""Moments at which the inputs for step flash and beep, in seconds of their own time."""


class Recipe(NamedTuple):
    """How one input is made."""

    kind: str
    file_name: str
    make: Callable[[Maker, Path], None]


RECIPES: dict[str, Recipe] = {}


def recipe(kind: str, file_name: str) -> Callable[[Callable[[Maker, Path], None]], None]:
    """Enter a recipe under its function's name."""

    def enter(make: Callable[[Maker, Path], None]) -> None:
        RECIPES[make.__name__] = Recipe(kind, file_name, make)

    return enter


def made(folder: Path, name: str) -> Path:
    """The input of this name, made if it is not there yet."""
    output = folder / name / RECIPES[name].file_name
    if not output.exists():
        output.parent.mkdir(parents=True, exist_ok=True)
        RECIPES[name].make(Maker(folder), output)
    return output


class Maker:
    """The pieces that recipes share, each made once a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "pieces"
        self._folder.mkdir(parents=True, exist_ok=True)

    def ffmpeg(self, *arguments: str | Path | float) -> None:
        """Test material does not go through the product's door."""
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)]
        subprocess.run(command, check=True)

    def piece(self, name: str, make: Callable[[Path], object]) -> Path:
        path = self._folder / name
        if not path.exists():
            make(path)
        return path

    @property
    def talk(self) -> Path:
        """Nine seconds in which somebody speaks, 640x360, H.264 and AAC."""
        return self.piece(
            "talk.mp4",
            lambda out: self.ffmpeg(
                *("-t", 9, "-i", DEMO, "-vf", "scale=640:360", *H264, *AAC, "-ac", 2, out)
            ),
        )

    @property
    def webm(self) -> Path:
        return self.piece(
            "talk.webm",
            lambda out: self.ffmpeg("-i", self.talk, *VP8, "-c:a", "libopus", out),
        )

    def voice(self, language: str) -> Path:
        """Another voice, in another language."""
        texts = {
            "de": "Guten Tag. Heute zeige ich Ihnen, wie man ganz schnell einen Kuchen backt.",
            "fr": "Bonjour. Aujourd'hui je vais vous montrer comment faire un gâteau chez vous.",
        }

        def speak(out: Path) -> None:
            command = ["espeak-ng", "-v", language, "-s", "140", "-w", str(out), texts[language]]
            subprocess.run(command, check=True)

        return self.piece(f"{language}.wav", speak)

    @property
    def music(self) -> Path:
        """Chords that nobody takes for a voice."""
        chord = "+".join(f"0.1*sin(2*PI*{f}*t)*(0.6+0.4*sin(2*PI*t))" for f in (220, 277, 330))
        return self.piece(
            "music.wav",
            lambda out: self.ffmpeg("-f", "lavfi", "-i", f"aevalsrc='{chord}':s=48000:d=9", out),
        )

    @property
    def bitmaps(self) -> Path:
        """Blu-ray subtitles (PGS): pictures, which no SubRip can be made of."""
        return self.piece("s.sup", lambda out: out.write_bytes(_pgs()))

    def lines(self, until: int) -> Path:
        """SubRip whose last line ends so late."""
        text = (
            "1\n00:00:00,500 --> 00:00:03,000\nMeet the mug.\n\n"
            f"2\n00:00:04,000 --> 00:00:{until:02},000\nIt stays hot.\n"
        )
        return self.piece(f"{until}.srt", lambda out: out.write_text(text))

    def flash(self, late: float = 0.0, rate: str = "30") -> Path:
        """A grey picture that flashes; it begins so much late, and flashes at the same moments."""
        moments = "+".join(f"between(t,{at - late:.3f},{at - late + 0.1:.3f})" for at in FLASHES)
        source = (
            f"color=gray:s=360x640:r={rate}:d={9 - late},noise=alls=4:allf=t,"
            f"drawbox=enable='{moments}':color=white:t=fill"
        )
        colours = [
            p for n in ("color_primaries", "color_trc", "colorspace") for p in (f"-{n}", "bt709")
        ]
        high = ("-profile:v", "high", "-x264-params", "cabac=1:8x8dct=1:scenecut=0")
        name = f"flash{late}-{rate.replace('/', '_')}.mp4"
        return self.piece(
            name,
            lambda out: self.ffmpeg(
                *("-f", "lavfi", "-i", source, *H264, *high, *colours, "-color_range", "tv", out)
            ),
        )

    def beep(self, late: float = 0.0) -> Path:
        """The beeps that go with the flashes, over a very soft hum."""
        moments = "+".join(f"between(t,{at - late:.3f},{at - late + 0.1:.3f})" for at in FLASHES)
        sound = f"if({moments},0.6*sin(2*PI*1000*t),0.004*sin(2*PI*200*t))"
        return self.piece(
            f"beep{late}.m4a",
            lambda out: self.ffmpeg(
                *("-f", "lavfi", "-i", f"aevalsrc='{sound}':s=48000:d={9 - late}", *AAC, out)
            ),
        )

    def in_step(self, output: Path, *options: str, picture_late: float = 0.0,
                sound_late: float = 0.0, rate: str = "30") -> None:  # fmt: skip
        """Flash and beep at the same moments, though one of the two may begin late."""
        self.ffmpeg(
            *("-itsoffset", picture_late, "-i", self.flash(picture_late, rate)),
            *("-itsoffset", sound_late, "-i", self.beep(sound_late)),
            *("-map", "0:v", "-map", "1:a", "-c", "copy", *options, output),
        )

    @property
    def flashing(self) -> Path:
        return self.piece("flashing.mp4", self.in_step)

    @property
    def flashing_webm(self) -> Path:
        return self.piece(
            "flashing.webm",
            lambda out: self.ffmpeg("-i", self.flashing, *VP8, "-c:a", "libopus", out),
        )


# --- A: whole files whose streams end at different times -----------------------------------------


@recipe("A", "talk.mkv")
def sound_longer_than_picture(make: Maker, out: Path) -> None:
    make.ffmpeg(
        *(
            "-t",
            6,
            "-i",
            make.talk,
            "-i",
            make.talk,
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c",
            "copy",
            out,
        )
    )


@recipe("A", "slides.mp4")
def a_frame_every_three_seconds(make: Maker, out: Path) -> None:
    source = "testsrc2=s=320x180:r=30:d=9"
    make.ffmpeg(
        *("-f", "lavfi", "-i", source, "-vf", "fps=1/3", "-fps_mode", "vfr", *H264, "-bf", 0),
        *("-video_track_timescale", 1000, out),
    )


@recipe("A", "slides.mkv")
def slides_with_a_talk(make: Maker, out: Path) -> None:
    make.ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=9", "-i", make.talk),
        *("-map", "0:v", "-map", "1:a", "-vf", "fps=1/3", "-fps_mode", "vfr", *H264),
        *("-bf", 0, "-c:a", "copy", out),
    )


@recipe("A", "screen.webm")
def a_still_end(make: Maker, out: Path) -> None:
    make.ffmpeg(
        *(
            "-t",
            4,
            "-i",
            make.webm,
            "-i",
            make.webm,
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c",
            "copy",
            out,
        )
    )


@recipe("A", "screen.webm")
def a_still_end_without_sound(make: Maker, out: Path) -> None:
    """Frames stop after four seconds; the header says nine, as a patched recording's does."""
    make.ffmpeg("-t", 4, "-i", make.webm, "-an", "-c", "copy", "-fflags", "+bitexact", out)
    data = out.read_bytes()
    place = data.index(b"\x44\x89\x88") + 3
    nine = struct.pack(">d", 9_000.0)
    out.write_bytes(data[:place] + nine + data[place + 8 :].replace(b"DURATION", b"XURATION"))


@recipe("A", "talk.mkv")
def a_longer_subtitle_track(make: Maker, out: Path) -> None:
    make.ffmpeg(
        "-i",
        make.talk,
        "-i",
        make.lines(20),
        "-map",
        0,
        "-map",
        1,
        "-c",
        "copy",
        "-c:s",
        "srt",
        out,
    )


@recipe("A", "talk.mp4")
def a_longer_text_track_in_mp4(make: Maker, out: Path) -> None:
    make.ffmpeg(
        "-i",
        make.talk,
        "-i",
        make.lines(20),
        "-map",
        0,
        "-map",
        1,
        "-c",
        "copy",
        "-c:s",
        "mov_text",
        out,
    )


@recipe("A", "podcast.mp4")
def one_picture_under_a_talk(make: Maker, out: Path) -> None:
    still = make.piece(
        "still.mp4",
        lambda path: make.ffmpeg("-i", make.talk, "-an", "-frames:v", 1, *H264, path),
    )
    make.ffmpeg("-i", still, "-i", make.talk, "-map", "0:v", "-map", "1:a", "-c", "copy", out)


@recipe("A", "talk.mov")
def picture_far_shorter(make: Maker, out: Path) -> None:
    make.ffmpeg(
        "-t", 2, "-i", make.talk, "-i", make.talk, "-map", "0:v", "-map", "1:a", "-c", "copy", out
    )


@recipe("A", "talk.mp4")
def sound_far_shorter(make: Maker, out: Path) -> None:
    make.ffmpeg(
        "-i", make.talk, "-t", 2, "-i", make.talk, "-map", "0:v", "-map", "1:a", "-c", "copy", out
    )


@recipe("A", "camera.avi")
def sound_longer_in_avi(make: Maker, out: Path) -> None:
    make.ffmpeg(
        *("-t", 5, "-i", make.talk, "-i", make.talk, "-map", "0:v", "-map", "1:a"),
        *("-c:v", "mpeg4", "-q:v", 6, "-c:a", "libmp3lame", "-b:a", "96k", out),
    )


@recipe("A", "screen.mp4")
def a_screen_that_rarely_changes(make: Maker, out: Path) -> None:
    """Variable frame rate: a few frames a second, then none for six."""
    chosen = "select='lt(n,45)*not(mod(n,15))+eq(n,60)+eq(n,255)'"
    make.ffmpeg(
        "-i", make.talk, "-vf", chosen, "-fps_mode", "vfr", *H264, "-bf", 0, "-c:a", "copy", out
    )


@recipe("A", "phone.mp4")
def a_cut_by_edit_list(make: Maker, out: Path) -> None:
    """What a phone's own editor does: the edit is shorter than what is stored."""
    make.ffmpeg("-ss", 2.5, "-i", make.talk, "-t", 5, "-c", "copy", out)


@recipe("A", "talk.mkv")
def a_last_cluster_that_lost_its_tail(make: Maker, out: Path) -> None:
    """Only the index behind the last cluster is missing."""
    make.ffmpeg("-i", make.talk, "-c", "copy", out)
    data = out.read_bytes()
    out.write_bytes(data[: data.rindex(b"\x1c\x53\xbb\x6b") + 6])


@recipe("A", "talk.mp4")
def bytes_behind_the_end(make: Maker, out: Path) -> None:
    """Padding, as some cameras and file systems leave."""
    make.ffmpeg("-i", make.talk, "-c", "copy", out)
    out.write_bytes(out.read_bytes() + bytes(4096) + b"\xff" * 100)


def _torn(make: Maker, out: Path, *options: str) -> None:
    make.ffmpeg("-i", make.talk, *options, out)
    data = out.read_bytes()
    out.write_bytes(data[: len(data) * 6 // 10])


@recipe("A", "torn.mp4")
def torn_mp4(make: Maker, out: Path) -> None:
    _torn(make, out, "-c", "copy", "-movflags", "+faststart")


@recipe("A", "torn.mkv")
def torn_mkv(make: Maker, out: Path) -> None:
    _torn(make, out, "-c", "copy")


@recipe("A", "torn.webm")
def torn_webm(make: Maker, out: Path) -> None:
    data = make.webm.read_bytes()
    out.write_bytes(data[: len(data) * 6 // 10])


@recipe("A", "torn.avi")
def torn_avi(make: Maker, out: Path) -> None:
    _torn(make, out, "-c:v", "mpeg4", "-q:v", "6", "-c:a", "libmp3lame")


def _unwritten(make: Maker, out: Path, *options: str) -> None:
    """A download that took its room at once: behind six tenths there are only zeros."""
    make.ffmpeg("-i", make.talk, *options, out)
    data = out.read_bytes()
    out.write_bytes(data[: len(data) * 6 // 10].ljust(len(data), b"\0"))


@recipe("A", "talk.mp4")
def half_written_mp4(make: Maker, out: Path) -> None:
    _unwritten(make, out, "-c", "copy", "-movflags", "+faststart")


@recipe("A", "talk.mkv")
def half_written_mkv(make: Maker, out: Path) -> None:
    _unwritten(make, out, "-c", "copy")


@recipe("A", "camera.avi")
def half_written_avi(make: Maker, out: Path) -> None:
    _unwritten(make, out, "-c:v", "mpeg4", "-q:v", "6", "-c:a", "libmp3lame")


@recipe("A", "talk.mp4")
def torn_near_its_end(make: Maker, out: Path) -> None:
    """The last half second did not arrive."""
    make.ffmpeg("-i", make.talk, "-c", "copy", "-movflags", "+faststart", out)
    data = out.read_bytes()
    out.write_bytes(data[: len(data) * 94 // 100])


@recipe("A", "torn.mkv")
def torn_mkv_with_longer_sound(make: Maker, out: Path) -> None:
    """Torn, and its picture would have ended before its sound anyway."""
    make.ffmpeg(
        *(
            "-t",
            6,
            "-i",
            make.talk,
            "-i",
            make.talk,
            "-map",
            "0:v",
            "-map",
            "1:a",
            "-c",
            "copy",
            out,
        )
    )
    data = out.read_bytes()
    out.write_bytes(data[: len(data) * 5 // 10])


# --- B: streams that nobody needs, and codecs of cameras and DVDs --------------------------------


@recipe("B", "film.mkv")
def pgs_subtitles(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-i", make.bitmaps, "-map", 0, "-map", 1, "-c", "copy", out)


@recipe("B", "dvd.mkv")
def dvd_subtitles(make: Maker, out: Path) -> None:
    make.ffmpeg(
        "-i",
        make.talk,
        "-i",
        make.bitmaps,
        "-map",
        0,
        "-map",
        1,
        "-c",
        "copy",
        "-c:s",
        "dvdsub",
        out,
    )


@recipe("B", "film.mkv")
def broadcast_subtitles(make: Maker, out: Path) -> None:
    make.ffmpeg(
        "-i",
        make.talk,
        "-i",
        make.bitmaps,
        "-map",
        0,
        "-map",
        1,
        "-c",
        "copy",
        "-c:s",
        "dvbsub",
        out,
    )


def _second(make: Maker, out: Path, *codec: str) -> None:
    """A second sound track in some codec."""
    make.ffmpeg(
        *("-i", make.talk, "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy"),
        *("-strict", -2, *codec, out),
    )


@recipe("B", "film.mkv")
def a_second_track_in_dts(make: Maker, out: Path) -> None:
    _second(make, out, "-c:a:1", "dca")


@recipe("B", "film.mkv")
def a_second_track_in_truehd(make: Maker, out: Path) -> None:
    _second(make, out, "-c:a:1", "truehd")


@recipe("B", "film.mkv")
def a_second_track_in_mp2(make: Maker, out: Path) -> None:
    _second(make, out, "-c:a:1", "mp2")


@recipe("B", "film.mkv")
def a_second_track_in_adpcm(make: Maker, out: Path) -> None:
    _second(make, out, "-c:a:1", "adpcm_ima_wav")


@recipe("B", "film.mkv")
def a_second_track_in_wavpack(make: Maker, out: Path) -> None:
    _second(make, out, "-c:a:1", "wavpack")


@recipe("B", "film.mkv")
def the_first_track_in_dts(make: Maker, out: Path) -> None:
    _second(make, out, "-c:a:0", "dca")


@recipe("B", "film.mkv")
def dts_subtitles_and_chapters(make: Maker, out: Path) -> None:
    """A disc as people rip it: DTS and AC-3, PGS twice, chapters."""
    chapters = make.piece(
        "chapters.txt",
        lambda path: (
            path.write_text(
                ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=4000\ntitle=One\n"
                "[CHAPTER]\nTIMEBASE=1/1000\nSTART=4000\nEND=9000\ntitle=Two\n"
            )
            and None
        ),
    )
    make.ffmpeg(
        *("-i", make.talk, "-i", make.bitmaps, "-f", "ffmetadata", "-i", chapters),
        *("-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", 1, "-map", 1, "-map_chapters", 2),
        *("-c", "copy", "-strict", -2, "-c:a:0", "dca", "-c:a:1", "ac3", out),
    )


@recipe("B", "camera.mov")
def a_timecode_track(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-c", "copy", "-timecode", "01:00:00:00", out)


@recipe("B", "song.mp4")
def cover_art(make: Maker, out: Path) -> None:
    cover = make.piece(
        "cover.png",
        lambda path: make.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=200x200", "-frames:v", 1, path),
    )
    make.ffmpeg(
        *("-i", cover, "-i", make.talk, "-map", 0, "-map", 1, "-c", "copy"),
        *("-disposition:v:0", "attached_pic", out),
    )


@recipe("B", "iphone.mov")
def a_track_of_spatial_sound(make: Maker, out: Path) -> None:
    """A second track in `apac`, which ffmpeg does not know: Apple's spatial sound."""
    make.ffmpeg("-i", make.talk, "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy", out)
    data = out.read_bytes()
    place = data.rindex(b"mp4a", 0, data.rindex(b"stts"))
    out.write_bytes(data[:place] + b"apac" + data[place + 4 :])


@recipe("B", "action.mp4")
def telemetry_of_an_action_camera(make: Maker, out: Path) -> None:
    """A text track turned into GoPro's `gpmd` and a timecode."""
    make.ffmpeg(
        *("-i", make.talk, "-i", make.lines(8), "-map", 0, "-map", 1, "-c", "copy"),
        *("-c:s", "mov_text", "-timecode", "10:00:00:00", out),
    )
    data = out.read_bytes()
    data = data.replace(b"tx3g", b"gpmd").replace(b"sbtl", b"meta").replace(b"nmhd", b"gmhd")
    out.write_bytes(data)


@recipe("B", "film.mkv")
def fonts_and_styled_subtitles(make: Maker, out: Path) -> None:
    font = make.piece("font.ttf", lambda path: path.write_bytes(b"\0\1\0\0" + bytes(400)))
    make.ffmpeg(
        *("-i", make.talk, "-i", make.lines(8), "-map", 0, "-map", 1, "-c", "copy", "-c:s", "ass"),
        *("-attach", font, "-metadata:s:t", "mimetype=application/x-truetype-font", out),
    )


def _cover(make: Maker, suffix: str) -> Path:
    return make.piece(
        f"cover{suffix}", lambda path: make.ffmpeg("-i", make.talk, "-frames:v", 1, path)
    )


@recipe("B", "film.mkv")
def a_cover_we_do_not_read(make: Maker, out: Path) -> None:
    """GIF, whose decoder stays shut, so that not even its size is known."""
    make.ffmpeg(
        *("-i", make.talk, "-c", "copy", "-attach", _cover(make, ".gif")),
        *("-metadata:s:t", "mimetype=image/gif", out),
    )


@recipe("B", "film.mp4")
def a_bitmap_as_cover(make: Maker, out: Path) -> None:
    make.ffmpeg(
        *("-i", _cover(make, ".bmp"), "-i", make.talk, "-map", 0, "-map", 1, "-c", "copy"),
        *("-disposition:v:0", "attached_pic", out),
    )


@recipe("B", "edit.mov")
def a_preview_comes_first(make: Maker, out: Path) -> None:
    make.ffmpeg(
        *("-i", make.talk, "-map", "0:v", "-map", "0:v", "-map", "0:a", "-c", "copy"),
        *("-c:v:0", "mjpeg", "-s:v:0", "64x36", "-r:v:0", 1, out),
    )


@recipe("B", "phone.3gp")
def an_old_phone(make: Maker, out: Path) -> None:
    """Refused by name, though without its decoder not even the size of its picture is known."""
    make.ffmpeg("-i", make.talk, "-c:v", "h263", "-s", "352x288", "-c:a", "copy", out)


@recipe("B", "camera.mp4")
def a_transport_stream(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-c", "copy", "-f", "mpegts", out)


@recipe("B", "old.mp4")
def windows_media(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-c:v", "wmv2", "-c:a", "wmav2", "-f", "asf", out)


@recipe("B", "podcast.mp4")
def sound_alone(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-vn", "-c:a", "libmp3lame", "-f", "mp3", out)


def _only(make: Maker, out: Path, *codec: str) -> None:
    make.ffmpeg("-i", make.talk, "-c:v", "copy", *codec, out)


@recipe("B", "dvd.mkv")
def only_mp2(make: Maker, out: Path) -> None:
    _only(make, out, "-c:a", "mp2", "-b:a", "96k")


@recipe("B", "tv.mp4")
def only_mp2_in_mp4(make: Maker, out: Path) -> None:
    _only(make, out, "-c:a", "mp2", "-b:a", "96k")


@recipe("B", "camera.avi")
def only_ima_adpcm(make: Maker, out: Path) -> None:
    make.ffmpeg(
        "-i", make.talk, "-c:v", "mjpeg", "-q:v", 8, "-c:a", "adpcm_ima_wav", "-ar", 22050, out
    )


@recipe("B", "camera.avi")
def only_ms_adpcm(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-c:v", "mpeg4", "-q:v", 6, "-c:a", "adpcm_ms", "-ar", 22050, out)


@recipe("B", "camera.mov")
def only_quicktime_adpcm(make: Maker, out: Path) -> None:
    _only(make, out, "-c:a", "adpcm_ima_qt", "-ar", "22050")


@recipe("B", "camera.mov")
def only_signed_bytes(make: Maker, out: Path) -> None:
    _only(make, out, "-c:a", "pcm_s8", "-ar", "16000")


@recipe("B", "recorder.mov")
def only_floating_point(make: Maker, out: Path) -> None:
    _only(make, out, "-c:a", "pcm_f32be", "-ar", "96000")


@recipe("B", "film.mkv")
def only_dts(make: Maker, out: Path) -> None:
    """Refused, and by the name of the stream that can't be read."""
    _only(make, out, "-c:a", "dca", "-strict", "-2")


@recipe("B", "archive.mkv")
def a_picture_we_do_not_read(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-c:v", "ffv1", "-c:a", "copy", out)


@recipe("B", "two.mkv")
def a_second_picture_we_do_not_read(make: Maker, out: Path) -> None:
    make.ffmpeg(
        *("-i", make.talk, "-map", "0:v", "-map", "0:a", "-map", "0:v", "-c", "copy"),
        *("-c:v:1", "ffv1", "-t", 3, out),
    )


# --- C: clocks and beginnings --------------------------------------------------------------------


def _remuxed(name: str, file_name: str, *options: str) -> None:
    def make(maker: Maker, out: Path) -> None:
        source = maker.flashing_webm if out.suffix == ".webm" else maker.flashing
        maker.ffmpeg("-i", source, "-c", "copy", *options, out)

    make.__name__ = name
    recipe("C", file_name)(make)


def _shifted(name: str, file_name: str, *options: str, **late: Any) -> None:
    def make(maker: Maker, out: Path) -> None:
        maker.in_step(out, *options, **late)

    make.__name__ = name
    recipe("C", file_name)(make)


def _encoded(name: str, file_name: str, *options: str) -> None:
    def make(maker: Maker, out: Path) -> None:
        maker.ffmpeg("-i", maker.flashing, *options, out)

    make.__name__ = name
    recipe("C", file_name)(make)


_VARIABLE = (
    *("-vf", "select='not(mod(n,7))+not(mod(n,5))+between(t,2.9,3.2)+between(t,6.9,7.2)'"),
    *("-fps_mode", "vfr"),
)
_AVI = ("-c:v", "mpeg4", "-q:v", "5", "-c:a", "libmp3lame")

_remuxed("plain", "plain.mp4")
_remuxed("without_edit_lists", "plain.mp4", "-use_editlist", "0")
_remuxed("clock_from_30_s_mkv", "live.mkv", "-output_ts_offset", "30")
_remuxed("clock_from_30_s_webm", "live.webm", "-output_ts_offset", "30")
_remuxed("clock_from_30_s_mp4", "live.mp4", "-output_ts_offset", "30")
_remuxed("clock_from_a_day_mkv", "live.mkv", "-output_ts_offset", "95000")
_remuxed(
    "clock_before_zero", "phone.mp4", "-output_ts_offset", "-0.5", "-avoid_negative_ts", "disabled"
)
_remuxed("fragmented", "stream.mp4", *FRAGMENTS)
_remuxed("opus_with_its_lead_in", "browser.webm")
_shifted("picture_1_s_late", "late.mp4", picture_late=1.0)
_shifted("picture_2_s_late", "late.mov", picture_late=2.0)
_shifted("picture_80_ms_late", "late.mp4", picture_late=0.08)
_shifted("sound_1500_ms_late", "late.mp4", sound_late=1.5)
_shifted("sound_700_ms_late", "late.mkv", sound_late=0.7)
_shifted("sound_80_ms_late", "late.mkv", sound_late=0.08)
_shifted("fragmented_sound_late", "stream.mp4", *FRAGMENTS, sound_late=1.5)
_shifted("fragmented_picture_late", "stream.mp4", *FRAGMENTS, picture_late=1.0)
_shifted("picture_late_on_a_late_clock", "live.mkv", "-output_ts_offset", "30", picture_late=1.2)
_shifted("frames_of_film", "film.mp4", rate="24000/1001")
_shifted("sixty_frames", "sport.mp4", rate="60")
_shifted("twelve_frames", "old.mp4", rate="12")
_encoded("variable_rate", "screen.mp4", *_VARIABLE, *H264, "-c:a", "copy")
_encoded("variable_rate_webm", "screen.webm", *_VARIABLE, *VP8, "-c:a", "libopus")
_encoded("h264_in_avi", "dashcam.avi", *H264, "-bf", "0", "-c:a", "pcm_s16le")
_encoded("sorted_frames_in_avi", "editor.avi", *H264, "-c:a", "pcm_s16le")
_encoded(
    "mpeg2_in_avi", "capture.avi", "-c:v", "mpeg2video", "-b:v", "3M", "-bf", "2", "-r", "25",
    "-c:a", "pcm_s16le",
)  # fmt: skip
_encoded("mp3_in_avi", "camera.avi", *_AVI, "-b:a", "96k")
_encoded("variable_mp3_in_avi", "camera.avi", *_AVI, "-q:a", "4")
_encoded(
    "telephone_sound", "phone.mov", "-c:v", "copy", "-c:a", "pcm_mulaw", "-ar", "8000", "-ac", "1"
)
_encoded("studio_sound", "camera.mov", "-c:v", "copy", "-c:a", "pcm_s24le", "-ar", "96000")
_encoded("surround_sound", "film.mkv", "-c:v", "copy", "-c:a", "ac3", "-ac", "6")
_encoded(
    "holes_in_the_sound", "live.mkv", "-c:v", "copy", "-c:a", "pcm_s16le", "-af",
    "aselect='not(between(t,4,4.8)+between(t,5,5.06)+between(t,5.5,5.56)+between(t,6,6.06))'",
)  # fmt: skip
_encoded(
    "a_small_hole", "live.mkv", "-c:v", "copy", "-c:a", "pcm_s16le", "-af",
    "aselect='not(between(t,4,4.06))'",
)  # fmt: skip
_encoded(
    "a_drifting_clock", "dashcam.mkv", "-c:v", "copy", "-c:a", "pcm_s16le", "-af",
    "asetpts=PTS*1.002,asetrate=48000",
)  # fmt: skip


@recipe("C", "phone.mp4")
def cut_at_the_beginning(make: Maker, out: Path) -> None:
    make.ffmpeg("-ss", 0.7, "-i", make.flashing, "-c", "copy", out)


@recipe("C", "phone.mov")
def cut_between_key_frames(make: Maker, out: Path) -> None:
    make.ffmpeg("-ss", 2.5, "-i", make.flashing, "-c", "copy", out)


@recipe("C", "film.mkv")
def subtitles_on_another_clock(make: Maker, out: Path) -> None:
    """Subtitles begin at zero; picture and sound only at 30 s."""
    make.ffmpeg(
        *("-i", make.flashing, "-itsoffset", -30, "-i", make.lines(8), "-map", 0, "-map", 1),
        *("-c", "copy", "-c:s", "srt", "-output_ts_offset", 30, out),
    )


@recipe("C", "obs.mkv")
def an_unused_track_on_another_clock(make: Maker, out: Path) -> None:
    """A silent track begins at zero; what is used only at 30 s."""
    make.ffmpeg(
        *(
            "-i",
            make.flashing,
            "-itsoffset",
            -30,
            "-t",
            35,
            "-f",
            "lavfi",
            "-i",
            "anullsrc=r=8000:cl=mono",
        ),
        *("-map", 0, "-map", 1, "-c", "copy", "-c:a:1", "pcm_s16le", "-output_ts_offset", 30, out),
    )


@recipe("C", "dup.mkv")
def frames_at_the_same_time(make: Maker, out: Path) -> None:
    """Pairs of frames with one time, as some recorders write after a hiccup."""
    stamps = "setpts='if(mod(N,9),N,N-1)/30/TB'"
    make.ffmpeg(
        "-i",
        make.flashing,
        "-vf",
        stamps,
        "-fps_mode",
        "passthrough",
        *H264,
        "-bf",
        0,
        "-c:a",
        "copy",
        out,
    )


# --- D: which sound ------------------------------------------------------------------------------


def _tracks(
    make: Maker, out: Path, sounds: tuple[tuple[str | Path, ...], ...], *options: str
) -> None:
    """The talk's picture under these sound tracks."""
    inputs = [part for sound in sounds for part in sound]
    maps = [part for number in range(len(sounds)) for part in ("-map", f"{number + 1}:a:0")]
    make.ffmpeg(
        *("-i", make.talk, *inputs, "-map", "0:v", *maps, "-c:v", "copy", *AAC, "-ac", 2, "-t", 9),
        *("-disposition:a", 0, "-disposition:a:0", "default", *options, out),
    )


@recipe("D", "obs.mp4")
def first_track_silent(make: Maker, out: Path) -> None:
    _tracks(make, out, (SILENCE, ("-i", make.talk)))


@recipe("D", "obs.mkv")
def first_two_tracks_silent(make: Maker, out: Path) -> None:
    _tracks(make, out, (SILENCE, SILENCE, ("-i", make.talk)))


@recipe("D", "obs.mov")
def first_track_only_hums(make: Maker, out: Path) -> None:
    hum = ("-f", "lavfi", "-t", "9", "-i", "aevalsrc='0.003*sin(2*PI*50*t)':s=48000")
    _tracks(make, out, (hum, ("-i", make.talk)))


@recipe("D", "game.mp4")
def first_track_is_music(make: Maker, out: Path) -> None:
    _tracks(make, out, (("-i", make.music), ("-i", make.talk)))


@recipe("D", "film.mkv")
def second_track_is_the_default(make: Maker, out: Path) -> None:
    tracks = (("-i", make.voice("de")), ("-i", make.talk))
    _tracks(make, out, tracks, "-disposition:a:0", "0", "-disposition:a:1", "default")


@recipe("D", "film.mkv")
def two_languages(make: Maker, out: Path) -> None:
    tracks = (("-i", make.talk), ("-i", make.voice("de")))
    languages = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger")
    _tracks(make, out, tracks, *languages)


@recipe("D", "film.mkv")
def a_commentary_comes_first(make: Maker, out: Path) -> None:
    tracks = (("-i", make.voice("de")), ("-i", make.talk))
    _tracks(make, out, tracks, "-disposition:a:0", "comment", "-disposition:a:1", "0")


@recipe("D", "film.mkv")
def the_voice_is_on_the_second_track_and_the_first_is_dts(make: Maker, out: Path) -> None:
    _tracks(
        make, out, (SILENCE, ("-i", make.talk)), "-c:a:0", "dca", "-b:a:0", "768k", "-strict", "-2"
    )


@recipe("D", "mic.mp4")
def opposite_phase(make: Maker, out: Path) -> None:
    _only(make, out, "-af", "pan=stereo|c0=c0|c1=-1*c0", *AAC)


@recipe("D", "obs.mp4")
def opposite_phase_on_the_second_track(make: Maker, out: Path) -> None:
    _tracks(make, out, (SILENCE, ("-i", make.talk)), "-filter:a:1", "pan=stereo|c0=c0|c1=-1*c0")


@recipe("D", "lavalier.mp4")
def left_channel_only(make: Maker, out: Path) -> None:
    _only(make, out, "-af", "pan=stereo|c0=c0|c1=0*c0", *AAC)


@recipe("D", "lavalier.mov")
def right_channel_only(make: Maker, out: Path) -> None:
    _only(make, out, "-af", "pan=stereo|c0=0*c0|c1=c0", "-c:a", "pcm_s16le")


@recipe("D", "lavalier.mp4")
def hiss_on_the_right_channel(make: Maker, out: Path) -> None:
    """The microphone is on the left; on the right there is a wire."""
    make.ffmpeg(
        *("-i", make.talk, "-f", "lavfi", "-t", 9, "-i", "anoisesrc=c=white:a=0.01:r=48000"),
        *("-filter_complex", "[0:a]pan=mono|c0=c0[l];[l][1:a]join=channel_layout=stereo[a]"),
        *("-map", "0:v", "-map", "[a]", "-c:v", "copy", *AAC, out),
    )


@recipe("D", "film.mkv")
def opposite_phase_in_surround(make: Maker, out: Path) -> None:
    _only(make, out, "-af", "pan=5.1|FL=c0|FR=-1*c0", "-c:a", "ac3")


@recipe("D", "film.mkv")
def a_title_says_commentary(make: Maker, out: Path) -> None:
    titles = ("-metadata:s:a:0", "title=Director's Commentary", "-metadata:s:a:1", "title=Stereo")
    _tracks(make, out, (("-i", make.voice("de")), ("-i", make.talk)), *titles)


@recipe("D", "film.mkv")
def voice_in_the_centre_of_surround(make: Maker, out: Path) -> None:
    _only(make, out, "-af", "pan=5.1|FC=c0", "-c:a", "ac3")


@recipe("D", "film.mkv")
def voice_in_the_centre_of_7_1(make: Maker, out: Path) -> None:
    _only(make, out, "-af", "pan=7.1|FC=c0", "-c:a", "flac")


@recipe("D", "phone.3gp")
def mono_at_8_khz(make: Maker, out: Path) -> None:
    _only(make, out, "-c:a", "aac", "-ar", "8000", "-ac", "1")


@recipe("D", "camera.mov")
def two_mono_tracks(make: Maker, out: Path) -> None:
    """Left and right as tracks of their own; the microphone was on the right."""
    _tracks(make, out, (SILENCE, ("-i", make.talk)), "-c:a", "pcm_s16le", "-ac", "1")


# --- G: files that don't say how long they are ---------------------------------------------------


@recipe("G", "crash.mkv")
def crashed_recorder(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-t", 8, "-c", "copy", "-f", "matroska", "-live", 1, out)


@recipe("G", "recorder.webm")
def browser_recorder(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.webm, "-c", "copy", "-f", "webm", "-live", 1, out)


@recipe("G", "recorder.webm")
def browser_recorder_without_sound(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.webm, "-an", "-c", "copy", "-f", "webm", "-live", 1, out)


@recipe("G", "crash.mkv")
def crashed_in_the_middle_of_a_cluster(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-c", "copy", "-f", "matroska", "-live", 1, out)
    data = out.read_bytes()
    out.write_bytes(data[: len(data) * 7 // 10])


@recipe("G", "crash.mp4")
def crashed_fragments(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.talk, "-c", "copy", *FRAGMENTS, out)
    data = out.read_bytes()
    out.write_bytes(data[: len(data) * 7 // 10])


@recipe("G", "crash.avi")
def crashed_avi(make: Maker, out: Path) -> None:
    """Sizes and index are written last, so a crash leaves zeros and none."""
    make.ffmpeg("-i", make.talk, "-c:v", "mpeg4", "-q:v", 6, "-c:a", "libmp3lame", out)
    data = bytearray(out.read_bytes())
    del data[data.rindex(b"idx1") :]
    data[4:8] = bytes(4)
    avih = data.index(b"avih") + 8
    data[avih + 16 : avih + 20] = bytes(4)  # total frames
    begin = 0
    while (begin := data.find(b"strh", begin)) >= 0:
        data[begin + 8 + 32 : begin + 8 + 36] = bytes(4)  # length
        begin += 4
    movi = data.index(b"movi") - 4
    data[movi : movi + 4] = bytes(4)
    out.write_bytes(data)


@recipe("G", "live.mkv")
def no_duration_on_a_late_clock(make: Maker, out: Path) -> None:
    make.ffmpeg(
        *("-i", make.talk, "-c", "copy", "-output_ts_offset", 30, "-f", "matroska", "-live", 1, out)
    )


@recipe("G", "recorder.webm")
def no_duration_and_a_still_end(make: Maker, out: Path) -> None:
    make.ffmpeg(
        *("-t", 4, "-i", make.webm, "-i", make.webm, "-map", "0:v", "-map", "1:a", "-c", "copy"),
        *("-f", "webm", "-live", 1, out),
    )


@recipe("G", "recorder.webm")
def a_duration_of_a_day(make: Maker, out: Path) -> None:
    make.ffmpeg("-i", make.webm, "-c", "copy", out)
    data = out.read_bytes()
    place = data.index(b"\x44\x89\x88") + 3
    out.write_bytes(data[:place] + struct.pack(">d", 86_400_000.0) + data[place + 8 :])


@recipe("G", "repaired.mp4")
def lengths_of_zero(make: Maker, out: Path) -> None:
    """The index is whole; the length of the film, of its tracks and of its media is zero."""
    make.ffmpeg("-i", make.talk, "-c", "copy", out)
    data = bytearray(out.read_bytes())
    for name, place in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        begin = -1
        while (begin := data.find(name, begin + 1)) >= 0:
            data[begin + place : begin + place + 4] = bytes(4)
    out.write_bytes(data)


@recipe("G", "crash.mp4")
def torn_in_the_first_fragment(make: Maker, out: Path) -> None:
    """Refused: an index of frames, of which none was written."""
    make.ffmpeg("-i", make.talk, "-c", "copy", *FRAGMENTS, out)
    data = out.read_bytes()
    out.write_bytes(data[: data.index(b"moof") + 3_000])


@recipe("G", "empty.webm")
def a_recording_without_a_frame(make: Maker, out: Path) -> None:
    """Refused: there is a header, and nothing behind it."""
    make.ffmpeg("-i", make.webm, "-c", "copy", "-f", "webm", "-live", 1, out)
    data = out.read_bytes()
    out.write_bytes(data[: data.index(b"\x1f\x43\xb6\x75")])


def _pgs() -> bytes:
    """Two subtitles of one white bar each."""

    def segment(at_ms: int, kind: int, data: bytes) -> bytes:
        return b"PG" + struct.pack(">IIBH", at_ms * 90, 0, kind, len(data)) + data

    wide, high = 64, 16
    rows = (bytes([0x00, 0xC0, wide, 1]) + b"\x00\x00") * high
    window = struct.pack(">BBHHHH", 1, 0, 288, 300, wide, high)
    palette = bytes([0, 0, 0, 16, 128, 128, 0, 1, 235, 128, 128, 255])
    body = struct.pack(">HH", wide, high) + rows
    bar = struct.pack(">HBB", 0, 0, 0xC0) + len(body).to_bytes(3, "big") + body

    def shown(at_ms: int, number: int) -> bytes:
        screen = struct.pack(">HHBHBBBB", 640, 360, 0x10, number, 0x80, 0, 0, 1)
        parts = ((0x16, screen + struct.pack(">HBBHH", 0, 0, 0, 288, 300)), (0x17, window),
                 (0x14, palette), (0x15, bar), (0x80, b""))  # fmt: skip
        return b"".join(segment(at_ms, kind, data) for kind, data in parts)

    def gone(at_ms: int, number: int) -> bytes:
        screen = struct.pack(">HHBHBBBB", 640, 360, 0x10, number, 0, 0, 0, 0)
        parts = ((0x16, screen), (0x17, window), (0x80, b""))
        return b"".join(segment(at_ms, kind, data) for kind, data in parts)

    return shown(500, 0) + gone(3000, 1) + shown(4000, 2) + gone(6000, 3)
