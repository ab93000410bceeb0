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

from socialcopy.errors import data_error


class StorageError(Exception):
    """Base of everything that goes wrong with the bucket."""


@data_error(
    "the store at {endpoint} can't be used: {cause}. Check S3_ENDPOINT_URL, the credentials "
    "and the bucket's name, or run `socialcopy up` for the embedded one"
)
class StoreUnreachableError(StorageError):
    """Nothing answers, or it does not let us in."""

    endpoint: str
    cause: str


@data_error(
    "the store at {endpoint} breaks a promise that keeps videos from being done twice: "
    "{promise}. Use AWS S3, a current MinIO, or the embedded store"
)
class StoreUnfitError(StorageError):
    """The start-up probe found a promise of S3 that this store breaks."""

    endpoint: str
    promise: str


@data_error("{key} was deleted or replaced while it was read")
class SourceGoneError(StorageError):
    """The version we pinned is no longer there."""

    key: str


@data_error("{key} {reason}; {advice}")
class ObjectUnreadableError(StorageError):
    """It is about this object: others can be read, and trying again changes nothing."""

    key: str
    reason: str
    advice: str


@data_error(
    "the record {key} can't be read ({cause}); it was damaged, or written by another version."
    " Look at it, and remove it from the bucket if nobody needs it"
)
class RecordUnreadableError(StorageError):
    """It costs its own line in a listing and its own job, nothing else."""

    key: str
    cause: str


@data_error("job {oid} was taken over by another worker (our epoch was {epoch})")
class LeaseLostError(StorageError):
    """Another worker owns the job now; stop at once, write nothing more."""

    oid: str
    epoch: int


@data_error()
class NoSuchJobError(StorageError):
    """The id belongs to no job, or to one that is delivered or in hand."""

    oid: str
    near: str = ""

    def __str__(self) -> str:
        return (
            f"there is no parked or rejected job “{self.oid}”{self.near}"
            f"{'' if self.near else '; `socialcopy status --all` lists the ids'} "
            "(delivered and running jobs can't be tried again)"
        )


@data_error("the embedded store did not start: {reason}")
class ServerStartError(StorageError):
    """The embedded store ended or stayed silent."""

    reason: str
