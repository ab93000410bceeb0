"""What stands beside a post: title, alt text, first comment, thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import regex

from socialcopy.copywriting.evidence.quotes import quoted
from socialcopy.copywriting.evidence.sources import Known
from socialcopy.copywriting.text.anaphora import asks
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.safety import typed_address
from socialcopy.copywriting.text.screen_text import CardKind, is_recording
from socialcopy.copywriting.text.sentences import strung, tokens
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import pattern, quote_form, word_list
from socialcopy.copywriting.text.vocabulary import text as phrase
from socialcopy.copywriting.writers.angles import may_lead, opening, worth
from socialcopy.copywriting.writers.captions import allowed_signs, cut
from socialcopy.copywriting.writers.closes import date_of
from socialcopy.copywriting.writers.frames import inside
from socialcopy.copywriting.writers.kinds import Kind, essential_name, kind
from socialcopy.copywriting.writers.orders import Order
from socialcopy.copywriting.writers.points import Material, Passage
from socialcopy.copywriting.writers.quoting import MARKS, is_quoted, labelled, voiced
from socialcopy.models import Brief, Platform, Understanding
from socialcopy.platforms import counted, rules
from socialcopy.platforms.rules import Fact

# With fewer left over, one post has said what there is to say.
FEWEST_THREAD_SENTENCES = 4

MOST_THREAD_POSTS = 8
# Worth of a passage that only names things.
WORTHLESS = -1

# Characters of an address that somebody types off a screen.
LONGEST_TYPED = 40

MOST_SHOWN_LINES = 4
FEWEST_TITLE_WORDS = 2
HEADLINE_WORDS = range(4, 14)
NO_HEADLINES = frozenset({CardKind.PERSON, CardKind.ACTION})
WORD = r"(?<!\p{L}){}(?!\p{L})"
# With more people in view they are several.
MOST_FACES = 4


def ending(platform: Platform, brief: Brief, language: str) -> str:
    """Join the brief's call to action and the way to its link."""
    parts = (brief.call_to_action, link(platform, brief, language))
    return visible(" ".join(part for part in parts if part))


def link(platform: Platform, brief: Brief, language: str) -> str:
    """Tell where to go as the network has it, unless the call to action does.

    The link, where it can be tapped; else the address as one types it, if it is short; else a word
    on the first comment, where it can be copied from.
    """
    if not brief.link or brief.link in brief.call_to_action:
        return ""
    # A link that can't be tapped is noise in a text; the first comment or a short address is not.
    if rules(platform).post.has_links:
        return brief.link
    typed = typed_address(brief.link)
    if len(typed) <= LONGEST_TYPED:
        return typed
    return phrase("link_in_comment", language) if first_comment(platform, brief) else ""


def first_comment(platform: Platform, brief: Brief) -> str:
    """Give the link, where it can't be tapped in the text and comments are read."""
    limit = rules(platform).comment_limit
    is_needed = brief.link is not None and not rules(platform).post.has_links
    return brief.link or "" if is_needed and limit is not None else ""


def title(platform: Platform, material: Material, hook: str) -> str:
    """Make a headline of the video's own a title, where the network has one.

    Else another sentence of it: what the post opens with stands right below the title.
    """
    limit = rules(platform).title_limit
    if limit is None:
        return ""
    bare = next(iter(quoted(hook)), hook) if MARKS.match(hook) else hook
    told = strung(bare, material.language)[0].rstrip(".")
    whole = [opening(p, material.language) for p in material.passages if not p.first.asks]
    longest = sorted(whole, key=len, reverse=True)
    tries = (*_headlines(material, told), *_others(material, told), told, *longest)
    fitting = (text for text in tries if counted(limit, text) <= limit.value)
    best = next(fitting, "") or _cut_title(told, limit, material)
    return allowed_signs(platform, best).rstrip(".,")


def _headlines(material: Material, hook: str) -> Iterable[str]:
    """Name the event and its day; else cards that say shortly what the talk is about."""
    said = {s for p in material.points for s in content(p.text, material.language)}
    opens = set(content(hook, material.language))
    asked = next((s for s in material.everybody if len(material.everybody) == 1), None)
    day, name = date_of(material), essential_name(material)
    if day and name and kind(material) is Kind.EVENT:
        yield labelled(name, day, material.language)
    for card in material.cards:
        own = set(content(card.text, material.language))
        is_name = card.kind in NO_HEADLINES or (bool(material.brand) and card.kind is CardKind.NAME)
        is_told = own <= said or len(own & said) >= FEWEST_TITLE_WORDS
        is_told = not material.points or (is_told and not card.from_screen)
        if is_name or ":" in card.text or len(own) < FEWEST_TITLE_WORDS or not is_told:
            continue
        if asked and asks(card.text):
            yield f"{card.text} | {asked.told}"  # a colon would have the guest ask
        elif not own <= opens:
            is_bare = card.kind is CardKind.NUMBER or not material.points
            is_bare = is_bare and bool(material.brand) and material.brand not in card.text
            text = inside(card.text, material.language)
            yield labelled(material.brand, text, material.language) if is_bare else card.text


def _others(material: Material, hook: str) -> Iterable[str]:
    """Sentences that stand alone as a headline, what came of it all first; none of a person's."""
    language = material.language
    results = [Passage(points=(p,)) for p in material.points if p.is_result and not p.leans]
    others = [p for p in material.passages if may_lead(p, material)]
    others.sort(key=lambda p: -worth(p, language, material))
    for passage in (*results, *others):
        text = strung(opening(passage, language), language)[0].rstrip(".")
        is_part = passage.first.asks or passage.first.instructs
        is_short = len(text.split()) in HEADLINE_WORDS and not is_part
        is_new = text not in hook and hook not in text
        if is_short and is_new and not is_quoted(passage.first, material):
            is_named = not material.is_own_voice or material.brand in text
            yield text if is_named else labelled(material.brand, text, language)


def _cut_title(text: str, limit: Fact, material: Material) -> str:
    """Cut a title that is too long behind a clause, never before what turns it round."""
    language = material.language
    openers = word_list("soft", language) | word_list("waiting", language)
    negated = pattern("negations", language, WORD)
    for place in (m.start() for m in regex.finditer(r"[,;:.!?](?=\s)", text, regex.REVERSE)):
        rest = text[place + 1 :]
        is_turned = negated.search(rest) or next(iter(tokens(rest)), "") in openers
        if counted(limit, text[: place + 1]) <= limit.value and not is_turned:
            return f"{text[:place]}…"
    shown = (c.text for c in material.cards if counted(limit, c.text) <= limit.value)
    is_sure = not (negated.search(text) and material.cards)
    return (
        cut(text, lambda told: counted(limit, told) <= limit.value) if is_sure else next(shown, "")
    )


def alt_text(
    platform: Platform, understanding: Understanding, known: Known, material: Material
) -> str:
    """Tell who is seen and what the picture shows in letters, as it fits; not what is said."""
    limit = rules(platform).alt_text_limit
    if limit is None:
        return ""
    opening_mark, closing_mark, _ = quote_form(material.language)
    shown = [
        f"{opening_mark}{MARKS.sub('', line)}{closing_mark}"
        for line in [card.text for card in known.screen][:MOST_SHOWN_LINES]
    ]
    seen = _seen(understanding, material.language)
    while shown:
        told = f"{seen} {_told('screen', ', '.join(shown), material.language)}".strip()
        if counted(limit, told) <= limit.value:
            return told
        shown.pop()
    is_blank = understanding.transcript.has_speech and not understanding.screen
    return seen or (_told("spoken", "", material.language) if is_blank else "")


def _seen(understanding: Understanding, language: str) -> str:
    """Say what it is and how many people are in view; of what is silent or only sounds, that."""
    program = _told("program", "", language) if is_recording(understanding.screen) else ""
    faces = min(understanding.most_faces, MOST_FACES)
    people = _told("faces", "", language).split("|")[faces - 1] if faces else ""
    sound = _told("wordless" if understanding.has_audio else "silent", "", language)
    is_told = people or understanding.transcript.has_speech
    return f"{program} {people if is_told else sound}".strip()


def _told(name: str, what: str, language: str) -> str:
    form = phrase(f"alt_{name}", language) or phrase(f"alt_{name}")
    return form.replace("{}", what)


def thread(material: Material, posted: frozenset[int], text: str, order: Order) -> tuple[str, ...]:
    """Further posts with what the first had no room for, in the order it was said."""
    if not order.style.is_threaded:
        return ()
    left = [p for p in material.passages if not p.orders & posted]
    if sum(len(p.points) for p in left) < FEWEST_THREAD_SENTENCES:
        return ()
    texts = [
        " ".join(part for part, _ in voiced(p.points, material))
        for p in left
        if worth(p, material.language, material) > WORTHLESS
    ]
    return (text, *_packed(texts, order.fits)[: MOST_THREAD_POSTS - 1])


def _packed(texts: Sequence[str], fits: Callable[[str], bool]) -> list[str]:
    # A thought that fits no post is left out whole; cut in two it would need the next to be read.
    posts: list[str] = []
    for text in texts:
        joined = f"{posts[-1]} {text}" if posts else text
        if posts and fits(joined):
            posts[-1] = joined
        elif fits(text):
            posts.append(text)
    return posts
