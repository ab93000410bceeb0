"""The three headers that say which skill is calling; an export without them is answered 402."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

SKILL_NAME = "ai-social-copy-generator"
INSTALL_PLACES = {".clawhub": "clawhub", ".cursor/skills": "cursor"}
"""Folders of the home directory that tell where a skill was installed from."""


def attribution_headers(
    environ: Mapping[str, str] = os.environ, installed_at: Path = Path(__file__)
) -> dict[str, str]:
    """Name, version and platform of this skill, as sent with every call."""
    return {
        "X-Skill-Source": SKILL_NAME,
        "X-Skill-Version": version("socialcopy"),
        "X-Skill-Platform": platform(environ, installed_at),
    }


def platform(environ: Mapping[str, str], installed_at: Path) -> str:
    """Where this copy was installed from: `SKILL_SOURCE`, else the path, else `unknown`.

    Despite its name the variable holds the platform, not the skill. No git remote is asked.
    """
    stated = environ.get("SKILL_SOURCE", "").strip()
    if stated.isascii() and stated.isprintable() and stated:
        return stated
    for place, name in INSTALL_PLACES.items():
        if installed_at.is_relative_to(Path.home() / place):
            return name
    return "unknown"
