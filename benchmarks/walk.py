"""How long each stage of the data walk takes: `uv run python benchmarks/walk.py [CLIP]`.

One clip through a store and an engine of its own, without Prefect. Prints seconds a stage, and the
whole as a multiple of the clip's length.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from socialcopy.cli.local import private_context
from socialcopy.models import Brief, MediaInfo
from socialcopy.pipeline import client
from socialcopy.pipeline.steps import caption, conform, publish, render, upload, validate
from socialcopy.pipeline.steps import claim as claim_module

T = TypeVar("T")
ROOT = Path(__file__).parent.parent


def timed(name: str, work: Callable[[], T]) -> T:
    """Do something and say how long it took."""
    began = time.perf_counter()
    result = work()
    print(f"{name:<12}{time.perf_counter() - began:>8.2f} s")
    return result


def main() -> None:
    path = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "examples" / "demo.mp4"
    began = time.perf_counter()
    with private_context() as (context, url):
        key = f"inbox/{path.name}"
        print(f"{'start':<12}{time.perf_counter() - began:>8.2f} s")
        began = time.perf_counter()
        timed("put", lambda: context.bucket.upload(path, key, "video/mp4"))
        job = timed("claim", lambda: claim_module.claim_video(context, key, Brief()))
        assert job
        info = timed("validate", lambda: validate.validate_video(job))
        assert isinstance(info, MediaInfo)
        timed("authenticate", lambda: client.authenticate(context, url))
        session = timed("session", lambda: upload.open_session(job, url))
        timed("upload", lambda: upload.upload_video(job, session, url))
        copy = timed("caption", lambda: caption.request_captions(job, session, info, url))
        master = timed("render", lambda: render.render_master(job, session, url))
        renditions = timed("conform", lambda: conform.conform(job, master, copy))
        timed("publish", lambda: publish.publish(job, master, copy, renditions))
        whole = time.perf_counter() - began
        print(f"{'whole':<12}{whole:>8.2f} s = {whole * 1000 / info.duration_ms:.2f} x the clip")
        context.clear(job.claim)


if __name__ == "__main__":
    main()
