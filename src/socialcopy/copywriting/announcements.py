"""What a talk says it is about, without the words that announce it.

`Today I'm going to show you how to sharpen a knife` is the talk about the talk; `How to sharpen a
knife` is what a post opens with. Only the announcing words go, and only where what is left can
stand by itself.
"""

from __future__ import annotations

import regex

from socialcopy.copywriting import vocabulary

FEWEST_WORDS = 4
"""What is left with fewer is no opener."""

_SPEAKERS = r"""
    (?: let\ me
      | (?:i|we) (?:'m|\ am|'re|\ are)? \ (?:going\ to|gonna|want\ to|wanted\ to)
      | (?:i|we) '(?:ll|d\ like\ to)
    ) (?:\ just|\ quickly|\ briefly)?
    \ (?:show|tell|teach|walk|talk|take|look|explain)
"""
_OTHERS = r"(?: \ (?:to\ |with\ )? (?:you|everybody|everyone) (?:\ guys|\ all)? )?"
_POINTING = r"(?: it|this|that|these|those|them|they|he|she|us|me|you )\b"
_MATTER = rf"""
    (?: how\ to | (?:how|why|what|where|when)\ (?!{_POINTING}) | the | an? | my | our | your | \d+
      | two | three | four | five | six | seven | eight | nine | ten | (?-i:\p{{Lu}}\w+)
    )\b
"""
ANNOUNCEMENT = regex.compile(
    rf"""
    ^ (?: (?: today|now|so|and | in\ (?:this|today's)\ (?:video|episode|clip|tutorial) ) ,?\  )*
    {_SPEAKERS} {_OTHERS}
    (?: \ (?:through|about|at) (?:\ with\ you)? \ (?!{_POINTING} | (?:how|why|what)\ {_POINTING})
      | \ that \ (?!{_POINTING})
      | \ (?={_MATTER})
    )""",
    regex.IGNORECASE | regex.VERBOSE,
)
ANNOUNCED_AFTER = regex.compile(
    rf",?\ (?:and|so)\ {_SPEAKERS} \ [^,;]* [.!]? $", regex.IGNORECASE | regex.VERBOSE
)
"""The same at the end of a sentence that has said something before."""

WELCOME = regex.compile(
    r"^(?:(?:hi|hello|hey),? (?:and )?)?welcome(?: back)?(?: everyone| everybody| all)?,? to "
    r"(?!(?:my|our|the|another|this|today's|a new|you|everyone|everybody)\b)",
    regex.IGNORECASE,
)
"""The greeting before the name of a place or a show, of which more is said."""


def without_announcement(text: str, language: str) -> str:
    """A sentence without the words that only announce it; as it was where nothing else is left."""
    if language != "en":
        return _without(vocabulary.announcement(language), text)
    text = _without(WELCOME, _without(ANNOUNCEMENT, text))
    first = text.split(" ", 1)[0].lower()
    return text if first in vocabulary.SUBORDINATORS else _without(ANNOUNCED_AFTER, text)


def _without(announcing: regex.Pattern[str] | None, text: str) -> str:
    rest = announcing.sub("", text, count=1) if announcing else text
    return rest if len(rest.split()) >= FEWEST_WORDS else text
