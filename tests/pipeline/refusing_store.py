"""A proxy before an S3 server that keeps some objects from whoever reads them, as AWS does.

SeaweedFS archives and denies nothing by itself. The answers are those of S3: a body with a code to
a GET, the bare status to a HEAD.
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import unquote, urlsplit


class Refusal(NamedTuple):
    """What is answered to reads of one object."""

    status: int
    code: str
    refuses_head: bool = True


ARCHIVED = Refusal(403, "InvalidObjectState", refuses_head=False)
DENIED = Refusal(403, "AccessDenied")
KEY_DISABLED = Refusal(400, "KMS.DisabledException")
CUSTOMER_KEY = Refusal(400, "InvalidRequest")

XML = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code>'
    "<Message>scripted by the proxy</Message></Error>"
)


@contextmanager
def refusing(endpoint: str, refusals: Mapping[str, Refusal]) -> Iterator[str]:
    """Stand before a server; yields the address to use instead. Keys are told by their ends."""
    upstream = urlsplit(endpoint).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            key = unquote(urlsplit(self.path).path)
            refusal = next((r for name, r in refusals.items() if key.endswith(f"/{name}")), None)
            reads = self.command == "GET" or (self.command == "HEAD" and refusal)
            if refusal and reads and (self.command == "GET" or refusal.refuses_head):
                self._refuse(refusal)
            else:
                self._pass_on(body)

        def _refuse(self, refusal: Refusal) -> None:
            text = XML.format(code=refusal.code).encode()
            self.send_response(refusal.status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(text)

        def _pass_on(self, body: bytes) -> None:
            connection = http.client.HTTPConnection(upstream, timeout=60)
            connection.putrequest(
                self.command, self.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            data = answer.read()
            self.send_response_only(answer.status)  # the server says its own date
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                    self.send_header(name, value)
            length = answer.getheader("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            connection.close()

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
