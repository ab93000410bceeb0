"""Which servers of language models run on this machine: asked on their usual ports, on loopback.

Nothing beyond this machine is asked, and no proxy is in between.
"""

from __future__ import annotations

import contextlib
import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from socialcopy.models import Value

USUAL = (("Ollama", 11434), ("LM Studio", 1234), ("llama.cpp", 8080), ("vLLM", 8000))
"""Programs and the ports they listen on unless somebody says otherwise."""

SECONDS = 1.0
"""How long one port may take; a server on this machine answers in milliseconds."""

LONGEST_ANSWER_BYTES = 1_000_000
MOST_MODELS = 50
LONGEST_NAME = 200
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Running(Value):
    """A server that answers, and the models it offers."""

    program: str
    base_url: str
    """With the `/v1` of its OpenAI-compatible interface."""
    models: tuple[str, ...] = ()


def running(usual: tuple[tuple[str, int], ...] = USUAL) -> tuple[Running, ...]:
    """Ask every usual port at once; what does not answer like OpenAI's interface is left out."""
    with ThreadPoolExecutor(len(usual)) as pool:
        return tuple(filter(None, pool.map(_asked, usual)))


def _asked(usual: tuple[str, int]) -> Running | None:
    program, port = usual
    base_url = f"http://127.0.0.1:{port}/v1"
    names = models_at(base_url)
    return None if names is None else Running(program=program, base_url=base_url, models=names)


def models_at(base_url: str, api_key: str = "") -> tuple[str, ...] | None:
    """List the models an endpoint offers; none where nobody answers as OpenAI's interface does."""
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    request = urllib.request.Request(f"{base_url.rstrip('/')}/models", headers=headers)  # noqa: S310  (an address of the settings)
    with contextlib.suppress(OSError, ValueError, RecursionError):
        with DIRECT.open(request, timeout=SECONDS) as answer:
            read: Any = json.loads(answer.read(LONGEST_ANSWER_BYTES))
        listed = read.get("data") if isinstance(read, dict) else None
        return _names(listed) if isinstance(listed, list) else None
    return None


def _names(listed: list[Any]) -> tuple[str, ...]:
    found = (one.get("id") for one in listed if isinstance(one, dict))
    named = (name[:LONGEST_NAME] for name in found if isinstance(name, str) and name)
    return tuple(dict.fromkeys(named))[:MOST_MODELS]
