"""Text in the picture as somebody meant it: noise dropped, lines joined, each card of a kind.

A silent video is posted from nothing else, so what a screen has for its user (codes, addresses,
menus, clocks, file names) and what was misread is never taken for what it says to a viewer.
"""

# ruff: noqa: RUF001 - typographic signs are what these patterns look for

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

import regex

from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.languages import is_small_word
from socialcopy.copywriting.text.run_together import parted
from socialcopy.copywriting.text.safety import is_unsafe
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.text.spoken import SENTENCE_END
from socialcopy.copywriting.text.vocabulary import (
    every,
    every_pattern,
    is_verb,
    pattern,
    says,
    word_list,
)
from socialcopy.models import Region, ScreenText, Value
from socialcopy.understanding.dictionary import is_rare

# Share of common letters from which two readings of one place are one text, misread.
SIMILAR = 0.75

SAME_PLACE = 0.1
# Reading probability from which a line may be posted.
SURE = 0.9
# Share of the picture's height from which letters are meant for a viewer: smaller ones stand on
# clothes and in the distance, on a program's screen for who works with it.
LEAST_HEIGHT = 0.025
LEAST_HEIGHT_ON_A_SCREEN = 0.05

_UNITS = (
    r"csv|pdf|mp[34]|mov|png|jpe?g|gif|svg|xlsx?|docx?|pptx?|zip|txt|md|json|ya?ml|py|js|ts|html?"
    r"|css|psd|wav|log"
)
CODE = regex.compile(
    r"(?<![\w.])(?:(?=[a-f\d]*\d)(?=[a-f\d]*[a-f])[a-f\d]{6,}|[0-9a-f]{8}-[0-9a-f-]{8,}|0x[\da-f]+|#[\da-f]{6})\b"
)
ADDRESS = regex.compile(
    r"https?:|\blocalhost\b|\b\d{1,3}(?:\.\d{1,3}){3}\b|\bwww\.|\S@\S|(?:^|\s)[@/]\w|\b[a-z][\w.-]*:\d{2,5}\b"
    r"|\b[\w-]+\.(?:com|org|net|io|app|dev|local)\b|[^\W_]_[^\W_]",
    regex.I,
)
FILE = regex.compile(
    rf"\b[A-Z]:[/\\]\w|^[\w.()-]+\.(?:{_UNITS})$|^[~.]?/?(?:[\w.-]+/){{1,}}[\w.-]*$"
    r"|(?<!@[\w.]*)(?:[^\W_]_[\w.-]*|\p{L}[\w-]*\d)\.\p{L}\w{1,4}$",
    regex.I,
)
# Also a timecode's, with frames or parts of a second.
TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,:;]\d{1,3})?)?"
CLOCK = regex.compile(
    rf"^\W*(?:\p{{L}}+\.? |(?:\d{{1,4}}[-/.]){{2}}\d{{1,4}},? )?{TIME}(?: ?[ap]m)?"
    rf"(?:\s*[/|–-]\s*{TIME})?(?:\s+\d{{1,3}} ?%)?\W*$",
    regex.I,
)
COUNTER = regex.compile(
    r"^[\s(\[]*(?:100 ?%|\d+|\d+\s*[x×/]\s*\d+|(?:bat+er\p{L}+|akku|accu)\W*\d{1,3} ?%"
    r"|(?:ep|folge|episode|épisode|aflevering)\b\.? ?\d+)[\s)\]]*$",
    regex.I,
)
# What a form asks for: `Name:`; a form's own marks: `Save (.csv)`; what it is at: `Loading…`.
FIELD = every_pattern("in_progress", r"^\W*\w+:$|\((?:\d+|\.\w+)\)|^{}(?:\.{3}|…)$")
GREETING = every_pattern("small_talk", r"^\W*{}\W*$")
KEYS = regex.compile(r"\b(?:ctrl|cmd|alt|shift|esc)\b ?\+|[⌘⌥⇧]", regex.I)
BADGES = word_list("badges")
# What the edges of a program's screen show: how full a battery is, the network, the way back.
STATUS = regex.compile(r"\d{1,3} ?%|[2-6]G|LTE|Wi-?Fi|WLAN|[‹←].*", regex.I)
# Two buttons of a dialog have one of these.
DISMISSALS = word_list("dismissals")
MENU = every("menu") | DISMISSALS
FEWEST_MENU_WORDS = 3
FEWEST_BUTTONS = 2
MENU_SHARE = 0.7
FEWEST_LETTERS = 3
AROUND_THE_CLOCK = "24/7"
# A word that came into the picture from the left, and letters that were still outside.
FEWEST_CUT_LETTERS = 5
MOST_CUT_OFF = 2
MOST_NAME_WORDS = 4
MOST_LABEL_WORDS = 3
INSIDE_NAMES = word_list("inside_names")
MOST_NUMBER_WORDS = 6
# `Open shifts: 6`, and later `Open shifts: 0`; `30 days > 14 days`.
STATE = regex.compile(r"(?P<what>\P{N}{3,}: ?)(?P<value>[\d.,]+)")
BECOMES = regex.compile(r"(\d\S*(?: \p{L}+)?) ?(?:->|=>|>|»|⇒|→) ?(?=\d)")
ARROW = "→"
WINDOW_TITLE = regex.compile(r"(?P<name>\p{Lu}\p{L}+) [–—|-] ")
ENDS = (".", "!", "?", "…")
MARK_OF_A_LIST = regex.compile(r"^(?:[-•*–✓✔☑▪]|\(?\d{1,2}[.)])\s+(?=\p{L})")
# `1 Wipe`: the mark of a list where a `2` follows; else a number of things.
BARE_NUMBER = regex.compile(r"^(?P<digit>\d) (?=\p{Lu})")


class CardKind(StrEnum):
    """What a line of the picture is for."""

    SENTENCE = "sentence"
    LABEL = "label"
    """A few words: a step, a button, a headline."""
    NAME = "name"
    """Of a thing, a place or a maker."""
    PERSON = "person"
    NUMBER = "number"
    ACTION = "action"
    """It asks the viewer to do something."""


class Card(Value):
    """What one or more lines of the picture say together."""

    text: str
    kind: CardKind
    start_ms: int
    end_ms: int
    box: Region
    number: int | None = None
    """Its place in a numbered list, where it has one."""
    from_screen: bool = False
    """Whether the picture also shows what only the user of a program needs."""


def is_noise(line: str) -> bool:
    """Tell whether a line is for the user of a program and not for a viewer.

    Codes, clocks, menus.
    """
    plain = visible(line)
    letters = regex.findall(r"\p{L}", plain)
    if plain == AROUND_THE_CLOCK:
        return False
    if CODE.search(plain) or ADDRESS.search(plain) or FILE.search(plain) or KEYS.search(plain):
        return True
    if CLOCK.match(plain) or COUNTER.match(plain) or plain.rstrip("!").lower() in BADGES:
        return True
    found = tokens(plain)
    if FIELD.search(plain) or (len(found) == 1 and GREETING.match(plain)):
        return True
    in_menu = sum(word in MENU for word in found)
    fewest = FEWEST_MENU_WORDS if DISMISSALS.isdisjoint(found) else FEWEST_BUTTONS
    if len(found) >= fewest and in_menu >= MENU_SHARE * len(found):
        return True
    return not (len(letters) >= FEWEST_LETTERS or regex.search(r"\d", plain))


def shows_program(screen: Sequence[ScreenText]) -> bool:
    """Tell whether the picture is that of somebody who works with a program."""
    return any(_is_of_a_program(line.text) for line in screen)


def is_recording(screen: Sequence[ScreenText]) -> bool:
    """Tell whether all there is to see is somebody's work with a program: its letters are small."""
    small = sum(line.box.bottom - line.box.top < LEAST_HEIGHT_ON_A_SCREEN for line in screen)
    return shows_program(screen) and small * 2 > len(screen)


def _is_of_a_program(line: str) -> bool:
    """Tell whether only a program's screen shows it.

    A code, a file, a menu, this machine's address.
    """
    local = regex.search(r"\blocalhost\b|\b\d{1,3}(?:\.\d{1,3}){3}\b", line)
    in_menu = sum(word in MENU for word in tokens(line)) >= FEWEST_MENU_WORDS
    return bool(CODE.search(line) or FILE.search(line) or KEYS.search(line) or local) or in_menu


def cards(screen: Sequence[ScreenText], language: str, said: str = "") -> tuple[Card, ...]:
    """Tell what the picture says to a viewer, in order, each once."""
    heard = frozenset(tokens(said))
    lines = [line for line in surest(screen) if line.probability >= SURE]
    is_program = shows_program(lines)
    least = LEAST_HEIGHT_ON_A_SCREEN if is_program else LEAST_HEIGHT
    clean = [
        line.model_copy(update={"text": parted(visible(line.text), language, heard)})
        for line in lines
        if not (is_noise(line.text) or is_unsafe(line.text))
        and not (is_program and STATUS.fullmatch(line.text.strip()))
        and (line.box.bottom - line.box.top >= least or heard.issuperset(tokens(line.text)))
    ]
    told = _joined(_marked(_changed(clean)), language)
    joined = [line for line in told if _is_whole(line.text, language)]
    found: dict[str, Card] = {}
    for line in joined:
        card = _card(line, language, is_program=is_program)
        is_button = card.text.isupper() or card.text.islower() or card.text.lower() in MENU
        # `Where?` asks viewers, `Move to 22 May?` the user.
        is_brief = not found or len(tokens(card.text)) <= MOST_LABEL_WORDS
        is_to_viewers = is_brief and is_small_word(_first(card.text), language)
        is_asked = card.text.endswith("?") and not is_to_viewers
        is_scrap = is_program and (is_asked or (is_button and " " not in card.text))
        if not (is_scrap and card.text.lower() not in heard):
            found.setdefault(card.text.lower(), card)
    return tuple(found.values())


def _changed(lines: Sequence[ScreenText]) -> list[ScreenText]:
    """Tell a state with what it became, where it is shown last: `Open shifts: 6 → 0`."""
    found: dict[str | int, ScreenText] = {}
    for n, line in enumerate(lines):
        text = BECOMES.sub(rf"\1 {ARROW} ", line.text)
        state = STATE.fullmatch(text)
        before = found.pop(state["what"], None) if state else None
        if state and before and before.text != text:
            text = f"{before.text.partition(f' {ARROW}')[0]} {ARROW} {state['value']}"
        found[state["what"] if state else n] = line.model_copy(update={"text": text})
    return [*found.values()]


def _marked(lines: Sequence[ScreenText]) -> list[ScreenText]:
    """Lines numbered without a full stop, `1 Wipe`, `2 Brush`, as a list is written."""
    numbers = {found["digit"] for line in lines if (found := BARE_NUMBER.match(line.text))}
    if not {"1", "2"} <= numbers:
        return list(lines)
    texts = (BARE_NUMBER.sub(r"\g<digit>. ", line.text) for line in lines)
    return [line.model_copy(update={"text": text}) for line, text in zip(lines, texts, strict=True)]


def _card(line: ScreenText, language: str, *, is_program: bool) -> Card:
    mark = MARK_OF_A_LIST.match(line.text)
    text = line.text[mark.end() :] if mark else line.text
    digits = regex.search(r"\d+", mark.group()) if mark else None
    head = WINDOW_TITLE.match(text) if is_program else None
    text = head["name"] if head and is_rare(head["name"], language) else text
    kind = kind_of(text, language)
    clicks = word_list("post_actions", language) | MENU if is_program else ()
    if kind is CardKind.ACTION and _first(text) in clicks:
        kind = CardKind.LABEL  # `Share` is a word to viewers elsewhere, here to the user
    return Card(
        text=text[:1].upper() + text[1:] if digits else text,
        kind=kind,
        start_ms=line.start_ms,
        end_ms=line.end_ms,
        box=line.box,
        number=int(digits.group()) if digits else None,
        from_screen=is_program,
    )


def _first(text: str) -> str:
    return next(iter(tokens(text)), "")


def kind_of(text: str, language: str) -> CardKind:
    """Tell what a line is for, by its words alone."""
    found, first = tokens(text), _first(text)
    actions = word_list("post_actions", language) | word_list("world_actions", language)
    forms = (pattern(name, language, r"^{}") for name in ("invitations", "appeals"))
    is_order = first in actions or any(form.match(text) for form in forms)
    if is_order and len(found) <= MOST_NUMBER_WORDS:
        return CardKind.ACTION
    if BECOMES.search(text):
        return CardKind.NUMBER
    if regex.match(r"[+\-−–$€£]?\s?\d", text) and len(found) <= MOST_NUMBER_WORDS:
        return CardKind.NUMBER
    # In title case also with small words: `Refuge Les Pas Lents`.
    is_title = language != "en" and not (text.isupper() or text.rstrip().endswith(ENDS))
    if is_title and _is_name(text, language):
        return CardKind.NAME
    if _is_sentence(text, found, language):
        return CardKind.SENTENCE
    return CardKind.NAME if _is_name(text, language) else CardKind.LABEL


def _is_sentence(text: str, found: Sequence[str], language: str) -> bool:
    if text.rstrip().endswith("?") or (text.rstrip().endswith(ENDS) and len(found) > 1):
        return True
    if language == "en":
        return len(found) > MOST_LABEL_WORDS and any(map(says, found[1:]))
    small = sum(is_small_word(word, language) for word in found)
    return len(found) > MOST_LABEL_WORDS and small > 0


def _is_name(text: str, language: str) -> bool:
    """Tell whether every word that counts has a capital, and there are few."""
    parts = text.split()
    telling = [part for part in parts if not is_small_word(part, language)]
    begins = parts[0].lower() if parts else ""
    if (
        language == "en"
        and not text.isupper()
        and (is_verb(begins) or begins in word_list("handling") or begins.endswith("ed"))
    ):
        return False
    joints = {part for part in parts if part.islower()}
    is_short = len(parts) <= MOST_NAME_WORDS and bool(telling) and joints <= INSIDE_NAMES
    is_common = len(parts) == 1 and not text.isupper() and text.lower() in _common(language)
    return is_short and not is_common and all(part[:1].isupper() or part == "&" for part in telling)


def _common(language: str) -> frozenset[str]:
    lists = ("function_words", "verbs", "irregular", "generic", "vague_nouns", "adjectives")
    own = (
        frozenset[str]().union(*(word_list(name) for name in lists))
        if language == "en"
        else set[str]()
    )
    return word_list("light", language) | own


def _joined(lines: Sequence[ScreenText], language: str) -> list[ScreenText]:
    """Lines as their designer meant them: one that goes on is joined to the next."""
    found: list[ScreenText] = []
    for line in lines:
        before = found[-1] if found else None
        if before and goes_on(
            before.text, line.text, language, is_near=before.start_ms == line.start_ms
        ):
            text = f"{before.text} {line.text}"
            found[-1] = before.model_copy(update={"text": text, "end_ms": line.end_ms})
        else:
            found.append(line)
    return found


def goes_on(before: str, line: str, language: str, *, is_near: bool) -> bool:
    """Tell whether a line begins in the middle of a sentence, or the one before ends in it."""
    if before.rstrip().endswith((".", "!", "?", "…", ":")) or regex.match(r"\W*\d", line):
        return False
    last = before.rsplit(maxsplit=1)[-1].lower()
    if last in word_list("unfinished", language) | word_list("needs_object", language):
        return True
    first, *others = tokens(line) or ("",)
    if not line[:1].islower():
        return line.rstrip().endswith(".") and not others and line[:1].islower()
    if first in word_list("clause_subjects", language) and len(before.split()) > MOST_LABEL_WORDS:
        return False
    return bool(others) or is_near or line.rstrip()[-1:] in ".!?…"


def _is_whole(text: str, language: str) -> bool:
    """Tell whether a line does not end in the middle of something."""
    last = text.rsplit(maxsplit=1)[-1].lower()
    return last not in word_list("unfinished", language) | word_list("needs_object", language)


def is_half_of(text: str, shown: Iterable[Card]) -> bool:
    """Tell whether a text is only the beginning or the end of a sentence that the picture shows."""
    own = tokens(text)
    told = (card.text for card in shown if card.kind is CardKind.SENTENCE)
    for whole in (tokens(part) for card in told for part in SENTENCE_END.split(card)):
        is_part = own == whole[: len(own)] or own == whole[-len(own) :]
        if is_part and 1 < len(own) < len(whole):
            return True
    return False


def _is_other_reading(line: ScreenText, other: ScreenText) -> bool:
    states = [STATE.fullmatch(seen.text) for seen in (line, other)]
    if states[0] and states[1] and states[0]["what"] == states[1]["what"]:
        return False
    return (
        SIMILAR <= SequenceMatcher(None, line.text, other.text).ratio() < 1
        and abs(line.box.top - other.box.top) < SAME_PLACE
        and abs(line.box.left - other.box.left) < SAME_PLACE
    )


def _whole(line: ScreenText, screen: Sequence[ScreenText]) -> ScreenText:
    """Put back first letters that were not in the picture yet: `USEUM`, and later `MUSEUM`."""
    words = (other.text for other in screen if " " not in other.text)
    cut = (word for word in words if word.endswith(line.text))
    whole = next((w for w in cut if 0 < len(w) - len(line.text) <= MOST_CUT_OFF), "")
    is_word = whole and len(line.text) >= FEWEST_CUT_LETTERS
    return line.model_copy(update={"text": whole}) if is_word else line


def surest(screen: Sequence[ScreenText]) -> list[ScreenText]:
    """Of several readings of one place the most probable one, the first of equals."""
    return [
        _whole(line, screen)
        for n, line in enumerate(screen)
        if not any(
            _is_other_reading(line, other) and (other.probability, n) > (line.probability, place)
            for place, other in enumerate(screen)
        )
    ]


def sentence(text: str) -> str:
    """Write a card as a sentence: a capital, an end, no shouting."""
    plain = text.strip(" -–—|•·*")
    if plain.isupper() and " " in plain:
        begins = regex.compile(r"(?:^|[.!?…]\s+)\p{Ll}")
        plain = begins.sub(lambda found: found.group().upper(), plain.lower())
    plain = f"{plain[:1].upper()}{plain[1:]}" if plain[:2].islower() else plain
    return plain if regex.search(r"[.!?…]$", plain) else f"{plain}."
