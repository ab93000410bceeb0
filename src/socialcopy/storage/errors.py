"""
What can go wrong with the bucket:

* StorageError
  x StoreUnreachableError   no answer from the store
  x StoreUnfitError         the store ignores what we rely on
  x SourceGoneError         the video was deleted or replaced while we read it
  x ObjectUnreadableError   the store keeps one object from us: archived, denied, or encrypted
  x RecordUnreadableError   one of our own records is damaged, or of another version
  x LeaseLostError          somebody else has taken the job over
  x NoSuchJobError          there is no job of that id that could be tried again
  x ServerStartError        the embedded store did not start
"""

from __future__ import annotations

from typing import ClassVar


class StorageError(Exception):
    """Base of everything that goes wrong with the bucket."""


class StoreUnreachableError(StorageError):
    """Nothing answers, or it does not let us in."""

    def __init__(self, endpoint: str, cause: str) -> None:
        super().__init__(endpoint, cause)
        self.endpoint = endpoint
        self.cause = cause

    def __str__(self) -> str:
        return (
            f"the store at {self.endpoint} can't be used: {self.cause}. Check S3_ENDPOINT_URL, "
            "the credentials and the bucket's name, or run `socialcopy up` for the embedded one"
        )


class StoreUnfitError(StorageError):
    """The start-up probe found a promise of S3 that this store breaks."""

    def __init__(self, endpoint: str, promise: str) -> None:
        super().__init__(endpoint, promise)
        self.endpoint = endpoint
        self.promise = promise

    def __str__(self) -> str:
        return (
            f"the store at {self.endpoint} breaks a promise that keeps videos from being done "
            f"twice: {self.promise}. Use AWS S3, a current MinIO, or the embedded store"
        )


class SourceGoneError(StorageError):
    """The version we pinned is no longer there."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"{self.key} was deleted or replaced while it was read"


class ObjectUnreadableError(StorageError):
    """It is about this object: others can be read, and trying again changes nothing."""

    final: ClassVar[bool] = True

    def __init__(self, key: str, reason: str, advice: str) -> None:
        super().__init__(key, reason, advice)
        self.key = key
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.key} {self.reason}; {self.advice}"


class RecordUnreadableError(StorageError):
    """It costs its own line in a listing and its own job, nothing else."""

    final: ClassVar[bool] = True

    def __init__(self, key: str, cause: str) -> None:
        super().__init__(key, cause)
        self.key = key
        self.cause = cause

    def __str__(self) -> str:
        return (
            f"the record {self.key} can't be read ({self.cause}); it was damaged, or written by "
            "another version. Look at it, and remove it from the bucket if nobody needs it"
        )


class LeaseLostError(StorageError):
    """Another worker owns the job now; stop at once, write nothing more."""

    def __init__(self, oid: str, epoch: int) -> None:
        super().__init__(oid, epoch)
        self.oid = oid
        self.epoch = epoch

    def __str__(self) -> str:
        return f"job {self.oid} was taken over by another worker (our epoch was {self.epoch})"


class NoSuchJobError(StorageError):
    """The id belongs to no job, or to one that is delivered or in hand."""

    def __init__(self, oid: str, near: str = "") -> None:
        super().__init__(oid, near)
        self.oid = oid
        self.near = near

    def __str__(self) -> str:
        return (
            f"there is no parked or rejected job “{self.oid}”{self.near}"
            f"{'' if self.near else '; `socialcopy status --all` lists the ids'} "
            "(delivered and running jobs can't be tried again)"
        )


class ServerStartError(StorageError):
    """The embedded store ended or stayed silent."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the embedded store did not start: {self.reason}"
