"""Links that open a project in the service's own editor, for the people a delivery is made for."""

from __future__ import annotations

import logging

from socialcopy.models import Claim, Session
from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.nemovideo.links import workspace_link
from socialcopy.nemovideo.transport import is_loopback
from socialcopy.stages import requests
from socialcopy.stages.refusals import session_steps
from socialcopy.stages.workshop import Workshop
from socialcopy.storage.journal import Journal

logger = logging.getLogger(__name__)


def project_link(shop: Workshop, session: Session, api_url: str) -> str:
    """A link that opens the project in a browser, by a token that can do nothing more."""
    with requests.nemovideo(shop, api_url, session.user_id) as service:
        return workspace_link(service.claim_token(session), shop.nemo)


def link_for(shop: Workshop, claim: Claim) -> str | None:
    """The link of a job's project; none for our own engine, which has no editor to open.

    A delivery is complete without it, so a service that refuses one costs nobody the delivery.
    """
    api_url = str(shop.nemo.api_url or "").rstrip("/")
    if not api_url or is_loopback(api_url):
        return None
    journal = Journal(shop.bucket, claim)
    known = journal.read(session_steps(journal)[0])
    session = Session.model_validate(known) if known else None
    if session is None or session.seat:  # nor for one that shows other people's videos too
        return None
    try:
        return project_link(shop, session, api_url)
    except NemoVideoError as error:
        logger.debug("no project link: %s", error)
        return None
