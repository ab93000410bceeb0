"""What S3 answers to a read of an object that can't be read, and what to do about it."""

from __future__ import annotations

from botocore.exceptions import ClientError

from socialcopy import keys
from socialcopy.storage.errors import ObjectUnreadableError

ARCHIVED = (
    "is archived (a cold storage class such as Glacier)",
    "restore it or copy it to the class STANDARD",
)
DENIED = (
    "may not be read by us",
    "allow s3:GetObject on it, and kms:Decrypt on its key if it has one",
)
LOCKED = ("is encrypted with a key that can't be used", "mend the key, or store it anew without it")
# Answers to a read that are about one object, with what is wrong and what to do. S3 says no more
# than the status to a HEAD.
UNREADABLE = {
    "InvalidObjectState": ARCHIVED,
    "AccessDenied": DENIED,
    "AccessForbidden": DENIED,
    "Forbidden": DENIED,
    "403": DENIED,
    "400": LOCKED,  # a HEAD has no body: a customer's own key is missing
    "InvalidRequest": LOCKED,
}


def tell_unreadable(code: str, key: str, error: ClientError) -> None:
    """Raise ObjectUnreadableError for a refusal that is about an object somebody else put there.

    What we wrote ourselves we can read, or nothing works at all.
    """
    said = LOCKED if code.startswith("KMS") else UNREADABLE.get(code)
    if said and not key.startswith(keys.WRITTEN):
        raise ObjectUnreadableError(key, *said) from error
