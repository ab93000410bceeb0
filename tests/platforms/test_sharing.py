"""Which networks have one file, by the real registry."""

import pytest

from socialcopy.media.canvas.branding import Dressing
from socialcopy.media.canvas.shots import Box
from socialcopy.media.canvas.subtitle_places import subtitle_box
from socialcopy.media.renditions.plan import shared
from socialcopy.models import Aspect, MediaInfo, Platform, VideoStream
from socialcopy.platforms import rules

VERTICALS = {
    Platform.INSTAGRAM, Platform.TIKTOK, Platform.YOUTUBE, Platform.THREADS, Platform.FACEBOOK,
}  # fmt: skip
FEEDS = {Platform.X, Platform.LINKEDIN, Platform.BLUESKY}
NETWORKS = [p for p in Platform if p in {*VERTICALS, *FEEDS}]
SPECS = {platform: rules(platform).video for platform in NETWORKS}


def groups(seconds: float, size=(1920, 1080), **around) -> dict[frozenset[Platform], int]:
    """Networks that share a file, and the longest that file may be."""
    video = VideoStream(codec="h264", width=size[0], height=size[1], frame_rate=30)
    info = MediaInfo(container="mp4", duration_ms=int(seconds * 1000), size_bytes=1, video=video)
    found = shared(SPECS, info, Aspect.AUTO, Dressing(**around))
    return {frozenset(who): spec.max_duration_seconds for spec, who in found.items()}


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1080), (1080, 1350), (640, 480)])
def test_a_clip_of_half_a_minute_needs_an_upright_file_and_one_in_its_own_shape(size):
    assert groups(30, size) == {frozenset(VERTICALS): 90, frozenset(FEEDS): 140}


def test_an_upright_clip_of_half_a_minute_needs_a_large_file_and_a_small_one():
    assert groups(30, (1080, 1920)) == {
        frozenset({*VERTICALS, Platform.LINKEDIN}): 90,
        frozenset({Platform.X, Platform.BLUESKY}): 140,
    }


def test_a_clip_too_long_for_one_feed_is_made_for_the_others():
    found = groups(150)

    assert found[frozenset({Platform.X})] == 140
    assert found[frozenset({Platform.BLUESKY, Platform.LINKEDIN})] == 180


@pytest.mark.parametrize("seconds", [100, 200])
def test_a_network_a_clip_is_too_long_for_goes_its_own_way(seconds: int):
    apart = {p for p in VERTICALS if SPECS[p].max_duration_seconds < seconds}

    found = groups(seconds)

    assert frozenset(VERTICALS - apart) in found
    assert {frozenset({platform}) for platform in apart} <= found.keys()


def test_a_shared_file_is_long_enough_for_the_strictest_network():
    video = VideoStream(codec="h264", width=1920, height=1080, frame_rate=30)
    info = MediaInfo(container="mp4", duration_ms=400, size_bytes=1, video=video)

    found = shared(SPECS, info, Aspect.AUTO, Dressing())

    assert {spec.min_duration_ms for spec, who in found.items() if set(who) == VERTICALS} == {3_000}


def test_what_is_added_counts_towards_a_networks_limit():
    assert frozenset(VERTICALS) in groups(89)
    assert frozenset({Platform.FACEBOOK}) in groups(89, title="Hello")


def test_a_file_for_one_app_uses_all_the_width_that_this_app_leaves():
    info = MediaInfo(
        container="mp4", duration_ms=30_000, size_bytes=1,
        video=VideoStream(codec="h264", width=1920, height=1080, frame_rate=30),
    )  # fmt: skip

    def box(*platforms: Platform) -> Box:
        specs = {platform: SPECS[platform] for platform in platforms}
        ((spec, _),) = shared(specs, info, Aspect.AUTO, Dressing()).items()
        return subtitle_box(spec, is_large=True)[0]

    alone, with_tiktok = box(Platform.INSTAGRAM), box(Platform.INSTAGRAM, Platform.TIKTOK)

    assert (alone.left, alone.right) == (180, 900)
    assert (with_tiktok.left, with_tiktok.right) == (250, 830)
