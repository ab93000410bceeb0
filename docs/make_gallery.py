"""Write docs/gallery.md: ten small clips of different kinds, and the copy the product writes.

Voices are synthetic, pictures are drawn by ffmpeg; nothing is kept of the clips. Run it by hand
(`python docs/make_gallery.py`); it needs espeak-ng, ffmpeg and the DejaVu fonts.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from socialcopy.copywriting.artifact import fenced
from socialcopy.copywriting.briefs import read_brief
from socialcopy.copywriting.writer import write
from socialcopy.media.probe import probe
from socialcopy.models import Brief, Platform
from socialcopy.platforms import rules
from socialcopy.settings import DataSettings, MediaSettings, SpeechSettings
from socialcopy.understanding.video import understand

PAGE = Path(__file__).parent / "gallery.md"
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


class Kind(NamedTuple):
    """One clip: what is said, what is shown, how it looks."""

    name: str
    said: str
    shown: tuple[str, ...]
    brief: str = ""
    size: str = "1280x720"
    voice: str = "en-us"
    sound: str = "voice"


KINDS = (
    Kind(
        "talk",
        "Most meetings could be a letter. Last year our team of twelve people cancelled every "
        "meeting on Wednesday. We wrote things down instead. After three months we shipped twice "
        "as often, and nobody wanted the meetings back. Writing is slow for the one who writes, "
        "and fast for everybody who reads.",
        ("No-meeting Wednesday",),
    ),
    Kind(
        "demo",
        "Cold coffee before your second meeting? Meet the Harbor Mug. It keeps your coffee hot for "
        "six hours, and it weighs only 300 grams. It is not for the dishwasher. The Harbor Mug "
        "costs 29 dollars.",
        ("HARBOR MUG", "Cold coffee before your second meeting?", "29 dollars"),
        "use_words: Harbor Mug\ncall_to_action: Order yours.\nlink: https://harbor.example/mug",
    ),
    Kind(
        "tutorial",
        "Your knife is dull because you cut on glass. Here is how to sharpen it at home. Number "
        "one, soak the stone for ten minutes. Number two, hold the blade at twenty degrees. "
        "Number three, draw it towards you ten times on each side. Never pull the edge over a "
        "plate.",
        ("Sharpen a knife",),
    ),
    Kind(
        "event",
        "The river festival is back in Ghent. On the third of June forty five bands play on two "
        "stages. Clara Bennett opens the evening at seven. Children under twelve come in free. "
        "Dogs are not allowed on the meadow.",
        ("River festival", "June 3, Ghent"),
        "hashtags: RiverFestival\ncampaign_tag: Ghent26",
    ),
    Kind(
        "silent product shots",
        "",
        ("The Kettlora kettle", "One litre in 90 seconds", "Made of glass and steel"),
        sound="none",
    ),
    Kind("music only", "", ("Summer in the valley",), sound="music"),
    Kind(
        "two languages",
        "Fresh bread is a craft. We bake every morning at four. Our flour comes from the mill next "
        "door.",
        ("Frisches Brot", "Bäckerei am Markt"),
    ),
    Kind(
        "vertical phone video",
        "So I tried the dead hang for one month. I hang from a bar for one minute every day. My "
        "shoulders do not hurt any more. You only need a bar and a bit of patience.",
        ("Day 30",),
        size="720x1280",
    ),
    Kind(
        "screen recording",
        "Reports take hours when you copy numbers by hand. Open the settings and click on "
        "schedule. Choose Monday at nine. Now every report goes out by itself, and nobody has to "
        "remember it.",
        ("Settings", "Schedule: Monday 9:00"),
    ),
    Kind(
        "interview",
        "What surprised you most about the desert? The silence. You hear your own heart. We walked "
        "ninety kilometres in five days, and we did not meet a single person. Would you go again? "
        "Tomorrow.",
        ("Ingrid Solberg, explorer",),
    ),
)


def make(kind: Kind, folder: Path) -> Path:
    """Draw and speak one clip."""
    sound = _sound(kind, folder)
    seconds = _seconds(folder / "sound.wav") if kind.sound == "voice" else 9.0
    part = seconds / len(kind.shown)
    graph: list[str] = []
    for n, text in enumerate(kind.shown):
        (folder / f"{n}.txt").write_text(text)
        when = f"between(t,{n * part:.2f},{(n + 1) * part:.2f})"
        graph.append(
            f"drawtext=textfile={n}.txt:fontfile={FONT}:fontsize=44:fontcolor=white:x=60:y=h/3"
            f":enable='{when}'"
        )
    picture = ("-f", "lavfi", "-i", f"color=0x24506b:size={kind.size}:rate=25:duration={seconds}")
    out = folder / "clip.mp4"
    argv = ["ffmpeg", "-v", "error", "-y", *picture, *sound, "-vf", ",".join(graph)]
    subprocess.run([*argv, "-pix_fmt", "yuv420p", "-shortest", str(out)], cwd=folder, check=True)
    return out


def _sound(kind: Kind, folder: Path) -> list[str]:
    if kind.sound == "none":
        return []
    if kind.sound == "music":
        chord = "sine=f=220:d=9[a];sine=f=277:d=9[b];sine=f=330:d=9[c];[a][b][c]amix=3,tremolo=2"
        return ["-f", "lavfi", "-i", chord]
    argv = ["espeak-ng", "-v", kind.voice, "-s", "150", "-w", "sound.wav", kind.said]
    subprocess.run(argv, cwd=folder, check=True)
    return ["-i", "sound.wav"]


def _seconds(sound: Path) -> float:
    argv = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
    return float(subprocess.run([*argv, str(sound)], check=True, capture_output=True).stdout)


def section(kind: Kind, clip: Path) -> str:
    """The copy of one clip for every network."""
    brief = read_brief(kind.brief, kind.name, Brief(platforms=tuple(Platform)))
    media = MediaSettings()
    seen = understand(
        clip,
        probe(clip, size_bytes=clip.stat().st_size, settings=media),
        key=f"{kind.name}.mp4",
        speech=SpeechSettings(),
        media=media,
        cache_dir=DataSettings().cache_dir,
        vocabulary=brief.use_words,
    )
    captions = write(seen, brief)
    shown = " / ".join(dict.fromkeys(line.text for line in seen.screen)) or "nothing"
    parts = [
        f"## {kind.name.capitalize()}",
        f"Heard: {seen.transcript.text or 'nothing'}",
        f"Read: {shown}",
        *(f"Note: {note}" for note in captions.notes),
    ]
    for caption in captions.captions:
        counted = f"{caption.length:,} of {caption.limit:,}"
        parts.append(f"**{rules(caption.platform).name}** ({counted})")
        if caption.title:
            parts.append(f"Title: {caption.title}")
        parts.append(fenced(caption.text))
    return "\n\n".join(parts)


def main() -> None:
    """Write the page."""
    sections: list[str] = []
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as name:
            sections.append(section(kind, make(kind, Path(name))))
    head = (
        "# Gallery\n\nTen small clips of different kinds and what the built-in writer makes of "
        "them, unedited. Written by `python docs/make_gallery.py`; voices are synthetic, which the "
        "recogniser finds harder than people."
    )
    PAGE.write_text("\n\n".join((head, *sections)) + "\n")


if __name__ == "__main__":
    main()
