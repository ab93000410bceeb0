"""What a person sees: progress bars, captions, tables. Data is never read as markup."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from socialcopy.models import CaptionSet, Platform
from socialcopy.pipeline.outcomes import Ending, Outcome
from socialcopy.platforms import rules

# The option of every command that lists something.
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON.")]


class Check(NamedTuple):
    """What `socialcopy doctor` and `socialcopy model` tell of one thing they looked at."""

    name: str
    finding: str
    advice: str = ""
    good: bool = True
    is_needed: bool = True
    """Whether captioning can't do without it."""


out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def progress_bar() -> Generator[Callable[[str], Callable[[str, int], None]]]:
    """Show a bar for each file; yield a function that adds one and returns its reporter."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.fields[name]}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=err) as progress:

        def add(name: str) -> Callable[[str, int], None]:
            bar = progress.add_task("waiting", name=name, total=100)
            return lambda phrase, percent: _advance(progress, bar, phrase, percent)

        yield add


def _advance(progress: Progress, bar: TaskID, phrase: str, percent: int) -> None:
    said = progress.tasks[progress.task_ids.index(bar)].description
    progress.update(bar, description=phrase, completed=percent)
    if not progress.console.is_terminal and phrase != said:
        progress.console.print(f"{percent:>3} %  {phrase}", markup=False)


def show_json(document: Any) -> None:
    """Print a document for programs."""
    typer.echo(json.dumps(document, ensure_ascii=False, default=str))


def show_captions(captions: CaptionSet) -> None:
    """Print the captions, each in a frame with its length."""
    for caption in captions.captions:
        counted = f"{caption.platform}  {caption.length} / {caption.limit}"
        out.print(Panel(Text(caption.text), title=counted, title_align="left", width=84))
    if captions.writer:
        out.print(Text(captions.writer))
    for note in captions.cautions:
        out.print(Text(f"Note: {note}", style="yellow"))


def show_rules() -> None:
    """Print every number of every network: what, how many, why we believe it, when checked."""
    for platform in Platform:
        network = rules(platform)
        table = Table("rule", "value", "unit", "verdict", "checked", "source", title=network.name)
        for name, fact in network.facts.items():
            cells = (f"{fact.value:,}", fact.unit, fact.verdict, str(fact.checked), fact.source)
            table.add_row(name, *map(Text, cells))
        out.print(table)


def show_outcome(outcome: Outcome) -> None:
    """Print where things are after a delivery, or why there is none."""
    if outcome.ending is not Ending.DELIVERED:
        out.print(Text(f"{outcome.key}: {outcome.ending}", style="bold red"))
        out.print(Text(f"  {outcome.document['reason']} {outcome.document['advice']}"))
        return
    place = outcome.folder or outcome.prefix
    out.print(Text(f"{outcome.key} → {place}", style="bold green"))
    for label, names in _grouped(outcome).items():
        for name in names:
            out.print(Text(f"  {label:<12}{Path(place) / name}"), soft_wrap=True)
    if outcome.document.get("project"):
        out.print(Text(f"  {'project':<12}{outcome.document['project']}"), soft_wrap=True)


def _grouped(outcome: Outcome) -> dict[str, list[str]]:
    names = [file["name"] for file in outcome.document["files"]]
    return {
        "review page": [name for name in names if name.endswith(".html")],
        "video": [name for name in names if name.endswith(".mp4")],
        "subtitles": [name for name in names if name.endswith((".srt", ".vtt"))],
    }


def show_checks(checks: Iterable[Check], *, as_json: bool) -> bool:
    """Print what was looked at, as a table or as JSON; tell whether all that is needed is there."""
    found = list(checks)
    if as_json:
        show_json([check._asdict() for check in found])
    else:
        table = Table("", "what", "found", "what to do", box=None, padding=(0, 2, 0, 0))
        for check in found:
            mark = "✓" if check.good else ("✗" if check.is_needed else "!")
            table.add_row(mark, *map(Text, (check.name, check.finding, check.advice)))
        out.print(table)
    return all(check.good or not check.is_needed for check in found)


def print_error(sentence: str) -> None:
    """Say what went wrong on the error stream."""
    err.print(Text(f"socialcopy: {sentence}"), soft_wrap=True)
