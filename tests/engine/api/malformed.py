"""Requests that are wrong in every way we could think of, drawn from a seed, as raw bytes.

One request of each endpoint is right; then its JSON, its bytes, its multipart body, its headers,
its path or its framing is spoilt, one or several times.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Headers = list[tuple[bytes, bytes]]

STRINGS = [
    "", "\0", "a\0b", "\ud800", "\udfff x", "\u202e", "\ufeff", "🦜" * 50, "a" * 70_000, "%00",
    "../../etc/passwd", "-1", "null", "1e999", "\r\nX: y", "{}", "me", "nemo_agent", "9" * 19,
    "\n" * 60_000, "write " * 10_000, "```brief\n" + "a: [" * 300,
]  # fmt: skip
NUMBERS = [0, -1, 1, 2**31, 2**63, 2**64, -(2**63) - 1, 1e308, -1e-308, 0.1, True, False]
LITERALS = [
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5_000, "0123", "+1", "'a'", "[[[",
    "undefined", '"\\ud800"', '"\\uZZZZ"', '"\\u0000"', "[1,]", "{,}", "//", "1e400", "-", "tru",
]  # fmt: skip
KEYS = ["t", "sg", "d", "m", "tt", "in", "at", "text", "parts", "volume", "asset", *STRINGS[:8]]
IDS = [
    "0", "..", "%2e%2e", "%00", "a%0d%0ab", "%ff%fe", "%C3%A9", "1" * 19, "1" * 5_000, "render_1",
    "a%2Fb", "%F0%9F%A6%9C", "null", "-1", "{x}", "%", "%zz", "~", "a;b=c", "me",
]  # fmt: skip
TYPES = [
    b"application/json; charset=utf-16", b"text/plain", b"", b"application/x-www-form-urlencoded",
    b"application/json; charset=nonsense", b"\xff", b"application/xml", b"APPLICATION/JSON",
]  # fmt: skip
TOKENS = [b"", b"Bearer", b"Bearer ", b"Basic x", b"Bearer \xff\xfe", b"Bearer " + b"x" * 20_000]
METHODS = [b"GET", b"GET", b"HEAD", b"POST", b"DELETE", b"OPTIONS", b"PATCH"]
BOUNDARIES = [b"x", b"x" * 70, b"x" * 300, b"a b", b"\xff\xfe", b"--", b'x"y', b""]
FILENAMES = [
    b"a.mp4", b"", b"../../x.mp4", b"a\0.mp4", b"\xff\xfe.mp4", b"x" * 3_000 + b".mp4", b"a.txt",
    b"\xe2\x80\xae.mp4", b"a.jpg", b"a.m4a",
]  # fmt: skip
PART_HEADERS: list[list[bytes]] = [
    [], [], [], [b"Content-Type: video/mp4"], [b"X" * 100_000 + b": y"], [b"A: " + b"y" * 100_000],
    [b"nocolon"], [b"\xff: \xff"], [b"A: b"] * 2_000, [b"Content-Disposition: form-data"],
    [b"Content-Transfer-Encoding: base64"],
    [b"Content-Disposition: form-data; name=files; filename*=UTF-8''%ff%fe"],
]  # fmt: skip
FRAMINGS = ("length", "length", "length", "chunked", "chunked", "cut", "short", "odd chunk", "both")
SKILL = [(f"X-Skill-{name}".encode(), b"x") for name in ("Source", "Version", "Platform")]


class Literal(str):
    """Goes into JSON as it is."""

    __slots__ = ()


@dataclass
class Request:
    """One request, and how its body is framed."""

    method: bytes
    path: bytes
    headers: Headers
    body: bytes = b""
    framing: str = "length"
    sent: bytes = field(init=False, repr=False)

    def raw(self, host: str) -> bytes:
        """What goes over the wire."""
        head = [b"%s %s HTTP/1.1" % (self.method, self.path), b"Host: " + host.encode()]
        head += [b"Connection: close", *(b"%s: %s" % header for header in self.headers)]
        lengths, payload = self._framed()
        return b"\r\n".join([*head, *lengths, b"", payload])

    def _framed(self) -> tuple[list[bytes], bytes]:
        length = b"Content-Length: %d"
        chunked = [b"Transfer-Encoding: chunked"]
        match self.framing:
            case "cut":
                return [length % (len(self.body) + 10)], self.body
            case "short":
                return [length % (len(self.body) // 2)], self.body
            case "odd chunk":
                return chunked, b"5;a=b\r\nhello\r\nzz\r\n" + self.body
            case "both":
                return [length % len(self.body), *chunked], b"".join(_chunks(self.body))
            case "chunked":
                return chunked, b"".join(_chunks(self.body))
            case _:
                return [length % len(self.body)], self.body


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 7_919):
        piece = body[start : start + 7_919]
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


class Known:
    """What an engine knows, so that a request gets past the first look."""

    def __init__(self, token: str, session_id: str, task_id: str, draft: Any, clip: bytes) -> None:
        self.token = token.encode()
        self.session_id = session_id
        self.task_id = task_id
        self.draft = draft
        self.clip = clip


class Malformed:
    """An endless source of them; one seed, one sequence."""

    def __init__(self, seed: int, known: Known) -> None:
        self._random = random.Random(seed)
        self._known = known

    def __iter__(self) -> Iterator[Request]:
        makers = [self._json] * 6 + [self._multipart] * 3 + [self._look] * 2 + [self._empty] * 2
        while True:
            request = self._random.choice(makers)()
            if self._is(0.35):
                request.framing = self._random.choice(FRAMINGS)
            yield request

    def _is(self, share: float) -> bool:
        return self._random.random() < share

    def _credentials(self) -> Headers:
        token = b"Bearer " + self._known.token
        if self._is(0.06):
            token = self._random.choice(TOKENS)
        return [] if self._is(0.03) else [(b"Authorization", token)]

    def _json(self) -> Request:
        path, document = self._random.choice(self._right())
        body = _written(self._spoilt(document)).encode("utf-8", "surrogatepass")
        if self._is(0.25):
            body = self._damaged(body)
        kind = self._random.choice(TYPES) if self._is(0.2) else b"application/json"
        headers = [*self._credentials(), *SKILL, (b"Content-Type", kind)]
        if self._is(0.08):
            encoding, body = self._packed(body)
            headers.append((b"Content-Encoding", encoding))
        return Request(b"POST", self._near(path), headers, body)

    def _right(self) -> list[tuple[bytes, Any]]:
        known = self._known
        session = known.session_id
        message = {"role": "user", "parts": [{"text": "what is the weather"}]}
        run = {"app_name": "nemo_agent", "user_id": "me", "session_id": session}
        render = {"id": f"render_{self._random.randrange(10**9)}", "sessionId": session}
        output = {"format": "mp4", "quality": "high"}
        upload = b"/api/upload-video/nemo_agent/me/" + session.encode()
        urls = {"urls": ["https://bucket.example/a.mp4"], "source_type": "url"}
        return [
            (b"/api/auth/claim-token", {"task_id": known.task_id, "session_id": session}),
            (b"/api/tasks/me/with-session/nemo_agent", {"task_name": "p", "language": "en"}),
            (b"/run_sse", {**run, "new_message": message, "streaming": False}),
            (b"/run_sse", {**run, "new_message": message, "state_delta": None}),
            (upload, urls),
            (b"/api/render/proxy/lambda", {**render, "draft": known.draft, "output": output}),
            (b"/api/render/proxy/lambda", {**render, "draft": known.draft}),
        ]

    def _near(self, path: bytes) -> bytes:
        if not self._is(0.05):
            return path
        other = path.replace(b"nemo_agent", b"other"), path.replace(b"/me/", b"/anon_x/")
        return self._random.choice([path + b"/", path + b"?x=%ff", path + b"%00", *other])

    def _spoilt(self, document: Any) -> Any:
        document = json.loads(json.dumps(document))
        for _ in range(self._random.choice([1, 1, 1, 2, 4])):
            *parents, last = self._random.choice(list(_places(document)))
            if last is None:
                return self._odd()
            engine = document
            for key in parents[1:]:
                engine = engine[key]
            self._change(engine, last)
        return document

    def _change(self, engine: Any, key: Any) -> None:
        how = self._random.randrange(5)
        if how == 0 and isinstance(engine, dict):
            engine.pop(key)
        elif how == 1 and isinstance(engine, dict):
            engine[self._random.choice(KEYS)] = engine.pop(key)
        else:
            engine[key] = self._odd()

    def _odd(self, depth: int = 0) -> Any:  # noqa: PLR0911  (a line each)
        draw, few = self._random, range(self._random.randrange(4) if depth < 3 else 0)
        match draw.randrange(9):
            case 0:
                return None
            case 1:
                return draw.choice(NUMBERS)
            case 2:
                return Literal(draw.choice(LITERALS))
            case 3:
                return [self._odd(depth + 1) for _ in few]
            case 4:
                return {draw.choice(KEYS): self._odd(depth + 1) for _ in few}
            case 5:
                levels = draw.choice([50, 150, 500, 990, 3_000, 100_000])
                before, after = draw.choice([("[", "]"), ('{"a":', "}")])
                return Literal(before * levels + "1" + after * draw.choice([levels, 0]))
            case 6:
                return draw.random() * 10.0 ** draw.randrange(-20, 40)
            case _:
                return draw.choice(STRINGS)

    def _damaged(self, data: bytes) -> bytes:  # noqa: PLR0911  (a line each)
        draw = self._random
        at = draw.randrange(len(data) + 1)
        match draw.randrange(9):
            case 0:
                return data[:at]
            case 1:
                return data[:at] + draw.randbytes(draw.randrange(1, 9)) + data[at:]
            case 2:
                flips = {draw.randrange(len(data) + 1) for _ in range(1 + len(data) // 50)}
                return bytes(b ^ 4 if n in flips else b for n, b in enumerate(data))
            case 3:
                return b"\xef\xbb\xbf" + data
            case 4:
                encoding = draw.choice(["utf-16", "utf-32", "utf-16-be"])
                return data.decode(errors="replace").encode(encoding, "surrogatepass")
            case 5:
                return bytes(draw.randrange(1, 4_000))
            case 6:
                return data * draw.randrange(2, 5)
            case 7:
                return b" " * draw.choice([1, 100, 100_000]) + data
            case _:
                return draw.randbytes(draw.randrange(2_000))

    def _packed(self, body: bytes) -> tuple[bytes, bytes]:
        encoding = self._random.choice(
            [b"gzip", b"deflate", b"br", b"identity", b"x", b"gzip,gzip"]
        )
        if self._is(0.3):
            return encoding, body
        bomb = body if self._is(0.5) else bytes(20_000_000)
        packed = gzip.compress(bomb, 1) if encoding.startswith(b"gzip") else zlib.compress(bomb, 1)
        return encoding, packed

    def _multipart(self) -> Request:
        draw, boundary = self._random, self._random.choice(BOUNDARIES)
        line = draw.choice([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"])
        count = draw.choice([0, 1, 1, 2, 3, 200])
        parts = [self._part(boundary, line, is_one_of_many=count > 3) for _ in range(count)]
        start = b"--" + boundary
        ends = [
            start + b"--" + line,
            start + b"--",
            start,
            b"",
            start + b"--" + b"epilogue" * 1_000,
        ]
        before = draw.choice([b"", b"", b"preamble\r\n", b"p" * 50_000])
        body = before + b"".join(parts) + draw.choice([*ends[:1] * 3, *ends])
        if self._is(0.3):
            body = self._damaged(body)
        right = b"multipart/form-data; boundary=" + boundary
        odd = [right[:19], right.replace(b"form-data", b"mixed"), right.upper(), right + b"y"]
        kind = draw.choice(odd) if self._is(0.2) else right
        session = draw.choice(IDS) if self._is(0.1) else self._known.session_id
        path = f"/api/upload-video/nemo_agent/me/{session}".encode()
        return Request(b"POST", path, [*self._credentials(), (b"Content-Type", kind)], body)

    def _part(self, boundary: bytes, line: bytes, *, is_one_of_many: bool) -> bytes:
        draw, clip = self._random, self._known.clip
        name = draw.choice([b"files", b"files", b"file", b"", b"files[]", b"f" * 3_000])
        about = b'Content-Disposition: form-data; name="%s"; filename="%s"'
        heads = [about % (name, draw.choice(FILENAMES)), *draw.choice(PART_HEADERS)]
        if is_one_of_many:
            heads = heads[:1]
        draw.shuffle(heads)
        jpeg = b"\xff\xd8\xff" + b"0" * 50
        content = draw.choice([b"", clip, clip[:100], jpeg, b"--" + boundary, draw.randbytes(300)])
        if self._is(0.03):
            content = bytes(2_000_000)
        return b"--" + boundary + line + line.join(heads) + line * 2 + content + line

    def _look(self) -> Request:
        draw, session = self._random, self._known.session_id.encode()
        odd = draw.choice([*IDS, self._known.session_id]).encode()
        paths = (
            b"/api/state/nemo_agent/me/%s/latest", b"/api/render/proxy/lambda/%s", b"/uploads/%s/x",
            b"/api/render/proxy/%s/download", b"/render-result/%s/y.mp4",
            b"/uploads/" + session + b"/%s",
        )  # fmt: skip
        body = draw.choice([b"", b"", b"x" * 10, _written(self._odd()).encode(errors="replace")])
        return Request(draw.choice(METHODS), draw.choice(paths) % odd, self._credentials(), body)

    def _empty(self) -> Request:
        """One that needs no body, with one."""
        draw = self._random
        body = draw.choice([b"", b"{}", b"[", b"x" * 100_000, b"x" * 300_000])
        match draw.randrange(3):
            case 0:
                odd = [b"me", b"", b"x" * 64, b"x" * 65, b"\xff", b"a b", b"\xc3\xa9", b"x" * 9_000]
                name = [(b"X-Client-Id", draw.choice(odd))]
                return Request(b"POST", b"/api/auth/anonymous-token", name, body)
            case 1:
                path = b"/api/render/proxy/lambda/%s/cancel" % draw.choice(IDS).encode()
                return Request(b"POST", path, self._credentials(), body)
            case _:
                odd = [(b"Range", b"bytes=9-1"), (b"Accept", b"\xff"), (b"Expect", b"100-continue")]
                path = b"/api/credits/balance/simple"
                return Request(b"GET", path, [*self._credentials(), *odd], body)


def _places(value: Any, path: tuple[Any, ...] = (None,)) -> Iterator[tuple[Any, ...]]:
    """Every engine in a document, as keys from its root."""
    yield path
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, below in items:
        yield from _places(below, (*path, key))


def _written(value: Any) -> str:
    if isinstance(value, Literal):
        return str(value)
    if isinstance(value, dict):
        return f"{{{','.join(f'{json.dumps(k)}:{_written(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_written, value))}]"
    return json.dumps(value)
