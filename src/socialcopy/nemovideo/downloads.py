"""Fetching a file from a link: where it leads is checked, and what comes is limited.

The client fetches finished videos this way, the engine what is uploaded by URL.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import NamedTuple

import httpx

from socialcopy.nemovideo.addresses import safe_addresses
from socialcopy.nemovideo.errors import APIConnectionError, DownloadError, UnsafeLinkError
from socialcopy.nemovideo.transport import exchange, link_client, read_refusal

MAX_REDIRECTS = 3
DOING = "download the video"
PORTS = {"http": 80, "https": 443}
PORT_NUMBERS = range(1, 65_536)


class Link(NamedTuple):
    """A link, taken apart once: what is looked at is what is asked."""

    url: httpx.URL
    scheme: str
    host: str
    port: int

    @property
    def path(self) -> str:
        """The path without its escapes."""
        return self.url.path

    def joined(self, to: str) -> Link:
        """Join a link that was found at this one to it."""
        return parse_link(to, self.url)


def parse_link(text: str, base: httpx.URL | None = None) -> Link:
    """Take a link apart. Raises UnsafeLinkError for one that is no plain http(s) URL."""
    try:
        url = base.join(text) if base else httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as exc:
        raise UnsafeLinkError("this is no URL") from exc
    port = PORTS.get(url.scheme, 0) if url.port is None else url.port
    if url.scheme not in PORTS or not url.host or url.userinfo or port not in PORT_NUMBERS:
        raise UnsafeLinkError("only plain http(s) URLs are fetched")
    return Link(url, url.scheme, url.host, port)


def fetch_link(
    link: str | None, api_url: str, path: Path, *, seconds: float, max_bytes: int
) -> None:
    """Download a link to a file, following a few redirects, each checked before it is opened.

    Raises UnsafeLinkError for one that leads inside, DownloadError, APIConnectionError, and what
    a service says instead of sending a file.
    """
    if not link:
        raise DownloadError("the job has no link")
    own = parse_link(api_url)
    found = own.joined(link)
    with exchange(DOING, seconds=seconds, max_bytes=max_bytes):
        for _ in range(MAX_REDIRECTS + 1):
            with opened(found, addresses_for(found, own)) as response:
                if not response.is_redirect:
                    save(response, path, max_bytes)
                    return
                found = found.joined(response.headers["Location"])
    raise DownloadError("the link redirects too often")


def addresses_for(link: Link, own: Link) -> tuple[str, ...]:
    """Find where a link of a service may be opened; nothing for the service itself.

    The service's own address was configured. Anything else is what the service says while we are
    the ones to call, so it has to be public and use HTTPS; another port of the service's host is
    a neighbour of it. Raises UnsafeLinkError.
    """
    if link[1:] == own[1:]:
        return ()
    if link.host == own.host:
        raise UnsafeLinkError(f"the link leads to port {link.port} of the service's own host")
    if link.scheme != "https":
        raise UnsafeLinkError(f"the link leads to {link.host} without encryption")
    return safe_addresses(link.host)


@contextlib.contextmanager
def opened(link: Link, addresses: tuple[str, ...] = ()) -> Generator[httpx.Response]:
    """Ask for a link, at the first of these addresses that answers; no token travels along."""
    with link_client(link.url) as http, contextlib.closing(_sent(http, link, addresses)) as reply:
        yield reply


def _sent(http: httpx.Client, link: Link, addresses: tuple[str, ...]) -> httpx.Response:
    """Ask for a link and leave the body unread; name and certificate are those of its own host."""
    name = link.url.raw_host.decode("ascii")
    headers = {"Host": link.url.netloc.decode("ascii")}
    targets = [link.url.copy_with(host=address) for address in addresses] or [link.url]
    for target in targets:
        request = http.build_request(
            "GET", target, headers=headers, extensions={"sni_hostname": name}
        )
        try:
            return http.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if target == targets[-1]:
                raise
    raise DownloadError("the link has no address")


def save(response: httpx.Response, path: Path, max_bytes: int) -> None:
    """Write a response's body to a file, which appears under its name once it is whole."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise DownloadError(f"the video is larger than {max_bytes:,} bytes")
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            for chunk in body_of(response):
                file.write(chunk)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def body_of(response: httpx.Response) -> Iterator[bytes]:
    """Yield the bytes of a file, as many as were announced.

    Raises DownloadError for what is no file, and APIConnectionError for one that breaks off.
    """
    if "application/json" in response.headers.get("Content-Type", ""):
        read_refusal(response, "a file")  # a code in an envelope is no video, whatever the status
    if not response.is_success:
        raise DownloadError(f"the link answered with HTTP {response.status_code}")
    size_bytes = 0
    for chunk in response.iter_raw():
        size_bytes += len(chunk)
        yield chunk
    announced = response.headers.get("Content-Length", "")
    if size_bytes == 0 or (announced.isdecimal() and size_bytes != int(announced)):
        raise APIConnectionError(f"{size_bytes} of {announced or 'some'} bytes arrived")
