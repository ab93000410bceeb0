"""`socialcopy model`: a language model of one's own that writes the copy."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.progress import TimeRemainingColumn as Left
from rich.table import Table
from rich.text import Text

from socialcopy.cli import output
from socialcopy.cli.errors import WrongValueError
from socialcopy.cli.output import AsJson, Check
from socialcopy.local_models import download
from socialcopy.local_models.catalogue import OpenModel, catalogue, open_model
from socialcopy.local_models.choice import Choice, choose, chosen
from socialcopy.local_models.discovery import Running, models_at, running
from socialcopy.local_models.endpoints import Endpoints
from socialcopy.local_models.errors import (
    ModelMissingError,
    NoSuchModelError,
    RuntimeMissingError,
)
from socialcopy.local_models.server import has_runtime
from socialcopy.settings import ModelSettings

app = typer.Typer(help="Let a language model on this machine write the copy.")

BUILT_IN = "built-in"
"""The name under which `use` means no model."""

Name = Annotated[str, typer.Argument(help="A name of `socialcopy model list`.")]


@app.callback(invoke_without_command=True)
def model(context: typer.Context) -> None:
    """Let a language model of your own write the copy; without a subcommand, list what there is."""
    if context.invoked_subcommand is None:
        show_list()


@app.command(name="list")
def show_list(as_json: AsJson = False) -> None:
    """List what runs on this machine, what can be fetched, and which writer is used."""
    settings = ModelSettings()
    found, used = running(), writer(settings)
    if as_json:
        output.show_json(_document(settings, found, used))
        return
    if found:
        output.out.print(_running_table(found))
    output.out.print(_catalogue_table(settings))
    output.out.print(Text(f"Writer: {used.finding}"))
    if used.advice:
        output.out.print(Text(used.advice))


@app.command()
def get(name: Name) -> None:
    """Fetch a model from the hub (HF_ENDPOINT) and check it; Ctrl-C leaves nothing."""
    settings, wanted = ModelSettings(), open_model(name)
    if download.is_fetched(wanted, settings.folder):
        typer.echo(f"{wanted.name} is there already: {download.path_of(wanted, settings.folder)}")
        return
    with _download_bar(wanted) as report:
        path = download.get(wanted, settings.folder, report)
    typer.echo(f"{path}\n{_next(wanted)}")


@app.command()
def use(
    name: Annotated[
        str,
        typer.Argument(help="A name of the list, a .gguf file, a server's address, or built-in."),
    ],
    model_name: Annotated[
        str, typer.Option("--model", help="The model's name at a server that offers several.")
    ] = "",
) -> None:
    """Let a model write from now on; `socialcopy model use built-in` goes back."""
    settings = ModelSettings()
    choose(settings.folder, _choice(name.strip(), model_name, settings))
    used = writer(settings)
    typer.echo(f"Writer: {used.finding}")
    if used.advice:
        typer.echo(used.advice)


@app.command(name="try")
def try_now(as_json: AsJson = False) -> None:
    """Have the chosen model write the demo's posts, and say how long it took."""
    from socialcopy.local_models.trial import try_model

    settings = ModelSettings()
    no_model = WrongValueError("no model is chosen; `socialcopy model use NAME` chooses one")
    if settings.base_url is None and chosen(settings.folder) is None:
        raise no_model
    endpoints = Endpoints(settings)
    with contextlib.closing(endpoints), _waiting("the model is loading and writing"):
        trial = try_model(endpoints)
    if trial is None:
        raise no_model
    told = (
        f"{trial.name}: {trial.load_seconds:.1f} s to load, {trial.write_seconds:.0f} s to write, "
        f"{trial.seconds_per_post:.0f} s a post"
    )
    if as_json:
        output.show_json({**trial.model_dump(mode="json"), "told": told})
        return
    output.show_captions(trial.captions)
    output.out.print(Text(told))
    budget = endpoints.settings.budget_seconds
    if trial.write_seconds > budget:
        output.out.print(Text(f"A delivery gives it {budget:.0f} s (LLM_BUDGET_SECONDS)."))


@app.command()
def rm(name: Name) -> None:
    """Remove a fetched model from the disk."""
    settings, wanted = ModelSettings(), open_model(name)
    choice = chosen(settings.folder)
    freed = download.remove(wanted, settings.folder)
    if choice is not None and choice.path == str(download.path_of(wanted, settings.folder)):
        choose(settings.folder, None)
    typer.echo(f"{freed / 1e6:,.0f} MB are free again")


# ---- Which writer ----------------------------------------------------------------------------


def writer(settings: ModelSettings) -> Check:
    """Find out who will write, and why; and what to do where the model can't."""
    if settings.base_url is not None:
        key = settings.api_key.get_secret_value() if settings.api_key else ""
        place, name = str(settings.base_url), settings.model
        return _elsewhere(name, place, name, key, "LLM_BASE_URL and LLM_MODEL")
    choice = chosen(settings.folder)
    if choice is None:
        return Check("writer", f"{EDITOR}, since no model is chosen")
    if choice.base_url:
        return _elsewhere(choice.name, choice.base_url, choice.model, "", "`socialcopy model use`")
    return _here(choice)


EDITOR = "the built-in editor"


def _elsewhere(label: str, place: str, name: str, key: str, why: str) -> Check:
    """Ask a server whether it has the model."""
    offered = models_at(place, key)
    told = f"{label} at {place}, as {why} says"
    if offered is None:
        advice = "start that server; until then the built-in editor writes, and a note says so"
        return _not_now(f"{EDITOR}: nobody answers for {told}", advice)
    if offered and name not in offered:
        listed = ", ".join(offered[:5])
        return _not_now(f"{EDITOR}: {place} has no model {name}", f"it has {listed}")
    return Check("writer", told, is_needed=False)


def _here(choice: Choice) -> Check:
    """Look whether file and llama.cpp are there."""
    if not Path(choice.path).is_file():
        error = ModelMissingError(choice.name, choice.path)
        return _not_now(f"{EDITOR}: {choice.name} is chosen", str(error))
    if not has_runtime():
        return _not_now(f"{EDITOR}: {choice.name} is chosen", str(RuntimeMissingError()))
    speed = f", {choice.seconds_per_post:.0f} s a post" if choice.seconds_per_post else ""
    finding = f"{choice.name} by llama.cpp on this machine{speed}, as `socialcopy model use` says"
    return Check("writer", finding, is_needed=False)


def _not_now(finding: str, advice: str) -> Check:
    return Check("writer", finding, advice, good=False, is_needed=False)


# ---- Choosing --------------------------------------------------------------------------------


def _choice(name: str, model_name: str, settings: ModelSettings) -> Choice | None:
    """Make sense of what was named. Raises WrongValueError or LocalModelError."""
    if name == BUILT_IN:
        return None
    if "://" in name:
        return _server(name, model_name)
    if name.endswith(".gguf"):
        return _file(Path(name))
    with contextlib.suppress(NoSuchModelError):
        return _fetched(open_model(name), settings)
    return _offered(name)


def _fetched(wanted: OpenModel, settings: ModelSettings) -> Choice:
    path = download.path_of(wanted, settings.folder)
    if not download.is_fetched(wanted, settings.folder):
        raise ModelMissingError(wanted.name, str(path))
    return Choice(name=wanted.name, path=str(path))


def _file(path: Path) -> Choice:
    path = path.expanduser().absolute()
    with contextlib.suppress(OSError):
        with path.open("rb") as file:
            is_model = file.read(4) == b"GGUF"
        if is_model:
            return Choice(name=path.stem, path=str(path))
        raise WrongValueError(f"{path} is no GGUF file")
    raise WrongValueError(f"{path} can't be read")


def _server(address: str, model_name: str) -> Choice:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise WrongValueError("a server's address is one such as http://127.0.0.1:11434/v1")
    found = next(
        ((url, names) for url in (address, f"{address.rstrip('/')}/v1")
         if (names := models_at(url)) is not None),
        None,
    )  # fmt: skip
    if found is None:
        raise WrongValueError(f"nobody answers at {address} as OpenAI's interface does")
    base_url, names = found
    chosen_name = model_name or (names[0] if len(names) == 1 else "")
    if chosen_name not in names:
        listed = ", ".join(names) or "none"
        raise WrongValueError(f"say which with --model; {base_url} offers {listed}")
    return Choice(name=chosen_name, base_url=base_url, model=chosen_name)


def _offered(name: str) -> Choice:
    """Take a model by its name at a server that runs here."""
    for server in running():
        if name in server.models:
            return Choice(name=name, base_url=server.base_url, model=name)
    known = (*(one.name for one in catalogue()), BUILT_IN)
    raise NoSuchModelError(name, ", ".join(known))


# ---- Showing ---------------------------------------------------------------------------------


def _listed(settings: ModelSettings) -> Iterator[tuple[OpenModel, str]]:
    """Yield the models of the catalogue, each with whether it is there or in use."""
    choice = chosen(settings.folder)
    for one in catalogue():
        path = download.path_of(one, settings.folder)
        is_used = choice is not None and choice.path == str(path)
        fetched = "fetched" if download.is_fetched(one, settings.folder) else ""
        yield one, "in use" if is_used and fetched else fetched


def _catalogue_table(settings: ModelSettings) -> Table:
    table = Table("name", "", "file", "memory", "licence", "good for", title="Open models")
    for entry, state in _listed(settings):
        sizes = (f"{entry.size_bytes / 1e9:.1f} GB", f"{entry.memory_bytes / 1e9:.1f} GB")
        table.add_row(*map(Text, (entry.name, state, *sizes, entry.license, entry.good_for)))
    return table


def _running_table(found: tuple[Running, ...]) -> Table:
    table = Table("server", "address", "models", title="Running on this machine")
    for one in found:
        table.add_row(*map(Text, (one.program, one.base_url, ", ".join(one.models))))
    return table


def _document(settings: ModelSettings, found: tuple[Running, ...], used: Check) -> dict[str, Any]:
    return {
        "writer": used._asdict(),
        "running": [one.model_dump(mode="json") for one in found],
        "catalogue": [
            {**one.model_dump(mode="json"), "state": state} for one, state in _listed(settings)
        ],
    }


def _next(wanted: OpenModel) -> str:
    use_it = f"`socialcopy model use {wanted.name}` lets it write"
    return use_it if has_runtime() else f"{use_it}. But {RuntimeMissingError()}"


@contextlib.contextmanager
def _download_bar(wanted: OpenModel) -> Generator[Callable[[int, int], None]]:
    columns = (
        TextColumn(wanted.name, markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        Left(),
    )
    with Progress(*columns, console=output.err) as progress:
        bar = progress.add_task("", total=wanted.size_bytes)
        yield lambda done, total: progress.update(bar, completed=done, total=total)


@contextlib.contextmanager
def _waiting(about: str) -> Generator[None]:
    """Show that something goes on, where somebody watches."""
    if not sys.stderr.isatty():
        output.err.print(Text(f"· {about}"))
        yield
        return
    with output.err.status(about):
        yield
