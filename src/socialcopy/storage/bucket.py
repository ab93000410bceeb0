"""One bucket over boto3: list, read pinned, write, and write under a condition."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Any, NamedTuple, Self, cast

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from socialcopy.local_files import opener
from socialcopy.models import SourceVideo, Value
from socialcopy.settings import MEGABYTE, S3Settings
from socialcopy.storage.clients import aws_client
from socialcopy.storage.errors import ObjectUnreadableError, SourceGoneError, StoreUnreachableError
from socialcopy.storage.unreadable_objects import tell_unreadable

# Life of a presigned URL: enough for one probe or one upload, short if it leaks.
PRESIGN_SECONDS = 900

CHUNK_BYTES = 1 << 20

REFUSED = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict", "409"})
MISSING = frozenset({"NoSuchKey", "NoSuchBucket", "404", "NotFound"})
UNSATISFIABLE = frozenset({"InvalidRange", "416"})
OURS_ALREADY = frozenset({"BucketAlreadyOwnedByYou", "BucketAlreadyExists"})

READS = frozenset({"get_object", "head_object", "copy_object"})

# Uploads share two cores with ffmpeg; one stream of parts keeps memory flat.
ONE_THREAD = TransferConfig(multipart_threshold=64 * MEGABYTE, use_threads=False)


class Blob(Value):
    """A small object that was read, with what the store says about it."""

    data: bytes
    etag: str
    modified_at: datetime
    """When it was last written, by the store's clock."""
    read_at: datetime
    """Now, by the store's clock."""

    @property
    def age_seconds(self) -> float:
        """How long ago it was written, by the store's clock."""
        return (self.read_at - self.modified_at).total_seconds()


class _Body:
    """An object's bytes as they come; a stream that breaks off is an outage like any other."""

    def __init__(self, stream: Any, endpoint: str) -> None:
        self._stream = stream
        self._endpoint = endpoint

    def read(self, size: int | None = None) -> bytes:
        try:
            return self._stream.read(size)
        except (BotoCoreError, OSError) as error:
            raise StoreUnreachableError(self._endpoint, str(error)) from error

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Stream(NamedTuple):
    """An object's bytes on their way, and what HTTP says about them."""

    body: _Body
    length_bytes: int
    content_range: str | None
    """Which bytes of how many; none when it is the whole object."""
    etag: str


class Bucket:
    """A bucket; cheap to make, safe to use from several threads."""

    def __init__(self, settings: S3Settings) -> None:
        self.name = settings.bucket
        self.endpoint = settings.endpoint_url or "AWS"
        try:
            self._s3 = _client(settings)
        except BotoCoreError as error:  # half a credential, a profile that is not there
            raise StoreUnreachableError(self.endpoint, str(error)) from error

    def list_videos(self, prefix: str) -> Iterator[SourceVideo]:
        """Yield every object under a prefix, page by page, in whatever order the store keeps."""
        for page in self._pages(prefix):
            for item in page.get("Contents", []):
                yield self._source(item["Key"], item["ETag"], item["Size"])

    def _source(self, key: str, etag: str, size_bytes: int) -> SourceVideo:
        etag = etag.strip('"')
        return SourceVideo(bucket=self.name, key=key, etag=etag, size_bytes=size_bytes)

    def list_keys(self, prefix: str) -> Iterator[str]:
        """Yield every key under a prefix."""
        for page in self._pages(prefix):
            yield from (item["Key"] for item in page.get("Contents", []))

    def _pages(self, prefix: str, operation: str = "list_objects_v2") -> Iterator[dict[str, Any]]:
        pages = self._s3.get_paginator(operation)
        try:
            yield from pages.paginate(Bucket=self.name, Prefix=prefix)
        except (ClientError, BotoCoreError) as error:
            raise StoreUnreachableError(self.endpoint, str(error)) from error

    def find(self, key: str) -> SourceVideo:
        """Look one object up, by its listing where it may be listed but not read.

        Raises SourceGoneError when it is not there.
        """
        return self.find_described(key)[0]

    def find_described(self, key: str) -> tuple[SourceVideo, dict[str, str]]:
        """Look one object up, with what its uploader wrote beside it (`x-amz-meta-…`).

        The names are in lower case; there are none where an object may be listed but not read.
        Raises SourceGoneError when it is not there.
        """
        try:
            return self._described(key)
        except ObjectUnreadableError:
            listed = (source for source in self.list_videos(key) if source.key == key)
            found = next(listed, None)
        if found is None:
            raise SourceGoneError(key)
        return found, {}

    def head(self, key: str) -> SourceVideo:
        """Look one object up.

        Raises SourceGoneError when it is not there, and ObjectUnreadableError.
        """
        return self._described(key)[0]

    def _described(self, key: str) -> tuple[SourceVideo, dict[str, str]]:
        found = self._ask("head_object", Key=key, none_when=MISSING)
        if found is None:
            raise SourceGoneError(key)
        source = self._source(key, found["ETag"], found["ContentLength"])
        told = found.get("Metadata", {}).items()
        return source, {str(name).lower(): str(text) for name, text in told}

    def is_unchanged(self, key: str, etag: str) -> bool:
        """Tell whether an object is still the version we know (`If-Match`).

        A store that ignores the condition is found out by the ETag it answers with.
        """
        found = self._ask("head_object", none_when=REFUSED | MISSING, Key=key, IfMatch=etag)
        return found is not None and found["ETag"].strip('"') == etag

    def require_unchanged(self, source: SourceVideo) -> None:
        """Raise SourceGoneError when the object is no longer the version we know."""
        if self.head(source.key).etag != source.etag:
            raise SourceGoneError(source.key)

    def presign(self, key: str) -> str:
        """Make a URL that reads one object, for a quarter of an hour."""
        named = {"Bucket": self.name, "Key": key}
        url = self._s3.generate_presigned_url("get_object", Params=named, ExpiresIn=PRESIGN_SECONDS)
        return str(url)

    def open(self, source: SourceVideo) -> IO[bytes]:
        """Stream exactly the version we know.

        Raises SourceGoneError when it is gone, and ObjectUnreadableError.
        """
        found = self._ask(
            "get_object", none_when=REFUSED | MISSING, Key=source.key, IfMatch=source.etag
        )
        if found is None:
            raise SourceGoneError(source.key)
        return cast("IO[bytes]", _Body(found["Body"], self.endpoint))

    def stream(self, key: str, byte_range: str | None = None) -> Stream:
        """Stream an object, or the bytes that an HTTP `Range` names.

        Raises SourceGoneError, ObjectUnreadableError.
        """
        wanted = {"Range": byte_range} if byte_range else {}
        found = self._ask("get_object", none_when=MISSING | UNSATISFIABLE, Key=key, **wanted)
        if found is None:
            raise SourceGoneError(key)
        return Stream(
            body=_Body(found["Body"], self.endpoint),
            length_bytes=found["ContentLength"],
            content_range=found.get("ContentRange"),
            etag=found["ETag"],
        )

    def download(self, source: SourceVideo, path: Path) -> None:
        """Fetch exactly the version we know; the file appears when it is whole."""
        temporary = path.with_name(path.name + ".part")
        with self.open(source) as body, open(temporary, "wb", opener=opener) as file:
            shutil.copyfileobj(body, file, CHUNK_BYTES)
        temporary.replace(path)

    def read(self, key: str) -> Blob | None:
        """Read a small object; none when it is not there."""
        found = self._ask("get_object", Key=key, none_when=MISSING)
        if found is None:
            return None
        return Blob(
            data=_Body(found["Body"], self.endpoint).read(),
            etag=found["ETag"].strip('"'),
            modified_at=found["LastModified"],
            read_at=_store_time(found),
        )

    def exists(self, key: str) -> bool:
        """Tell whether there is an object of that name."""
        return self._ask("head_object", Key=key, none_when=MISSING) is not None

    def write(self, key: str, data: bytes, content_type: str) -> None:
        """Write a small object, whatever was there before; the store checks the bytes."""
        self._ask(
            "put_object", Key=key, Body=data, ContentType=content_type, ChecksumAlgorithm="SHA256"
        )

    def upload(self, path: Path, key: str, content_type: str) -> None:
        """Write a file of any size, in parts when it is large; the store checks the bytes."""
        extra = {"ContentType": content_type, "ChecksumAlgorithm": "SHA256"}
        try:
            self._s3.upload_file(str(path), self.name, key, ExtraArgs=extra, Config=ONE_THREAD)
        except (ClientError, BotoCoreError, S3UploadFailedError) as error:
            raise StoreUnreachableError(self.endpoint, str(error)) from error

    def create(self, key: str, data: bytes) -> str | None:
        """Write only if nothing is there (`If-None-Match: *`); the ETag, or none if it was."""
        return self._write_if(key, data, {"IfNoneMatch": "*"})

    def replace(self, key: str, data: bytes, etag: str) -> str | None:
        """Write only over that version (`If-Match`); the new ETag, or none if it changed."""
        return self._write_if(key, data, {"IfMatch": etag})

    def write_over(self, found: Blob | None, key: str, data: bytes) -> str | None:
        """Write only over what was read, or where nothing was; the new ETag, or none if not so."""
        return self.replace(key, data, found.etag) if found else self.create(key, data)

    def _write_if(self, key: str, data: bytes, condition: dict[str, str]) -> str | None:
        arguments: dict[str, Any] = {"Key": key, "Body": data, **condition}
        arguments["ContentType"] = "application/json"
        done = self._ask("put_object", none_when=REFUSED | MISSING, **arguments)
        return str(done["ETag"]).strip('"') if done else None

    def remove(self, key: str) -> None:
        """Delete one of our own bookkeeping objects; a video is never deleted."""
        self._ask("delete_object", Key=key)

    def tag(self, source: SourceVideo, name: str, value: str) -> None:
        """Give an object one tag; only on stores where that is known to be safe (`fitness`)."""
        tags = {"TagSet": [{"Key": name, "Value": value}]}
        self._ask("put_object_tagging", Key=source.key, Tagging=tags)

    def tags(self, key: str) -> dict[str, str]:
        """Return the tags of an object."""
        found = self._ask("get_object_tagging", Key=key) or {}
        return {tag["Key"]: tag["Value"] for tag in found.get("TagSet", [])}

    def copy(self, source: SourceVideo, key: str) -> None:
        """Copy exactly the version we know, inside the store. Raises SourceGoneError."""
        where = {"Bucket": self.name, "Key": source.key}
        done = self._ask(
            "copy_object",
            none_when=REFUSED | MISSING,
            Key=key,
            CopySource=where,
            CopySourceIfMatch=source.etag,
        )
        if done is None:
            raise SourceGoneError(source.key)

    def remove_version(self, source: SourceVideo) -> bool:
        """Delete exactly the version we know (`If-Match`); whether it was still there."""
        gone = self._ask(
            "delete_object", none_when=REFUSED | MISSING, Key=source.key, IfMatch=source.etag
        )
        return gone is not None

    def unfinished_uploads(self) -> Iterator[tuple[str, str, datetime]]:
        """Yield key, id and beginning of every multipart upload that was never completed."""
        for page in self._pages("", "list_multipart_uploads"):
            for item in page.get("Uploads", []):
                yield item["Key"], item["UploadId"], item["Initiated"]

    def abort_upload(self, key: str, upload_id: str) -> None:
        """Throw the parts of an unfinished upload away."""
        self._ask(
            "abort_multipart_upload",
            none_when=frozenset({"NoSuchUpload"}),
            Key=key,
            UploadId=upload_id,
        )

    def list_ages(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield every key under a prefix, with when it was last written by the store's clock."""
        for page in self._pages(prefix):
            for item in page.get("Contents", []):
                yield item["Key"], item["LastModified"]

    def now(self) -> datetime:
        """Read the store's clock, the only one that counts. Raises StoreUnreachableError."""
        return _store_time(self._ask("head_bucket") or {"ResponseMetadata": {"HTTPHeaders": {}}})

    def ensure(self) -> None:
        """Make the bucket if it is not there. Raises StoreUnreachableError."""
        if self._ask("head_bucket", none_when=MISSING) is None:
            self._ask("create_bucket", none_when=OURS_ALREADY)

    def _ask(
        self, operation: str, *, none_when: frozenset[str] = frozenset(), **arguments: Any
    ) -> dict[str, Any] | None:
        """Call the store; none when it answers with one of the expected refusals."""
        try:
            return getattr(self._s3, operation)(Bucket=self.name, **arguments)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in none_when:
                return None
            if operation in READS:
                tell_unreadable(code, str(arguments["Key"]), error)
            raise StoreUnreachableError(self.endpoint, str(error)) from error
        except BotoCoreError as error:
            raise StoreUnreachableError(self.endpoint, str(error)) from error


def _client(settings: S3Settings) -> Any:
    config = Config(
        signature_version="s3v4",
        retries={"mode": "standard", "total_max_attempts": 5},
        s3={"addressing_style": "path" if settings.endpoint_url else "auto"},
    )
    return aws_client("s3", settings.endpoint_url, settings, config)


def _store_time(response: dict[str, Any]) -> datetime:
    date = response["ResponseMetadata"]["HTTPHeaders"].get("date")
    return parsedate_to_datetime(date) if date else datetime.now(UTC)
