"""Requests in any word order: what they are about, an amount, and otherwise everyday words only.

Tried after the rules of the other modules. Each reader takes its own words and amounts out of a
clause; a word that is neither its own nor everyday is left over, and the clause is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from socialcopy.engine.editing.edits import (
    AddMusic,
    AddTitle,
    Arrange,
    Edit,
    HideSubtitles,
    Keep,
    Remove,
    SetSpeed,
    SetVolume,
    Span,
)
from socialcopy.engine.editing.parser import picture
from socialcopy.engine.editing.parser.numbers import in_figures, milliseconds
from socialcopy.engine.editing.parser.rules import SIGNS, WORDS, forbids, found, used_up, without
from socialcopy.engine.editing.parser.sound import (
    AMOUNT,
    FASTER,
    LOUDER,
    QUIETER,
    SLOWER,
    share_of,
)

EVERYDAY = WORDS.talk.everyday
SOFT_MUSIC = 0.3
"""What "quietly" means for music under speech, as a factor."""
UNQUOTED = re.compile(
    rf"^(?P<head>[^:：]{{3,80}}?(?:(?:{WORDS.title.saying})\s*[:：]?|[:：]))\s+(?P<words>[^\x01\x02:]{{1,80}})$",
    re.IGNORECASE,
)


def _cut(clause: str) -> Edit | None:
    """Read a stretch of time that goes or stays; which one has to be said."""
    words = WORDS.cut
    between = found(SIGNS["range"], clause)
    if between is not None:
        return _cut_range(clause, between)
    time = found(SIGNS["a"], clause)
    if time is None or re.fullmatch(r"[\d.\s-]+", time["a"]):  # a number of what?
        return None
    own = (words.gone, words.kept, words.start, words.end, words.later, words.earlier)
    around = (words.around, words.begin, words.stop, words.mark, EVERYDAY)
    if not used_up(clause, re.escape(time["a"]), *own, *around):
        return None
    return _cut_end(clause, milliseconds(time["a"]))


def _cut_range(clause: str, between: re.Match[str]) -> Edit | None:
    words = WORDS.cut
    start_ms, end_ms = milliseconds(between["a"]), milliseconds(between["b"])
    goes, stays = _goes(clause), _stays(clause)
    is_clear = goes != stays and start_ms < end_ms
    own = (words.gone, words.kept, words.part, words.mark, EVERYDAY)
    if not is_clear or not used_up(clause, SIGNS["range"], *own):
        return None
    span = Span(start_ms=start_ms, end_ms=end_ms)
    return Remove(span=span) if goes else Keep(span=span)


def _goes(clause: str) -> bool:
    return bool(found(WORDS.cut.gone, clause))


def _stays(clause: str) -> bool:
    """Tell whether a clause keeps something; "I don't want" and "I just don't need" do not."""
    return not _goes(clause) and bool(found(WORDS.cut.stays, clause))


def _cut_end(clause: str, amount_ms: int) -> Edit | None:
    words = WORDS.cut
    if found(words.begin, clause) and found(words.later, clause):
        return Remove(span=Span(end_ms=amount_ms))
    if found(words.stop, clause) and found(words.earlier, clause):
        return Remove(span=Span(start_ms=-amount_ms))
    at_start, at_end = bool(found(words.start, clause)), bool(found(words.end, clause))
    if at_start == at_end or not (_goes(clause) or _stays(clause)):
        return None
    span = Span(end_ms=amount_ms) if at_start else Span(start_ms=-amount_ms)
    return Remove(span=span) if _goes(clause) else Keep(span=span)


def _volume(clause: str) -> Edit | None:
    words = WORDS.sound
    if found(WORDS.music.tune, clause) and not found(words.named, clause):
        return None
    is_silent = found(words.silent, clause)
    if not is_silent and not any(
        found(word, clause) for word in (words.named, words.turn_it, words.level)
    ):
        return None
    own = (words.named, words.turned, words.upwards, words.downwards, EVERYDAY, words.plain)
    stated, shares = found(AMOUNT, clause), (words.half, words.double)
    if stated or any(found(share, clause) for share in shares):
        return _level(clause, stated) if used_up(clause, AMOUNT, *shares, *own) else None
    if (_goes(clause) or is_silent) and used_up(
        clause, WORDS.cut.gone, words.named, words.silent, words.wholly, EVERYDAY
    ):
        return SetVolume(factor=0)
    return _louder_or_quieter(clause) if used_up(clause, *own) else None


def _louder_or_quieter(clause: str) -> Edit | None:
    up, down = found(WORDS.sound.upwards, clause), found(WORDS.sound.downwards, clause)
    if bool(up) == bool(down):
        return None
    return SetVolume(factor=LOUDER if up else QUIETER, is_relative=True)


def _level(clause: str, stated: re.Match[str] | None) -> SetVolume:
    """Read "to 50%" as a level; "by 50%", "half as loud" and "twice as loud" are changes."""
    words = WORDS.sound
    if stated is None:
        factor = 0.5 if found(words.half, clause) else 2.0
        return SetVolume(factor=factor, is_relative=not found(words.to_half, clause))
    share = share_of(stated)
    if found(words.by, clause) or found(rf"%\s*(?:{words.compared})", clause):
        down = found(words.downwards, clause)
        return SetVolume(factor=max(0.0, 1 - share) if down else 1 + share, is_relative=True)
    return SetVolume(factor=share)


def _speed(clause: str) -> Edit | None:
    words, sound = WORDS.speed, WORDS.sound
    is_slow, is_pace = bool(found(words.slow, clause)), bool(found(words.pace, clause))
    own = (sound.half, sound.double, words.pace, words.slow, words.run, sound.plain, sound.upwards)
    if not (is_slow or is_pace) or not used_up(clause, AMOUNT, SIGNS["factor"], *own, EVERYDAY):
        return None
    factor = _pace(clause, is_slow=is_slow)
    return SetSpeed(factor=factor) if factor > 0 else None


def _pace(clause: str, *, is_slow: bool) -> float:
    """Return the speed that a clause asks for, as a factor; 0 for none."""
    sound = WORDS.sound
    percent, times = found(AMOUNT, clause), found(SIGNS["factor"], clause)
    if percent:
        return _share_of_pace(clause, share_of(percent), is_slow=is_slow)
    if times:
        number = float(times["n"])
        return 1 / number if is_slow and number > 1 else number
    if found(sound.half, clause) or found(sound.double, clause):
        return 0.5 if is_slow or found(sound.half, clause) else 2.0
    if is_slow:
        return SLOWER
    return FASTER if found(WORDS.speed.hurried, clause) else 0


def _share_of_pace(clause: str, share: float, *, is_slow: bool) -> float:
    """Read "to 80%" as a speed; "by 20%" and "20% slower" are changes."""
    words, is_change = WORDS.speed, found(WORDS.sound.by, clause)
    if is_slow:
        return 1 - share if is_change or found(words.less, clause) else share
    return 1 + share if is_change or found(rf"%\s*(?:{words.faster})", clause) else share


def _aspect(clause: str) -> Edit | None:
    words, ratio = WORDS.shape, SIGNS["ratio"]
    shapes = [picture.aspect_of(m) for m in re.finditer(ratio, clause, re.IGNORECASE)]
    if not shapes or any(shape != shapes[0] for shape in shapes):
        return None
    return shapes[0] if used_up(clause, ratio, words.shaping, words.feeds, EVERYDAY) else None


def _subtitles(clause: str) -> Edit | None:
    words, styles = WORDS.subtitles, picture.STYLES
    if not found(words.asked, clause) or found(SIGNS["quoted"], clause):
        return None
    gone = WORDS.cut.gone
    if found(gone, clause) and used_up(clause, gone, words.asked, words.spoken, EVERYDAY):
        return HideSubtitles()
    bare = without(words.outline, clause)
    if re.fullmatch(words.bare, bare, re.IGNORECASE):
        return picture.style_of(bare)
    if not any(found(word, bare) for word in (words.brought, words.spoken, *styles)):
        return None
    own = (words.asked, words.spoken, words.brought, words.styled)
    return picture.style_of(bare) if used_up(bare, *styles, *own, EVERYDAY) else None


def _title(clause: str) -> Edit | None:
    words, quoted = WORDS.title, re.findall(SIGNS["quoted"], clause)
    if len(quoted) != 1 or not found(words.headed, clause):
        return None
    if not used_up(clause, SIGNS["quoted"], words.headed, words.captioning, EVERYDAY):
        return None
    return AddTitle(text=quoted[0], at_end=bool(found(words.at_end, clause)))


def unquoted_title(clause: str) -> AddTitle | None:
    """Read a title without quotation marks: its text stands behind "saying" or a colon."""
    words, title = WORDS.title, UNQUOTED.match(clause)
    if title is None or not found(words.named, title["head"]) or "\x01" in clause:
        return None
    if not used_up(title["head"], words.headed, words.captioning, EVERYDAY):
        return None
    return AddTitle(text=title["words"].strip())


def _music(clause: str) -> Edit | None:
    """Read a wish for a tune that was supplied; which one has to be said, or that it is ours."""
    words = WORDS.music
    if not all(found(word, clause) for word in (words.tune, words.uploaded, words.laid)):
        return None
    own = (words.tune, words.supplied, words.laid, words.softly, WORDS.sound.named)
    if not used_up(clause, AMOUNT, *own, EVERYDAY):
        return None
    stated = found(AMOUNT, clause)
    soft = SOFT_MUSIC if found(words.softly, clause) else None
    return AddMusic(volume=share_of(stated) if stated else soft)


def _order(clause: str) -> Edit | None:
    words = WORDS.order
    if found(words.backwards, clause) and found(words.sequence, clause):
        is_all = used_up(clause, words.backwards, words.ordering, EVERYDAY)
        return Arrange(how="reverse") if is_all else None
    if found(words.swap, clause) and used_up(clause, words.swapped, words.ordering, EVERYDAY):
        return Arrange(how="swap")
    how = rf"(?:{words.before}|(?P<after>{words.after}))"
    two = found(rf"{SIGNS['x']}\D*?{how}\D*?{SIGNS['y']}", clause)
    return _two(clause, two) if two else _one(clause)


def _two(clause: str, two: re.Match[str]) -> Edit | None:
    """Put one clip before or after another."""
    words, rest = WORDS.order, without(SIGNS["clip"], clause, count=2)
    if not used_up(rest, words.ordering, words.before, words.after, words.at_first, EVERYDAY):
        return None
    x, y = picture.clips_in(two["x"]), picture.clips_in(two["y"])
    return Arrange(how="before", clips=y + x if two["after"] else x + y)


def _one(clause: str) -> Edit | None:
    """Put one clip first or last."""
    words, cut = WORDS.order, WORDS.cut
    clips = picture.clips_in(without(words.trailing, clause))
    rest = without(SIGNS["clip"], clause, count=1)
    if len(clips) != 1 or not found(words.clip, clause):
        return None
    first, last = found(words.first, rest), found(words.last, rest)
    own = (words.ordering, cut.start, cut.end, EVERYDAY, words.first)
    if bool(first) == bool(last) or not used_up(rest, *own):
        return None
    return Arrange(how="first" if first else "last", clips=clips)


READERS: tuple[Callable[[str], Edit | None], ...] = (
    _title,
    _subtitles,
    _music,
    _aspect,
    _cut,
    _volume,
    _speed,
    _order,
)

RANGE = re.sub(r"\?P<\w+>", "?:", SIGNS["range"])
TOPIC = f"{RANGE}|{WORDS.cut.topic}|{WORDS.subtitles.asked}"


def topic_in(clause: str) -> str | None:
    """Find what an observation is about: in "the first 4 seconds are boring", 4 seconds."""
    topic = found(TOPIC, in_figures(clause))
    return topic[0] if topic else None


def of_topic(clause: str, topic: str) -> Edit | None:
    """Read what "lose them" or "take that part out" wants of the topic of the clause before."""
    words = WORDS.cut
    goes, keeps = _goes(clause), bool(found(words.kept, clause))
    verbs = (words.gone,) * goes + (words.kept,) * keeps
    if (
        not verbs
        or forbids(clause)
        or not found(words.pronoun, clause)
        or not used_up(clause, words.pronoun, *verbs, EVERYDAY)
    ):
        return None
    # Put into words again, and read as if it had been said so.
    return read(f"{'remove' if goes else 'keep only'} {topic}")


def read(clause: str) -> Edit | None:
    """Read what a clause wants; none when two readers would understand it differently."""
    plain = in_figures(clause)
    edits = [edit for reader in READERS if (edit := reader(plain)) is not None]
    return edits[0] if len({type(edit) for edit in edits}) == 1 else None
