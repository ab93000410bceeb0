"""Whether a sentence may be posted: what it asserts, in whose voice, and whether it is whole.

Questions, invitations and rhetoric assert nothing and pass, unless they carry a claim along. What
is asserted has to follow from what is known (support.py).
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import regex

from socialcopy.copywriting.evidence.reversals import absolute, last_question
from socialcopy.copywriting.evidence.sources import Known, Source
from socialcopy.copywriting.evidence.support import unsupported
from socialcopy.copywriting.text.anaphora import (
    asks,
    is_first_person,
    is_singular,
    without_connective,
    without_please,
)
from socialcopy.copywriting.text.facts import NEGATION, counted
from socialcopy.copywriting.text.languages import is_small_word, tongue
from socialcopy.copywriting.text.screen_text import is_half_of, is_noise
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.stems import content, light_stems, plain_words, telling
from socialcopy.copywriting.text.vocabulary import every_pattern, is_verb, pattern, word_list

FEWEST_WORDS = 3
OFFER = regex.compile(
    r"(?<!\p{L})(?:\d+(?:[.,]\d+)?\s?(?:%|percent|prozent|por ciento|pour cent|per cento|procent)"
    r"|[$€£]\s?\d|\d\s?[$€£]|\d+x\b)",
    regex.I,
)


def fault_in(sentence: str, known: Known, before: str = "", *, is_verbatim: bool = False) -> str:
    """Why a sentence may not be posted, or nothing. `before` is the post up to it."""
    if known.is_empty:
        return "nothing is known about this video"
    question = last_question(before)
    if question and word_list("backchannel", known.language).issuperset(tokens(sentence)):
        return unsupported(f"{question.rstrip('?')} {sentence}", known, "")
    if fault := _garbled(sentence, known):
        return "" if _is_answer(sentence, known, question) else fault
    if asks(sentence):
        return _fault_in_question(sentence, known, before)
    if is_post_action(sentence, known.language):
        return _fault_in_invitation(sentence, known)
    return _fault_in_statement(sentence, known, before, is_verbatim=is_verbatim)


def _is_answer(sentence: str, known: Known, question: str) -> bool:
    """`Meat? No.`, `Lemons? A few.`: it follows together with what the post has just asked."""
    is_told = question and (NEGATION.search(sentence) or telling(sentence, known.language))
    return bool(is_told) and not unsupported(f"{question.rstrip('?')} {sentence}", known, "")


def _fault_in_statement(sentence: str, known: Known, before: str, *, is_verbatim: bool) -> str:
    if fault := _fault_in_voice(sentence, known):
        return fault
    if is_rhetoric(sentence, known):
        return ""
    if _is_foreign(sentence, known):  # a denial can't be held against words of another language
        return "nobody denies it in the language of the video" if NEGATION.search(sentence) else ""
    half = _half(sentence, known, before)
    return half or ("" if is_verbatim else unsupported(sentence, known, before))


def _garbled(sentence: str, known: Known) -> str:
    """Codes, addresses of this machine, menus, and words that ran together."""
    bare = sentence.rstrip(".!")
    is_amount = regex.fullmatch(r"[+\-−]?[\d.,]+\s?%?\W*", sentence)
    is_line = " " not in bare and bare.lower() in known.noise
    if is_line or (is_noise(bare) and not is_amount):
        return "it is what a program shows its user, no copy"
    words = (word.strip(".,:;?!…") for word in sentence.split())
    # `At 6:30 we open` tells a time; `Tue 09:41 100%` is a status bar.
    is_prose = len(regex.findall(r"(?<!\S)\p{Ll}+(?!\S)", sentence)) >= FEWEST_WORDS
    codes = (w for w in words if is_noise(w) and CODED.search(w))
    if coded := next((w for w in codes if not (is_prose and IN_PROSE.fullmatch(w))), ""):
        return f"“{coded}” is a code, no copy"
    stuck = next(
        (w for w in plain_words(sentence) if w in known.run_together or STUCK.fullmatch(w)), ""
    )
    return f"“{stuck}” is two words run together" if stuck else ""


# `62parapluies` is a number and a word; `10min`, `3rd` and `4000er` are none.
STUCK = regex.compile(r"\d+\p{L}{5,}")
# A time, initials, and what a stroke joins: `6:30`, `J.L`, `km/h`, `and/or`.
IN_PROSE = regex.compile(r"\d{1,2}:[0-5]\d|(?:\p{Lu}\.)+\p{Lu}|\p{L}{1,12}/\p{L}{1,12}")
CODED = regex.compile(r"\d.*\p{L}|\p{L}.*\d|/|:|\.\p{L}")


def _is_foreign(sentence: str, known: Known) -> bool:
    """Tell whether it is in another language than everything known.

    Then only facts can be compared.
    """
    own = tongue(sentence, known.language)
    return own != known.language and all(source.language != own for source in known.sources)


# ---- What asserts nothing -------------------------------------------------------------------


@lru_cache(maxsize=4_096)
def is_post_action(sentence: str, language: str) -> bool:
    """Tell whether it asks readers to do something with the post.

    Save it, tag somebody, tell us.
    """
    first = next(iter(tokens(without_connective(without_please(sentence), language))), "")
    return first in word_list("post_actions", language) and not _points_elsewhere(
        sentence, language
    )


def _points_elsewhere(sentence: str, language: str) -> bool:
    """`Write it on a note`, `Drop the pastry in oil`: the same verbs for other work."""
    first, *others = tokens(without_please(sentence)) or ("",)
    is_meant = word_list("post_objects", language) & set(others[:2])
    return first in word_list("other_actions", language) and not is_meant


def _fault_in_invitation(sentence: str, known: Known) -> str:
    """Find a promise in an invitation: a price, a share, a reward, something for free."""
    language = known.language
    promised = set(tokens(sentence)[1:]) & word_list("rewards", language)
    is_gift = every_pattern("gifts", r"(?<!\p{L}){}(?!\p{L})").search(sentence)
    is_claim = promised or is_gift or OFFER.search(sentence)
    return unsupported(sentence, known, "") if is_claim else ""


def _fault_in_question(sentence: str, known: Known, before: str) -> str:
    """Find what a question tells: `Did you know …`, `…, isn't it?`; any other passes."""
    language = known.language
    told = pattern("did_you_know", language, r"^\W*{}\s+").sub("", sentence)
    tagless = pattern("tag_questions", language, r",\s*{}\s*[?？]\W*$").sub(".", sentence)
    if told != sentence or tagless != sentence:
        claim = told.rstrip("?？ ") if told != sentence else tagless
        return unsupported(f"{claim.rstrip('.')}.", known, "")
    if OFFER.search(counted(sentence, language)):
        return unsupported(sentence, known, "", asked=True)
    if not before and word_list("he_she", language) & set(tokens(sentence)):
        return "it asks about somebody who is not named"
    names = [name for name in known.names if _has_name(sentence, name)]
    is_formal = pattern("formal_address", language, r"(?<!\p{L}){}(?!\p{L})").search(sentence)
    to_reader = is_formal or word_list("you", language) & set(tokens(sentence))
    if (names and not to_reader) or (absolute(sentence, known) and names):
        return unsupported(sentence, known, "", asked=True)
    return ""


def _has_name(sentence: str, name: str) -> bool:
    return bool(regex.search(rf"(?<!\p{{L}}){regex.escape(name)}(?!\p{{L}})", sentence.lower()))


def is_rhetoric(sentence: str, known: Known) -> bool:
    """Tell whether it only says what nobody would ask proof of: `Not every Monday has to hurt.`"""
    language = known.language
    if OFFER.search(sentence) or regex.search(r"\d", counted(sentence, language)):
        return False
    if any(_has_name(sentence, name) for name in known.names):
        return False
    if pattern("not_every", language, r"^\W*{}\b").search(sentence):
        return _shares_matter(sentence, known)
    hedged = any(_has_name(sentence, hedge) for hedge in word_list("sometimes", language))
    return hedged and not _shares_matter(sentence, known)


def _shares_matter(sentence: str, known: Known) -> bool:
    own = set(content(sentence, known.language)) - light_stems(known.language)
    return any(own & source.stems for source in known.sources)


# ---- Whose voice, and whether it is whole ---------------------------------------------------


def _fault_in_voice(sentence: str, known: Known) -> str:
    if not is_first_person(sentence, known.language) or _is_of_the_brief(sentence, known):
        return ""
    own = f" {' '.join(tokens(sentence))} "
    is_said = any(own in f" {' '.join(tokens(s.text))} " for s in known.spoken)
    is_house = known.is_own_voice or (is_said and _is_of_a_house(known))
    if is_house and not is_singular(sentence, known.language):
        return ""
    return "it is in the first person: quote who says it"


def _is_of_a_house(known: Known) -> bool:
    """Tell whether one person speaks for all who run something: `I run, well, we run …`."""
    plural = word_list("first_person_plural", known.language)
    form = pattern("describes_self", known.language, r"(?<!\p{L}){}")
    said = [s.text for s in known.spoken]
    is_run = any(plural & set(tokens(f.group())) for text in said for f in form.finditer(text))
    return is_run and len(known.everybody) <= 1


def _is_of_the_brief(sentence: str, known: Known) -> bool:
    own = tokens(sentence)
    return any(s.origin == "brief" and own == tokens(s.text) for s in known.sources)


def _half(sentence: str, known: Known, before: str) -> str:
    """Tell whether it stands on something that is not there, or is cut off in the middle."""
    language = known.language
    if is_half_of(sentence, known.screen):
        return "it is half a sentence of the picture"
    if not before and _dangles(sentence, language):
        return "it stands on a sentence that is not there"
    run = _cut_from(sentence, known)
    return f"it is cut out of “{run.text}”" if run else ""


def _dangles(sentence: str, language: str) -> bool:
    first = next(iter(tokens(sentence)), "")
    if pattern("connectives", language, r"^{}\b").match(sentence):
        return True
    if pattern("impersonal", language, r"^{}").match(sentence):
        return False
    lone = first in word_list("pronoun_subjects", language) and not _is_article(sentence, language)
    return lone or pattern("leaning_hard", language, r"^{}").match(sentence) is not None


def _is_article(sentence: str, language: str) -> bool:
    """`Die Brücke`, `Este curso`, `Those shoes`: a noun follows, and no verb."""
    first, *others = sentence.split()
    behind = others[0] if others else ""
    if language == "de":
        is_described = regex.match(r"\p{Ll}+(?:e|en|er|es) \p{Lu}", " ".join(others[:2]))
        return behind[:1].isupper() or is_described is not None
    if not behind or is_small_word(behind.lower(), language):
        return False
    if language == "en":
        return first.lower() in word_list("pointing_words") and not is_verb(behind.lower())
    return first.lower() in word_list("demonstratives", language)


def _cut_from(sentence: str, known: Known) -> Source | None:
    """Return the spoken sentence that this is a piece of, where the piece waits for the rest."""
    own = tokens(without_connective(sentence, known.language))
    first = own[0] if own else ""
    if first not in word_list("waiting", known.language) or len(own) < FEWEST_WORDS:
        return None
    for source in known.spoken:
        whole = tokens(without_connective(source.text, known.language))
        if len(own) < len(whole) and own == whole[: len(own)] and _waits(own, known.language):
            return source
    return None


def _waits(own: Sequence[str], language: str) -> bool:
    """English alone can be looked at for a main clause: a subject behind the opening one."""
    if language != "en":
        return True
    return not any(word in word_list("subjects") for word in own[2:])
