"""Replies of a service that is broken or hostile, as what goes over the wire."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat

Reply = Callable[[], Iterator[bytes]]

JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
DRIP_SECONDS = 0.02


def answer(body: bytes, head: bytes = JSON_HEAD) -> Reply:
    """One whole answer."""
    return lambda: iter([head + b"Content-Length: %d\r\n\r\n" % len(body), body])


def says(document: object) -> Reply:
    """One whole answer of JSON."""
    return answer(json.dumps(document).encode())


def endless(start: bytes, piece: bytes) -> Reply:
    """An answer that goes on and on."""
    return lambda: chain([start], repeat(piece))


def stream(*events: bytes) -> Reply:
    """A stream of these events."""
    return lambda: iter([STREAM_HEAD, *(b"data: " + event + b"\n\n" for event in events)])


def nested(levels: int) -> bytes:
    """Lists in lists."""
    return b"[" * levels + b"]" * levels


BOMB = gzip.compress(bytes(50_000_000), 1)
DATA = b'{"code":0,"data":'

FRAMINGS: dict[str, Reply] = {
    "nothing": lambda: iter(()),
    "no http": lambda: iter([b"SSH-2.0-OpenSSH_9.2\r\n"]),
    "half a status line": lambda: iter([b"HTTP/1.1 2"]),
    "no end of the headers": lambda: iter([b"HTTP/1.1 200 OK\r\nX: y\r\n"]),
    "a status of four digits": answer(b"{}", b"HTTP/1.1 2000 OK\r\n"),
    "a length below zero": lambda: iter([JSON_HEAD + b"Content-Length: -5\r\n\r\n{}"]),
    "two lengths": lambda: iter([JSON_HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"]),
    "a length of a galaxy": lambda: iter([JSON_HEAD + b"Content-Length: 9999999999999\r\n\r\n{}"]),
    "a body cut off": lambda: iter([JSON_HEAD + b'Content-Length: 500\r\n\r\n{"code":0']),
    "a chunk cut off": lambda: iter([JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n{}"]),
    "a chunk of no size": lambda: iter([JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n{}"]),
    "headers without end": endless(JSON_HEAD, b"X-Filler: " + b"y" * 1_000 + b"\r\n"),
    "one header without end": endless(JSON_HEAD + b"X: ", b"y" * 1_000),
    "go on, go on": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a body without end": endless(JSON_HEAD + b"\r\n", b" " * 65_536),
    "chunks without end": endless(
        JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 1_000
    ),
    "a chunk's extension without end": endless(
        JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"a=b;" * 1_000
    ),
    "a bomb": answer(BOMB, JSON_HEAD + b"Content-Encoding: gzip\r\n"),
    "a bomb in a stream": answer(BOMB, STREAM_HEAD[:-2] + b"Content-Encoding: deflate\r\n"),
    "a redirect inside": answer(
        b"", b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\n"
    ),
    "a redirect to nowhere": answer(b"", b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n"),
    "a redirect to itself": answer(b"", b"HTTP/1.1 302 Found\r\nLocation: /again\r\n"),
    "cookies without end": endless(JSON_HEAD, b"Set-Cookie: a=b; expires=" + b"1 " * 500 + b"\r\n"),
}
"""Wrong before anybody reads what is said."""

DRIPS: dict[str, bytes] = {
    "a dripping header": JSON_HEAD + b"X: ",
    "a dripping body": JSON_HEAD + b"Content-Length: 100000\r\n\r\n",
    "a dripping stream": STREAM_HEAD + b"data:",
}
"""Begun like this, and gone on with a byte at a time."""

DOCUMENTS: dict[str, Reply] = {
    "no json": answer(b"<html>hello</html>", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"),
    "half a json": answer(b'{"code":0,"data":{"a'),
    "a list": says([1, 2]),
    "a number": says(7),
    "nothing at all": answer(b""),
    "not a text": answer(b'{"code":0,"data":"\xff\xfe"}'),
    "half a surrogate": answer(DATA + b'{"session_id":"\\ud800","token":"\\udfff","a":"\\ud8"}}'),
    "nested": answer(DATA + nested(100_000) + b"}"),
    "nested a little": answer(DATA + b'{"state":' + nested(190) + b"}}"),
    "no number": answer(DATA + b'{"available":NaN,"frozen":Infinity,"total":-Infinity}}'),
    "a number too large": answer(DATA + b'{"available":1e999,"progress":1e999,"total":1e999}}'),
    "a number too long": answer(DATA + b'{"available":' + b"9" * 9_000 + b"}}"),
    "numbers below zero": says({"code": 0, "data": {"available": -5, "progress": -9, "size": -1}}),
    "a code that is true": says({"code": True, "data": []}),
    "a code that is text": says({"code": "0", "data": "yes"}),
    "an unknown code": says({"code": 77, "message": {"a": ["b"]}}),
    "an essay for a reason": says({"code": 1, "message": "No. " * 100_000}),
    "a reason that rings": says({"code": 1, "message": "\x1b[2J\x07\u202ebad\r\nX: y"}),
    "lists for names": says(
        {"code": 0, "data": {"token": [], "session_id": {}, "files": 5, "state": [], "status": []}}
    ),
    "names without end": says(
        {"code": 0, "data": {"token": "x" * 9_000, "session_id": "9" * 9_000, "files": [[]]}}
    ),
    "names that break lines": says(
        {"code": 0, "data": {"token": "a\r\nb: c", "session_id": "../x?y#\r\n", "files": [{}]}}
    ),
    "a token of flowers": says({"code": 0, "data": {"token": "🌸", "expires_at": "0001-01-01"}}),
    "a link that is none": says({"status": "completed", "output": {"url": {"a": 1}}}),
    "a failure that is none": says({"status": ["failed"], "progress": {}, "error": {"a": []}}),
    "wait for ever": answer(b"{}", b"HTTP/1.1 429 No\r\nRetry-After: " + b"9" * 400 + b"\r\n"),
    "wait for a half": answer(b"{}", b"HTTP/1.1 429 No\r\nRetry-After: \xc2\xbd\r\n"),
}
"""Well framed, and wrong in what is said."""

STREAMS: dict[str, Reply] = {
    "heartbeats without end": endless(STREAM_HEAD, b"data:\n\n" * 100),
    "comments without end": endless(STREAM_HEAD, b": ping\n\n" * 100),
    "an event without end": endless(STREAM_HEAD + b"data: ", b"x" * 65_536),
    "a line without end": endless(STREAM_HEAD, b"x" * 65_536),
    "events without end": endless(STREAM_HEAD, b'data: {"content":{"parts":[]}}\n\n' * 50),
    "no events": answer(b'{"code":0,"data":{}}'),
    "a nested event": stream(nested(100_000)),
    "an event cut off": stream(b'{"content":{"parts":[{"text":"wo'),
    "an event of bytes": stream(b'{"content":"\xff\xfe\x00"}'),
    "an event of wrong kinds": stream(
        b'{"content":{"parts":{"text":7}},"errorCode":[]}', b"[]", b"{"
    ),
    "a code of wrong kind": stream(b'{"code":true}', b'{"code":1e999}', b'{"code":NaN}'),
    "an error of everything": stream(b'{"error":{"a":[1]},"errorMessage":["x"]}'),
    "an error as long as a book": stream(
        b'{"errorCode":"E","errorMessage":"' + b"x" * 900_000 + b'"}'
    ),
    "a cut between the bytes of a letter": lambda: iter([STREAM_HEAD, b"data: \xf0\x9f", b"\xa6"]),
}
"""Of the event stream alone."""


@contextmanager
def serving(reply: Reply, drip: bytes = b"") -> Generator[str]:
    """A service that gives everybody this reply, and goes on until it is left alone."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = threading.Event()
        thread = threading.Thread(target=_serve, args=(listener, reply, drip, done))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        done.set()
        thread.join()


def _serve(listener: socket.socket, reply: Reply, drip: bytes, done: threading.Event) -> None:
    listener.settimeout(0.05)
    while not done.is_set():
        with suppress(TimeoutError), listener.accept()[0] as connection:
            connection.settimeout(0.2)
            with suppress(OSError):
                connection.recv(65_536)
                for piece in reply():
                    connection.sendall(piece)
                if drip:
                    _drip(connection, drip, done)


def _drip(connection: socket.socket, start: bytes, done: threading.Event) -> None:
    connection.sendall(start)
    while not done.wait(DRIP_SECONDS):
        connection.sendall(b"x")
