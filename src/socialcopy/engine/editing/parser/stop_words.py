"""Everyday words: what may stand in any request without asking for anything of its own.

A negation is never among them, nor a noun that names a thing an edit could be about.
"""

from __future__ import annotations

import re

EVERYDAY = (
    r"\b(?:a|an|the|this|that|these|those|it|its|them|they|my|our|your|i|we|"
    r"you|me|us|please|pls|can|could|would|will|should|may|might|shall|let|lets|have|has|having|get|"
    r"getting|got|gets|need|needs|needed|want|wants|wanna|like|love|prefer|think|feel|hope|make|makes|making|made|put|"
    r"give|do|does|doing|go|goes|going|try|be|is|are|was|being|just|simply|kindly|maybe|perhaps|actually|basically|"
    r"now|then|so|and|also|too|again|here|there|if|possible|rather|instead|really|very|quite|pretty|super|way|"
    r"much|more|some|bit|little|lot|lots|slightly|somewhat|kind|sort|touch|tad|of|with|for|to|in|on|at|from|into|onto|"
    r"by|as|than|what happens|something|anything else|about|through|over|any|all|whole|entire|every|everything|bits?|thing|things|stuff|one|ones|sure|"
    r"please|thanks|thank|ok|okay|hey|hi|yo|mate|time|today|right|away|quick|quickly|fine|nice|good|"
    r"video|videos|clip|footage|movie|film|recording|reel|vid)(?:'(?:d|ll|m|ve|s|re))?\b"
    r"|[一1](?=开始)|版本|够|那?[1一这]?段|[这本]次|这回|请|帮我?|麻烦|我们?|你|您|它|把|将|给|的|地|得|了|吧|吗|呢|啊|呀|哦|一下|一点|一些|就|都|也|再|又|还|要|想要?|希望|"
    r"能不能|能|可以|可不可以|需要|应该|这个|这段|这条|这|那个|那段|那|个|条|段|整个|整段|全部|所有|里面?|中|之?间|到|成|为|"
    r"用|让|变|改|换|弄|搞|做|设置?|调|点|些|好|是|来|有|对|和|跟|与|在|从|视频|片子|影片|短片|画面|内容|部分|谢谢|更"
)

REASON = re.compile(
    r"^(?:because|as it|since|(?:it|this|the (?:video|clip|sound|audio|music|picture|text|intro|start|end|ending)|that|they)"
    r"(?:'s| is| are|'re| was| feels?| sounds?| looks?| seems?| drags?| gets?| takes?|'s hard| is hard) .*(?:too|so|very|really|way|a bit|kind of|kinda|pretty|hard)\b.*"
    r"|there(?:'s| is| are| was) .*|(?:most )?(?:people|viewers|folks|everyone|everybody|nobody|no one|my (?:boss|client|team)|we|they)"
    r" (?:watch|scroll|need|want|have|can't|cannot|won't|don't|doesn't|never|always|usually|mostly|is|are|will be)\b.*"
    r"|i (?:just )?want (?:people|viewers|everyone|everybody|them|folks) to (?:be able to|see|read|hear|notice|know|follow|watch)\b.*|so (?:that )?(?:people|viewers|folks|everyone|it (?:fits|works|looks|reads))\b.*"
    r"|.*(?:太|有点|比较)[\u4e00-\u9fff]{1,4}了?|因为.*|(?:i'm|we're|i am|we are) (?:posting|putting|sharing|publishing) .*|(?:this|it)(?:'s| is) for\b.*|don't be (?:so|too) .*)$",
    re.IGNORECASE,
)
"""Why somebody wants something. Beside a request it may be passed over; alone it asks nothing."""

FORBIDS = re.compile(
    r"\b(?:don't|do not|does not|doesn't|never|no need to|needn't|shouldn't|should not|mustn't|must not|can't|cannot|won't|not)"
    r" (?:\w+ ){0,2}?(?:mute|silence|remove|cut|trim|delete|drop|chop|skip|lose|take|shave|snip|discard|ditch|scrap|strip|"
    r"kill|hide|disable|turn|switch|get rid|touch|change|alter|crop|translate|speed|slow)\b"
    r"|(?:不要|不用|不必|不能|请勿|千万别|别|勿)再?(?:把.{0,6})?(?:去|删|剪|静音|关|取消|隐藏|移除|裁|切|动|改|变)",
    re.IGNORECASE,
)
"""Something is not to be done. No edit does that, and half read it would be the very thing."""

CHANGES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern, re.IGNORECASE), text)
    for pattern, text in (
        (r"\bhalf a (second|minute)\b", r"0.5 \1"),
        (r"\b(?:a )?couple (?:of )?(seconds|minutes|secs)\b", r"2 \1"),
        (r"(?<=last |irst )(second|minute)\b", r"1 \1"),
        (r"\b(?:a|an) (second|minute)\b", r"1 \1"),
        (r"\bseconds? (\d+(?:\.\d+)?)\b", r"\1 s"),
        (r"\b(\d+(?:\.\d+)?)[- ]seconds? (?:mark|point)\b", r"\1 s"),
        (r"\b(\d+(?:\.\d+)?)-(second|minute)", r"\1 \2"),
        (r"第\s*(\d+(?:\.\d+)?)\s*秒", r"\1秒"),
        (r"\b3 quarters?(?: of)?|\bthree quarters?(?: of)?", "75% "),
        (r"\b(?:a|1|one) quarter(?: of)?", "25% "),
        (r"\b(?:a|1|one) third(?: of)?", "33% "),
        (r"\btwo thirds(?: of)?|\b2 thirds(?: of)?", "67% "),
        (r"\bone and a half times|\b1 and a half times|\b1\.5 times", "1.5x "),
    )
]
"""Amounts spelt out, brought into the form in which they are read."""


def plainly(clause: str) -> str:
    """Write a clause's amounts in figures."""
    for pattern, text in CHANGES:
        clause = pattern.sub(text, clause)
    return clause


def forbids(clause: str) -> bool:
    """Tell whether a clause forbids an edit instead of asking for one."""
    return FORBIDS.search(clause) is not None


def is_reason(clause: str) -> bool:
    """Tell whether a clause only says why."""
    return REASON.match(clause.strip()) is not None
