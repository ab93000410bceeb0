"""Review pages out of the bucket: who may look, and what a browser gets."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from socialcopy.cli import review_server
from socialcopy.cli.review_server import LINK_SECONDS, create_app, link
from socialcopy.engine.api.server import serve
from socialcopy.storage.bucket import Bucket

SECRET = "a secret of this test"
PREFIX = "outbox/clip/0123456789abcdef/"
VIDEO = bytes(range(256)) * 40


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Browser:
    """What a browser does: it follows no link by itself here, and keeps one cookie."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._cookie = ""

    def get(self, path: str, **headers: str) -> Answer:
        place = urlsplit(path if path.startswith("http") else f"{self.url}{path}")
        connection = http.client.HTTPConnection(place.netloc, timeout=30)
        sent = {"Cookie": self._cookie, **{n.replace("_", "-"): v for n, v in headers.items()}}
        connection.request("GET", f"{place.path}?{place.query}", headers=sent)
        answer = connection.getresponse()
        found = Answer(answer.status, {n.lower(): v for n, v in answer.getheaders()}, answer.read())
        connection.close()
        self._cookie = found.headers.get("set-cookie", self._cookie).partition(";")[0]
        return found


@pytest.fixture
def stranger(bucket: Bucket) -> Iterator[Browser]:
    """A browser that has not been let in, before a bucket with a delivery."""
    bucket.write(f"{PREFIX}manifest.json", json.dumps({"files": []}).encode(), "application/json")
    bucket.write(f"{PREFIX}index.html", b"<h1>clip</h1>", "text/html")
    bucket.write(f"{PREFIX}clip é.x.mp4", VIDEO, "video/mp4")
    bucket.write("inbox/clip.mp4", b"the source", "video/mp4")
    bucket.write("_socialcopy/jobs/x/claim.json", b"{}", "application/json")
    with serve(create_app(bucket, SECRET)) as url:
        yield Browser(url)


@pytest.fixture
def browser(stranger: Browser) -> Browser:
    """One that came by a link."""
    stranger.get(link(stranger.url, SECRET, f"/{PREFIX}"))
    return stranger


def test_a_link_lets_a_browser_in_once_and_shows_the_page(stranger: Browser):
    fresh = link(stranger.url, SECRET, f"/{PREFIX}")

    let_in = stranger.get(fresh)
    page = stranger.get(let_in.headers["location"])
    again = Browser(stranger.url).get(fresh)

    assert (let_in.status, page.status, again.status) == (303, 200, 403)
    assert page.body == b"<h1>clip</h1>"
    assert "HttpOnly" in let_in.headers["set-cookie"]
    assert SECRET not in fresh + str(let_in.headers)


@pytest.mark.parametrize("path", ["", f"{PREFIX}", f"{PREFIX}index.html", f"{PREFIX}manifest.json"])
def test_a_stranger_sees_nothing_and_is_told_what_to_do(stranger: Browser, path: str):
    answer = stranger.get(f"/{path}")

    assert answer.status == 403
    assert b"socialcopy open" in answer.body


def test_a_link_is_good_for_a_minute_and_for_this_server_only(
    stranger: Browser, monkeypatch: pytest.MonkeyPatch
):
    own = link(stranger.url, SECRET, "/")
    others = link(stranger.url, "another secret", "/")
    away = link(stranger.url, SECRET, "//elsewhere.example/")
    later = time.time() + LINK_SECONDS + 1
    monkeypatch.setattr(review_server.time, "time", lambda: later)

    assert [stranger.get(one).status for one in (own, others, away)] == [403, 403, 403]


@pytest.mark.parametrize(
    "key",
    [
        "inbox/clip.mp4",
        "_socialcopy/jobs/x/claim.json",
        "socialcopy.toml",
        "outbox/../inbox/clip.mp4",
        f"{PREFIX}nothing.mp4",
    ],
)
def test_only_what_we_wrote_for_people_is_shown(browser: Browser, key: str):
    assert browser.get(f"/{quote(key)}").status == 404


def test_a_player_gets_the_bytes_it_asks_for(browser: Browser):
    path = f"/{quote(PREFIX)}{quote('clip é.x.mp4')}"

    whole = browser.get(path)
    part = browser.get(path, Range="bytes=256-511")
    end = browser.get(path, Range="bytes=-10")

    assert (whole.status, whole.body) == (200, VIDEO)
    assert (part.status, part.body) == (206, VIDEO[256:512])
    assert part.headers["content-range"] == f"bytes 256-511/{len(VIDEO)}"
    assert (end.status, end.body) == (206, VIDEO[-10:])


def test_a_name_that_resolves_to_here_is_refused(browser: Browser):
    assert browser.get(f"/{PREFIX}index.html", Host="evil.example").status == 400


def test_what_is_served_runs_nothing_and_calls_nobody(browser: Browser):
    headers = browser.get(f"/{PREFIX}index.html").headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "connect-src" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_the_page_of_a_delivery_that_was_taken_over_is_found_in_its_folder(
    browser: Browser, bucket: Bucket
):
    other = "outbox/clip/fedcba9876543210/"
    bucket.write(f"{other}2/index.html", b"taken over", "text/html")

    answer = browser.get(f"/{other}")

    assert answer.status == 303
    assert browser.get(answer.headers["location"]).body == b"taken over"
