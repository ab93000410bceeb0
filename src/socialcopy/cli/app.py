"""The subcommands; each one is a few lines over the modules beside this one."""

from __future__ import annotations

import contextlib
import itertools
import socket
import time
from collections import Counter
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from socialcopy import keys
from socialcopy.cli import model, output
from socialcopy.cli.deploy import deploy
from socialcopy.cli.errors import WrongValueError
from socialcopy.cli.maintenance import (
    configured_store,
    gc,
    policies,
    retry,
    status,
    verify,
    video_names,
)
from socialcopy.cli.output import AsJson
from socialcopy.cli.preflight import check_files, check_stack
from socialcopy.cli.progress import fetch, follow
from socialcopy.copywriting.briefs.parse import read_brief
from socialcopy.models import Brief, CaptionSet, Platform, Wish
from socialcopy.models.validation import problems
from socialcopy.pipeline.outcomes import Ending, Outcome
from socialcopy.platforms import faults, rules
from socialcopy.settings import DataSettings, ModelSettings, S3Settings

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)

Files = Annotated[
    list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Video files.")
]
Platforms = Annotated[
    list[Platform] | None,
    typer.Option("--platform", help="A network to write for; repeat it for several."),
]
Out = Annotated[Path, typer.Option("--out", file_okay=False, help="Folder for the deliveries.")]
Port = Annotated[
    int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")
]
VideoName = Annotated[
    str,
    typer.Argument(
        help="Key of a delivered video, or its name in inbox/.", autocompletion=video_names
    ),
]


def _say_version(is_asked: bool) -> None:  # noqa: FBT001  (an option's callback)
    if is_asked:
        typer.echo(f"socialcopy {metadata.version('socialcopy')}")
        raise typer.Exit


Version = Annotated[
    bool,
    typer.Option(
        "--version", callback=_say_version, is_eager=True, help="Say which version this is."
    ),
]
Browser = Annotated[bool, typer.Option(help="Open a browser, or only print the address.")]


@app.callback()
def options(version: Version = False) -> None:
    """Drop a video, get captions and MP4s that every social network accepts."""


def _port_option(about: str, highest: int = 65_535) -> Any:
    return typer.Option(min=1, max=highest, help=f"Port of {about}; the usual one, or a free one.")


@app.command()
def up(
    # SeaweedFS listens at 10,000 more, too.
    store_port: Annotated[int | None, _port_option("the S3 store", 55_535)] = None,
    engine_port: Annotated[int | None, _port_option("the engine")] = None,
    prefect_port: Annotated[int | None, _port_option("the Prefect server and its UI")] = None,
    pages_port: Annotated[int | None, _port_option("the review pages")] = None,
) -> None:
    """Run everything on this machine: store, engine, Prefect, watcher. Ctrl-C stops it all."""
    data = DataSettings()
    check_stack(data, _say)
    from socialcopy.cli.login import new_link
    from socialcopy.cli.ports import Ports
    from socialcopy.cli.stack import running

    ports = Ports(store=store_port, engine=engine_port, prefect=prefect_port, pages=pages_port)
    with contextlib.suppress(KeyboardInterrupt), running(data, _say, ports) as stack:
        _welcome(stack.addresses, new_link(data, stack.addresses.prefect_url))
        while True:
            stack.revive(_say)
            time.sleep(1)


def _welcome(addresses: Any, login_link: str) -> None:
    bucket = addresses.s3.bucket
    _say("ready")
    lines = (
        "",
        f"  Prefect UI   {login_link}",
        "               (lets one browser in; `socialcopy ui` prints another link)",
        f"  Bucket       s3://{bucket} at {addresses.s3.endpoint_url}",
        "",
        "  Drop a video:",
        "    socialcopy drop clip.mp4",
        "  or with any S3 client:",
        f"    . '{addresses.env_file}'",
        f"    aws s3 cp clip.mp4 s3://{bucket}/{keys.INBOX}",
        "",
        f"  Deliveries appear under s3://{bucket}/{keys.OUTBOX}. Look at one:",
        "    socialcopy open clip.mp4",
        "  Ctrl-C stops everything.",
        "",
    )
    for line in lines:
        output.out.print(line, markup=False, soft_wrap=True)


@app.command()
def ui() -> None:
    """Print a link that lets one browser into the running stack's Prefect UI, once."""
    from socialcopy.cli.login import new_link
    from socialcopy.cli.stack import prefect_url_of_running_stack

    data = DataSettings()
    typer.echo(new_link(data, prefect_url_of_running_stack(data)))


def _say(sentence: str) -> None:
    output.err.print(f"· {sentence}", markup=False, soft_wrap=True)


@app.command()
def caption(  # noqa: PLR0917  (a command's parameters are its options)
    files: Files,
    out: Out = Path("deliveries"),
    platform: Platforms = None,
    instruction: Annotated[str, typer.Option(help="A wish in words.")] = "",
    language: Annotated[str | None, typer.Option(help="Language of the copy, such as en.")] = None,
    brief_file: Annotated[
        Path | None,
        typer.Option("--brief", exists=True, dir_okay=False, help="A brief.yaml for all files."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Caption local files, one after another, without a stack; deliveries land in --out."""
    from socialcopy.cli.local import caption_files, private_context

    brief = read_brief(brief_file.read_bytes(), brief_file.name) if brief_file else Brief()
    given = {"platforms": platform and tuple(platform), "instruction": instruction}
    given["language"] = language
    brief = _with_wishes(brief, {name: value for name, value in given.items() if value})
    check_files(files, out, DataSettings())
    with output.progress_bar() as add, private_context() as pipeline:
        outcomes = list(caption_files(pipeline, files, brief, out, add, brief_file=brief_file))
    _report(outcomes, as_json=as_json)


def _with_wishes(brief: Brief, wishes: dict[str, Any]) -> Brief:
    """Lay the options over a brief. Raises WrongValueError."""
    try:
        return brief.saying(**wishes)
    except ValidationError as error:
        raise WrongValueError("; ".join(problems(error, Brief))) from None


@app.command()
def drop(
    files: Files,
    out: Annotated[
        Path | None,
        typer.Option("--out", file_okay=False, help="Also copy the deliveries into this folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Upload files to the inbox and follow them to their deliveries.

    What is not taken up by its name is said at once. Subtitles and a brief of the same name beside
    a file go along with it.
    """
    _refuse_twins(files)
    settings = configured_store()
    if out is not None:
        check_files(files, out, DataSettings())
    outcomes = _drop_and_follow(settings, [(path, path.name) for path in files])
    _report(_fetched(settings, outcomes, out), as_json=as_json)


def _refuse_twins(files: list[Path]) -> None:
    """Refuse two files of one name: they'd be one object, and the second replaces the first."""
    twins = [name for name, number in Counter(path.name for path in files).items() if number > 1]
    if twins:
        raise WrongValueError(f"two files are called {twins[0]}; rename one, or drop them apart")


def _drop_and_follow(settings: S3Settings, files: list[tuple[Path, str]]) -> list[Outcome]:
    from socialcopy.cli.progress import upload
    from socialcopy.pipeline.context import Context
    from socialcopy.pipeline.disk_space import require_room_in_store
    from socialcopy.storage.bucket import Bucket

    context = Context.from_environment().model_copy(update={"s3": settings})
    require_room_in_store(context, sum(path.stat().st_size for path, _ in files))
    bucket = Bucket(settings)
    with output.progress_bar() as add:
        bars = [(path, f"{keys.INBOX}{name}", add(name)) for path, name in files]
        # Subtitles and briefs go first: a video that is noticed before them is captioned without
        # them.
        bars.sort(key=lambda bar: not keys.is_companion(bar[1]))
        for path, key, report in bars:
            upload(bucket, path, key, report)
        return [
            follow(bucket, key, report) for _, key, report in bars if not keys.is_companion(key)
        ]


def _fetched(settings: S3Settings, outcomes: list[Outcome], out: Path | None) -> list[Outcome]:
    """Copy the outcomes that are delivered into a folder, if one is given; return them all."""
    from socialcopy.storage.bucket import Bucket

    if out is None:
        return outcomes
    bucket = Bucket(settings)
    return [fetch(bucket, outcome, out / keys.delivery_name(outcome.key)) for outcome in outcomes]


def _report(outcomes: list[Outcome], *, as_json: bool) -> None:
    """Show what became of each file; exit code 1 when one was not delivered."""
    if as_json:
        output.show_json([outcome.model_dump(mode="json") for outcome in outcomes])
    else:
        for outcome in outcomes:
            _show(outcome)
    if any(outcome.ending is not Ending.DELIVERED for outcome in outcomes):
        raise typer.Exit(1)


def _show(outcome: Outcome) -> None:
    if outcome.ending is Ending.DELIVERED:
        output.show_captions(CaptionSet.model_validate(outcome.document["captions"]))
    output.show_outcome(outcome)


@app.command()
def demo(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A video file.")],
    out: Out = Path("demo"),
) -> None:
    """Start the stack, drop one clip, wait for its delivery, show it, stop everything."""
    data = DataSettings(data_dir=out / ".stack")
    check_stack(data, _say)
    from socialcopy.cli.stack import running

    name = f"{file.stem}-{datetime.now().astimezone():%Y%m%d-%H%M%S}{file.suffix}"
    with running(data, _say) as stack:
        outcomes = _drop_and_follow(stack.addresses.s3, [(file, name)])
        _report(_fetched(stack.addresses.s3, outcomes, out), as_json=False)


@app.command()
def refine(
    video: VideoName,
    instruction: Annotated[str, typer.Argument(help="What to change, in words.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", file_okay=False, help="Also copy the new delivery into this folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change a delivered video or its captions in words, and deliver it once more."""
    from socialcopy.cli.refine import refine as refine_now

    try:
        TypeAdapter(Wish).validate_python(instruction.strip())
    except ValidationError:
        raise WrongValueError("say what to change, in 1 to 2,000 characters") from None
    settings = configured_store()
    if out is not None:
        check_files([], out, DataSettings())
    found = refine_now(settings, video, instruction)
    if isinstance(found, str):
        output.show_json({"answer": found}) if as_json else typer.echo(found)
        return
    _report(_fetched(settings, [found], out), as_json=as_json)


@app.command(name="open")
def open_page(video: VideoName, browser: Browser = True) -> None:
    """Open a delivery's review page in a browser, straight from the bucket."""
    from socialcopy.cli.open import open_delivery

    open_delivery(configured_store(), video, in_browser=browser)


@app.command()
def account(as_json: AsJson = False) -> None:
    """Say which service is used, as whom, and how many credits are left."""
    from socialcopy.cli.refine import account as account_now

    found = account_now()
    if as_json:
        output.show_json(found)
    elif found["is_free"]:
        typer.echo(f"local: free. {found['advice']}")
    else:
        typer.echo(f"{found['service']} as {found['user_id'] or 'the owner of NEMO_TOKEN'}")
        typer.echo(f"{found['available']} credits available, {found['frozen']} reserved")
        typer.echo(f"For more: {found['advice']}")


@app.command()
def engine(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Port = 8390,
    listener: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Serve the NemoVideo API alone, from this machine."""
    from socialcopy.engine.api.app import create_app
    from socialcopy.engine.api.server import run
    from socialcopy.settings import EngineSettings, MediaSettings, SpeechSettings

    settings = EngineSettings(), SpeechSettings(), MediaSettings(), DataSettings()
    app = create_app(*settings, s3=S3Settings())
    inherited = None if listener is None else socket.socket(fileno=listener)
    run(app, host, port, inherited, app.state.drain)


@app.command(name="rules")
def show_rules(as_json: AsJson = False) -> None:
    """List what each network accepts, with sources; fail when a number needs checking."""
    overdue = faults(datetime.now().astimezone().date())
    if as_json:
        networks = {network.value: rules(network).model_dump(mode="json") for network in Platform}
        output.show_json({"networks": networks, "overdue": overdue})
    else:
        output.show_rules()
    for fault in overdue:
        output.print_error(fault)
    if overdue:
        raise typer.Exit(1)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check that everything needed is here, and say what to do when it is not."""
    from socialcopy.cli.doctor import examine

    checks = itertools.chain(examine(), [model.writer(ModelSettings())])
    if not output.show_checks(checks, as_json=as_json):
        raise typer.Exit(1)


app.add_typer(model.app, name="model")
for command in (deploy, status, verify, retry, gc, policies):
    app.command()(command)
