"""What a message makes the engine do. It writes captions; whatever else is asked it says so."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator
from pathlib import Path

from socialcopy.copywriting.briefs import from_words
from socialcopy.copywriting.modelwriter import write_with_model
from socialcopy.copywriting.replies import compose
from socialcopy.engine.errors import EngineStoppingError
from socialcopy.engine.framing import Called, Returned, Said, Step
from socialcopy.engine.sessions import StoredFile
from socialcopy.models import (
    DEFAULT_PLATFORMS,
    Brief,
    CaptionSet,
    MediaInfo,
    Platform,
    Understanding,
    Value,
)
from socialcopy.nemovideo.drafts import SOCIAL_COPY
from socialcopy.nemovideo.schemas import JSON
from socialcopy.platforms import rules
from socialcopy.settings import MediaSettings, ModelSettings, SpeechSettings
from socialcopy.understanding.video import understand

WANTS_COPY = re.compile(
    r"\bcaptions?\b|\bhashtags?\b|\b(?:social|post|ad)[- ](?:media )?(?:copy|posts?|text)\b"
    r"|\bwrite\b.*\bposts?\b|文案|配文",
    re.IGNORECASE,
)
WANTS_EDIT = re.compile(
    r"\b(?:burn|overlay|trim|cut|crop|title|bgm|music|subtitles?|transition|export|render)\b",
    re.IGNORECASE,
)
WRITING_VERB = re.compile(
    r"\b(?:write|draft|compose|generate|create|give|suggest)\b|写|生成", re.IGNORECASE
)
LANGUAGE = re.compile(
    r"\b(?:write (?:them|it) )?in the language ([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\b\.?", re.IGNORECASE
)
FIRST_SENTENCE = re.compile(r"(?:\.(?=\s|$)|[!?。\uff01\uff1f\n])")

LONGEST_INSTRUCTION = 2_000

CANNOT = (
    "I can write social media captions for an uploaded video, for example: "
    '"write social media captions for Instagram, X and LinkedIn based on this video". '
    "Anything else is beyond me, so I have changed nothing."
)
NO_VIDEO = "There is no video in this project yet. Please upload one, then ask again."


class Project(Value):
    """What the agent may look at of a session."""

    state: JSON
    video: StoredFile | None
    """The first uploaded video."""
    path: Path | None = None


class Message(Value):
    """A message that is being answered."""

    message_id: str
    text: str


class Agent:
    """Answers messages. One recognition runs at a time: two would only slow each other down."""

    def __init__(
        self,
        speech: SpeechSettings,
        media: MediaSettings,
        cache_dir: Path,
        model: ModelSettings | None = None,
    ) -> None:
        self._model = model or ModelSettings()
        self._speech = speech
        self._media = media
        self._cache_dir = cache_dir
        self._listening = threading.Lock()

    def answer(
        self, message: Message, project: Project, stopping: threading.Event
    ) -> Generator[Step]:
        """The steps from a message to its reply; each may carry a change of the state.

        Raises MediaError and UnderstandingError when the video cannot be heard, and
        EngineStoppingError soon after `stopping` is set.
        """
        if not wants_copy(message.text):
            yield Said(CANNOT)
        elif project.video is None or project.video.info is None or project.path is None:
            yield Said(NO_VIDEO)
        else:
            video, info, path = project.video, project.video.info, project.path
            understanding = known_understanding(project.state, video.asset_id)
            if understanding is None:
                call = Called("Watching the video.", "understand_video", {"file": video.filename})
                yield call
                words = brief_in(message.text).use_words
                understanding = self._understand(video, info, path, stopping, words)
                yield Returned(call, analysis(video.asset_id, understanding), shown=False)
            yield from _copy(message, understanding, self._model)

    def _understand(
        self,
        video: StoredFile,
        info: MediaInfo,
        path: Path,
        stopping: threading.Event,
        words: tuple[str, ...],
    ) -> Understanding:
        with self._listening:
            return understand(
                path,
                info,
                key=video.filename,
                speech=self._speech,
                media=self._media,
                cache_dir=self._cache_dir,
                vocabulary=words,
                on_progress=_stopper(stopping),
            )


def _stopper(stopping: threading.Event) -> Callable[[int], None]:
    def stop_if_asked(_: int) -> None:
        if stopping.is_set():
            raise EngineStoppingError

    return stop_if_asked


def _copy(message: Message, understanding: Understanding, model: ModelSettings) -> Generator[Step]:
    brief = brief_in(message.text)
    call = Called(
        "Writing the captions.", "write_social_copy", {"platforms": list(brief.platforms)}
    )
    yield call
    captions = write_with_model(understanding, brief, model)
    yield Returned(call, {"generated_media": copy_items(captions, message.message_id)})
    yield Said(compose(captions))


def wants_copy(text: str) -> bool:
    """Whether a message asks for captions, as opposed to an edit of the picture."""
    request = _request(text)
    if not WANTS_COPY.search(request):
        return False
    return bool(WRITING_VERB.search(request)) or not WANTS_EDIT.search(request)


def brief_in(text: str) -> Brief:
    """What a message wishes for: its networks, its language, its brief, its words as a wish."""
    text, written = from_words(text)
    language = LANGUAGE.search(text)
    brief = Brief(
        platforms=named_platforms(_request(text)) or named_platforms(text) or DEFAULT_PLATFORMS,
        instruction=LANGUAGE.sub("", text).strip()[:LONGEST_INSTRUCTION],
        language=language.group(1) if language else None,
    )
    return brief.model_copy(update=written)


def _request(text: str) -> str:
    """The first sentence, which says what is wanted; the others say how."""
    return FIRST_SENTENCE.split(text.strip(), maxsplit=1)[0]


def named_platforms(text: str) -> tuple[Platform, ...]:
    """The networks a text names, in the order it names them."""
    places = {platform: _place(platform, text) for platform in Platform}
    named = [platform for platform, place in places.items() if place >= 0]
    return tuple(sorted(named, key=lambda platform: places[platform]))


def _place(platform: Platform, text: str) -> int:
    names = (rules(platform).name, *rules(platform).aliases)
    pattern = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names)
    found = re.search(pattern, text, re.IGNORECASE)
    return found.start() if found else -1


def known_understanding(state: JSON, asset_id: str) -> Understanding | None:
    """What an earlier message found out about a video."""
    kept = state.get("video_analyses", {}).get(asset_id)
    return Understanding.model_validate(kept["understanding"]) if kept else None


def analysis(asset_id: str, understanding: Understanding) -> JSON:
    """An understanding as it is kept in the state."""
    return {"video_analyses": {asset_id: {"understanding": understanding.model_dump(mode="json")}}}


def copy_items(captions: CaptionSet, message_id: str) -> list[JSON]:
    """Captions as elements of `generated_media`, so that they survive a lost reply."""
    return [
        {
            "type": SOCIAL_COPY,
            "platform": caption.platform.value,
            "text": caption.text,
            "message": message_id,
        }
        for caption in captions.captions
    ]
