"""What a notification says: which keys are worth a look. Nothing in it is believed.

S3, MinIO, SeaweedFS and others send `Records`, EventBridge a `detail`, SNS wraps either in a
`Message`. A body of another shape gives no keys; the next listing finds what it may have meant.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic_core import from_json

from socialcopy.settings import HintSettings, S3Settings
from socialcopy.storage.clients import aws_client

logger = logging.getLogger(__name__)

# Keys that wait for a look; more are dropped, since the next listing finds them.
MOST_WAITING = 1_000

MOST_KEYS = 1_000
LONGEST_KEY_BYTES = 1_024
DEEPEST = 3
LONG_POLL_SECONDS = 20
OUTAGE_PAUSE_SECONDS = 5.0


def keys_in(body: str | bytes, depth: int = 0) -> Iterator[str]:
    """Yield the keys that a notification names, at most a thousand; none if it can't be read."""
    try:
        document = from_json(body)  # unlike `json` it takes no half surrogates, and no deep nests
    except ValueError:
        return
    if not isinstance(document, dict):
        return
    if isinstance(document.get("Message"), str) and depth < DEEPEST:
        # SNS wraps a notification in a text, and an SNS topic may feed another one.
        yield from keys_in(document["Message"], depth + 1)
    yield from (key for key in _named(document) if 0 < len(key.encode()) <= LONGEST_KEY_BYTES)


def _named(document: dict[str, Any]) -> Iterator[str]:
    records = document.get("Records")
    for record in records[:MOST_KEYS] if isinstance(records, list) else ():
        key = _at(record, "s3", "object", "key")
        if key is not None:
            yield unquote_plus(key)  # S3 and MinIO quote it as a form does
    key = _at(document, "detail", "object", "key")
    if key is not None:
        yield key  # EventBridge does not


def _at(document: Any, *path: str) -> str | None:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document if isinstance(document, str) else None


class Hints:
    """Keys somebody asked us to look at, from any number of threads; bounded."""

    def __init__(self) -> None:
        self._keys: queue.Queue[str] = queue.Queue(MOST_WAITING)

    def offer(self, key: str) -> None:
        """Hand a key in; one too many is dropped."""
        try:
            self._keys.put_nowait(key)
        except queue.Full:
            logger.debug("too many hints; the next listing finds %s", key)

    def wait(self, seconds: float) -> set[str]:
        """Wait for hints, at most so long; all that are there, each key once."""
        found: set[str] = set()
        try:
            found.add(self._keys.get(timeout=max(seconds, 0.001)))
            while True:
                found.add(self._keys.get_nowait())
        except queue.Empty:
            return found


class QueueListener:
    """Reads an SQS queue on a thread and hands in the keys it names."""

    def __init__(self, settings: HintSettings, s3: S3Settings, hints: Hints) -> None:
        self._url = settings.queue_url
        self._hints = hints
        self._stopping = threading.Event()
        config = Config(
            connect_timeout=5,
            # Longer than the poll, or every quiet one would look like an outage.
            read_timeout=LONG_POLL_SECONDS + 5,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        self._sqs: Any = aws_client("sqs", settings.queue_endpoint_url, s3, config)

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._listen, name="hints", daemon=True).start()

    def stop(self) -> None:
        """Stop listening, after the poll that is going on."""
        self._stopping.set()

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                self._poll()
            except (ClientError, BotoCoreError) as error:
                logger.warning("no hints from the queue: %s; listings go on", error)
                self._stopping.wait(OUTAGE_PAUSE_SECONDS)

    def _poll(self) -> None:
        """Take what is there. A message is deleted at once: it is a hint, and may be lost."""
        answer = self._sqs.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=LONG_POLL_SECONDS
        )
        for message in answer.get("Messages", []):
            for key in keys_in(message["Body"]):
                self._hints.offer(key)
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
