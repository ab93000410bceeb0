"""Captions that are part of the picture: they write along what is said, and tell nothing else.

Clips made for feeds often have them. Read as cards they are halves of sentences in capitals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import regex

from socialcopy.models import ScreenText, Word

# How far from its words a line may be seen: pictures are looked at now and then.
APART_MS = 2_500
# Lines of two words and more, and their share of all such, from which a picture has captions; a
# slide that is read aloud stays longer and has fewer.
FEWEST_LINES = 5
LEAST_SHARE = 0.5
# Share of them that are cut out of a sentence, as captions are. Cards that are read aloud begin
# with a capital, and have no small word at an edge.
CUT_SHARE = 0.3
FEWEST_WORDS, SMALL_LETTERS = 3, 3
LONGEST_MS = 6_000

# Words that are written one or a few at a time stand in the middle, large, in one place, and have
# changed so soon after; a card is still there.
MIDDLE, LEAST_HEIGHT, BAND = 0.12, 0.03, 0.15
MOST_WORDS = 4
LOOK_AGAIN_MS = 900
MOST_LOOKS = 4
FEWEST_LOOKS = 3
CHANGED_SHARE = 0.75


def moments_to_look_again(screen: Sequence[ScreenText], words: Sequence[Word]) -> tuple[int, ...]:
    """Tell when a second look, in milliseconds, shows whether the picture has captions.

    None where nothing in its middle is said while it is seen, or where that is known already.
    """
    band = _band(screen)
    times = sorted({line.start_ms for line in band if _is_said_near(line, words)})
    is_likely = len(times) >= max(FEWEST_LINES, LEAST_SHARE * len({x.start_ms for x in band}))
    if not is_likely or captions_in(screen, words):
        return ()
    step = -(-len(times) // MOST_LOOKS)
    return tuple(time_ms + LOOK_AGAIN_MS for time_ms in times[::step])


def _band(screen: Sequence[ScreenText]) -> list[ScreenText]:
    """List the few large words in the middle that are seen in one place, and nowhere longer."""
    large = [
        line
        for line in screen
        if abs((line.box.left + line.box.right) / 2 - 0.5) <= MIDDLE
        and line.box.bottom - line.box.top >= LEAST_HEIGHT
        and len(line.text.split()) <= MOST_WORDS
    ]
    middle = sorted(line.box.top for line in large)[len(large) // 2] if large else 0.0
    return [line for line in large if abs(line.box.top - middle) <= BAND]


def _is_said_near(line: ScreenText, words: Sequence[Word]) -> bool:
    """Tell whether any word of a line is said about when it is seen first."""
    shown = {_plain(part) for part in line.text.split()}
    near = (w for w in words if abs(w.start_ms - line.start_ms) <= APART_MS)
    return any(_plain(word.text) in shown for word in near)


def _restless(screen: Sequence[ScreenText], words: Sequence[Word]) -> tuple[ScreenText, ...]:
    """Return words in the middle that had changed at each second look, and are said."""
    band = _band(screen)
    times = {time_ms for line in screen for time_ms in (line.start_ms, line.end_ms)}
    looks = [t for t in sorted({line.start_ms for line in band}) if t + LOOK_AGAIN_MS in times]
    stayed = [any(x.start_ms <= t and x.end_ms >= t + LOOK_AGAIN_MS for x in band) for t in looks]
    said = sum(_is_said_near(line, words) for line in band)
    is_changing = len(looks) >= FEWEST_LOOKS and sum(stayed) <= (1 - CHANGED_SHARE) * len(looks)
    return tuple(band) if is_changing and said >= LEAST_SHARE * len(band) else ()


def captions_in(screen: Sequence[ScreenText], words: Sequence[Word]) -> tuple[ScreenText, ...]:
    """Return the lines of a picture that are its captions; none where it has no captions."""
    said = [_plain(word.text) for word in words]
    starts: dict[str, list[int]] = {}
    for n, word in enumerate(said):
        starts.setdefault(word, []).append(n)
    ends = {line: [*_last_words(line, said, starts)] for line in screen}
    long = [line for line in screen if len(line.text.split()) > 1]
    along = [line for line in long if _is_said_then(line, [words[n] for n in ends[line]])]
    cut = sum(_is_cut(line, [words[n] for n in ends[line]]) for line in along)
    is_captioned = len(along) >= max(FEWEST_LINES, LEAST_SHARE * len(long))
    is_captioned = is_captioned and cut >= CUT_SHARE * len(along)
    told = tuple(line for line in screen if ends[line])
    return told if is_captioned else _restless(screen, words)


def _is_cut(line: ScreenText, ends: Sequence[Word]) -> bool:
    """Tell whether a line begins small, or ends within a sentence with a small word at an edge."""
    first, *others = map(_plain, line.text.split())
    is_within = any(word.text[-1:].isalnum() for word in ends) and len(others) + 1 >= FEWEST_WORDS
    is_edged = min(len(first), len(others[-1])) <= SMALL_LETTERS
    return line.text[:1].islower() or (is_within and is_edged)


def _is_said_then(line: ScreenText, ends: Sequence[Word]) -> bool:
    """Tell whether a line's words are said while it is seen, by the last of them."""
    is_short = line.end_ms - line.start_ms <= LONGEST_MS
    first, last = line.start_ms - APART_MS, line.end_ms + APART_MS
    return is_short and any(first <= word.start_ms <= last for word in ends)


def _last_words(
    line: ScreenText, said: Sequence[str], starts: Mapping[str, Sequence[int]]
) -> Iterable[int]:
    """Yield where the last word of a line is said, wherever its words are said in a row."""
    wanted = [found for part in line.text.split() if (found := _plain(part))]
    places = starts.get(wanted[0], ()) if wanted else ()
    return (n + len(wanted) - 1 for n in places if said[n : n + len(wanted)] == wanted)


def _plain(text: str) -> str:
    return "".join(regex.findall(r"[\p{L}\p{N}]", text.casefold()))
