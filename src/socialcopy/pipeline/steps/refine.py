"""Another round on a delivered video, in words: the session goes on where it still lives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from socialcopy import keys
from socialcopy.copywriting.briefs.parse import TOLD_OTHERWISE, as_words
from socialcopy.copywriting.briefs.wishes import is_about_a_wish
from socialcopy.copywriting.replies import parse, parse_notes
from socialcopy.copywriting.writers.checks import check
from socialcopy.media.ffmpeg.probe import probe
from socialcopy.models import (
    WRITTEN_BY,
    Brief,
    CaptionSet,
    Copy,
    Delivery,
    Platform,
    Rejection,
    Session,
    Value,
    languages,
)
from socialcopy.nemovideo import subtitle_blocks
from socialcopy.nemovideo.client import OnPercent, OnWords
from socialcopy.nemovideo.drafts import (
    copy_in,
    draft_in,
    fingerprint,
    is_exportable,
    timeline_summary,
)
from socialcopy.nemovideo.editor_phrases import translate
from socialcopy.nemovideo.errors import AuthenticationError, SessionNotFoundError
from socialcopy.nemovideo.headers import advice_on_credits
from socialcopy.nemovideo.routing import Route
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.pipeline import client
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.service_errors import ServiceCall
from socialcopy.pipeline.steps import conform, earlier_videos, publish, render, upload
from socialcopy.pipeline.steps.caption import PaidMessage, with_writer
from socialcopy.pipeline.steps.earlier import Earlier, earlier_delivery
from socialcopy.pipeline.steps.earlier_videos import EarlierVideos
from socialcopy.pipeline.subtitles import GivenSubtitles, for_master, given_subtitles
from socialcopy.pipeline.understanding import watch
from socialcopy.storage.journal import session_steps
from socialcopy.storage.records import parse_json

STEP = "refine"
UNCHANGED = "The captions would stay word for word as they are, so no new version was made."


class Refinement(Value):
    """What a message did to the project."""

    words: str
    """What to tell the person."""
    captions: dict[Platform, str]
    kept: CaptionSet | None = None
    """The captions of before when none was written anew: they were proven on the whole video."""
    notes: tuple[str, ...] = ()
    has_own_subtitles: bool = False
    """Whether the edit itself says where subtitles are, or that there are none."""
    language: str | None = None
    """The language that the wish asked for, where it asked for one."""
    is_of_words: bool = False
    """Whether nothing but captions was changed: then no video is rendered."""


def brief_for(earlier: Earlier, instruction: str) -> Brief:
    """Put a wish on top of the delivered brief, and say what it follows.

    A wish changes what it names.
    """
    written = tuple(caption.platform for caption in earlier.captions.captions)
    platforms = written or earlier.brief.platforms  # none where there was nothing to write of
    changed = {"platforms": platforms, "instruction": instruction, "follows": earlier.oid}
    return Brief.model_validate({**earlier.brief.model_dump(), **changed})


def prompt(brief: Brief, earlier: Earlier, given: GivenSubtitles) -> str:
    """Write the wish and the brief new copy has to keep to; an edit of the picture ignores that.

    With the subtitles beside the video, which another session has not seen.
    """
    standing = brief.model_copy(update={"instruction": earlier.standing})
    block = as_words(
        standing,
        but=TOLD_OTHERWISE - {"instruction", "language"},
        always=frozenset({"platforms"}),
    )
    said = subtitle_blocks.block(given.cues, given.language)
    return "\n\n".join(filter(None, (brief.instruction, block, said)))


def resume_session(job: Job, api_url: str, earlier: Earlier) -> Session:
    """Resume the session the delivery was made in, while it lives; else open another one. Free.

    Another one too where the delivery shared its session: its timeline is not this video's alone.
    """
    call = ServiceCall(job.context, api_url, job.journal)
    return call.run(lambda: _resume_session(job, api_url, earlier))


def _resume_session(job: Job, api_url: str, earlier: Earlier) -> Session:
    step, _ = session_steps(job.journal)
    known = job.journal.read(step)
    if known is not None:
        return Session.model_validate(known)
    found = _session_of(job.context, earlier) if step == "session" else None
    if found is not None and _lives(job.context, found, api_url):
        return Session.model_validate(job.journal.record(step, found.model_dump()))
    return upload.open_session(job, api_url)


def _session_of(context: Context, earlier: Earlier) -> Session | None:
    """Find an earlier job's last session by its journal; none where others were in it too."""
    folder = keys.journal(earlier.oid)
    names = sorted(
        name
        for name in context.bucket.list_keys(folder)
        if name.removeprefix(folder).startswith("session") and "lost" not in name
    )
    found = context.bucket.read(names[-1]) if names else None
    session = Session.model_validate(parse_json(found.data, names[-1])["value"]) if found else None
    return session if session and not session.seat else None


def _lives(context: Context, session: Session, api_url: str) -> bool:
    try:
        with client.nemovideo(context, api_url, session.user_id) as service:
            return bool(service.state(session).get("video_infos"))
    except (SessionNotFoundError, AuthenticationError):
        return False


def ensure_video(job: Job, session: Session, api_url: str) -> Rejection | None:
    """Upload the video, unless the session has it."""
    if _lives(job.context, session, api_url):
        return None
    uploaded = upload.upload_video(job, session, api_url)
    return uploaded if isinstance(uploaded, Rejection) else None


def request_edit(
    job: Job, session: Session, api_url: str, earlier: Earlier, on_progress: OnWords = None
) -> Refinement | Rejection:
    """Send the wish: one paid message, at most once. A wish that changes nothing is refused.

    After an edit that ends in silence the state tells what has changed. Raises RequestFailedError
    when the service says that the work failed.
    """
    call = ServiceCall(job.context, api_url, job.journal, session)
    return call.outcome(lambda: _edit(job, session, api_url, earlier, on_progress))


def _edit(
    job: Job, session: Session, api_url: str, earlier: Earlier, on_progress: OnWords
) -> Refinement | Rejection:
    given = given_subtitles(job)
    with client.nemovideo(job.context, api_url, session.user_id) as service:
        known = job.journal.record("before", {"state": service.state(session)})["state"]
        message = PaidMessage(service, session, STEP, lambda _before, _after: True, on_progress)
        receipt = message.charge(job, STEP, lambda: prompt(job.claim.brief, earlier, given))
        state = service.state(session)
    return outcome(translate(receipt["text"]).text, known, state, earlier)


def outcome(
    reply: str, before: dict[str, Any], after: dict[str, Any], earlier: Earlier
) -> Refinement | Rejection:
    """Tell what a message did, by the reply and the session's state before and after it.

    What would change nothing is rejected in words, before anything is rendered.
    """
    if fingerprint(after) == fingerprint(before):
        return _nothing_changed(reply)
    if not is_exportable(draft_in(after)):
        return _nothing_left()
    refinement = _refinement(reply, before, after, earlier)
    if is_as_before(refinement, before, after, earlier):
        why = (note for note in refinement.notes if not note.startswith(WRITTEN_BY))
        return _nothing_changed(" ".join((UNCHANGED, *why)))
    return refinement


def is_as_before(
    refinement: Refinement, before: dict[str, Any], after: dict[str, Any], earlier: Earlier
) -> bool:
    """Tell whether a wish for other words brought the same ones, and nothing else was edited."""
    kept = {caption.platform: caption.text.split() for caption in earlier.captions.captions}
    new = {platform: text.split() for platform, text in refinement.captions.items()}
    is_same_copy = refinement.kept is None and new == kept  # other line breaks are no other words
    return is_same_copy and _edited(before) == _edited(after)


def _edited(state: dict[str, Any]) -> dict[str, Any]:
    """Return a draft without the wishes for its copy."""
    draft = draft_in(state) or {}
    about = {name: value for name, value in stated_in(state).items() if name != "copy"}
    return {**draft, "m": about}


def _nothing_left() -> Rejection:
    """Reject an edit that empties the timeline: there is nothing to render, now or later."""
    return Rejection(
        code="nothing_left",
        reason="After this edit nothing is left of the video.",
        advice="Ask for a part that is in it; the delivery of before stands as it was.",
    )


def _nothing_changed(reply: str) -> Rejection:
    return Rejection(
        code="not_understood",
        reason=reply or "The service changed nothing and did not say why.",
        advice="Say it in other words, or ask for something the reply names.",
    )


def _refinement(
    reply: str, before: dict[str, Any], after: dict[str, Any], earlier: Earlier
) -> Refinement:
    written = parse(reply, tuple(Platform))
    if not written and after.get("generated_media") != before.get("generated_media"):
        written = copy_in(after)
    kept = {caption.platform: caption.text for caption in earlier.captions.captions}
    stated = stated_in(after)
    return Refinement(
        words=reply or changes(before, after),
        captions=written or kept,
        kept=None if written else _still_true(earlier.captions),
        notes=parse_notes(reply) if written else (),
        has_own_subtitles=stated.get("subtitles") in ("on", "off"),
        language=wished_language(stated) if written else None,
        is_of_words=bool(written) and _edited(before) == _edited(after),
    )


def _still_true(captions: CaptionSet) -> CaptionSet:
    """Keep captions, without what was said of a wish of another version."""
    notes = tuple(note for note in captions.notes if not is_about_a_wish(note))
    return captions.model_copy(update={"notes": notes})


def stated_in(state: dict[str, Any]) -> dict[str, Any]:
    """Read what a draft says about itself; of that, only its being there is documented."""
    about = (draft_in(state) or {}).get("m")
    return about if isinstance(about, dict) else {}


def wished_language(stated: dict[str, Any]) -> str | None:
    """Return the language of the copy that the draft of our engine keeps."""
    wishes = stated.get("copy")
    language = wishes.get("language") if isinstance(wishes, dict) else None
    return languages.known(language)


def changes(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Describe what an edit without a word did, read off the timelines."""
    old, new = timeline_summary(draft_in(before)), timeline_summary(draft_in(after))
    return f"Done. Before: {old} Now: {new}" if old != new else f"Done. {new}"


def deliver(
    job: Job, session: Session, refinement: Refinement, api_url: str, on_progress: OnPercent = None
) -> Delivery:
    """Render the edited draft and publish it with its captions; free, and safe to repeat.

    Where only words were changed, the MP4s of before are delivered with the new ones. A plan that
    blocks the export ends it: the source alone would not show the edit.
    """
    brief = job.claim.brief
    language = refinement.language or brief.language
    platforms = tuple(refinement.captions) or brief.platforms
    job = job.with_brief(brief.model_copy(update={"platforms": platforms, "language": language}))
    if refinement.is_of_words and (found := _videos_of_before(job)):
        copy = _copy(job, refinement, found.master)
        return publish.publish(job, found.master, copy, found.renditions)
    master = render.export(job, session, api_url)
    copy = _copy(job, refinement, master)
    burns_subtitles = not refinement.has_own_subtitles
    renditions = conform.conform(job, master, copy, on_progress, burns_subtitles=burns_subtitles)
    return publish.publish(job, master, copy, renditions)


def _videos_of_before(job: Job) -> EarlierVideos | None:
    """Fetch the MP4s of the delivery that this one follows; none where some have to be made."""
    earlier = earlier_delivery(job.context, job.key)
    if earlier.oid != job.claim.brief.follows:  # published meanwhile, or this one's own
        return None
    return earlier_videos.fetch(job, earlier)


def _copy(job: Job, refinement: Refinement, master: Path) -> Copy:
    """Return the captions, those written anew checked against the video as it is now."""
    info = probe(master, size_bytes=master.stat().st_size, settings=job.context.media)
    understanding = watch(job, master, info, for_master(given_subtitles(job), info))
    captions = refinement.kept or with_writer(
        check(refinement.captions, understanding, job.claim.brief, notes=refinement.notes)
    )
    return Copy(captions=captions, understanding=understanding)


def answer(context: Context, key: str, where: Route, api_url: str) -> str:
    """Answer what is asked of an endpoint and not of the agent: nothing is sent or paid."""
    call = ServiceCall(context, api_url)
    return call.run(lambda: _answer(context, key, where, api_url))


def _answer(context: Context, key: str, where: Route, api_url: str) -> str:
    if where is Route.CREDITS:
        return credits_in_words(context, api_url)
    if where is Route.UPLOAD:
        return f"Drop the file into the bucket under {keys.INBOX}, and it is taken up by itself."
    earlier = earlier_delivery(context, key)
    if where is Route.EXPORT:
        return f"The newest delivery is in {earlier.prefix}, with an MP4 for each network."
    session = _session_of(context, earlier)
    if session is None or not _lives(context, session, api_url):
        return "The editing session has ended; the next wish opens a new one."
    with client.nemovideo(context, api_url, session.user_id) as service:
        return timeline_summary(draft_in(service.state(session)))


def credits_in_words(context: Context, api_url: str) -> str:
    """Tell the balance, and where more comes from."""
    found = _account(context, api_url)
    advice, frozen = found["advice"], found["frozen"]
    if found["is_free"]:
        return f"local: free. {advice}"
    reserved = f" ({frozen} more reserved by work in progress)" if frozen else ""
    return f"{found['available']} credits available{reserved}; for more, {advice}"


def account(context: Context, api_url: str) -> dict[str, Any]:
    """Describe the account: service, identity, credits. No token is in it."""
    return ServiceCall(context, api_url).run(lambda: _account(context, api_url))


def _account(context: Context, api_url: str) -> dict[str, Any]:
    client.authenticate(context, api_url)
    with client.nemovideo(context, api_url) as service:
        balance, is_free = service.credits(), service.is_free()
    user_id = TokenStore(context.data.data_dir, context.nemo).user_id(api_url)
    return {
        "service": "local" if is_free else api_url,
        "is_free": is_free,
        "user_id": user_id,
        **balance._asdict(),
        "advice": FREE_ADVICE if is_free else advice_on_credits(user_id, context.nemo),
    }


FREE_ADVICE = "Captions and MP4s are made on this machine, and nothing is charged."
