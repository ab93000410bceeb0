"""A door for webhooks: POST a notification, and the watcher looks at the keys it names."""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Generator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from socialcopy.engine.api.origins import OriginMiddleware
from socialcopy.engine.api.server import serve
from socialcopy.pipeline.errors import UnprotectedWebhookError
from socialcopy.settings import HintSettings
from socialcopy.storage.event_hints import Hints, keys_in

LONGEST_BODY_BYTES = 256_000
"""S3, SNS and SQS carry no longer notification."""

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@contextlib.contextmanager
def receiving(settings: HintSettings, hints: Hints) -> Generator[str]:
    """Receive webhooks for as long as the block lasts; yields the URL to post them to.

    Raises UnprotectedWebhookError for an address others can reach, when no token keeps them out.
    """
    if settings.host not in LOOPBACK and settings.token is None:
        raise UnprotectedWebhookError(settings.host)
    app = _Receiver(settings, hints).app
    with serve(app, host=settings.host, port=settings.port or 0) as url:
        yield f"{url}/"


class _Receiver:
    def __init__(self, settings: HintSettings, hints: Hints) -> None:
        token = settings.token
        self._expected = f"Bearer {token.get_secret_value()}".encode() if token else None
        self._hints = hints
        self.app = Starlette(
            routes=[Route("/{path:path}", self._take, methods=["POST"])],
            middleware=[Middleware(OriginMiddleware, hosts=())],  # no page has business here
            max_body_size=LONGEST_BODY_BYTES,
        )

    async def _take(self, request: Request) -> Response:
        if not self._is_authorised(request):
            return Response(status_code=401)
        for key in keys_in(await request.body()):
            self._hints.offer(key)
        return Response(status_code=204)

    def _is_authorised(self, request: Request) -> bool:
        shown = request.headers.get("Authorization", "").encode()
        return self._expected is None or hmac.compare_digest(shown, self._expected)
