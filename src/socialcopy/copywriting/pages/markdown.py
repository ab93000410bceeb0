"""Captions as markdown, for captions.md and for the artifact of a run."""

from __future__ import annotations

import shlex
from urllib.parse import quote

import regex

from socialcopy.copywriting.text.cleaning import visible
from socialcopy.models import Caption, CaptionSet, Confidence, Delivery
from socialcopy.platforms import rules


def captions_markdown(captions: CaptionSet) -> str:
    """Write every caption in a fence it cannot leave, with its count, and the notes escaped."""
    sections = ["# Captions", escaped(captions.writer), _confidence(captions)]
    if captions.cautions:
        sections.append("\n".join(f"- {escaped(note)}" for note in captions.cautions))
    sections += [_section(caption) for caption in captions.captions]
    return "\n\n".join(section for section in sections if section) + "\n"


def links_markdown(delivery: Delivery, url: str | None) -> str:
    """Name the way to a delivery's review page and MP4s: by links, or by the command."""
    if url is None:
        command = f"socialcopy open {shlex.quote(delivery.source.key)}"
        return f"{escaped(command)} opens the review page."
    base = f"{url.rstrip('/')}/{quote(delivery.prefix)}"
    names = [file.name for file in delivery.files if file.name.endswith(".mp4")]
    videos = [f"[{escaped(name)}]({base}{quote(name)})" for name in names]
    return "\n".join([f"**[Open the review page]({base})**", "", *(f"- {v}" for v in videos)])


def _confidence(captions: CaptionSet) -> str:
    if captions.confidence is Confidence.LOW:
        return "**Look before you post:** nobody speaks in this video."
    if captions.confidence is Confidence.SCREEN:
        return "**Look before you post:** nobody speaks; written from the text in the picture."
    return ""


def _section(caption: Caption) -> str:
    network = rules(caption.platform)
    counted = f"{caption.length:,} of {caption.limit:,} {network.text_limit.unit}"
    more = (f"{name}:\n\n{fenced(text)}" for name, text in beside(caption))
    return "\n\n".join([f"## {network.name}", fenced(caption.text), counted, *more])


def beside(caption: Caption) -> list[tuple[str, str]]:
    """Tell what goes with the text, each under its name."""
    parts = (
        ("Title", caption.title),
        ("Alt text", caption.alt_text),
        ("First comment", caption.first_comment),
        *((f"Thread {n}", post) for n, post in enumerate(caption.thread[1:], start=2)),
        *((f"Version {n}", text) for n, text in enumerate(caption.variants, start=2)),
    )
    return [(name, text) for name, text in parts if text]


def fenced(text: str) -> str:
    """Put text into a fence longer than any run of backticks in it."""
    longest = max((len(run) for run in regex.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{visible(text)}\n{fence}"


def escaped(text: str) -> str:
    """One line of text in which no character means anything to markdown or HTML."""
    line = " ".join(visible(text).split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return regex.sub(r"([\\`*_{}\[\]()#+!|~.:@-])", r"\\\1", line)
