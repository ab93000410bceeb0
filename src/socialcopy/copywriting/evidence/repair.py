"""A draft by a model or a service, sentence by sentence: what can't be proven is taken out.

Nothing is rephrased. A sentence with an unsupported fact, a forbidden way out or a command goes
whole, since half a sentence may say the opposite of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from socialcopy.copywriting.evidence.lookup import Source, examine
from socialcopy.copywriting.text import safety
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.facts import WORD
from socialcopy.models import Brief, Evidence, Value
from socialcopy.platforms.counting import EMOJI, HASHTAG

SENTENCE_END = regex.compile(r"(?<=[.!?…][\"”'’)]?)\s+(?!\s*[\])}])|(?<=[。！？])(?![a-zA-Z])")  # noqa: RUF001
LIST_MARK = regex.compile(r"^\s*(?:[-•*–]|\d{1,2}[.)])\s+")  # noqa: RUF001


class Mended(Value):
    """What is left of a draft, and why the rest is not."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    left_out: tuple[str, ...] = ()
    """For each sentence that went, the sentence and the reason."""


def mend(draft: str, known: Sequence[Source], brief: Brief, language: str) -> Mended:
    """Keep the sentences of a draft that are safe and whose every fact has evidence."""
    lines: list[str] = []
    proven: list[Evidence] = []
    left_out: list[str] = []
    for line in visible(draft).split("\n"):
        kept: list[str] = []
        for sentence in sentences(line):
            fault, evidence = judge(sentence, known, brief, language)
            if fault:
                left_out.append(f"“{sentence.strip()}” ({fault})")
                continue
            proven += evidence
            kept.append(_as_wished(sentence, known, brief))
        lines.append(" ".join(part for part in kept if part))
    text = visible("\n".join(line if WORD.search(line) else "" for line in lines))
    return Mended(text=text, evidence=distinct(proven), left_out=tuple(left_out))


def sentences(line: str) -> list[str]:
    """The sentences of a line; the number of a list item stays with its text."""
    mark = LIST_MARK.match(line)
    start = mark.end() if mark else 0
    parts = [part for part in SENTENCE_END.split(line[start:]) if part.strip()]
    return [line[:start] + parts[0], *parts[1:]] if parts else []


def judge(
    sentence: str, known: Sequence[Source], brief: Brief, language: str
) -> tuple[str, tuple[Evidence, ...]]:
    """Why a sentence may not be posted, or what its facts rest on."""
    forbidden = safety.forbidden_ways_out(HASHTAG.sub(" ", sentence), brief)
    if forbidden:
        return f"the brief does not allow “{forbidden[0]}”", ()
    if safety.is_command(sentence):
        return "it talks to a machine, not to viewers", ()
    if safety.has_avoided_word(sentence, brief):
        return "the brief avoids one of its words", ()
    if safety.without_profanity(sentence, brief.profanity) is None:
        return "it swears", ()
    findings = examine(LIST_MARK.sub("", _without_allowed(sentence, brief)), known, language)
    faults = [finding.fault for finding in findings if finding.fault]
    proven = tuple(finding.evidence for finding in findings if finding.evidence)
    return (faults[0] if faults else ""), proven


def _without_allowed(sentence: str, brief: Brief) -> str:
    """The link and the handles of the brief are no names to be proven."""
    for allowed in (brief.call_to_action, brief.link, *brief.handles):
        sentence = sentence.replace(allowed, " ") if allowed else sentence
    return sentence


def _as_wished(sentence: str, known: Sequence[Source], brief: Brief) -> str:
    """Without hashtags nobody proved, without emoji unless wished, swear words as wished."""
    text = HASHTAG.sub(
        lambda tag: tag.group() if is_allowed_tag(tag["tag"], known, brief) else "", sentence
    )
    if not brief.emoji:
        text = EMOJI.sub(lambda found: found.group() if found.group().isalnum() else "", text)
    text = safety.without_profanity(text, brief.profanity) or ""
    return regex.sub(r"[ \t]{2,}", " ", text).strip()


def is_allowed_tag(tag: str, known: Sequence[Source], brief: Brief) -> bool:
    """Whether a hashtag is the brief's, or its letters stand in a source one after the other."""
    plain = tag.lower()
    given = {given.lstrip("#").lower() for given in (*brief.hashtags, brief.campaign_tag)}
    if plain in given:
        return True
    if brief.hashtag_policy != "content":
        return False
    return any(
        plain in regex.sub(r"[^\p{L}\p{M}\p{N}]", "", source.text.lower())
        for source in known
        if not safety.is_unsafe(source.text)
    )


def distinct(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Each piece of evidence once, in order."""
    return tuple(dict.fromkeys(evidence))
