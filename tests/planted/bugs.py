"""Fifteen ways to get it wrong, planted one at a time to see that a test of CI notices.

`PLANTED=<name> pytest -p tests.planted.bugs …` runs tests with one of them in place; forked
workers plant it too. Nothing here is imported by the product.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any


def drop_if_match() -> None:
    """Reads and replacements are no longer pinned to a version."""
    from socialcopy.storage.bucket import Bucket

    real = Bucket._ask

    def careless(self: Bucket, operation: str, **arguments: Any) -> Any:
        arguments.pop("IfMatch", None)
        return real(self, operation, **arguments)

    Bucket._ask = careless  # type: ignore[method-assign]


def retry_the_message() -> None:
    """A paid message whose reply is lost is sent again."""
    from socialcopy.nemovideo.client import NemoVideo
    from socialcopy.nemovideo.errors import StreamInterruptedError

    real = NemoVideo.send

    def send_twice(self: NemoVideo, *arguments: Any) -> str:
        try:
            return real(self, *arguments)
        except StreamInterruptedError:
            return real(self, *arguments)

    NemoVideo.send = send_twice  # type: ignore[method-assign]


def manifest_first() -> None:
    """The manifest is written, then the files it names."""
    from socialcopy.storage import delivery_files
    from socialcopy.storage.bucket import Bucket
    from socialcopy.storage.delivery_files import DeliveryFolder

    real_create, real_place, late = Bucket.create, DeliveryFolder.place, []

    def place(self: DeliveryFolder, name: str, data: Any, content_type: str) -> Any:
        late.append((self, name, data, content_type))
        return delivery_files._described(f"{self.prefix()}{name}", data)

    def create(self: Bucket, key: str, data: bytes) -> str | None:
        done = real_create(self, key, data)
        if key.endswith("/manifest.json"):
            for arguments in late:
                real_place(*arguments)
        return done

    Bucket.create = create  # type: ignore[method-assign]
    DeliveryFolder.place = place  # type: ignore[method-assign]


def watermark() -> None:
    """Only what is newer than the newest seen is looked at."""
    from socialcopy.storage import inbox

    real = inbox.waiting

    def waiting(bucket: Any, *arguments: Any, **named: Any) -> Any:
        seen = getattr(bucket, "watermark", None)
        for source in list(real(bucket, *arguments, **named)):
            modified = bucket.read(source.key).modified_at
            if seen is None or modified > seen:
                bucket.watermark = max(modified, getattr(bucket, "watermark", modified))
                yield source

    inbox.waiting = waiting  # type: ignore[assignment]


def local_clock() -> None:
    """The age of a lease is judged by this machine's clock."""
    from socialcopy.storage import bucket

    bucket._store_time = lambda _: bucket.datetime.now(bucket.UTC)  # type: ignore[attr-defined]


def new_token_on_1001() -> None:
    """A refused token is replaced in the middle of a job, whatever was paid for."""
    from socialcopy.pipeline import service_errors

    service_errors.is_open = lambda *_: False  # type: ignore[assignment]


def render_id_from_time() -> None:
    """Each worker names its render job anew."""
    from socialcopy.pipeline.steps import render as render_module

    render_module.render_id_of = lambda *_: f"render_{time.time_ns()}"  # type: ignore[assignment]


def no_fence() -> None:
    """A worker whose job was taken over goes on writing."""
    from socialcopy.storage import claims

    claims._holds = lambda *_: True  # type: ignore[assignment]


def counter_after_the_step() -> None:
    """An attempt counts when it has ended, so a worker that dies is not counted."""
    from socialcopy.storage import claims

    real = claims.ClaimRecord

    def record(**fields: Any) -> Any:
        told = [text for text in fields.get("failures", ()) if "without a word" not in text]
        return real(**{**fields, "failures": tuple(told)})

    record.model_validate_json = real.model_validate_json  # type: ignore[attr-defined]
    claims.ClaimRecord = record  # type: ignore[misc,assignment]


def acknowledge_early() -> None:
    """The job is marked as done before its delivery is."""
    from socialcopy import keys
    from socialcopy.pipeline.steps import publish as publish_module

    real = publish_module.publish

    def publish(job: Any, *arguments: Any) -> Any:
        job.bucket.create(keys.finished(job.oid), b"{}")
        return real(job, *arguments)

    publish_module.publish = publish  # type: ignore[assignment]


def ignore_409() -> None:
    """A conditional write that met another one is taken for written."""
    from botocore.exceptions import ClientError

    from socialcopy.storage.bucket import Bucket
    from socialcopy.storage.errors import StoreUnreachableError

    real = Bucket._ask

    def careless(self: Bucket, operation: str, **arguments: Any) -> Any:
        conflict = {"ConditionalRequestConflict", "409"}
        arguments["none_when"] = arguments.get("none_when", frozenset()) - conflict
        try:
            return real(self, operation, **arguments)
        except StoreUnreachableError as error:
            code = (
                error.__cause__.response["Error"]["Code"]
                if isinstance(error.__cause__, ClientError)
                else ""
            )
            if code in conflict:
                return {"ETag": '"written"'}
            raise

    Bucket._ask = careless  # type: ignore[method-assign]


def no_size_cap() -> None:
    """A file is read before its size is looked at."""
    from socialcopy.pipeline.steps import validate

    validate.refuse_unread = lambda *_: None  # type: ignore[attr-defined]


def log_the_token() -> None:
    """Every request is logged with its headers."""
    from socialcopy.nemovideo import client, transport

    real = transport.open_client

    def logging_client(api_url: str, token: str | None = None) -> Any:
        transport.log.warning("calling %s with Bearer %s", api_url, token)
        return real(api_url, token)

    client.open_client = logging_client  # type: ignore[attr-defined]


def shell() -> None:
    """Tools are started through a shell."""
    from socialcopy.media.ffmpeg.process import Tool

    real = Tool.__init__

    def by_shell(self: Tool, argv: Any, program: str, *others: Any) -> None:
        real(self, ["sh", "-c", " ".join(map(str, argv))], "/bin/sh", *others)

    Tool.__init__ = by_shell  # type: ignore[method-assign]


def no_locks() -> None:
    """What reads strangers' files runs as we do."""
    from socialcopy.sandbox import client
    from tests.sandbox.lacking import main_without

    client.MAIN = main_without("namespaces", "landlock", "seccomp")


def http_in_the_whitelist() -> None:
    """A local file may open addresses."""
    from socialcopy.media.ffmpeg import runner

    real = runner.guarded_input

    def guarded_input(*arguments: Any, **options: Any) -> list[str]:
        return ["file,http,tcp" if a == "file" else a for a in real(*arguments, **options)]

    runner.guarded_input = guarded_input  # type: ignore[assignment]


KILLS = "tests/campaign/test_kills.py::test_whatever_step_a_worker_dies_at_its_video_is_delivered_once[slice]"  # noqa: E501  (the name of a test)
HISTORIES = "tests/simulation/test_histories.py::test_a_thousand_histories_lose_nothing_and_do_nothing_twice"  # noqa: E501  (the name of a test)

BUGS: dict[str, tuple[Callable[[], None], str]] = {
    "drop If-Match": (
        drop_if_match,
        "tests/storage/test_bucket.py::test_a_read_is_pinned_to_the_version_that_was_listed",
    ),
    "retry POST on timeout": (
        retry_the_message,
        "tests/pipeline/test_dropped_replies.py::test_no_message_and_no_render_is_sent_twice[8]",
    ),
    "manifest first": (manifest_first, KILLS),
    "watermark": (watermark, HISTORIES),
    "local clock": (
        local_clock,
        "tests/storage/test_claims.py::test_a_worker_whose_clock_is_wrong_takes_nothing_over",
    ),
    "new token on 1001": (
        new_token_on_1001,
        "tests/pipeline/test_service_errors.py::test_a_refusal_ends_as_the_table_says[1001-render]",
    ),
    "render id from time": (render_id_from_time, KILLS),
    "no fence": (
        no_fence,
        (
            "tests/storage/test_claims.py::"
            "test_the_worker_that_was_taken_over_finds_out_at_the_next_guard"
        ),
    ),
    "counter after step": (
        counter_after_the_step,
        "tests/pipeline/test_walk.py::test_a_video_that_kills_three_workers_is_parked",
    ),
    "ack early": (acknowledge_early, KILLS),
    "ignore 409": (
        ignore_409,
        "tests/storage/test_outages.py::test_a_conditional_write_that_met_another_one_is_lost",
    ),
    "no size cap": (
        no_size_cap,
        (
            "tests/pipeline/test_walk.py::"
            "test_a_file_over_the_limit_is_refused_with_no_byte_of_it_read"
        ),
    ),
    "log token": (
        log_the_token,
        "tests/nemovideo/test_client.py::test_the_token_is_in_no_message_repr_or_traceback",
    ),
    "shell=True": (
        shell,
        "tests/media/ffmpeg/test_runner.py::test_a_name_with_shell_signs_is_a_name",
    ),
    "no locks": (
        no_locks,
        "tests/sandbox/test_functions.py::test_it_reaches_nothing_of_this_machine[read]",
    ),
    "http in whitelist": (
        http_in_the_whitelist,
        "tests/media/ffmpeg/test_runner.py::test_a_local_file_opens_no_address_whatever_its_container",
    ),
}
"""Each bug, and the test of CI that has to fail."""


def plant_from_environment() -> None:
    """Plant the bug that PLANTED names, if it names one."""
    name = os.environ.get("PLANTED")
    if name:
        BUGS[name][0]()


def pytest_configure() -> None:
    """As a plugin: plant before any test is imported."""
    plant_from_environment()
