"""Hints make it immediate, and nothing else, be they lost, doubled, lying or malformed."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from socialcopy.models import Brief
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import UnprotectedWebhookError
from socialcopy.pipeline.steps.discover import InboxScanner
from socialcopy.pipeline.webhooks import receiving
from socialcopy.settings import HintSettings, S3Settings, WatchSettings
from socialcopy.storage import claims
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.event_hints import LONG_POLL_SECONDS, Hints, QueueListener, keys_in
from tests.conftest import until

KEY = "inbox/über clip+1.mp4"


def s3_event(key: str) -> dict[str, Any]:
    quoted = key.replace("+", "%2B").replace(" ", "+")
    return {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": quoted}}}]}


SHAPES = {
    "S3": s3_event(KEY),
    "EventBridge": {"source": "aws.s3", "detail": {"object": {"key": KEY}}},
    "SNS": {"Type": "Notification", "Message": json.dumps(s3_event(KEY))},
    "MinIO": {"EventName": "s3:ObjectCreated:Put", "Key": f"bucket/{KEY}", **s3_event(KEY)},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_notification_of_any_shape_names_its_key(shape: str):
    assert list(keys_in(json.dumps(SHAPES[shape]))) == [KEY]


@pytest.mark.parametrize(
    "body",
    ["", "no json", "[]", "7", "null", '{"Records": 7}', '{"Records": [7, {"s3": []}]}',
     '{"detail": {"object": {"key": 7}}}', '{"Message": "{"}', "[" * 100_000,
     json.dumps(s3_event("k" * 2_000)), json.dumps(s3_event("half a \ud800")),
     '{"Event": "s3:TestEvent"}'],
)  # fmt: skip
def test_what_is_no_notification_names_nothing(body: str):
    assert list(keys_in(body)) == []


def test_hints_are_bounded_and_each_key_comes_once():
    hints = Hints()
    for number in range(5_000):
        hints.offer(f"inbox/{number % 2_000}.mp4")

    assert len(hints.wait(1)) == 1_000
    assert hints.wait(0.01) == set()


@pytest.fixture(scope="module")
def queue() -> Iterator[tuple[HintSettings, Any]]:
    """An SQS look-alike on a real socket."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    sqs = boto3.client(
        "sqs", endpoint_url=endpoint, region_name="us-east-1",
        aws_access_key_id="any", aws_secret_access_key="any",
    )  # fmt: skip
    url = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    yield HintSettings(queue_url=url, queue_endpoint_url=endpoint), sqs
    server.stop()


def test_a_queue_hands_its_keys_in_before_its_long_poll_ends_and_is_emptied(queue):
    settings, sqs = queue
    hints = Hints()
    s3 = S3Settings(access_key_id="any", secret_access_key=SecretStr("any"))
    listener = QueueListener(settings, s3, hints)
    listener.start()
    try:
        for body in (json.dumps(s3_event(KEY)), "junk", json.dumps(SHAPES["EventBridge"])):
            sqs.send_message(QueueUrl=settings.queue_url, MessageBody=body)
        assert hints.wait(LONG_POLL_SECONDS - 1) == {KEY}
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        until(lambda: {"0"} == set(
            sqs.get_queue_attributes(QueueUrl=settings.queue_url, AttributeNames=names)[
                "Attributes"
            ].values()
        ))  # fmt: skip
    finally:
        listener.stop()


def post(url: str, body: bytes, **headers: str) -> int:
    request = urllib.request.Request(url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return refusal.code


def test_a_webhook_is_taken_with_its_token_only():
    hints = Hints()
    settings = HintSettings(port=0, token=SecretStr("let-me-in"))
    body = json.dumps(SHAPES["MinIO"]).encode()
    with receiving(settings, hints) as url:
        assert post(url, body) == 401
        assert post(url, body, Authorization="Bearer wrong") == 401
        assert hints.wait(0.01) == set()
        assert post(f"{url}any/path", body, Authorization="Bearer let-me-in") == 204
        assert hints.wait(1) == {KEY}


def test_a_body_that_no_notification_has_is_not_read():
    with receiving(HintSettings(port=0), Hints()) as url:
        assert post(url, b"x" * 300_000) == 413


def test_a_door_for_everybody_needs_a_token():
    with (
        pytest.raises(UnprotectedWebhookError),
        receiving(HintSettings(port=0, host="0.0.0.0"), Hints()),
    ):
        pass


@pytest.fixture
def scanner(bucket: Bucket, store: S3Settings) -> InboxScanner:
    context = Context.from_environment()
    own = context.model_copy(update={"s3": store.model_copy(update={"bucket": bucket.name})})
    return InboxScanner(own, "inbox/", Brief())


def test_a_hint_finds_a_video_without_a_listing(
    bucket: Bucket, scanner: InboxScanner, monkeypatch: pytest.MonkeyPatch
):
    bucket.write(KEY, b"video", "video/mp4")
    monkeypatch.setattr(Bucket, "_pages", None)
    found = scanner.check_key(KEY)

    assert found is not None
    assert found.source.key == KEY


def test_a_lying_hint_finds_nothing(bucket: Bucket, scanner: InboxScanner):
    bucket.write("secret/a.mp4", b"video", "video/mp4")
    bucket.write("inbox/a.txt", b"text", "text/plain")

    for key in ("inbox/gone.mp4", "secret/a.mp4", "inbox/a.txt"):
        assert scanner.check_key(key) is None


def test_a_hint_about_a_done_or_begun_video_finds_nothing(bucket: Bucket, scanner: InboxScanner):
    for name, is_done in (("done", True), ("begun", False)):
        bucket.write(f"inbox/{name}.mp4", name.encode(), "video/mp4")
        source = bucket.head(f"inbox/{name}.mp4")
        lease = claims.acquire(
            bucket, source, Brief(), owner=claims.owner_name(), watch=WatchSettings()
        )
        assert lease
        if is_done:
            lease.finish()

        assert scanner.check_key(source.key) is None


def test_without_any_hint_the_listing_finds_everything(bucket: Bucket, scanner: InboxScanner):
    for number in range(3):
        bucket.write(f"inbox/{number}.mp4", b"video", "video/mp4")

    assert len(scanner.scan(lambda _: True)) == 3
