"""Do burned-in subtitles say what is said, when it is said, and are they really in the picture?

The script that was drawn is held against the words, or against the subtitles somebody gave; and
the finished file's key frames against the script drawn anew on black.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from pysubs2 import SSAFile

from socialcopy.media.canvas.shots import Box, Size
from socialcopy.media.ffmpeg.commands import draw_moments
from socialcopy.media.ffmpeg.frames import Sampled
from socialcopy.media.ffmpeg.pixels import Pixels, raw_frames
from socialcopy.media.renditions.key_frames import SubtitleWatch
from socialcopy.models import Cue, Word, later, spread
from socialcopy.settings import MediaSettings

# The style of a title card, which nobody speaks.
TITLE = "Title"
# How far from a subtitle its words may be heard: a fast speaker's lag, others come early.
NEAR_MS = 1_500
# Speech without any subtitle that may pass: one that is hard to read comes 0.6 s late.
LONGEST_UNSHOWN_MS = 700
# Share of the words that subtitles show; condensed ones leave some out.
LEAST_SAID = 0.6
# How far subtitles of ours may be from their words, in the middle of all.
OFF_MS = 350
# The same for subtitles a person timed by hand.
OFF_GIVEN_MS = 1_000
FEWEST_COMPARED = 3


def script_faults(
    script: str, words: Sequence[Word], given: Sequence[Cue], head_ms: int
) -> Iterator[str]:
    """Say where a script does not show what is said, or what somebody gave to be shown."""
    shown = _shown(script)
    wanted = later(_timed(given) if given else words, head_ms)
    if any(is_garbled(one.text) for one in shown):
        garbled = next(one.text for one in shown if is_garbled(one.text))
        yield f"the subtitles are garbled (“{_short(garbled)}”)"
    if not wanted:
        return
    yield from _unshown(shown, wanted)
    yield from _unsaid(shown, wanted, "given" if given else "said")
    yield from _shifted(shown, wanted, OFF_MS)


def given_faults(given: Sequence[Cue], words: Sequence[Word]) -> Iterator[str]:
    """Say when subtitles somebody gave run before or behind the speech.

    Where they are in its language, by their words; a translation isn't judged.
    """
    offsets = [offset for one in given if (offset := _offset(one, words, 10 * NEAR_MS)) is not None]
    if len(offsets) < max(FEWEST_COMPARED, len(given) / 3):
        return
    off_ms = round(float(np.median(offsets)))
    if abs(off_ms) > OFF_GIVEN_MS:
        way = "behind" if off_ms > 0 else "ahead of"
        yield (
            f"the subtitles that were given run {abs(off_ms) / 1000:.1f} s {way} the speech; mend "
            "their times, or take them away and ours are used"
        )


# More accented letters than any language writes: Vietnamese comes to a tenth (one paragraph).
MOST_ACCENTED, ACCENTED_SHARE = 3, 0.6


def is_garbled(text: str) -> bool:
    """Tell whether a text was read in the wrong encoding, as far as letters alone can tell.

    Signs of it: replacement and control characters, UTF-8 read byte by byte, and words made of
    accented letters alone, as Cyrillic or Chinese becomes in a Western encoding.
    """
    if any(c == "\ufffd" or unicodedata.category(c) == "Cc" for c in text if c not in "\n\t"):
        return True
    if re.search("[ÃÂÐÑâ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]", text):  # noqa: RUF001  (what UTF-8 looks like in a wrong encoding)
        return True
    letters = [c for c in text if c.isalpha()]
    accented = sum("\u00c0" <= c <= "\u00ff" for c in letters)
    return accented > max(MOST_ACCENTED, ACCENTED_SHARE * len(letters))


def _shown(script: str) -> list[Cue]:
    """List what is drawn and when; a line whose words light up one by one counts once."""
    merged: list[Cue] = []
    for event in sorted(SSAFile.from_string(script).events, key=lambda event: event.start):
        text = " ".join(event.plaintext.split())
        if event.style == TITLE or not text:
            continue
        if merged and merged[-1].text == text and event.start - merged[-1].end_ms < 100:  # noqa: PLR2004  (a tenth of a second, which nobody sees)
            merged[-1] = merged[-1].model_copy(update={"end_ms": event.end})
        else:
            merged.append(Cue(start_ms=event.start, end_ms=event.end, text=text))
    return merged


def _unshown(shown: Sequence[Cue], wanted: Sequence[Word]) -> Iterator[str]:
    """Yield stretches of speech, or given subtitles, without any subtitle."""
    run: list[Word] = []
    for one in [*wanted, None]:
        if one and _tokens(one.text) and not _is_covered(one, shown):
            run.append(one)
            continue
        if run and run[-1].end_ms - run[0].start_ms > LONGEST_UNSHOWN_MS:
            text = _short(" ".join(missing.text for missing in run))
            yield f"no subtitle shows “{text}” at {run[0].start_ms / 1000:.1f} s"
            return
        run = []


def _is_covered(one: Word, shown: Sequence[Cue]) -> bool:
    """Tell whether subtitles are shown for half of a word's time; there may be a gap between."""
    both = (min(one.end_ms, s.end_ms) - max(one.start_ms, s.start_ms) for s in shown)
    return 2 * sum(max(0, ms) for ms in both) >= one.end_ms - one.start_ms


def _unsaid(shown: Sequence[Cue], wanted: Sequence[Word], how: str) -> Iterator[str]:
    """Yield subtitles whose words nobody says, and words that no subtitle shows."""
    for one in shown:
        tokens = _tokens(one.text)
        heard = _heard_near(one, wanted, NEAR_MS)
        if len(tokens) >= FEWEST_COMPARED and not any(token in heard for token in tokens):
            at = f"{one.start_ms / 1000:.1f} s"
            yield f"a subtitle shows “{_short(one.text)}” at {at}, which was not {how}"
            return
    said = [token for one in wanted for token in _tokens(one.text)]
    drawn = {token for one in shown for token in _tokens(one.text)}
    found = sum(token in drawn for token in said)
    if said and found < LEAST_SAID * len(said):
        yield f"the subtitles show {found} of the {len(said)} words that were {how}"


def _shifted(shown: Sequence[Cue], wanted: Sequence[Word], most_ms: int) -> Iterator[str]:
    offsets = [offset for one in shown if (offset := _offset(one, wanted, NEAR_MS)) is not None]
    if len(offsets) < min(FEWEST_COMPARED, len(shown)) or not offsets:
        return
    off_ms = round(float(np.median(offsets)))
    if abs(off_ms) > most_ms:
        yield f"the subtitles are {abs(off_ms)} ms {'late' if off_ms > 0 else 'early'}"


def _offset(one: Cue, wanted: Sequence[Word], near_ms: int) -> int | None:
    """Measure how much later than its first words a subtitle appears; none if they aren't found.

    Its first two words have to follow each other, since single ones are said everywhere.
    """
    first, second = [*_tokens(one.text), None, None][:2]
    said = [(token, word.start_ms) for word in wanted for token in _tokens(word.text)]
    starts = [
        at_ms
        for (token, at_ms), (following, _) in pairwise([*said, ("", 0)])
        if token == first and second in {None, following}
    ]
    near = [one.start_ms - at_ms for at_ms in starts if abs(one.start_ms - at_ms) <= near_ms]
    return min(near, key=abs, default=None)


def _heard_near(one: Cue, wanted: Sequence[Word], near_ms: int) -> set[str]:
    return {
        token
        for word in wanted
        if word.end_ms > one.start_ms - near_ms and word.start_ms < one.end_ms + near_ms
        for token in _tokens(word.text)
    }


# Thai, Lao, Burmese, Khmer, kana and Han: each character is compared for itself.
UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
TOKEN = re.compile(rf"{UNSPACED}|(?:(?!{UNSPACED})[^\W_])+")


def _tokens(text: str) -> list[str]:
    """Split a text into words without signs; scripts without spaces into single characters."""
    return TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def _timed(given: Sequence[Cue]) -> list[Word]:
    """Split given subtitles into words, each at its share of the time: long ones go in parts."""
    return [word for cue in given for word in spread(_tokens(cue.text), cue.start_ms, cue.end_ms)]


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004  (what fits into a sentence)


MOST_FRAMES = 60
# Brightness, of 255, of a pixel inside a letter drawn on black.
LETTER = 180
FEWEST_PIXELS = 60
# Nearer to its beginning or end a subtitle may or may not be in a frame.
EDGE_MS = 80
# Correlation of drawn letters and the picture around them, below which they are not there;
# 0.8 and more where they are.
SEEN = 0.3
# How far an outline reaches around a letter, in pixels of the canvas.
AROUND_PX = 4


# A longer script's area is judged by so many subtitles, spread over all.
MOST_DRAWN = 120
# Brightness from which a pixel belongs to a letter and not to its shadow.
INK = 60
# How many times smaller than the canvas it is drawn to be measured.
SCALE = 2


def spoken_text(script: str) -> str:
    """Return the characters a script draws, without its instructions."""
    return "".join(event.plaintext for event in SSAFile.from_string(script))


def drawn_area(script: str, size: Size, settings: MediaSettings) -> Box | None:
    """Return the box around all that a script draws on a canvas; none when it draws nothing."""
    events = SSAFile.from_string(script).events
    # Rounded up, so that no more than so many are left.
    step = max(1, -(-len(events) // MOST_DRAWN))
    times_ms = sorted({(event.start + event.end) / 2 for event in events[::step]})
    if not times_ms:
        return None
    small = size[0] // SCALE, size[1] // SCALE
    whole = Box(left=0, top=0, width=small[0], height=small[1])
    ink = _drawn(script, small, whole, times_ms, settings).max(axis=0) > INK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return None
    return Box(
        left=int(columns[0]) * SCALE,
        top=int(rows[0]) * SCALE,
        width=int(columns[-1] - columns[0] + 1) * SCALE,
        height=int(rows[-1] - rows[0] + 1) * SCALE,
    )


def drawn_faults(
    watch: SubtitleWatch, sampled: Sampled, script: str, settings: MediaSettings
) -> Iterator[str]:
    """Say when a subtitle of the script is not to be seen in a finished file's key frames."""
    edges = {at for e in SSAFile.from_string(script).events for at in (e.start, e.end)}
    chosen = [
        number
        for number, at_ms in enumerate(sampled.all_ms)
        if all(abs(at_ms - edge) >= EDGE_MS for edge in edges)
    ]
    chosen = chosen[:: max(1, -(-len(chosen) // MOST_FRAMES))]
    if not chosen:
        return
    times_ms = [sampled.all_ms[number] for number in chosen]
    drawn = _drawn(script, watch.size, watch.box, times_ms, settings)
    around_px = max(1, round(AROUND_PX * watch.scale))
    for number, at_ms, wanted in zip(chosen, times_ms, drawn, strict=False):
        if not _is_there(wanted, watch.at(number, sampled), around_px):
            yield f"the subtitle at {at_ms / 1000:.1f} s is not to be seen"
            return


def _is_there(wanted: Pixels, found: Pixels, around_px: int) -> bool:
    """Tell whether the letters of a drawing stand out in a frame where they should."""
    letters = wanted > LETTER
    if letters.sum() < FEWEST_PIXELS:
        return True
    around = letters
    # The letters and a rim around them: a white subtitle over a white wall is told by its
    # outline.
    for axis in (0, 1):
        for shift in range(-around_px, around_px + 1):
            around = around | np.roll(letters, shift, axis)
    one, other = wanted[around].astype(np.float64), found[around].astype(np.float64)
    if one.std() == 0 or other.std() == 0:
        return False
    return float(np.corrcoef(one, other)[0, 1]) > SEEN


def _drawn(
    script: str, size: Size, box: Box, times_ms: Sequence[float], settings: MediaSettings
) -> Pixels:
    """Draw a part of a canvas of that size as the script does at some moments, on black."""
    argv = draw_moments("script.ass", size=size, box=box, times_ms=times_ms)
    shape, files = (box.height, box.width), {"script.ass": script}
    return raw_frames(argv, shape, settings, most=len(times_ms), files=files)[0]
