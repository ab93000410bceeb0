"""What must hold in the simulated data walk, at every instant and at the end.

The auditor reads the bucket, the service's ledger and the list of inputs; it asks no stage.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from socialcopy import keys
from socialcopy.storage import jobs
from tests.simulation.faults import AWAY
from tests.simulation.footage import BAD, ODD, kind

if TYPE_CHECKING:
    from tests.simulation.walk import World

DAMAGE_SHARE = 0.2
OURS = re.compile(
    rf"({keys.OUTBOX}|{keys.REJECTED}|{keys.PARKED})[^/\n]+/[0-9a-f]{{16}}/([^/\n]+|\d+/[^/\n]+)"
    rf"|{keys.PRIVATE}(jobs/[0-9a-f]{{16}}/(journal/)?|finished/|held/|waiting/|contents/)[^\n]+"
)
"""What a key that we write may look like: its name cleaned, its id beside it."""

INVENTIONS = ("70", "invented", "best")


@lru_cache(maxsize=4_096)
def files_of(manifest: bytes) -> tuple[tuple[str, str], ...]:
    """The name and SHA-256 of every file a manifest names."""
    return tuple((file["name"], file["sha256"]) for file in json.loads(manifest)["files"])


@lru_cache(maxsize=4_096)
def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


OF_PREFECT = ("HTTPStatusError", "ConnectError", "ReadTimeout", "RemoteProtocolError")
"""How a parked video's reason names what Prefect's client raises while its server is away."""


class Auditor:
    """Judges one history."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._objects = world.store.objects
        self._seen = -1
        self.broken: set[str] = set()
        self.parked: list[str] = []

    # At every instant --------------------------------------------------------------------------

    def look(self) -> None:
        """What a reader sees at this instant: every manifest's files are there, and right."""
        if self._seen == self._objects.changes:
            return
        self._seen = self._objects.changes
        for folder, name, digest in self._named():
            found = self._objects.get(f"{folder}/{name}")
            if found is None or sha256(found[0]) != digest:
                self.broken.add(f"{folder}/{name} is not what its manifest says")

    def _named(self) -> Iterator[tuple[str, str, str]]:
        """Folder, name and hash of every file that some manifest names."""
        for key, (data, _, _) in list(self._objects.items()):
            if key.startswith(keys.OUTBOX) and key.endswith("/manifest.json"):
                for name, digest in files_of(data):
                    yield key.rpartition("/")[0], name, digest

    # Around a collection of garbage --------------------------------------------------------------

    def needed(self) -> set[str]:
        """What no collection may take."""
        return self.needed_of(set(self._objects))

    def needed_of(self, objects: set[str]) -> set[str]:
        """Of these keys, whether they are still there or not, what is needed as things stand:
        deliveries, and all that belongs to a job that is in hand, or parked.
        """
        named = {f"{folder}/{name}" for folder, name, _ in self._named()}
        # By the bucket as it is now: a job may be delivered while somebody collects.
        manifests = {key for key in self._objects if key.endswith("/manifest.json")}
        delivered = {key.split("/")[-2] for key in manifests}
        return {
            key
            for key in objects
            if key in named
            or key.endswith("/manifest.json")
            or self._is_of_open_job(key)
            or (key.startswith(keys.JOBS) and key.split("/")[2] not in delivered)
        }

    def _is_of_open_job(self, key: str) -> bool:
        """Tell whether a job may still want a file; once its manifest stands, none but those named.

        A worker that dies right after its manifest leaves no mark of an end until somebody looks.
        """
        if not key.startswith(keys.OUTBOX):
            return False
        folder = "/".join(key.split("/")[:3])
        ends = {keys.finished(key.split("/")[2]), keys.manifest(f"{folder}/")}
        return not ends & self._objects.keys()

    def orphans(self) -> set[str]:
        """What nobody needs: files of ended jobs that no manifest names, and unfinished uploads."""
        needed = self.needed()
        files = {key for key in self._objects if key.startswith(keys.OUTBOX)}
        uploads = {upload.key for upload in self._world.store.uploads.values()}
        return files - needed | uploads

    # At the end --------------------------------------------------------------------------------

    def violations(self) -> list[str]:
        """What an auditor finds at the end, reading the bucket, the ledger and the inputs."""
        ledger, store = self._world.service.ledger, self._world.store
        found = sorted(self.broken)
        found += [f"{job} was charged {n} times" for job, n in ledger.items() if n > 1]
        # The same id again is the same job (the service gives back the one it has); another is not.
        renders = Counter(name.rpartition("_")[0] for name in self._world.service.renders)
        found += [f"{name} has {n} render jobs" for name, n in renders.items() if n > 1]
        found += [
            f"a byte of a large file was read: {e}" for e in store.stated_bytes if e in store.opened
        ]
        found += [f"{key} is left behind" for key in sorted(self.orphans())]
        for key in self._world.inbox():
            found += self._judged(key)
        return [*found, *self._strange(), *self._unseen_damage()]

    def _strange(self) -> Iterator[str]:
        """Keys where nothing of ours should be, and jobs over what is no whole input."""
        dropped = {key for key, _ in self._world.versions}
        for key, (data, _, _) in self._objects.items():
            if key not in dropped and not OURS.fullmatch(key):
                yield f"{key} lies outside our folders"
            if key.startswith(keys.JOBS) and key.endswith("/claim.json"):
                source = json.loads(data)["claim"]["source"]
                if (source["key"], source["etag"]) not in self._world.versions:
                    yield f"{source['key']} was taken for a video as {source['etag']}"

    def _judged(self, key: str) -> Iterator[str]:
        data, etag, _ = self._objects[key]
        brief = self._world.brief
        oid = self._world.bucket.head(key).oid(brief)
        manifest = self._objects.get(keys.manifest(keys.delivery_prefix(key, oid)))
        rejected = self._objects.get(keys.rejection(key, oid))
        parked = self._objects.get(keys.parking(key, oid))
        if (manifest is not None) + (rejected is not None) + (parked is not None) != 1:
            yield f"{key} has {bool(manifest)} + {bool(rejected)} + {bool(parked)} outcomes"
        yield from self._rightly_rejected(key, oid, data, rejected and json.loads(rejected[0]))
        if parked:
            yield from self._rightly_parked(key, json.loads(parked[0]))
        if manifest:
            yield from self._delivered(key, json.loads(manifest[0]), data, etag)

    def _rightly_rejected(
        self, key: str, oid: str, data: bytes, rejected: dict[str, Any] | None
    ) -> Iterator[str]:
        row, code = BAD.get(kind(data), ("", ""))
        faults, charged = self._world.faults, self._world.service.ledger[oid]
        if code and charged:
            yield f"{key} is {kind(data)}, and was paid for"
        if rejected is None:
            return
        possible = {code, "unsupported_by_service" if oid in faults.refused else code}
        possible.add("unreadable" if oid in faults.slow else code)
        if not rejected["code"] or rejected["code"] not in possible:
            yield f"{key} was refused as {rejected['code']}, and is {kind(data)}"
        elif rejected["code"] == code:
            self._world.hit[row] += 1

    def _rightly_parked(self, key: str, parked: dict[str, Any]) -> Iterator[str]:
        self.parked.append(parked["reason"])
        if not parked["attempts"]:
            yield f"{key} was parked without a reason"
        told = json.dumps(parked)
        if AWAY in told or any(f"({name})" in told for name in OF_PREFECT):
            yield f"{key} was parked because Prefect was away"

    def _delivered(
        self, key: str, manifest: dict[str, Any], data: bytes, etag: str
    ) -> Iterator[str]:
        if manifest["source"]["etag"] != etag:
            yield f"{key} is delivered as another version"
        if kind(data) in BAD:
            yield f"{key} is {kind(data)}, and was delivered"
        for file in manifest["files"]:
            prefix = keys.delivery_prefix(key, manifest["oid"])
            written = self._objects[f"{prefix}{file['name']}"][0]
            if not file["name"].endswith(".jpg") and data not in written:
                yield f"{key} is delivered with other bytes"
            if written.startswith((b"failed", b"torn")):
                yield f"{key} is delivered with an MP4 that is {kind(written)}"
        yield from self._honest(key, manifest, data)
        self._count_special(key, data)

    def _honest(self, key: str, manifest: dict[str, Any], data: bytes) -> Iterator[str]:
        """What the manifest says of MP4s and of silence is so."""
        has_rendition = any(file["name"].endswith(".all.mp4") for file in manifest["files"])
        if (
            bool(manifest["failed"]) == has_rendition
            or bool(manifest["renditions"]) != has_rendition
        ):
            yield f"{key}: the manifest does not say which MP4 there is"
        told = manifest["captions"]
        texts = " ".join(caption["text"] for caption in told["captions"])
        if kind(data) == "silent" and (told["confidence"] != "low" or not told["notes"]):
            yield f"{key} is silent, and nobody is told"
        if any(word in texts for word in INVENTIONS):
            yield f"{key} is delivered with an invention: {texts}"

    def _count_special(self, key: str, data: bytes) -> None:
        """Rows that are about a video as such are hit when one has been delivered."""
        name = key.removeprefix(keys.INBOX).removesuffix(".mp4")
        self._world.hit["F14"] += name in ODD
        self._world.hit["F45"] += kind(data) == "silent"

    def _unseen_damage(self) -> list[str]:
        """Delete a delivered file at the end: the check of deliveries has to tell."""
        chosen = sorted(
            f"{folder}/{name}" for folder, name, _ in self._named() if name.endswith("x.txt")
        )[:1]
        if not chosen or self._world.random.random() > DAMAGE_SHARE:
            return []
        self._world.hit["F11"] += 1
        del self._objects[chosen[0]]
        is_seen = list(jobs.damage(self._world.bucket))
        return [] if is_seen else [f"nobody saw that {chosen[0]} is gone"]
