"""Another round on a delivered video, from the command line, without Prefect."""

from __future__ import annotations

from typing import Any

from socialcopy import keys
from socialcopy.cli.follow import Outcome, outcome_of
from socialcopy.models import Claim, Rejection
from socialcopy.nemovideo.routing import Route, route
from socialcopy.service import service
from socialcopy.settings import S3Settings
from socialcopy.stages import intake, outcomes, refining, requests
from socialcopy.stages.refining import Earlier
from socialcopy.stages.workshop import Workshop


def refine(settings: S3Settings, name: str, instruction: str) -> Outcome | str:
    """Change a delivered video; what became of it, or an answer where nothing is to be done."""
    shop = Workshop.from_environment().model_copy(update={"s3": settings})
    key = name if "/" in name else f"{keys.INBOX}{name}"
    with service(shop.nemo, shop.engine, shop.speech, shop.media, shop.data) as api_url:
        requests.authenticate(shop, api_url)
        where = route(instruction)
        if where is not Route.MESSAGE:
            return refining.answer(shop, key, where, api_url)
        earlier = refining.earlier_delivery(shop, key)
        claim = intake.claim_video(shop, key, refining.brief_for(earlier, instruction))
        if claim is None:
            return "This wish was carried out before, or somebody is at it."
        with intake.holding(shop, claim):
            _walk(shop, claim, earlier, api_url)
    outcome = outcome_of(shop.bucket, claim.source, claim.oid)
    return outcome or "The video has changed meanwhile; try again."


def _walk(shop: Workshop, claim: Claim, earlier: Earlier, api_url: str) -> None:
    """The walk of flows/refine_video.py."""
    session = refining.resume_session(shop, claim, api_url, earlier)
    refused = refining.bring_video(shop, claim, session, api_url)
    done = refused or refining.request_edit(shop, claim, session, api_url, earlier)
    if isinstance(done, Rejection):
        outcomes.reject(shop, claim, done)
        return
    refining.deliver(shop, claim, session, done, api_url)


def account() -> dict[str, Any]:
    """Which service is used, as whom, and its credits."""
    shop = Workshop.from_environment()
    with service(shop.nemo, shop.engine, shop.speech, shop.media, shop.data) as api_url:
        return refining.account(shop, api_url)
