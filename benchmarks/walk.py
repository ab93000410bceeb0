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

from socialcopy.cli.oneoff import private_workshop
from socialcopy.models import Brief, MediaInfo
from socialcopy.stages import delivery, intake, requests

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
    with private_workshop() as (shop, url):
        key = f"inbox/{path.name}"
        print(f"{'start':<12}{time.perf_counter() - began:>8.2f} s")
        began = time.perf_counter()
        timed("put", lambda: shop.bucket.upload(path, key, "video/mp4"))
        claim = timed("claim", lambda: intake.claim_video(shop, key, Brief()))
        assert claim
        info = timed("validate", lambda: intake.validate_video(shop, claim))
        assert isinstance(info, MediaInfo)
        timed("authenticate", lambda: requests.authenticate(shop, url))
        session = timed("session", lambda: requests.open_session(shop, claim, url))
        timed("upload", lambda: requests.upload_video(shop, claim, session, url))
        copy = timed("caption", lambda: requests.request_captions(shop, claim, session, info, url))
        master = timed("render", lambda: requests.render_master(shop, claim, session, url))
        renditions = timed("conform", lambda: delivery.conform(shop, claim, master, copy))
        timed("publish", lambda: delivery.publish(shop, claim, master, copy, renditions))
        whole = time.perf_counter() - began
        print(f"{'whole':<12}{whole:>8.2f} s = {whole * 1000 / info.duration_ms:.2f} x the clip")
        shop.clear(claim)


if __name__ == "__main__":
    main()
