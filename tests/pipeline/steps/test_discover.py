"""Looking for work among ten thousand scraps: the videos come first, and scraps cost a listing."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from socialcopy.local_files import DiskFullError
from socialcopy.models import Brief, SourceVideo
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.steps import batch
from socialcopy.pipeline.steps.discover import (
    MOST_FOUND,
    Found,
    InboxScanner,
    likely_first,
    shuffled,
)
from socialcopy.settings import DataSettings, S3Settings
from tests.pipeline.conftest import make_context

SCRAPS = (
    ("{n:05}.mp4", 0),
    ("{n:05}.mov", 900),
    ("clip {n:05}.mp4", 50_000),
    ("copy-{n:05}.mp4", 200_000),  # all of one size
    ("{n:05}.txt", 100_000),
    (".{n:05}.mp4", 3_000_000),
    ("{n:05}.mp4.part", 3_000_000),
)
GOOD = {f"inbox/holiday-{n}.mp4": 1_000_000 + n for n in range(9)} | {"inbox/zz.mp4": 80_000}


def inbox() -> list[tuple[str, int]]:
    """Ten videos among ten thousand scraps, every thousandth one."""
    scraps = [
        (f"inbox/{name.format(n=n)}", size)
        for n in range(10_000)
        for name, size in [SCRAPS[n % len(SCRAPS)]]
    ]
    for place, video in enumerate(GOOD.items()):
        scraps.insert(place * 1_000 + 999, video)
    return scraps


class Listing(BaseHTTPRequestHandler):
    """A bucket of which only the listing is there."""

    protocol_version = "HTTP/1.1"
    objects: ClassVar[list[tuple[str, int]]] = []
    asked: ClassVar[Counter[str]] = Counter()

    def do_GET(self) -> None:
        query = {n: v[0] for n, v in parse_qs(urlsplit(self.path).query).items()}
        if "list-type" not in query:
            self.asked["object"] += 1
            self.answer(404, "<Error><Code>NoSuchKey</Code></Error>")
            return
        self.asked["page"] += 1
        first, prefix = int(query.get("continuation-token", 0)), query.get("prefix", "")
        found = [one for one in self.objects if one[0].startswith(prefix)]
        items = "".join(
            f"<Contents><Key>{key}</Key><LastModified>2026-11-22T00:00:00.000Z</LastModified>"
            f'<ETag>"{abs(hash(key)):032x}"</ETag><Size>{size}</Size></Contents>'
            for key, size in found[first : first + 1_000]
        )
        rest = len(found) > first + 1_000
        more = f"<NextContinuationToken>{first + 1_000}</NextContinuationToken>" if rest else ""
        cut = f"<IsTruncated>{str(rest).lower()}</IsTruncated>"
        self.answer(200, f"<ListBucketResult>{cut}{more}{items}</ListBucketResult>")

    def do_HEAD(self) -> None:
        self.asked["object"] += 1
        self.answer(404, "")

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    Listing.objects, Listing.asked = inbox(), Counter()
    with ThreadingHTTPServer(("127.0.0.1", 0), Listing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        s3 = S3Settings(
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            access_key_id="a",
            secret_access_key=SecretStr("b"),
        )
        yield make_context(DataSettings(data_dir=tmp_path, cache_dir=tmp_path), s3, "stub")
        server.shutdown()


def test_ten_videos_among_ten_thousand_scraps_are_found_first_and_scraps_cost_a_listing(
    context: Context,
):
    found = InboxScanner(context, "inbox/", Brief()).scan(lambda _: True)
    keys = [one.source.key for one in found]

    assert set(keys[: len(GOOD)]) == set(GOOD)
    assert len(keys) == MOST_FOUND
    assert all(key.endswith((".mp4", ".mov")) and "/." not in key for key in keys)
    assert Listing.asked["page"] < 15  # ten of the inbox, for its briefs and its videos
    assert Listing.asked["object"] <= 2  # the policies, for themselves and for the briefs


def test_a_batch_does_them_first_too_in_their_order(context: Context):
    in_order = batch.in_order(context, "inbox/", Brief())
    first = [source.key for source in itertools.islice(in_order, 50)]

    assert first[: len(GOOD)] == sorted(GOOD)
    assert first[len(GOOD) :] == sorted(first[len(GOOD) :])


def found(size_bytes: int, n: int, prefix: str = "") -> Found:
    source = SourceVideo(bucket="b", key=f"inbox/{n}.mp4", etag=str(n), size_bytes=size_bytes)
    return Found(source=source, brief=Brief(), prefix=prefix)


def test_a_look_at_a_full_inbox_ends_as_soon_as_enough_is_found():
    many = (found(100_000 + n, n) for n in range(10**9))

    assert [one.source.etag for one in likely_first(many)][:3] == ["0", "1", "2"]


def test_two_watchers_of_one_listing_begin_with_different_videos():
    videos = [found(100_000 + n, n, "ab"[n % 2]) for n in range(200)]
    ranked = [*videos, *(found(n, n) for n in range(50))]
    one, other = shuffled(ranked), shuffled(ranked)

    assert {v.source.etag for v in one[:8]} != {v.source.etag for v in other[:8]}
    assert [v.prefix for v in one] == [v.prefix for v in ranked]  # folders take turns as before
    assert all(v.source.size_bytes < 50 for v in one[200:])  # scraps stay last
    assert sorted(one, key=str) == sorted(ranked, key=str)


def test_a_very_short_clip_alone_is_found_at_once():
    assert [one.source.size_bytes for one in likely_first([found(3_000, 1)])] == [3_000]


def test_while_the_disk_is_full_nothing_is_listed_and_a_look_says_why(context: Context):
    data = context.data.model_copy(update={"min_free_bytes": 10**18})
    scanner = InboxScanner(context.model_copy(update={"data": data}), "inbox/", Brief())

    with pytest.raises(DiskFullError, match="work goes on by itself"):
        scanner.scan(lambda _: True)
    assert Listing.asked == {}
