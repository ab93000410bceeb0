"""Which shape a network's file has, and which canvas follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from socialcopy.models import Aspect, Platform, SafeZone, VideoSpec

# Difference of two aspect ratios that a stretch hides.
SAME_SHAPE = 0.02
# Margin of text in feeds, where nothing covers the picture; broadcasters' title-safe is 5 %.
FEED_MARGIN = 0.06
# Width over height of the shapes that have a name.
RATIOS = {
    Aspect.VERTICAL: 9 / 16,
    Aspect.PORTRAIT: 4 / 5,
    Aspect.SQUARE: 1.0,
    Aspect.LANDSCAPE: 16 / 9,
}


def even(length: float) -> int:
    """Round to an even number of pixels, at least two: chroma has half the resolution."""
    return max(2, round(length / 2) * 2)


def within(display_size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """Scale a size down to so many pixels on its longer side, where it has more."""
    width, height = display_size
    scale = min(1.0, longest_side / max(width, height, 1))
    return even(width * scale), even(height * scale)


def shape(display_size: tuple[int, int], spec: VideoSpec, aspect: Aspect) -> float:
    """Choose width over height of a network's file.

    It is what was asked for; else the picture's own, where the network shows that well; else the
    network's.
    """
    if aspect is not Aspect.AUTO:
        return RATIOS[aspect]
    width, height = (max(1, side) for side in display_size)
    own = width / height
    own = next((ratio for ratio in RATIOS.values() if abs(own / ratio - 1) <= SAME_SHAPE), own)
    return max(spec.width / spec.height, min(own, spec.widest_aspect))


def canvas(spec: VideoSpec, ratio: float) -> VideoSpec:
    """Give a network's spec another shape, its sides no longer than the network's.

    The safe zones of apps are known for full-screen video only (platform-rules); other shapes
    are shown in feeds, whose buttons stand beside the picture.
    """
    if abs(ratio / (spec.width / spec.height) - 1) <= SAME_SHAPE:
        return spec
    short, long = sorted((spec.width, spec.height))
    width = min(long, short * max(1.0, ratio))
    width = min(width, long * ratio)
    width, height = even(width), even(width / ratio)
    across, down = round(FEED_MARGIN * width), round(FEED_MARGIN * height)
    zone = SafeZone(left=across, top=down, right=width - across, bottom=height - down)
    return spec.model_copy(update={"width": width, "height": height, "safe_zone": zone})


def canvases(
    specs: Mapping[Platform, VideoSpec],
    display_size: tuple[int, int],
    aspect: Aspect,
    fitting: Collection[Platform],
) -> dict[Platform, VideoSpec]:
    """Give every network its canvas, and those that show a shape in a feed the same one.

    A feed shows a video as wide as a phone, so the smallest of their frames does for all of them,
    and spares encodes. Only networks that take the video (`fitting`) hold each other to theirs.
    """
    ratios = {platform: shape(display_size, spec, aspect) for platform, spec in specs.items()}
    feeds = {
        platform: specs[platform]
        for platform in specs
        if platform in fitting and _is_shown_in_a_feed(specs[platform], ratios[platform])
    }
    found = {platform: canvas(spec, ratios[platform]) for platform, spec in specs.items()}
    for platform in feeds:
        peers = [spec for p, spec in feeds.items() if ratios[p] == ratios[platform]]
        frame = canvas(min(peers, key=lambda spec: spec.width), ratios[platform])
        same = {name: getattr(frame, name) for name in ("width", "height", "safe_zone")}
        found[platform] = found[platform].model_copy(update=same)
    return found


def _is_shown_in_a_feed(spec: VideoSpec, ratio: float) -> bool:
    return spec.width / spec.height * (1 + SAME_SHAPE) < ratio <= spec.widest_aspect
