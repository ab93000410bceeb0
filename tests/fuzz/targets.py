"""What strangers' bytes are parsed by, and the errors each parser may answer with.

A target takes bytes and returns, or raises one of its own errors; anything else is a crash. JSON
is drawn from the bytes as often as it is read from them, so that the parsers behind the reader are
reached too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from pydantic import ValidationError

from socialcopy.copywriting.briefs.parse import as_words, from_words, read_brief
from socialcopy.copywriting.errors import BriefError
from socialcopy.engine.compose.overlays import look_of
from socialcopy.engine.compose.video import cuts_of
from socialcopy.engine.errors import UnrenderableError
from socialcopy.media.errors import MediaError
from socialcopy.media.ffmpeg import probe, streams
from socialcopy.media.ffmpeg.runner import Finished, Limits
from socialcopy.media.subtitles import parse as subtitles
from socialcopy.media.subtitles.formats import to_srt, to_vtt
from socialcopy.models import MediaInfo, VideoStream
from socialcopy.nemovideo import drafts, schemas
from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.nemovideo.events import Listener, bounded
from socialcopy.nemovideo.schemas import read_json
from socialcopy.settings import MediaSettings

Errors = tuple[type[Exception], ...]


class Target(NamedTuple):
    """One parser."""

    run: Callable[[bytes], object]
    errors: Errors
    words: tuple[str, ...] = ()
    """What its language is made of."""
    longest: int = 4_096
    """Bytes of an input."""


ENCODINGS = ("", "", "", "utf-8", "cp1251", "utf-16", "latin-1", "gb18030", "koi8-r", "nonsense")
"""What a brief may call a subtitle file's encoding."""


class Draw:
    """Decisions out of bytes, one after the other; zeros once they are used up."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, below: int) -> int:
        found = self._data[self._at] if self._at < len(self._data) else 0
        self._at += 1
        return found % below

    def text(self) -> str:
        length = self.number(24)
        found = self._data[self._at : self._at + length]
        self._at += length
        return found.decode("utf-8", "ignore")


ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, 7, -1, 2**31, 2**63, -(2**70), 10**400, 0.5, -0.0, 1e308, "", "0",
    "-1", "1e999", "nan", "\0", "é\u202e", "a" * 300, "2024-01-01T00:00:00Z", "x:y", "1/0", "30/1",
)  # fmt: skip


def drawn(draw: Draw, keys: tuple[str, ...], depth: int = 0) -> Any:
    """A document of these keys and odd values."""
    kind = draw.number(8)
    if kind < 3 and depth < 6:
        count = draw.number(5)
        return {_key(draw, keys): drawn(draw, keys, depth + 1) for _ in range(count)}
    if kind < 5 and depth < 6:
        return [drawn(draw, keys, depth + 1) for _ in range(draw.number(4))]
    if kind == 5:
        return draw.text()
    if kind == 6:
        return keys[draw.number(len(keys))]
    return ODD[draw.number(len(ODD))]


def _key(draw: Draw, keys: tuple[str, ...]) -> str:
    return draw.text() if draw.number(16) == 0 else keys[draw.number(len(keys))]


def document(data: bytes, keys: tuple[str, ...]) -> Any:
    """JSON as it came, or drawn; none where it is no JSON."""
    if data[:1] and data[0] % 2:
        return drawn(Draw(data[1:]), keys)
    try:
        return read_json(data[1:])
    except ValueError:
        return None


def decode_stream(data: bytes) -> None:
    """The event stream of a message, in chunks of a size of its own."""
    size = data[0] or 1 if data else 1
    chunks = [data[at : at + size] for at in range(1, len(data), size)]
    reply = Listener().listen(bounded(chunks))
    reply.encode()


STATE_KEYS = (
    "draft", "video_infos", "generated_media", "canvas_config", "video_analyses", "messages", "t",
    "tt", "sg", "d", "m", "asset", "in", "volume", "speed", "at", "text", "title", "copy", "type",
    "platform", "social_copy", "instagram", "x", "message", "status", "failed", "error", "code",
    "asset_id", "filename", "understanding", "duration_ms", "has_audio", "transcript", "words",
    "output", "url", "outputUrl", "progress", "completed", "data", "files", "cdn_url", "duration",
    "token", "session_id", "expires_at", "available", "frozen", "total", "aspect",
    "width", "height", "place", "size", "style", "colour", "subtitles", "role", "kind", "9:16",
    "id", "sessionId", "app_name", "new_message", "parts", "urls",
)  # fmt: skip
SHAPES = (
    schemas.TokenGrant, schemas.OpenedSession, schemas.ClaimToken, schemas.UploadReply,
    schemas.Draft, schemas.RunRequest, schemas.RenderRequest, schemas.ServiceIdentity,
)  # fmt: skip
VIDEO = MediaInfo(
    container="mp4",
    duration_ms=10_000,
    size_bytes=1,
    video=VideoStream(codec="h264", pixel_format="yuv420p", width=64, height=64, frame_rate=25.0),
)


def read_draft(data: bytes) -> None:
    """A state with its draft, and whatever else a service says in JSON."""
    found = document(data, STATE_KEYS)
    for shape in SHAPES:
        try:
            shape.model_validate(found)
        except ValidationError:
            continue
    if isinstance(found, dict):
        _look_at_state(found)
        schemas.read_balance(found)
        schemas.read_render_job(found, "render_1").model_dump_json()
        render_draft(found.get("draft", found))


def _look_at_state(state: dict[str, Any]) -> None:
    drafts.understanding_in(state)
    drafts.understanding_in(state, ".mp4")
    drafts.copy_in(state)
    drafts.copy_in(state, {"failed"})
    drafts.message_statuses(state)
    drafts.failure_in(state, [])
    drafts.fingerprint(state)
    drafts.draft_fingerprint(state)
    drafts.timeline_summary(drafts.draft_in(state)).encode()
    drafts.is_exportable(drafts.draft_in(state))


def render_draft(draft: Any) -> None:
    """What the engine makes of a draft that passed its edge."""
    try:
        schemas.Draft.model_validate(draft)
    except ValidationError:
        return
    cuts_of(draft, {"asset": (Path("source"), VIDEO)})
    look_of(draft, (64, 64), {"asset": Path("sound")})


PROBE_KEYS = (
    "format", "streams", "tags", "format_name", "duration", "title", "codec_type", "codec_name",
    "video", "audio", "subtitle", "width", "height", "disposition", "attached_pic", "rotation",
    "side_data_list", "sample_aspect_ratio", "avg_frame_rate", "nb_frames", "color_transfer",
    "field_order", "channels", "sample_rate", "level", "profile", "pix_fmt", "index", "mov_text",
    "packets", "pts_time", "dts_time", "start_time", "bit_rate", "color_space", "r_frame_rate",
)  # fmt: skip


def read_probe(data: bytes) -> None:
    """What ffprobe and ffmpeg print about a file that may lie in every field."""
    report = json.dumps(document(data, PROBE_KEYS), ensure_ascii=False).encode()
    printed = data[1:] if data[:1] == b"\0" else report

    def run(argv: Sequence[str], *, limits: Limits, cwd: Path | None = None) -> Finished:
        if cwd is not None:
            (cwd / argv[-1]).touch()  # a list of packets is ffmpeg's own, in numbers only
        return Finished(stdout=printed, stderr=data.decode(errors="replace"))

    with mock.patch.object(streams, "run", run):
        info = probe.probe(Path(__file__), size_bytes=1, settings=MediaSettings())
        info.model_dump_json()


def read_any_brief(data: bytes) -> None:
    """A brief as a file, and as a block in a message."""
    text = data.decode("utf-8", "replace")
    from_words(text)
    brief = read_brief(data, "brief.yaml")
    words = as_words(brief)
    from_words(words)
    brief.model_dump_json()


def read_subtitles(data: bytes) -> None:
    """A file that somebody put beside a video, laid out for a narrow screen and written again."""
    encoding = ENCODINGS[data[0] % len(ENCODINGS)] if data else ""
    found = subtitles.read(data[1:], name="a.srt", duration_ms=60_000, encoding=encoding)
    found.model_dump_json()
    cues = subtitles.refitted(found.cues, max_line=22)
    to_srt(cues).encode()
    to_vtt(cues).encode()


TARGETS = {
    "events": Target(
        decode_stream,
        (NemoVideoError,),
        (
            "data:", "event:", "id:", "retry:", "\n\n", "\r\n\r\n", "heartbeat", '"content"',
            '"parts"', '"text"', '"functionCall"', '"functionResponse"', '"name"', '"errorCode"',
            '"error"', '{"error": "', '"partial":true', '"thought":true', '"type"', '"tool_call"',
            '"code"', '"message"', "I encountered a temporary issue", ": ping", "\ufeff", "null",
        ),
    ),
    "drafts": Target(
        read_draft,
        (UnrenderableError,),
        tuple(f'"{key}":' for key in STATE_KEYS),
    ),
    "probe": Target(
        read_probe,
        (MediaError,),
        (*(f'"{key}":' for key in PROBE_KEYS), '"30000/1001"', '"N/A"', '"1:1"', '"0/0"', "1e400"),
    ),
    "briefs": Target(
        read_any_brief,
        (BriefError,),
        (
            "tone:", "audience:", "platforms:", "hashtags:", "use_words:", "instruction:",
            "language:", "call_to_action:", "- ", "|\n", ">-\n", "&a", "*a", "!!python/object:",
            "<<:", "? ", "---\n", "```brief\n", "\n```", "The brief:\n", "{", "[", "2024-01-01",
            "0x1F", "1e999", "~", "%YAML", "\t", "\u2028", '"\\ud800"', "!!binary", "!!timestamp",
        ),
        2_048,
    ),
    "subtitles": Target(
        read_subtitles,
        (),
        (
            "00:00:01,000 --> 00:00:02,000\n", "WEBVTT\n\n", "00:01.000 --> ", "1\n", "\n\n",
            "<i>", "</i>", "{\\p1}", "{\\an8}", "<c.yellow>",
            "Dialogue: 0,0:00:01.00,0:00:02.00,", "[Script Info]\n", "[Events]\nFormat: ",
            "{10}{20}", "STYLE\n", "NOTE ", "\ufeff", "align:start", "<00:00:01.500>", "<v Ann>",
            "0:00:01.000,0:00:02.000\n", "-->", "Format:", "Style:", "PlayResX:",
            "X-TIMESTAMP-MAP=", "\ufffe", "\x1b", "&lt;", "\u2028", "99:59:59,999", "\\N",
            "\u202b", "&nbsp;", "[\n",
        ),
    ),
}  # fmt: skip
