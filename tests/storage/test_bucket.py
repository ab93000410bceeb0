"""The embedded store keeps what S3 promises, and our reads are pinned."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from socialcopy.settings import S3Settings
from socialcopy.storage import capabilities
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.embedded_server import embedded_store
from socialcopy.storage.errors import SourceGoneError, StoreUnfitError, StoreUnreachableError

ODD_KEYS = [
    "inbox/a b.mp4", "inbox/a#b.mp4", "inbox/a%2Bb.mp4", "inbox/a+b.mp4",
    "inbox/é.mp4", "inbox/e\u0301.mp4", "inbox/🎬.mp4", "inbox/-rf.mp4", "inbox/a'b\"c.mp4",
]  # fmt: skip


def test_the_embedded_store_is_fit(bucket: Bucket):
    capabilities.require(bucket)


def test_odd_keys_are_all_listed_and_told_apart(bucket: Bucket):
    for key in ODD_KEYS:
        bucket.write(key, key.encode(), "video/mp4")

    found = {source.key for source in bucket.list_videos("inbox/")}

    assert found == set(ODD_KEYS)
    assert all(bucket.open(bucket.head(key)).read() == key.encode() for key in ODD_KEYS)


def test_an_upload_in_parts_is_not_listed_before_it_is_complete(bucket: Bucket):
    key, s3 = "inbox/parts.mp4", bucket._s3
    begun = s3.create_multipart_upload(Bucket=bucket.name, Key=key)["UploadId"]
    part = {"Bucket": bucket.name, "Key": key, "UploadId": begun, "PartNumber": 1}
    etag = s3.upload_part(Body=b"half of it", **part)["ETag"]
    before = list(bucket.list_videos("inbox/"))
    whole = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    s3.complete_multipart_upload(Bucket=bucket.name, Key=key, UploadId=begun, MultipartUpload=whole)

    assert before == []
    assert [source.key for source in bucket.list_videos("inbox/")] == [key]


def test_a_read_is_pinned_to_the_version_that_was_listed(bucket: Bucket):
    bucket.write("inbox/a.mp4", b"one", "video/mp4")
    first = bucket.head("inbox/a.mp4")
    bucket.write("inbox/a.mp4", b"two", "video/mp4")

    with pytest.raises(SourceGoneError):
        bucket.open(first)
    with pytest.raises(SourceGoneError):
        bucket.require_unchanged(first)


def test_data_survives_a_restart_on_another_port(tmp_path: Path):
    with embedded_store(tmp_path) as settings:
        Bucket(settings).write("inbox/a.mp4", b"kept", "video/mp4")
    with embedded_store(tmp_path) as settings:
        found = Bucket(settings).read("inbox/a.mp4")

    assert found is not None
    assert found.data == b"kept"


def test_the_store_lets_nobody_in_without_its_secret(store: S3Settings):
    stranger = store.model_copy(update={"secret_access_key": SecretStr("guessed")})

    with pytest.raises(StoreUnreachableError):
        list(Bucket(stranger).list_keys(""))


class AcceptsEverything(BaseHTTPRequestHandler):
    """A look-alike that answers 200 to whatever it is asked, as five of nine did."""

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("ETag", '"0"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_DELETE = do_PUT

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_store_that_ignores_conditions_is_refused():
    server = ThreadingHTTPServer(("127.0.0.1", 0), AcceptsEverything)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings = S3Settings(
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        access_key_id="a",
        secret_access_key=SecretStr("b"),
    )

    with pytest.raises(StoreUnfitError, match="ignores If-None-Match"):
        capabilities.require(Bucket(settings))
    server.shutdown()
    server.server_close()
