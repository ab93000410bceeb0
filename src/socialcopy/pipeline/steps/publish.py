"""From renditions to a published delivery: every file, and the manifest last."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from socialcopy import keys
from socialcopy.copywriting.pages.review import review_page
from socialcopy.media.renditions.certificate import certificate
from socialcopy.models import Copy, Delivery, Manifest, Rendition, Session, Value
from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.nemovideo.headers import workspace_link
from socialcopy.nemovideo.transport import is_loopback
from socialcopy.pipeline import budget, client, metrics, outcomes
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.retention import apply_policy
from socialcopy.pipeline.steps.conform import (
    THUMBNAIL,
    Footage,
    cover_of,
    place_file,
    place_texts,
    read_footage,
    sidecar_cues,
    word_files,
)
from socialcopy.platforms import rules
from socialcopy.policies import SameBytes
from socialcopy.storage import content_index
from socialcopy.storage.journal import session_steps

logger = logging.getLogger(__name__)


@metrics.measured("publish")
def publish(job: Job, master: Path, copy: Copy, renditions: tuple[Rendition, ...]) -> Delivery:
    """Write every file of the delivery, then its manifest, which makes it count.

    An MP4 that failed its certificate is not delivered: the manifest, the certificate and the
    review page say why, and the others are delivered as usual.
    """
    footage = read_footage(job)
    texts = _texts(job, copy, footage, renditions)
    job.journal.begin("publish", {})
    files = place_texts(job, texts)
    files += [place_file(job, name, path) for path, name in _videos(job, master, renditions)]
    delivery = Delivery(
        oid=job.oid,
        source=job.source,
        prefix=job.claim.delivery_prefix,
        files=tuple(sorted(files, key=lambda file: file.name)),
        captions=copy.captions,
        has_subtitles=bool(sidecar_cues(copy, footage)),
    )
    manifest = as_json(_manifest(job, delivery, renditions))
    job.lease.guard()
    job.bucket.create(keys.manifest(job.claim.delivery_prefix), manifest.encode())
    outcomes.withdraw_refusals(job)
    _note_contents(job)
    job.lease.finish()
    metrics.OUTCOMES.labels("delivered").inc()
    apply_policy(job)
    return delivery


def _note_contents(job: Job) -> None:
    """Remember the bytes, so that they are known again under another name."""
    uploaded = job.journal.read(session_steps(job.journal)[1]) or {}
    sha256 = uploaded.get("sha256")  # none when the service fetched the video itself
    if sha256 is None and job.policy.same_bytes is SameBytes.SKIP:
        sha256 = content_index.content_hash(job.bucket, job.source)
    if sha256 and job.claim.brief.follows is None:
        content_index.note(job.bucket, job.claim, sha256)


def _texts(
    job: Job, copy: Copy, footage: Footage, renditions: tuple[Rendition, ...]
) -> dict[str, str]:
    """Write every text file of a delivery, by name."""
    texts = {**word_files(copy, footage), "certificate.json": as_json(certificate(renditions))}
    said = dict.fromkeys((*copy.captions.notes, *footage.notes))  # each once
    notes = (*said, *_refusals(renditions))
    passed = [rendition for rendition in renditions if rendition.has_passed]
    page = review_page(
        keys.delivery_name(job.key),
        copy.captions.model_copy(update={"notes": notes}),
        renditions=passed,
        covers={r.path: cover.name for r in passed if (cover := cover_of(r)).is_file()},
        cues=sidecar_cues(copy, footage),
        understanding=copy.understanding,
        downloads=[*texts, _master_name(job)],
        head_ms=footage.head_ms,
    )
    return {**texts, "index.html": page}


def as_json(value: Value) -> str:
    """Write a value as a file of a delivery holds it."""
    return json.dumps(value.model_dump(mode="json"), ensure_ascii=False, indent=2)


def _refusals(renditions: tuple[Rendition, ...]) -> list[str]:
    """Write a sentence for each network that gets no MP4."""
    return [
        f"There is no MP4 for {rules(platform).name}: {'; '.join(rendition.faults)}."
        + ("" if rendition.path else f" {_shorter(rules(platform).video.max_duration_seconds)}")
        for rendition in renditions
        for platform in rendition.platforms
        if not rendition.has_passed
    ]


def _shorter(seconds: int) -> str:
    return f"For one that fits, refine it with “trim it to {seconds} seconds”, or cut it yourself."


def _videos(job: Job, master: Path, renditions: tuple[Rendition, ...]) -> list[tuple[Path, str]]:
    passed = [rendition for rendition in renditions if rendition.has_passed]
    made = [Path(rendition.path) for rendition in passed]
    covers = [cover for rendition in passed if (cover := cover_of(rendition)).is_file()]
    picture = job.work_folder / THUMBNAIL
    named = [(path, path.name) for path in (*made, *covers, picture)]
    return [*named, (master, _master_name(job))]


def _master_name(job: Job) -> str:
    return f"{keys.delivery_name(job.key)}.master.mp4"


def _manifest(job: Job, delivery: Delivery, renditions: tuple[Rendition, ...]) -> Manifest:
    receipt = job.journal.read("caption-receipt") or job.journal.read("refine-receipt") or {}
    folder = job.folder.prefix()
    made = [(platform, made) for made in renditions for platform in made.platforms]
    return Manifest(
        oid=job.oid,
        published_at=datetime.now(UTC).isoformat(timespec="seconds"),
        source=job.source,
        brief=job.claim.brief,
        epoch=job.claim.epoch,
        project=link_for(job),
        credits_left=receipt.get("credits_available"),
        credits_spent=budget.credits_spent(job.journal),
        export_blocked=(job.journal.read("export-blocked") or {}).get("reason"),
        captions=delivery.captions,
        renditions={who: folder + Path(one.path).name for who, one in made if one.has_passed},
        failed={who: one.faults for who, one in made if not one.has_passed},
        files=delivery.files,
    )


def project_link(context: Context, session: Session, api_url: str) -> str:
    """Make a link that opens the project in a browser, by a token that can do nothing more."""
    with client.nemovideo(context, api_url, session.user_id) as service:
        return workspace_link(service.claim_token(session), context.nemo)


def link_for(job: Job) -> str | None:
    """Return the link of a job's project; none for our own engine, which has no editor to open.

    A delivery is complete without it, so a service that refuses one costs nobody the delivery.
    """
    api_url = str(job.context.nemo.api_url or "").rstrip("/")
    if not api_url or is_loopback(api_url):
        return None
    known = job.journal.read(session_steps(job.journal)[0])
    session = Session.model_validate(known) if known else None
    if session is None or session.seat:  # nor for one that shows other people's videos too
        return None
    try:
        return project_link(job.context, session, api_url)
    except NemoVideoError as error:
        logger.debug("no project link: %s", error)
        return None
