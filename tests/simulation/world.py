"""A store, a service and a clock that misbehave by seed; what a worker does in them is real.

The store answers `Bucket._ask` and `Bucket._pages` as S3 would, in memory, page by page. At every
call a seeded plan may kill the worker before or after the effect, lose the answer, or put the
worker to sleep past its lease while another one takes the job over and finishes it; then the
sleeper wakes up and goes on, not knowing. So one integer replays a whole history.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, NamedTuple

from socialcopy import keys
from socialcopy.models import Brief
from socialcopy.settings import WatchSettings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.claims import Lease
from socialcopy.storage.delivery_files import DeliveryFolder
from socialcopy.storage.errors import LeaseLostError, StoreUnreachableError
from socialcopy.storage.inbox import waiting
from socialcopy.storage.journal import Journal
from socialcopy.storage.paid_steps import charge_once
from tests.simulation.disk import MemoryPath

WATCH = WatchSettings()
EPOCH = datetime(2026, 11, 22, tzinfo=UTC)
FILES = ("captions.json", "clip.x.mp4", "index.html")


class Killed(BaseException):
    """The worker's process is gone: no handler of its own runs."""


class Unreachable(Exception):
    """The service could not be reached; nothing was sent."""


class OutcomeUnknown(Exception):
    """The stream broke off; nobody knows."""


class Objects(dict[str, tuple[bytes, str, datetime]]):
    """Bytes, ETag and date by key; counts what happens to deliveries, so that a reader who has
    seen the last change need not look again.
    """

    changes = 0

    def __setitem__(self, key: str, value: tuple[bytes, str, datetime]) -> None:
        self.changes += key.startswith(keys.OUTBOX)
        super().__setitem__(key, value)

    def __delitem__(self, key: str) -> None:
        self.changes += key.startswith(keys.OUTBOX)
        super().__delitem__(key)


class Upload(NamedTuple):
    """An upload in parts that has not been completed."""

    key: str
    data: bytes
    begun_at: datetime


class Store:
    """Objects, uploads under way, and the store's own clock."""

    def __init__(self) -> None:
        self.objects = Objects()
        self.uploads: dict[str, Upload] = {}
        self.begun = 0
        self.stated_bytes: dict[str, int] = {}
        """By ETag: the size of an object that is larger than what is kept of it here."""
        self.opened: set[str] = set()
        """ETags of what somebody has read a byte of."""
        self.page_size = 1_000
        self.now = EPOCH
        self.hook: Callable[[str, str], None] = lambda _operation, _moment: None

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def put(self, key: str, data: bytes, age_seconds: float = 0) -> str:
        """Write an object; its ETag."""
        etag = hashlib.md5(data).hexdigest()  # noqa: S324  (S3's ETag is one)
        self.objects[key] = (data, etag, self.now - timedelta(seconds=age_seconds))
        return etag

    def begin_upload(self, key: str, data: bytes) -> str:
        """Begin an upload in parts; its id."""
        self.begun += 1
        self.uploads[f"upload {self.begun}"] = Upload(key, data, self.now)
        return f"upload {self.begun}"

    def complete_upload(self, name: str) -> str:
        """Make an upload an object; its ETag."""
        upload = self.uploads.pop(name)
        return self.put(upload.key, upload.data)


class Client:
    """What `Bucket` asks boto3's own client for: uploads in parts, and a list of them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def upload_file(self, path: str, _: str, key: str, **__: Any) -> None:
        name = self._store.begin_upload(key, MemoryPath(path).read_bytes())
        self._store.hook("upload_part", "before")  # who dies here leaves the parts behind
        if name in self._store.uploads:  # else somebody has thrown the parts away meanwhile
            self._store.complete_upload(name)
        else:
            raise StoreUnreachableError("simulation", "NoSuchUpload")
        self._store.hook("complete_multipart_upload", "after")

    def get_paginator(self, _: str) -> Client:
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        self._store.hook("list_multipart_uploads", "before")
        yield {
            "Uploads": [
                {"Key": upload.key, "UploadId": name, "Initiated": upload.begun_at}
                for name, upload in self._store.uploads.items()
            ]
        }


class SimulatedBucket(Bucket):
    """A real `Bucket` whose ways out lead to a `Store`."""

    def __init__(self, store: Store) -> None:
        self.name = "simulated"
        self.endpoint = "simulation"
        self._store = store
        self._s3 = Client(store)

    def _pages(self, prefix: str, operation: str = "list_objects_v2") -> Iterator[dict[str, Any]]:
        """What is written after the first page is not in the list, what is deleted is left out."""
        if operation != "list_objects_v2":
            yield from self._s3.get_paginator(operation).paginate(Bucket=self.name, Prefix=prefix)
            return
        self._store.hook("list", "before")
        objects, size = self._store.objects, self._store.page_size
        names = [key for key in objects if key.startswith(prefix)]
        for begin in range(0, max(1, len(names)), size):
            if begin:
                self._store.hook("list", "before")
            yield {
                "Contents": [
                    self._item(key) for key in names[begin : begin + size] if key in objects
                ]
            }

    def _item(self, key: str) -> dict[str, Any]:
        data, etag, modified = self._store.objects[key]
        return {"Key": key, "ETag": etag, "Size": self._size(data, etag), "LastModified": modified}

    def _size(self, data: bytes, etag: str) -> int:
        return self._store.stated_bytes.get(etag, len(data))

    def _ask(
        self, operation: str, *, none_when: frozenset[str] = frozenset(), **arguments: Any
    ) -> dict[str, Any] | None:
        self._store.hook(operation, "before")
        answer = getattr(self, f"_{operation}")(**arguments)
        self._store.hook(operation, "after")
        return answer

    def _stamp(self) -> dict[str, Any]:
        return {"ResponseMetadata": {"HTTPHeaders": {"date": format_datetime(self._store.now)}}}

    def _head_object(self, Key: str, IfMatch: str | None = None) -> dict[str, Any] | None:
        if Key not in self._store.objects:
            return None
        data, etag, _ = self._store.objects[Key]
        if IfMatch is not None and etag != IfMatch:
            return None
        return {"ETag": etag, "ContentLength": self._size(data, etag)}

    def _get_object(self, Key: str, IfMatch: str | None = None) -> dict[str, Any] | None:
        if Key not in self._store.objects:
            return None
        data, etag, modified = self._store.objects[Key]
        if IfMatch is not None and etag != IfMatch:
            return None
        self._store.opened.add(etag)
        return {"Body": io.BytesIO(data), "ETag": etag, "LastModified": modified, **self._stamp()}

    def _put_object(
        self,
        Key: str,
        Body: bytes,
        ContentType: str,
        ChecksumAlgorithm: str = "",
        IfNoneMatch: str | None = None,
        IfMatch: str | None = None,
    ) -> dict[str, Any] | None:
        existing = self._store.objects.get(Key)
        if IfNoneMatch and existing is not None:
            return None
        if IfMatch is not None and (existing is None or existing[1] != IfMatch):
            return None
        return {"ETag": self._store.put(Key, Body)}

    def _head_bucket(self) -> dict[str, Any]:
        return self._stamp()

    def _delete_object(self, Key: str) -> dict[str, Any]:
        if Key in self._store.objects:
            del self._store.objects[Key]
        return {}

    def _abort_multipart_upload(self, Key: str, UploadId: str) -> dict[str, Any]:
        self._store.uploads.pop(UploadId, None)
        return {}


class Service:
    """Charges for each message it receives; the ledger never forgets."""

    def __init__(self) -> None:
        self.ledger: Counter[str] = Counter()

    def send(self, oid: str) -> dict[str, Any]:
        self.ledger[oid] += 1
        return {"text": f"captions of {oid}"}

    def recover(self, oid: str, *, is_sender_gone: bool) -> dict[str, Any]:
        if not self.ledger[oid]:
            raise Unreachable if is_sender_gone else OutcomeUnknown
        return {"text": f"captions of {oid}"}


FAULT_SHARES = {"delete_object": 0.3}
"""The last call of a job, which few histories reach with a fault to spare, so more goes wrong."""


class World:
    """One history, told by a seed."""

    def __init__(self, seed: int, *, videos: int = 3, faults: int = 6) -> None:
        self.random = random.Random(seed)
        self.store, self.service = Store(), Service()
        self.bucket = SimulatedBucket(self.store)
        self.faults = faults
        self.depth = 0
        self.workers = 0
        self.hit: Counter[str] = Counter()
        self.awake: set[str] = set()
        self.broken: set[str] = set()
        for number in range(videos):
            self.bucket.write(f"inbox/{number}.mp4", str(number).encode(), "video/mp4")
        self.store.hook = self._maybe

    def run(self) -> None:
        """Let workers come and die until the faults are used up, then let calm ones finish."""
        while self.faults:
            self._shift()
        self.store.sleep(200)
        for _ in range(3):
            self._shift()

    def _shift(self) -> None:
        """One worker's life: look, work on what waits, and end one way or another."""
        self.workers += 1
        owner = f"worker {self.workers}"
        self.awake.add(owner)
        try:
            for source in list(waiting(self.bucket, keys.INBOX, lambda _: Brief(), WATCH)):
                lease = claims.acquire(self.bucket, source, Brief(), owner=owner, watch=WATCH)
                if lease is not None:
                    self._work(lease, owner)
        except (Killed, LeaseLostError, StoreUnreachableError):
            pass
        self.awake.discard(owner)
        self.store.sleep(self.random.choice((1, 30, 130)))

    def _work(self, lease: Lease, owner: str) -> None:
        claim, journal = lease.claim, Journal(lease)
        if claim.epoch > 1 and self.bucket.exists(keys.manifest(claim.delivery_prefix)):
            lease.finish()
            return
        lease.renew()
        try:
            self._charge(lease, journal)
        except (Unreachable, OutcomeUnknown) as failure:
            lease.release(type(failure).__name__)
            return
        folder = DeliveryFolder(lease, journal)
        files = [folder.place(name, f"{name} by {owner}".encode(), "text/plain") for name in FILES]
        lease.guard()
        manifest = json.dumps({"files": [file.model_dump() for file in files]}).encode()
        self.bucket.create(keys.manifest(claim.delivery_prefix), manifest)
        lease.finish()

    def _charge(self, lease: Lease, journal: Journal) -> None:
        claim = lease.claim

        def send(_: dict[str, Any]) -> dict[str, Any]:
            self._maybe("send", "before")
            receipt = self.service.send(claim.oid)
            self._maybe("send", "after")
            return receipt

        charge_once(
            journal,
            "caption",
            intent=lambda: {"before": self.service.ledger[claim.oid]},
            send=send,
            recover=lambda intent: self.service.recover(
                claim.oid, is_sender_gone=intent["owner"] not in self.awake - {claim.owner}
            ),
            refusals=(Unreachable,),
            disproofs=(Unreachable,),
            doubts=(OutcomeUnknown,),
        )

    def _maybe(self, operation: str, moment: str) -> None:
        """Perhaps something goes wrong here; in any case nobody may see half a delivery."""
        self._look()
        if not self.faults or self.random.random() > FAULT_SHARES.get(operation, 0.06):
            return
        self.faults -= 1
        fault = self.random.choice(("kill", "kill", "lose", "sleep"))
        self.hit[f"{fault} {moment} {operation}"] += 1
        if fault == "kill":
            raise Killed
        if fault == "sleep" and self.depth < 2:
            self._sleep_past_the_lease()
        elif fault == "lose":
            raise (
                OutcomeUnknown
                if operation == "send"
                else StoreUnreachableError("simulation", "lost")
            )

    def _sleep_past_the_lease(self) -> None:
        """This worker sleeps; others live meanwhile; then it goes on as if nothing had been."""
        self.depth += 1
        self.store.sleep(WATCH.lease_seconds + WATCH.lease_grace_seconds + 10)
        self._shift()
        self.depth -= 1

    def _look(self) -> None:
        """What a reader sees at this instant: every manifest's files are there, and right."""
        for key, (data, _, _) in list(self.store.objects.items()):
            if key.endswith("/manifest.json"):
                for file in json.loads(data)["files"]:
                    self._compare(key.rpartition("/")[0], file)

    def _compare(self, folder: str, file: dict[str, Any]) -> None:
        found = self.store.objects.get(f"{folder}/{file['name']}")
        if found is None or hashlib.sha256(found[0]).hexdigest() != file["sha256"]:
            self.broken.add(f"{folder}/{file['name']} is not what its manifest says")

    def violations(self) -> list[str]:
        """What an auditor finds at the end, reading only the bucket, the ledger and the inputs."""
        found = list(self.broken)
        manifests = [key for key in self.store.objects if key.endswith("/manifest.json")]
        inputs = {key for key in self.store.objects if key.startswith(keys.INBOX)}
        if len(manifests) != len(inputs):
            found.append(f"{len(inputs)} videos, {len(manifests)} deliveries")
        found += [f"{oid} was charged {n} times" for oid, n in self.service.ledger.items() if n > 1]
        return found
