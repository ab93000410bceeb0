"""From the master to a published delivery: renditions, every file, and the manifest last."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from socialcopy import keys
from socialcopy.copywriting.artifact import captions_markdown
from socialcopy.copywriting.review import ReviewRendition, review_page
from socialcopy.media import sidecars
from socialcopy.media.certificate import certificate
from socialcopy.media.cutting import cues
from socialcopy.media.plans import later
from socialcopy.media.probe import probe
from socialcopy.media.renditions import render_all, thumbnail
from socialcopy.media.subtitles import to_srt, to_vtt
from socialcopy.models import (
    Caption,
    Claim,
    Copy,
    Cue,
    DeliveredFile,
    Delivery,
    Focus,
    Rendition,
    Value,
)
from socialcopy.platforms import rules
from socialcopy.policies import SameBytes
from socialcopy.stages import metrics, outcomes, spending
from socialcopy.stages.afterwards import acknowledge
from socialcopy.stages.branding import dressing
from socialcopy.stages.projects import link_for
from socialcopy.stages.refusals import session_steps
from socialcopy.stages.rulebook import policies_of
from socialcopy.stages.workshop import Workshop
from socialcopy.storage import claims, contents
from socialcopy.storage.errors import SourceGoneError, StorageError
from socialcopy.storage.journal import Journal
from socialcopy.storage.placing import own_folder, place
from socialcopy.understanding.faces import best_moment, look, look_again

PROGRESS_STEP = 10
"""Percent between two notes of how far the encoding is."""
THUMBNAIL = "thumbnail.jpg"
FOOTAGE = "footage.json"

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mp4": "video/mp4",
    ".srt": "application/x-subrip; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
}


class Footage(Value):
    """What is known of a master besides its words; kept in the work folder between two stages."""

    focus: Focus = Focus()
    given: tuple[Cue, ...] = ()
    """Subtitles somebody put beside the video; they win over ours."""
    head_ms: int = 0
    """How much later the video begins in its MP4s, behind an intro and a title card."""


@metrics.measured("conform")
def conform(  # noqa: PLR0917  (the walk's values, a listener and a brake)
    shop: Workshop,
    claim: Claim,
    master: Path,
    copy: Copy,
    on_progress: Callable[[int], None] | None = None,
    stop: threading.Event | None = None,
    *,
    burns_subtitles: bool = True,
) -> tuple[Rendition, ...]:
    """Make the MP4s the networks accept, with subtitles burned in, and look at each again.

    Captions and subtitles are delivered first: nobody waits for an encoder to read them. A master
    whose edit says where subtitles are, or that there are none, gets no others.
    """
    Journal(shop.bucket, claim).begin("conform", {})
    info = probe(master, size_bytes=master.stat().st_size, settings=shop.media)
    given = _subtitles_beside(shop, claim, info.duration_ms)
    around = dressing(shop, claim, stop)
    footage = Footage(given=given, head_ms=around.head_ms)
    _place_texts(shop, claim, _words(copy, footage))
    texts = tuple(shown.box for shown in copy.understanding.screen)
    seen = look(master, info, settings=shop.media, stop=stop)
    focus = seen.model_copy(update={"texts": texts})
    footage = footage.model_copy(update={"focus": focus})
    folder = shop.work_folder(claim)
    (folder / FOOTAGE).write_text(footage.model_dump_json())
    thumbnail(master, info, folder, shop.media, best_moment(footage.focus))
    return render_all(
        master,
        info,
        copy.understanding.transcript.words if burns_subtitles else (),
        {platform: rules(platform).video for platform in claim.brief.platforms},
        name=keys.delivery_name(claim.source.key),
        folder=folder,
        settings=shop.media,
        given=given if burns_subtitles else (),
        language=copy.understanding.transcript.language,
        look=shop.media.look(claim.brief),
        focus=footage.focus,
        dressing=around,
        look_again=look_again,
        on_progress=_told(shop, claim, on_progress),
        stop=stop,
    )


def _told(
    shop: Workshop, claim: Claim, on_progress: Callable[[int], None] | None
) -> Callable[[int], None]:
    """Pass percents on, and write every tenth where whoever follows the video looks."""
    written = [-1]

    def report(percent: int) -> None:
        if on_progress:
            on_progress(percent)
        if percent // PROGRESS_STEP > written[0]:
            written[0] = percent // PROGRESS_STEP
            with contextlib.suppress(StorageError):  # it is only for looking at
                body = json.dumps({"percent": percent}).encode()
                shop.bucket.write(keys.progress(claim.oid), body, "application/json")

    return report


@metrics.measured("publish")
def publish(
    shop: Workshop, claim: Claim, master: Path, copy: Copy, renditions: tuple[Rendition, ...]
) -> Delivery:
    """Write every file of the delivery, then its manifest, which makes it count.

    An MP4 that failed its certificate is not delivered: the manifest, the certificate and the
    review page say why, and the others are delivered as usual.
    """
    footage = _footage(shop, claim)
    texts = _texts(claim, copy, footage, renditions)
    Journal(shop.bucket, claim).begin("publish", {})
    files = _place_texts(shop, claim, texts)
    folder = own_folder(shop.bucket, claim)
    files += [
        _place(shop, claim, folder + name, path)
        for path, name in _videos(shop, claim, master, renditions)
    ]
    delivery = Delivery(
        oid=claim.oid,
        source=claim.source,
        prefix=claim.delivery_prefix,
        files=tuple(sorted(files, key=lambda file: file.name)),
        captions=copy.captions,
        has_subtitles=bool(_lines(copy, footage)),
    )
    manifest = json.dumps(
        _manifest(shop, claim, delivery, renditions), ensure_ascii=False, indent=2
    )
    claims.guard(shop.bucket, claim)
    shop.bucket.create(keys.manifest(claim.delivery_prefix), manifest.encode())
    outcomes.take_back(shop, claim)
    _note_contents(shop, claim)
    claims.finish(shop.bucket, claim)
    metrics.OUTCOMES.labels("delivered").inc()
    acknowledge(shop, claim)
    return delivery


def _note_contents(shop: Workshop, claim: Claim) -> None:
    """Remember the bytes, so that they are known again under another name."""
    journal = Journal(shop.bucket, claim)
    uploaded = journal.read(session_steps(journal)[1]) or {}
    sha256 = uploaded.get("sha256")  # none when the service fetched the video itself
    is_wanted = policies_of(shop.bucket).of(claim.source.key).same_bytes is SameBytes.SKIP
    if sha256 is None and is_wanted:
        sha256 = contents.content_hash(shop.bucket, claim.source)
    if sha256 and claim.brief.follows is None:
        contents.note(shop.bucket, claim, sha256)


def _subtitles_beside(shop: Workshop, claim: Claim, duration_ms: int) -> tuple[Cue, ...]:
    """What somebody put beside the video as `<name>.srt` or `<name>.vtt`."""
    for key in keys.subtitles_beside(claim.source.key):
        try:
            size_bytes = shop.bucket.head(key).size_bytes
        except SourceGoneError:
            continue
        blob = shop.bucket.read(key) if size_bytes <= sidecars.MOST_BYTES else None
        if blob and (given := sidecars.read(blob.data, duration_ms=duration_ms)):
            return given
    return ()


def _footage(shop: Workshop, claim: Claim) -> Footage:
    path = shop.work_folder(claim) / FOOTAGE
    return Footage.model_validate_json(path.read_bytes()) if path.is_file() else Footage()


def _lines(copy: Copy, footage: Footage) -> tuple[Cue, ...]:
    """The subtitles of the sidecars, in step with the MP4s."""
    understanding = copy.understanding
    lines = footage.given or cues(
        understanding.transcript.words,
        duration_ms=understanding.duration_ms,
        cuts_ms=footage.focus.cuts_ms,
        language=understanding.transcript.language,
    )
    return later(lines, footage.head_ms)


def _words(copy: Copy, footage: Footage) -> dict[str, str]:
    """Every text file that needs no MP4, by name."""
    lines = _lines(copy, footage)
    plain = {name: text + "\n" for c in copy.captions.captions for name, text in _files(c)}
    subtitles = {"subtitles.srt": to_srt(lines), "subtitles.vtt": to_vtt(lines)} if lines else {}
    return {
        **plain,
        **subtitles,
        "captions.json": copy.captions.model_dump_json(indent=2),
        "captions.md": captions_markdown(copy.captions),
        "transcript.json": copy.understanding.transcript.model_dump_json(indent=2),
    }


def _files(caption: Caption) -> Iterator[tuple[str, str]]:
    """One caption as it is pasted, with its other versions and the posts of its thread."""
    yield f"{caption.platform}.txt", caption.text
    for n, text in enumerate(caption.variants, start=2):
        yield f"{caption.platform}.{n}.txt", text
    if caption.thread:
        yield f"{caption.platform}.thread.txt", "\n\n---\n\n".join(caption.thread)


def _texts(
    claim: Claim, copy: Copy, footage: Footage, renditions: tuple[Rendition, ...]
) -> dict[str, str]:
    """Every text file of a delivery by name."""
    certified = json.dumps(certificate(renditions), ensure_ascii=False, indent=2)
    texts = {**_words(copy, footage), "certificate.json": certified}
    notes = (*copy.captions.notes, *_refusals(renditions))
    page = review_page(
        keys.delivery_name(claim.source.key),
        copy.captions.model_copy(update={"notes": notes}),
        renditions=[_shown(rendition) for rendition in renditions if rendition.has_passed],
        cues=_lines(copy, footage),
        understanding=copy.understanding,
        downloads=[*texts, _master_name(claim)],
        poster=THUMBNAIL,
    )
    return {**texts, "index.html": page}


def _refusals(renditions: tuple[Rendition, ...]) -> list[str]:
    """A sentence for each network that gets no MP4."""
    return [
        f"There is no MP4 for {rules(platform).name}: {'; '.join(rendition.faults)}."
        + ("" if rendition.path else f" {_shorter(rules(platform).video.max_duration_seconds)}")
        for rendition in renditions
        for platform in rendition.platforms
        if not rendition.has_passed
    ]


def _shorter(seconds: int) -> str:
    return f"For one that fits, refine it with “trim it to {seconds} seconds”, or cut it yourself."


def _shown(rendition: Rendition) -> ReviewRendition:
    width, height = rendition.info.video.display_size
    return ReviewRendition(
        label=f"{width} x {height}",
        file_name=Path(rendition.path).name,
        platforms=rendition.platforms,
        framing=rendition.framing,
        faults=rendition.faults,
        has_burned_in_subtitles=rendition.subtitles_burned_in,
    )


def _videos(
    shop: Workshop, claim: Claim, master: Path, renditions: tuple[Rendition, ...]
) -> list[tuple[Path, str]]:
    made = [(Path(r.path), Path(r.path).name) for r in renditions if r.has_passed]
    picture = shop.work_folder(claim) / THUMBNAIL
    return [*made, (master, _master_name(claim)), (picture, THUMBNAIL)]


def _master_name(claim: Claim) -> str:
    return f"{keys.delivery_name(claim.source.key)}.master.mp4"


def _place_texts(shop: Workshop, claim: Claim, texts: dict[str, str]) -> list[DeliveredFile]:
    folder = own_folder(shop.bucket, claim)
    return [_place(shop, claim, folder + name, text.encode()) for name, text in texts.items()]


def _place(shop: Workshop, claim: Claim, name: str, data: bytes | Path) -> DeliveredFile:
    return place(shop.bucket, claim, name, data, CONTENT_TYPES[Path(name).suffix])


def _manifest(
    shop: Workshop, claim: Claim, delivery: Delivery, renditions: tuple[Rendition, ...]
) -> dict[str, Any]:
    journal = Journal(shop.bucket, claim)
    receipt = journal.read("caption-receipt") or journal.read("refine-receipt") or {}
    folder = own_folder(shop.bucket, claim)
    return {
        "version": 1,
        "oid": claim.oid,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": claim.source.model_dump(),
        "brief": claim.brief.model_dump(),
        "epoch": claim.epoch,
        "project": link_for(shop, claim),
        "credits_left": receipt.get("credits_available"),
        "credits_spent": spending.credits_spent(journal),
        "export_blocked": (journal.read("export-blocked") or {}).get("reason"),
        "captions": delivery.captions.model_dump(mode="json"),
        "renditions": {
            platform: folder + Path(rendition.path).name
            for rendition in renditions
            for platform in rendition.platforms
            if rendition.has_passed
        },
        "failed": {
            platform: list(rendition.faults)
            for rendition in renditions
            for platform in rendition.platforms
            if not rendition.has_passed
        },
        "files": [file.model_dump() for file in delivery.files],
    }
