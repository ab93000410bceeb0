"""From the master to a published delivery: renditions, every file, and the manifest last."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from socialcopy import keys
from socialcopy.copywriting.artifact import captions_markdown
from socialcopy.copywriting.review import ReviewRendition, review_page
from socialcopy.media.certificate import certificate
from socialcopy.media.cutting import cues
from socialcopy.media.probe import probe
from socialcopy.media.renditions import render_all, thumbnail
from socialcopy.media.subtitles import to_srt, to_vtt
from socialcopy.models import Claim, Copy, DeliveredFile, Delivery, Rendition
from socialcopy.platforms import rules
from socialcopy.stages.workshop import Workshop
from socialcopy.storage import claims
from socialcopy.storage.journal import Journal

THUMBNAIL = "thumbnail.jpg"

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


def conform(
    shop: Workshop,
    claim: Claim,
    master: Path,
    copy: Copy,
    on_progress: Callable[[int], None] | None = None,
    *,
    burns_subtitles: bool = True,
) -> tuple[Rendition, ...]:
    """Make the MP4s the networks accept, with subtitles burned in, and look at each again.

    A master whose edit says where subtitles are, or that there are none, gets no others.
    """
    Journal(shop.bucket, claim).begin("conform", {})
    return render_all(
        master,
        probe(master, size_bytes=master.stat().st_size, settings=shop.media),
        copy.understanding.transcript.words if burns_subtitles else (),
        {platform: rules(platform).video for platform in claim.brief.platforms},
        name=keys.delivery_name(claim.source.key),
        folder=shop.work_folder(claim),
        settings=shop.media,
        on_progress=on_progress,
    )


def publish(
    shop: Workshop, claim: Claim, master: Path, copy: Copy, renditions: tuple[Rendition, ...]
) -> Delivery:
    """Write every file of the delivery, then its manifest, which makes it count."""
    texts = _texts(claim, copy, renditions)
    Journal(shop.bucket, claim).begin("publish", {})
    files = [_write(shop, claim, name, text.encode()) for name, text in texts.items()]
    for path, name in _videos(shop, claim, master, renditions):
        claims.guard(shop.bucket, claim)
        files.append(_upload(shop, claim, path, name))
    delivery = Delivery(
        oid=claim.oid,
        source=claim.source,
        prefix=claim.delivery_prefix,
        files=tuple(sorted(files, key=lambda file: file.name)),
        captions=copy.captions,
        has_subtitles=copy.understanding.transcript.has_speech,
    )
    manifest = json.dumps(
        _manifest(shop, claim, delivery, renditions), ensure_ascii=False, indent=2
    )
    claims.guard(shop.bucket, claim)
    shop.bucket.create(keys.manifest(claim.delivery_prefix), manifest.encode())
    claims.finish(shop.bucket, claim)
    return delivery


def _texts(claim: Claim, copy: Copy, renditions: tuple[Rendition, ...]) -> dict[str, str]:
    """Every text file of a delivery by name."""
    understanding = copy.understanding
    lines = cues(understanding.transcript.words, duration_ms=understanding.duration_ms)
    plain = {f"{caption.platform}.txt": caption.text + "\n" for caption in copy.captions.captions}
    subtitles = {"subtitles.srt": to_srt(lines), "subtitles.vtt": to_vtt(lines)} if lines else {}
    texts = {
        **plain,
        **subtitles,
        "captions.json": copy.captions.model_dump_json(indent=2),
        "captions.md": captions_markdown(copy.captions),
        "transcript.json": understanding.transcript.model_dump_json(indent=2),
        "certificate.json": json.dumps(certificate(renditions), ensure_ascii=False, indent=2),
    }
    page = review_page(
        keys.delivery_name(claim.source.key),
        copy.captions,
        renditions=[_shown(rendition) for rendition in renditions],
        cues=lines,
        understanding=understanding,
        downloads=[*texts, _master_name(claim)],
        poster=THUMBNAIL,
    )
    return {**texts, "index.html": page}


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
    info = probe(master, size_bytes=master.stat().st_size, settings=shop.media)
    picture = thumbnail(master, info, shop.work_folder(claim), shop.media)
    made = [(Path(rendition.path), Path(rendition.path).name) for rendition in renditions]
    return [*made, (master, _master_name(claim)), (picture, THUMBNAIL)]


def _master_name(claim: Claim) -> str:
    return f"{keys.delivery_name(claim.source.key)}.master.mp4"


def _write(shop: Workshop, claim: Claim, name: str, data: bytes) -> DeliveredFile:
    key = f"{claim.delivery_prefix}{name}"
    return shop.bucket.write(key, data, CONTENT_TYPES[Path(name).suffix])


def _upload(shop: Workshop, claim: Claim, path: Path, name: str) -> DeliveredFile:
    key = f"{claim.delivery_prefix}{name}"
    return shop.bucket.upload(path, key, CONTENT_TYPES[Path(name).suffix])


def _manifest(
    shop: Workshop, claim: Claim, delivery: Delivery, renditions: tuple[Rendition, ...]
) -> dict[str, Any]:
    journal = Journal(shop.bucket, claim)
    receipt = journal.read("caption-receipt") or journal.read("refine-receipt") or {}
    return {
        "version": 1,
        "oid": claim.oid,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": claim.source.model_dump(),
        "brief": claim.brief.model_dump(),
        "epoch": claim.epoch,
        "credits_left": receipt.get("credits_available"),
        "export_blocked": (journal.read("export-blocked") or {}).get("reason"),
        "captions": delivery.captions.model_dump(mode="json"),
        "renditions": {
            platform: Path(rendition.path).name
            for rendition in renditions
            for platform in rendition.platforms
        },
        "files": [file.model_dump() for file in delivery.files],
    }
