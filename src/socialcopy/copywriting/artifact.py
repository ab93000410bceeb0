"""Captions as markdown, for captions.md and for the artifact of a run."""

from __future__ import annotations

import regex

from socialcopy.copywriting.cleaning import visible
from socialcopy.models import Caption, CaptionSet, Confidence
from socialcopy.platforms import rules


def captions_markdown(captions: CaptionSet) -> str:
    """Write every caption in a fence it cannot leave, with its count, and the notes escaped."""
    sections = ["# Captions", _confidence(captions)]
    if captions.notes:
        sections.append("\n".join(f"- {escaped(note)}" for note in captions.notes))
    sections += [_section(caption) for caption in captions.captions]
    return "\n\n".join(section for section in sections if section) + "\n"


def _confidence(captions: CaptionSet) -> str:
    if captions.confidence is Confidence.LOW:
        return "**Look before you post:** nobody speaks in this video."
    return ""


def _section(caption: Caption) -> str:
    network = rules(caption.platform)
    return (
        f"## {network.name}\n\n{fenced(caption.text)}\n\n"
        f"{caption.length:,} of {caption.limit:,} {network.text_limit.unit}"
    )


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
