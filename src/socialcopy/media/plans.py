"""What is going to be made for one spec, decided before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from socialcopy.media.certificate import Promise
from socialcopy.media.ffmpeg import Version
from socialcopy.media.fonts import is_installed, missing_glyphs
from socialcopy.media.framing import Layout, arrange
from socialcopy.media.pictures import frame_rate, is_hdr
from socialcopy.media.sidecars import refitted
from socialcopy.media.subtitles import cues, drawn_text, to_ass
from socialcopy.models import Cue, Focus, Look, MediaInfo, Platform, Value, VideoSpec, Word

HIGHEST_BITRATE_BPS = 12_000_000
"""More is thrown away when networks encode anew (measured: VMAF 96 at a third of it)."""
LOWEST_BITRATE_BPS = 100_000
"""Whatever a size limit says, a picture needs something; the certificate reports the excess."""
SIZE_SHARE = 0.95
"""How much of a network's size limit a long video may fill."""
BUFFER_MS = 2_000
"""How far ahead of its bit rate an encoder may get: the `-bufsize` of `media.ffmpeg`."""


MOST_MISSING = 0.05
"""Share of the characters that may be left out before subtitles no longer make sense."""
OVERHANG_MS = 100
"""Sound that outlasts the picture by less is the last packet's padding."""


class Text(NamedTuple):
    """What is drawn, and what it must not hide."""

    words: tuple[Word, ...]
    given: tuple[Cue, ...]
    """Subtitles from a person; they win over the words."""
    language: str | None
    look: Look
    focus: Focus


class Plan(Value):
    """One MP4: how to make it, and what it is held to."""

    version: Version
    promise: Promise

    def may_copy(self, info: MediaInfo) -> bool:
        """Whether the master's picture could do as it is; whether it does, its check says."""
        video, spec = info.video, self.promise.spec
        return (
            self.version.subtitles is None
            and not self.version.hold_ms
            and (video.codec, video.profile, video.pixel_format) == ("h264", "High", "yuv420p")
            and (video.width, video.height) == (spec.width, spec.height)
            and not video.rotation_degrees
            and not is_hdr(video)
        )


def plan(
    number: int, spec: VideoSpec, platforms: tuple[Platform, ...], info: MediaInfo, text: Text
) -> Plan:
    """Decide framing, subtitles and length for one spec."""
    has_text = bool(text.given or text.words)
    layout = arrange(info.video.display_size, spec, has_subtitles=has_text, focus=text.focus)
    length_ms = target_ms(info, spec)
    shown, without = _drawable(_shown(text, layout, info.duration_ms))
    look, notes = _available(text.look)
    notes += without
    script = to_ass(shown, layout, look, () if text.given else text.words) if shown else None
    hold_ms = max(0, length_ms - info.duration_ms)
    if hold_ms:
        notes = (*notes, f"the last frame is held for {hold_ms / 1000:.1f} s more")
    return Plan(
        version=Version(
            layout=layout,
            frame_rate=frame_rate(info.video.frame_rate, spec.max_frame_rate),
            max_bitrate_bps=_bitrate(spec, length_ms),
            subtitles=f"{number}.ass" if script else None,
            output=f"{number}.mp4",
            gop_ms=spec.gop_ms,
            hold_ms=hold_ms,
        ),
        promise=Promise(
            platforms=platforms,
            spec=spec,
            master=info,
            layout=layout,
            duration_ms=length_ms,
            script=script,
            focus=text.focus,
            notes=notes,
        ),
    )


def side_by_side(plans: Sequence[Plan]) -> list[Plan]:
    """The same plans, each ending where it should though the sound they share goes on."""
    longest_ms = max(plan.promise.duration_ms for plan in plans)

    def ended(plan: Plan) -> Plan:
        own_ms = plan.promise.duration_ms
        length_ms = own_ms if own_ms < longest_ms else 0
        return plan.model_copy(
            update={"version": plan.version.model_copy(update={"length_ms": length_ms})}
        )

    return [ended(plan) for plan in plans]


def target_ms(info: MediaInfo, spec: VideoSpec) -> int:
    """How long a version is: the picture, sound that outlasts it, and the network's least."""
    sound_ms = (info.audio.duration_ms if info.audio else None) or 0
    heard_ms = sound_ms if sound_ms > info.duration_ms + OVERHANG_MS else 0
    return max(info.duration_ms, heard_ms, spec.min_duration_ms)


def _shown(text: Text, layout: Layout, duration_ms: int) -> tuple[Cue, ...]:
    if text.given:
        return refitted(text.given, max_line=layout.max_line)
    return cues(
        text.words,
        duration_ms=duration_ms,
        max_line=layout.max_line,
        cuts_ms=text.focus.cuts_ms,
        language=text.language,
    )


def _drawable(shown: tuple[Cue, ...]) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """Subtitles without a few characters that no font has; whole scripts stay, and fail."""
    text = drawn_text(shown)
    missing = frozenset(missing_glyphs(text))
    if not missing or sum(c in missing for c in text) > MOST_MISSING * len(text):
        return shown, ()
    kept = tuple(
        cue.model_copy(update={"text": "".join(c for c in cue.text if c not in missing)})
        for cue in shown
    )
    return kept, (f"left out of the subtitles, since no font has them: {' '.join(missing)}",)


def _available(look: Look) -> tuple[Look, tuple[str, ...]]:
    """The look with a font that is there."""
    if not look.font or is_installed(look.font):
        return look, ()
    note = f"the font {look.font} is not installed, so another one was taken"
    return look.model_copy(update={"font": ""}), (note,)


def _bitrate(spec: VideoSpec, duration_ms: int) -> int:
    """The most the picture may take: ours, the network's, and what fits its size limit."""
    whole = int(SIZE_SHARE * spec.max_size_bytes * 8000 / (duration_ms + BUFFER_MS))
    most = min(whole, spec.max_bitrate_bps) - spec.audio_bitrate_bps
    return max(LOWEST_BITRATE_BPS, min(HIGHEST_BITRATE_BPS, most))
