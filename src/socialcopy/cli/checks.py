"""What `socialcopy doctor` and `socialcopy model` tell of one thing they looked at."""

from __future__ import annotations

from typing import NamedTuple


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    finding: str
    advice: str = ""
    good: bool = True
    is_needed: bool = True
    """Whether captioning can't do without it."""
