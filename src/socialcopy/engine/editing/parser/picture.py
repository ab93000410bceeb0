"""Aspect, title, subtitles and the order of clips."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from socialcopy.engine.editing.edits import (
    AddTitle,
    Arrange,
    Edit,
    HideSubtitles,
    How,
    Position,
    RemoveTitles,
    SetAspect,
    ShowSubtitles,
    Size,
)
from socialcopy.engine.editing.parser.numbers import ORDINALS, TIME, milliseconds
from socialcopy.engine.editing.parser.rules import QUOTED, VIDEO, Rule, by_rules, rule, used_up

RATIO = (
    r"(?:(?P<w>\d{1,2})\s*(?::|：|x|×|/| by | to |比)\s*(?P<h>\d{1,2})|(?P<shape>vertical|portrait|upright"
    r"|square|landscape|horizontal|widescreen|竖屏|竖版|竖向|方形|正方形|方的|横屏|横版|横向|宽屏))"
)
SHAPES = {
    **dict.fromkeys(("vertical", "portrait", "upright", "竖屏", "竖版", "竖向"), (9, 16)),
    **dict.fromkeys(("square", "方形", "正方形", "方的"), (1, 1)),
    **dict.fromkeys(("landscape", "horizontal", "widescreen", "横屏", "横版", "横向", "宽屏"), (16, 9)),
}  # fmt: skip
KNOWN_RATIOS = {(16, 9), (9, 16), (1, 1), (4, 5), (5, 4), (4, 3), (3, 4), (3, 2), (2, 3), (21, 9)}
FRAME = r"(?:aspect ratio|aspect|ratio|format|frame|orientation|mode|shape|crop|cut|version|video)"


def aspect_of(match: re.Match[str]) -> SetAspect | None:
    """Return the shape that a `RATIO` names; none for one that is not made."""
    found = SHAPES.get((match["shape"] or "").lower())
    width, height = found or (int(match["w"]), int(match["h"]))
    known = (width, height) in KNOWN_RATIOS
    return SetAspect(width=width, height=height) if known else None


ASPECT: list[Rule] = [
    rule(
        rf"(?:make|convert|change|turn|crop|resize|reframe|set|format|reformat|switch|put|fit)"
        rf"(?: (?:the )?(?:{FRAME}(?: of)?|{VIDEO}(?:'s)?)){{0,3}}(?: in)?(?: to| into| as| for)?"
        rf"(?: an?| the)? ?{RATIO}(?: {FRAME}){{0,2}}",
        aspect_of,
    ),
    rule(rf"(?:an? )?{RATIO}(?: {FRAME}){{0,2}}", aspect_of),
    rule(rf"(?:i )?(?:want|need) (?:{VIDEO} )?(?:in |an? )?{RATIO}(?: {FRAME}){{0,2}}", aspect_of),
    rule(
        rf"(?:把|将)?{VIDEO}?的?(?:画面)?(?:宽高)?(?:比例?|画幅|尺寸)?"
        rf"(?:改|调整?|设置?|变|转换?|裁剪?|换|做)?(?:为|成|到)?\s*{RATIO}\s*的?"
        rf"(?:比例|画面|视频|画幅|格式)?",
        aspect_of,
    ),
]

TITLE = r"(?:(?:opening |text |big |bold |short |new |main )*(?:title card|title|text overlay|text|headline|heading|overlay))"
SAYING = r"(?:saying|that says|that reads|which says|reading|with the (?:text|words?|title)|with|called|named|to|of|as|:|,)"
WHERE = rf"(?: (?:at|in|on|over|to) (?:the )?(?:(?P<end>end)|start|beginning|top|screen|{VIDEO}|picture)(?: of {VIDEO})?)?"
SPAN = rf"(?: for(?: the first)? (?P<d>{TIME}))?(?: (?:at|from|starting at) (?P<t>{TIME}))?"
Q = rf"(?P<q>{QUOTED})"
ADD = r"(?:add|put|insert|show|display|include|give|write|place|overlay|set|create|change|use|make)"


def _title(match: re.Match[str]) -> AddTitle:
    found = match.groupdict()
    return AddTitle(
        text=found["q"],
        start_ms=milliseconds(found["t"]) if found.get("t") else 0,
        duration_ms=milliseconds(found["d"]) if found.get("d") else 3_000,
        at_end=bool(found.get("end") or found.get("end2")),
    )


CN_ADD = r"(?:添加|加上|加入|加个|加|写上|写|显示|插入|放上|放|打上)"
CN_TITLE = r"(?:大?标题|片头(?:文字|标题)?|文字|字样)"
CN_TIME = rf"(?:[，,]?\s*(?:显示|持续)\s*(?P<d>{TIME}))?"
TITLES: list[Rule] = [
    rule(
        rf"{ADD}(?: {VIDEO})?(?: me)?(?: an?| the| some)? ?{TITLE}{WHERE}\s*{SAYING}?\s*{Q}"
        rf"{WHERE.replace('?P<end>', '?P<end2>')}{SPAN}",
        _title,
    ),
    rule(rf"(?:{ADD}) (?:the )?(?:words? |text )?{Q}(?: as (?:the |an? )?{TITLE})?{WHERE}{SPAN}", _title),
    rule(rf"(?:title {VIDEO}|call {VIDEO}|title|{TITLE}:?)\s*{Q}{SPAN}", _title),
    rule(
        rf"(?:remove|delete|drop|take off|get rid of|hide)(?: the| all)*(?: {TITLE})s?(?: (?:from|of) {VIDEO})?",
        lambda _: RemoveTitles(),
    ),
    rule(
        rf"(?:给|为|在)?{VIDEO}?(?:的?(?:开头|片头|上面|上|顶部))?{CN_ADD}(?:\d?个|上)?{CN_TITLE}"
        rf"(?:内容)?(?:为|是|叫做?|写着|写|显示)?[:：，,]?\s*{Q}{CN_TIME}",
        _title,
    ),
    rule(rf"(?:把|将)?{VIDEO}?的?{CN_TITLE}(?:改|设置?|换)?(?:为|成|是|叫)?[:：]?\s*{Q}", _title),
    rule(rf"(?:把|将|用)\s*{Q}\s*(?:作为|设为|当作?|加为|做){VIDEO}?的?{CN_TITLE}", _title),
    rule(rf"(?:在)?{VIDEO}?(?:的?(?:开头|片头|上面|上))?{CN_ADD}\s*{Q}(?:的)?{CN_TITLE}?", _title),
    rule(rf"(?:去掉|删除|删掉|移除)(?:所有)?{VIDEO}?的?{CN_TITLE}", lambda _: RemoveTitles()),
]  # fmt: skip

UNQUOTED = re.compile(
    rf"^(?P<head>{ADD}(?: an?| the)? ?{TITLE} (?:saying|that says|that reads|reading)|{TITLE}:)\s+"
    r"(?P<words>[^\x01\x02]{1,80})$",
    re.IGNORECASE,
)
"""A title without quotation marks: everything behind "saying" is its text."""

SUBTITLES = r"(?:\b(?:closed |burned[- ]in |burnt[- ]in |hard ?coded )?(?:sub ?titles?|subs|captions?|captioning)\b|字幕)"
SHOWS = (
    r"\b(?:add|show|burn(?: in)?|put|include|turn on|enable|display|overlay|switch on|make|set|"
    r"change|move|use|want|style|colou?r|on|with|i)\b"
    r"|添加|加上|加入|加|打开|开启|显示|生成|烧录|要|改成|改为|变成|换成|设为|设置|调整?|用|放|移|改|把|将"
)
HIDES = (
    r"\b(?:remove|hide|turn off|disable|delete|no|without|drop|get rid of|take off|switch off|turn(?=.*\boff\b)|off)\b"
    r"|去掉|关闭|关掉|删除|删掉|隐藏|不要|移除|取消"
)
FILLERS = (
    rf"\b(?:the|some|my|into|in|to|at|of|on|onto|over|from|for|picture|screen|position|frame|text|letters|font|colou?r|"
    rf"size|it|them|be|more|as|a|an|any|this|video|clip|and|should)\b|颜色|位置|字体|到|在|成|为|的|上|给|把|将|{VIDEO}|文字"
)
PLACES = {
    Position.TOP: r"\btop\b|顶部|上方|上面|最上",
    Position.MIDDLE: r"\b(?:middle|cent(?:er|re))\b|中间|中央|居中",
    Position.BOTTOM: r"\bbottom\b|底部|下方|下面|最下",
}
SIZES: dict[Size, str] = {
    "large": r"\b(?:bigger|large|larger|big|huge)\b|大一?[点些]|更大|大号|放大|大",
    "small": r"\b(?:smaller|small|tiny)\b|小一?[点些]|更小|小号|小",
    "medium": r"\b(?:medium|normal)(?:[- ]sized)?\b|中号",
}
COLOURS = {
    "yellow": r"\byellow\b|黄色?",
    "white": r"\bwhite\b|白色?",
    "red": r"\bred\b|红色?",
    "green": r"\bgreen\b|绿色?",
    "blue": r"\bblue\b|蓝色?",
    "cyan": r"\bcyan\b|青色",
    "orange": r"\borange\b|橙色",
    "pink": r"\bpink\b|粉色?",
}
STYLES = (*PLACES.values(), *SIZES.values(), *COLOURS.values())


def _subtitles(clause: str) -> Edit | None:
    if not re.search(SUBTITLES, clause, re.IGNORECASE):
        return None
    if re.search(HIDES, clause, re.IGNORECASE) and used_up(clause, HIDES, SUBTITLES, FILLERS):
        return HideSubtitles()
    # A noun alone asks for nothing: "caption this" wants words to post.
    is_asked_for = re.search("|".join((SHOWS, *STYLES)), clause, re.IGNORECASE)
    if not is_asked_for or not used_up(clause, *STYLES, SUBTITLES, SHOWS, FILLERS):
        return None
    return style_of(clause)


def style_of(clause: str) -> ShowSubtitles:
    """Read the place, colour and size that a clause names."""
    return ShowSubtitles(
        position=_named(PLACES, clause), colour=_named(COLOURS, clause), size=_named(SIZES, clause)
    )


N = TypeVar("N", bound=str)


def _named(words: dict[N, str], clause: str) -> N | None:
    return next(
        (name for name, word in words.items() if re.search(word, clause, re.IGNORECASE)), None
    )


ORDINAL = rf"(?:{'|'.join(ORDINALS)}|last)"
KIND = r"(?:clip|video|file|part|segment|shot)s?"
CLIP = (
    rf"(?:[\w.-]+\.(?:mp4|mov|avi|webm|mkv)|(?:the )?{ORDINAL} {KIND}|{KIND} (?:number |no\.? ?|#)?\d+|(?:the )?{ORDINAL}(?: one)?|#?\d+"
    rf"|{QUOTED}|第\s*\d+\s*[个段]?(?:片段|视频)?|(?:片段|视频)\s*\d+|最后(?:一|1)[个段](?:片段|视频)?)"
)
COMMA = (
    r"\s*(?:,? and then |,? then |,? and |，?然后(?:是|放)?|，?再(?:放|播放)?|[,，、]|和|->|→)\s*"
)
LIST = rf"{CLIP}(?:{COMMA}{CLIP})+"


def clips_in(text: str) -> tuple[int | str, ...]:
    """Find the clips a text names, in its order; 0 stands for the last one."""
    return tuple(_clip(name) for name in re.findall(CLIP, text, re.IGNORECASE))


def _clip(name: str) -> int | str:
    if "\x01" in name or re.search(r"\.\w{3,4}$", name):
        return name
    number = re.search(r"\d+(?!st|nd|rd|th)", name)
    words = {
        word: value
        for word, value in ORDINALS.items()
        if re.search(rf"\b{word}\b", name, re.IGNORECASE)
    }
    if words:
        return next(iter(words.values()))
    return int(number[0]) if number and not name.startswith("最后") else 0


def _list(match: re.Match[str]) -> Arrange:
    return Arrange(how="list", clips=clips_in(match["list"]))


def _one(how: How) -> Callable[[re.Match[str]], Arrange]:
    def make(match: re.Match[str]) -> Arrange:
        return Arrange(how=how, clips=clips_in(match["x"]))

    return make


def _two(how: How, *, turned: bool = False) -> Callable[[re.Match[str]], Arrange]:
    def make(match: re.Match[str]) -> Arrange:
        clips = clips_in(match["x"]) + clips_in(match["y"])
        return Arrange(how=how, clips=clips[::-1] if turned else clips)

    return make


X, Y = rf"(?P<x>{CLIP})", rf"(?P<y>{CLIP})"
ALL = rf"(?:all |both |the |these |my |two |2 |of )*{KIND}"
ORDER: list[Rule] = [
    rule(rf"(?:put|move|place|play|show) {X} (?:first|to the (?:start|beginning|front)|at the (?:start|beginning|front))", _one("first")),
    rule(rf"(?:start|begin|open) with {X}", _one("first")),
    rule(rf"(?:put|move|place|play|show) {X} (?:last|to the end|at the end)", _one("last")),
    rule(rf"(?:end|finish|close) with {X}", _one("last")),
    rule(rf"(?:put|move|place|play|show) {X} (?:before|in front of|ahead of) {Y}", _two("before")),
    rule(rf"(?:put|move|place|play|show) {X} (?:after|behind) {Y}", _two("before", turned=True)),
    rule(rf"(?:swap|switch|exchange)(?: {KIND})? {X} (?:and|with) {Y}", _two("swap")),
    rule(rf"(?:swap|switch|exchange) (?:the order of )?{ALL}", lambda _: Arrange(how="swap")),
    rule(rf"(?:reverse|flip|invert) the (?:{KIND} )?order(?: of {ALL})?", lambda _: Arrange(how="reverse")),
    rule(rf"(?:join|merge|combine|concatenate|stitch|put|play|use) {ALL}(?: together)?(?: in order| into one(?: video)?)?", lambda _: Arrange(how="all")),
    rule(
        rf"(?:order|arrange|re-?order|play|sort|put|use|set|show|join|combine|merge)(?: the| my)?(?: {KIND})?(?: order)?"
        rf"(?: to| as| in| in (?:the|this) order)?:? ?(?P<list>{LIST})(?: in (?:that|this) order)?",
        _list,
    ),
    rule(rf"(?:the )?(?:{KIND} )?order(?: of {ALL})?(?: should be| is|:)? (?P<list>{LIST})", _list),
    rule(rf"(?:only use|use only|use|keep only|only keep|show only|only show|work on|switch to) (?P<list>{CLIP})(?: only)?", _list),
    rule(rf"(?:把|将)\s*{X}\s*(?:放|移|排|调)(?:动)?(?:到|在|至)?(?:第1[个位]?|最前面?|开头|前面|首位)", _one("first")),
    rule(rf"(?:先|首先)(?:播放|放|显示)\s*{X}", _one("first")),
    rule(rf"(?:把|将)\s*{X}\s*(?:放|移|排|调)(?:动)?(?:到|在|至)?(?:最后面?|末尾|结尾)", _one("last")),
    rule(rf"(?:把|将)\s*{X}\s*(?:放|移|排)(?:到|在)\s*{Y}\s*(?:之?前面?)", _two("before")),
    rule(rf"(?:交换|对调|调换)\s*{X}\s*和\s*{Y}(?:的?(?:顺序|位置))?", _two("swap")),
    rule(r"(?:交换|对调|调换)(?:这?[2两]个)?(?:片段|视频)的?(?:顺序|位置)", lambda _: Arrange(how="swap")),
    rule(r"(?:把|将)?(?:片段|视频)?的?(?:顺序)(?:反转|颠倒|倒过来|反过来)|(?:颠倒|反转)(?:片段|视频)?的?顺序", lambda _: Arrange(how="reverse")),
    rule(r"(?:合并|拼接|连接)(?:所有|全部|这些|这[2两]个)?的?(?:片段|视频)", lambda _: Arrange(how="all")),
    rule(rf"(?:片段|视频)?(?:按|按照|以)(?:顺序)?\s*(?P<list>{LIST})\s*(?:的?顺序)?(?:排列|播放|拼接|排序)(?:片段|视频)?", _list),
    rule(rf"只(?:用|保留|要)\s*(?P<list>{CLIP})", _list),
]  # fmt: skip


def read(clause: str) -> Edit | None:
    """Read what a clause wants of the picture or the order."""
    return (
        by_rules(ASPECT, clause)
        or by_rules(TITLES, clause)
        or _subtitles(clause)
        or by_rules(ORDER, clause)
    )
