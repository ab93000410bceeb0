"""Write docs/reference.md from the code: settings, commands, flow parameters, errors.

Run by `make docs`; a test fails when the page and the code disagree.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import typer
import yaml
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference.md"
PACKAGES_WITH_ERRORS = sorted(p.parent.name for p in ROOT.glob("src/socialcopy/*/errors.py"))


def reference() -> str:
    """The whole page."""
    head = "# Reference\n\nWritten by `make docs` from the code; don't edit it by hand.\n"
    return "\n".join((head, *_commands(), *_flows(), *_settings(), *_errors()))


def _commands() -> Iterator[str]:
    from socialcopy.cli.app import app  # noqa: PLC0415

    yield "## Commands\n"
    for name, command in typer.main.get_group(app).commands.items():
        yield f"### `socialcopy {name}`\n\n{inspect.cleandoc(command.help or '')}\n"
        yield from _options(command)


def _options(command: object) -> Iterator[str]:
    for option in command.params:  # type: ignore[attr-defined]
        names = ", ".join(f"`{name}`" for name in getattr(option, "opts", ())) or option.name
        yield f"- {names}: {getattr(option, 'help', '') or ''}"
    yield ""


def _flows() -> Iterator[str]:
    yield "## Deployments and their parameters\n"
    for deployment in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]:
        path, _, name = deployment["entrypoint"].partition(":")
        flow = getattr(importlib.import_module(path.removesuffix(".py").replace("/", ".")), name)
        yield f"### `{flow.name}/{deployment['name']}`\n\n{deployment['description']}\n"
        for parameter, about in flow.parameters.properties.items():
            default = repr(about["default"]) if "default" in about else "it must be given"
            yield f"- `{parameter}`: {about.get('description', '')} (default: {default})"
        yield ""


def _settings() -> Iterator[str]:
    module = importlib.import_module("socialcopy.settings")
    yield "## Settings\n\nEnvironment variables, read once when a process starts.\n"
    for name, found in inspect.getmembers(module, inspect.isclass):
        if issubclass(found, BaseSettings) and found.__module__ == module.__name__:
            yield f"### {name}\n\n{inspect.cleandoc(found.__doc__ or '')}\n"
            yield "| variable | default | meaning |\n|---|---|---|"
            yield from (_setting(found, field) for field in found.model_fields)
            yield ""


def _setting(settings: type[BaseSettings], field: str) -> str:
    info = settings.model_fields[field]
    default = info.default
    shown = "" if default in (None, PydanticUndefined, ()) else f"`{_portable(default)}`"
    meaning = " ".join((info.description or "").split())
    return f"| `{settings.model_config['env_prefix']}{field.upper()}` | {shown} | {meaning} |"


def _portable(default: object) -> str:
    """A default without the name of whoever made the page."""
    return str(default).replace(str(Path.home()), "~")


def _errors() -> Iterator[str]:
    yield "## Errors\n"
    for package in PACKAGES_WITH_ERRORS:
        drawing = importlib.import_module(f"socialcopy.{package}.errors").__doc__ or ""
        yield f"### In `{package}`\n\n```\n{drawing.strip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(reference())
