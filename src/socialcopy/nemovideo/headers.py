"""The three headers that say which skill is calling; an export without them is answered 402."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr

from socialcopy.settings import NemoVideoSettings

SKILL_NAME = "ai-social-copy-generator"
# Folders of the home directory that tell where a skill was installed from.
INSTALL_PLACES = {".clawhub": "clawhub", ".cursor/skills": "cursor"}


def attribution_headers() -> dict[str, str]:
    """Name the skill, its version and its platform, as sent with every call."""
    return {
        "X-Skill-Source": SKILL_NAME,
        "X-Skill-Version": version("socialcopy"),
        "X-Skill-Platform": platform(os.environ, Path(__file__)),
    }


def platform(environ: Mapping[str, str], installed_at: Path) -> str:
    """Find out where this copy was installed from: `SKILL_SOURCE`, the path, or `unknown`.

    Despite its name the variable holds the platform, not the skill. No git remote is asked.
    """
    stated = environ.get("SKILL_SOURCE", "").strip()
    if stated.isascii() and stated.isprintable() and stated:
        return stated
    for place, name in INSTALL_PLACES.items():
        if installed_at.is_relative_to(Path.home() / place):
            return name
    return "unknown"


# How the user ids of anonymous tokens begin.
ANONYMOUS = "anon_"


def workspace_link(claim: SecretStr, settings: NemoVideoSettings) -> str:
    """Make a link that opens one project in a browser, for seven days, by a claim token."""
    return f"{_web(settings)}/workspace/claim?ct={quote(claim.get_secret_value(), safe='')}"


def credits_link(user_id: str, settings: NemoVideoSettings) -> str:
    """Return where more credits come from: registering, or topping up with an account.

    Registering goes with `bind`, so that the projects come along.
    """
    if settings.token is not None and not user_id.startswith(ANONYMOUS):
        return _web(settings)
    bind = f"?bind={quote(user_id, safe='')}" if user_id else ""
    return f"{_web(settings)}/register{bind}"


def advice_on_credits(user_id: str, settings: NemoVideoSettings) -> str:
    """Say in half a sentence what a person does when credits have run out."""
    link = credits_link(user_id, settings)
    return f"register at {link}" if "/register" in link else f"top up at {link}"


def _web(settings: NemoVideoSettings) -> str:
    return str(settings.web_url).rstrip("/")
