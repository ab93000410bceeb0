"""A model file served by llama.cpp: started when it is first asked, again when it was killed."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

from pydantic import SecretStr

from socialcopy import local_files
from socialcopy.copywriting.writers.chat import Endpoint
from socialcopy.local_models.errors import (
    LocalModelError,
    ModelMissingError,
    RuntimeMissingError,
)

LOAD_SECONDS = 300.0
"""Longest wait for a model to be loaded; 5 GB off a slow disk take a minute or two."""

STOP_SECONDS = 5.0
LOG = "llama.log"


def has_runtime() -> bool:
    """Tell whether llama.cpp is installed."""
    return importlib.util.find_spec("xllamacpp") is not None


def usual_threads() -> int:
    """All cores but one: with a thread for each, and anything else at work, llama.cpp's threads
    wait for one another in a loop (0.5 instead of 4.5 tokens a second; docs/why.md).
    """
    is_counted = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if is_counted else os.cpu_count() or 1
    return max(1, cores - 1)


class ModelServer:
    """llama.cpp as a child of this process; it ends with it, however that ends."""

    def __init__(self, name: str, path: Path, *, log_folder: Path, threads: int | None) -> None:
        self.path = path
        self._name = name
        self._log = log_folder / LOG
        self._threads = threads or usual_threads()
        self._key = secrets.token_urlsafe(32)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._url = ""
        self.load_seconds = 0.0
        """How long the last start took."""

    def endpoint(self) -> Endpoint:
        """Give the place where the model answers, once it is loaded.

        Raises LocalModelError.
        """
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                ended, self._process = self._process, None
                if ended is not None:
                    _end(ended)
                self._start()
            return Endpoint(
                base_url=f"{self._url}/v1",
                model=self._name,
                name=self._name,
                api_key=SecretStr(self._key),
            )

    def stop(self) -> None:
        """End it; the next question would start it anew."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _start(self) -> None:
        if not self.path.is_file():
            raise ModelMissingError(self._name, str(self.path))
        if not has_runtime():
            raise RuntimeMissingError
        began = time.monotonic()
        process = self._spawn()
        try:
            self._url = self._address(process, began + LOAD_SECONDS)
        except BaseException:
            _end(process)
            raise
        self._process = process
        self.load_seconds = time.monotonic() - began

    def _spawn(self) -> subprocess.Popen[bytes]:
        argv = [sys.executable, "-m", "socialcopy.local_models.child"]
        argv += [str(self.path), str(self._threads), self._name]
        local_files.private_folder(self._log.parent)
        with open(self._log, "wb", opener=local_files.opener) as log:
            process = subprocess.Popen(
                argv,
                bufsize=0,  # `select` has to see whatever is not read yet
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                umask=local_files.UMASK,
            )
        if process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended, which is told below
                process.stdin.write(f"{self._key}\n".encode())
                process.stdin.flush()
        return process

    def _address(self, process: subprocess.Popen[bytes], deadline: float) -> str:
        """Read the address that the child prints once the model is loaded."""
        output = process.stdout
        while output is not None:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([output], [], [], left)[0]:
                raise self._failed(f"not within {LOAD_SECONDS:.0f} s")
            line = output.readline().decode(errors="replace").strip()
            if line.startswith("http://"):
                return line
            if not line and process.poll() is not None:
                raise self._failed(f"it ended with code {process.returncode}")
        raise self._failed("it has no output")

    def _failed(self, reason: str) -> LocalModelError:
        said = f"llama.cpp did not load {self._name} ({reason}); its log is {self._log}"
        return LocalModelError(said)


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
