from __future__ import annotations

from datetime import date

import pytest

from socialcopy.media.renditions.plan import strictest
from socialcopy.models import Platform
from socialcopy.platforms import Unit, faults, length, rules
from socialcopy.platforms.errors import UnknownAccountError
from socialcopy.platforms.linkedin_text import escaped


def test_no_number_is_without_source_or_unchecked_for_ninety_days():
    """Fails when it is time to look at the networks' pages again: mend the data, not the test."""
    assert faults(date.today()) == ()  # noqa: DTZ011 - a day more or less is no matter


def test_a_stale_or_unsourced_number_is_reported_by_its_name():
    late = date(2027, 3, 1)

    assert "x text_limit: was last checked on 2026-11-22" in faults(late)
    assert any(fault.startswith("x premium.text_limit") for fault in faults(late))


@pytest.mark.parametrize("platform", Platform)
def test_the_file_of_a_network_is_about_it(platform: Platform):
    assert rules(platform).platform is platform


def test_an_account_changes_its_limits_and_an_unknown_kind_is_refused():
    assert rules(Platform.X, "premium").text_limit.value == 25_000
    with pytest.raises(UnknownAccountError, match="knows premium"):
        rules(Platform.X, "gold")


def test_an_upright_video_is_one_file_for_instagram_and_linkedin():
    linkedin, instagram = rules(Platform.LINKEDIN).video, rules(Platform.INSTAGRAM).video
    own = {name: getattr(instagram, name) for name in ("widest_aspect", "safe_zone")}

    assert instagram == linkedin.model_copy(update=own)
    assert strictest([instagram, linkedin]).safe_zone == linkedin.safe_zone


@pytest.mark.parametrize("platform", Platform)
def test_what_is_built_stays_inside_what_the_network_says(platform: Platform):
    spec, said = rules(platform).video, rules(platform).video_facts

    assert max(spec.width, spec.height) <= said["frame"].value
    assert int(1000 * spec.widest_aspect) <= said["widest_aspect"].value
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
    large, small = rules(Platform.LINKEDIN).video.safe_zone, rules(Platform.X).video.safe_zone

    assert (small.left, small.top) == (-(-large.left * 2 // 3), -(-large.top * 2 // 3))
    assert (small.right, small.bottom) == (large.right * 2 // 3, large.bottom * 2 // 3)


def test_every_network_counts_in_its_own_unit():
    units = {platform: rules(platform).text_limit.unit for platform in Platform}

    assert units == {
        Platform.INSTAGRAM: Unit.CHARACTERS,
        Platform.X: Unit.WEIGHTED,
        Platform.LINKEDIN: Unit.CHARACTERS,
        Platform.TIKTOK: Unit.UTF16,
        Platform.YOUTUBE: Unit.BYTES,
        Platform.THREADS: Unit.EMOJI_BYTES,
        Platform.FACEBOOK: Unit.CHARACTERS,
        Platform.BLUESKY: Unit.GRAPHEMES,
    }


@pytest.mark.parametrize(
    ("platform", "counts"),
    [
        (Platform.X, 2),
        (Platform.BLUESKY, 1),
        (Platform.THREADS, 18),
        (Platform.TIKTOK, 8),
        (Platform.YOUTUBE, 18),
        (Platform.INSTAGRAM, 5),
    ],
)
def test_a_family_emoji_counts_differently_everywhere(platform: Platform, counts: int):
    assert length(platform, "👩‍👩‍👧") == counts


def test_linkedins_reserved_signs_are_escaped_and_hashtags_stay():
    assert escaped("a (b) <c> @d *e* #Tag_1 x~y|{z}[q]\\") == (
        r"a \(b\) \<c\> \@d \*e\* #Tag\_1 x\~y\|\{z\}\[q\]" + "\\\\"
    )
