"""Telling people: rejected and parked videos, finished batches."""

from __future__ import annotations

import logging

from socialcopy.settings import OperationsSettings

logger = logging.getLogger(__name__)

LONGEST_CHARACTERS = 1_500
"""Of a message; some services take no more."""


def notify(settings: OperationsSettings, title: str, body: str) -> bool:
    """Send a message to every address of `NOTIFY_URLS`; whether all of them took it.

    Nothing fails because a message could not be sent: the bucket says the same.
    """
    if settings.notify_urls is None:
        return True
    import apprise  # noqa: PLC0415  (a quarter of a second, for those who want to be told)

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it would log addresses, and tokens
    notifier = apprise.Apprise()
    addresses = settings.notify_urls.get_secret_value().split()
    taken = [notifier.add(address) for address in addresses]
    # Plain text: a file's name or a service's words are no markup.
    sent = notifier.notify(
        title=title, body=body[:LONGEST_CHARACTERS], body_format=apprise.NotifyFormat.TEXT
    )
    if not (all(taken) and sent):
        logger.warning("“%s” could not be told to every address of NOTIFY_URLS", title)
    return all(taken) and bool(sent)
