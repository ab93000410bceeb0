"""The subcommands; each one is a few lines over the modules beside this one."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from socialcopy import keys
from socialcopy.cli import output
from socialcopy.cli.errors import CommandError
from socialcopy.cli.maintenance import configured_store, gc, policies, retry, status, verify
from socialcopy.cli.progress import Ending, Outcome, fetch, follow
from socialcopy.copywriting.briefs.parse import read_brief
from socialcopy.copywriting.errors import CopywritingError
from socialcopy.local_files import LocalFileError
from socialcopy.media.errors import MediaError
from socialcopy.models import Brief, CaptionSet, Platform
from socialcopy.nemovideo.errors import NemoVideoError
from socialcopy.pipeline.errors import StageError
from socialcopy.platforms import faults
from socialcopy.platforms.errors import PlatformError
from socialcopy.policies import PolicyError
from socialcopy.settings import DataSettings, S3Settings
from socialcopy.storage.errors import StorageError
from socialcopy.understanding.errors import UnderstandingError

EXPLAINED = (
    CommandError,
    CopywritingError,
    LocalFileError,
    PlatformError,
    PolicyError,
    MediaError,
    NemoVideoError,
    StageError,
    StorageError,
    UnderstandingError,
)
"""Errors whose message is all a person needs; anything else is a bug and shows its traceback."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Drop a video, get captions and MP4s that every social network accepts.",
)

Files = Annotated[
    list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="Video files.")
]
Platforms = Annotated[
    list[Platform] | None,
    typer.Option("--platform", help="A network to write for; repeat it for several."),
]
Out = Annotated[Path, typer.Option("--out", help="Folder for the deliveries.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")]


def main() -> None:
    """Run the command; what we can explain ends with a sentence and exit code 1."""
    for sign in (signal.SIGINT, signal.SIGTERM):  # a shell's `&` has the first one ignored
        signal.signal(sign, signal.default_int_handler)
    try:
        app()
    except EXPLAINED as error:
        output.complain(str(error))
        sys.exit(1)


@app.command()
def up() -> None:
    """Run everything on this machine: store, engine, Prefect, watcher. Ctrl-C stops it all."""
    from socialcopy.cli.login import new_link  # noqa: PLC0415
    from socialcopy.cli.stack import running  # noqa: PLC0415  (only `up` pays for it)

    with contextlib.suppress(KeyboardInterrupt), running(DataSettings(), _say) as stack:
        _welcome(stack.addresses, new_link(stack.data, stack.addresses.prefect_url))
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
        f"  Deliveries appear under s3://{bucket}/{keys.OUTBOX}. Ctrl-C stops everything.",
        "",
    )
    for line in lines:
        output.out.print(line, markup=False, soft_wrap=True)


@app.command()
def ui() -> None:
    """Print a link that lets one browser into the running stack's Prefect UI, once."""
    from socialcopy.cli.login import new_link  # noqa: PLC0415
    from socialcopy.cli.stack import prefect_url_of_running_stack  # noqa: PLC0415

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
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Caption local files, one after another, without a stack; deliveries land in --out."""
    from socialcopy.cli.local import (  # noqa: PLC0415
        bring_assets,
        caption_file,
        private_context,
    )

    brief = read_brief(brief_file.read_bytes(), brief_file.name) if brief_file else Brief()
    given = {"platforms": platform and tuple(platform), "instruction": instruction}
    given["language"] = language
    brief = brief.model_copy(update={name: value for name, value in given.items() if value})
    with output.progress_bar() as add, private_context() as place:
        bring_assets(place, brief, brief_file.parent if brief_file else Path())
        outcomes = [caption_file(place, path, brief, out, add(path.name)) for path in files]
    _report(outcomes, out, as_json=as_json)


@app.command()
def drop(
    files: Files,
    out: Annotated[
        Path | None, typer.Option("--out", help="Also copy the deliveries into this folder.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Upload files to the inbox and follow them to their deliveries."""
    settings = configured_store()
    outcomes = _drop_and_follow(settings, [(path, path.name) for path in files])
    _fetch_all(settings, outcomes, out)
    _report(outcomes, out, as_json=as_json)


def _drop_and_follow(settings: S3Settings, files: list[tuple[Path, str]]) -> list[Outcome]:
    from socialcopy.cli.local import bring_subtitles  # noqa: PLC0415
    from socialcopy.pipeline.context import Context  # noqa: PLC0415
    from socialcopy.pipeline.disk_space import insist_on_room_in_store  # noqa: PLC0415
    from socialcopy.storage.bucket import Bucket  # noqa: PLC0415

    context = Context.from_environment().model_copy(update={"s3": settings})
    insist_on_room_in_store(context, sum(path.stat().st_size for path, _ in files))
    bucket = Bucket(settings)
    with output.progress_bar() as add:
        bars = [(path, f"{keys.INBOX}{name}", add(name)) for path, name in files]
        for path, key, report in bars:
            report("uploading", 0)
            bring_subtitles(bucket, path, key)
            bucket.upload(path, key, "application/octet-stream")
        return [follow(bucket, bucket.head(key), Brief(), report) for _, key, report in bars]


def _fetch_all(settings: S3Settings, outcomes: list[Outcome], out: Path | None) -> None:
    from socialcopy.storage.bucket import Bucket  # noqa: PLC0415

    for outcome in outcomes:
        if out is not None and outcome.ending is Ending.DELIVERED:
            fetch(Bucket(settings), outcome, out / keys.delivery_name(outcome.key))


def _report(outcomes: list[Outcome], out: Path | None, *, as_json: bool) -> None:
    """Show what became of each file; exit code 1 when one was not delivered."""
    if as_json:
        typer.echo(json.dumps([o.model_dump(mode="json") for o in outcomes], ensure_ascii=False))
    else:
        for outcome in outcomes:
            _show(outcome, out)
    if any(outcome.ending is not Ending.DELIVERED for outcome in outcomes):
        raise typer.Exit(1)


def _show(outcome: Outcome, out: Path | None) -> None:
    folder = out / keys.delivery_name(outcome.key) if out else None
    if outcome.ending is Ending.DELIVERED:
        output.show_captions(CaptionSet.model_validate(outcome.document["captions"]))
    output.show_outcome(outcome, folder)


@app.command()
def demo(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    out: Out = Path("demo"),
) -> None:
    """Start the stack, drop one clip, wait for its delivery, show it, stop everything."""
    from socialcopy.cli.stack import running  # noqa: PLC0415

    name = f"{file.stem}-{datetime.now().astimezone():%Y%m%d-%H%M%S}{file.suffix}"
    with running(DataSettings(data_dir=out / ".stack"), _say) as stack:
        outcomes = _drop_and_follow(stack.addresses.s3, [(file, name)])
        _fetch_all(stack.addresses.s3, outcomes, out)
        _report(outcomes, out, as_json=False)


@app.command()
def refine(
    video: Annotated[str, typer.Argument(help="Key of a delivered video, or its name in inbox/.")],
    instruction: Annotated[str, typer.Argument(help="What to change, in words.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Also copy the new delivery into this folder.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> None:
    """Change a delivered video or its captions in words, and deliver it once more."""
    from socialcopy.cli.refine import refine as refine_now  # noqa: PLC0415

    settings = configured_store()
    found = refine_now(settings, video, instruction)
    if isinstance(found, str):
        typer.echo(json.dumps({"answer": found}, ensure_ascii=False) if as_json else found)
        return
    _fetch_all(settings, [found], out)
    _report([found], out, as_json=as_json)


@app.command()
def account(as_json: AsJson = False) -> None:  # noqa: FBT002
    """Say which service is used, as whom, and how many credits are left."""
    from socialcopy.cli.refine import account as account_now  # noqa: PLC0415

    found = account_now()
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    typer.echo(f"{found['service']} as {found['user_id'] or 'the owner of NEMO_TOKEN'}")
    typer.echo(f"{found['available']} credits available, {found['frozen']} reserved")
    typer.echo(f"For more: {found['advice']}")


@app.command()
def engine(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")] = 8390,
    listener: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Serve the NemoVideo API alone, from this machine."""
    from socialcopy.engine.api.app import create_app  # noqa: PLC0415
    from socialcopy.engine.api.server import run  # noqa: PLC0415
    from socialcopy.settings import (  # noqa: PLC0415
        EngineSettings,
        MediaSettings,
        SpeechSettings,
    )

    app = create_app(EngineSettings(), SpeechSettings(), MediaSettings(), DataSettings())
    inherited = None if listener is None else socket.socket(fileno=listener)
    run(app, host, port, inherited)


@app.command(name="rules")
def show_rules() -> None:
    """List what each network accepts, with sources; fail when a number needs checking."""
    output.show_rules()
    overdue = faults(datetime.now().astimezone().date())
    for fault in overdue:
        output.complain(fault)
    if overdue:
        raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Check that everything needed is here, and say what to do when it is not."""
    from socialcopy.cli.doctor import examine  # noqa: PLC0415

    if not output.show_checks(examine()):
        raise typer.Exit(1)


for command in (status, verify, retry, gc, policies):
    app.command()(command)
