"""Where free text goes: to an endpoint of its own, or to the agent. By intent, not by substring.

The vendor's table names the words; what decides is that nothing else is asked for. "Export" goes to
the export, "add a title saying 'Export guide'" is an edit. What is not clearly one of the four is a
message for the agent, which costs more and misunderstands less.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Route(StrEnum):
    """What a text asks for."""

    EXPORT = "export"
    CREDITS = "credits"
    STATUS = "status"
    UPLOAD = "upload"
    MESSAGE = "message"
    """Everything else: the one route that may cost credits."""


POLITE = re.compile(
    r"^(?:please|pls|ok|okay|now|then|and|hey|hi|so|can (?:you|i|we)|could (?:you|i|we)|would you|"
    r"will you|i want (?:you )?to|i'd like (?:you )?to|i would like (?:you )?to|let's|let me|just|"
    r"请问|请|帮我|麻烦你?|现在|我想要?|我要|能不能|可以|给我)[\s,，]*|"
    r"[\s,，]*(?:please|now|for me|thanks|thank you|again|吧|一下|谢谢|吗|呢|了|[.。!！?？]+)$",
    re.IGNORECASE,
)

VIDEO = (
    r"(?:the |this |my |a |final |finished |edited )*(?:video|clip|mp4|file|result|it|movie|render)"
)
MP4 = r"(?: (?:as|to|in|into) (?:an? )?(?:\d{3,4}p )?(?:mp4|file|video)| to my (?:computer|phone|drive))?"
CN_VIDEO = r"(?:这个|最终的?|成品|我的)?(?:视频|片子|成片|影片|mp4|文件)?"
TIMELINE = r"(?:the |my |current |project |session )*(?:tracks?|timeline|status|state|project|draft|edits?|progress)"

ROUTES: list[tuple[Route, tuple[str, ...]]] = [
    (
        Route.EXPORT,
        (
            rf"(?:export|download|render|save)(?: {VIDEO})?{MP4}",
            rf"(?:send|give|get|show|fetch|hand)(?: me| us)? {VIDEO}(?: back| over)?{MP4}",
            rf"(?:start|run|do|make) (?:the |an? )?(?:export|render|download)(?: of {VIDEO})?",
            rf"i(?:'m| am) (?:done|happy|finished),? (?:so )?(?:export|download|render)(?: {VIDEO})?",
            rf"(?:把|将)?{CN_VIDEO}(?:导出|下载|渲染|输出){CN_VIDEO}(?:为mp4|成mp4)?",
            rf"(?:发给我|把{CN_VIDEO}发给我|发我{CN_VIDEO}|保存{CN_VIDEO})",
        ),
    ),
    (
        Route.CREDITS,
        (
            (
                r"(?:check |show |what(?:'s| is) |see |tell me |get )?(?:me )?(?:my |the |our |account )*"
                r"(?:credits?|balance|credit balance|remaining credits)(?: balance| left| remaining)?(?: do i have)?"
            ),
            r"how (?:many|much)(?: credits?)?(?: (?:do i|do we|are|is|have i)(?: have| got)?)?(?: left| remaining)?",
            r"(?:do i|have i) (?:have |got )?(?:any |enough )?credits?(?: left| remaining)?",
            r"(?:查询?|查看|看看?|显示|我的|我还有|还有|还剩|剩|有)*(?:多少|的|剩余|账户|当前)*(?:积分|余额)(?:还有|还剩|剩)?(?:多少|是多少|查询)?",
        ),
    ),
    (
        Route.STATUS,
        (
            rf"(?:show|list|check|see|get|give|view)(?: me| us)? {TIMELINE}",
            rf"(?:what(?:'s| is) )?{TIMELINE}",
            r"what(?:'s| is) (?:in|on) (?:it|the timeline|the video|the project)(?: so far| right now)?",
            r"what(?:'s| is) done(?: so far)?|what have (?:you|we) (?:done|got)(?: so far)?",
            r"show (?:me )?what (?:we|i|you) have(?: so far)?|where (?:are|do) we(?: stand)?",
            r"(?:显示|查看|看看?|查询?|列出)?(?:当前|现在的?|项目|时间线|编辑)*的?(?:状态|轨道|时间线|进度)(?:如何|怎么样|怎样)?",
            r"(?:现在)?(?:是)?什么样|(?:看看?)?现在(?:怎么样|如何)",
        ),
    ),
    (
        Route.UPLOAD,
        (
            (
                r"upload(?: (?:this|these|another|a|an|the|my|some|new|more|video|videos|clip|clips|file|files|song|"
                r"music|image|photo|one|it|them|\d+)){0,4}"
            ),
            r"(?:add|send|attach) (?:another|a|an|the|my|some|new|more)(?: new)? (?:file|files|video file|clip file)s?",
            r"(?:我要)?上传(?:另?一个|这个|新的?|一段)?(?:视频|文件|片段|素材|音乐|图片)?",
        ),
    ),
]


def route(text: str) -> Route:
    """Choose where a text goes."""
    plain = _plain(text)
    for found, patterns in ROUTES:
        if any(re.fullmatch(pattern, plain, re.IGNORECASE) for pattern in patterns):
            return found
    return Route.MESSAGE


def _plain(text: str) -> str:
    """Strip a text of the words that only make it polite."""
    before, plain = "", " ".join(text.replace("’", "'").split())
    while before != plain:
        before, plain = plain, POLITE.sub("", plain).strip()
    return plain
