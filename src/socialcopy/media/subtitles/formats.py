"""Subtitles as files: SRT and WebVTT beside the video, ASS for the ones drawn into it.

Spoken words are data. In the sidecars they appear exactly as spoken; in ASS, where braces and
backslashes are instructions, those are made harmless.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from pysubs2 import Alignment, Color, SSAEvent, SSAFile, SSAStyle
from pysubs2.formats.subrip import SubripFormat

from socialcopy.media.canvas.branding import card_colors
from socialcopy.media.canvas.layout import Layout
from socialcopy.media.subtitles.contrast import BOX_OPACITY
from socialcopy.media.subtitles.direction import directed
from socialcopy.media.subtitles.fonts import emoji_family, is_covered
from socialcopy.media.subtitles.lines import columns, spoken, wrap
from socialcopy.media.subtitles.parse import pieces_of
from socialcopy.media.subtitles.segmentation import pieces
from socialcopy.models import Cue, Look, SafeZone, SubtitleStyle, Word

# Take the place of colour changes until the text between them is harmless.
ACCENT_ON, ACCENT_OFF = "\ue001", "\ue002"

# The same for a change of font.
EMOJI_ON, EMOJI_OFF = "\ue003", "\ue004"

# libass draws colour emoji as empty boxes (looked at, 0.17); these are drawn in one colour by a
# font of outlines, or left out.
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\U0001f1e6-\U0001f1ff\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff"
    "\ufe00-\ufe0f\u200d\u20e3\U000e0020-\U000e007f]+"
)
# Joined people and flags have no glyph of their own in such a font; a skin tone only loses its
# tint.
EMOJI_SEQUENCE = re.compile(
    "(?P<joined>[^\u200d][\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[^\u200d][\ufe0f\U0001f3fb-\U0001f3ff]*)+"
    "|[\U0001f1e6-\U0001f1ff]{1,2}|[\ufe00-\ufe0f\u200d\u20e3\U000e0020-\U000e007f]+)"
    "|(?P<single>.)(?P<tint>[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]*)",
    re.DOTALL,
)

# Outline and shadow in font sizes: enough on a blurred background.
OUTLINE_SHARE = 0.055
SHADOW_SHARE = 0.03
# Sizes of a title card's letters, in those of the subtitles; the largest that fits is taken.
TITLE_SCALES = tuple(tenths / 10 for tenths in range(24, 9, -1))
TITLE_LINES = 4
# Words in a row of speech that a subtitle may lack before its text is another's.
MOST_LEFT_OUT = 8
PADDING_SHARE = 0.22
# The outline of words that are read in a moment.
LOUD_OUTLINE_SHARE = 0.09
# Styles that mark the word being spoken.
MARKING = frozenset({SubtitleStyle.HIGHLIGHT, SubtitleStyle.WORDS})
# Styles that have no box over a picture of their own.
OPEN = frozenset({SubtitleStyle.PLAIN, SubtitleStyle.WORDS})
# The name of the style for subtitles that need a box.
BOXED = "Boxed"
# libass's own border style: one box behind all lines; `Shadow` is then its padding.
BOX_STYLE = 4

# Where it is not installed, fontconfig gives the next sans-serif: DejaVu Sans or Noto.
FONT = "Inter"
# Han characters alone do not say which face they want; the script around them does.
FONTS_BY_SCRIPT = (
    (re.compile("[\u0600-\u06ff]"), "Noto Sans Arabic"),  # DejaVu's is read worse (measured)
    (re.compile("[\u3040-\u30ff]"), "Noto Sans CJK JP"),
    (re.compile("[\uac00-\ud7af]"), "Noto Sans CJK KR"),
    (re.compile("[\u3400-\u9fff]"), "Noto Sans CJK SC"),
    (re.compile("[\u0e80-\u0eff]"), "Noto Sans Lao"),  # DejaVu's is half as wide again
    (re.compile("[\u0e00-\u0e7f]"), "Noto Sans Thai"),
    (re.compile("[\u1780-\u17ff]"), "Noto Sans Khmer"),
    (re.compile("[\u1000-\u109f]"), "Noto Sans Myanmar"),
)


def to_srt(cues: Sequence[Cue]) -> str:
    r"""Write SubRip; SRT has no escapes, so the text stands as it is.

    >>> to_srt([Cue(start_ms=500, end_ms=3_661_000, text="Fish & chips")])
    '1\n00:00:00,500 --> 01:01:01,000\nFish & chips\n\n'
    """
    shown = enumerate(directed(cues), start=1)
    return "".join(f"{number}\n{_timed(cue, ',')}\n{cue.text}\n\n" for number, cue in shown)


def to_vtt(cues: Sequence[Cue]) -> str:
    r"""Write WebVTT, with `&`, `<` and `>` escaped as the standard asks.

    >>> to_vtt([Cue(start_ms=500, end_ms=1_000, text="Fish & chips")])
    'WEBVTT\n\n00:00:00.500 --> 00:00:01.000\nFish &amp; chips\n'
    """
    shown = (
        f"{_timed(cue, '.')}\n{html.escape(cue.text, quote=False)}\n" for cue in directed(cues)
    )
    return "\n".join(("WEBVTT\n", *shown))


class Title(NamedTuple):
    """The words of a title card and when and where they are shown."""

    text: str
    start_ms: int
    end_ms: int
    zone: SafeZone


def to_ass(
    cues: Sequence[Cue],
    layout: Layout,
    look: Look | None = None,
    words: Sequence[Word] = (),
    *,
    title: Title | None = None,
    boxed: Collection[int] = (),
) -> str:
    """Write Advanced SubStation Alpha for one canvas; text stays in the layout's subtitle box.

    Lines are broken by `cues()`; a line that still turns out too wide is wrapped by libass, or,
    being one long word, drawn smaller. `words` time the highlight; without them it is spread.
    The subtitles with the numbers `boxed` stand on a box whatever the style.
    """
    look = look or Look()
    subtitles = SSAFile()
    subtitles.info.update(
        {
            "PlayResX": str(layout.width),
            "PlayResY": str(layout.height),
            "ScaledBorderAndShadow": "yes",
            "WrapStyle": "0",
            # Without this line libass takes colours for BT.601's, as the old VSFilter did.
            "YCbCr Matrix": "TV.709",
        }
    )
    font = look.font or _font(cues)
    subtitles.styles = {"Default": _style(layout, font, look.style)}
    if boxed:
        subtitles.styles[BOXED] = _style(layout, font, SubtitleStyle.BOXED)
    if title:
        shown = Cue(start_ms=title.start_ms, end_ms=title.end_ms, text=title.text)
        subtitles.styles["Title"] = _title_style(layout, look.font or _font([shown]))
        subtitles.append(_title_event(title, layout, look))
    timed = deque(spoken(words))
    for number, (cue, shown) in enumerate(zip(cues, directed(cues), strict=True)):
        style = BOXED if number in boxed else "Default"
        if look.style in MARKING:
            for event in _highlighted(shown, layout, _said(cue, timed), look.color):
                event.style = style
                subtitles.append(event)
        elif text := _drawn(shown.text, layout):
            subtitles.append(SSAEvent(start=cue.start_ms, end=cue.end_ms, text=text, style=style))
    return subtitles.to_string("ass")


def _title_style(layout: Layout, font: str) -> SSAStyle:
    return SSAStyle(
        fontname=font,
        fontsize=layout.font_px,
        bold=True,
        outline=0,
        shadow=0,
        alignment=Alignment.MIDDLE_CENTER,
        marginl=layout.subtitles.left,
        marginr=layout.width - layout.subtitles.right,
        encoding=-1,
    )


def _title_event(title: Title, layout: Layout, look: Look) -> SSAEvent:
    """Set the words in the middle of the safe zone, as large as they fit."""
    words = pieces(" ".join(title.text.split()))
    scale, lines = next(
        filter(None, (_title_lines(words, layout, s) for s in TITLE_SCALES)), None
    ) or (TITLE_SCALES[-1], wrap(words, max_line=layout.max_line, max_lines=TITLE_LINES))
    across = (layout.subtitles.left + layout.subtitles.right) // 2
    down = (title.zone.top + title.zone.bottom) // 2
    size = round(scale * layout.font_px)
    color = _ass_color(card_colors(look.card)[1])
    (shown,) = directed([Cue(start_ms=title.start_ms, end_ms=title.end_ms, text="\n".join(lines))])
    text = f"{{\\pos({across},{down})\\fs{size}\\c{color}}}" + _drawn(shown.text, layout)
    return SSAEvent(start=title.start_ms, end=title.end_ms, text=text, style="Title")


def _title_lines(
    words: Sequence[str], layout: Layout, scale: float
) -> tuple[float, list[str]] | None:
    """Break a title into lines at a size, when it fits."""
    longest = int(layout.max_line / scale)
    lines = wrap(words, max_line=longest, max_lines=TITLE_LINES)
    fits = len(lines) <= TITLE_LINES and all(columns(line) <= longest for line in lines)
    return (scale, lines) if fits else None


def emoji_in(cues: Sequence[Cue]) -> tuple[str, str]:
    """Return the emoji of a text that are drawn in one colour, and those that are left out."""
    drawn, dropped = dict[str, None](), dict[str, None]()
    for run in EMOJI.findall("\n".join(cue.text for cue in cues)):
        for found in EMOJI_SEQUENCE.finditer(run):
            is_drawn = bool(found["single"]) and is_covered(found["single"], emoji_family())
            if found[0].strip("\ufe0f\u200d\u20e3"):
                (drawn if is_drawn else dropped)[found[0]] = None
    return " ".join(drawn), " ".join(dropped)


def _one_colour(run: re.Match[str]) -> str:
    """Write a run of emoji as a font of outlines has them; empty when it has none."""
    kept = "".join(
        found["single"]
        for found in EMOJI_SEQUENCE.finditer(run[0])
        if found["single"] and is_covered(found["single"], emoji_family())
    )
    return f"{EMOJI_ON}{kept}{EMOJI_OFF}" if kept else ""


def drawn_text(cues: Sequence[Cue]) -> str:
    """Return all characters that will be drawn, for asking whether fonts have them."""
    return "".join(_printable(EMOJI.sub("", cue.text)) for cue in cues)


def _said(cue: Cue, timed: deque[Word]) -> list[Word]:
    """Take the spoken words of one subtitle from the front of all; spread where they differ.

    Words that are not in the subtitle were left out of it (`condense`).
    """
    left = "".join(cue.text.split()).casefold()
    taken: list[Word] = []
    # A word has a letter at least: a subtitle has no more words than letters.
    ahead = list(islice(timed, len(left) + 2 * MOST_LEFT_OUT))
    for number, word in enumerate(ahead):
        text = "".join(word.text.split())
        if left.startswith(text.casefold()):
            left = left[len(text) :]
            taken.append(word)
        elif number - len(taken) >= MOST_LEFT_OUT:
            break
        if not left:
            for _ in range(number + 1):
                timed.popleft()
            return taken
    return pieces_of(cue)


def _highlighted(cue: Cue, layout: Layout, words: Sequence[Word], color: str) -> Iterator[SSAEvent]:
    """Yield an event for each word: the whole subtitle, with that word in the brand's colour."""
    starts = [cue.start_ms, *(max(cue.start_ms, word.start_ms) for word in words[1:]), cue.end_ms]
    before = 0
    for word, (start, following) in zip(words, pairwise(starts), strict=True):
        said = word.text.strip()
        after = _found_after(cue.text, said, before)
        text = _drawn(cue.text, layout, accent=(after - len(said), after, color))
        if text and following > start:
            yield SSAEvent(start=start, end=following, text=text)
        before = after


def _found_after(text: str, word: str, position: int) -> int:
    """Find the end of a word that begins at or after a position; by its length if it is torn."""
    found = text.find(word, position)
    return (found if found >= 0 else position) + len(word)


def _timed(cue: Cue, separator: str) -> str:
    start, end = map(SubripFormat.ms_to_timestamp, (cue.start_ms, cue.end_ms))
    return f"{start} --> {end}".replace(",", separator)


def _style(layout: Layout, font: str, style: SubtitleStyle) -> SSAStyle:
    box = layout.subtitles
    on_top = layout.anchor == "top"
    # Over a picture, whatever that shows there, a box keeps text readable, and on a slide's colour.
    over_picture = any(
        shot.extends or box.top < pane.box.bottom for shot in layout.shots for pane in shot.panes
    )
    in_box = style is SubtitleStyle.BOXED or (style not in OPEN and over_picture)
    is_loud = style is SubtitleStyle.WORDS
    return SSAStyle(
        fontname=font,
        fontsize=layout.font_px,
        bold=True,
        primarycolor=Color(255, 255, 255),
        outlinecolor=Color(0, 0, 0, 0 if is_loud else 40),
        backcolor=Color(0, 0, 0, round(255 * (1 - BOX_OPACITY))),
        borderstyle=BOX_STYLE if in_box else 1,
        outline=round((LOUD_OUTLINE_SHARE if is_loud else OUTLINE_SHARE) * layout.font_px, 1),
        shadow=round((PADDING_SHARE if in_box else SHADOW_SHARE) * layout.font_px, 1),
        alignment=Alignment.TOP_CENTER if on_top else Alignment.BOTTOM_CENTER,
        marginl=box.left,
        marginr=layout.width - box.right,
        marginv=box.top if on_top else layout.height - box.bottom,
        encoding=-1,  # the text's own direction; with 1, RTL punctuation lands on the wrong side
    )


def _font(cues: Sequence[Cue]) -> str:
    text = "".join(cue.text for cue in cues)
    return next((font for script, font in FONTS_BY_SCRIPT if script.search(text)), FONT)


def _drawn(text: str, layout: Layout, accent: tuple[int, int, str] | None = None) -> str:
    """Write text as ASS: without emoji and controls, escaped, smaller when a word is too long."""
    if accent:
        begin, end, _ = accent
        text = f"{text[:begin]}{ACCENT_ON}{text[begin:end]}{ACCENT_OFF}{text[end:]}"
    lines = [
        " ".join(_printable(EMOJI.sub(_one_colour, line)).split()) for line in text.split("\n")
    ]
    lines = [line for line in lines if line.strip(ACCENT_ON + ACCENT_OFF)]
    plain = [line.replace(ACCENT_ON, "").replace(ACCENT_OFF, "") for line in lines]
    longest = max((columns(word) for line in plain for word in line.split()), default=0)
    size = ""
    if longest > layout.max_line:
        size = f"{{\\fs{layout.font_px * layout.max_line // longest}}}"
    drawn = size + r"\N".join(_escape_override(line) for line in lines) if lines else ""
    if accent:
        # Right-to-left text is reordered by libass over runs of one style alone (looked at).
        drawn = drawn.replace(ACCENT_ON, f"{{\\c{_ass_color(accent[2])}}}")
        drawn = drawn.replace(ACCENT_OFF, r"{\c&HFFFFFF&}")
    return drawn.replace(EMOJI_ON, f"{{\\fn{emoji_family()}}}").replace(EMOJI_OFF, r"{\fn}")


def _ass_color(color: str) -> str:
    """Write `#RRGGBB` as ASS does: blue, green, red."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", color):
        # #FFD400, the usual MEDIA_BRAND_COLOR.
        return "&H00D4FF&"
    return f"&H{color[5:7]}{color[3:5]}{color[1:3]}&".upper()


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) != "Cc")


def _escape_override(text: str) -> str:
    """Disarm what ASS takes for instructions; a word joiner takes a backslash's meaning away."""
    return text.replace("\\", "\\\u2060").replace("{", r"\{").replace("}", r"\}")
