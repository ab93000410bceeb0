"""How many videos may be at the service at the same time, on all machines together."""

from __future__ import annotations

import hashlib

from socialcopy.settings import NemoVideoSettings


def service_limits(nemo: NemoVideoSettings) -> dict[str, int]:
    """Name the limits that a video counts in while it is at the service, each with its places.

    A token's is named by a hash, an account's by the service and the client id. Whoever has other
    settings counts in others.
    """
    limits: dict[str, int] = {}
    if nemo.token and nemo.videos_per_token:
        token = nemo.token.get_secret_value()
        limits[f"socialcopy-token-{_digest(token)}"] = nemo.videos_per_token
    if nemo.api_url and nemo.videos_per_account:
        account = f"{nemo.api_url.host}-{_digest(f'{nemo.api_url} {nemo.client_id}')}"
        limits[f"socialcopy-account-{account}"] = nemo.videos_per_account
    return limits


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
