"""Fetching a finished video: from its link, checked, and renamed once it is whole."""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx

from socialcopy.nemovideo.errors import APIConnectionError, DownloadError
from socialcopy.nemovideo.transport import CALL_TIMEOUT, is_loopback, mapped, read_refusal

log = logging.getLogger(__name__)

MAX_REDIRECTS = 3


def link_client(api_url: str) -> httpx.Client:
    """A client for links, which may lead anywhere: it carries no token and no headers of ours."""
    return httpx.Client(
        timeout=CALL_TIMEOUT,
        headers={"Accept-Encoding": "identity"},
        follow_redirects=False,
        trust_env=not is_loopback(api_url),
    )


def fetch_link(link: str | None, api_url: str, path: Path) -> None:
    """Download a link, following a few redirects, each checked before it is opened."""
    if not link:
        raise DownloadError("the job has no link")
    with link_client(api_url) as http:
        url = httpx.URL(api_url).join(link)
        for _ in range(MAX_REDIRECTS + 1):
            insist_on_safe(url, api_url)
            moved_to = save(http, str(url), path)
            if moved_to is None:
                return
            url = url.join(moved_to)
    raise DownloadError("the link redirects too often")


def insist_on_safe(url: httpx.URL, api_url: str) -> None:
    """Refuse a link into a private network: the service says it, we would be the ones to call.

    The service's own host is fine on any port, anything else must be public and use HTTPS.
    """
    if url.scheme in ("http", "https") and url.host == httpx.URL(api_url).host:
        return
    if url.scheme != "https" or not is_public(url.host):
        raise DownloadError(f"the link leads to {url.scheme}://{url.host}, which is not public")


def is_public(host: str) -> bool:
    """Whether a host is known and all its addresses can be reached from anywhere."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all(ipaddress.ip_address(address[4][0]).is_global for address in found)


def save(http: httpx.Client, url: str, path: Path) -> str | None:
    """Write a response's body to a file; returns where a redirect leads instead.

    The file appears under its name only when all announced bytes are there.
    """
    with mapped("download the video"), http.stream("GET", url) as response:
        if response.is_redirect:
            return response.headers["Location"]
        if "application/json" in response.headers.get("Content-Type", ""):
            read_refusal(response)  # a code in an envelope is no video, whatever the status
        if not response.is_success:
            raise DownloadError(f"the link answered with HTTP {response.status_code}")
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            _write(response.iter_raw(), draft, response.headers.get("Content-Length"))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    return None


def _write(chunks: Iterator[bytes], draft: Path, announced: str | None) -> None:
    with draft.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
        size_bytes = file.tell()
    if size_bytes == 0 or (announced is not None and size_bytes != int(announced)):
        raise APIConnectionError(f"{size_bytes} of {announced or 'some'} bytes arrived")
