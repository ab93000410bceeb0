"""Run one command: whatever goes wrong ends with one sentence and an exit code that says so."""

from __future__ import annotations

import os
import re
import signal
import sys
import traceback
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from socialcopy.cli import output
from socialcopy.cli.app import app
from socialcopy.cli.exit_codes import EXPLAINED, ExitCode, discard_output, exit_code, sentence
from socialcopy.environment import unknown_variables
from socialcopy.models.validation import did_you_mean


def main() -> None:
    """Run what the command line says."""
    for sign in (signal.SIGINT, signal.SIGTERM):  # a shell's `&` has the first one ignored
        signal.signal(sign, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; its exit code."""
    for sentence_ in unknown_variables(os.environ):
        output.print_error(sentence_)
    command = typer.main.get_command(app)
    try:
        ended = command.main(list(arguments), prog_name="socialcopy", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _misspelt(error, arguments)
    except (typer.Abort, KeyboardInterrupt):
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        discard_output()
        return ExitCode.DONE
    except EXPLAINED as error:
        output.print_error(sentence(error))
        return exit_code(error)
    except Exception:  # noqa: BLE001  (told with all that is known of it)
        traceback.print_exc()
        output.print_error("this is a fault of socialcopy; please report it with the lines above")
        return ExitCode.BUG
    return ended if isinstance(ended, int) else ExitCode.DONE


def _misspelt(error: TyperException, arguments: Sequence[str]) -> int:
    """Complain of a command line that can't be read: one sentence, and where help is."""
    if not arguments:  # the help was shown instead
        return ExitCode.DONE
    said = in_words(error.format_message())
    output.print_error(f"{said}{'' if said.endswith('?') else '.'} `socialcopy --help` lists all")
    return ExitCode.WRONG_VALUE


def in_words(message: str) -> str:
    """Say Typer's complaint as a person would.

    >>> in_words("Invalid value for '--port': Input should be a valid integer, unable to parse it")
    '--port: it has to be a whole number'
    """
    text = " ".join(message.split()).rstrip(".")
    told = re.fullmatch(r"Invalid value for '?(.+?)'?: (?:Value error, )?(.+)", text)
    if told is None:
        return text
    name, why = told[1], told[2]
    why = re.sub(r"^Input should be a valid integer.*", "it has to be a whole number", why)
    why = why.replace("Input should be", "it has to be")
    choices = re.findall(r"'([^']*)'", why) if " is not one of " in why else []
    return f"{name}: {why}{did_you_mean(choices[0], choices[1:]) if choices else ''}"
