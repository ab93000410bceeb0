"""Neither fetcher, the client's nor the engine's, connects to an address inside, however it is
written, whatever a name turns into, and whoever redirects there.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from socialcopy.engine.api.uploads import UploadFolder, fetch
from socialcopy.engine.errors import RefusalError
from socialcopy.nemovideo.addresses import is_public
from socialcopy.nemovideo.downloads import fetch_link
from socialcopy.nemovideo.errors import NemoVideoError, UnsafeLinkError
from tests.nemovideo.conftest import answering

CLOUD = "https://mega-api-prod.nemovideo.ai"
PUBLIC = "203.0.114.7"

INSIDE = [
    "127.0.0.1", "127.1", "127.0.0.1.", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.1",
    "0177.0.0.1", "0", "0.0.0.0", "localhost", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "10.0.0.8", "0x0a000008",
    "172.16.0.1", "192.168.1.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "2852039166",
    "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "192.0.0.192",
    "168.63.129.16", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[ff02::1]",
    "\u2460\u2461\u2466.0.0.1", "127\u30020\u30020\u30021",
]  # fmt: skip
"""Loopback, private, link-local, metadata, multicast and reserved, in every spelling."""


class ConnectionRecorder:
    """What the process connects to, as the interpreter itself reports it."""

    is_on = False
    connected: list[tuple[str, int]]
    allowed: set[int]

    def hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.is_on and event == "socket.connect":
            host, port, *_ = arguments[1]  # type: ignore[misc]
            if port not in self.allowed:
                self.connected.append((host, port))
                raise PermissionError("nothing is to be connected to here")


WATCH = ConnectionRecorder()
sys.addaudithook(WATCH.hook)


@pytest.fixture
def watch() -> Iterator[ConnectionRecorder]:
    """No connection is made while a test watches, but to ports it allows."""
    WATCH.connected, WATCH.allowed, WATCH.is_on = [], set(), True
    yield WATCH
    WATCH.is_on = False


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Has `*.example` resolved to these addresses, one answer after the other."""

    def resolving(*answers: str) -> list[str]:
        real, left, asked = socket.getaddrinfo, list(answers), []

        def getaddrinfo(host: str, *rest: object, **options: object) -> list[tuple[object, ...]]:
            if not str(host).endswith(".example"):
                return real(host, *rest, **options)  # type: ignore[arg-type]
            asked.append(host)
            address = left.pop(0) if len(left) > 1 else left[0]
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            return [(family, socket.SOCK_STREAM, 6, "", (address, 0))]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return resolving


def download(link: str, target: Path, api_url: str = CLOUD) -> None:
    """The client's fetcher."""
    fetch_link(link, api_url, target, seconds=20, max_bytes=1_000_000)


def take(link: str, target: Path, host: str = "bucket.example:443") -> None:
    """The engine's fetcher, with one host that its operator has listed."""
    fetch(link, (host,), (), UploadFolder(target.parent / "incoming", 1_000_000))


@pytest.mark.parametrize("host", INSIDE)
def test_a_link_inside_is_never_opened(watch: ConnectionRecorder, target: Path, host: str):
    for link in (f"https://{host}/x", f"https://{host}:8443/x", f"http://{host}/x"):
        with pytest.raises(UnsafeLinkError):
            download(link, target)
        with pytest.raises(RefusalError):
            take(link, target)

    assert watch.connected == []


@pytest.mark.parametrize("host", INSIDE)
def test_a_redirect_inside_is_never_followed(watch: ConnectionRecorder, target: Path, host: str):
    def answer(_: Request) -> Response:
        return RedirectResponse(f"https://{host}/x")

    with answering(answer) as url:
        own = url.split("/")[2]
        watch.allowed = {int(own.partition(":")[2])}
        with pytest.raises(NemoVideoError, match=r"public|own host|no URL|known|RemoteProtocol"):
            download(f"{url}/video.mp4", target, url)
        with pytest.raises(RefusalError, match=r"307|RemoteProtocol"):
            take(f"{url}/video.mp4", target, own)

    assert watch.connected == []


ODD = [
    "file:///etc/passwd", "ftp://bucket.example/x", "gopher://bucket.example/",
    "https://user:secret@bucket.example/x", "https://bucket.example:99999/x", "http://[::1",
    "javascript:alert(1)", "https://bucket.example%00.evil/x", "\x00", "data:,x",
    "https://bucket.example:0/x",
]  # fmt: skip


@pytest.mark.parametrize("link", ODD)
def test_what_is_no_plain_link_is_refused_by_both(
    watch: ConnectionRecorder, resolve: Callable[..., list[str]], target: Path, link: str
):
    resolve(PUBLIC)
    with pytest.raises(UnsafeLinkError):
        download(link, target)
    with pytest.raises(RefusalError):
        take(link, target)

    assert watch.connected == []


@pytest.mark.parametrize("port", [1, 8_080, 65_535])
def test_another_port_of_the_services_host_is_none_of_its_links(
    watch: ConnectionRecorder, target: Path, port: int
):
    """It may be the store, the orchestrator or a neighbour; the service names it, we would call."""
    for api_url in ("http://127.0.0.1:8390", "https://mega-api-prod.nemovideo.ai"):
        host = api_url.split("/")[2].partition(":")[0]
        for scheme in ("http", "https"):
            with pytest.raises(UnsafeLinkError, match="own host"):
                download(f"{scheme}://{host}:{port}/x", target, api_url)

    assert watch.connected == []


ADDRESSES = sorted({
    "127.0.0.1", "0.0.0.0", "10.0.0.8", "172.31.255.1", "192.168.0.1", "100.64.0.1",
    "169.254.169.254", "192.0.0.192", "168.63.129.16", "224.0.0.1", "::1", "::", "fe80::1",
    "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1",
})  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_name_that_leads_inside_is_not_connected_to(
    watch: ConnectionRecorder, resolve: Callable[..., list[str]], target: Path, address: str
):
    resolve(address)
    with pytest.raises(UnsafeLinkError, match="not public"):
        download("https://cdn.example/x", target)
    with pytest.raises(RefusalError, match="not public"):
        take("https://bucket.example/x.mp4", target)

    assert watch.connected == []
    assert not is_public("cdn.example")


@pytest.mark.parametrize("later", ["127.0.0.1", "169.254.169.254", "::1"])
def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to(
    watch: ConnectionRecorder, resolve: Callable[..., list[str]], target: Path, later: str
):
    """A name server that answers otherwise the second time (rebinding) is not asked again."""
    asked = resolve(PUBLIC, later)
    with pytest.raises(NemoVideoError):
        download("https://cdn.example/x", target)
    assert (asked, watch.connected) == (["cdn.example"], [(PUBLIC, 443)])

    asked = resolve(PUBLIC, later)
    with pytest.raises(RefusalError):
        take("https://bucket.example/x.mp4", target)
    assert asked == ["bucket.example"]
    assert watch.connected == [(PUBLIC, 443)] * 2


def test_a_public_address_inside_a_translated_one_is_public(resolve: Callable[..., list[str]]):
    for address in ("93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:1.1.1.1"):
        resolve(address)
        assert is_public("cdn.example"), address


def test_a_host_nobody_knows_is_not_public(resolve: Callable[..., list[str]]):
    assert not is_public("nobody.invalid")
