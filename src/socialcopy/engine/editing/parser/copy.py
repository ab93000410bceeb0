"""Wishes for the words that go with the video: their language, tone, length and networks."""

from __future__ import annotations

import re

from socialcopy.copywriting.briefs.wishes import Ceiling, ceiling_in, without_ceiling
from socialcopy.engine.editing.edits import ChangeCopy, Length, Manner
from socialcopy.engine.editing.parser.rules import used_up
from socialcopy.engine.editing.parser.stop_words import EVERYDAY
from socialcopy.models import Platform
from socialcopy.platforms import rules

LANGUAGES = {
    "en": "english|英文|英语",
    "de": "german|deutsch|德文|德语",
    "fr": "french|français|法文|法语",
    "es": "spanish|español|西班牙文|西班牙语",
    "it": "italian|italiano|意大利文|意大利语",
    "pt": "portuguese|português|葡萄牙文|葡萄牙语",
    "nl": "dutch|荷兰文|荷兰语",
    "ja": "japanese|日本語|日文|日语",
    "ko": "korean|韩文|韩语",
    "zh": "chinese|mandarin|中文|汉语",
    "pl": "polish|波兰文|波兰语",
    "ru": "russian|俄文|俄语",
}
TONES = {
    "casual": "casual|relaxed|informal|laid[- ]back|轻松|随意|口语化",
    "professional": "professional|business[- ]?like|corporate|专业|商务",
    "formal": "formal|正式|严肃",
    "friendly": "friendly|friendlier|warm|warmer|亲切|友好|温暖",
    "playful": "playful|fun|funny|funnier|humorous|witty|幽默|活泼|搞笑|有趣|俏皮",
    "punchy": "punchy|punchier|snappy|snappier|energetic|bold|bolder|有力|有冲击力|干脆",
    "inspiring": "inspiring|inspirational|motivating|励志|鼓舞人心",
}
LENGTHS: dict[Length, str] = {
    "short": r"\bcut (?:\w+ ){0,3}?down\b|\bboil\w* down\b|\b(?:short|shorter|brief|briefer|concise|fewer words|less text|shorten|tighten|trim)\b"
    r"|简短|精简|短一?[点些]|更短|缩短|短",
    "long": r"\b(?:long|longer|detailed|more detail(?:ed)?|lengthen|expand|extend)\b"
    r"|详细|长一?[点些]|更长|加长|长",
}
NOUNS = (
    r"\b(?:social media )?(?:copy|captions?|posts?|text|wording|tweets?|hashtags?|descriptions?|write[- ]?ups?)\b"
    r"|文案|配文|帖子|文字"
)
VERBS = (
    r"\b(?:write|make|translate|switch|change|do|put|give|want|keep|use|set|sound|rewrite|redo|adapt|post|generate|"
    r"create|have|let|be|need|include|only|just|target|publish|prepare|add|also|skip|drop|exclude|without|leave out|"
    r"remove|except|not|written|posted|published|aim|go for|stick to|comes?|read|reads)\b|写|改成|改为|翻译成|翻译|换成|用|变成|设为|要|只|发布?|生成|改写?|也|再|加上|加一个|加|去掉|不要|不发|写得|保持"
)
FILLERS = (
    r"\b(?:the|it|them|all|my|our|a|an|in|into|to|for|on|of|with|and|bit|little|more|much|tone|style|voice|language|"
    r"version|i|me|us|as|that|is|are|should|video|this|sound|very|really|too|one|ones|please|so|again|instead|length|"
    r"feel|touch)\b|语气|风格|语言|语调|更加?|一?[点些]|的|得|成|为|给|在|上|和|与|请|把|将|以|比较|版本|版|来|平台|篇幅|些"
)
DROPPED = r"\b(?:skip|drop|exclude|without|leave out|remove|except|no|not)\b|去掉|不要|不发"
ADDED = r"\b(?:also|add|too|as well|include)\b|也|再|加"


LESS = r"\b(?:less|not (?:so|as|too|that)) (?:\w+[- ]?(?:y|al|ed|ing|ly|ish|ous|ic|ive|ff|t))\b|别太?[\u4e00-\u9fff]{2}|不要太[\u4e00-\u9fff]{2}"
"""A manner that is not wanted; said beside the one that is."""

BOTH_WAYS = r"\b(?:only|just|need|want|keep|instead)\b|只|改"
LOCAL_NAMES = {Platform.TIKTOK: "抖音", Platform.FACEBOOK: "脸书", Platform.YOUTUBE: "油管"}


def read(clause: str) -> ChangeCopy | None:
    """Read what a clause wants of the copy; it must name something, and nothing else."""
    clause = re.sub(LESS, " ", clause, flags=re.IGNORECASE)
    whole, ceiling, clause = clause, ceiling_in(clause), without_ceiling(clause)
    if (
        _manner(clause) == "dropped"
        and re.search(r"[,，]", clause)
        and re.search(BOTH_WAYS, clause, re.IGNORECASE)
    ):
        return None  # two wishes, to be read one by one
    languages, tones = _found(LANGUAGES, clause), _found(TONES, clause)
    if re.search(r"\bvoice\b", clause, re.IGNORECASE) and not tones:
        return None  # a tone of voice, and nothing that is heard
    length = _length(clause)
    platforms = tuple(p for p in Platform if re.search(_names(p), clause, re.IGNORECASE))
    if any(ceiling_in(whole, platform) != ceiling for platform in platforms):
        return None  # "LinkedIn under 300 characters, X under 100"
    if not (languages or tones or length or platforms or ceiling != Ceiling()):
        return None
    worded = (*map(_bounded, LANGUAGES.values()), *map(_bounded, TONES.values()))
    known = (*worded, *LENGTHS.values(), *map(_names, Platform))
    if not used_up(clause, *known, NOUNS, VERBS, EVERYDAY, FILLERS) or _is_about_the_video(
        clause, length
    ):
        return None
    return ChangeCopy(
        language=languages[0] if languages else None,
        tone=tones[0] if tones else None,
        length=length,
        ceiling=ceiling,
        platforms=platforms,
        platforms_are=_manner(clause),
    )


def _found(words: dict[str, str], clause: str) -> list[str]:
    return [
        name for name, word in words.items() if re.search(_bounded(word), clause, re.IGNORECASE)
    ]


def _bounded(word: str) -> str:
    """Bound words in scripts that put spaces between them, so that whole ones match."""
    return "|".join(rf"\b{w}\b" if w.isascii() else w for w in word.split("|"))


def _length(clause: str) -> Length | None:
    return next((n for n, word in LENGTHS.items() if re.search(word, clause, re.IGNORECASE)), None)


def _is_about_the_video(clause: str, length: Length | None) -> bool:
    """Tell whether a clause such as "make the video shorter" is of the video, not its words."""
    about_video = re.search(r"\b(?:video|clip|footage)\b|视频|片子", clause, re.IGNORECASE)
    return bool(length and about_video and not re.search(NOUNS, clause, re.IGNORECASE))


def _manner(clause: str) -> Manner:
    if re.search(DROPPED, clause, re.IGNORECASE):
        return "dropped"
    return "added" if re.search(ADDED, clause, re.IGNORECASE) else "only"


def _names(platform: Platform) -> str:
    local = [LOCAL_NAMES[platform]] if platform in LOCAL_NAMES else []
    names = sorted((*rules(platform).names, *local), key=len, reverse=True)
    return "|".join(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])" for name in names)
