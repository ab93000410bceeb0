"""`socialcopy.toml`: what it says holds, and what it can't say is refused with a sentence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from socialcopy import keys
from socialcopy.models import Brief, Platform, Rejection, SourceVideo
from socialcopy.pipeline import retention
from socialcopy.pipeline.briefs import brief_of
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.job import Job
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.pipeline.steps import validate
from socialcopy.pipeline.steps.discover import InboxScanner
from socialcopy.policies import FILE, After, PolicyError, parse
from socialcopy.settings import S3Settings
from socialcopy.storage import capabilities, content_index
from socialcopy.storage.bucket import Bucket
from socialcopy.storage.errors import StoreUnreachableError

WHOLE = """
[defaults]
settle_seconds = 5
[defaults.brief]
who = "Harbor"

[prefix."nightly/"]
credit_ceiling = 200
concurrency = 1
after = "move"
[prefix."nightly/".brief]
platforms = ["x"]

[prefix."nightly/client/"]
after = "delete"
delete_after_days = 7
same_bytes = "skip"
"""


@pytest.fixture
def context(bucket: Bucket, store: S3Settings, tmp_path: Path) -> Context:
    own = store.model_copy(update={"bucket": bucket.name})
    return Context.from_environment().model_copy(update={"s3": own})


def write(bucket: Bucket, text: str) -> None:
    bucket.write(FILE, text.encode(), "application/toml")


def test_a_prefix_takes_what_it_does_not_say_from_the_defaults():
    policies = parse(WHOLE.encode())
    nightly, client = policies.of("nightly/a.mp4"), policies.of("nightly/client/a.mp4")

    assert (nightly.settle_seconds, nightly.credit_ceiling, nightly.after) == (5, 200, After.MOVE)
    assert (nightly.brief.who, nightly.brief.platforms) == ("Harbor", (Platform.X,))
    assert (client.after, client.delete_after_days, client.credit_ceiling) == ("delete", 7, None)
    assert policies.of("inbox/a.mp4") == policies.defaults


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[defaults", "no TOML"),
        (
            "[defaults]\nsettle = 3",
            "[defaults] it has no field “settle”; did you mean “settle_seconds”?",
        ),
        (
            '[prefix."in/"]\nafter = "burn"',
            '[prefix."in/"] “after” is “burn”; it has to be stay, tag, move or delete',
        ),
        ("[defaults]\ncredit_ceiling = -1", "“credit_ceiling” is “-1”; it has to be 0 or more"),
        (
            '[prefix."in/".brief]\nplatforms = ["myspace"]',
            "“brief.platforms” is “myspace”; it has to be instagram, x",
        ),
        ("[other]\nx = 1", "it has no field “other”"),
        ("x = '" + "x" * 200_000 + "'", "longer than"),
        ("[defaults]\nbrief = 3", "“brief”: it has to be a table of its own"),
        ('[prefix]\n"in/" = 3', "“prefix” is “3”; it has to be a table"),
    ],
)
def test_a_fault_is_told_with_its_place(text: str, told: str):
    with pytest.raises(PolicyError) as caught:
        parse(text.encode())

    assert told in str(caught.value)


def test_nothing_is_taken_up_under_rules_that_cant_be_read(bucket: Bucket, context: Context):
    bucket.write("inbox/a.mp4", b"a", "video/mp4")
    write(bucket, "[defaults")
    scanner = InboxScanner(context, "inbox/", Brief())
    with pytest.raises(PolicyError):
        scanner.scan(lambda _: True)

    write(bucket, "")

    assert len(scanner.scan(lambda _: True)) == 1


def test_parameters_and_sidecars_go_over_the_prefixs_brief(bucket: Bucket):
    write(bucket, '[prefix."inbox/".brief]\nwho = "Harbor"\ntone = "dry"\ninstruction = "short"')
    bucket.write("inbox/a.brief.yaml", b"tone: warm", "application/yaml")
    found = brief_of(bucket, "inbox/a.mp4", Brief(instruction="long"))

    assert (found.who, found.tone, found.instruction) == ("Harbor", "warm", "long")
    assert brief_of(bucket, "inbox/a.mp4", found) == found  # said twice is said once
    assert brief_of(bucket, "other/a.mp4", Brief()) == Brief()


def test_the_watcher_and_the_claim_agree_about_a_video(bucket: Bucket, context: Context):
    write(bucket, '[defaults.brief]\nwho = "Harbor"')
    bucket.write("inbox/a.mp4", b"a", "video/mp4")
    scanner = InboxScanner(context, "inbox/", Brief())
    [found] = scanner.scan(lambda _: True)
    job = claim_module.claim_video(context, found.source.key, found.brief)
    assert job
    job.lease.finish()

    assert scanner.scan(lambda _: True) == []


def test_an_upload_in_place_is_taken_up_when_it_has_settled(bucket: Bucket, context: Context):
    write(bucket, "[defaults]\nsettle_seconds = 0.2")
    bucket.write("inbox/a.mp4", b"a", "video/mp4")
    scanner = InboxScanner(context, "inbox/", Brief())
    looks: list[int] = []
    for _ in range(100):
        looks.append(len(scanner.scan(lambda _: True)))
        if looks[-1]:
            break

    assert looks[0] == 0
    assert looks[-1] == 1


def delivered(bucket: Bucket, context: Context, key: str, data: bytes) -> Job:
    bucket.write(key, data, "video/mp4")
    job = claim_module.claim_video(context, key, Brief())
    assert job
    manifest = {"files": [], "oid": job.oid, "source": job.source.model_dump()}
    bucket.create(keys.manifest(job.claim.delivery_prefix), json.dumps(manifest).encode())
    content_index.note(bucket, job.claim, content_index.content_hash(bucket, job.source))
    job.lease.finish()
    return job


def verdict(context: Context, key: str) -> str:
    job = claim_module.claim_video(context, key, Brief())
    assert job
    found = validate.validate_video(job)
    assert isinstance(found, Rejection)
    return found.code


def test_same_bytes_under_another_name_are_skipped_where_a_policy_says_so(
    bucket: Bucket, context: Context
):
    write(bucket, '[prefix."inbox/once/"]\nsame_bytes = "skip"')
    delivered(bucket, context, "inbox/a.mp4", b"these very bytes")
    for key, data in (
        ("inbox/once/b.mp4", b"these very bytes"),
        ("inbox/once/c.mp4", b"those very bytes"),
        ("inbox/again/d.mp4", b"these very bytes"),
    ):
        bucket.write(key, data, "video/mp4")

    assert verdict(context, "inbox/once/b.mp4") == "same_bytes"
    assert verdict(context, "inbox/once/c.mp4") == "not_a_video"  # as far as it gets
    assert verdict(context, "inbox/again/d.mp4") == "not_a_video"


def test_a_video_of_another_size_is_not_read_for_this(
    bucket: Bucket, context: Context, monkeypatch: pytest.MonkeyPatch
):
    write(bucket, '[defaults]\nsame_bytes = "skip"')
    delivered(bucket, context, "inbox/a.mp4", b"short")
    bucket.write("inbox/b.mp4", b"longer", "video/mp4")
    monkeypatch.setattr(content_index, "content_hash", None)

    assert verdict(context, "inbox/b.mp4") == "not_a_video"


def after(bucket: Bucket, context: Context, policy: str) -> SourceVideo:
    write(bucket, f'[prefix."inbox/"]\n{policy}')
    job = delivered(bucket, context, "inbox/a.mp4", b"video")
    retention.apply_policy(job)
    return job.source


def test_a_delivered_video_stays_by_default(bucket: Bucket, context: Context):
    source = after(bucket, context, "")

    assert bucket.head(source.key) == source


def test_a_delivered_video_is_tagged_and_its_bytes_survive(bucket: Bucket, context: Context):
    source = after(bucket, context, 'after = "tag"')

    assert bucket.tags(source.key) == {"socialcopy": "delivered"}
    assert bucket.head(source.key) == source


def test_a_delivered_video_is_moved_whole(bucket: Bucket, context: Context):
    source = after(bucket, context, 'after = "move"')
    [moved] = bucket.list_keys("done/")

    assert not bucket.exists(source.key)
    assert bucket.read(moved).data == b"video"  # type: ignore[union-attr]


def test_a_delivered_video_is_deleted_after_its_days(bucket: Bucket, context: Context):
    source = after(bucket, context, 'after = "delete"\ndelete_after_days = 1')
    assert bucket.exists(source.key)
    assert retention.apply_due_policies(context, "inbox/") == []

    write(bucket, '[prefix."inbox/"]\nafter = "delete"\ndelete_after_days = 0')

    assert retention.apply_due_policies(context, "inbox/") == [source.key]
    assert not bucket.exists(source.key)


@pytest.mark.parametrize("policy", ['after = "move"', 'after = "delete"\ndelete_after_days = 0'])
def test_a_video_that_was_replaced_meanwhile_is_never_deleted(
    bucket: Bucket, context: Context, policy: str
):
    write(bucket, f'[prefix."inbox/"]\n{policy}')
    job = delivered(bucket, context, "inbox/a.mp4", b"old")
    bucket.write("inbox/a.mp4", b"new", "video/mp4")
    retention.apply_policy(job)
    retention.apply_due_policies(context, "inbox/")

    assert bucket.read("inbox/a.mp4").data == b"new"  # type: ignore[union-attr]


def test_what_has_not_been_delivered_is_never_moved(bucket: Bucket, context: Context):
    write(bucket, '[prefix."inbox/"]\nafter = "move"')
    bucket.write("inbox/a.mp4", b"video", "video/mp4")

    assert retention.apply_due_policies(context, "inbox/") == []
    assert bucket.exists("inbox/a.mp4")


@pytest.mark.parametrize("policy", ['after = "tag"', 'after = "move"'])
def test_a_store_that_cant_do_it_safely_is_used_without_it(
    bucket: Bucket, context: Context, monkeypatch: pytest.MonkeyPatch, policy: str
):
    """A store whose tags replace the bytes, and one that deletes whatever the condition says."""
    monkeypatch.setattr(
        Bucket, "tag", lambda self, source, *_: self.write(source.key, b"<Tagging/>", "text/xml")
    )
    monkeypatch.setattr(
        Bucket, "remove_version", lambda self, source: self.remove(source.key) or True
    )
    capabilities.has_safe_tags.cache_clear()
    capabilities.deletes_under_conditions.cache_clear()
    source = after(bucket, context, policy)

    assert bucket.head(source.key) == source
    assert bucket.read(source.key).data == b"video"  # type: ignore[union-attr]


def test_a_failure_afterwards_costs_nobody_the_delivery(
    bucket: Bucket, context: Context, monkeypatch: pytest.MonkeyPatch
):
    write(bucket, '[prefix."inbox/"]\nafter = "move"')
    job = delivered(bucket, context, "inbox/a.mp4", b"video")

    def fail(*_: object) -> None:
        raise StoreUnreachableError("store", "away")

    with monkeypatch.context() as away:
        away.setattr(Bucket, "copy", fail)
        retention.apply_policy(job)
    assert bucket.exists("inbox/a.mp4")

    assert retention.apply_due_policies(context, "inbox/") == ["inbox/a.mp4"]


def test_the_command_checks_a_file_before_it_puts_it_there(
    bucket: Bucket, store: S3Settings, tmp_path: Path
):
    secret = store.secret_access_key
    assert secret
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "S3_BUCKET": bucket.name,
        "S3_ENDPOINT_URL": str(store.endpoint_url), "S3_ACCESS_KEY_ID": str(store.access_key_id),
        "S3_SECRET_ACCESS_KEY": secret.get_secret_value(),
    }  # fmt: skip

    def policies(text: str) -> subprocess.CompletedProcess[str]:
        file = tmp_path / FILE
        file.write_text(text)
        command = [sys.executable, "-m", "socialcopy.cli", "policies", str(file)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert policies("[defaults]\nafter = 'burn'").returncode == 2
    assert not bucket.exists(FILE)
    assert policies(WHOLE).returncode == 0
    assert bucket.read(FILE).data.decode() == WHOLE  # type: ignore[union-attr]
