"""What stands beside a post: title, alt text, first comment, thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from socialcopy.copywriting.evidence.repair import LIST_MARK
from socialcopy.copywriting.text.cleaning import visible
from socialcopy.copywriting.text.safety import is_unsafe
from socialcopy.copywriting.text.screen_text import phrases, spoken_length, surest
from socialcopy.copywriting.writers.layout import Order, Post, allowed_signs, numbered
from socialcopy.copywriting.writers.ranking import Ranked, Talk
from socialcopy.models import Brief, Platform, ScreenText, Understanding
from socialcopy.platforms import counted, rules
from socialcopy.platforms.rules import Fact

THREADED = frozenset({Platform.X})
CLICKABLE = frozenset(Platform) - {Platform.INSTAGRAM, Platform.TIKTOK}
"""Where a link in the text can be tapped; elsewhere it goes to the first comment, or nowhere."""

FEWEST_THREAD_SENTENCES = 4
"""With fewer left over, one post has said what there is to say."""

MOST_THREAD_POSTS = 8
MOST_SHOWN_LINES = 4
FACES = {1: "One person", 2: "Two people", 3: "Three people"}


def ending(platform: Platform, brief: Brief) -> str:
    """The brief's call to action, with its link where a link can be tapped."""
    parts = [brief.call_to_action]
    if brief.link and platform in CLICKABLE and brief.link not in brief.call_to_action:
        parts.append(brief.link)
    return visible(" ".join(part for part in parts if part))


def first_comment(platform: Platform, brief: Brief) -> str:
    """The link, where it can't be tapped in the text and comments are read."""
    limit = rules(platform).comment_limit
    if brief.link is None or platform in CLICKABLE or limit is None:
        return ""
    return brief.link


def title(platform: Platform, talk: Talk, hook: Ranked) -> str:
    """The opener as a title, when the network has one: whole where it fits, else cut at a word."""
    network = rules(platform)
    if network.title_limit is None:
        return ""
    best = hook
    if counted(network.title_limit, hook.text) > network.title_limit.value:
        short = [p for p in talk.points if _is_title(p, network.title_limit)]
        best = max(short, key=lambda point: point.hook_score, default=hook)
    return shortened(allowed_signs(Platform.YOUTUBE, best.text).rstrip("."), network.title_limit)


def _is_title(point: Ranked, limit: Fact) -> bool:
    """Whether a sentence can stand over a video: whole, by itself, and no question to somebody."""
    return counted(limit, point.text) <= limit.value and not point.leans and point.text[-1:] != "?"


def alt_text(platform: Platform, understanding: Understanding) -> str:
    """What is known of the picture: its length, whether somebody speaks, and the text in it."""
    limit = rules(platform).alt_text_limit
    if limit is None:
        return ""
    shown = [f"“{line}”" for line in screen_lines(understanding.screen)[:MOST_SHOWN_LINES]]
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


def screen_lines(screen: Sequence[ScreenText]) -> list[str]:
    """What the picture shows that may be repeated, each line once, in its surest reading."""
    by_frame: dict[int, list[str]] = {}
    for line in surest(screen):
        by_frame.setdefault(line.start_ms, []).append(visible(line.text))
    lines = (phrase for shown in by_frame.values() for phrase in phrases([s for s in shown if s]))
    return list(dict.fromkeys(line for line in lines if not is_unsafe(line)))


def thread(talk: Talk, post: Post, text: str, order: Order) -> tuple[str, ...]:
    """Further posts with what the first had no room for, in the order it was said."""
    if order.platform not in THREADED:
        return ()
    posted = {point.order for point in post.sentences}
    left = [point for point in (*talk.points, *talk.steps) if point.order not in posted]
    left = _standing(sorted(left, key=lambda point: point.order))
    if len(left) < FEWEST_THREAD_SENTENCES:
        return ()
    items = dict(zip((step.order for step in talk.steps), numbered(talk.steps), strict=True))
    texts = [items.get(point.order, point.text) for point in left]
    return (text, *_packed(texts, order.fits)[: MOST_THREAD_POSTS - 1])


def _standing(points: Sequence[Ranked]) -> list[Ranked]:
    """Without sentences that lean on one that isn't there."""
    kept: list[Ranked] = []
    for point in points:
        if not point.leans or (kept and kept[-1].order == point.order - 1):
            kept.append(point)
    return kept


def _packed(sentences: Sequence[str], fits: Callable[[str], bool]) -> list[str]:
    posts: list[str] = []
    for sentence in sentences:
        gap = "\n" if LIST_MARK.match(sentence) else " "
        joined = f"{posts[-1]}{gap}{sentence}" if posts else sentence
        if posts and fits(joined):
            posts[-1] = joined
        elif fits(sentence):
            posts.append(sentence)
    return posts


def shortened(text: str, limit: Fact) -> str:
    """A text that keeps a limit, cut at a word."""
    if counted(limit, text) <= limit.value:
        return text
    words = text.split()
    while len(words) > 1 and counted(limit, " ".join(words) + "…") > limit.value:
        words.pop()
    short = " ".join(words).rstrip(",;:")
    while counted(limit, short + "…") > limit.value:
        short = short[:-1]
    return f"{short}…"
