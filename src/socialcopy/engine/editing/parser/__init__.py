"""From a person's words to edits, by grammar and without a language model.

Either everything a message asks for is understood, or nothing of it is done: half an edit is worse
than a plain no.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from socialcopy.engine.editing.edits import AddMusic, AddTitle, Arrange, ChangeCopy, Edit
from socialcopy.engine.editing.parser import copy, picture, slots, sound, trim
from socialcopy.engine.editing.parser.numbers import in_digits, rewritten
from socialcopy.engine.editing.parser.rules import WORDS, forbids, is_reason

QUOTES = re.compile(
    r"\"([^\"]{1,300})\"|“([^”]{1,300})”|‘([^’]{1,300})’|「([^」]{1,300})」|『([^』]{1,300})』"
    r"|《([^》]{1,300})》|«([^»]{1,300})»|(?<!\w)'([^\n]{1,300}?)'(?!\w)"
)
TALK = WORDS.talk
OPENERS = re.compile(rf"^(?:{TALK.openers})(?![A-Za-z])[\s,，]*", re.IGNORECASE)
CLOSERS = re.compile(rf"[\s,，]*(?:[.。!！?？;；]+|(?:{TALK.closers}))$", re.IGNORECASE)
SENTENCES = re.compile(r"(?<=[^\d\s])\.\s+|[;；。！!\n]+")
CLAUSES = re.compile(rf"{TALK.joiners}|,\s*|，", re.IGNORECASE)


def edits_in(text: str) -> tuple[Edit, ...]:
    """Read everything a message asks for, in order; empty if any of it is not understood."""
    quoted: list[str] = []

    def hide(match: re.Match[str]) -> str:
        quoted.append(next(group for group in match.groups() if group is not None))
        return f"\x01{len(quoted) - 1}\x02"

    hidden = QUOTES.sub(hide, text.replace("’", "'") if "‘" not in text else text)
    found: list[Edit] = []
    for sentence in SENTENCES.split(hidden):
        if sentence.strip():
            edits = _sentence(sentence)
            if not edits:
                return ()
            found += edits
    return tuple(_spelt_out(edit, quoted) for edit in found)


def _sentence(sentence: str) -> list[Edit]:
    """Read one edit, or several joined by commas and "and"."""
    sentence = rewritten(sentence, WORDS.rewrites.get("sentences", ()))
    whole = _clause(sentence)
    if whole is not None:
        return [whole]
    pieces = [piece for piece in CLAUSES.split(sentence) if piece.strip()]
    asked = [piece for piece in pieces if not is_reason(plain(piece))]
    edits = [_clause(piece) for piece in asked]
    if None in edits:
        edits = _with_topics(asked)
    if len(pieces) == 1 or not edits or None in edits:
        return []
    understood = [edit for edit in edits if edit is not None]
    return [] if _differ_by_network(understood) else understood


def _differ_by_network(edits: Sequence[Edit]) -> bool:
    """Tell whether networks are to get different words; a draft keeps one wish for all."""
    named = [edit for edit in edits if isinstance(edit, ChangeCopy) and edit.platforms]
    return len(named) > 1 and any(edit.is_wish for edit in named)


def _with_topics(pieces: list[str]) -> list[Edit | None]:
    """Read "the first 4 seconds are boring, lose them": an observation, and what to do about it."""
    edits: list[Edit | None] = []
    topic: str | None = None
    for piece in map(plain, pieces):
        about = slots.of_topic(piece, topic) if topic else None
        edit = about or _clause(piece)
        if edit is None and topic is None and (topic := slots.topic_in(piece)):
            continue
        topic = None if about else topic
        edits.append(edit)
    return [*edits, None] if topic else edits


def _clause(raw: str) -> Edit | None:
    clause = plain(raw)
    unquoted = picture.UNQUOTED.match(clause)
    if unquoted:
        return AddTitle(text=unquoted["words"])
    if forbids(clause):
        return None
    for wording in (clause, in_digits(clause)):
        for part in (trim, sound, picture, copy):
            edit = part.read(wording)
            if edit is not None:
                return edit
    # "just" may be politeness, and may be what keeps a stretch: the second look sees it too.
    return slots.unquoted_title(clause) or slots.read(clause) or slots.read(CLOSERS.sub("", raw))


def plain(clause: str) -> str:
    """Strip a clause of the words that only make it polite."""
    before, clause = "", " ".join(clause.split())
    while before != clause:
        before, clause = clause, CLOSERS.sub("", OPENERS.sub("", clause)).strip()
    return clause


def _spelt_out(edit: Edit, quoted: list[str]) -> Edit:
    """Put an edit's quoted texts back in their places."""
    match edit:
        case AddTitle(text=text):
            return edit.model_copy(update={"text": _unhidden(text, quoted).strip()})
        case AddMusic(filename=str(name)):
            return edit.model_copy(update={"filename": _unhidden(name, quoted)})
        case Arrange(clips=clips):
            names = tuple(_unhidden(c, quoted) if isinstance(c, str) else c for c in clips)
            return edit.model_copy(update={"clips": names})
        case _:
            return edit


def _unhidden(text: str, quoted: list[str]) -> str:
    return re.sub(r"\x01(\d+)\x02", lambda match: quoted[int(match[1])], text)
