from __future__ import annotations

from datetime import date

import pytest

from socialcopy.models import Platform
from socialcopy.platforms import Unit, rules


@pytest.mark.parametrize("platform", Platform)
def test_every_number_of_a_network_has_a_source_and_a_date(platform: Platform):
    network = rules(platform)
    facts = [network.text_limit, network.fold, network.hashtag_limit, network.usual_hashtags]

    assert network.platform is platform
    for fact in [*facts, *network.video_facts.values()]:
        assert fact is None or (fact.source and fact.checked >= date(2026, 11, 1))


def test_instagram_and_linkedin_share_one_file():
    assert rules(Platform.INSTAGRAM).video == rules(Platform.LINKEDIN).video


@pytest.mark.parametrize("platform", Platform)
def test_what_is_built_stays_inside_what_the_network_says(platform: Platform):
    spec, said = rules(platform).video, rules(platform).video_facts

    assert max(spec.width, spec.height) <= said["frame"].value
    assert spec.max_frame_rate <= said["frame_rate"].value
    assert spec.max_duration_seconds <= said["duration"].value
    assert spec.max_size_bytes <= said["size"].value
    assert spec.audio_bitrate_bps >= said["audio_bitrate"].value


@pytest.mark.parametrize("platform", Platform)
def test_the_safe_zone_is_a_box_inside_the_frame(platform: Platform):
    spec = rules(platform).video
    zone = spec.safe_zone

    assert 0 <= zone.left < zone.right <= spec.width
    assert 0 <= zone.top < zone.bottom <= spec.height


def test_the_small_safe_zone_is_the_large_one_at_two_thirds_rounded_inwards():
    large, small = rules(Platform.INSTAGRAM).video.safe_zone, rules(Platform.X).video.safe_zone

    assert (small.left, small.top) == (-(-large.left * 2 // 3), -(-large.top * 2 // 3))
    assert (small.right, small.bottom) == (large.right * 2 // 3, large.bottom * 2 // 3)


def test_x_counts_weighted_and_the_others_characters():
    units = {platform: rules(platform).text_limit.unit for platform in Platform}

    assert units == {
        Platform.INSTAGRAM: Unit.CHARACTERS,
        Platform.X: Unit.WEIGHTED,
        Platform.LINKEDIN: Unit.CHARACTERS,
    }
