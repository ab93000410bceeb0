"""Looking after a bucket: what stands where, is every delivery whole, try that one again."""

from __future__ import annotations

import contextlib
import itertools
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from rich.table import Table
from rich.text import Text

from socialcopy import keys
from socialcopy.cli import output
from socialcopy.cli.errors import NOT_RUNNING, CommandError, WrongValueError
from socialcopy.cli.output import AsJson
from socialcopy.models import Brief, Oid
from socialcopy.settings import DataSettings, S3Settings

if TYPE_CHECKING:  # boto3 waits until a command needs it
    from socialcopy.storage.bucket import Bucket
    from socialcopy.storage.inbox import PassedOver
    from socialcopy.storage.jobs import JobStatus, Standing

OldOnes = Annotated[bool, typer.Option("--all", help="Also list what is delivered or rejected.")]
Delete = Annotated[
    bool, typer.Option("--delete", help="Remove it, instead of only saying what it is.")
]
SendAgain = Annotated[
    bool, typer.Option("--send-again", help="Send a paid request of unknown outcome once more.")
]


def configured_store() -> S3Settings:
    """Return the store of the running stack, else the configured one. Raises CommandError."""
    from socialcopy.cli.stack import store_of_running_stack

    running = store_of_running_stack(DataSettings())
    settings = running or S3Settings()
    if (
        running is None
        and settings.endpoint_url is None
        and "bucket" not in settings.model_fields_set
    ):
        raise CommandError(NOT_RUNNING)
    return settings


# Names of one kind of garbage, or of objects that are passed over; the rest is counted.
MOST_LISTED = 20

# Rows of videos that simply wait; the rest is counted.
MOST_WAITING = 50


def status(show_all: OldOnes = False, as_json: AsJson = False) -> None:
    """Say what waits, runs, is tried again, is parked or passed over, and why."""
    from socialcopy.pipeline import disk_space
    from socialcopy.pipeline.context import Context
    from socialcopy.storage import inbox

    context = Context.from_environment().model_copy(update={"s3": configured_store()})
    rows, counts = _jobs(context, show_all=show_all)
    found = [
        one
        for prefix in (keys.INBOX, keys.NIGHTLY)
        for one in inbox.passed_over(context.bucket, prefix)
    ]
    pause = str(disk_space.pause_of(context) or "")
    if as_json:
        output.show_json(
            {
                "paused": pause,
                "jobs": [job.model_dump(mode="json") for job in rows],
                "passed_over": [one.model_dump() for one in found],
                "counts": {standing.value: number for standing, number in counts.items() if number},
            }
        )
        return
    _show_jobs(rows)
    said = [f"{number} {standing}" for standing, number in counts.items() if number]
    output.out.print(", ".join(said) or "no jobs yet")
    _show_passed_over(found)
    if pause:
        output.print_error(f"paused: {pause}")


def _jobs(context: Any, *, show_all: bool) -> tuple[list[JobStatus], Counter[Standing]]:
    """List the jobs worth a row, in the order a person asks about, and count all by standing."""
    from socialcopy.pipeline import quotas
    from socialcopy.pipeline.steps.discover import brief_finder
    from socialcopy.storage import jobs
    from socialcopy.storage.jobs import Standing

    finder = brief_finder(context, keys.INBOX, Brief())
    rows: list[JobStatus] = []
    counts = Counter(dict.fromkeys(Standing, 0))
    counts.update(jobs.tally_ended(context.bucket))
    counts[Standing.PARKED] = 0
    held_back = quotas.held_back(context.bucket)
    for job in jobs.open_jobs(context.bucket, context.watch, finder, held_back=held_back):
        counts[job.standing] += 1
        is_long = job.standing in (Standing.WAITING, Standing.QUOTA)
        if not is_long or counts[job.standing] <= MOST_WAITING:
            rows.append(job)
    if show_all:
        rows += jobs.ended_jobs(context.bucket, context.watch)
    return sorted(rows, key=lambda job: list(Standing).index(job.standing)), counts


def _show_jobs(rows: list[JobStatus]) -> None:
    table = Table("id", "video", "", "why", box=None, padding=(0, 2, 0, 0))
    for job in rows:
        table.add_row(*(Text(part) for part in (job.oid, job.key, job.standing, job.detail)))
    output.out.print(table)


def _show_passed_over(found: list[PassedOver]) -> None:
    if not found:
        return
    output.out.print(f"\n{len(found)} passed over:")
    for one in found[:MOST_LISTED]:
        output.out.print(Text(f"  {one.key}: {one.why}"), soft_wrap=True)
    if len(found) > MOST_LISTED:
        output.out.print(f"  and {len(found) - MOST_LISTED} more; --json lists all")


def verify(as_json: AsJson = False) -> None:
    """Check that every delivery still has every file its manifest names, byte for byte."""
    from socialcopy.storage.jobs import damage

    found = list(damage(_bucket()))
    if as_json:
        output.show_json({"damage": found})
    else:
        for sentence in found or ["every delivery is whole"]:
            output.out.print(Text(sentence))
    if found:
        raise typer.Exit(1)


def _bucket() -> Bucket:
    from socialcopy.storage.bucket import Bucket

    return Bucket(configured_store())


def video_names(_context: typer.Context, begun: str) -> list[str]:
    """List the videos of the inbox, for a shell that completes their names."""
    with contextlib.suppress(Exception):  # a shell shows nobody's complaints
        listed = itertools.islice(_bucket().list_keys(f"{keys.INBOX}{begun}"), MOST_COMPLETED)
        return [key.removeprefix(keys.INBOX) for key in listed if keys.is_video_key(key)]
    return []


# Names a shell is offered.
MOST_COMPLETED = 200


def _parked_ids(_context: typer.Context, begun: str) -> list[str]:
    """List the ids of parked jobs, for a shell that completes them."""
    from socialcopy.storage.jobs import ended_ids

    with contextlib.suppress(Exception):
        return [oid for oid in ended_ids(_bucket(), keys.PARKED) if oid.startswith(begun)]
    return []


def retry(
    oids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID…",
            help="Ids of jobs, as `status` shows them.",
            autocompletion=_parked_ids,
            show_default=False,
        ),
    ] = None,
    parked: Annotated[bool, typer.Option("--parked", help="Every parked job.")] = False,
    send_again: SendAgain = False,
    as_json: AsJson = False,
) -> None:
    """Let parked or rejected videos be tried again."""
    from socialcopy.storage.jobs import ended_ids, reopen

    if bool(oids) == parked:
        raise WrongValueError("give the id of a job, as `socialcopy status` shows it, or --parked")
    wanted = [_checked_id(oid) for oid in oids or []]
    bucket = _bucket()
    again: list[dict[str, str]] = []
    for oid in wanted or list(ended_ids(bucket, keys.PARKED)):
        source = reopen(bucket, oid, send_again=send_again)
        again.append({"oid": oid, "key": source.key if source else ""})
    if as_json:
        output.show_json({"tried_again": again})
        return
    for job in again:
        name = job["key"] or job["oid"]
        output.out.print(Text(f"{name} is tried again as soon as a watcher looks"))
    if not again:
        output.out.print("nothing is parked")


def _checked_id(oid: str) -> str:
    try:
        return TypeAdapter(Oid).validate_python(oid.strip().lower())
    except ValidationError:
        raise WrongValueError(
            f"“{oid}” is no job's id; `socialcopy status --all` lists them, 16 letters and digits"
        ) from None


def policies(
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="A socialcopy.toml.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the bucket's socialcopy.toml; or check a file and put it there."""
    from socialcopy.policies import FILE, parse

    parsed = parse(file.read_bytes(), file.name) if file else None
    bucket = _bucket()
    if file is not None:
        bucket.write(FILE, file.read_bytes(), "application/toml")
        said = f"{FILE} is in the bucket and holds from now on"
    else:
        found = bucket.read(FILE)
        parsed = parse(found.data) if found else None
        said = found.data.decode() if found else f"there is no {FILE}: defaults hold"
    if as_json:
        output.show_json(parsed.model_dump(mode="json") if parsed else {})
    else:
        output.out.print(Text(said))


def gc(delete: Delete = False, as_json: AsJson = False) -> None:
    """Find what nobody needs any more: leftovers of lost races, uploads, journals, work folders."""
    from socialcopy.pipeline.context import Context
    from socialcopy.pipeline.retention import collect

    context = Context.from_environment().model_copy(update={"s3": configured_store()})
    found = collect(context, is_dry=not delete)
    if as_json:
        output.show_json({"items": [item.model_dump() for item in found], "removed": delete})
        return
    counts: Counter[str] = Counter()
    for item in found:
        counts[item.kind] += 1
        if counts[item.kind] <= MOST_LISTED:
            output.out.print(Text(f"{item.kind}: {item.name}"))
    for kind, number in counts.items():
        output.out.print(f"{number} of the kind “{kind}”")
    done = "removed" if delete else "nothing was removed; `socialcopy gc --delete` removes it"
    output.out.print(done if counts else "there is nothing to collect")
