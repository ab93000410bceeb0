"""Clients of AWS's services and of those that speak like them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.session import get_session
from botocore.utils import parse_timestamp

from socialcopy.settings import S3Settings


def aws_client(service: str, endpoint_url: str | None, settings: S3Settings, config: Config) -> Any:
    """Make a client of one of AWS's services, or of a look-alike, with the store's credentials."""
    secret = settings.secret_access_key
    return _session().client(
        service,
        endpoint_url=endpoint_url,
        region_name=settings.region,
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=secret.get_secret_value() if secret else None,
        config=config,
    )


@cache
def _session() -> boto3.Session:
    session = get_session()
    factory = session.get_component("response_parser_factory")
    factory.set_parser_defaults(timestamp_parser=read_time)
    return boto3.Session(botocore_session=session)


def read_time(value: Any) -> datetime:
    """Read a time as stores write it.

    botocore's own way, which takes any spelling, was more than half of a long listing's cost.

    >>> read_time("2026-11-22T08:00:00.000Z") == read_time("Sun, 22 Nov 2026 08:00:00 GMT")
    True
    """
    try:
        return datetime.fromisoformat(value) if "T" in value else parse_timestamp(value)
    except (TypeError, ValueError):
        return parse_timestamp(value)
