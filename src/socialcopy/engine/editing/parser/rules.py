"""How a wording is tried: rules that must fit a whole clause, and lists that must use it up.

Nothing is guessed from a part of a sentence: "remove the background" is not "remove the
background music". A clause in which one word is left over is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from socialcopy.engine.editing.edits import Edit
from socialcopy.engine.editing.parser.phrasebook import vocabulary
from socialcopy.engine.editing.parser.vocabulary import RuleSet

Reading = Callable[[re.Match[str]], Edit | None]
"""Makes the edit that a rule asks for; none where the rule fits and its values do not."""
Rule = tuple[re.Pattern[str], Reading]

WORDS = vocabulary()
SIGNS = WORDS.signs


def rules(name: RuleSet, readings: Mapping[str, Reading]) -> tuple[Rule, ...]:
    """Compile the rules of a name; raises KeyError for one that asks for what nobody reads."""
    asked = WORDS.rules.get(name, {})
    return tuple(
        (re.compile(p, re.IGNORECASE), readings[wish]) for wish in asked for p in asked[wish]
    )


def by_rules(known: tuple[Rule, ...], clause: str) -> Edit | None:
    """Apply the first rule that fits all of a clause."""
    for pattern, make in known:
        match = pattern.fullmatch(clause)
        if match and (edit := make(match)) is not None:
            return edit
    return None


def found(pattern: str, clause: str) -> re.Match[str] | None:
    """Find a pattern in a clause, in any case."""
    return re.search(pattern, clause, re.IGNORECASE)


Name = TypeVar("Name", bound=str)


def named(words: Mapping[Name, str], clause: str) -> Iterator[Name]:
    """Find whose words stand in a clause, in the order of the names."""
    return (name for name, word in words.items() if found(word, clause))


def first_named(words: Mapping[Name, str], clause: str) -> Name | None:
    """Find the first name whose words stand in a clause."""
    return next(named(words, clause), None)


def without(pattern: str, clause: str, count: int = 0) -> str:
    """Take a pattern out of a clause."""
    return re.sub(pattern, " ", clause, count=count, flags=re.IGNORECASE)


def used_up(clause: str, *patterns: str) -> bool:
    """Tell whether nothing is left of a clause once all these are taken out of it."""
    for pattern in patterns:
        clause = without(pattern, clause)
    return not re.sub(r"[\s,，:：;；.。!！?？、'\"-]+", "", clause)


def forbids(clause: str) -> bool:
    """Tell whether a clause forbids an edit instead of asking for one."""
    return found(WORDS.talk.forbids, clause) is not None


def is_reason(clause: str) -> bool:
    """Tell whether a clause only says why."""
    return re.match(rf"^(?:{WORDS.talk.reasons})$", clause.strip(), re.IGNORECASE) is not None
