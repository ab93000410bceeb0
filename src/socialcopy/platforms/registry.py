"""The registry: what each network accepts, read from one data file per network."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from socialcopy.models import Platform
from socialcopy.platforms.counting import COUNTERS, utf8_bytes
from socialcopy.platforms.errors import UnknownAccountError
from socialcopy.platforms.linkedin_text import escaped
from socialcopy.platforms.rules import ApiFormat, Fact, PlatformRules
from socialcopy.resources import read_yaml

API_FORMATS: dict[ApiFormat, Callable[[str], str]] = {ApiFormat.LITTLE: escaped}
MOST_DAYS_UNCHECKED = 90
"""Networks change their rules without notice; after so long a number counts as unknown."""


@cache
def rules(platform: Platform, account: str = "") -> PlatformRules:
    """Return what a network accepts, from a kind of account (X: `premium`) or the usual one.

    Raises UnknownAccountError for a kind the network does not have.
    """
    data = read_yaml("socialcopy.platforms", "networks", f"{platform.value}.yaml")
    usual = PlatformRules.model_validate(data)
    if not account:
        return usual
    if account not in usual.accounts:
        raise UnknownAccountError(platform, account, tuple(usual.accounts))
    return usual.model_copy(update=usual.accounts[account])


def named_in(text: str) -> tuple[Platform, ...]:
    """Find the networks a text names, in the order it names them."""
    places = {platform: pattern.search(text) for platform, pattern in _named().items()}
    found = {platform: match.start() for platform, match in places.items() if match}
    return tuple(sorted(found, key=lambda platform: found[platform]))


@cache
def _named() -> dict[Platform, re.Pattern[str]]:
    names = {platform: map(re.escape, rules(platform).names) for platform in Platform}
    letter = r"[^\W\u4e00-\u9fff]"  # Chinese puts no space between a name and the next word
    return {
        platform: re.compile(rf"(?<!{letter})(?:{'|'.join(found)})(?!{letter})", re.IGNORECASE)
        for platform, found in names.items()
    }


def length(platform: Platform, text: str, account: str = "") -> int:
    """Count a text in the network's own unit."""
    return COUNTERS[rules(platform, account).text_limit.unit](text)


def api_text(platform: Platform, text: str) -> str:
    """Write a text as the network's API takes it; empty where that is as it is shown."""
    form = rules(platform).api_format
    return API_FORMATS[form](text) if form else ""


def fits(platform: Platform, text: str, account: str = "") -> bool:
    """Tell whether the network accepts a text of this length, by every limit it has."""
    network = rules(platform, account)
    if network.byte_limit and utf8_bytes(text) > network.byte_limit.value:
        return False
    return length(platform, text, account) <= network.text_limit.value


def counted(fact: Fact, text: str) -> int:
    """Count a text in the unit of one number."""
    return COUNTERS[fact.unit](text)


def faults(today: date) -> tuple[str, ...]:
    """Say what is wrong with the rules: a number without source, or unchecked too long."""
    oldest = today - timedelta(days=MOST_DAYS_UNCHECKED)
    return tuple(
        f"{platform.value} {name}: {fault}"
        for platform in Platform
        for name, fact in rules(platform).facts.items()
        for fault in _faults(fact, oldest)
    )


def _faults(fact: Fact, oldest: date) -> list[str]:
    unsourced = [] if fact.source.strip() else ["has no source"]
    stale = [f"was last checked on {fact.checked}"] if fact.checked < oldest else []
    return unsourced + stale
