"""Write docs/reference.md from the code: settings, commands, flow parameters, errors.

Run by `make docs`; a test fails when the page and the code disagree.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import typer
import yaml
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference.md"
PACKAGES_WITH_ERRORS = sorted(p.parent.name for p in ROOT.glob("src/socialcopy/*/errors.py"))


def reference() -> str:
    """Write the whole page."""
    head = "# Reference\n\nWritten by `make docs` from the code; don't edit it by hand.\n"
    return "\n".join(
        (head, *_commands(), *_exit_codes(), *_flows(), *_briefs(), *_settings(), *_errors())
    )


def _commands() -> Iterator[str]:
    from socialcopy.cli.app import app

    yield "## Commands\n"
    for name, command in typer.main.get_group(app).commands.items():
        yield f"### `socialcopy {name}`\n\n{inspect.cleandoc(command.help or '')}\n"
        yield from _options(command)
        for below, one in getattr(command, "commands", {}).items():
            yield f"#### `socialcopy {name} {below}`\n\n{inspect.cleandoc(one.help or '')}\n"
            yield from _options(one)


def _options(command: object) -> Iterator[str]:
    for option in command.params:  # type: ignore[attr-defined]
        names = ", ".join(f"`{name}`" for name in getattr(option, "opts", ())) or option.name
        yield f"- {names}: {getattr(option, 'help', '') or ''}"
    yield ""


def _exit_codes() -> Iterator[str]:
    from socialcopy.cli.exit_codes import CODES, ExitCode

    yield "## Exit codes\n\nAn error is one sentence on the error stream.\n"
    yield "| code | what it says |\n|---|---|"
    yield from _coded(ExitCode)
    yield "\nAny command may end with 70 and, by Ctrl-C, with 130. Besides:\n"
    yield "| command | codes |\n|---|---|"
    for name in sorted(CODES):
        yield f"| `{name}` | {', '.join(str(code.value) for code in CODES[name])} |"
    yield ""


def _coded(codes: type[IntEnum]) -> Iterator[str]:
    """Each code's row of a table, with the docstring below it."""
    said = inspect.getsource(codes)
    for code in codes:
        about = said.partition(f"{code.name} = {code.value}\n")[2].split('"""')[1]
        yield f"| {code.value} | {' '.join(about.split())} |"


def _flows() -> Iterator[str]:
    yield "## Deployments and their parameters\n"
    for deployment in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]:
        module, _, name = deployment["entrypoint"].rpartition(".")
        flow = getattr(importlib.import_module(module), name)
        yield f"### `{flow.name}/{deployment['name']}`\n\n{deployment['description']}\n"
        for parameter, about in flow.parameters.properties.items():
            is_needed = parameter in (flow.parameters.required or ())
            default = "it must be given" if is_needed else f"default: {about.get('default')!r}"
            yield f"- `{parameter}`: {about.get('description', '')} ({_limits(about)}{default})"
        yield ""


def _briefs() -> Iterator[str]:
    from socialcopy.models import PRIVATE_FIELDS, Brief

    yield "## Fields of a brief\n\nOf `brief.yaml`, `<name>.brief.yaml` and a policy's `brief`.\n"
    schema = Brief.model_json_schema()
    for name, about in schema["properties"].items():
        if name not in PRIVATE_FIELDS:
            kind = about.get("items", about).get("$ref", "").rpartition("/")[2]
            choices = ", ".join(schema["$defs"].get(kind, {}).get("enum", []))
            limits = choices or _limits(about).removesuffix("; ")
            told = " ".join(about.get("description", "").split())
            yield f"- `{name}`: {told}{f' ({limits})' if limits else ''}"
    yield ""


def _limits(about: dict[str, Any]) -> str:
    """Say in words what a form lets in."""
    said = [f"at most {about['maxLength']:,} characters"] if "maxLength" in about else []
    said += [f"{about['minimum']} to {about['maximum']}"] if "maximum" in about else []
    said += about.get("then", {}).get("enum", [])
    return "".join(f"{limit}; " for limit in said)


def _settings() -> Iterator[str]:
    module = importlib.import_module("socialcopy.settings")
    yield "## Settings\n\nEnvironment variables, read once when a process starts.\n"
    for name, found in inspect.getmembers(module, inspect.isclass):
        if found in module.Settings.__subclasses__():
            yield f"### {name}\n\n{inspect.cleandoc(found.__doc__ or '')}\n"
            yield "| variable | default | meaning |\n|---|---|---|"
            yield from (_setting(found, field) for field in found.model_fields)
            yield ""


def _setting(settings: type[BaseSettings], field: str) -> str:
    info = settings.model_fields[field]
    default = info.default
    shown = "" if default in (None, PydanticUndefined, ()) else f"`{_portable(default)}`"
    meaning = " ".join((info.description or "").split())
    if choices := ", ".join(_choices(info.annotation)):
        meaning = f"{meaning} One of {choices}."
    return f"| `{settings.model_config['env_prefix']}{field.upper()}` | {shown} | {meaning} |"


def _choices(kind: object) -> Iterator[str]:
    """Yield the values of an enumeration, each with what the line below it says of it."""
    if not (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return
    said = inspect.getsource(kind)
    for choice in kind:
        below = said.partition(f'{choice.name} = "{choice.value}"\n')[2].lstrip()
        about = below.split('"""')[1] if below.startswith('"""') else ""
        yield f"`{choice.value}`" + (f" ({' '.join(about.split()).rstrip('.')})" if about else "")


def _portable(default: object) -> str:
    """Write a default without the name of whoever made the page."""
    return str(default).replace(str(Path.home()), "~")


def _errors() -> Iterator[str]:
    from socialcopy.engine.errors import Refusal

    yield "## Errors\n"
    for package in PACKAGES_WITH_ERRORS:
        drawing = importlib.import_module(f"socialcopy.{package}.errors").__doc__ or ""
        yield f"### In `{package}`\n\n```\n{drawing.strip()}\n```\n"
    yield "### Refusals of the engine\n"
    yield "| code | what it says |\n|---|---|"
    yield from _coded(Refusal)
    yield ""


if __name__ == "__main__":
    PAGE.write_text(reference())
