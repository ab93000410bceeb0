"""Which model writes: what `socialcopy model use` chose, kept beside the models."""

from __future__ import annotations

import json
from pathlib import Path

from socialcopy.local_files import CorruptFileError, write
from socialcopy.models import Value

FILE = "chosen.json"
REMEDY = "Choose again: `socialcopy model use NAME`"


class Choice(Value):
    """A model that was chosen: a file that is served here, or a server that runs already."""

    name: str
    """As the notes call it."""
    path: str = ""
    """A GGUF, served by llama.cpp as a child of the engine."""
    base_url: str = ""
    """Of a server that somebody else runs; one of the two is set."""
    model: str = ""
    """The model's name there."""
    seconds_per_post: float = 0.0
    """What a post took in the last trial; 0 before there was one."""


def chosen(folder: Path) -> Choice | None:
    """Read the choice; none where nobody has chosen. Raises CorruptFileError."""
    path = folder / FILE
    try:
        return Choice.model_validate_json(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError as error:
        raise CorruptFileError(str(path), type(error).__name__, REMEDY) from None


def choose(folder: Path, choice: Choice | None) -> None:
    """Write the choice down; none means the built-in editor."""
    if choice is None:
        (folder / FILE).unlink(missing_ok=True)
    else:
        write(folder / FILE, json.dumps(choice.model_dump(), indent=1).encode())
