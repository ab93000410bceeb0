"""What stands beside a post: title, alt text, first comment, thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import regex

from socialcopy.copywriting.evidence.sources import Known
from socialcopy.copywriting.text.anaphora import asks
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.safety import is_unsafe, typed_address
from socialcopy.copywriting.text.screen_text import CardKind, surest
from socialcopy.copywriting.text.sentences import strung, tokens
from socialcopy.copywriting.text.spoken import spoken_length
from socialcopy.copywriting.text.stems import content
from socialcopy.copywriting.text.vocabulary import pattern, quote_form, word_list
from socialcopy.copywriting.text.vocabulary import text as phrase
from socialcopy.copywriting.writers.angles import opening, worth
from socialcopy.copywriting.writers.captions import allowed_signs, cut
from socialcopy.copywriting.writers.plan import Order
from socialcopy.copywriting.writers.points import Material
from socialcopy.copywriting.writers.quoting import voiced
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
NO_HEADLINES = frozenset({CardKind.PERSON, CardKind.ACTION})
WORD = r"(?<!\p{L}){}(?!\p{L})"
FACES = {1: "One person", 2: "Two people", 3: "Three people"}


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
    """Make a headline of the video's own a title, where the network has one; else the opening."""
    limit = rules(platform).title_limit
    if limit is None:
        return ""
    told = strung(_parted(hook, material.language)[1], material.language)[0].rstrip(".")
    best = next((h for h in _headlines(material, told) if counted(limit, h) <= limit.value), told)
    if counted(limit, best) > limit.value:
        fitting = [p for p in material.passages if counted(limit, p.first.text) <= limit.value]
        whole = [p for p in fitting if not p.first.asks]
        best = max(
            (opening(p, material.language) for p in whole),
            key=lambda text: -len(text),
            default=hook,
        )
    return _cut_title(allowed_signs(platform, best).rstrip("."), limit, material)


def _headlines(material: Material, hook: str) -> Iterable[str]:
    """Cards that say shortly what the talk is about, and not what the post opens with."""
    said = {s for p in material.points for s in content(p.text, material.language)}
    opens = set(content(hook, material.language))
    asked = next((s for s in material.everybody if len(material.everybody) == 1), None)
    for card in material.cards:
        own = set(content(card.text, material.language))
        is_name = card.kind in NO_HEADLINES or (bool(material.brand) and card.kind is CardKind.NAME)
        is_number = card.kind is CardKind.NUMBER
        is_told = own <= said if material.points else is_number
        if is_name or ":" in card.text or len(own) < FEWEST_TITLE_WORDS or not is_told:
            continue
        if asked and asks(card.text):
            yield f"{card.text} | {asked.told}"  # a colon would have the guest ask
        elif not own <= opens or not material.points:
            lead = f"{material.brand}: " if is_number and material.brand not in card.text else ""
            yield f"{lead}{card.text}"


def _parted(text: str, language: str) -> tuple[str, str, str]:
    """Take the marks off a text that is all one quotation: they, and what stands between."""
    opening_mark, closing_mark, _ = quote_form(language)
    inner = text.removeprefix(opening_mark).removesuffix(closing_mark)
    is_whole = text == f"{opening_mark}{inner}{closing_mark}" and closing_mark not in inner
    return (opening_mark, inner, closing_mark) if is_whole else ("", text, "")


def _cut_title(text: str, limit: Fact, material: Material) -> str:
    """Cut a title that is too long behind a clause, never before what turns it round."""
    if counted(limit, text) <= limit.value:
        return text
    opens, inner, closes = _parted(text, material.language)
    for place in (m.start() for m in regex.finditer(r"[,;:.!?](?=\s)", inner, regex.REVERSE)):
        told = f"{opens}{inner[:place]}…{closes}"
        if counted(limit, told) <= limit.value and not _turns(inner[place + 1 :], material):
            return told
    shown = (c.text for c in material.cards if counted(limit, c.text) <= limit.value)
    is_turned = pattern("negations", material.language, WORD).search(inner)
    if is_turned and material.cards:
        return next(shown, "")
    return cut(text, lambda told: counted(limit, told) <= limit.value)


def _turns(rest: str, material: Material) -> bool:
    """Tell whether what follows takes back what stands before it: `…, but not in the oven`."""
    clause = regex.split(r"[,;:.!?]\s", rest.strip(), maxsplit=1)[0]
    first = next(iter(tokens(clause)), "")
    openers = word_list("soft", material.language) | word_list("waiting", material.language)
    names_negation = pattern("negations", material.language, r"^{}(?!\p{L})").match(clause)
    return first in openers or bool(names_negation)


def alt_text(platform: Platform, understanding: Understanding, known: Known) -> str:
    """Tell what is known of the picture.

    Its length, whether somebody speaks, and the text in it.
    """
    limit = rules(platform).alt_text_limit
    if limit is None:
        return ""
    shown = [f"“{line}”" for line in screen_lines(understanding, known)[:MOST_SHOWN_LINES]]
    text = f"{_picture(understanding)}."
    while shown:
        longer = f"{text} On screen: {_listed(shown)}."
        if counted(limit, longer) <= limit.value:
            return longer
        shown.pop()
    return text


def _picture(understanding: Understanding) -> str:
    """Who is seen and heard, and for how long, as one says it."""
    length, faces = spoken_length(understanding.duration_ms), understanding.most_faces
    kind = "Video" if understanding.has_audio else "Silent video"
    seen = FACES.get(faces, "Several people") if faces else ""
    if not understanding.transcript.has_speech:
        sound = " without speech" if understanding.has_audio else ""
        return f"{kind} of {length}{sound}" + (f", with {seen.lower()} in view" if seen else "")
    who = f"{seen} in view while someone speaks" if seen else "Someone speaks"
    return f"{who}, in a video of {length}"


def _listed(quotes: Sequence[str]) -> str:
    *first, last = quotes
    return f"{', '.join(first)} and {last}" if first else last


def screen_lines(understanding: Understanding, known: Known) -> list[str]:
    """Tell what the picture shows that may be repeated.

    Its cards, else its lines as they were read.
    """
    if known.screen:
        return [card.text for card in known.screen if not is_unsafe(card.text)]
    lines = (visible(line.text) for line in surest(understanding.screen))
    return list(dict.fromkeys(line for line in lines if line and not is_unsafe(line)))


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
