"""Mute, volume, speed and music."""

from __future__ import annotations

import re

from socialcopy.engine.editing.edits import AddMusic, Edit, RemoveMusic, SetSpeed, SetVolume
from socialcopy.engine.editing.parser.numbers import NUMBER
from socialcopy.engine.editing.parser.rules import QUOTED, VIDEO, Rule, by_rules, rule, used_up

SOUND = r"(?:the |all |its |original )*(?:sound|audio|volume|loudness|sound ?track)(?: level)?"
OF = rf"(?: (?:of|from|in) {VIDEO})?"
N = rf"(?P<n>{NUMBER})"
PERCENT = rf"{N}\s*(?:%|percent)"
A_BIT = r"(?: a (?:bit|little)| slightly| somewhat)?"
LOUDER, QUIETER = 1.5, 0.6
"""What "louder" and "quieter" do without a number: about 3.5 and 4.5 dB."""
FASTER, SLOWER = 1.5, 0.75
"""What "faster" and "slower" do without a number."""

MUTED = SetVolume(factor=0)
HALF = r"(?:half|一半|0?\.5)"


def _factor(match: re.Match[str]) -> float:
    return float(match["n"]) / 100


def _louder(match: re.Match[str]) -> SetVolume:
    return SetVolume(factor=1 + _factor(match), is_relative=True)


def _quieter(match: re.Match[str]) -> SetVolume | None:
    factor = 1 - _factor(match)
    return SetVolume(factor=factor, is_relative=True) if factor >= 0 else None


def _volume(match: re.Match[str]) -> SetVolume:
    return SetVolume(factor=_factor(match))


def _relative(factor: float) -> SetVolume:
    return SetVolume(factor=factor, is_relative=True)


UP = r"(?:raise|increase|boost|turn up|pump up|bring up|crank up|amplify)"
DOWN = r"(?:lower|reduce|decrease|turn down|bring down)"
ADJUST = r"(?:调整?|设置?|改|降|升|提高|降低|减|加)"
CN_SOUND = rf"(?:把|将)?(?:{VIDEO}的?)?(?:音量|声音)"

VOLUME: list[Rule] = [
    rule(rf"(?:mute|silence)(?: (?:{VIDEO}|{SOUND}){OF})?", lambda _: MUTED),
    rule(
        rf"(?:remove|turn off|kill|strip|drop|delete|switch off|cut|get rid of)(?: out)? {SOUND}{OF}",
        lambda _: MUTED,
    ),
    rule(rf"turn {SOUND} off", lambda _: MUTED),
    rule(rf"make {VIDEO} (?:silent|mute|soundless)", lambda _: MUTED),
    rule(r"(?:no|without)(?: any)? (?:sound|audio)", lambda _: MUTED),
    rule(rf"(?:unmute(?: {VIDEO})?|restore {SOUND}|turn {SOUND} (?:back )?on)",
         lambda _: SetVolume(factor=1)),
    rule(rf"(?:把|将)?{VIDEO}?(?:静音|消音|设为静音|设置为静音|调成静音)", lambda _: MUTED),
    rule(rf"(?:去掉|关掉|关闭|移除|删除|消除){VIDEO}?的?(?:声音|音频|原声)", lambda _: MUTED),
    rule(rf"(?:把|将)?{VIDEO}?的?(?:声音|音频|原声)(?:去掉|关掉|关闭|移除|删除)", lambda _: MUTED),
    rule(r"不要(?:有)?(?:声音|原声)", lambda _: MUTED),
    rule(rf"(?:取消静音|恢复{VIDEO}?的?(?:声音|原声))", lambda _: SetVolume(factor=1)),
    rule(
        rf"(?:(?:set|turn|change|put|bring|adjust|lower|raise|reduce|increase|drop|boost) )?"
        rf"{SOUND}{OF}(?: up| down)?(?: to| at)? {PERCENT}",
        _volume,
    ),
    rule(rf"play {VIDEO} at {PERCENT} (?:volume|loudness)", _volume),
    rule(rf"{UP} {SOUND}{OF} by {PERCENT}", _louder),
    rule(rf"turn {SOUND} up by {PERCENT}", _louder),
    rule(rf"make {VIDEO} {PERCENT} louder", _louder),
    rule(rf"{DOWN} {SOUND}{OF} by {PERCENT}", _quieter),
    rule(rf"turn {SOUND} down by {PERCENT}", _quieter),
    rule(rf"make {VIDEO} {PERCENT} (?:quieter|softer)", _quieter),
    rule(rf"double {SOUND}{OF}|make {VIDEO} twice as loud", lambda _: _relative(2)),
    rule(rf"halve {SOUND}{OF}|make {VIDEO} half as loud", lambda _: _relative(0.5)),
    rule(rf"(?:{SOUND} )?(?:at|to) half volume|(?:set )?{SOUND} to half",
         lambda _: SetVolume(factor=0.5)),
    rule(
        rf"{UP} {SOUND}{OF}{A_BIT}|turn {SOUND} up{A_BIT}|make (?:{VIDEO}|{SOUND}){A_BIT} louder"
        r"|louder",
        lambda _: _relative(LOUDER),
    ),
    rule(
        rf"{DOWN} {SOUND}{OF}{A_BIT}|turn {SOUND} down{A_BIT}"
        rf"|make (?:{VIDEO}|{SOUND}){A_BIT} (?:quieter|softer)|quieter|softer",
        lambda _: _relative(QUIETER),
    ),
    rule(rf"{CN_SOUND}{ADJUST}?(?:到|为|成|至)\s*(?:原来的)?{N}\s*%?", _volume),
    rule(rf"(?:提高|增大|调高|加大|增加)(?:{VIDEO}的?)?音量\s*{N}\s*%", _louder),
    rule(rf"{CN_SOUND}(?:提高|增大|调高|加大|增加)\s*{N}\s*%", _louder),
    rule(rf"(?:降低|减小|调低|减少)(?:{VIDEO}的?)?音量\s*{N}\s*%", _quieter),
    rule(rf"{CN_SOUND}(?:降低|减小|调低|减少)\s*{N}\s*%", _quieter),
    rule(rf"{CN_SOUND}(?:减半|{ADJUST}?(?:到|为|成)?一半)", lambda _: _relative(0.5)),
    rule(rf"{CN_SOUND}(?:加倍|翻倍)", lambda _: _relative(2)),
    rule(rf"{CN_SOUND}(?:调|放)?(?:大|高)一?[点些]|(?:提高|增大|调高)音量",
         lambda _: _relative(LOUDER)),
    rule(rf"{CN_SOUND}(?:调|放)?(?:小|低|轻)一?[点些]|(?:降低|减小|调低)音量",
         lambda _: _relative(QUIETER)),
]  # fmt: skip


def _speed(match: re.Match[str]) -> SetSpeed | None:
    factor = float(match["n"])
    return SetSpeed(factor=factor) if factor else None


def _speed_percent(match: re.Match[str]) -> SetSpeed | None:
    factor = _factor(match)
    return SetSpeed(factor=factor) if factor else None


def _slow_by_times(match: re.Match[str]) -> SetSpeed | None:
    """Halve the speed for slowing down by 2x, or 放慢2倍; 0.5x is meant literally."""
    factor = float(match["n"])
    return SetSpeed(factor=1 / factor if factor > 1 else factor) if factor else None


TIMES = r"\s*(?:x|×|times)"
SPEED: list[Rule] = [
    rule(rf"(?:speed|hurry)(?: {VIDEO})? up(?: {VIDEO})?(?: to| by)?(?: a factor of)? {N}(?:{TIMES})?",
         _speed),
    rule(rf"slow(?: {VIDEO})? down(?: {VIDEO})?(?: to| by)?(?: a factor of)? {N}(?:{TIMES})?",
         _slow_by_times),
    rule(rf"slow(?: {VIDEO})?(?: down)?(?: {VIDEO})? to {PERCENT}(?: speed)?", _speed_percent),
    rule(rf"(?:play|run|make|set|put)(?: {VIDEO})?(?: back)?(?: run| play| go)?(?: at| to)? {N}{TIMES}"
         r"(?: speed| faster)?", _speed),
    rule(rf"(?:play|run|set)(?: {VIDEO})?(?: back)?(?: at| to)? {PERCENT} speed", _speed_percent),
    rule(rf"{N}{TIMES}(?: speed)?", _speed),
    rule(rf"(?:set|change|put) (?:the )?(?:playback )?speed{OF} to {N}(?:{TIMES})?", _speed),
    rule(rf"(?:set|change|put) (?:the )?(?:playback )?speed{OF} to {PERCENT}", _speed_percent),
    rule(rf"double (?:the )?(?:playback )?speed{OF}|make {VIDEO} twice as fast"
         rf"|(?:play|run) {VIDEO} (?:at double speed|twice as fast)|speed {VIDEO} up twice",
         lambda _: SetSpeed(factor=2)),
    rule(rf"make {VIDEO} {N} times (?:as fast|faster)", _speed),
    rule(rf"halve (?:the )?(?:playback )?speed{OF}|make {VIDEO} (?:half as fast|twice as slow)"
         rf"|(?:play|run|slow)(?: {VIDEO})?(?: down)? (?:at|to) half (?:the )?speed"
         r"|(?:at )?half speed", lambda _: SetSpeed(factor=0.5)),
    rule(rf"speed(?: {VIDEO})? up(?: {VIDEO})?{A_BIT}|make {VIDEO}{A_BIT} faster|faster",
         lambda _: SetSpeed(factor=FASTER)),
    rule(rf"slow(?: {VIDEO})? down(?: {VIDEO})?{A_BIT}|make {VIDEO}{A_BIT} slower|slower",
         lambda _: SetSpeed(factor=SLOWER)),
    rule(rf"(?:把|将)?{VIDEO}?的?(?:播放)?(?:速度)?(?:加速|提速|加快|快放)(?:到|为|成|至)?\s*{N}\s*倍速?",
         _speed),
    rule(rf"(?:把|将)?{VIDEO}?的?(?:播放)?速度(?:调整?|设置?|改|提高|变)?(?:到|为|成|至)\s*(?:原来的)?{N}\s*倍?速?",
         _speed),
    rule(rf"(?:把|将|以|用)?{VIDEO}?(?:以|用)?\s*{N}\s*倍速(?:播放)?{VIDEO}?", _speed),
    rule(rf"(?:把|将)?{VIDEO}?的?(?:播放)?(?:速度)?(?:放慢|减速|慢放|变慢)(?:到|为|成|至)?\s*{N}\s*倍",
         _slow_by_times),
    rule(rf"(?:把|将)?{VIDEO}?(?:速度)?(?:加快|提高)一倍", lambda _: SetSpeed(factor=2)),
    rule(rf"(?:把|将)?{VIDEO}?(?:的?速度)?(?:放慢|减慢|减)(?:到)?一半|(?:把|将)?{VIDEO}?的?速度减半",
         lambda _: SetSpeed(factor=0.5)),
    rule(rf"(?:把|将)?{VIDEO}?(?:播放)?(?:加速|快一?[点些])", lambda _: SetSpeed(factor=FASTER)),
    rule(rf"(?:把|将)?{VIDEO}?(?:播放)?(?:减速|放慢|慢一?[点些])", lambda _: SetSpeed(factor=SLOWER)),
]  # fmt: skip

MUSIC = r"(?:\bbackground (?:music|track|song|audio)\b|\bbgm\b|\bmusic(?: track| file)?\b|\bsong\b|\bsoundtrack\b|背景音乐|配乐|音乐|歌曲|背景乐)"
FILE = rf"(?P<file>[A-Za-z0-9_.-]+\.(?:mp3|wav|m4a|aac)|{QUOTED})"
ADDS = r"^(?:add|use|put|set|play|include|insert|lay|mix in|make)\b|^(?:给|添加|加上|加入|加|配上|使用|用|放上?|把|将|设置?)"
DROPS = (
    r"^(?:remove|delete|drop|turn off|stop|no|without|get rid of|take out)\b"
    r"|^(?:去掉|删除|删掉|关掉|关闭|移除|取消|不要)|(?:去掉|删除|关掉)$"
)
FILLERS = (
    r"\b(?:some|the|my|a|an|uploaded|supplied|as|for|to|in|under|behind|underneath|beneath|with|of|"
    rf"from|i|file|track|video|clip|it|at|volume|and|by)\b|一段|一个|1个|1段|上传的|我的|作为|当作?|做|给|{VIDEO}|"
    r"音量|文件|配上|加上|这首|为|成|到|设|调|的|里"
)
VOLUME_OF_IT = rf"(?:\bat )?{PERCENT}"
CHANGES = (
    r"^(?:set|turn|change|make|lower|raise|reduce|bring|adjust)\b|^(?:把|将)?(?=背景|音乐|配乐)"
)
SOFTER = r"\b(?:quieter|softer|down)\b|小一?[点些]|轻一?[点些]|调低|降低"
STRONGER = r"\b(?:louder|up)\b|大一?[点些]|调高"


def _music(clause: str) -> Edit | None:
    is_named = re.search(FILE, clause, re.IGNORECASE)
    if not re.search(MUSIC, clause, re.IGNORECASE) and not is_named:
        return None
    if used_up(clause, DROPS, FILE, MUSIC, FILLERS):
        return (
            RemoveMusic() if re.search(DROPS, clause, re.IGNORECASE) else _added(clause, is_named)
        )
    if used_up(clause, CHANGES, SOFTER, STRONGER, MUSIC, FILLERS) and not is_named:
        factor = LOUDER if re.search(STRONGER, clause, re.IGNORECASE) else QUIETER
        return SetVolume(factor=factor, is_relative=True, of="music")
    if used_up(clause, CHANGES, VOLUME_OF_IT, MUSIC, FILLERS) and not is_named:
        return _music_volume(clause)
    if re.search(ADDS, clause, re.IGNORECASE) and used_up(
        clause, ADDS, VOLUME_OF_IT, FILE, MUSIC, FILLERS
    ):
        return _added(clause, is_named)
    return None


def _music_volume(clause: str) -> SetVolume | None:
    stated = re.search(PERCENT, clause, re.IGNORECASE)
    return SetVolume(factor=_factor(stated), of="music") if stated else None


def _added(clause: str, named: re.Match[str] | None) -> AddMusic:
    stated = re.search(PERCENT, clause, re.IGNORECASE)
    return AddMusic(
        filename=named["file"] if named else None, volume=_factor(stated) if stated else None
    )


def read(clause: str) -> Edit | None:
    """Read what a clause wants of the sound or the speed."""
    return by_rules(VOLUME, clause) or by_rules(SPEED, clause) or _music(clause)
