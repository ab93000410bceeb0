"""A media tool as a confined process: what it may see is read off its argument list."""

from __future__ import annotations

import contextlib
import functools
import os
import pickle
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import Self

from socialcopy.media.errors import ToolUnconfinedError
from socialcopy.media.ffmpeg.relay import Relay
from socialcopy.sandbox import client
from socialcopy.sandbox.confinement import SYSTEM, Confinement
from socialcopy.sandbox.errors import SandboxStartError
from socialcopy.sandbox.server import RELAY_PORT, Ended, Program

# What is kept of a tool's stdout or stderr; the rest is read and dropped.
MAX_OUTPUT_BYTES = 16_000_000
LONGEST_READ_BYTES = 65_536
# Of microseconds; Python reads no number of thousands.
MOST_DIGITS = 20

FILE, WEB = "file:", ("http://", "https://")
HOST = "127.0.0.1"
# Where people keep fonts of their own, in their home.
FONT_FOLDERS = (".fonts", ".local/share/fonts", ".config/fontconfig", ".cache/fontconfig")
# All that a tool gets of our environment: where programs, libraries, fonts and graphics are.
NEEDED = (
    *("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH"),
    *("CUDA_VISIBLE_DEVICES", "LIBVA_DRIVER_NAME"),
)
# A line of ldd: `libx.so => /lib/libx.so (0x…)`, or `/lib64/ld-linux.so (0x…)` alone.
LIBRARY = re.compile(r"(?:=> |^\s+)(/\S+)(?= \()", re.MULTILINE)
LDD_SECONDS = 30


class Tool:
    """A running tool; at the end of the block it is gone, and so is all it started.

    It may read its inputs and write in `cwd`. A URL among the inputs is read through a relay.
    Raises ToolUnconfinedError when it could not be confined: then nothing has run.
    """

    def __init__(
        self,
        argv: Sequence[str],
        program: str,
        limits: Confinement,
        cwd: Path | None,
        *,
        on_progress: Callable[[int], None] | None = None,
        on_output: Callable[[bytes], None] | None = None,
    ) -> None:
        self._name = argv[0]
        self._on_progress, self._on_output = on_progress, on_output
        self._held = contextlib.ExitStack()
        self._relay: Relay | None = None
        folder = os.path.realpath(cwd) if cwd else ""
        self._wanted = replace(
            limits,
            folder=folder or "/",
            write=(folder,) if folder else (),
            read=(program, *_libraries(program), *_font_folders()),
        )
        self._argv = self._with_inputs([program, *argv[1:]])

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as unless_started:
            # Until the program runs it is this stack that ends relay, readers and child; then it
            # is __exit__.
            unless_started.push(self._held)
            try:
                self._start()
            except SandboxStartError as error:
                raise ToolUnconfinedError(self._name, error.reason) from error
            unless_started.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def wait(self, seconds: float) -> Ended | None:
        """Tell how it ended; none while it still runs by then. Raises ToolUnconfinedError."""
        try:
            return self._child.wait(seconds)
        except SandboxStartError as error:
            raise ToolUnconfinedError(self._name, error.reason) from error

    def _start(self) -> None:
        listens = self._relay is not None and self._wanted.port == RELAY_PORT
        program = Program(tuple(self._argv), environment(), self._wanted, listens=listens)
        with contextlib.ExitStack() as ends:
            self.stdout, out = self._piped(ends, Reader(self._on_progress, self._on_output))
            self.stderr, error = self._piped(ends, Reader())
            self._child = self._held.enter_context(client.start())
            self._child.send(pickle.dumps(program), [out, error])
        # The network is the tool's own, so it makes the listening socket in there and passes it
        # out to us.
        if self._relay is not None and listens:
            self._relay.serve(self._its_listener())
        # The other end closes without a word when the program begins; words say why it could not.
        if refused := self._child.orders.recv(LONGEST_READ_BYTES):
            raise SandboxStartError(refused.decode(errors="replace"))

    def _piped(self, ends: contextlib.ExitStack, reader: Reader) -> tuple[Reader, int]:
        """Read from a pipe; return its reader and its other end, which is closed in the end."""
        reading, writing = os.pipe()
        ends.callback(os.close, writing)
        reader.start(os.fdopen(reading, "rb"))
        self._held.callback(reader.join)
        return reader, writing

    def _with_inputs(self, argv: list[str]) -> list[str]:
        """Let it read what it is to open: files by their real names, a URL through a relay."""
        files: list[str] = []
        for place in (place + 1 for place, argument in enumerate(argv) if argument == "-i"):
            if argv[place].startswith(WEB):
                argv[place] = self._relayed(argv[place])
            else:
                path = Path(self._wanted.folder, argv[place].removeprefix(FILE))
                # By its real name: where a link leads is not shown in the sandbox.
                files.append(str(path.resolve()))
                argv[place] = f"{FILE}{files[-1]}"
        self._wanted = replace(self._wanted, read=(*self._wanted.read, *files))
        return argv

    def _relayed(self, url: str) -> str:
        self._relay = Relay(url)
        self._held.callback(self._relay.close)
        port = RELAY_PORT
        if not client.locks().namespaces:  # the network is everybody's
            listener = socket.create_server((HOST, 0))
            port = listener.getsockname()[1]
            self._relay.serve(listener)
        self._wanted = replace(self._wanted, port=port)
        return f"http://{HOST}:{port}/{self._relay.name}"

    def _its_listener(self) -> socket.socket:
        """Receive the socket that the tool's own network listens on."""
        said, numbers, _, _ = socket.recv_fds(self._child.orders, LONGEST_READ_BYTES, 1)
        if not numbers:
            raise SandboxStartError(said.decode(errors="replace"))
        return socket.socket(fileno=numbers[0])


class Reader:
    """Empties one pipe on a thread, so that a talkative tool never blocks."""

    def __init__(
        self,
        on_progress: Callable[[int], None] | None = None,
        on_output: Callable[[bytes], None] | None = None,
    ) -> None:
        self._on_progress, self._on_output = on_progress, on_output
        self._kept = bytearray()
        self.is_cut = False
        """Whether more came than is kept."""
        self.failure: Exception | None = None
        """What went wrong in `on_output`, which got nothing afterwards."""

    def start(self, pipe: BufferedReader) -> None:
        """Begin to read a pipe to its end."""
        work = self._hand_on if self._on_output else self._read
        self._thread = threading.Thread(target=work, args=(pipe,), daemon=True)
        self._thread.start()

    def _hand_on(self, pipe: BufferedReader) -> None:
        """Give what comes to `on_output`; the tool waits meanwhile, so that nothing piles up."""
        with pipe:
            while part := pipe.read1(LONGEST_READ_BYTES):
                if self._on_output is None or self.failure is not None:
                    continue
                try:
                    self._on_output(part)
                except Exception as error:  # noqa: BLE001  (no thread can raise: `run` does)
                    self.failure = error

    def _read(self, pipe: BufferedReader) -> None:
        with pipe:
            # A size, since binary output may never hold a line break.
            while line := pipe.readline(LONGEST_READ_BYTES):
                # What is too much is read as well: a tool whose pipe is full waits for ever.
                if len(self._kept) < MAX_OUTPUT_BYTES:
                    self._kept += line
                else:
                    self.is_cut = True
                if self._on_progress is not None and line.startswith(b"out_time_us="):
                    self._report(line, self._on_progress)

    @staticmethod
    def _report(line: bytes, on_progress: Callable[[int], None]) -> None:
        microseconds = line.partition(b"=")[2].strip()
        if microseconds.isdigit() and len(microseconds) < MOST_DIGITS:  # "N/A" at first
            on_progress(int(microseconds) // 1000)

    def join(self) -> None:
        """Wait until the pipe is empty."""
        self._thread.join(timeout=10)

    def kept(self) -> bytes:
        """Return what came."""
        return bytes(self._kept)

    def text(self) -> str:
        """Return what came, as text."""
        return self._kept.decode(errors="replace")


def environment() -> dict[str, str]:
    """Return what a tool needs to find its libraries and fonts; no secret travels to a decoder."""
    return {name: os.environ[name] for name in NEEDED if name in os.environ}


def _font_folders() -> list[str]:
    folders = (Path.home() / name for name in FONT_FOLDERS)
    return [str(folder) for folder in folders if folder.is_dir()]


@functools.cache
def _libraries(program: str) -> tuple[str, ...]:
    """List the folders of a program's libraries, where it is not one of the system's."""
    if program.startswith(tuple(f"{folder}/" for folder in SYSTEM)):
        return ()
    told = subprocess.run(
        ["ldd", program], capture_output=True, text=True, timeout=LDD_SECONDS, check=False
    )
    folders = {
        folder
        for found in LIBRARY.findall(told.stdout)
        for folder in (Path(found).parent, Path(found).resolve().parent)
    }
    # Never a folder that holds the home: all of it would be in sight.
    home = Path.home()
    return tuple(str(folder) for folder in folders if not home.is_relative_to(folder))
