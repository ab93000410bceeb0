"""A guard in front of a store that lets through what an IAM policy allows, as AWS would.

Which permission a request needs is AWS's own table, "Actions, resources, and condition keys for
Amazon S3" in its Service Authorization Reference; the policy is the file that is shipped.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from socialcopy.settings import S3Settings
from tests.campaign.proxy import FaultyProxy, serving

REFUSED = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code>'
    "<Message>Access Denied</Message></Error>"
)


class Permission(NamedTuple):
    """What a request needs."""

    action: str
    resource: str


def permissions(head: bytes) -> list[Permission]:
    """The permissions that one request needs."""
    method, target, _ = head.partition(b"\r\n")[0].decode().split(" ", 2)
    path, query = urlsplit(target).path, parse_qs(urlsplit(target).query, keep_blank_values=True)
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    if not key:
        return [Permission(_bucket_action(method, query), f"arn:aws:s3:::{bucket}")]
    place = f"arn:aws:s3:::{bucket}/{key}"
    if "tagging" in query:
        return [Permission(f"s3:{method.title()}ObjectTagging", place)]
    if method == "DELETE" and "uploadId" in query:
        return [Permission("s3:AbortMultipartUpload", place)]
    copied = re.search(rb"(?im)^x-amz-copy-source:\s*/?([^\r\n]+)", head)
    read = unquote(copied[1].decode()) if copied else ""
    own = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "DELETE": "s3:DeleteObject"}
    needed = [Permission(own.get(method, "s3:PutObject"), place)]
    return needed + ([Permission("s3:GetObject", f"arn:aws:s3:::{read}")] if read else [])


def _bucket_action(method: str, query: dict[str, list[str]]) -> str:
    if method in ("GET", "HEAD"):
        return "s3:ListBucketMultipartUploads" if "uploads" in query else "s3:ListBucket"
    return "s3:CreateBucket" if method == "PUT" else f"s3:{method}"


class Policy:
    """IAM policies; what none of their statements allows is denied."""

    def __init__(self, bucket: str, *files: Path) -> None:
        self.statements: list[dict[str, Any]] = [
            statement
            for file in files
            for statement in json.loads(file.read_text().replace("BUCKET", bucket))["Statement"]
        ]

    def allows(self, needed: Permission) -> bool:
        return any(self.applies(statement, needed) for statement in self.statements)

    @staticmethod
    def applies(statement: dict[str, Any], needed: Permission) -> bool:
        """Whether a statement allows this; ours have neither denials nor conditions."""
        assert set(statement) == {"Sid", "Effect", "Action", "Resource"}
        assert statement["Effect"] == "Allow"
        return any(fnmatchcase(needed.action, a) for a in _listed(statement["Action"])) and any(
            fnmatchcase(needed.resource, r) for r in _listed(statement["Resource"])
        )


def _listed(told: str | list[str]) -> list[str]:
    return [told] if isinstance(told, str) else told


class Guard(FaultyProxy):
    """Passes on what the policy allows and answers 403 to the rest; remembers both."""

    def __init__(self, upstream: tuple[str, int], policy: Policy) -> None:
        super().__init__("s3", upstream, {}, lambda _head, _body: None)
        self.policy = policy
        self.used: set[Permission] = set()
        self.denied: list[Permission] = []

    async def _answer(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> bool:
        needed = permissions(head)
        missing = [permission for permission in needed if not self.policy.allows(permission)]
        self.used |= set(needed)
        if not missing:
            return await self._pass_on(head, body, writer)
        self.denied += missing
        text = "" if head.startswith(b"HEAD ") else REFUSED
        about = f"Content-Type: application/xml\r\nContent-Length: {len(text)}"
        answer = f"HTTP/1.1 403 Forbidden\r\n{about}\r\nConnection: close\r\n\r\n{text}"
        writer.write(answer.encode())
        await writer.drain()
        return False


@contextmanager
def guarded(store: S3Settings, *files: Path) -> Iterator[tuple[S3Settings, Guard]]:
    """The same store, as somebody sees it whom these policies hold for."""
    upstream = urlsplit(store.endpoint_url or "")
    guard = Guard((upstream.hostname or "", upstream.port or 0), Policy(store.bucket, *files))
    with serving(guard) as url:
        yield store.model_copy(update={"endpoint_url": url}), guard
