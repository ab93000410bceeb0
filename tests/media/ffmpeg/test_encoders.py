"""Which encoder is taken: real ffmpeg makes every trial film."""

from fractions import Fraction

import pytest

from socialcopy.media.canvas.layout import arrange
from socialcopy.media.errors import ToolFailedError
from socialcopy.media.ffmpeg import encoders
from socialcopy.media.ffmpeg.commands import Version, render
from socialcopy.media.ffmpeg.encoders import (
    HARDWARE,
    PRESETS,
    SOFTWARE,
    Chosen,
    Encoder,
    available,
    chosen,
    fastest,
    trial,
)
from socialcopy.media.renditions.plan import Text
from socialcopy.media.renditions.render import render_all
from socialcopy.models import Platform
from socialcopy.settings import MediaSettings
from tests.media.clips import SMALL, look

QUICK = Encoder(name="quick", codec="libx264", options=PRESETS["fast"])
SLOW = Encoder(name="slow", codec="libx264", options=("-preset", "slow", "-crf", "18"))
BROKEN = Encoder(name="broken", codec="libx264", options=("-preset", "no such preset"))
ABSENT = Encoder(name="absent", codec="h264_of_another_world")

SECONDS = {"quick": 1.0, "software": 2.0, "slow": 3.0}
"""What a trial says it took; a busy machine may well be slower with the quicker one."""


@pytest.fixture
def timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every trial is made, only its clock is ours."""

    def trial_by_our_clock(encoder: Encoder, preset: str) -> float:
        assert trial(encoder, preset) > 0
        return SECONDS[encoder.name]

    monkeypatch.setattr(encoders, "trial", trial_by_our_clock)


@pytest.mark.usefixtures("timed")
def test_an_encoder_that_works_and_is_faster_is_taken():
    found = fastest([BROKEN, QUICK], "standard")

    assert found.encoder == QUICK
    assert "took 1.0 s for what takes x264 2.0 s" in found.reason


@pytest.mark.usefixtures("timed")
def test_an_encoder_that_works_and_is_slower_is_not():
    assert fastest([SLOW], "fast").encoder == SOFTWARE


def test_one_that_was_asked_for_by_name_need_not_be_faster():
    assert fastest([SLOW], "fast", must_win=False).encoder == SLOW


def test_encoders_that_are_not_there_or_do_not_work_are_passed_over_and_named():
    found = fastest([ABSENT, BROKEN], "standard")

    assert found.encoder == SOFTWARE
    assert "this ffmpeg has no h264_of_another_world" in found.reason
    assert "does not work here" in found.reason


def test_what_this_machine_cannot_do_fails_its_trial_and_is_never_chosen():
    for encoder in HARDWARE:
        if encoder.codec not in available():
            continue
        try:
            trial(encoder, "standard")
        except ToolFailedError:
            assert chosen("auto", "standard").encoder != encoder
            assert chosen(encoder.name, "standard").encoder == SOFTWARE


def test_software_asked_for_is_software_without_a_trial():
    assert chosen("software", "standard").encoder == SOFTWARE


@pytest.mark.parametrize("encoder", HARDWARE, ids=lambda encoder: encoder.name)
def test_hardware_is_opened_before_the_inputs_and_fed_last(encoder, clip):
    source, settings = clip(), MediaSettings()
    info = look(source, settings)
    version = Version(
        layout=arrange((640, 360), SMALL, has_subtitles=False), frame_rate=Fraction(30),
        max_bitrate_bps=1_000_000, subtitles=None, output="0.mp4",
    )  # fmt: skip

    argv = render(source, info, [version], sound=None, settings=settings, encoder=encoder)

    assert argv[argv.index("-c:v") + 1] == encoder.codec
    assert f"{encoder.upload}[v0]" in argv[argv.index("-filter_complex") + 1]
    if encoder.device:
        assert argv.index(encoder.device[0]) < argv.index("-i")


STUBBORN = Encoder(name="stubborn", codec="libx264rgb", options=("-crf", "30"))
"""Writes 4:4:4 where the networks want 4:2:0, as a driver might."""
PICKY = Encoder(name="picky", codec="mpeg4")
"""Does not know the profile it is asked for, and gives up."""


@pytest.mark.parametrize("encoder", [STUBBORN, PICKY], ids=["fails its certificate", "gives up"])
def test_hardware_that_disappoints_gives_way_to_x264(
    encoder, clip, tmp_path, settings, monkeypatch
):
    taken = Chosen(encoder=encoder, reason="for the test")
    monkeypatch.setattr("socialcopy.media.renditions.render.chosen", lambda *_: taken)
    source = clip()

    (made,) = render_all(
        source, look(source, settings), {Platform.X: SMALL}, Text(),
        name="demo", folder=tmp_path, settings=settings,
    )  # fmt: skip

    assert (made.encoder, made.faults) == ("libx264", ())
