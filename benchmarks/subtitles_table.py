"""Read the subtitles of twenty clips in ten scripts again: docs/subtitles-table.md.

    python benchmarks/subtitles_table.py FOLDER [clip ...]

Wants Tesseract with its languages (Debian: `tesseract-ocr` and the `tesseract-ocr-…` of READERS),
which only reads here what we drew. What is made stays in the folder, so that a few clips may be
made at a time; the page is written as soon as all are there.
"""

from __future__ import annotations

import difflib
import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from framing_inputs import film
from framing_table import SPEC
from icu4py.breakers import WordBreaker
from PIL import Image, ImageDraw, ImageFont

from socialcopy.media.canvas.layout import Box, Layout
from socialcopy.media.canvas.shots import main_faces
from socialcopy.media.ffmpeg.commands import all_camera_files, render
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.media.renditions.plan import Plan, Text, plan
from socialcopy.media.subtitles.contrast import LEAST_RATIO, ratio
from socialcopy.media.subtitles.segmentation import is_unspaced
from socialcopy.media.subtitles.word_groups import word_groups
from socialcopy.models import Cue, MediaInfo, Platform, Region, Word
from socialcopy.settings import MediaSettings
from socialcopy.understanding.faces import FaceFinder, look
from socialcopy.understanding.ocr import read_screen

DOCS = Path(__file__).parent.parent / "docs"
# What is filmed hardly moves: one look at its text is enough.
SETTINGS = MediaSettings(preset="fast", screen_frames=1)
LEAST_READ, SECONDS = 0.97, 5
# Tesseract's names for what each language is written in, and a bold font to print it plainly.
READERS = {
    "en": ("eng", "Inter"), "de": ("deu", "Inter"), "es": ("spa", "Inter"), "vi": ("vie", "Inter"),
    "tr": ("tur", "Inter"), "ru": ("rus", "Inter"), "uk": ("ukr", "Inter"), "el": ("ell", "Inter"),
    "ar": ("ara", "Noto Sans Arabic"), "fa": ("fas", "Noto Sans Arabic"),
    "he": ("heb", "Noto Sans Hebrew"), "th": ("tha", "Noto Sans Thai"),
    "zh": ("chi_sim", "Noto Sans CJK SC"), "ja": ("jpn", "Noto Sans CJK JP"),
    "ko": ("kor", "Noto Sans CJK KR"), "hi": ("hin", "Noto Sans Devanagari"),
}  # fmt: skip
Picture = np.ndarray[Any, np.dtype[np.uint8]]


class Clip(NamedTuple):
    script: str
    language: str
    kind: str
    """What is seen (`framing_inputs`)."""
    text: str


CLIPS = {
    "english-talk": Clip("Latin", "en", "talking head left",
        "Meet the Harbor mug: it keeps your coffee hot until 9 in the evening!"),
    "german-slides": Clip("Latin", "de", "slides with speaker",
        "Drei neue Filialen in Bremen, und 7 Prozent mehr Umsatz für größere Städte."),
    "spanish-phone": Clip("Latin", "es", "vertical phone",
        "¿Duermes mal? Mañana te enseño tres consejos que cambiarán tus noches."),
    "vietnamese-product": Clip("Latin", "vi", "product on a table",
        "Chiếc cốc này giữ cà phê nóng đến tối, và bạn không cần hâm lại."),
    "turkish-two": Clip("Latin", "tr", "two people",
        "Bu fincan kahvenizi akşama kadar sıcak tutar, üstelik çok hafif."),
    "russian-walk": Clip("Cyrillic", "ru", "walking head",
        "Эта кружка держит кофе горячим до вечера и весит всего 300 граммов."),
    "ukrainian-screen": Clip("Cyrillic", "uk", "screen recording",
        "Ця чашка тримає каву гарячою до вечора, її легко мити щодня."),
    "greek-square": Clip("Greek", "el", "square",
        "Αυτή η κούπα κρατά τον καφέ σας ζεστό μέχρι το βράδυ, χωρίς ρεύμα."),
    "arabic-talk": Clip("Arabic", "ar", "talking head left",
        "هذا الكوب يحافظ على قهوتك ساخنة حتى المساء، جربوا تطبيق Harbor App!"),
    "arabic-animation": Clip("Arabic", "ar", "animation",
        "افتحوا النافذة كل صباح، فالهواء النقي يساعد على النوم الجيد."),
    "persian-crowd": Clip("Arabic", "fa", "crowd",
        "این لیوان قهوه شما را تا شب گرم نگه می‌دارد و بسیار سبک است."),
    "hebrew-phone": Clip("Hebrew", "he", "vertical phone",
        "הספל הזה שומר על הקפה שלכם חם עד הערב, נסו את Harbor Pro!"),
    "hebrew-old": Clip("Hebrew", "he", "old 4 3",
        "פתחו את החלון בכל בוקר, האוויר הצח עוזר לישון טוב יותר."),
    "thai-product": Clip("Thai", "th", "product on a table",
        "แก้วใบนี้เก็บกาแฟของคุณให้ร้อนได้จนถึงเย็น และล้างง่ายมาก"),
    "thai-panel": Clip("Thai", "th", "panel of four",
        "เปิดหน้าต่างทุกเช้า อากาศบริสุทธิ์ช่วยให้นอนหลับสบาย"),
    "chinese-talk": Clip("Chinese", "zh", "talking head left",
        "这个杯子能让你的咖啡一整天都是热的，而且很容易清洗。"),
    "chinese-slides": Clip("Chinese", "zh", "slides with speaker",
        "我们在北京新开了三家分店，今年的销售额增长了百分之七。"),
    "japanese-square": Clip("Japanese", "ja", "square",
        "このマグカップは夕方までコーヒーを温かく保ち、とても軽いです。"),
    "korean-walk": Clip("Korean", "ko", "walking head",
        "이 머그컵은 저녁까지 커피를 따뜻하게 유지하고 아주 가볍습니다."),
    "hindi-crowd": Clip("Devanagari", "hi", "crowd",
        "यह मग आपकी कॉफी को शाम तक गर्म रखता है और बहुत हल्का है।"),
}  # fmt: skip


class Measured(NamedTuple):
    name: str
    script: str
    language: str
    kind: str
    read: float
    plain: float
    """Share that the same reader reads of the same words printed plainly, black on white."""
    unread: str
    is_in_zone: bool
    on_faces: int
    on_text: int
    contrast: float

    @property
    def is_good(self) -> bool:
        is_free = self.is_in_zone and not self.on_faces and not self.on_text
        return is_free and self.read >= LEAST_READ and self.contrast >= LEAST_RATIO

    @property
    def row(self) -> str:
        told = "✓" if self.is_good else "✗"
        return (
            f"| {self.name} | {self.script} ({self.language}) | {self.kind} | {self.read:.1%} "
            f"| {self.plain:.1%} | {'yes' if self.is_in_zone else 'no'} | {self.on_faces} "
            f"| {self.on_text} | {self.contrast:.1f} | {told} |"
        )


def said(text: str) -> tuple[Word, ...]:
    """Spread a text evenly over the clip, cut as a recogniser does."""
    tokens = text.split()
    if is_unspaced(text[0]):
        tokens = []
        for part in map(str, WordBreaker(text, "en")):
            if tokens and not any(map(str.isalnum, part)):
                tokens[-1] += part
            else:
                tokens.append(part)
    step = (SECONDS * 1000 - 600) // len(tokens)
    return tuple(
        Word(start_ms=200 + step * n, end_ms=160 + step * (n + 1), text=token)
        for n, token in enumerate(tokens)
    )


def rendered(source: Path, info: MediaInfo, made: Plan, folder: Path) -> tuple[Path, Path]:
    """Render a file as it is delivered, and from the same decode one with nothing written on it."""
    name = f"{source.stem}.bare.mp4"
    bare = made.version.model_copy(update={"subtitles": None, "output": name})
    (folder / "0.ass").write_text(made.promise.script or "", encoding="utf-8")
    for file, text in all_camera_files(info, [made.version, bare]).items():
        (folder / file).write_text(text, encoding="utf-8")
    argv = render(source, info, [made.version, bare], sound=None, settings=SETTINGS)
    subprocess.run(argv, cwd=folder, check=True, capture_output=True)
    return folder / made.version.output, folder / name


def frames_at(path: Path, moments_ms: list[float]) -> list[Picture]:
    video = cv2.VideoCapture(str(path))
    rate, found = video.get(cv2.CAP_PROP_FPS), []
    wanted = [round(at_ms * rate / 1000) for at_ms in moments_ms]
    for number in range(max(wanted) + 1):
        is_there, frame = video.read()
        assert is_there, f"{path} ends at frame {number}"
        found += [frame] * wanted.count(number)
    return found


def drawn_on(frame: Picture, bare: Picture) -> Picture:
    """Where something was written: 255 in all that changed by more than compression does."""
    changed = (cv2.absdiff(frame, bare).max(axis=2) > 60).astype(np.uint8) * 255
    changed = cv2.morphologyEx(changed, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    # White letters over white change nothing inside, only their outline does.
    changed = cv2.morphologyEx(changed, cv2.MORPH_CLOSE, np.ones((17, 17), np.uint8))
    # Two encodes differ around what moves, in spots smaller than a letter.
    _, parts, facts, _ = cv2.connectedComponentsWithStats(changed)
    large = np.flatnonzero(facts[:, cv2.CC_STAT_AREA] >= 600)
    return np.where(np.isin(parts, large[large > 0]), 255, 0).astype(np.uint8)


def letters_in(frame: Picture, ink: Picture) -> Picture:
    """How much of each pixel is a letter, white or in the brand's yellow: dark on white."""
    bright = np.minimum(frame[..., 1], frame[..., 2]).astype(np.float32)
    share = np.clip((bright - 110) / 100, 0, 1) * (ink > 0)
    return (255 - 255 * share).astype(np.uint8)


def lines_of(letters: Picture, count: int) -> list[Picture]:
    """Cut a block of so many lines where it is emptiest, near the even places."""
    rows = np.flatnonzero((letters < 128).any(axis=1))
    if not rows.size:
        return []
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    used, step = (letters < 128).sum(axis=1), (bottom - top) / count
    cuts = [top]
    for n in range(1, count):
        low, high = (round(top + (n + off) * step) for off in (-0.2, 0.2))
        emptiest = np.flatnonzero(used[low:high] == used[low:high].min())
        cuts.append(low + int(np.median(emptiest)))
    columns = np.flatnonzero((letters < 128).any(axis=0))
    return [
        letters[a:b, columns[0] : columns[-1] + 1]
        for a, b in zip(cuts, [*cuts[1:], bottom], strict=True)
    ]


def read_line(letters: Picture, line: str, reader: str) -> str:
    """Read one line of dark letters on white; a line of a foreign name alone as English."""
    reader = "eng" if line.isascii() else reader
    scale = 48 / max(1, letters.shape[0])
    small = cv2.resize(letters, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    framed = cv2.copyMakeBorder(small, 24, 24, 24, 24, cv2.BORDER_CONSTANT, value=255)
    encoded = cv2.imencode(".png", framed)[1].tobytes()
    # As one line; where Tesseract finds none in it, as a line that needs no looking for (13).
    for segmentation in ("7", "13"):
        argv = ["tesseract", "-", "-", "-l", reader, "--psm", segmentation]
        read = subprocess.run(argv, input=encoded, check=True, capture_output=True).stdout.decode()
        if letters_of(read):
            return read
    return ""


def printed(text: str, family: str) -> Picture:
    """Print a line by other means than ours (Pillow with Raqm), black on white."""
    pattern = ["fc-match", "-f", "%{file}|%{index}", f"{family}:bold"]
    file, _, index = subprocess.check_output(pattern, text=True).partition("|")
    font = ImageFont.truetype(file, 81, index=int(index or 0) & 0xFFFF)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("L", (round(right - left) + 8, round(bottom - top) + 8), 255)
    ImageDraw.Draw(picture).text((4 - left, 4 - top), text, fill=0, font=font)
    return np.asarray(picture)


SAME = str.maketrans("يىكة", "ییکه")


def letters_of(text: str) -> str:
    """Without spaces and signs, and with Arabic letters as Persian writes them."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(SAME)
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LMN")


def matching(wanted: str, found: str) -> int:
    matcher = difflib.SequenceMatcher(None, wanted, found, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks())


def luminance_of(pixels: Picture) -> np.ndarray[Any, Any]:
    return (pixels / 255.0) ** 2.2 @ np.array((0.0722, 0.7152, 0.2126))


def contrast(frame: Picture, ink: Picture, dark: Picture, outline_px: int) -> float:
    """Contrast of the letters with the brightest twentieth around them, beyond their outline."""
    is_letter = (dark < 20).astype(np.uint8)
    around = cv2.dilate(is_letter, np.ones((2 * outline_px + 1,) * 2, np.uint8))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    seen = luminance_of(frame[part])
    beside = seen[around[part] == 0]
    said_in = seen[is_letter[part] > 0]
    return ratio(float(np.percentile(said_in, 10)), float(np.percentile(beside, 95)))


def box_of(ink: Picture) -> Box:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return Box(
        left=int(columns[0]), top=int(rows[0]),
        width=int(columns[-1] - columns[0]) + 1, height=int(rows[-1] - rows[0]) + 1,
    )  # fmt: skip


def is_covered(part: Region, ink: Picture) -> bool:
    """Whether something is written on a hundredth of a part of the frame."""
    height, width = ink.shape
    rows = slice(max(0, round(part.top * height)), max(0, round(part.bottom * height)))
    there = ink[rows, max(0, round(part.left * width)) : max(0, round(part.right * width))]
    return bool(there.size) and float((there > 0).mean()) > 0.01


def measured(name: str, folder: Path) -> Measured:
    clip = CLIPS[name]
    source = film(clip.kind, folder, seconds=SECONDS)
    info = info_of(source)
    screen = read_screen(source, info, SETTINGS, threads=2)
    focus = look(source, info, settings=SETTINGS, screen=screen)
    text = Text(said(clip.text), language=clip.language, look=SETTINGS.look(), focus=focus)
    planned = plan(0, SPEC, (Platform.INSTAGRAM,), info, text)
    layout = planned.promise.layout
    cues = word_groups(text.words, duration_ms=info.duration_ms, max_line=layout.max_line,
                       cuts_ms=focus.cuts_ms)  # fmt: skip
    moments = [(cue.start_ms + cue.end_ms) / 2 for cue in cues]
    shown, bare = (frames_at(path, moments) for path in rendered(source, info, planned, folder))
    parts = [line.box for line in screen]
    seen = [
        one(cue, frame, without, clip=clip, layout=layout, text=parts)
        for cue, frame, without in zip(cues, shown, bare, strict=True)
    ]
    wanted = letters_of("".join(cue.text for cue in cues))
    sheet = np.vstack([cv2.resize(f, None, fx=0.25, fy=0.25) for f in shown[:2]])
    cv2.imwrite(str(folder / f"{name}.png"), sheet)
    return Measured(
        name=name, script=clip.script, language=clip.language, kind=clip.kind,
        read=sum(s.read for s in seen) / len(wanted),
        plain=sum(s.plain for s in seen) / len(wanted),
        unread="; ".join(s.unread for s in seen if s.unread),
        is_in_zone=all(s.is_in_zone for s in seen),
        on_faces=sum(s.on_faces for s in seen),
        on_text=sum(s.on_text for s in seen),
        contrast=min(s.contrast for s in seen),
    )  # fmt: skip


class Seen(NamedTuple):
    read: int
    plain: int
    unread: str
    is_in_zone: bool
    on_faces: int
    on_text: int
    contrast: float


def one(
    cue: Cue, frame: Picture, bare: Picture, *, clip: Clip, layout: Layout, text: list[Region]
) -> Seen:  # fmt: skip
    """Read and measure one subtitle in the middle of its time."""
    at_ms = (cue.start_ms + cue.end_ms) / 2
    ink = drawn_on(frame, bare)
    assert ink.any(), f"nothing is written at {at_ms} ms"
    dark, lines = letters_in(frame, ink), cue.text.split("\n")
    reader, family = READERS[clip.language]
    box, zone = box_of(dark < 128), SPEC.safe_zone
    # libass breaks once more a line that turns out too wide.
    count = max(len(lines), round(box.height / layout.font_px))
    parts = lines_of(dark, count)
    drawn = lines if count == len(lines) else [cue.text] * count
    found = " ".join(read_line(*pair, reader) for pair in zip(parts, drawn, strict=False))
    plain = " ".join(read_line(printed(line, family), line, reader) for line in lines)
    wanted = letters_of(cue.text)
    read = matching(wanted, letters_of(found))
    small = cv2.resize(bare, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    finder = FaceFinder()
    finder.see(small)
    (faces,) = finder.sightings([round(at_ms)])
    return Seen(
        read=read,
        plain=matching(wanted, letters_of(plain)),
        unread="" if read == len(wanted) else f"{cue.text!r} read as {found.split()!r}",
        is_in_zone=min(box.left - zone.left, zone.right - box.right) >= -4
        and min(box.top - zone.top, zone.bottom - box.bottom) >= -4,
        on_faces=sum(is_covered(face, ink) for face in main_faces(faces)),
        on_text=sum(is_covered(layout.on_canvas(part, at_ms), ink) for part in text),
        contrast=contrast(frame, ink, dark, round(0.13 * layout.font_px)),
    )  # fmt: skip


def info_of(path: Path) -> MediaInfo:
    return probe(path, size_bytes=path.stat().st_size, settings=SETTINGS)


def main() -> None:
    folder, names = Path(sys.argv[1]).resolve(), sys.argv[2:] or list(CLIPS)
    folder.mkdir(exist_ok=True)
    for name in names:
        row = measured(name, folder)
        print(row.row, row.unread, flush=True)
        (folder / f"{name}.json").write_text(json.dumps(row._asdict()))
    if all((folder / f"{name}.json").is_file() for name in CLIPS):
        rows = [json.loads((folder / f"{name}.json").read_text()) for name in CLIPS]
        page = told([Measured(**row) for row in rows])
        (DOCS / "subtitles-table.md").write_text(page, encoding="utf-8")


def told(rows: list[Measured]) -> str:
    good = sum(row.is_good for row in rows)
    scripts = len({row.script for row in rows})
    listed = "\n".join(row.row for row in rows)
    unread = (
        "\n".join(f"- {row.name}: {row.unread}" for row in rows if row.read < LEAST_READ) or "None."
    )
    return f"""# Subtitles read again

People watch without sound, so what counts is what can be read in the finished file. Written by
`python benchmarks/subtitles_table.py FOLDER`: {len(rows)} clips in {scripts} scripts, at 720x1280
in the usual style; {good} keep every limit. Each subtitle is looked at in the middle of its time,
in the finished file and in the same file with nothing written on it; what differs is the subtitle.

- *read*: share of the letters that Tesseract reads again (at least {LEAST_READ:.0%}), line by line.
- *plain*: the same for the same words printed by Pillow, black on white: what the reader can.
- *zone*: whether all letters stand in the safe zone; outline and box may go on for a few pixels.
- *faces*, *text*: how often it lies on a face, or on text that the picture shows.
- *contrast*: of the letters with the brightest twentieth around them, beyond their outline, in the
  worst subtitle of the clip (at least {LEAST_RATIO}).

| clip | script | picture | read | plain | zone | faces | text | contrast | within limits |
|---|---|---|---|---|---|---|---|---|---|
{listed}

Below the limit, and what was read instead:

{unread}
"""


if __name__ == "__main__":
    main()
