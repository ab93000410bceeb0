"""Drafts by a language model behind an OpenAI-compatible endpoint, held to the same checks.

It has no tools and no secrets. What it writes is a draft like any other: each fact is looked up,
what fails is sent back a few times, and what still fails is taken out or replaced by the default
writer's text. A library for agents (pydantic-ai) would bring seven packages for one request.
"""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import regex

from socialcopy.copywriting.errors import ModelWriterError
from socialcopy.copywriting.writers import prompts
from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, CaptionSet, Platform, Understanding
from socialcopy.settings import ModelSettings

LONGEST_ANSWER = 200_000
"""Characters of an answer that are looked at."""

MOST_TOKENS = 4_000
OBJECT = regex.compile(r"\{.*\}", regex.S)

logger = logging.getLogger(__name__)


def write_with_model(
    understanding: Understanding, brief: Brief, settings: ModelSettings
) -> CaptionSet:
    """Have a model write, if one is set; fall back to the default writer whenever it fails."""
    if settings.base_url is None or not settings.model:
        return write(understanding, brief)
    try:
        return _written(understanding, brief, settings)
    except ModelWriterError as error:
        logger.debug("%s", error)
        own = write(understanding, brief)
        note = f"Written without a language model: {error}."
        return own.model_copy(update={"notes": (*own.notes, note)})


def _written(understanding: Understanding, brief: Brief, settings: ModelSettings) -> CaptionSet:
    """Ask, check, and ask again with what is wrong; the last answer is kept as far as it holds."""
    talk = prompts.messages(understanding, brief)
    own = write(understanding, brief)
    checked = own
    with httpx.Client(timeout=settings.timeout_seconds, follow_redirects=False) as client:
        for _ in range(settings.repair_rounds + 1):
            answer = _ask(client, settings, talk, brief)
            checked = check(_drafts(answer, brief), understanding, brief)
            faults = [note for note in checked.notes if note not in own.notes]
            if not faults:
                break
            talk = [*talk, {"role": "assistant", "content": answer}, prompts.repair(faults)]
    return checked


def _ask(
    client: httpx.Client, settings: ModelSettings, talk: list[dict[str, str]], brief: Brief
) -> str:
    key = settings.api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    request = {
        "model": settings.model,
        "messages": talk,
        "temperature": 0,
        "seed": 0,
        "max_tokens": MOST_TOKENS,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "captions", "strict": True, "schema": prompts.schema(brief)},
        },
    }
    url = f"{str(settings.base_url).rstrip('/')}/chat/completions"
    try:
        reply = client.post(url, json=request, headers=headers)
    except httpx.HTTPError as error:
        raise ModelWriterError(f"{type(error).__name__} at the endpoint") from None
    if not reply.is_success:
        raise ModelWriterError(f"the endpoint answered with HTTP {reply.status_code}")
    return _content(reply)


def _content(reply: httpx.Response) -> str:
    try:
        content: Any = reply.json()["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise ModelWriterError("it is no chat completion") from None
    if not isinstance(content, str):
        raise ModelWriterError("it has no text")
    return content[:LONGEST_ANSWER]


def _drafts(answer: str, brief: Brief) -> dict[Platform, str]:
    """The JSON object in an answer, tolerant of fences and chatter around it."""
    found = OBJECT.search(answer)
    try:
        read: Any = json.loads(found.group() if found else answer)
    except (ValueError, RecursionError):
        raise ModelWriterError("it holds no JSON object") from None
    if not isinstance(read, dict):
        raise ModelWriterError("it holds no JSON object")
    texts = ((platform, read.get(platform.value)) for platform in brief.platforms)
    return {platform: text for platform, text in texts if isinstance(text, str)}
