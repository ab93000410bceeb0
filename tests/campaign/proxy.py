"""A proxy that does what networks do: cuts, waits, repeats, loses answers, and answers for others.

It knows HTTP/1.1 as far as boto3, httpx and ffmpeg speak it: it reads one request whole, finds out
which job it is about, and either passes it on or lets one of that job's planned faults happen. The
plan counts each job's requests, so a seed gives every job the same faults at the same requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

REPEATS_NEVER = re.compile(rb"POST /run_sse")
"""A proxy may not repeat a message by itself (RFC 9110, 9.2.2): nobody could tell it from two."""

MOST_HEADER_BYTES = 1 << 16
ANSWER_SECONDS = 60.0


class Fault(NamedTuple):
    """What happens to one job's n-th request on one wire."""

    nth: int
    does: str
    seconds: float = 0.0


FAULTS = ("cut", "cut_request", "drop_reply", "cut_reply", "delay", "repeat", "500", "503")
S3_FAULTS = (*FAULTS, "409")
API_FAULTS = (*FAULTS, "429")

XML = (
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code>'
    "<Message>scripted by the proxy</Message></Error>"
)
REFUSALS = {
    ("s3", "500"): ("500 Internal Server Error", XML.format(code="InternalError")),
    ("s3", "503"): ("503 Slow Down", XML.format(code="SlowDown")),
    ("s3", "409"): ("409 Conflict", XML.format(code="ConditionalRequestConflict")),
    ("api", "500"): ("500 Internal Server Error", '{"code": 500, "message": "scripted"}'),
    ("api", "503"): ("503 Service Unavailable", '{"code": 503, "message": "scripted"}'),
    ("api", "429"): ("429 Too Many Requests", '{"code": 429, "message": "scripted"}'),
}

Attribution = Callable[[bytes, bytes], str | None]
"""From the head and the body of a request to the name of the job it is about."""


class FaultyProxy:
    """One proxy in front of one server."""

    def __init__(
        self,
        kind: str,
        upstream: tuple[str, int],
        plan: Mapping[str, Sequence[Fault]],
        job_of: Attribution,
        heard: Callable[[bytes, bytes], None] = lambda _request, _reply: None,
    ) -> None:
        self.kind = kind
        self.hits: Counter[str] = Counter()
        self.requests = 0
        self._upstream = upstream
        self._plan = plan
        self._job_of = job_of
        self._heard = heard
        self._seen: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests one after another until somebody hangs up."""
        try:
            while (request := await _read_request(reader, writer)) is not None:
                if not await self._answer(*request, writer):
                    break
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            pass
        finally:
            with contextlib.suppress(Exception):
                writer.transport.abort()

    async def _answer(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> bool:
        """Deal with one request; whether the connection goes on."""
        self.requests += 1
        fault = self._due(head, body)
        if fault is None:
            return await self._pass_on(head, body, writer)
        if fault.does == "409" and not re.search(rb"(?im)^if-(none-)?match:", head):
            fault = fault._replace(does="503")
        if fault.does == "repeat" and REPEATS_NEVER.match(head):
            fault = fault._replace(does="delay")
        self.hits[f"{self.kind} {fault.does}"] += 1
        return await self._fail(fault, head, body, writer)

    def _due(self, head: bytes, body: bytes) -> Fault | None:
        job = self._job_of(head, body)
        if job is None:
            return None
        self._seen[job] += 1
        return next((f for f in self._plan.get(job, ()) if f.nth == self._seen[job]), None)

    async def _fail(  # noqa: PLR0911  (one way out for each fault)
        self, fault: Fault, head: bytes, body: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        match fault.does:
            case "cut":
                return False
            case "cut_request":
                await self._send_half(head, body)
                return False
            case "drop_reply":
                await self._reply_to(head, body)
                return False
            case "cut_reply":
                reply = await self._reply_to(head, body)
                writer.write(reply[: max(1, len(reply) // 2)])
                await writer.drain()
                return False
            case "delay":
                await asyncio.sleep(fault.seconds)
                return await self._pass_on(head, body, writer)
            case "repeat":
                await self._reply_to(head, body)
                return await self._pass_on(head, body, writer)
            case _:
                writer.write(self._refusal(fault.does))
                await writer.drain()
                return True

    def _refusal(self, code: str) -> bytes:
        status, text = REFUSALS[self.kind, code]
        kind = "xml" if self.kind == "s3" else "json"
        head = f"Content-Type: application/{kind}\r\nRetry-After: 1\r\nContent-Length: {len(text)}"
        return f"HTTP/1.1 {status}\r\n{head}\r\n\r\n{text}".encode()

    async def _pass_on(self, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> bool:
        """Send a request on and give back what is answered, as it comes; then hang up.

        One connection a request keeps the proxy simple: nobody has to find the end of a reply.
        """
        whole = b""
        async with self._sent(head, body) as upstream:
            while piece := await asyncio.wait_for(upstream.read(1 << 16), ANSWER_SECONDS):
                writer.write(piece)
                await writer.drain()
                whole = (whole + piece)[: 1 << 16]
        self._heard(head, whole)
        return False

    async def _reply_to(self, head: bytes, body: bytes) -> bytes:
        """The server acts, and its whole answer stays here."""
        async with self._sent(head, body) as upstream:
            reply = await asyncio.wait_for(upstream.read(-1), ANSWER_SECONDS)
        self._heard(head, reply)
        return reply

    @contextlib.asynccontextmanager
    async def _sent(self, head: bytes, body: bytes):
        reader, writer = await asyncio.open_connection(*self._upstream)
        try:
            writer.write(_closing(head) + body)
            await writer.drain()
            yield reader
        finally:
            writer.close()

    async def _send_half(self, head: bytes, body: bytes) -> None:
        whole = head + body
        _, writer = await asyncio.open_connection(*self._upstream)
        writer.write(whole[: len(whole) // 2])
        await writer.drain()
        writer.transport.abort()


def _closing(head: bytes) -> bytes:
    """Ask the server to hang up after its answer."""
    without = re.sub(rb"(?im)^connection:[^\r]*\r\n", b"", head)
    return without[:-2] + b"Connection: close\r\n\r\n"


async def _read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[bytes, bytes] | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    if re.search(rb"(?im)^expect:\s*100-continue", head):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        head = re.sub(rb"(?im)^expect:[^\r]*\r\n", b"", head)
    return head, await _read_body(reader, head)


async def _read_body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
    if length:
        return await reader.readexactly(int(length[1]))
    if not re.search(rb"(?im)^transfer-encoding:\s*chunked", head):
        return b""
    body = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        body += line + await reader.readexactly(size + 2)
        if not size:
            return body


@contextmanager
def serving(wire: FaultyProxy) -> Iterator[str]:
    """Serve a proxy on a thread of its own; its base URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(
        asyncio.start_server(wire.serve, "127.0.0.1", 0, limit=MOST_HEADER_BYTES), loop
    ).result(10)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
