"""Looking after a bucket: what stands where, is every delivery whole, try that one again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from socialcopy import keys
from socialcopy.cli import output
from socialcopy.cli.errors import NotRunningError
from socialcopy.models import Brief
from socialcopy.settings import DataSettings, S3Settings

OldOnes = Annotated[bool, typer.Option("--all", help="Also list what is delivered or rejected.")]
Delete = Annotated[
    bool, typer.Option("--delete", help="Remove it, instead of only saying what it is.")
]
SendAgain = Annotated[
    bool,
    typer.Option("--send-again", help="Send a paid request of unknown outcome once more."),
]


def configured_store() -> S3Settings:
    """The store of the running stack, else the configured one. Raises NotRunningError."""
    from socialcopy.cli.stack import store_of_running_stack  # noqa: PLC0415

    running = store_of_running_stack(DataSettings())
    settings = running or S3Settings()
    if (
        running is None
        and settings.endpoint_url is None
        and "bucket" not in settings.model_fields_set
    ):
        raise NotRunningError
    return settings


MOST_LISTED = 20
"""Names of one kind of garbage; the rest is counted."""

MOST_WAITING = 50
"""Rows of videos that simply wait; the rest is counted."""


def status(show_all: OldOnes = False) -> None:  # noqa: FBT002
    """Say what waits, runs, is tried again or is parked, and why."""
    from socialcopy.pipeline import disk_space, quotas  # noqa: PLC0415
    from socialcopy.pipeline.context import Context  # noqa: PLC0415
    from socialcopy.pipeline.steps.discover import brief_finder  # noqa: PLC0415
    from socialcopy.storage import jobs  # noqa: PLC0415
    from socialcopy.storage.jobs import Standing  # noqa: PLC0415

    context = Context.from_environment().model_copy(update={"s3": configured_store()})
    finder = brief_finder(context, keys.INBOX, Brief())
    rows: list[jobs.Job] = []
    counts = jobs.tally_ended(context.bucket)
    counts[Standing.PARKED] = 0
    held_back = quotas.held_back(context.bucket)
    for job in jobs.open_jobs(context.bucket, context.watch, finder, held_back=held_back):
        counts[job.standing] += 1
        is_long = job.standing in (Standing.WAITING, Standing.QUOTA)
        if not is_long or counts[job.standing] <= MOST_WAITING:
            rows.append(job)
    if show_all:
        rows += jobs.ended_jobs(context.bucket, context.watch)
    table = Table("id", "video", "", "why", box=None, padding=(0, 2, 0, 0))
    for job in sorted(rows, key=lambda job: list(Standing).index(job.standing)):
        table.add_row(*(Text(part) for part in (job.oid, job.key, job.standing, job.detail)))
    output.out.print(table)
    output.out.print(", ".join(f"{counts[s]} {s}" for s in Standing if counts[s]) or "no jobs yet")
    if pause := disk_space.pause_of(context):
        output.complain(f"paused: {pause}")


def verify() -> None:
    """Check that every delivery still has every file its manifest names, byte for byte."""
    from socialcopy.storage.bucket import Bucket  # noqa: PLC0415
    from socialcopy.storage.jobs import damage  # noqa: PLC0415

    found = list(damage(Bucket(configured_store())))
    for sentence in found:
        output.out.print(Text(sentence))
    if found:
        raise typer.Exit(1)
    output.out.print("every delivery is whole")


def retry(
    oid: Annotated[str, typer.Argument(help="The id of the job, as `status` shows it.")],
    send_again: SendAgain = False,  # noqa: FBT002
) -> None:
    """Let a parked or rejected video be tried again."""
    from socialcopy.storage.bucket import Bucket  # noqa: PLC0415
    from socialcopy.storage.jobs import reopen  # noqa: PLC0415

    source = reopen(Bucket(configured_store()), oid, send_again=send_again)
    output.out.print(Text(f"{source.key} is tried again as soon as a watcher looks"))


def policies(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="A socialcopy.toml.")
    ] = None,
) -> None:
    """Show the bucket's socialcopy.toml; or check a file and put it there."""
    from socialcopy.policies import FILE, parse  # noqa: PLC0415
    from socialcopy.storage.bucket import Bucket  # noqa: PLC0415

    bucket = Bucket(configured_store())
    if file is not None:
        parse(file.read_bytes())
        bucket.write(FILE, file.read_bytes(), "application/toml")
        output.out.print(f"{FILE} is in the bucket and holds from now on")
        return
    found = bucket.read(FILE)
    output.out.print(Text(found.data.decode() if found else f"there is no {FILE}: defaults hold"))


def gc(
    delete: Delete = False,  # noqa: FBT002
) -> None:
    """Find what nobody needs any more: leftovers of lost races, uploads, journals, work folders."""
    from socialcopy.pipeline.context import Context  # noqa: PLC0415
    from socialcopy.pipeline.retention import collect  # noqa: PLC0415

    context = Context.from_environment().model_copy(update={"s3": configured_store()})
    counts: Counter[str] = Counter()
    for item in collect(context, is_dry=not delete):
        counts[item.kind] += 1
        if counts[item.kind] <= MOST_LISTED:
            output.out.print(Text(f"{item.kind}: {item.name}"))
    for kind, number in counts.items():
        output.out.print(f"{number} of the kind “{kind}”")
    done = "removed" if delete else "nothing was removed; `socialcopy gc --delete` removes it"
    output.out.print(done if counts else "there is nothing to collect")
