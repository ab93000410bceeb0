"""The registry: what each network accepts, read from one data file per network."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from socialcopy.models import Platform
from socialcopy.platforms.counting import COUNTERS
from socialcopy.platforms.model import PlatformRules


@cache
def rules(platform: Platform) -> PlatformRules:
    """What a network accepts."""
    data = files("socialcopy.platforms") / "networks" / f"{platform.value}.yaml"
    return PlatformRules.model_validate(yaml.safe_load(data.read_text(encoding="utf-8")))


def length(platform: Platform, text: str) -> int:
    """Count a text in the network's own unit."""
    return COUNTERS[rules(platform).text_limit.unit](text)


def fits(platform: Platform, text: str) -> bool:
    """Whether the network accepts a text of this length."""
    return length(platform, text) <= rules(platform).text_limit.value
