"""Subtitles as people bring them: the bytes, what a viewer should read, and what one did before.

The kinds are those that public bug reports of this trade name: encodings, times, markup, comments,
rolling captions, cues at the same time, and files that hold something else.
"""

from __future__ import annotations

from typing import NamedTuple

from .texts import TEXTS


class GivenFile(NamedTuple):
    """A file of subtitles and what is right."""

    name: str
    what: str
    before: str
    """What became of it before each format was read by its rules."""
    data: bytes
    shown: list[str]
    """Texts in order; none where the file is refused with a sentence."""
    note: str = ""
    """Part of a sentence that says what was done."""
    encoding: str = ""
    """What the brief says."""


def srt(*texts: str, end: str = "\n") -> str:
    """SubRip with a subtitle a second."""
    return end.join(
        f"{n}{end}00:00:0{n},000 --> 00:00:0{n},900{end}{text}{end}"
        for n, text in enumerate(texts, start=1)
    )


def srt_at(*cues: tuple[float, float, str]) -> str:
    """SubRip with these beginnings and ends, in seconds."""
    return "\n".join(
        f"{n}\n{_clock(start)} --> {_clock(end)}\n{text}\n"
        for n, (start, end, text) in enumerate(cues, start=1)
    )


def _clock(seconds: float) -> str:
    minutes, ms = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02},{ms % 1000:03}"


def vtt(*texts: str) -> str:
    """WebVTT with a cue a second."""
    cues = (f"00:0{n}.000 --> 00:0{n}.900\n{text}\n" for n, text in enumerate(texts, start=1))
    return "\n".join(("WEBVTT\n", *cues))


ENCODED = (
    ("ru", "cp1251", "shown: Ïðèâåò, äðóçüÿ!"),
    ("ru", "koi8-r", "shown: ðÒÉ×ÅÔ, ÄÒÕÚØÑ!"),
    ("ru", "iso8859-5", "shown: ¿àØÒÕâ, Ôàã×ìï!"),
    ("ru", "cp866", "shown: à¨¢¥â, ¤àã§ìï!"),
    ("uk", "cp1251", "shown: Ïðèâ³ò, äðóç³!"),
    ("bg", "cp1251", "shown: Çäðàâåéòå, ïðèÿòåëè!"),
    ("pl", "cp1250", "shown: Czeœæ wszystkim!"),
    ("pl", "iso8859-2", "shown: Cze¶æ wszystkim!"),
    ("cs", "cp1250", "shown: Ahoj, pøátelé!"),
    ("hu", "cp1250", "right"),
    ("fr", "cp1252", "right"),
    ("fr", "iso8859-15", "right"),
    ("de", "cp1252", "right"),
    ("es", "cp1252", "right"),
    ("tr", "cp1254", "shown: Bugün yeni kupamýzý tanýtýyo"),
    ("el", "cp1253", "shown: Ãåéá óáò, ößëïé!"),
    ("ar", "cp1256", "shown: ãÑÍÈÇ Èßã ÌãíÚÇ!"),
    ("he", "cp1255", "shown: ùìåí ìëåìí!"),
    ("th", "cp874", "shown: ÊÇÑÊ´Õ¤èÐ·Ø¡¤¹"),
    ("zh", "gbk", "shown: ´ó¼ÒºÃ£¡"),
    ("zh", "gb18030", "shown: ´ó¼ÒºÃ£¡"),
    ("zh-TW", "big5", "shown: ¤j®a¦n¡I"),
    ("ja", "cp932", "shown: F³ñA±ñÉ¿ÍB"),
    ("ja", "euc-jp", "shown: ³§¤µ¤ó¡¢¤³¤ó¤Ë¤Á¤Ï¡£"),
    ("ja", "iso2022-jp", "shown: $B3'$5$s!\"$3$s$K$A$O!#(B"),
    ("ko", "euc-kr", "shown: ¿©·¯ºÐ ¾È³çÇÏ¼¼¿ä!"),
    ("lt", "cp1257", "shown: Ðiandien parodysime naujà pu"),
    ("ru", "utf-16", "right"),
    ("ru", "utf-16-le", "ignored in silence"),
    ("ru", "utf-16-be", "ignored in silence"),
    ("zh", "utf-16-le", "ignored in silence"),
    ("ja", "utf-16-be", "ignored in silence"),
    ("ja", "utf-8-sig", "right"),
    ("ru", "utf-32", "ignored in silence"),
)
"""Language, encoding, and what was seen."""

ENCODINGS = tuple(
    GivenFile(
        f"{language}-{encoding}.srt",
        f"{language} in {encoding}",
        before,
        srt(*TEXTS[language][:4], end="\r\n").encode(encoding),
        list(TEXTS[language][:4]),
    )
    for language, encoding, before in ENCODED
)

FILES: tuple[GivenFile, ...] = (
    GivenFile(
        "mac-roman.srt",
        "French in an encoding of 1995",
        "shown: Bonjour tous !",
        srt(*TEXTS["fr"]).encode("mac-roman"),
        [],
        note="was not used",
    ),
    GivenFile(
        "brief.srt",
        "the same, named in the brief",
        "shown: Bonjour tous !",
        srt(*TEXTS["fr"]).encode("mac-roman"),
        [
            "Bonjour à tous !",
            "Voici notre nouvelle tasse à café.",
            "Elle garde la chaleur pendant six heures.",
            "Livraison sous 14 jours.",
            "Moins vingt pour cent jusqu'à vendredi.",
            "Où buvez-vous votre café le matin ?",
            "J'aime bien que le couvercle ne fuie pas.",
            "Commandez-la dès maintenant, c'est très simple.",
        ],
        encoding="mac-roman",
    ),
    GivenFile(
        "named-wrongly.srt",
        "an encoding in the brief that it is not",
        "shown: Où?",
        srt("Où?").encode("cp1252"),
        [],
        note="not in UTF-8",
        encoding="utf-8",
    ),
    GivenFile(
        "torn.srt",
        "UTF-8 torn off in a letter",
        "shown: OÃ¹ Ãªtes-vous?",
        srt("Où êtes-vous?", "À la mer, où tout va bien, ça alors é").encode()[:-2],
        ["Où êtes-vous?", "À la mer, où tout va bien, ça alors"],
        note="could not be read",
    ),
    GivenFile(
        "cr.srt",
        "line ends of an old Mac",
        "ignored in silence",
        b"1\r00:00:01,000 --> 00:00:01,900\rOne.\r\r2\r00:00:02,000 --> 00:00:02,900\rTwo.\r",
        ["One.", "Two."],
    ),
    GivenFile(
        "crlf-mixed.srt",
        "mixed line ends",
        "1 lost",
        (
            b"1\r\n"
            b"00:00:01,000 --> 00:00:01,900\r\n"
            b"One.\r\n\n"
            b"2\n"
            b"00:00:02,000 --> 00:00:02,900\rTwo.\r"
        ),
        ["One.", "Two."],
    ),
    GivenFile(
        "two-marks.srt",
        "a mark in the middle, of joined files",
        "shown: One. / ﻿2",
        (
            "﻿1\n00:00:01,000 --> 00:00:01,900\nOne.\n\n﻿2\n00:00:02,000 --> 00:00:02,900\nTwo.\n"
        ).encode(),
        ["One.", "Two."],
    ),
    GivenFile(
        "no-index.srt",
        "without indices",
        "right",
        (
            b"00:00:01,000 --> 00:00:01,900\n"
            b"One.\n\n"
            b"00:00:02,000 --> 00:00:02,900\n"
            b"1984\n\n"
            b"00:00:03,000 --> 00:00:03,900\n"
            b"Three.\n"
        ),
        ["One.", "1984", "Three."],
    ),
    GivenFile(
        "tight.srt",
        "without blank lines",
        "right",
        srt("One.\n2\n00:00:02,000 --> 00:00:02,900\nTwo.").encode(),
        ["One.", "Two."],
    ),
    GivenFile(
        "dots.srt",
        "points for commas, no hours, one digit",
        "ignored in silence",
        b"1\n0:01.0 --> 0:01.9\nOne.\n\n2\n00:02 --> 00:03\nTwo.\n",
        ["One.", "Two."],
    ),
    GivenFile(
        "spaces.srt",
        "spaces in times",
        "ignored in silence",
        b"1\n00: 00: 01, 000 -- > 00: 00: 01, 900\nOne.\n",
        ["One."],
    ),
    GivenFile(
        "arrows.srt",
        "other arrows",
        "right",
        (
            "1\n00:00:01,000 -> 00:00:01,900\nOne.\n\n2\n00:00:02,000 –> 00:00:02,900\nTwo.\n"
        ).encode(),
        ["One.", "Two."],
    ),
    GivenFile(
        "places.srt",
        "coordinates behind the times",
        "right",
        b"1\n00:00:01,000 --> 00:00:01,900 X1:100 X2:620 Y1:400 Y2:440\nOne.\n",
        ["One."],
    ),
    GivenFile(
        "beside.srt",
        "text behind the times",
        "ignored in silence",
        b"1\n00:00:01,000 --> 00:00:01,900 One.\n",
        ["One."],
    ),
    GivenFile(
        "gap.srt",
        "a blank line inside a subtitle",
        "right",
        srt("One\n\nand more.", "Two.").encode(),
        ["One\nand more.", "Two."],
    ),
    GivenFile(
        "order.srt",
        "out of order",
        "right",
        (b"2\n00:00:02,000 --> 00:00:02,900\nTwo.\n\n1\n00:00:01,000 --> 00:00:01,900\nOne.\n"),
        ["One.", "Two."],
    ),
    GivenFile(
        "tags.srt",
        "HTML",
        "1 of 6 lost",
        srt(
            '<font color="#ff0">One</font> <B>two</b>',
            "I <3 you",
            "5 < 6 > 4",
            "Fish &amp; chips, R&D, AT&T",
            "<Applause>",
            "Up<br>down",
        ).encode(),
        ["One two", "I <3 you", "5 < 6 > 4", "Fish & chips, R&D, AT&T", "<Applause>", "Up\ndown"],
    ),
    GivenFile(
        "braces.srt",
        "codes in braces, and words in braces",
        "shown: Two",
        srt(
            "{\\an8}One.",
            "{\\i1}Two{\\i0} {laughs}",
            "{Y:i}Three.",
            "{\\p1}m 0 0 l 9 9{\\p0}Four.",
            "{i}Five{/i}",
            "{Six",
        ).encode(),
        ["One.", "Two {laughs}", "Three.", "Four.", "Five", "{Six"],
    ),
    GivenFile(
        "backwards.srt",
        "times that go backwards",
        "right",
        srt_at((3, 1, "One."), (4, 5, "Two.")).encode(),
        ["Two."],
        note="before or when it begins",
    ),
    GivenFile(
        "beyond.srt",
        "beyond the end",
        "right",
        srt_at((1, 1.9, "One."), (3600, 3601, "Two.")).encode(),
        ["One."],
        note="after the end",
    ),
    GivenFile(
        "hour.srt",
        "a clock that starts at one hour",
        "ignored in silence",
        srt_at((3601, 3601.9, "One.")).encode(),
        [],
        note="after the end",
    ),
    GivenFile(
        "same.srt",
        "two at the same time",
        "shown: - Yes.",
        srt_at((1, 3, "- Is it hot?"), (1, 3, "- Yes.")).encode(),
        ["- Is it hot?\n- Yes."],
        note="at the same time",
    ),
    GivenFile(
        "nested.srt",
        "one inside another",
        "shown: Music",
        srt_at((1, 5, "Music"), (1.2, 3, "Hello.")).encode(),
        ["Music\nHello."],
        note="at the same time",
    ),
    GivenFile(
        "overlap.srt",
        "one begins before the other ends",
        "right",
        srt_at((1, 5, "One."), (3, 6, "Two.")).encode(),
        ["One.", "Two."],
    ),
    GivenFile(
        "twice.srt",
        "said twice",
        "right",
        srt_at((1, 2, "No!"), (2, 3, "No!")).encode(),
        ["No!", "No!"],
    ),
    GivenFile(
        "empty.srt",
        "an empty one among others",
        "right",
        srt("One.", "", "Three.").encode(),
        ["One.", "Three."],
    ),
    GivenFile(
        "json.srt",
        "JSON",
        "ignored in silence",
        b'[{"start": 1, "text": "hi"}]',
        [],
        note="form we read",
    ),
    GivenFile(
        "json-object.srt",
        "JSON of a recogniser",
        "ignored in silence",
        b'{"text": "hi", "segments": [{"start": 0.0}]}',
        [],
        note="form we read",
    ),
    GivenFile(
        "html.srt",
        "a web page",
        "ignored in silence",
        b"<!doctype html><html><body>404</body></html>",
        [],
        note="form we read",
    ),
    GivenFile(
        "ttml.srt",
        "TTML under another name",
        "shown: One.",
        b'<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="00:00:01.000" end="00:00:02.000">One.</p></div></body></tt>',
        [],
        note="form we read",
    ),
    GivenFile(
        "picture.srt",
        "a picture",
        "ignored in silence",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\1\xfe\xff" * 300,
        [],
        note="not text",
    ),
    GivenFile("nulls.srt", "null bytes", "ignored in silence", bytes(5_000), [], note="not text"),
    GivenFile("nothing.srt", "nothing", "ignored in silence", b"", [], note="form we read"),
    GivenFile(
        "hello.vtt", "as the standard writes it", "right", vtt("Hello.").encode(), ["Hello."]
    ),
    GivenFile(
        "note.vtt",
        "NOTE, one line and many, STYLE, REGION",
        "shown: One. / NOTE / many lines / T",
        (
            b"WEBVTT - mine\n\n"
            b"STYLE\n"
            b"::cue { color: red }\n\n"
            b"REGION\n"
            b"id:fred\n"
            b"width:40%\n\n"
            b"NOTE one line\n\n"
            b"00:01.000 --> 00:01.900\n"
            b"One.\n\n"
            b"NOTE\n"
            b"many lines\n"
            b"TODO check\n\n"
            b"00:02.000 --> 00:02.900\n"
            b"Two.\n"
        ),
        ["One.", "Two."],
    ),
    GivenFile(
        "names.vtt",
        "identifiers and settings",
        "right",
        (
            b"WEBVTT\n\n"
            b"intro - 1\n"
            b"00:01.000 --> 00:01.900 align:start position:0% line:-1\n"
            b"One.\n\n"
            b"2\n"
            b"00:02.000 --> 00:02.900\n"
            b"Two.\n"
        ),
        ["One.", "Two."],
    ),
    GivenFile(
        "spans.vtt",
        "voices, classes, languages, readings, times",
        "shown: 漢kan字ji",
        vtt(
            "<v.loud Ann Lee>One</v> <c.big.red>two</c>",
            "<lang ja><ruby>漢<rt>kan</rt>字<rt>ji</rt></ruby></lang>",
            "<b>Th</b><i>r</i><u>ee</u><00:03.500>.",
            "I <3 you",
            "AT&amp;T &lt;b&gt; &nbsp;x&lrm;",
        ).encode(),
        ["One two", "漢字", "Three.", "I <3 you", "AT&T <b>  x‎"],
        note="above words",
    ),
    GivenFile(
        "entities.vtt",
        "entities",
        "shown: Fish &amp; chips &lt; 5&nbsp",
        vtt("Fish &amp; chips &lt; 5&nbsp;&euro; &#9829;").encode(),
        ["Fish & chips < 5 € ♥"],
    ),
    GivenFile(
        "header.vtt",
        "a header of several lines, hours over 99",
        "right",
        (
            b"WEBVTT Kind: captions; Language: de\n"
            b"Kind: captions\n"
            b"Language: de\n\n"
            b"00:00:01.000 --> 100:00:00.000\n"
            b"Eins.\n"
        ),
        ["Eins."],
    ),
    GivenFile(
        "no-blank.vtt",
        "no blank line behind the header",
        "right",
        b"WEBVTT\n00:01.000 --> 00:01.900\nOne.\n",
        ["One."],
    ),
    GivenFile(
        "glued.vtt",
        "no blank line between",
        "right",
        vtt("One.\n00:02.000 --> 00:02.900\nTwo.").encode(),
        ["One.", "Two."],
    ),
    GivenFile(
        "commas.vtt",
        "times as in SubRip",
        "ignored in silence",
        b"WEBVTT\n\n1\n00:00:01,000 --> 00:00:01,900\nOne.\n",
        ["One."],
    ),
    GivenFile(
        "bad-times.vtt",
        "times nobody can read",
        "right",
        b"WEBVTT\n\n00:01.000 --> soon\nOne.\n\n00:02.000 --> 00:02.900\nTwo.\n",
        ["Two."],
        note="times nobody can read",
    ),
    GivenFile("really.srt", "WebVTT under another name", "right", vtt("One.").encode(), ["One."]),
    GivenFile("really.vtt", "SubRip under another name", "right", srt("One.").encode(), ["One."]),
    GivenFile(
        "thumbs.vtt",
        "thumbnails for a player",
        "shown: s.jpg#xywh=0,0,160,90",
        vtt("s.jpg#xywh=0,0,160,90", "s.jpg#xywh=160,0,160,90").encode(),
        [],
        note="for a player",
    ),
    GivenFile(
        "hls.vtt",
        "a segment of a stream",
        "right",
        (
            b"WEBVTT\n"
            b"X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n"
            b"00:01.000 --> 00:01.900\n"
            b"One.\n"
        ),
        ["One."],
    ),
    GivenFile(
        "youtube.vtt",
        "rolling, as YouTube writes it",
        "shown: Cold<00:00:00.960> coffee<00",
        (
            b"WEBVTT\n"
            b"Kind: captions\n"
            b"Language: en\n\n"
            b"00:00:00.160 --> 00:00:03.429 align:start position:0%\n"
            b" \n"
            b"Cold<00:00:00.960><c> coffee</c><00:00:01.520><c> before</c><00:00:02.159><c> your</c><00:00:02.560><c> second</c><00:00:02.720><c> meeting</c>\n\n"
            b"00:00:03.429 --> 00:00:03.439 align:start position:0%\n"
            b"Cold coffee before your second meeting\n"
            b" \n\n"
            b"00:00:03.439 --> 00:00:05.749 align:start position:0%\n"
            b"Cold coffee before your second meeting\n"
            b"meet<00:00:03.760><c> the</c><00:00:04.000><c> harbor</c><00:00:04.240><c> mug</c>\n\n"
            b"00:00:05.749 --> 00:00:05.759 align:start position:0%\n"
            b"meet the harbor mug\n"
            b" \n\n"
            b"00:00:05.759 --> 00:00:08.800 align:start position:0%\n"
            b"meet the harbor mug\n"
            b"it<00:00:06.000><c> keeps</c><00:00:06.500><c> your</c><00:00:07.000><c> coffee</c><00:00:07.500><c> hot</c>\n"
        ),
        [
            "Cold coffee before your second meeting",
            "meet the harbor mug",
            "it keeps your coffee hot",
        ],
        note="roll",
    ),
    GivenFile(
        "youtube.srt",
        "the same as SubRip",
        "shown: Cold coffee / meet the mug",
        srt_at(
            (0.16, 3.429, "Cold coffee"),
            (3.429, 3.439, "Cold coffee"),
            (3.439, 5.749, "Cold coffee\nmeet the mug"),
            (5.749, 5.759, "meet the mug"),
            (5.759, 8, "meet the mug\nit is hot"),
        ).encode(),
        ["Cold coffee", "meet the mug", "it is hot"],
        note="roll",
    ),
    GivenFile(
        "rollup.srt",
        "three lines that scroll, of live captioning",
        "shown: A one / B two",
        srt_at(
            (1, 2, "A one"),
            (2, 3, "A one\nB two"),
            (3, 4, "A one\nB two\nC three"),
            (4, 5, "B two\nC three\nD four"),
        ).encode(),
        ["A one", "B two", "C three", "D four"],
        note="roll",
    ),
    GivenFile(
        "growing.srt",
        "word by word",
        "shown: It is",
        srt_at((1, 2, "It"), (2, 3, "It is"), (3, 4, "It is hot.")).encode(),
        ["It", "is", "hot."],
        note="roll",
    ),
    GivenFile(
        "mine.ass",
        "SubStation",
        "shown: TODO ask legal",
        (
            b"[Script Info]\n"
            b"ScriptType: v4.00+\n\n"
            b"[V4+ Styles]\n"
            b"Format: Name, Fontname\n"
            b"Style: Default,Arial\n\n"
            b"[Events]\n"
            b"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
            b"Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,TODO ask legal\n"
            b"Dialogue: 0,0:00:01.00,0:00:01.90,Default,,0,0,0,,{\\an8}One, {a note}two\\Nthree.\n"
            b"Dialogue: 0,0:00:02.00,0:00:02.90,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}\n"
        ),
        ["One, two\nthree."],
    ),
    GivenFile(
        "mine.sbv",
        "YouTube's own",
        "right",
        b"0:00:01.000,0:00:01.900\nOne.\n\n0:00:02.000,0:00:02.900\nTwo,\nthree.\n",
        ["One.", "Two,\nthree."],
    ),
    GivenFile(
        "garbled.srt",
        "UTF-8 that was taken for a Windows encoding and saved",
        "shown: РџСЂРёРІРµС‚",
        srt("РџСЂРёРІРµС‚, РґСЂСѓР·СЊСЏ").encode(),
        ["Привет, друзья"],
        note="restored",
    ),
    GivenFile(
        "unknown.vtt",
        "a tag that WebVTT does not have",
        "shown: bar",
        vtt("<foo>bar</foo> baz").encode(),
        ["bar baz"],
        note="<foo>",
    ),
    GivenFile(
        "stray.vtt",
        "text that belongs to no cue",
        "shown: One. / stray",
        vtt("One.\n\nstray text", "Two.").encode(),
        ["One.", "Two."],
        note="has no times",
    ),
    GivenFile(
        "layers.ass",
        "the same line on two layers",
        "1 lost",
        (
            b"[Script Info]\n\n"
            b"[Events]\n"
            b"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
            b"Dialogue: 0,0:00:01.00,0:00:01.90,,,0,0,0,,{\\blur3}One.\n"
            b"Dialogue: 1,0:00:01.00,0:00:01.90,,,0,0,0,,One.\n"
        ),
        ["One."],
    ),
    GivenFile(
        "flood.srt",
        "more than anybody reads",
        "minutes of work",
        srt("word " * 2_000).encode(),
        [],
        note="more than anybody can read",
    ),
    GivenFile(
        "note.srt",
        "a NOTE of WebVTT in SubRip",
        "shown: Hi / NOTE private",
        srt_at((1, 2, "Hi\n\nNOTE private\nask legal"), (3, 4, "NOTE: bring water")).encode(),
        ["Hi", "NOTE: bring water"],
    ),
    GivenFile(
        "arrow.vtt",
        "an arrow in the text",
        "right",
        vtt("<i>Hi --&gt; there</i>", "a --> b").encode(),
        ["Hi --> there", "a --> b"],
    ),
    GivenFile(
        "frames.srt",
        "times in frames",
        "right",
        b"1\n00:00:01:12 --> 00:00:02:12\nOne.\n",
        ["One."],
    ),
    GivenFile(
        "pounds.srt",
        "English with a price in pounds, of Windows",
        "shown: It costs Ł20.",
        srt("It costs £20.", "Add ½ cup.").encode("cp1252"),
        ["It costs £20.", "Add ½ cup."],
        note="windows-1252",
    ),
    GivenFile(
        "dos-german.srt",
        "two lines of MS-DOS, in German",
        "shown: Er h„lt sechs Stunden",
        srt("Heute der neue Becher.", "Er hält sechs Stunden.").encode("cp850"),
        [],
        note="can't be told with confidence",
    ),
    GivenFile(
        "dos-ukrainian.srt",
        "Ukrainian of MS-DOS",
        "shown: Привўт, друзў!",
        srt(*TEXTS["uk"]).encode("cp1125"),
        list(TEXTS["uk"]),
        note="cp1125",
    ),
    GivenFile(
        "chinese-mail.srt",
        "Chinese in seven bits (HZ)",
        "shown: ~{4s<R:C#!~}",
        srt(*TEXTS["zh"]).encode("hz"),
        list(TEXTS["zh"]),
    ),
    GivenFile(
        "korean-mail.srt",
        "Korean in seven bits (ISO-2022-KR)",
        "ignored in silence",
        srt(*TEXTS["ko"]).encode("iso2022_kr"),
        list(TEXTS["ko"]),
    ),
    GivenFile(
        "halves.srt",
        "emoji in two halves (CESU-8)",
        "shown: Hi 頎巾竴",
        srt("Hi @").encode().replace(b"@", b"\xed\xa0\xbd\xed\xb8\x80"),
        ["Hi 😀"],
    ),
    GivenFile(
        "end-of-file.srt",
        "the sign with which MS-DOS ends a text",
        "not shown",
        srt("One.").encode() + b"\x1a",
        ["One."],
    ),
    GivenFile(
        "padded.srt",
        "nulls behind the end",
        "not shown",
        srt("One.").encode() + bytes(400),
        ["One."],
    ),
    GivenFile(
        "half-a-letter.srt",
        "UTF-16 with a byte too many",
        "not shown",
        srt("Привет.").encode("utf-16") + b"\0",
        ["Привет."],
    ),
    GivenFile(
        "wrong-mark.srt",
        "a mark of UTF-8 before a text of Windows",
        "not shown",
        b"\xef\xbb\xbf" + srt("Où êtes-vous ?", "Déjà là.").encode("cp1252"),
        ["Où êtes-vous ?", "Déjà là."],
        note="windows-1252",
    ),
    GivenFile(
        "once-too-often.srt",
        "one accent that was taken for two characters",
        "shown: CafÃ©",
        srt("CafÃ©").encode(),
        ["Café"],
        note="restored",
    ),
    GivenFile(
        "twice-windows.srt",
        "line ends that were made Windows' twice",
        "shown: One. / 2",
        srt("One.", "Two.").replace("\n", "\r\r\n").encode(),
        ["One.", "Two."],
    ),
    GivenFile(
        "wide-apart.srt",
        "a blank line behind every line",
        "shown: One. / 2",
        srt("One.", "Two.", "2024").replace("\n", "\n\n").encode(),
        ["One.", "Two.", "2024"],
    ),
    GivenFile(
        "hash.srt",
        "indices with a sign",
        "shown: One. / #2",
        b"#1\n00:00:01,000 --> 00:00:01,900\nOne.\n\n#2\n00:00:02,000 --> 00:00:02,900\nTwo.\n",
        ["One.", "Two."],
    ),
    GivenFile(
        "brackets.srt",
        "indices in brackets",
        "not shown",
        b"[1]\n00:00:01,000 --> 00:00:01,900\nOne.\n\n[2]\n00:00:02,000 --> 00:00:02,900\nTwo.\n",
        ["One.", "Two."],
    ),
    GivenFile(
        "recogniser.srt",
        "what a recogniser prints on a terminal",
        "not shown",
        b"[00:00.000 --> 00:02.000]  One.\n[00:02.000 --> 00:04.000]  Two.\n",
        ["One.", "Two."],
    ),
    GivenFile(
        "markers.srt",
        "times of an editor's markers",
        "not shown",
        b"00:00:01:00 - 00:00:02:00\nOne.\n\n00:00:03:00 ==> 00:00:04:00\nTwo.\n",
        ["One.", "Two."],
    ),
    GivenFile(
        "translated.srt",
        "times and tags as a translating program leaves them",
        "not shown",
        "1\n\uff10\uff10\uff1a00\uff1a01\uff0c000 --> 00\uff1a00\uff1a02\uff0c000\n"
        "< i >你好< / i > a < b\n".encode(),
        ["你好 a < b"],
    ),
    GivenFile(
        "tab.srt", "tabs between words", "shown: Onetwo", srt("One	two").encode(), ["One two"]
    ),
    GivenFile(
        "separators.srt",
        "line breaks of word processors",
        "shown: Onetwothree",
        srt("Onetwo three").encode(),
        ["One\ntwo\nthree"],
    ),
    GivenFile(
        "saved-page.srt",
        "a saved web page around it",
        "shown: One. / </pre></html>",
        b"<html><pre>\n" + srt("One.").encode() + b"</pre></html>\n",
        ["One."],
        note="before its first times",
    ),
    GivenFile(
        "commented.ass",
        "a comment before the script",
        "not shown",
        b"; made by somebody\n[Script Info]\n\n[Events]\n"
        b"Dialogue: 0,0:00:01.00,0:00:01.90,,,0,0,0,,One.\n",
        ["One."],
    ),
    GivenFile(
        "taken-out.vtt",
        "a cue that was made a comment",
        "shown: Ask legal",
        vtt("One.\n\nNOTE\n00:05.000 --> 00:06.000\nAsk legal").encode(),
        ["One."],
        note="is a comment",
    ),
)
