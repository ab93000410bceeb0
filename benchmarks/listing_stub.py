"""How long a look at a huge inbox takes, and how much memory: `listing_stub.py [keys]`.

Against a server that speaks S3's listing over HTTP and makes its pages up, nine of ten videos done,
since filling a real store with so many takes longer than the look. Keys come in no order.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from pydantic import SecretStr

from benchmarks.listing import NO_BYTES, look
from socialcopy import keys
from socialcopy.models import Brief, SourceVideo
from socialcopy.settings import S3Settings

PAGE = 1_000
STRIDE = 7_919
"""A prime, so that keys come once each and in no order."""


class Listing(BaseHTTPRequestHandler):
    """Answers ListObjectsV2 for the inbox and the index of what is done; all else is empty."""

    protocol_version = "HTTP/1.1"
    most = 0
    recipe = ""

    def do_GET(self) -> None:
        """Serve one page."""
        asked = {name: values[0] for name, values in parse_qs(urlparse(self.path).query).items()}
        first, prefix = int(asked.get("continuation-token", 0)), asked.get("prefix", "")
        numbers = range(first, min(first + PAGE, self.most))
        found = [self._key(n * STRIDE % self.most, prefix) for n in numbers]
        items = "".join(
            f"<Contents><Key>{key}</Key><LastModified>2026-11-22T00:00:00.000Z</LastModified>"
            f'<ETag>"{NO_BYTES}"</ETag><Size>0</Size></Contents>'
            for key in found
            if key
        )
        more = f"<NextContinuationToken>{first + PAGE}</NextContinuationToken>"
        is_cut = prefix in {"inbox/", keys.FINISHED} and first + PAGE < self.most
        self._answer(
            f"<ListBucketResult><IsTruncated>{str(is_cut).lower()}</IsTruncated>"
            f"{more if is_cut else ''}{items}</ListBucketResult>"
        )

    def _key(self, number: int, prefix: str) -> str | None:
        key = f"inbox/{number:07}.mp4"
        if prefix == keys.FINISHED and number % 10:
            video = SourceVideo(bucket="stub", key=key, etag=NO_BYTES, size_bytes=0)
            return keys.finished(video.oid_with(self.recipe))
        return key if prefix == "inbox/" else None

    def _answer(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


def main() -> None:
    """Look at inboxes that grow tenfold."""
    Listing.recipe = Brief().recipe()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    s3 = S3Settings(
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        bucket="stub",
        access_key_id="any",
        secret_access_key=SecretStr("any"),
    )
    for Listing.most in (1_000, 10_000, 100_000, 1_000_000):
        if Listing.most <= (int(sys.argv[1]) if sys.argv[1:] else 100_000):
            print(Listing.most, look(s3), flush=True)


if __name__ == "__main__":
    main()
