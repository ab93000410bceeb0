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
# Bytes of the smallest part of a character, of which the last may be torn off.
UNITS = (("16", 2), ("32", 4))
UNMARKED = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
# What a file of subtitles says in ASCII, whatever its language.
EVIDENT = ("-->", "Dialogue:", "WEBVTT", "[Script Info]")

# How encodings of seven bits change to another alphabet.
ESCAPES = (
    (rb"\x1b\$\)C", "iso2022_kr"), (rb"\x1b[$(]", "iso2022_jp_ext"),
    (rb"~\{(?:[!-w][!-~]){1,200}~\}", "hz"),
)  # fmt: skip

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
    r"|\p{L}[„‚€]|[§£¢¥¡¿]\p{Ll}{2}|\p{L}[§¡¿¢£](?!\p{L})"  # signs where no sign stands
    r"|(?<!\p{L})[\p{Latin}--[A-Za-z]]\d"  # a price in a letter
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
# An accent or a quotation mark that was taken for two characters; nobody writes these.
TAKEN = regex.compile(r"[ÃÂ][\u00a0-\u00bf]|â€")
CONTROLS = regex.compile(r"[\x00-\x08\x0e-\x1f]")
# What `£20`, `¥500`, `½` are in the encoding of Central Europe, where nobody writes that.
SIGNS = regex.compile(r"(?<!\p{L})[ŁĄ]\s?\d|\d[ŁĄ](?!\p{L})|[˘ˇ˛˝˙]")
LATIN = ("windows-125", "iso-8859-")
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
    data = _without_padding(data)
    for mark, name in MARKS:
        if data.startswith(mark):
            try:
                return _named(data, name)
            except SubtitlesUnreadableError:
                if mark != codecs.BOM_UTF8:
                    raise
                return decode(data[len(mark) :], encoding=encoding, language=language)
    if encoding:
        return _named(data, encoding)
    if b"\0" in data:
        return _unmarked(data)
    for sign, name in ESCAPES:
        if regex.search(sign, data):
            return _named(data, name)
    return _utf8(data) or _legacy(data, language)


def _without_padding(data: bytes) -> bytes:
    """Cut off what MS-DOS and disks put behind a text, in which no null is part of a letter."""
    text = data.rstrip(b"\0\x1a")
    return text if text and b"\0" not in text else data


def _named(data: bytes, encoding: str) -> Decoded:
    unit = next((width for bits, width in UNITS if bits in encoding), 1)
    try:
        return Decoded(data[: len(data) // unit * unit].decode(encoding), encoding)
    except (UnicodeDecodeError, LookupError):
        raise SubtitlesUnreadableError(
            f"it is not in {encoding.removesuffix('-sig').upper()}"
        ) from None


def _unmarked(data: bytes) -> Decoded:
    """Decode UTF-16 and UTF-32 without a mark: every ASCII character has its nulls."""
    for name in UNMARKED:
        unit = next(width for bits, width in UNITS if bits in name)
        text = data[: len(data) // unit * unit].decode(name, errors="replace")
        if any(word in text for word in EVIDENT) and "\0" not in text:
            return Decoded(text, name)
    raise SubtitlesUnreadableError("it is not text")


def _utf8(data: bytes) -> Decoded | None:
    try:
        text = _paired(data.decode("utf-8", errors="surrogatepass"))
    except UnicodeError:
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


def _paired(text: str) -> str:
    """Join the halves in which some programs write emoji (CESU-8)."""
    return text.encode("utf-16", errors="surrogatepass").decode("utf-16")


def _encoded_once(text: str) -> str | None:
    """Restore what was meant by `ÐŸÑ€Ð¸` or `РџСЂРё`: UTF-8 taken for a Windows encoding."""
    for name in TAKEN_FOR:
        try:
            once = text.encode(name, errors="controls").decode("utf-8")
        except UnicodeError:
            continue
        if len(text) - len(once) >= FEWEST_PAIRS or TAKEN.search(text):
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
    if name != "windows-1252" and name.startswith(LATIN) and SIGNS.search(text):
        name, text = "windows-1252", data.decode("windows-1252", errors="replace")
    if name == "ibm866" and {"ў", "и"} <= set(text):  # no language has both
        name, text = "cp1125", data.decode("cp1125")
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
