"""Bytes of a subtitle file as text: by its mark, as UTF-8, else by what the bytes themselves say.

A legacy encoding is chardetng's guess (Firefox's own detector), nudged by the language that is
expected. The guess then has to read like writing: an encoding that is not among chardetng's gives
words such as `gardŽ` or `спортЯ`, and such a file is refused rather than shown.
"""

# ruff: noqa: RUF001, RUF002 - signs that a wrong encoding gives are what these patterns look for

from __future__ import annotations

import codecs
from typing import NamedTuple

import regex
from chardetng_py import EncodingDetector

from socialcopy.media.errors import SubtitlesUnreadableError

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16's, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNMARKED = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# What a file of subtitles says in ASCII, whatever its language.
EVIDENT = ("-->", "Dialogue:", "WEBVTT", "[Script Info]")

# The encodings that Windows writes under those names.
SUPERSETS = {
    "gbk": "gb18030", "shift_jis": "cp932", "euc-kr": "cp949", "big5": "big5hkscs",
    "windows-874": "cp874", "iso-8859-8-i": "iso-8859-8",
}  # fmt: skip

# chardetng takes a top-level domain as its hint; most are the language's own code.
DOMAINS = {
    "be": b"by", "bs": b"ba", "cs": b"cz", "da": b"dk", "el": b"gr", "en": b"com", "et": b"ee",
    "fa": b"ir", "he": b"il", "ja": b"jp", "ko": b"kr", "sl": b"si", "sr": b"rs", "sv": b"se",
    "uk": b"ua", "ur": b"pk", "vi": b"vn", "zh": b"cn", "zh-TW": b"tw", "ar": b"sa",
}  # fmt: skip

# More of a file says nothing new about its encoding.
EVIDENCE_BYTES = 200_000
# Share of broken sequences up to which a file is still UTF-8: a torn end, one pasted line.
MOST_BROKEN = 0.01
# Share of words with foreign letters that may look wrong: a trade mark, a slip of the keys.
MOST_ODD = 0.04

UNSURE = (
    "its encoding can't be told with confidence; save it as UTF-8, or name the encoding in the "
    "brief as `subtitles_encoding`"
)

WORD = regex.compile(r"[\p{L}\p{M}\p{S}\p{P}\p{N}]*[^\x00-\x7f\s][\p{L}\p{M}\p{S}\p{P}\p{N}]*")
ODD = regex.compile(
    r"\p{Ll}\p{M}*+[\p{Lu}--[A-Z]]"  # `gardŽ`: a capital of another alphabet inside a word
    r"|\p{L}[\u0080-\u00bf×÷ˆ˜†‡•‰™ƒ−∑∏∫≤≥◊√≈∆--[ªº·»«]]+\p{L}"  # signs between letters
    r"|[¤\u0080-\u009f\uFFFD\p{Co}\p{Cn}]"  # nobody writes these
    r"|\p{Latin}[\p{Cyrillic}\p{Greek}\p{Hebrew}\p{Arabic}]"
    r"|[\p{Cyrillic}\p{Greek}\p{Hebrew}\p{Arabic}]\p{Latin}"
    r"|(?<!\p{L})[ьъЬЪ]"  # never first in a word
    r"|(?<![\p{Thai}])[\u0e30-\u0e3a\u0e45-\u0e4e]",  # a vowel or tone mark on nothing
    regex.V1,
)
CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
# Share of letters in a file of Chinese, Japanese or Korean; an accent read as half of such a
# character gives a few.
FEWEST_CJK = 0.2
TAKEN_FOR = ("cp1252", "cp1251")
# No language writes so many pairs of letters that happen to be UTF-8 as well, and no other.
FEWEST_PAIRS = 3
CONTROLS = regex.compile(r"[\x00-\x08\x0e-\x1f]")
# ISO-8859-15 has €, Œ, Š and Ž where Windows-1252 has signs, and leaves 0x80 to 0x9F free.
LATIN_9 = regex.compile(r"¤|(?<=\p{L})[¦¨´¸¼½¾]|[¦¨´¸¼½¾](?=\p{L})")


class Decoded(NamedTuple):
    """A file's text and how it was found."""

    text: str
    encoding: str
    note: str = ""
    """What a person should know of it."""


def decode(data: bytes, *, encoding: str = "", language: str | None = None) -> Decoded:
    """Read bytes in the encoding somebody named, else in the one they are in by evidence.

    `language` is what the text is expected to be in, as a BCP 47 tag. Raises
    SubtitlesUnreadableError.
    """
    for mark, name in MARKS:
        if data.startswith(mark):
            return _named(data, name)
    if encoding:
        return _named(data, encoding)
    if b"\0" in data:
        return _unmarked(data)
    # Escapes of ISO-2022-JP, which Japanese mail programs write: all of its bytes are ASCII.
    if b"\x1b$" in data or b"\x1b(" in data:
        return _named(data, "iso2022_jp_ext")
    return _utf8(data) or _legacy(data, language)


def _named(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except (UnicodeDecodeError, LookupError):
        raise SubtitlesUnreadableError(
            f"it is not in {encoding.removesuffix('-sig').upper()}"
        ) from None


def _unmarked(data: bytes) -> Decoded:
    """Decode UTF-16 and UTF-32 without a mark: every ASCII character has its nulls."""
    for name in UNMARKED:
        text = data[: len(data) // 4 * 4 if "32" in name else len(data) // 2 * 2].decode(
            name, errors="replace"
        )
        if any(word in text for word in EVIDENT) and "\0" not in text:
            return Decoded(text, name)
    raise SubtitlesUnreadableError("it is not text")


def _utf8(data: bytes) -> Decoded | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
        broken = text.count("\ufffd")
        foreign = len(regex.findall(r"[^\x00-\x7f\ufffd]", text))
        if broken > max(1, MOST_BROKEN * foreign) or not foreign:
            return None
        one = "a character" if broken == 1 else f"{broken} characters"
        return Decoded(text.replace("\ufffd", ""), "utf-8", f"{one} could not be read")
    if CONTROLS.search(text):
        raise SubtitlesUnreadableError("it is not text")
    once = _encoded_once(text)
    if once is None:
        return Decoded(text, "utf-8")
    return Decoded(once, "utf-8", "it was garbled by being saved twice, and was restored")


def _encoded_once(text: str) -> str | None:
    """Restore what was meant by `ÐŸÑ€Ð¸` or `РџСЂРё`: UTF-8 taken for a Windows encoding."""
    for name in TAKEN_FOR:
        try:
            once = text.encode(name, errors="controls").decode("utf-8")
        except UnicodeError:
            continue
        if len(text) - len(once) >= FEWEST_PAIRS:
            return once
    return None


def _controls(error: UnicodeError) -> tuple[bytes, int]:
    """Write bytes that Windows leaves undefined as the controls they are in Latin-1."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode("latin-1"), error.end


codecs.register_error("controls", _controls)


def _legacy(data: bytes, language: str | None) -> Decoded:
    detector = EncodingDetector()
    detector.feed(data[:EVIDENCE_BYTES], last=True)
    tongue = language or ""
    domain = DOMAINS.get(tongue) or DOMAINS.get(tongue[:2]) or tongue[:2].encode() or None
    guess = detector.guess(tld=domain, allow_utf8=False).lower()
    name = SUPERSETS.get(guess, guess)
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        raise SubtitlesUnreadableError(UNSURE) from None
    if CONTROLS.search(text):
        raise SubtitlesUnreadableError("it is not text")
    if name == "windows-1252" and LATIN_9.search(text) and not regex.search(rb"[\x80-\x9f]", data):
        name, text = "iso-8859-15", data.decode("iso-8859-15")
    if oddity(text[: EVIDENCE_BYTES // 4]) > MOST_ODD or (
        name == "ibm866" and text.upper() == text
    ):
        raise SubtitlesUnreadableError(UNSURE)
    return Decoded(text, name)


def oddity(text: str) -> float:
    """Return the share of the words with other than ASCII letters that no language writes so."""
    words = WORD.findall(text)
    letters = len(regex.findall(r"\p{L}", text))
    strange = len(CJK.findall(text))
    if strange and strange < FEWEST_CJK * letters:
        return 1.0
    return sum(bool(ODD.search(word)) for word in words) / max(1, len(words))
