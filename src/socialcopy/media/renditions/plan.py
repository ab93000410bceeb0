"""What is going to be made for one spec, decided before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from socialcopy.media.canvas.branding import CARD_MS, Dressing, card_colors, frames_in
from socialcopy.media.canvas.layout import Box, Layout, arrange, place_logo
from socialcopy.media.canvas.shapes import canvases
from socialcopy.media.ffmpeg.commands import Version
from socialcopy.media.ffmpeg.filters import frame_rate, is_hdr
from socialcopy.media.renditions.certificate import Promise
from socialcopy.media.subtitles.contrast import in_need_of_a_box, readable
from socialcopy.media.subtitles.cues import BURNED_LATE_MS, count_too_fast, cues, reading_speed
from socialcopy.media.subtitles.fonts import is_installed, missing_glyphs
from socialcopy.media.subtitles.formats import Title, drawn_text, emoji_in, to_ass
from socialcopy.media.subtitles.parse import refitted
from socialcopy.media.subtitles.word_groups import word_groups
from socialcopy.models import (
    Aspect,
    Cue,
    Focus,
    Look,
    MediaInfo,
    Part,
    Platform,
    SafeZone,
    SubtitleStyle,
    Value,
    VideoSpec,
    Word,
    later,
)

# More is thrown away when networks encode anew (measured: VMAF 96 at a third of it).
HIGHEST_BITRATE_BPS = 12_000_000
# Networks share a file whose size limits leave it as much; less would be seen by those that allow
# more (measured: VMAF 96 at 3.4 Mbit/s for 1080x1920).
SHARED_BITRATE_BPS = 4_000_000
# Whatever a size limit says, a picture needs something; the certificate reports the excess.
LOWEST_BITRATE_BPS = 100_000
# How much of a network's size limit a long video may fill.
SIZE_SHARE = 0.95
# How far ahead of its bit rate an encoder may get: the `-bufsize` of `media.ffmpeg`.
BUFFER_MS = 2_000


# Share of the characters that may be left out before subtitles no longer make sense.
MOST_MISSING = 0.05
SAME_LENGTH_MS = 40
# How much later than the file a picture may begin to be copied into one without an edit list.
SAME_TIME_MS = 5
WORTH_A_NOTE_MS = 500


def shared(
    specs: Mapping[Platform, VideoSpec], info: MediaInfo, aspect: Aspect, dressing: Dressing
) -> dict[VideoSpec, tuple[Platform, ...]]:
    """Group networks that can have one file, with the strictest of their limits.

    Each has the shape that was asked for, or the one its network shows well (`shapes`).
    Frame, rates and codec have to agree; limits of duration and size may differ, as long as this
    video keeps them all: one that is too long for a network gets a file, and a fault, of its own.
    Text stays where none of their apps covers it.
    """
    groups: dict[object, list[Platform]] = {}
    fitting = {
        platform
        for platform, spec in specs.items()
        if target_ms(info, spec, dressing) <= spec.max_duration_seconds * 1000
    }
    own = canvases(specs, info.video.display_size, aspect, fitting)
    for platform, spec in own.items():
        kind = (
            *(spec.width, spec.height, spec.min_frame_rate, spec.max_frame_rate, spec.gop_ms),
            *(spec.max_level, spec.max_bitrate_bps, spec.audio_bitrate_bps),
        )
        length_ms = target_ms(info, spec, dressing)
        limit = 0 if platform in fitting else spec.max_duration_seconds
        # The bit rate is part of the kind: a network with a tight size limit would blur the
        # others' file.
        bitrate_bps = min(SHARED_BITRATE_BPS, _bitrate(spec, length_ms))
        groups.setdefault((kind, bitrate_bps, limit), []).append(platform)
    return {strictest([own[p] for p in who]): tuple(who) for who in groups.values()}


def strictest(specs: Sequence[VideoSpec]) -> VideoSpec:
    """Return the first of some specs, with the tightest of all their limits."""
    limits = {
        "max_duration_seconds": min(spec.max_duration_seconds for spec in specs),
        "min_duration_ms": max(spec.min_duration_ms for spec in specs),
        "max_size_bytes": min(spec.max_size_bytes for spec in specs),
        "max_gop_ms": min(spec.max_gop_ms for spec in specs),
        "safe_zone": SafeZone(
            left=max(spec.safe_zone.left for spec in specs),
            top=max(spec.safe_zone.top for spec in specs),
            right=min(spec.safe_zone.right for spec in specs),
            bottom=min(spec.safe_zone.bottom for spec in specs),
        ),
    }
    return specs[0].model_copy(update=limits)


class Text(NamedTuple):
    """What is drawn, and what it must not hide."""

    words: tuple[Word, ...] = ()
    given: tuple[Cue, ...] = ()
    """Subtitles from a person; they win over the words."""
    language: str | None = None
    look: Look = Look()
    focus: Focus = Focus()
    """What the picture must not lose; without it nothing is cropped."""
    dressing: Dressing = Dressing()
    """What goes around the video: title card, logo, intro and outro."""

    @property
    def is_drawn(self) -> bool:
        """Whether there are subtitles to burn in."""
        wanted = self.look.style is not SubtitleStyle.NONE
        return wanted and bool(self.given or self.words)

    @property
    def is_word_by_word(self) -> bool:
        """Whether they follow the voice; nobody knows when the words of given ones are said."""
        return self.look.style is SubtitleStyle.WORDS and not self.given


class Plan(Value):
    """One MP4: how to make it, and what it is held to."""

    version: Version
    promise: Promise

    def may_copy(self, info: MediaInfo) -> bool:
        """Tell whether the master's picture could do as it is; whether it does, its check says."""
        video, spec = info.video, self.promise.spec
        return (
            self.version.subtitles is None
            and video.start_ms <= SAME_TIME_MS
            and not video.skipped_ms
            and (video.end_ms is None or video.end_ms >= self.promise.duration_ms - SAME_LENGTH_MS)
            and (video.codec, video.profile, video.pixel_format) == ("h264", "High", "yuv420p")
            and (video.width, video.height) == (spec.width, spec.height)
            and not video.rotation_degrees
            and not is_hdr(video)
            and not self.promise.dressing.has_any
        )


def plan_all(
    groups: Mapping[VideoSpec, tuple[Platform, ...]],
    info: MediaInfo,
    text: Text,
    uncropped: frozenset[int] = frozenset(),
) -> list[Plan]:
    """Plan for every group of networks; those with these numbers show the whole picture."""
    return [
        plan(number, spec, who, info, text, may_crop=number not in uncropped)
        for number, (spec, who) in enumerate(groups.items())
    ]


def plan(
    number: int,
    spec: VideoSpec,
    platforms: tuple[Platform, ...],
    info: MediaInfo,
    text: Text,
    *,
    may_crop: bool = True,
) -> Plan:
    """Decide framing, subtitles, length and what is added, for one spec."""
    dressing = text.dressing
    layout = arrange(
        info.video.display_size, spec, has_subtitles=text.is_drawn,
        focus=text.focus, background=text.look.background, may_crop=may_crop,
        is_large=text.is_word_by_word,
    )  # fmt: skip
    look, notes = _available(text.look)
    shown, without = _drawable(_shown(text, layout, info.duration_ms))
    script = _script(shown, text, layout, look, spec)
    length_ms = target_ms(info, spec, dressing)
    rate = frame_rate(info.video.frame_rate, spec.max_frame_rate)
    box, moved = _logo(text, layout, spec)
    return Plan(
        version=Version(
            layout=layout,
            frame_rate=rate,
            max_bitrate_bps=_bitrate(spec, length_ms),
            subtitles=f"{number}.ass" if script else None,
            output=f"{number}.mp4",
            gop_ms=spec.gop_ms,
            frames=frames_in(length_ms, rate),
            length_ms=length_ms,
            main_ms=info.duration_ms if dressing.lengthens else 0,
            card=card_colors(look.card)[0] if dressing.title and look.card else "",
            clips=_clip_layouts(dressing, spec, look),
            logo=box,
        ),
        promise=Promise(
            platforms=platforms,
            spec=spec,
            master=info,
            layout=layout,
            duration_ms=length_ms,
            script=script,
            words=text.words if shown else (),
            given=text.given if shown else (),
            has_subtitles=bool(shown),
            focus=text.focus,
            dressing=dressing,
            parts=tuple(_parts(dressing, info, box)),
            notes=(
                *notes,
                *without,
                *_fast_notes(shown, text),
                *_emoji_notes(shown, dressing.title),
                *moved,
                *_lengthened(info, length_ms, dressing),
            ),
        ),
    )


def _script(
    shown: tuple[Cue, ...], text: Text, layout: Layout, look: Look, spec: VideoSpec
) -> str | None:
    """Write all that goes into the picture: title card and subtitles, at their final times."""
    dressing = text.dressing
    begin_ms = dressing.intro_ms
    title = Title(dressing.title, begin_ms, begin_ms + CARD_MS, spec.safe_zone)
    if not shown and not dressing.title:
        return None
    # Words time the highlight; a person's subtitles have none, and get theirs by length.
    words = () if text.given else later(text.words, dressing.head_ms)
    boxed = frozenset[int]()
    if text.is_word_by_word:
        look = look.model_copy(update={"color": readable(look.color)})
        boxed = in_need_of_a_box(shown, layout, text.focus, look.color)
    elif look.style is SubtitleStyle.WORDS:
        look = look.model_copy(update={"style": SubtitleStyle.AUTO})
    return to_ass(
        later(shown, dressing.head_ms), layout, look, words,
        title=title if dressing.title else None, boxed=boxed,
    )  # fmt: skip


def _clip_layouts(dressing: Dressing, spec: VideoSpec, look: Look) -> tuple[Layout, ...]:
    return tuple(
        arrange(clip.info.video.display_size, spec, has_subtitles=False, background=look.background)
        for clip in dressing.clips
    )


def _logo(text: Text, layout: Layout, spec: VideoSpec) -> tuple[Box | None, tuple[str, ...]]:
    """Place the logo, with a sentence when that is not where it was wished."""
    logo = text.dressing.logo
    if logo is None:
        return None, ()
    box, corner = place_logo(
        (logo.width, logo.height), layout, spec, logo.corner, text.focus,
        has_subtitles=text.is_drawn,
    )  # fmt: skip
    moved = f"the logo stands {corner}, since {logo.corner} it would hide a face or subtitles"
    return box, (moved,) if corner != logo.corner else ()


def _parts(dressing: Dressing, info: MediaInfo, logo: Box | None) -> Iterator[Part]:
    """Yield what is added, with its times, for the certificate."""
    head, until = dressing.head_ms, dressing.head_ms + info.duration_ms
    if dressing.intro:
        yield Part(kind="intro", what=dressing.intro.name, from_ms=0, until_ms=dressing.intro_ms)
    if dressing.title:
        yield Part(kind="title card", what=dressing.title, from_ms=dressing.intro_ms, until_ms=head)
    if dressing.logo and logo:
        place = (logo.left, logo.top, logo.right, logo.bottom)
        yield Part(kind="logo", what=dressing.logo.name, from_ms=head, until_ms=until, box=place)
    if dressing.outro:
        end = until + dressing.outro_ms
        yield Part(kind="outro", what=dressing.outro.name, from_ms=until, until_ms=end)


def _emoji_notes(shown: tuple[Cue, ...], title: str) -> tuple[str, ...]:
    drawn, dropped = emoji_in([*shown, Cue(start_ms=0, end_ms=1, text=title)])
    return (
        *([f"emoji drawn in one colour: {drawn}"] if drawn else []),
        *([f"left out of the burned-in subtitles, since no font draws them: {dropped}"]
          if dropped else []),
    )  # fmt: skip


def _fast_notes(shown: tuple[Cue, ...], text: Text) -> tuple[str, ...]:
    """Say so in a sentence when a voice is faster than its subtitles can be read."""
    if text.given or text.is_word_by_word:
        return ()
    fast, speed = count_too_fast(shown, text.language), reading_speed(text.language)
    if not fast:
        return ()
    return (f"{fast} of {len(shown)} subtitles are said faster than {speed} characters/s",)


def _lengthened(info: MediaInfo, length_ms: int, dressing: Dressing) -> tuple[str, ...]:
    begin_ms, end_ms = info.video.start_ms, info.video.end_ms or info.duration_ms
    held_ms = max(0, length_ms - end_ms - dressing.head_ms - dressing.outro_ms)
    late = f"the video begins {dressing.head_ms / 1000:.1f} s in, and the subtitle files with it"
    first = f"the first frame is held for {begin_ms / 1000:.1f} s, until the picture begins"
    last = f"the last frame is held for {held_ms / 1000:.1f} s more"
    return (
        *([late] if dressing.head_ms else []),
        *([first] if begin_ms >= WORTH_A_NOTE_MS else []),
        *([last] if held_ms >= WORTH_A_NOTE_MS else []),
    )


def target_ms(info: MediaInfo, spec: VideoSpec, dressing: Dressing) -> int:
    """Return how long a version is: all its pieces, and the network's least."""
    pieces_ms = info.duration_ms + dressing.head_ms + dressing.outro_ms
    return max(pieces_ms, spec.min_duration_ms)


def _shown(text: Text, layout: Layout, duration_ms: int) -> tuple[Cue, ...]:
    if not text.is_drawn:
        return ()
    if text.given:
        return refitted(text.given, max_line=layout.max_line)
    if text.is_word_by_word:
        return word_groups(
            text.words, duration_ms=duration_ms, max_line=layout.max_line,
            cuts_ms=text.focus.cuts_ms,
        )  # fmt: skip
    cut = partial(
        cues, text.words, duration_ms=duration_ms, max_line=layout.max_line,
        cuts_ms=text.focus.cuts_ms, language=text.language,
    )  # fmt: skip
    shown = cut()
    return cut(late_ms=BURNED_LATE_MS) if count_too_fast(shown, text.language) else shown


def _drawable(shown: tuple[Cue, ...]) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """Drop a few characters that no font has from subtitles; whole scripts stay, and fail."""
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
    """Give the look a font that is there, with a note where it is another one."""
    if not look.font or is_installed(look.font):
        return look, ()
    note = f"the font {look.font} is not installed, so another one was taken"
    return look.model_copy(update={"font": ""}), (note,)


def _bitrate(spec: VideoSpec, duration_ms: int) -> int:
    """Choose the most the picture may take: ours, the network's, and what fits its size limit."""
    # Bytes times 8,000 over milliseconds are bits a second.
    whole = int(SIZE_SHARE * spec.max_size_bytes * 8000 / (duration_ms + BUFFER_MS))
    most = min(whole, spec.max_bitrate_bps) - spec.audio_bitrate_bps
    return max(LOWEST_BITRATE_BPS, min(HIGHEST_BITRATE_BPS, most))
