"""A draft, sentence by sentence: what does not follow from the video or the brief is taken out.

Nothing is rephrased. A sentence with an unsupported fact or claim, a forbidden way out or a
command goes whole, since half a sentence may say the opposite of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import regex

from socialcopy.copywriting.briefs.wishes import quotations
from socialcopy.copywriting.evidence import assertions, quotes, support
from socialcopy.copywriting.evidence.arithmetic import without_derived
from socialcopy.copywriting.evidence.lookup import examine
from socialcopy.copywriting.evidence.quotes import normal
from socialcopy.copywriting.evidence.sources import Known, Source
from socialcopy.copywriting.text import safety
from socialcopy.copywriting.text.anaphora import asks
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.facts import WORD
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.vocabulary import pattern, word_list
from socialcopy.copywriting.text.vocabulary import text as phrase
from socialcopy.models import Brief, Evidence, FactKind, Value
from socialcopy.platforms.counting import EMOJI, HASHTAG

# `Am 12. September` does not end behind the number.
ORDINAL = rf"(?<=\b\d{{1,2}}\.)\s+(?i:{'|'.join(sorted(word_list('dates', 'de')))})\b"
SENTENCE_END = regex.compile(
    rf"(?<=[.!?…][\"”'’»)“]?)(?<!{support.TITLES}\.|\b\p{{Lu}}\.\p{{Lu}}\.)(?!{ORDINAL})(?!(?<=…|\.\.)\s+\p{{Ll}})\s+(?!\s*[\])}}»])|(?<=[。！？])(?![a-zA-Z])"  # noqa: RUF001  (signs of many scripts are what is meant)
)
LIST_MARK = regex.compile(r"^\s*(?:[-•*–]|\d{1,2}[.)])\s+")  # noqa: RUF001  (a dash is what is meant)


class Mended(Value):
    """What is left of a draft, and why the rest is not."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    left_out: tuple[str, ...] = ()
    """For each sentence that went, the sentence and the reason."""


Judge = Callable[[str, str], tuple[str, tuple[Evidence, ...]]]
"""Tells of a sentence, and of the post before it, why it may not stand, or what it rests on."""


def mend(draft: str, known: Known, brief: Brief) -> Mended:
    """Keep the sentences of a draft that are safe and follow from what is known."""

    def judged(sentence: str, before: str) -> tuple[str, tuple[Evidence, ...]]:
        return judge(sentence, known, brief, before)

    lines = sifted(each_closed(visible(draft).split("\n")), judged)
    texts = (_as_wished(line.text, known.sources, brief) for line in lines)
    return Mended(
        text=visible("\n".join(text if WORD.search(text) else "" for text in texts)),
        evidence=distinct([proof for line in lines for proof in line.evidence]),
        left_out=tuple(reason for line in lines for reason in line.left_out),
    )


def sifted(lines: Iterable[str], judged: Judge) -> list[Mended]:
    """Keep of each line the sentences that may stand, knowing what is left of those before."""
    found: list[Mended] = []
    for line in lines:
        kept: list[str] = []
        proven: list[Evidence] = []
        left_out: list[str] = []
        for sentence in sentences(line):
            before = " ".join(filter(None, (*(one.text for one in found), *kept)))
            fault, evidence = judged(sentence, before)
            if fault:
                left_out.append(f"“{sentence.strip()}” ({fault})")
            else:
                kept.append(sentence)
                proven += evidence
        found.append(Mended(text=" ".join(kept), evidence=tuple(proven), left_out=tuple(left_out)))
    return found


CLOSING_MARKS = {'"': '"', "„": "“", "“": "”", "«": "»"}


def each_closed(lines: Sequence[str]) -> Iterable[str]:
    """Give each paragraph of a quotation marks of its own, since each is judged alone.

    A text whose marks do not match is left as it is.
    """
    # Marks that do not match say nothing about where a quotation ends: then none is added.
    mark = None if _is_open("\n".join(lines)) else ""
    for line in lines:
        if mark is None or not line.strip():
            yield line
            continue
        whole = f"{mark}{line}"
        is_open = _is_open(whole)
        mark = next((sign for sign in whole if sign in CLOSING_MARKS), "") if is_open else ""
        yield f"{whole.rstrip()}{CLOSING_MARKS.get(mark, '')}" if is_open else whole


def sentences(line: str) -> list[str]:
    """Return the sentences of a line.

    A quotation stays whole, and a list's number with its text.
    """
    mark = LIST_MARK.match(line)
    start = mark.end() if mark else 0
    parts = [part for part in SENTENCE_END.split(line[start:]) if part.strip()]
    whole = [*_whole_quotes(parts)]
    return [line[:start] + whole[0], *whole[1:]] if whole else []


def _whole_quotes(parts: Sequence[str]) -> Iterable[str]:
    open_part = ""
    for part in parts:
        open_part = f"{open_part} {part}" if open_part else part
        if not _is_open(open_part):
            yield open_part
            open_part = ""
    if open_part:
        yield open_part


def _is_open(text: str) -> bool:
    """Tell whether a quotation has begun and not ended."""
    straight = text.count('"') % 2 == 1
    low = text.count("„") > text.count("“") + text.count("”")
    high = "„" not in text and text.count("“") > text.count("”")
    return straight or low or high or text.count("«") != text.count("»")


def judge(
    sentence: str, known: Known, brief: Brief, before: str = ""
) -> tuple[str, tuple[Evidence, ...]]:
    """Why a sentence may not be posted, or what its facts rest on."""
    bare = HASHTAG.sub(" ", sentence)
    if not WORD.search(bare) or _leads_to_link(bare.strip(), brief, known.language):
        return "", ()
    if fault := _unsafe(sentence, bare, brief):
        return fault, ()
    stated = LIST_MARK.sub("", _without_allowed(bare, brief))
    if not known.spoken:
        stated = pattern("wordless", known.language).sub(" ", stated)
    if not WORD.search(stated) or _is_of_the_brief(bare, brief):
        return "", _evidence(stated, known)
    is_verbatim = normal(stated) in known.verbatim
    if not is_verbatim and not quotes.quoted(stated):
        stated = without_derived(stated, known)
    fault = ("" if is_verbatim else _unproven(stated, known)) or _fault(
        stated, known, before, is_verbatim=is_verbatim
    )
    return (fault, ()) if fault else ("", _evidence(stated, known))


def _unsafe(sentence: str, bare: str, brief: Brief) -> str:
    forbidden = safety.forbidden_ways_out(bare, brief)
    if forbidden:
        return f"the brief does not allow “{forbidden[0]}”"
    if safety.is_command(sentence):
        return "it talks to a machine, not to viewers"
    if safety.has_avoided_word(sentence, brief):
        return "the brief avoids one of its words"
    if safety.without_profanity(sentence, brief.profanity) is None:
        return "it swears"
    return ""


def _is_of_the_brief(sentence: str, brief: Brief) -> bool:
    """Tell whether the customer wrote it: nobody has to prove that."""
    own = tokens(sentence)
    told = (brief.call_to_action, brief.about, *quotations(brief.instruction))
    return any(own == tokens(text) for text in told)


def _leads_to_link(sentence: str, brief: Brief, language: str) -> bool:
    """Tell whether a sentence only says where the brief's link is."""
    told = (phrase("link_in_comment", language), safety.typed_address(brief.link or ""))
    return bool(brief.link) and sentence in told


def _unproven(sentence: str, known: Known) -> str:
    """Return a number, a name, a date that no source states; a question may name a day."""
    language = known.language
    is_free = asks(sentence) or assertions.is_post_action(sentence, language)
    free = {FactKind.DATE, FactKind.SUPERLATIVE} if is_free else set[FactKind]()
    if assertions.is_rhetoric(sentence, known):
        return ""
    for finding in examine(sentence, known.sources, language):
        worded = finding.fact.kind is FactKind.NUMBER and not regex.search(r"\d", sentence)
        is_name = finding.fact.kind is FactKind.NAME
        is_noun = is_free and language == "de" and " " not in finding.fact.text
        is_first = is_name and (is_noun or _begins(sentence, finding.fact.text))
        is_claim = finding.fact.kind not in free and not (is_free and worded) and not is_first
        if finding.fault and is_claim:
            return finding.fault
    return ""


def _begins(sentence: str, name: str) -> bool:
    """Tell whether a word has its capital from standing first.

    Its matter is looked up with the rest.
    """
    return " " not in name and sentence.lstrip(" “”\"«„'¿¡").startswith(name)


def _fault(sentence: str, known: Known, before: str, *, is_verbatim: bool) -> str:
    if quotes.quoted(sentence):
        return quotes.fault_in_quotes(sentence, known) or _fault_in_frame(sentence, known)
    statement = quotes.without_attribution(sentence, known.language)
    if statement != sentence:
        own = tokens(statement)
        said = [s for s in known.spoken if set(own) & set(tokens(s.text)) and _is_close(own, s)]
        if fault := quotes.fault_in_attribution(sentence, said, known):
            return fault
    fault = assertions.fault_in(statement, known, before, is_verbatim=is_verbatim)
    is_free = is_verbatim or statement != sentence or asks(sentence)
    return fault or ("" if is_free else support.opinion_in(sentence, known))


def _is_close(own: Sequence[str], source: Source) -> bool:
    said = set(tokens(source.text))
    return sum(word in said for word in own) * 2 > len(own)


def _fault_in_frame(sentence: str, known: Known) -> str:
    """Find a name around a quotation that is not known: people and things that are may be named."""
    frame = quotes.unquoted(sentence)
    return support.fault_in_frame(frame, known) if WORD.search(frame) else ""


def _evidence(sentence: str, known: Known) -> tuple[Evidence, ...]:
    found = examine(sentence, known.sources, known.language)
    return tuple(finding.evidence for finding in found if finding.evidence)


def _without_allowed(sentence: str, brief: Brief) -> str:
    """Take out the brief's link and handles, which are no names to be proven."""
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
    """Tell whether a hashtag is the brief's, or its letters stand in a source in a row."""
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
