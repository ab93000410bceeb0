"""The review page of a delivery: watch, read, count, copy. One file, no request to anywhere else.

Everything on it that came from a video, a name or a service is escaped; the page's own script and
style are the only ones its content security policy lets run.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import quote

import regex
from jinja2 import BaseLoader, Environment, StrictUndefined, Template

from socialcopy.copywriting.pages.markdown import beside
from socialcopy.copywriting.text.spoken import spoken_length
from socialcopy.media.subtitles.formats import to_vtt
from socialcopy.models import (
    Caption,
    CaptionSet,
    Confidence,
    Cue,
    Rendition,
    Understanding,
    Value,
)
from socialcopy.platforms import rules
from socialcopy.platforms.counting import HASHTAG

TEMPLATES = files("socialcopy.copywriting.pages") / "templates"


class Piece(Value):
    """A run of a caption's text."""

    text: str
    is_hashtag: bool = False
    is_folded: bool = False
    """Hidden behind "more" until somebody asks for it."""


def review_page(
    delivery_name: str,
    captions: CaptionSet,
    *,
    renditions: Sequence[Rendition],
    covers: Mapping[str, str],
    cues: Sequence[Cue],
    understanding: Understanding,
    downloads: Sequence[str] = (),
    head_ms: int = 0,
) -> str:
    """Make the `index.html` of a delivery.

    `covers` and `downloads` are names of files in the delivery's folder, the covers by the path of
    the rendition they are of; `head_ms` is how much later the video begins in its MP4s. The page
    links to files beside it and carries the subtitles itself, so it works from a folder on disk
    too.
    """
    page = _template().render(
        name=delivery_name,
        captions=[_card(caption, renditions, covers) for caption in captions.captions],
        needs_a_look=captions.confidence is not Confidence.SPEECH,
        notes=captions.cautions,
        writer=captions.writer,
        language=captions.language,
        spoken_length=spoken_length(understanding.duration_ms),
        has_audio=understanding.has_audio,
        has_screen=bool(understanding.screen),
        is_from_screen=captions.confidence is Confidence.SCREEN,
        cues=cues,
        track=_data_url(to_vtt(cues)) if cues else None,
        downloads=downloads,
        head_ms=head_ms,
        style=_asset("review.css"),
        script=_asset("review.js"),
        policy=content_security_policy(),
    )
    return f"{page.strip()}\n"


def content_security_policy() -> str:
    """Allow the page's own style, script and neighbouring files; nothing else, from nowhere."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash('review.js')}'",
            f"style-src '{_hash('review.css')}'",
            "img-src 'self'",
            "media-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def pieces(caption: Caption) -> tuple[Piece, ...]:
    """Take a caption apart into hashtags and other text, before and behind the fold."""
    fold = fold_position(caption)
    found: list[Piece] = []
    for start, end, is_hashtag in _runs(caption.text):
        cuts = [start, *([fold] if start < fold < end else []), end]
        for first, last in pairwise(cuts):
            part = caption.text[first:last]
            found.append(Piece(text=part, is_hashtag=is_hashtag, is_folded=first >= fold))
    return tuple(found)


def fold_position(caption: Caption) -> int:
    """Where the network hides the rest, at a word's end; else the text's length."""
    fold = rules(caption.platform).fold
    if fold is None or len(caption.text) <= fold.value:
        return len(caption.text)
    breaks = [match.start() for match in regex.finditer(r"\s", caption.text[: fold.value + 1])]
    return breaks[-1] if breaks else fold.value


def _runs(text: str) -> Iterable[tuple[int, int, bool]]:
    position = 0
    for tag in HASHTAG.finditer(text):
        if position < tag.start():
            yield position, tag.start(), False
        yield tag.start(), tag.end(), True
        position = tag.end()
    if position < len(text):
        yield position, len(text), False


def _size(rendition: Rendition) -> str:
    width, height = rendition.info.video.display_size
    return f"{width} x {height}"


def _card(
    caption: Caption, renditions: Sequence[Rendition], covers: Mapping[str, str]
) -> dict[str, object]:
    network = rules(caption.platform)
    own = next((r for r in renditions if caption.platform in r.platforms), None)
    everything = pieces(caption)
    return {
        "platform": caption.platform.value,
        "network": network.name,
        "is_video_first": network.post.is_video_first,
        "caption": caption,
        "shown": [piece for piece in everything if not piece.is_folded],
        "folded": [piece for piece in everything if piece.is_folded],
        "fold": network.fold,
        "unit": network.text_limit.unit.value,
        "beside": beside(caption),
        "rendition": own,
        "file_name": own and PurePosixPath(own.path).name,
        "cover": own and covers.get(own.path),
        "size": own and _size(own),
    }


@cache
def _template() -> Template:
    environment = escaping()
    environment.filters["clock"] = _clock
    environment.filters["file_url"] = _file_url
    environment.filters["kind"] = _kind
    return environment.from_string(_asset("review.html.j2"))


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes}:{seconds:02}"


def _kind(name: str) -> str:
    return PurePosixPath(name).suffix.lstrip(".").upper()


def _file_url(name: str) -> str:
    """Make a link to a file beside the page; no name can make it anything else."""
    return f"./{quote(name)}"


@cache
def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _hash(name: str) -> str:
    digest = hashlib.sha256(_asset(name).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _data_url(vtt: str) -> str:
    return f"data:text/vtt;base64,{base64.b64encode(vtt.encode()).decode()}"


def escaping() -> Environment:
    """Make an environment in which no value is markup, and a missing one is an error."""
    return Environment(
        loader=BaseLoader(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
