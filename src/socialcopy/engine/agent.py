"""What a message makes the engine do: captions, edits, or a plain word that it cannot."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from socialcopy.copywriting.briefs.parse import from_words
from socialcopy.copywriting.errors import ModelWriterError
from socialcopy.copywriting.replies import compose
from socialcopy.copywriting.writers.language_model import write_with_model
from socialcopy.engine.briefs import (
    LONGEST_REQUEST,
    brief_in,
    brief_of,
    copy_edits,
    names_no_clip,
    wants_copy,
)
from socialcopy.engine.editing import by_model, timeline
from socialcopy.engine.editing.apply import Material, edit
from socialcopy.engine.editing.edits import Arrange, ChangeCopy, Edit, ShowSubtitles
from socialcopy.engine.editing.parser import edits_in
from socialcopy.engine.errors import CannotEditError, EngineStoppingError
from socialcopy.engine.events import Called, Returned, Said, Step
from socialcopy.engine.store.sessions import StoredFile
from socialcopy.local_models.endpoints import Endpoints
from socialcopy.media.errors import MediaError
from socialcopy.models import (
    Beside,
    Brief,
    Caption,
    CaptionSet,
    Cue,
    Platform,
    Understanding,
    Value,
)
from socialcopy.nemovideo import file_names, subtitle_blocks
from socialcopy.nemovideo.drafts import SOCIAL_COPY, TEXT, copy_in, draft_in
from socialcopy.nemovideo.schemas import JSON
from socialcopy.settings import MediaSettings, ModelSettings, SpeechSettings
from socialcopy.understanding.speech import preload
from socialcopy.understanding.stills import stills
from socialcopy.understanding.video import understand, with_subtitles

log = logging.getLogger(__name__)

CANNOT = (
    "I can't do that, so I have changed nothing. I can write social media captions, add a title or "
    "subtitles, cut and trim, change speed, volume and aspect ratio, mute, put an uploaded music "
    "file underneath, and order several clips. For example: "
    '"cut the first 5 seconds", "make it vertical", "add a title saying Spring sale".'
)
NO_VIDEO = "There is no video in this project yet. Please upload one, then ask again."
NO_SUCH_VIDEO = (
    "There is no video of that name in this project. Please upload it, or say another name."
)
NEXT = 'Next you could export it, or ask for another change, for example "add subtitles".'
READ_AS = "I read your wish with the language model, and did this:"


class Project(Value):
    """What the agent may look at of a session."""

    state: JSON
    files: Mapping[str, StoredFile]
    """By asset id, in the order they were uploaded."""
    path_of: Callable[[StoredFile], Path]
    """Says where a file lies on this machine, once it does."""

    @property
    def videos(self) -> dict[str, str]:
        """The names of the videos, by asset id."""
        return {asset: file.filename for asset, file in self.files.items() if file.info}

    @property
    def video(self) -> str | None:
        """The video that is worked on: the first of the timeline, else of the uploads."""
        draft, videos = draft_in(self.state), self.videos
        laid = timeline.assets_in_order(draft) if draft and draft.get("t") else []
        return next((asset for asset in (*laid, *videos) if asset in videos), None)

    def video_named(self, filename: str | None) -> str | None:
        """Find the video a message is about: the newest of the name it says, else the usual one."""
        named = [asset for asset, name in self.videos.items() if name == filename]
        return named[-1] if named else self.video


class Message(Value):
    """A message that is being answered."""

    message_id: str
    text: str
    subtitles: tuple[Cue, ...] = ()
    """What came along in a block of its own."""
    subtitles_language: str = ""


class Turn(NamedTuple):
    """A message, what it is about, and what says that its answer is to be broken off."""

    message: Message
    project: Project
    stopping: threading.Event


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
        self._endpoints = Endpoints(self._model)
        self._speech = speech
        self._media = media
        self._cache_dir = cache_dir
        self._listening = threading.Lock()

    def load(self) -> None:
        """Load the speech model; raises UnderstandingError where it can't be used."""
        preload(self._speech, self._cache_dir)

    def close(self) -> None:
        """End the model that was started for the answers."""
        self._endpoints.close()

    def answer(
        self, message: Message, project: Project, stopping: threading.Event
    ) -> Generator[Step]:
        """Yield the steps from a message to its reply; each may carry a change of the state.

        Raises MediaError and UnderstandingError when the video cannot be heard, and
        EngineStoppingError soon after `stopping` is set.
        """
        turn = Turn(_opened(message), project, stopping)
        message = turn.message
        request, written = from_words(message.text)  # what a brief says is no edit
        # A timeline belongs to all videos of a project, so a message about one is about its copy.
        is_copy = file_names.has_sentence(request) or len(request) > LONGEST_REQUEST
        wished = () if is_copy else copy_edits(request, project.state, written)
        read = () if is_copy or any(one.platforms for one in wished) else edits_in(request)
        edits = wished if not read or (wished and names_no_clip(read, project.videos)) else read
        is_other = not edits and not wants_copy(request)
        if is_other and project.video is not None and not is_copy:
            edits = self._chosen_by_model(request)
        if is_other and not edits:
            yield Said(CANNOT)
        elif project.video is None:
            yield Said(NO_VIDEO)
        elif edits:
            standing = Brief().model_copy(update=written)
            yield from self._edit(turn, edits, standing, is_guess=is_other)
        else:
            yield from self._write(turn)

    def _chosen_by_model(self, request: str) -> tuple[Edit, ...]:
        """Have a model, if there is one, read what the grammar does not understand."""
        try:
            endpoint = self._endpoints.for_writing()
            if endpoint is None:
                return ()
            return by_model.choose(request, endpoint, self._model.timeout_seconds)
        except ModelWriterError as error:
            log.debug("no edits by a model: %s", error)
            return ()

    def _write(self, turn: Turn) -> Generator[Step]:
        """Write captions for the video that the message names, or for the usual one."""
        message, project = turn.message, turn.project
        named = file_names.named_in(message.text, project.videos.values())
        asset = project.video_named(named.filename)
        if named.is_missing or asset is None:
            yield Said(NO_SUCH_VIDEO)
            return
        brief = brief_in(named.text, tuple(copy_in(project.state)))
        understanding = yield from self._known(turn, asset, brief.use_words)
        seen = (project.files[asset], project.path_of)
        yield from self._copy(message, brief, understanding, seen)

    def _edit(
        self, turn: Turn, edits: Sequence[Edit], standing: Brief, *, is_guess: bool
    ) -> Generator[Step]:
        """Make edits; what a model read as them is told in words before it is done."""
        project = turn.project
        known: dict[str, Understanding] = {}
        for asset in _heard(edits, project):
            known[asset] = yield from self._known(turn, asset)
        try:
            edited = edit(_material(project, known, standing.platforms), edits)
        except CannotEditError as exc:
            yield Said(f"{exc} I have changed nothing.")
            return
        told = " ".join(edited.sentences)
        doing = f"I read that as: {told}" if is_guess else "Editing the timeline."
        kinds = [type(one).__name__ for one in edits]
        call = Called(doing, "edit_multitrack", {"edits": kinds})
        yield call
        yield Returned(call, edited.delta)
        done = f"{READ_AS} {told}" if is_guess else f"Done. {told}"
        if any(isinstance(one, ChangeCopy) for one in edits) and project.video:
            brief = brief_of(project.state, edited, standing)
            understanding = yield from self._known(turn, project.video, brief.use_words)
            seen = (project.files[project.video], project.path_of)
            yield from self._copy(turn.message, brief, understanding, seen, preface=done)
        else:
            yield Said(f"{done} {NEXT}")

    def _copy(
        self,
        message: Message,
        brief: Brief,
        understanding: Understanding,
        seen: tuple[StoredFile, Callable[[StoredFile], Path]],
        preface: str = "",
    ) -> Generator[Step]:
        told = self._endpoints.told(len(brief.platforms))
        writing = f"Writing the captions{f' {told}' if told else ''}."
        call = Called(writing, "write_social_copy", {"platforms": list(brief.platforms)})
        yield call
        frames = self._frames(*seen) if told else ()
        connect = self._endpoints.for_writing
        captions = write_with_model(understanding, brief, self._model, connect, frames)
        yield Returned(call, {"generated_media": copy_items(captions, message.message_id)})
        yield Said("\n\n".join(filter(None, (preface, compose(captions)))))

    def _frames(
        self, video: StoredFile, path_of: Callable[[StoredFile], Path]
    ) -> tuple[bytes, ...]:
        """Take frames for a model that sees; none where none can be taken."""
        if not self._model.vision or video.info is None:
            return ()
        try:
            return stills(path_of(video), video.info, self._media)
        except MediaError as error:
            log.debug("no frames for the model: %s", error)
            return ()

    def _known(
        self, turn: Turn, asset: str, words: tuple[str, ...] = ()
    ) -> Generator[Step, None, Understanding]:
        """Understand what a video says; listen to it once, however often it is asked about."""
        understanding = known_understanding(turn.project.state, asset)
        if understanding is None:
            video, path_of = turn.project.files[asset], turn.project.path_of
            call = Called("Watching the video.", "understand_video", {"file": video.filename})
            yield call
            understanding = self._understand(turn, video, path_of(video), words)
            yield Returned(call, analysis(asset, understanding), shown=False)
        given, language = turn.message.subtitles, turn.message.subtitles_language
        return with_subtitles(understanding, given, language or None)

    def _understand(
        self, turn: Turn, video: StoredFile, path: Path, words: tuple[str, ...]
    ) -> Understanding:
        if video.info is None:
            raise EngineStoppingError
        with self._listening:
            return understand(
                path,
                video.info,
                speech=self._speech,
                media=self._media,
                cache_dir=self._cache_dir,
                vocabulary=words,
                beside=turn.message.subtitles,
                beside_language=turn.message.subtitles_language or None,
                on_progress=_stopper(turn.stopping),
            )


def _opened(message: Message) -> Message:
    """Take a message's block of subtitles, which is no request, out of its text."""
    text, cues, language = subtitle_blocks.taken(message.text)
    return message.model_copy(
        update={"text": text, "subtitles": cues, "subtitles_language": language}
    )


def _stopper(stopping: threading.Event) -> Callable[[int], None]:
    def stop_if_asked(_: int) -> None:
        if stopping.is_set():
            raise EngineStoppingError

    return stop_if_asked


def _heard(edits: Sequence[Edit], project: Project) -> list[str]:
    """List the videos whose words an edit needs; none where nothing is to be subtitled."""
    draft = draft_in(project.state)
    shown = draft is not None and timeline.find(draft, TEXT, timeline.SUBTITLES) is not None
    if draft is None or not (shown or any(isinstance(one, ShowSubtitles) for one in edits)):
        return []
    if any(isinstance(one, Arrange) for one in edits):
        return [asset for asset, file in project.files.items() if file.info]
    return [asset for asset in timeline.assets_in_order(draft) if asset in project.files]


def _material(
    project: Project, known: dict[str, Understanding], platforms: tuple[Platform, ...]
) -> Material:
    words = {asset: found.transcript.words for asset, found in known.items()}
    return Material(state=project.state, files=project.files, words=words, platforms=platforms)


def known_understanding(state: JSON, asset_id: str) -> Understanding | None:
    """Return what an earlier message found out about a video, if one did."""
    kept = state.get("video_analyses", {}).get(asset_id)
    return Understanding.model_validate(kept["understanding"]) if kept else None


def analysis(asset_id: str, understanding: Understanding) -> JSON:
    """Put an understanding in the form in which the state keeps it."""
    return {"video_analyses": {asset_id: {"understanding": understanding.model_dump(mode="json")}}}


def copy_items(captions: CaptionSet, message_id: str) -> list[JSON]:
    """Write captions as elements of `generated_media`, so that they survive a lost reply."""
    return [
        {
            "type": SOCIAL_COPY,
            "platform": caption.platform.value,
            "text": caption.text,
            "message": message_id,
            "beside": _beside(caption).model_dump(mode="json"),
        }
        for caption in captions.captions
    ]


def _beside(caption: Caption) -> Beside:
    return Beside(
        title=caption.title,
        alt_text=caption.alt_text,
        thread=caption.thread[1:],
        variants=caption.variants,
    )
