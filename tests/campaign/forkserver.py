"""Workers by the hundred: a process that has imported everything, and forks one for each order.

`python -m tests.campaign.forkserver <folder>` reads orders as JSON lines, forks, and says how
each child ended. A spawned worker costs 1.5 s before its first line, a forked one milliseconds.
It stays single-threaded, so forking is safe.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import select
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from socialcopy.cli import local
from socialcopy.cli.local import LocalPipeline
from socialcopy.models import Brief, Rendition
from socialcopy.pipeline.steps import caption, conform
from socialcopy.pipeline.steps import claim as claim_module
from socialcopy.storage import claims
from tests.campaign.points import Kill, Killer
from tests.planted import bugs

ELSEWHERE = "another-machine 00000000 pid:[1]"


def main(folder: Path) -> None:
    """Serve orders until the input ends."""
    pipeline: LocalPipeline = pickle.loads((folder / "pipeline.pickle").read_bytes())
    terms = json.loads((folder / "terms.json").read_text())
    _shorten(terms)
    if terms["encodes_once"]:
        conform.render_all = Encoder(folder / "encoded", conform.render_all)
    bugs.plant_from_environment()
    assert pipeline.context.bucket  # made once here; its connections are each child's own
    children: dict[int, int] = {}
    is_open = True
    while is_open or children:
        ready, _, _ = select.select([0] if is_open else [], [], [], 0.02)
        if ready:
            line = _read_line()
            is_open = bool(line)
            if line:
                order = json.loads(line)
                children[_fork(pipeline, order, folder)] = order["id"]
            else:
                for pid in children:
                    os.kill(pid, signal.SIGKILL)
        _reap(children)


def _shorten(terms: dict[str, Any]) -> None:
    """Waits that are minutes in production; shortened for all workers alike."""
    caption.RECOVERY_SECONDS = terms["recovery_seconds"]
    caption.ARRIVAL_SECONDS = terms["arrival_seconds"]


class Encoder:
    """Makes the MP4s of the first video for real and gives every later one the same bytes.

    All clips of a campaign show the same second; encoding it a thousand times proves nothing.
    """

    def __init__(self, folder: Path, encode: Callable[..., tuple[Rendition, ...]]) -> None:
        self._folder = folder
        self._encode = encode

    def __call__(
        self, *arguments: Any, name: str, folder: Path, **options: Any
    ) -> tuple[Rendition, ...]:
        record = self._folder / "renditions.pickle"
        if not record.exists():
            made = self._encode(*arguments, name=name, folder=folder, **options)
            self._keep(record, name, made)
            return made
        before, kept = pickle.loads(record.read_bytes())
        return tuple(_copied(rendition, before, name, folder) for rendition in kept)

    def _keep(self, record: Path, name: str, made: tuple[Rendition, ...]) -> None:
        own = self._folder / str(os.getpid())
        own.mkdir(parents=True)
        kept = [_copied(rendition, name, name, own) for rendition in made]
        draft = own / "draft"
        draft.write_bytes(pickle.dumps((name, kept)))
        draft.replace(record)


def _copied(rendition: Rendition, before: str, name: str, folder: Path) -> Rendition:
    target = folder / Path(rendition.path).name.replace(before, name)
    shutil.copyfile(rendition.path, target)
    return rendition.model_copy(update={"path": type(rendition.path)(target)})


def _read_line() -> str:
    """One line, unbuffered: `select` must not be fooled by what a reader holds back."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            return ""
        line += byte
    return line.decode()


def _reap(children: dict[int, int]) -> None:
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        said = {"id": children.pop(pid), "killed": os.WIFSIGNALED(status)}
        os.write(1, json.dumps(said).encode() + b"\n")


def _fork(pipeline: LocalPipeline, order: dict[str, Any], folder: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        os.close(0)
        log = os.open(folder / "workers.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        _work(pipeline, order, folder)
    except BaseException:  # noqa: BLE001  (a child must never return into the server's loop)
        traceback.print_exc()
        os._exit(3)
    os._exit(0)


def _work(pipeline: LocalPipeline, order: dict[str, Any], folder: Path) -> None:
    """A worker's life: take one video after another, as the watcher's runs do."""
    random.seed(order["seed"])
    claims.owner_name.cache_clear()
    if order["elsewhere"]:  # nobody can see that this one is dead, so its lease has to run out
        claims._machine = lambda: ELSEWHERE
    killer = Killer(folder / "markers")
    for job in order["jobs"]:
        # One video a process: a sender that goes on with another one is no proof of anything.
        killer.aim(job["name"], [Kill(*kill) for kill in job["kills"]])
        nemo = pipeline.context.nemo.model_copy(update={"client_id": job["name"]})
        context = pipeline.context.model_copy(update={"nemo": nemo})
        if _has_worked(LocalPipeline(context, pipeline.api_url), job):
            return


def _has_worked(pipeline: LocalPipeline, order: dict[str, Any]) -> bool:
    """Try to claim a video and, if it is ours, work on it; whether there was anything to do."""
    try:
        job = claim_module.claim_video(pipeline.context, order["key"], BRIEF)
        if job is None:
            return False
        with claim_module.holding(job):
            local.walk(job, pipeline.api_url, lambda *_: None)
    except Exception as error:  # noqa: BLE001  (a run that fails; another worker goes on)
        _say(order["name"], error)
    return True


def _say(name: str, error: BaseException) -> None:
    os.write(2, f"{name}: {type(error).__name__}: {error}\n".encode())


BRIEF = Brief(platforms=("x",))  # pyright: ignore[reportArgumentType]
"""One network, so that a delivery costs a CPU-second and hundreds of them are possible."""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
