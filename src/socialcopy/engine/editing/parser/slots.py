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
from socialcopy.engine.editing.parser.numbers import NUMBER, TIME, in_digits, milliseconds
from socialcopy.engine.editing.parser.rules import QUOTED, used_up
from socialcopy.engine.editing.parser.sound import FASTER, LOUDER, QUIETER, SLOWER
from socialcopy.engine.editing.parser.stop_words import EVERYDAY, forbids, plainly

NOT_WANTED = (
    r"\b(?:(?:i|we) )?(?:don't|do not|doesn't need|won't|no longer|not) (?:really )?(?:need|want|like|show|have|use|add|keep|any)\b"
    r"|\b(?:i'd|we'd|would) rather not (?:have|see|use)?\b|\bnot\b|\bno\b|\bwithout\b|\bnever\b"
)
GONE = (
    rf"{NOT_WANTED}|\b(?:has|have|needs?) to go\b|\bmust go\b|少|\b(?:remove|removed|cut|cuts|trim|trimmed|delete|drop|chop|skip|lose|take|taken|shave|snip|discard|get rid|rid|"
    r"ditch|scrap|lop|kill|strip|erase|clip|axe|bin|throw|gone|leave out|cut out|out|off|away|turn off|switch off|hide|disable)\b"
    r"|去掉|去除|去|删除|删掉|删|剪掉|剪|裁掉|裁|移除|切掉|切|砍掉|砍|不要|不用|不需要|别加|别|不想要|不|取消|关掉|关闭|关了|关|掉|没有|无"
)
KEPT = (
    r"\b(?:only|keep|kept|just|leave|use|show|stick to|nothing but|part|parts|portion|section|piece|segment|stretch|between|until|till|and|but)\b"
    r"|只|保留|留下|留|至"
)
START = r"\b(?:first|opening|initial|beginning|start|starts|intro|front|head|starting)\b|开头|开始|最前面?|前面?|片头|起始"
END = r"\b(?:last|final|closing|ending|end|ends|tail|back|outro)\b|最后面?|结尾|末尾|片尾|后面?"
LATER, EARLIER = r"\b(?:later|after|in)\b|晚", r"\b(?:earlier|sooner|before)\b|早|提前"
BEGIN, STOP = r"\b(?:start|starts|begin|begins)\b|开始", r"\b(?:end|ends|finish|stop|stops)\b|结束"
PART = r"\b(?:part|parts|portion|section|piece|segment|stretch|between|until|till|and)\b|至|部分"
MARK = r"\b(?:mark|long|worth)\b"
RANGE = (
    rf"(?P<a>{TIME})\s*(?:to|through|until|till|and|up to|-|–|—|~|到|至)\s*(?:the )?(?P<b>{TIME})"
)

SOUND = r"\b(?:sound|sounds|audio|volume|loudness|soundtrack|noise level)\b|声音|音量|音频|原声|声"
SILENT = r"\b(?:mute|muted|silent|silence|soundless|quiet)\b|静音|无声"
TURNED = r"\b(?:turn|bring|pull|dial|crank|set|raise|lower|boost|push|reduce|increase|change|adjust|drop|level)\b|开|放|调整?|设为|降低?|提高|升"
UPWARDS = r"\b(?:up|louder|higher|raise|boost|crank|increase|loud)\b|大|高|响"
DOWNWARDS = r"\b(?:down|quieter|softer|lower|reduce|quiet|soft|drop)\b|小|低|轻"
AMOUNT = rf"(?P<n>{NUMBER})\s*(?:%|percent\b|per cent\b)"
HALF, DOUBLE = r"\bhalf\b|\bhalve\b|一半|减半", r"\b(?:double|twice)\b|加倍|翻倍|两倍|2倍"
TIMES = rf"(?P<n>{NUMBER})\s*(?:x\b|×|times\b|倍)"
PACE = r"\d\s*x\b|\b(?:speed|speeds|fast|faster|pace|tempo|playback|rate|quicker)\b|倍速|速度|快|播放|加速|加快"
SLOW = r"\b(?:slow[- ]?mo(?:tion)?|slow|slower|slowly|slowed)\b|慢|减速"
RUN = r"\b(?:version|x|play|plays|run|runs|back|down|up|set|change)\b|放"
NEED_OF_IT = r"\b(?:original|normal|current|its|as|times?|at|of|original)\b|原来|原|速"

FEEDS = r"\b(?:feed|feeds|reels?|stories|story|shorts?|tiktok|instagram|insta|youtube|linkedin|phones?|mobile|tv|desktop)\b"
SHAPING = (
    r"\b(?:flip|recut|post|posts|cut|edit|crop|cropped|convert|reframe|resize|reshape|turn|change|switch|format|reformat|frame|fit|fits|aspect|ratio|"
    r"shape|orientation|mode|version|format|dimensions?|screen|output)\b|裁剪?|调整?|转换?|比例|尺寸|画幅|格式|版|形|适合"
)
SPOKEN = r"\b(?:speech|dialogue|dialog|spoken|said|saying|talking|voice|words|text|what|burned|burnt|burn|hard ?coded|screen|onscreen)\b|说话|台词"
SUBTITLING = r"\b(?:text|words) (?:of|from) (?:the |what is )?(?:speech|dialogue|voice|said)\b|\b(?:sub ?titles?|subs|captions?|captioned|captioning|subtitled|cc)\b|字幕"
EVERYDAY_ALL = r"(?:it|this|everything|(?:the|this|my) (?:video|clip))"
BROUGHT = r"\b(?:bring|back|turn|switch|enable|add|show|include|burn|burned|display|overlay|on|use|set|style|change|move|place|placed)\b|加上?|打开|开启?|显示|添加|配上?|放|移|挪"
STYLED = (
    r"\b(?:letters?|lettering|font|fonts|type|colou?r|coloured|colored|size|sized|position|frame|picture|style|look|"
    r"(?:black )?(?:outlines?|border|edge|stroke|outlined))\b|字体|颜色|大小|字|号|黑边|描边|位置"
)
HEADED = (
    picture.TITLE
    + r"|\b(?:words?|caption card|intro card|end card|card|banner|sign|letters|overlay)\b|几?个字|写上?|标题|文字|字样|大字|字幕条"
)
QUOTE_MARK = "\x01"
UNQUOTED = re.compile(
    r"^(?P<head>[^:：]{3,80}?(?:\b(?:saying|says|reading|reads)\b\s*[:：]?|[:：]))\s+(?P<words>[^\x01\x02:]{1,80})$",
    re.IGNORECASE,
)
CAPTIONING = (
    r"\b(?:letters|open|stick|pop|slap|throw|drop|appear|appears|appearing|front|caption|card|add|insert|show|display|include|overlay|write|place|across|top|bottom|middle|cent(?:er|re)|up|says?|saying|reads?|reading|"
    r"which|words?|called|named|title|text|heading|headline|banner|screen|picture|big|bold|large|beginning|start|opening|own)\b"
    r"|添加|加上?|配上?|写上?|打上?|贴上?|打出|显示|放上?|叫做?|写着|内容|顶部|上方?|开头|片头|大"
)
TUNE = (
    r"\b(?:background music|music|bgm|song|track|tune|soundtrack|score|audio file|audio track|(?:background )?audio|mp3|wav|m4a|jingle)\b"
    r"|背景音乐|配乐|音乐|歌曲?|音频|曲子|音轨"
)
SUPPLIED = (
    r"\b(?:uploaded|upload|sent|send|gave|given|supplied|provided|attached|attach|own|file|files|with|earlier|added)\b"
    r"|上传|[发传]的?|提供|文件|那首|这首"
)
LAID = (
    r"\b(?:running|playing|runs|plays|add|lay|use|play|set|include|insert|mix|underneath|under|beneath|behind|underlay|run|background)\b"
    r"|加上?|配上?|放|当作?|作为|背景|垫"
)
SOFTLY = r"\b(?:quietly|softly|low|subtle|subtly|gently|quiet|soft)\b|小声|轻轻|轻声"
SOFT_MUSIC = 0.3
"""What "quietly" means for music under speech, as a factor."""
UPLOADED = r"\b(?:i|we)(?:'ve| have)? (?:just )?(?:uploaded|sent|gave|attached|supplied|provided)\b|\bmy\b|\buploaded\b|上传|我[发传]|我的|提供"

ORDERING = r"\b(?:order|sequence|play|come|comes|go|goes|appear|appears|start|begin|open|move|place|swap|arrange|run|clips?|around|round|sequence|videos?|up|should)\b|顺序|播放|排列?|放|移|片段|次序|出现"
BACKWARDS = r"\b(?:reverse|reversed|inverted|flip|flipped|opposite|other way round|other way around|backwards? order)\b|倒过来|反过来|倒序|颠倒|相反"


def _has(pattern: str, clause: str) -> re.Match[str] | None:
    return re.search(pattern, clause, re.IGNORECASE)


def _cut(clause: str) -> Edit | None:
    """Read a stretch of time that goes or stays; which one has to be said."""
    found = _has(RANGE, clause)
    if found is not None:
        return _cut_range(clause, found)
    found = _has(rf"(?P<a>{TIME})", clause)
    if found is None or not re.search(r"[:a-z秒分]", found["a"], re.IGNORECASE):
        return None
    if not used_up(
        clause,
        re.escape(found["a"]),
        GONE,
        KEPT,
        START,
        END,
        LATER,
        EARLIER,
        BEGIN,
        STOP,
        MARK,
        EVERYDAY,
    ):
        return None
    return _cut_end(clause, milliseconds(found["a"]))


def _cut_range(clause: str, found: re.Match[str]) -> Edit | None:
    start_ms, end_ms = milliseconds(found["a"]), milliseconds(found["b"])
    goes, stays = _goes(clause), _stays(clause)
    is_clear = goes != stays and start_ms < end_ms
    if not is_clear or not used_up(clause, RANGE, GONE, KEPT, PART, MARK, EVERYDAY):
        return None
    span = Span(start_ms=start_ms, end_ms=end_ms)
    return Remove(span=span) if goes else Keep(span=span)


def _goes(clause: str) -> bool:
    return bool(_has(GONE, clause))


def _stays(clause: str) -> bool:
    """Tell whether a clause keeps something; "I don't want" and "I just don't need" do not."""
    rest = re.sub(GONE, " ", clause, flags=re.IGNORECASE)
    return not _goes(clause) and bool(
        _has(r"\b(?:only|keep|just|leave|nothing but|stick to|want|use|show)\b|只|留", rest)
    )


def _cut_end(clause: str, amount_ms: int) -> Edit | None:
    if _has(BEGIN, clause) and _has(r"\blater\b|晚", clause):
        return Remove(span=Span(end_ms=amount_ms))
    if _has(STOP, clause) and _has(r"\b(?:earlier|sooner)\b|早|提前", clause):
        return Remove(span=Span(start_ms=-amount_ms))
    at_start, at_end = bool(_has(START, clause)), bool(_has(END, clause))
    if at_start == at_end or not (_goes(clause) or _stays(clause)):
        return None
    span = Span(end_ms=amount_ms) if at_start else Span(start_ms=-amount_ms)
    return Remove(span=span) if _goes(clause) else Keep(span=span)


def _volume(clause: str) -> Edit | None:
    if _has(TUNE, clause) and not _has(SOUND, clause):
        return None
    is_turned = _has(
        r"\bturn (?:it|this|the \w+)? ?(?:up|down)\b|\b(?:boost|crank) (?:it|this)\b|\bturn (?:up|down)\b",
        clause,
    )
    is_level = _has(r"\b(?:louder|quieter|softer|loud)\b", clause)
    if not (_has(SOUND, clause) or _has(SILENT, clause) or is_turned or is_level):
        return None
    own = (SOUND, TURNED, UPWARDS, DOWNWARDS, EVERYDAY, NEED_OF_IT)
    stated = _has(AMOUNT, clause)
    if stated or _has(HALF, clause) or _has(DOUBLE, clause):
        return _level(clause, stated) if used_up(clause, AMOUNT, HALF, DOUBLE, *own) else None
    if (_goes(clause) or _has(SILENT, clause)) and used_up(
        clause, GONE, SOUND, SILENT, r"\bcompletely|entirely|totally\b", EVERYDAY
    ):
        return SetVolume(factor=0)
    if not used_up(clause, *own):
        return None
    return _louder_or_quieter(clause)


def _louder_or_quieter(clause: str) -> Edit | None:
    up, down = _has(UPWARDS, clause), _has(DOWNWARDS, clause)
    if bool(up) == bool(down):
        return None
    return SetVolume(factor=LOUDER if up else QUIETER, is_relative=True)


def _level(clause: str, stated: re.Match[str] | None) -> SetVolume:
    """Read "to 50%" as a level; "by 50%", "half as loud" and "twice as loud" are changes."""
    down = bool(_has(DOWNWARDS, clause))
    is_change = bool(_has(r"\bby\b", clause))
    if stated is None:
        factor = 0.5 if _has(HALF, clause) else 2.0
        return SetVolume(factor=factor, is_relative=not _has(r"\bto half\b", clause))
    share = float(stated["n"]) / 100
    if is_change or _has(r"%\s*(?:louder|quieter|softer)", clause):
        return SetVolume(factor=max(0.0, 1 - share) if down else 1 + share, is_relative=True)
    return SetVolume(factor=share)


def _speed(clause: str) -> Edit | None:
    is_slow, is_pace = bool(_has(SLOW, clause)), bool(_has(PACE, clause))
    if not (is_slow or is_pace) or not used_up(
        clause, AMOUNT, TIMES, HALF, DOUBLE, PACE, SLOW, RUN, NEED_OF_IT, UPWARDS, EVERYDAY
    ):
        return None
    return _pace(clause, is_slow=is_slow)


def _pace(clause: str, *, is_slow: bool) -> Edit | None:
    percent, times = _has(AMOUNT, clause), _has(TIMES, clause)
    if percent:
        share = float(percent["n"]) / 100
        if _has(r"%\s*(?:faster|quicker)|\bby\b(?!.*slow)", clause) and not is_slow:
            return SetSpeed(factor=1 + share)
        is_less = _has(r"%\s*slower|\bby\b|慢\s*\d+", clause) and is_slow
        factor = 1 - share if is_less else share
    elif times:
        number = float(times["n"])
        factor = 1 / number if is_slow and number > 1 else number
    elif _has(HALF, clause):
        factor = 0.5
    elif _has(DOUBLE, clause):
        factor = 0.5 if is_slow else 2.0
    else:
        factor = SLOWER if is_slow else FASTER
        is_asked = is_slow or _has(r"\b(?:faster|quicker|up)\b|快|加速", clause)
        return SetSpeed(factor=factor) if is_asked else None
    return SetSpeed(factor=factor) if factor > 0 else None


def _aspect(clause: str) -> Edit | None:
    shapes = [picture.aspect_of(m) for m in re.finditer(picture.RATIO, clause, re.IGNORECASE)]
    if not shapes or any(shape != shapes[0] for shape in shapes):
        return None
    return shapes[0] if used_up(clause, picture.RATIO, SHAPING, FEEDS, EVERYDAY) else None


def _subtitles(clause: str) -> Edit | None:
    if not _has(SUBTITLING, clause) or _has(QUOTED, clause):
        return None
    if _has(GONE, clause) and used_up(clause, GONE, SUBTITLING, SPOKEN, EVERYDAY):
        return HideSubtitles()
    styles = picture.STYLES
    outline = r"\bblack (?:outlines?|border|edge|stroke)\b|黑边|黑色描边"
    bare = re.sub(outline, " ", clause, flags=re.IGNORECASE)
    if re.fullmatch(rf"(?:please )?subtitle {EVERYDAY_ALL}", bare, re.IGNORECASE):
        return picture.style_of(bare)
    if not (
        _has(BROUGHT, bare) or any(_has(style, bare) for style in styles) or _has(SPOKEN, bare)
    ):
        return None
    if not used_up(bare, *styles, SUBTITLING, SPOKEN, BROUGHT, STYLED, EVERYDAY):
        return None
    return picture.style_of(bare)


def _title(clause: str) -> Edit | None:
    quoted = re.findall(QUOTED, clause)
    if len(quoted) != 1 or not _has(HEADED, clause):
        return None
    if not used_up(clause, QUOTED, HEADED, CAPTIONING, EVERYDAY):
        return None
    return AddTitle(text=quoted[0], at_end=bool(_has(r"\bat the (?:very )?end\b|结尾", clause)))


def unquoted_title(clause: str) -> AddTitle | None:
    """Read a title without quotation marks: its text stands behind "saying" or a colon."""
    found = UNQUOTED.match(clause)
    if found is None or not _has(picture.TITLE, found["head"]) or QUOTE_MARK in clause:
        return None
    if not used_up(found["head"], HEADED, CAPTIONING, EVERYDAY):
        return None
    return AddTitle(text=found["words"].strip())


def _music(clause: str) -> Edit | None:
    """Read a wish for a tune that was supplied; which one has to be said, or that it is ours."""
    if not (_has(TUNE, clause) and _has(UPLOADED, clause) and _has(LAID, clause)):
        return None
    if not used_up(clause, AMOUNT, TUNE, SUPPLIED, LAID, SOFTLY, SOUND, EVERYDAY):
        return None
    stated = _has(AMOUNT, clause)
    soft = SOFT_MUSIC if _has(SOFTLY, clause) else None
    return AddMusic(volume=float(stated["n"]) / 100 if stated else soft)


def _order(clause: str) -> Edit | None:
    if _has(BACKWARDS, clause) and _has(
        r"\b(?:order|sequence|clips|videos)\b|顺序|次序|片段", clause
    ):
        return Arrange(how="reverse") if used_up(clause, BACKWARDS, ORDERING, EVERYDAY) else None
    if _has(r"\bswap\b|\bexchange\b|换|对调", clause) and used_up(
        clause, r"\b(?:2|both|exchange)\b|2(?=[个段])|[换对]|调", ORDERING, EVERYDAY
    ):
        return Arrange(how="swap")
    two = _has(
        rf"(?P<x>{picture.CLIP})(?:[^\d第]*?)(?P<how>\bbefore\b|\bafter\b|\bin front of\b|\bahead of\b|再|然后)(?:[^\d第]*?)(?P<y>{picture.CLIP})",
        clause,
    )
    if two is not None:
        return _two(clause, two)
    named = picture.clips_in(
        re.sub(r"\bfirst$|\blast$|最?[前后]面?$", " ", clause, flags=re.IGNORECASE)
    )
    rest = re.sub(picture.CLIP, " ", clause, count=1, flags=re.IGNORECASE)
    if len(named) != 1 or not _has(r"\b(?:clip|video|one|part)\b|[个段]|片段", clause):
        return None
    first, last = (
        _has(r"\b(?:first|front|start|beginning|open)\b|[前首先]|开头", rest),
        _has(r"\b(?:last|end)\b|最后|末尾", rest),
    )
    if bool(first) == bool(last) or not used_up(rest, ORDERING, START, END, EVERYDAY, "[前首先]"):
        return None
    return Arrange(how="first" if first else "last", clips=named)


def _two(clause: str, two: re.Match[str]) -> Edit | None:
    """Put one clip before or after another."""
    rest = re.sub(picture.CLIP, " ", clause, count=2, flags=re.IGNORECASE)
    if not used_up(
        rest, ORDERING, r"\b(?:before|after|in front of|ahead of)\b|[先再]|然后", EVERYDAY
    ):
        return None
    x, y = picture.clips_in(two["x"]), picture.clips_in(two["y"])
    return Arrange(how="before", clips=y + x if two["how"].lower() == "after" else x + y)


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


TOPIC = rf"{RANGE.replace('?P<a>', '?:').replace('?P<b>', '?:')}|(?:the )?(?:first|opening|last|final) {TIME}|{SUBTITLING}"
PRONOUN = r"\b(?:it|them|that|those|this|these|that part|that bit|part|bit|away)\b|那段|它|掉"


def topic_in(clause: str) -> str | None:
    """Find what an observation is about: in "the first 4 seconds are boring", 4 seconds."""
    found = _has(TOPIC, plainly(in_digits(plainly(clause))))
    return found[0] if found else None


def of_topic(clause: str, topic: str) -> Edit | None:
    """Read what "lose them" or "take that part out" wants of the topic of the clause before."""
    verbs = [verb for verb in (GONE, KEPT) if _has(verb, clause)]
    if (
        not verbs
        or forbids(clause)
        or not _has(PRONOUN, clause)
        or not used_up(clause, PRONOUN, *verbs, EVERYDAY)
    ):
        return None
    return read(f"{'remove' if verbs[0] == GONE else 'keep only'} {topic}")


def read(clause: str) -> Edit | None:
    """Read what a clause wants; none when two readers would understand it differently."""
    plain = plainly(in_digits(plainly(clause)))
    found = [edit for reader in READERS if (edit := reader(plain)) is not None]
    return found[0] if len({type(edit) for edit in found}) == 1 else None
