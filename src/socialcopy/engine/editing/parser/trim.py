"""Trim and cut. "Cut from 0:30 to 1:45" takes that part out; "keep" and "trim to" leave it."""

from __future__ import annotations

import re

from socialcopy.engine.editing.edits import Keep, Remove, Span
from socialcopy.engine.editing.parser.numbers import TIME, milliseconds
from socialcopy.engine.editing.parser.rules import VIDEO, Rule, by_rules, rule

AWAY = r"(?:remove|cut|trim|delete|drop|chop|skip|lose|take|shave|clip|snip|discard)"
ONLY = r"(?:only )?(?:keep|use|leave|take|show)(?: only| just)?"
FIRST = r"(?:first|opening|initial|beginning)"
LAST = r"(?:last|final|closing|ending)"
OF = rf"(?: (?:of|from|off) {VIDEO})?"
PART = r"(?:everything |(?:the )?(?:part|section|piece|bit|stretch|segment) )?"
RANGE = rf"(?P<a>{TIME})\s*(?:to|until|till|through|and|-|–|—|~|到|至)\s*(?P<b>{TIME})"
GONE = r"(?:去掉|去除|删除|删掉|剪掉|裁掉|移除|切掉|剪去|删去)"
STAYS = r"(?:只?(?:保留|留下|留|要|取))"
PIECE = r"(?:之间)?(?:的?(?:部分|内容|片段|画面|这段))?"
HEAD, TAIL = r"(?:最?前面?的?|开头的?|最开始的?)", r"(?:最?后面?的?|结尾的?|末尾的?)"


def _at(match: re.Match[str], name: str = "a") -> int:
    return milliseconds(match[name])


def _from_start(match: re.Match[str]) -> Remove:
    return Remove(span=Span(end_ms=_at(match)))


def _from_end(match: re.Match[str]) -> Remove:
    return Remove(span=Span(start_ms=-_at(match)))


def _until(match: re.Match[str]) -> Keep:
    return Keep(span=Span(end_ms=_at(match)))


def _last(match: re.Match[str]) -> Keep:
    return Keep(span=Span(start_ms=-_at(match)))


def _span(match: re.Match[str]) -> Span | None:
    start, end = _at(match), _at(match, "b")
    return Span(start_ms=start, end_ms=end) if start < end else None


def _kept(match: re.Match[str]) -> Keep | None:
    span = _span(match)
    return Keep(span=span) if span else None


def _removed(match: re.Match[str]) -> Remove | None:
    span = _span(match)
    return Remove(span=span) if span else None


T = rf"(?P<a>{TIME})"
RULES: list[Rule] = [
    rule(rf"{AWAY}(?: off| out| away)? (?:the )?{FIRST} {T}(?: off| out| away)?{OF}", _from_start),
    rule(rf"{AWAY}(?: off| out| away)? (?:the )?{LAST} {T}(?: off| out| away)?{OF}", _from_end),
    rule(
        rf"{AWAY} {T}(?: off)? (?:from|off|at|of)(?: of)? (?:the )?(?:start|beginning|front){OF}",
        _from_start,
    ),
    rule(
        rf"{AWAY} {T}(?: off)? (?:from|off|at|of)(?: of)? (?:the )?(?:end|back){OF}",
        _from_end,
    ),
    rule(rf"(?:start|begin)(?: {VIDEO})? (?:at|from) {T}(?: in)?", _from_start),
    rule(rf"(?:jump|skip|go)(?: straight| right| ahead| directly)* to {T}", _from_start),
    rule(rf"{AWAY} everything before {T}{OF}", _from_start),
    rule(rf"{AWAY} everything after {T}{OF}", _until),
    rule(rf"(?:end|stop|finish)(?: {VIDEO})? at {T}", _until),
    rule(rf"{ONLY} (?:only )?(?:the )?{FIRST} {T}{OF}", _until),
    rule(rf"{ONLY} (?:only )?(?:the )?{LAST} {T}{OF}", _last),
    rule(
        rf"(?:trim|shorten|cut|reduce|limit)(?: {VIDEO})?(?: down)? to(?: the first)? {T}", _until
    ),
    rule(rf"make {VIDEO}(?: only| just)? {T}(?: long)?", _until),
    rule(
        rf"(?:{ONLY}|trim|extract|isolate)(?: {VIDEO})?(?: only| just)? {PART}"
        rf"(?:to )?(?:from |between )?{RANGE}{OF}",
        _kept,
    ),
    rule(rf"{AWAY}(?: out| away)?(?: {VIDEO})? {PART}(?:from |between )?{RANGE}{OF}", _removed),
    rule(rf"(?:把)?{VIDEO}?的?{GONE}{VIDEO}?的?{HEAD}\s*{T}", _from_start),
    rule(rf"(?:把)?{VIDEO}?的?{GONE}{VIDEO}?的?{TAIL}\s*{T}", _from_end),
    rule(rf"(?:把|将)?{VIDEO}?的?{HEAD}\s*{T}(?:的?内容)?{GONE}", _from_start),
    rule(rf"(?:把|将)?{VIDEO}?的?{TAIL}\s*{T}(?:的?内容)?{GONE}", _from_end),
    rule(rf"从\s*{T}开始(?:播放)?", _from_start),
    rule(rf"{STAYS}{VIDEO}?的?{HEAD}\s*{T}", _until),
    rule(rf"{STAYS}{VIDEO}?的?{TAIL}\s*{T}", _last),
    rule(rf"(?:把|将)?{VIDEO}?(?:剪辑?|缩短|裁剪?|剪短)(?:到|为|成)\s*{T}", _until),
    rule(rf"{STAYS}{VIDEO}?的?(?:从)?\s*{RANGE}\s*{PIECE}", _kept),
    rule(rf"{GONE}{VIDEO}?的?(?:从)?\s*{RANGE}\s*{PIECE}", _removed),
    rule(rf"(?:把|将)?{VIDEO}?的?(?:从)?\s*{RANGE}\s*{PIECE}{GONE}", _removed),
]


def read(clause: str) -> Keep | Remove | None:
    """Read what a clause wants cut."""
    edit = by_rules(RULES, clause)
    return edit if isinstance(edit, Keep | Remove) else None
