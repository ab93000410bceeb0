"""Addresses in logs without what lets their reader in: queries, and secrets in a path.

httpx writes each request's address at INFO. A presigned one, and a finished video's link, are all
that somebody needs to fetch it.
"""

from __future__ import annotations

import logging
import re

QUERY = re.compile(r"(https?://[^\s?#]+)[?#]\S+")
# A part of a path that nobody could guess; ids of sessions and jobs are shorter, or no secret.
RANDOM = re.compile(r"(?<=/)[A-Za-z0-9_-]{32,}(?=[/.\s]|$)")


def without_secrets(text: str) -> str:
    """Leave out the query of every address and the parts of its path that are secret.

    >>> without_secrets("GET https://s3.example.com/b/clip.mp4?X-Amz-Signature=1f2e")
    'GET https://s3.example.com/b/clip.mp4?…'
    """
    return RANDOM.sub("…", QUERY.sub(r"\1?…", text))


class WithoutSecrets(logging.Filter):
    """Lets every record through, its addresses redacted."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact what the record will say."""
        # The arguments hold the address too, and a handler would format them again.
        record.msg, record.args = without_secrets(record.getMessage()), None
        return True


def redact_requests() -> None:
    """Have httpx tell its requests without secrets, whoever listens to it."""
    logger = logging.getLogger("httpx")
    if not any(isinstance(known, WithoutSecrets) for known in logger.filters):
        logger.addFilter(WithoutSecrets())
