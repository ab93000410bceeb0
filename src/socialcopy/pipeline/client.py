"""The service's client with its token, as the steps use it."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from socialcopy.nemovideo.client import NemoVideo
from socialcopy.nemovideo.tokens import TokenStore
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.service_errors import ServiceCall

TOKEN_LIFE_SECONDS = 7_200.0
"""A token is never renewed while a session of it lives, so it has to last for the whole job."""


@contextlib.contextmanager
def nemovideo(context: Context, api_url: str, user_id: str = "") -> Generator[NemoVideo]:
    """Open a client with its token, for as long as the block lasts.

    A session belongs to the identity that opened it, so its later stages name that one.
    """
    token = TokenStore(context.data.data_dir, context.nemo).token(api_url, user_id=user_id)
    with NemoVideo(api_url, token, context.nemo) as service:
        yield service


def authenticate(context: Context, api_url: str) -> None:
    """Make sure there is a token that outlives this job; it stays in its encrypted store."""
    store = TokenStore(context.data.data_dir, context.nemo)
    ServiceCall(context, api_url).run(
        lambda: store.token(api_url, min_life_seconds=TOKEN_LIFE_SECONDS)
    )
