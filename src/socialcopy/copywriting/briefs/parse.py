"""Briefs as people write them: a few lines of YAML, read strictly, with errors they understand."""

from __future__ import annotations

import json
from typing import Any

import regex
import yaml
from pydantic import ValidationError

from socialcopy.copywriting.errors import BriefError
from socialcopy.models import PICTURE_WISHES, PRIVATE_FIELDS, Brief
from socialcopy.models.validation import problems
from socialcopy.platforms import rules
from socialcopy.platforms.errors import UnknownAccountError

LONGEST_BRIEF_BYTES = 32_768
FENCE = regex.compile(r"```(?:yaml brief|brief)\n(?P<yaml>.*?)\n```", regex.S)


class _PlainLoader(yaml.SafeLoader):
    """YAML without aliases, which let a few lines grow to gigabytes, and without explicit tags,
    by which a value is read as what it is not (`!!timestamp soon` is an AttributeError).
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse what refers to something else, or says what it is."""
        if self.check_event(yaml.AliasEvent) or self.peek_event().tag is not None:
            raise yaml.YAMLError("a brief has no use for aliases and tags")
        return super().compose_node(parent, index)


def read_brief(text: bytes | str, name: str, base: Brief | None = None) -> Brief:
    """Read a written brief over a base; its fields replace the base's.

    Raises BriefError with a sentence that names what is wrong.
    """
    if len(text) > LONGEST_BRIEF_BYTES:
        raise BriefError(name, f"it is longer than {LONGEST_BRIEF_BYTES:,} bytes")
    fields = _fields(text, name)
    # Fields of ours would let a file claim to follow another job, or to be broken.
    private = PRIVATE_FIELDS & set(fields)
    if private:
        raise BriefError(name, f"it has no field “{min(private)}”")
    try:
        brief = (base or Brief()).saying(**fields)
    except ValidationError as error:
        raise BriefError(name, "; ".join(problems(error, Brief, PRIVATE_FIELDS))) from None
    if unknown := unknown_account(brief):
        raise BriefError(name, unknown)
    return brief


def unknown_account(brief: Brief) -> str:
    """Say which kind of account no network knows; empty when all are known."""
    for platform, account in brief.accounts.items():
        try:
            rules(platform, account)
        except UnknownAccountError as error:
            return str(error)
    return ""


def as_json(written: bytes, name: str) -> str:
    """Write a brief down as JSON, which is YAML too, and in which nothing can be hidden.

    Raises BriefError; YAML that is made to break its reader may raise anything, or never end.
    """
    return json.dumps(_fields(written, name), ensure_ascii=False, default=str)


def _fields(text: bytes | str, name: str) -> dict[str, Any]:
    try:
        read = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader, without aliases
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        raise BriefError(name, f"it is not YAML{place}") from None
    if read is None:
        return {}
    if not isinstance(read, dict):
        raise BriefError(name, "it has to be a list of `field: value` lines")
    fields = {str(key).strip().lower().replace("-", "_"): value for key, value in read.items()}
    return {key: _listed(key, value) for key, value in fields.items()}


def _listed(key: str, value: Any) -> Any:
    """Read a list that is written in one line with commas."""
    if key in LISTS and isinstance(value, str):
        parts = (part.strip().strip("\"'").strip() for part in value.split(","))
        return [part for part in parts if part]
    return value


# Fields that hold several values.
LISTS = frozenset({"platforms", "use_words", "avoid_words", "hashtags", "handles"})


# What a request for captions says in its own words, or nobody but us needs to know.
TOLD_OTHERWISE = PICTURE_WISHES | frozenset(
    {"platforms", "instruction", "language", "fault", "follows", "accounts", "variants"}
)


def as_words(
    brief: Brief, *, but: frozenset[str] = TOLD_OTHERWISE, always: frozenset[str] = frozenset()
) -> str:
    """Write the brief as a block that a person, a chat agent and `from_words` can read.

    It may be empty; fields of `always` are in it even if they are as usual.
    """
    fields = brief.model_dump(mode="json", exclude_defaults=True, exclude=set(but))
    fields |= brief.model_dump(mode="json", include=set(always))
    if not fields:
        return ""
    written = yaml.safe_dump(fields, allow_unicode=True, sort_keys=True, width=10_000)
    return f"The brief:\n```brief\n{written.replace('```', '').strip()}\n```"


def from_words(text: str) -> tuple[str, dict[str, Any]]:
    """Take a message apart: its words, and the fields of its block, if it has one."""
    found = FENCE.search(text)
    if found is None:
        return text, {}
    try:
        brief = read_brief(found["yaml"], "the brief")
    except BriefError:
        return text, {}
    rest = text[: found.start()].removesuffix("The brief:\n") + text[found.end() :]
    return rest.strip(), brief.model_dump(exclude_unset=True)
