"""The picture's way through ffmpeg: filter chains that turn any source into a network's canvas.

Sizes are computed here and written as plain numbers, so no chain depends on what ffmpeg makes of
rotation or pixel shape. ffmpeg turns rotated video upright before the first filter.
"""

from __future__ import annotations

from fractions import Fraction

from socialcopy.media.canvas.layout import Layout
from socialcopy.media.canvas.shapes import even, within
from socialcopy.models import VideoStream

HDR_TRANSFERS = ("smpte2084", "arib-std-b67")
# ffprobe's names of YUV matrices, and those of ffmpeg's scale filter.
MATRICES = {
    "bt709": "bt709",
    "smpte170m": "bt601",
    "bt470bg": "bt601",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
    "bt2020nc": "bt2020",
    "bt2020c": "bt2020",
}
# Untagged video is BT.709 from this height on and BT.601 below, as players assume.
HD_HEIGHT = 720

# Brightness of graphics white in HDR (ITU-R BT.2408).
HDR_REFERENCE_NITS = 203
# Tone mapping costs 55 ms a frame at 1080p; larger pictures are scaled down first.
LONGEST_SIDE = 1_920

# Blurring an eighth of the canvas and enlarging it costs an eleventh of blurring it whole.
BACKGROUND_SCALE = 8

# Blur radius as a part of the shorter side: enough that no text behind stays readable.
BLUR_SHARE = 15
BACKGROUND_BRIGHTNESS = 0.7
# White letters have 7 : 1 on a white picture this dark.
CARD_BRIGHTNESS = 0.35
# A plain background: near black, so that the picture's own edge shows.
PLAIN = "#101214"

FINISH = (
    "setsar=1,format=yuv420p,"
    "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
)

STANDARD_RATES = tuple(
    Fraction(n, d) for n, d in ((24000, 1001), (24, 1), (25, 1), (30000, 1001), (30, 1), (48, 1),
                                (50, 1), (60000, 1001), (60, 1))
)  # fmt: skip
# Below this networks refuse video (Instagram 23, Facebook 24).
SLOWEST_RATE = 23
RATE_TOLERANCE = Fraction(1, 2000)


def frame_rate(source_rate: float, max_rate: int) -> Fraction:
    """Choose a constant rate: the source's own or half of it where allowed, else the most.

    A standard rate is kept, since 25 frames forced to 30 stutter.

    >>> frame_rate(25, 30), frame_rate(60, 30), frame_rate(29.97, 30), frame_rate(17.3, 30)
    (Fraction(25, 1), Fraction(30, 1), Fraction(30000, 1001), Fraction(30, 1))
    """
    for rate in STANDARD_RATES:
        if abs(source_rate / rate - 1) <= RATE_TOLERANCE:
            allowed = (r for r in (rate, rate / 2) if SLOWEST_RATE <= r <= max_rate)
            return next(allowed, Fraction(max_rate))
    return Fraction(max_rate)


def prepared(video: VideoStream) -> list[str]:
    """Give the filters all outputs share: progressive frames in standard dynamic range."""
    filters = ["bwdif=deint=interlaced"] if video.is_interlaced else []
    return filters + (_tone_mapped(video) if is_hdr(video) else [])


def is_hdr(video: VideoStream) -> bool:
    """Tell whether colours are PQ or HLG, which look washed out when shown as they are."""
    return video.color_transfer in HDR_TRANSFERS


def at_a_rate(rate: Fraction, *, label: str, frames: int = 0) -> str:
    """Bring a branch to a steady rate, and to just so many frames where they are given.

    ffmpeg pushes all copies of a frame that is held through a graph at once: on a canvas of 1080 x
    1920, one held for ten seconds took 1.1 GB, and one of a minute more than a render may. A clock
    beside it, whose frames are made only when an encoder asks, has it done one by one (0.13 GB).
    """
    cut = f",{exactly(frames, rate)}" if frames else ""
    return (
        f"fps={rate.numerator}/{rate.denominator}:start_time=0{cut}[{label}steady];"
        f"color=s=16x16:r={rate.numerator}/{rate.denominator}[{label}clock];"
        f"[{label}steady][{label}clock]streamselect=inputs=2:map=0"
    )


def plain(
    size: tuple[int, int], rate: Fraction, *, color: str, seconds: float | None = None
) -> str:
    """Make a source of one colour, `#RRGGBB` or `plain`; endless without a length."""
    code = PLAIN if color == "plain" else color
    length = f":d={seconds:.3f}" if seconds else ""
    return (
        f"color=c=0x{code[1:]}:s=16x16:r={rate.numerator}/{rate.denominator}{length},format=gbrp,"
        f"scale={size[0]}:{size[1]}:out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p"
    )


def exactly(frames: int, rate: Fraction) -> str:
    """Make a piece just so many frames long, its last one repeated where needed."""
    most = float(frames / rate) + 1
    return (
        f"tpad=stop_mode=clone:stop_duration={most:.3f},trim=end_frame={frames},setpts=PTS-STARTPTS"
    )


def blurred(
    picture: tuple[int, int], layout: Layout, brightness: float = BACKGROUND_BRIGHTNESS
) -> str:
    """Make a small copy of a drawn picture, in the canvas's shape, blurred and darker."""
    shown = min(picture[0] / layout.width, picture[1] / layout.height)
    width, height = (even(side / BACKGROUND_SCALE) for side in layout.size)
    # Colours with it: by its luma alone a darker orange is a glaring one.
    pale = f"128+(val-128)*{brightness}"
    return (
        f"crop={even(layout.width * shown)}:{even(layout.height * shown)},"
        f"scale={width}:{height}:flags=area,boxblur={min(width, height) // BLUR_SHARE}:2,"
        f"lutyuv=y=16+(val-16)*{brightness}:u={pale}:v={pale}"
    )


def scaled_still(video: VideoStream) -> str:
    """Give the filters for a still picture in square pixels."""
    small = scaled(video, *within(video.display_size, LONGEST_SIDE))
    # JPEG's own range; a player would show the limited one as a grey veil.
    return ",".join([*prepared(video), small, "setsar=1", "scale=out_range=pc", "format=yuvj420p"])


def scaled(video: VideoStream, width: int, height: int) -> str:
    """Give the filters that bring a picture to a size, in BT.709."""
    return (
        f"scale={width}:{height}:flags=bicubic:in_color_matrix={_matrix(video)}"
        ":out_color_matrix=bt709:out_range=tv,format=yuv420p"
    )


def _matrix(video: VideoStream) -> str:
    if is_hdr(video):
        return "bt709"  # as tone mapping left it
    untagged = "bt709" if video.height >= HD_HEIGHT else "bt601"
    return MATRICES.get(video.color_space or "", untagged)


def _tone_mapped(video: VideoStream) -> list[str]:
    """Map HDR to BT.709, with diffuse white left white (hable turns it grey; looked at).

    The tags are set anew because zscale refuses incomplete ones.
    """
    smaller = (
        f"scale={LONGEST_SIDE}:{LONGEST_SIDE}"
        ":force_original_aspect_ratio=decrease:force_divisible_by=2"
    )
    return [
        *([smaller] if max(video.width, video.height) > LONGEST_SIDE else []),
        f"setparams=color_primaries=bt2020:color_trc={video.color_transfer}:colorspace=bt2020nc",
        f"zscale=t=linear:npl={HDR_REFERENCE_NITS}",
        "format=gbrpf32le",
        "zscale=p=bt709",
        "tonemap=tonemap=mobius:desat=0",
        "zscale=t=bt709:m=bt709:r=tv",
        "format=yuv420p",
    ]
