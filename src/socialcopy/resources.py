"""Facts and words that come with the package, as YAML files beside the code that asks for them."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

# libyaml's reader takes a tenth of the time, and every process reads some twenty files.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(package: str, *path: str) -> Any:
    """Read a YAML file of a package: `read_yaml("socialcopy.platforms", "networks", "x.yaml")`."""
    return parse_yaml(files(package).joinpath(*path))


def parse_yaml(file: Traversable) -> Any:
    """Read one YAML file of ours."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - both are safe
