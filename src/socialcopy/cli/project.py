"""Where flows, tasks and prefect.yaml are, and the work pool that they run on."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from socialcopy.cli.errors import CommandError

WORK_POOL = "socialcopy"


def project_folder() -> Path:
    """Find the folder with flows/, tasks/ and prefect.yaml, in a checkout or an installation."""
    found = importlib.util.find_spec("flows")
    folders = (
        [Path(place).parent for place in (found.submodule_search_locations or [])] if found else []
    )
    for folder in folders:
        if (folder / "prefect.yaml").exists():
            return folder
    raise CommandError(
        "flows/ with prefect.yaml beside it is missing; install socialcopy again, with both"
    )
