"""Links for people. No bearer token is ever in one (the vendor's rule since 1.9)."""

from __future__ import annotations

from urllib.parse import quote

from pydantic import SecretStr

from socialcopy.settings import NemoVideoSettings

ANONYMOUS = "anon_"
"""How the user ids of anonymous tokens begin."""


def workspace_link(claim: SecretStr, settings: NemoVideoSettings) -> str:
    """Opens one project in a browser, for seven days, by a claim token."""
    return f"{_web(settings)}/workspace/claim?ct={quote(claim.get_secret_value(), safe='')}"


def credits_link(user_id: str, settings: NemoVideoSettings) -> str:
    """Where more credits come from: registering (with `bind`, so that the projects come along), or
    topping up for those who have an account.
    """
    if settings.token is not None and not user_id.startswith(ANONYMOUS):
        return _web(settings)
    bind = f"?bind={quote(user_id, safe='')}" if user_id else ""
    return f"{_web(settings)}/register{bind}"


def advice_on_credits(user_id: str, settings: NemoVideoSettings) -> str:
    """What a person does when credits have run out, in half a sentence."""
    link = credits_link(user_id, settings)
    return f"register at {link}" if "/register" in link else f"top up at {link}"


def _web(settings: NemoVideoSettings) -> str:
    return str(settings.web_url).rstrip("/")
