"""Judges a campaign by three things only: the bucket, the engine's ledger, the list of inputs."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from socialcopy import json_files, keys
from socialcopy.models import Value
from socialcopy.storage.bucket import Bucket


class Findings(Value):
    """What an audit found; the first six have to be zero."""

    lost: tuple[str, ...]
    """Inputs without any outcome."""
    double_charged: tuple[str, ...]
    """Jobs that were charged, or had a render made, more than once."""
    duplicates: tuple[str, ...]
    """Inputs with more than one outcome."""
    half_visible: tuple[str, ...]
    """Manifests that name a file which is not there or not right."""
    wrong: tuple[str, ...]
    """Deliveries of other bytes than were dropped."""
    refused: tuple[str, ...]
    """Good videos that were rejected."""
    parked: Mapping[str, str]
    """Inputs that wait for a person, each with its reason."""
    delivered: int
    charges: int

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything that must not be."""
        return (
            *(f"lost: {name}" for name in self.lost),
            *(f"charged twice: {name}" for name in self.double_charged),
            *(f"two outcomes: {name}" for name in self.duplicates),
            *(f"half visible: {name}" for name in self.half_visible),
            *(f"wrong bytes: {name}" for name in self.wrong),
            *(f"wrongly refused: {name}" for name in self.refused),
        )


def audit(bucket: Bucket, engine: Path, inputs: Mapping[str, str]) -> Findings:
    """Look at everything once the dust has settled; `inputs` are keys with their bytes' ETag."""
    manifests = _documents(bucket, keys.OUTBOX, "/manifest.json")
    parked = _documents(bucket, keys.PARKED, "/reason.json")
    rejected = _documents(bucket, keys.REJECTED, "/reason.json")
    ends = Counter(d["source"]["key"] for part in (manifests, parked, rejected) for d in part)
    jobs = _jobs_of_identities(bucket)
    charges = _charges(engine, jobs)
    return Findings(
        lost=tuple(key for key in inputs if not ends[key]),
        duplicates=tuple(key for key, count in ends.items() if count > 1),
        double_charged=tuple(_twice(engine, jobs, charges)),
        half_visible=tuple(line for d in manifests for line in broken_files(bucket, d)),
        wrong=tuple(
            d["source"]["key"]
            for d in manifests
            if inputs.get(d["source"]["key"]) != d["source"]["etag"]
        ),
        refused=tuple(f"{d['source']['key']}: {d['reason']}" for d in rejected),
        parked={d["source"]["key"]: d["reason"] for d in parked},
        delivered=len(manifests),
        charges=sum(charges.values()),
    )


def broken_files(bucket: Bucket, manifest: dict[str, Any]) -> Iterator[str]:
    """Files of a manifest that a reader would not find as it says."""
    source = manifest["source"]
    folder = keys.delivery_prefix(source["key"], manifest["oid"])
    for file in manifest["files"]:
        found = bucket.read(folder + file["name"])
        if found is None:
            yield f"{folder}{file['name']} is missing"
        elif hashlib.sha256(found.data).hexdigest() != file["sha256"]:
            yield f"{folder}{file['name']} is not what its manifest says"


def _documents(bucket: Bucket, prefix: str, ending: str) -> list[dict[str, Any]]:
    found = (bucket.read(key) for key in bucket.list_keys(prefix) if key.endswith(ending))
    return [json.loads(blob.data) for blob in found if blob is not None]


def _jobs_of_identities(bucket: Bucket) -> dict[str, str]:
    """Which job each identity worked for, by the sessions in the journals.

    Every job of a campaign has a client of its own, and a lost answer makes it ask for a second
    token, so a job may have several identities; no identity has several jobs.
    """
    found: dict[str, str] = {}
    for key in bucket.list_keys(keys.JOBS):
        oid, _, entry = key.removeprefix(keys.JOBS).partition("/journal/session")
        if entry.removesuffix(".json").strip("-").isdigit() or entry == ".json":
            blob = bucket.read(key)
            assert blob
            found[json.loads(blob.data)["value"]["user_id"]] = oid
    return found


def _charges(engine: Path, jobs: Mapping[str, str]) -> Counter[str]:
    """Messages charged to each job, and not given back."""
    charges: Counter[str] = Counter()
    for entry in json_files.entries(engine / "ledger.jsonl"):
        change = {"freeze": 1, "release": -1}.get(entry["move"], 0)
        charges[jobs.get(entry["user_id"], entry["user_id"])] += change
    return charges


def _twice(engine: Path, jobs: Mapping[str, str], charges: Counter[str]) -> Iterator[str]:
    yield from (f"{job}: {count} messages" for job, count in charges.items() if count > 1)
    made = (json.loads(job.read_text()) for job in (engine / "renders").glob("*/job.json"))
    renders = Counter(jobs.get(job["user_id"], job["user_id"]) for job in made)
    yield from (f"{job}: {count} renders" for job, count in renders.items() if count > 1)
