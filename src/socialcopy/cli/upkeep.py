"""Looking after a bucket: what stands where, is every delivery whole, try that one again."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from socialcopy.cli import screen
from socialcopy.cli.errors import NotRunningError
from socialcopy.settings import DataSettings, S3Settings, WatchSettings

OldOnes = Annotated[bool, typer.Option("--all", help="Also list what is delivered or rejected.")]
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


def status(show_all: OldOnes = False) -> None:  # noqa: FBT002
    """Say what waits, runs, is tried again or is parked, and why."""
    from socialcopy.storage.bucket import Bucket  # noqa: PLC0415
    from socialcopy.storage.jobs import Standing, every_job  # noqa: PLC0415

    ended = (Standing.DELIVERED, Standing.REJECTED)
    jobs = list(every_job(Bucket(configured_store()), WatchSettings()))
    table = Table("id", "video", "", "why", box=None, padding=(0, 2, 0, 0))
    for job in sorted(jobs, key=lambda job: list(Standing).index(job.standing)):
        if show_all or job.standing not in ended:
            table.add_row(*(Text(part) for part in (job.oid, job.key, job.standing, job.detail)))
    screen.out.print(table)
    counts = Counter(job.standing for job in jobs)
    screen.out.print(", ".join(f"{counts[s]} {s}" for s in Standing if counts[s]) or "no jobs yet")


def verify() -> None:
    """Check that every delivery still has every file its manifest names, byte for byte."""
    from socialcopy.storage.bucket import Bucket  # noqa: PLC0415
    from socialcopy.storage.jobs import damage  # noqa: PLC0415

    found = list(damage(Bucket(configured_store())))
    for sentence in found:
        screen.out.print(Text(sentence))
    if found:
        raise typer.Exit(1)
    screen.out.print("every delivery is whole")


def retry(
    oid: Annotated[str, typer.Argument(help="The id of the job, as `status` shows it.")],
    send_again: SendAgain = False,  # noqa: FBT002
) -> None:
    """Let a parked or rejected video be tried again."""
    from socialcopy.storage.bucket import Bucket  # noqa: PLC0415
    from socialcopy.storage.jobs import reopen  # noqa: PLC0415

    source = reopen(Bucket(configured_store()), oid, send_again=send_again)
    screen.out.print(Text(f"{source.key} is tried again as soon as a watcher looks"))
