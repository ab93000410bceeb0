"""What the checker says of each case's lines, and what the built-in editor writes for it.

    uv run python benchmarks/copy_cases.py [CASES.yaml …] [--json] [--posts]

A case has what was `heard` and `shown` (in `small` letters), lines to `keep` and `cut`, and words
to `mend`; see tests/copywriting/cases. Without a file, those are taken, the held-out ones apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import regex
import yaml

from socialcopy.copywriting.evidence.assertions import is_post_action
from socialcopy.copywriting.evidence.quotes import quoted, unquoted
from socialcopy.copywriting.evidence.repair import each_closed, judge, mend, sentences
from socialcopy.copywriting.evidence.sources import Known, know
from socialcopy.copywriting.text import anaphora
from socialcopy.copywriting.text.facts import counted
from socialcopy.copywriting.text.languages import is_small_word, language_of
from socialcopy.copywriting.text.screen_text import is_noise
from socialcopy.copywriting.text.sentences import normal, strung, tokens
from socialcopy.copywriting.text.spoken import clean
from socialcopy.copywriting.text.stems import content, light_stems
from socialcopy.copywriting.text.vocabulary import closings, is_verb, pattern, quote_form
from socialcopy.copywriting.text.vocabulary import text as text_of
from socialcopy.copywriting.writers.gather import gather
from socialcopy.copywriting.writers.write import write
from socialcopy.models import Brief, Caption, Region, ScreenText, Transcript, Understanding, Word
from socialcopy.platforms import fits, length, rules
from socialcopy.platforms.counting import HASHTAG
from socialcopy.understanding.dictionary import is_rare
from socialcopy.understanding.spelling import respelled

CASES = Path(__file__).parent.parent / "tests" / "copywriting" / "cases"
MS_PER_WORD = 400
UNSURE, SURE = 0.25, 0.95
BOX = Region(left=0.1, top=0.3, right=0.9, bottom=0.4)
SMALL_BOX = Region(left=0.1, top=0.3, right=0.9, bottom=0.32)


def understanding(case: dict[str, Any]) -> Understanding:
    """A case as the recogniser and the reader of on-screen text would hand it over."""
    heard, small = case.get("heard") or "", case.get("small") or []
    shown = [*(case.get("shown") or []), *small]
    unsure = {word for told in case.get("unsure", []) for word in str(told).split()}
    said = heard.split()
    pauses_ms = [case.get("commas_ms", 0) * word.endswith(",") for word in ("", *said)]
    starts_ms = accumulate(MS_PER_WORD + pause_ms for pause_ms in pauses_ms)
    words = tuple(
        Word(
            start_ms=start_ms,
            end_ms=start_ms + 350,
            text=word,
            probability=UNSURE if word.strip(".,!?;:") in unsure else SURE,
        )
        for start_ms, word in zip(starts_ms, said, strict=False)
    )
    duration_ms = max((words[-1].end_ms if words else 0), 9_000)
    step = duration_ms // (len(shown) or 1)
    screen = tuple(
        ScreenText(
            text=str(line),
            box=SMALL_BOX if line in small else BOX,
            start_ms=n * step,
            end_ms=(n + 1) * step,
            probability=0.98,
        )
        for n, line in enumerate(shown)
    )
    language = (language_of(heard) or None) if heard else None
    return Understanding(
        duration_ms=duration_ms,
        has_audio=bool(heard),
        transcript=Transcript(language=language, words=words),
        screen=screen,
    )


def mended(seen: Understanding, brief: Brief) -> Understanding:
    """What was heard, put right by what is known."""
    right = respelled(seen.transcript, seen.screen, brief.use_words)
    return seen.model_copy(update={"transcript": right})


def brief_of(case: dict[str, Any]) -> Brief:
    """The brief of a case, for the three usual networks."""
    return Brief.model_validate(case.get("brief") or {})


def verdict(line: str, known: Known, brief: Brief) -> str:
    """Why a line is stopped; nothing where it may be posted."""
    before = ""
    for sentence in sentences(line):
        fault, _ = judge(sentence, known, brief, before)
        if fault:
            return fault
        before = f"{before} {sentence}".strip()
    return ""


# ---- The kinds that failed, as far as a program can tell ------------------------------------


def faults(caption: Caption, known: Known, brief: Brief, case: dict[str, Any]) -> Iterable[str]:
    """What an editor would cross out in one post."""
    body = "\n".join(each_closed(HASHTAG.sub("", caption.text).strip().split("\n")))
    hook = body.split("\n")[0]
    for name, finds in LOOKS.items():
        if found := finds(body, hook, known, caption, case):
            yield f"{name}: {found}"
    if not fits(caption.platform, caption.text):
        yield f"too long: {length(caption.platform, caption.text)}"
    yield from (f"unsupported: {told}" for told in mend(caption.text, known, brief).left_out)


def _introduction(_: str, hook: str, known: Known, *__: Any) -> str:
    said = unquoted(hook)
    forms = (pattern(n, known.language, r"^{}") for n in ("introduces", "presents", "small_talk"))
    return hook if any(form.match(said) for form in forms) else ""


def _first_person(body: str, _: str, known: Known, *__: Any) -> str:
    for line in body.split("\n"):
        for sentence in sentences(line):
            own = " ".join(unquoted(sentence).split())
            is_free = anaphora.asks(own) or is_post_action(own, known.language)
            is_free = is_free or anaphora.invites(own, known.language) or known.is_own_voice
            is_free = is_free or any(own == s.text for s in known.sources if s.origin == "brief")
            if own and not is_free and anaphora.is_first_person(own, known.language):
                return sentence
    return ""


def _dangling(body: str, _: str, known: Known, *__: Any) -> str:
    """A sentence that leans, behind another than it was said behind."""
    spoken = [(normal(s.text), normal(s.before)) for s in known.spoken]
    told = [s for line in body.split("\n") for s in sentences(line)]
    seen = ""
    for sentence in told:
        own = normal(unquoted(sentence) or sentence)
        # A name that is said alone, before its slogan, leans on nothing.
        is_name = sentence.istitle() and own in {words for words, _ in spoken}
        lone = not (quoted(sentence) or is_name) and anaphora.leans(sentence, known.language)
        for words, before in spoken if lone and own else []:
            if words[-len(own) :] == own and before and not set(before) & set(normal(seen)):
                return sentence
        seen = f"{seen} {sentence}"
    return ""


def _noise(body: str, _: str, known: Known, __: Caption, case: dict[str, Any]) -> str:
    link = str((case.get("brief") or {}).get("link", ""))
    words = [w.strip(".,:;!?") for w in body.split() if "://" not in w and w not in link]
    codes = (w for w in words if regex.search(r"\d.*\p{L}|\p{L}.*\d|/|:", w) and is_noise(w))
    stuck = (w for w in tokens(body) if w in known.run_together)
    return next(codes, "") or next(stuck, "")


def _tags(_: str, __: str, known: Known, caption: Caption, *___: Any) -> str:
    people = {part for speaker in known.everybody for part in speaker.parts}
    bad = (
        t
        for t in caption.hashtags
        if is_small_word(t[1:].lower(), known.language) or t[1:].lower() in people
    )
    return next(bad, "")


def _file_name(body: str, _: str, __: Known, ___: Caption, case: dict[str, Any]) -> str:
    name = Path(case.get("file", "")).stem.replace("_", " ").lower()
    return name if name and name in body.lower() else ""


def _unfinished(body: str, *_: Any) -> str:
    """A line of prose that ends at a comma or in nothing; list items and labels may."""
    ends = (line for line in body.split("\n") if line and line.rstrip()[-1:] in ",;-")
    return next(ends, "")


def _past_fold(_: str, hook: str, __: Known, caption: Caption, *___: Any) -> str:
    fold = rules(caption.platform).fold
    return hook if fold and length(caption.platform, hook) > fold.value else ""


def _everyday_tag(_: str, __: str, known: Known, caption: Caption, case: dict[str, Any]) -> str:
    """A hashtag of one everyday word that the brief does not give."""
    brief = case.get("brief") or {}
    given = str([brief.get(name) for name in ("hashtags", "campaign_tag", "use_words")]).lower()
    names = {word for line in case.get("shown") or [] for word in str(line).split()}
    return next(
        (
            tag
            for tag in caption.hashtags
            if tag[1:].lower() not in given
            and not is_rare(tag[1:], known.language)
            and tag[1:] not in names
        ),
        "",
    )


def _told_twice(body: str, _: str, known: Known, *__: Any) -> str:
    """A sentence whose numbers and words all stand in another one of the post."""
    lines = [line for line in body.split("\n") if not regex.match(r"\d\. ", line)]
    told = [s for line in lines for s in sentences(unquoted(line)) if not anaphora.asks(s)]
    own = [(_numbers(s, known), set(content(s, known.language))) for s in told]
    for n, (numbers, words) in enumerate(own):
        for place, (others, more) in enumerate(own):
            if place != n and numbers and numbers <= others and words <= more:
                return told[n]
    return ""


def _numbers(text: str, known: Known) -> set[str]:
    return set(regex.findall(r"\d+", counted(text, known.language)))


def _pairs_of_marks(_: str, __: str, known: Known, caption: Caption, *___: Any) -> str:
    """A paragraph that only goes on with the quotation before it, in marks of its own."""
    opening, closing, _form = quote_form(known.language)
    spoken = {normal(s.text): normal(s.before) for s in known.spoken}
    before = ""
    for line in filter(None, caption.text.split("\n")):
        if before.endswith(closing) and line.startswith(opening):
            first = sentences(line.strip(opening + closing))[:1]
            last = sentences(before.strip(opening + closing))[-1:]
            if first and last and spoken.get(normal(first[0])) == normal(last[0]):
                return line
        before = line
    return ""


def _no_way(body: str, _: str, __: Known, caption: Caption, case: dict[str, Any]) -> str:
    """A post that asks for something to be done elsewhere and does not say where."""
    link = (case.get("brief") or {}).get("link", "")
    bare = regex.sub(r"^https?://", "", link).rstrip("/")
    is_told = (
        link in body
        or bare in body
        or len(bare) > 40
        or regex.search(r"(?i)comment|kommentar", body)
    )
    return "" if not link or is_told else f"{caption.platform} does not say where the link is"


EMPTY = regex.compile(
    r"(?i)what do you think\?|send this to a friend|tell us what you think|was meinst du\?"
    r"|¿qué te parece\?|qu'en pensez-vous|schick das weiter|does this sound familiar\?"
    r"|would you (?:use|try) it\?$|^one for you\?|someone who could use it|needs a push|your take\?"
    r"|make of that\?|should come next\?|say hello below|someone curious|share it with a friend"
    r"|^(?:would you give it a go|worth a try|will you be there|been there|bist du dabei)\?"
    r"|sag uns hallo|kennst du uns|würdest du es nutzen\?|deine meinung\?|¿tú qué opinas\?"
)
TOPICAL = regex.compile(r": would you try it\?$")


def _empty_close(body: str, *_: Any) -> str:
    """A last line that would fit anything."""
    last = body.rsplit("\n", maxsplit=1)[-1]
    found = None if TOPICAL.search(last) else EMPTY.search(last)
    return found.group() if found else ""


def _two_asks(body: str, _: str, known: Known, *__: Any) -> str:
    """A question of ours with something else to do behind it in its line."""
    last = body.rsplit("\n", maxsplit=1)[-1]
    ours = next(filter(None, (form.search(last) for form in every_closing(known.language))), None)
    where = text_of("in_the_comments", known.language)
    rest = last.replace(ours.group(), "").replace(where, "").strip() if ours else ""
    return last if rest and not regex.fullmatch(r"https?:\S+", rest) else ""


def every_closing(language: str) -> list[regex.Pattern[str]]:
    """All last lines of a language, with anything in their slots."""
    kinds = closings(language).values()
    lines = {line for topics in kinds for lines in topics.values() for line in lines}
    return [regex.compile(regex.sub(r"\\\{\w+\\\}", ".+?", regex.escape(line))) for line in lines]


MARKS = regex.compile(r"[\"“”„«»]")


def _echo(body: str, _: str, known: Known, *__: Any) -> str:
    """A last line of ours in the words of the one above it."""
    *above, last = [line for line in body.split("\n") if line.strip()]
    before = sentences(MARKS.sub("", above[-1]))[-1:] if above else []
    brand = {s for card in known.screen for s in content(card.text, known.language)}
    own = set(content(last, known.language)) - light_stems(known.language) - brand
    is_ours = any(form.fullmatch(last) for form in every_closing(known.language))
    return last if is_ours and before and own & set(content(before[0], known.language)) else ""


def _seam(body: str, *_: Any) -> str:
    """Two quotations that touch, as if somebody else went on."""
    found = regex.search(r".{0,20}[.!?…][\"”»“]\s[\"“„«].{0,20}", body)
    return found.group() if found else ""


def _title(_: str, __: str, ___: Known, caption: Caption, *____: Any) -> str:
    """A title in quotation marks, or with a full stop."""
    title = caption.title
    return title if title and (MARKS.match(title) or title.endswith((".", '."'))) else ""


def _out_of_order(body: str, hook: str, known: Known, *__: Any) -> str:
    """A sentence of an interview that stands behind one that was said later; a hook may."""
    rest = body.removeprefix(hook)
    told = [clean(s.text, s.language).rstrip(".!?") for s in known.spoken if known.is_interview]
    places = [(rest.find(text), text) for text in told if text in rest]
    return next((text for (one, _), (two, text) in pairwise(places) if two < one), "")


def _strung_title(_: str, __: str, known: Known, caption: Caption, *___: Any) -> str:
    """A title of clauses that go on and on."""
    return caption.title if len(strung(caption.title, known.language)) > 1 else ""


def _verb_tag(_: str, __: str, ___: Known, caption: Caption, case: dict[str, Any]) -> str:
    """A hashtag of a verb that the brief does not give."""
    given = str(case.get("brief")).lower()
    tags = (tag for tag in caption.hashtags if tag[1:].lower() not in given)
    return next((tag for tag in tags if is_verb(tag[1:].lower())), "")


def _needed(body: str, _: str, __: Known, ___: Caption, case: dict[str, Any]) -> str:
    return next((f"“{told}”" for told in case.get("needs", []) if told not in body), "")


def _never(_: str, __: str, ___: Known, caption: Caption, case: dict[str, Any]) -> str:
    whole = f"{caption.text} {caption.title}"
    return next((told for told in case.get("never", []) if told in whole), "")


LONGEST_PARAGRAPH = 4


def _wall(body: str, *_: Any) -> str:
    """More sentences than one reads without a break."""
    long = (line for line in body.split("\n") if len(sentences(unmarked(line))) > LONGEST_PARAGRAPH)
    return next(long, "")


def unmarked(line: str) -> str:
    """A line without quotation marks."""
    return MARKS.sub("", line).removeprefix("… ")


def _bare_quote(body: str, _: str, known: Known, *__: Any) -> str:
    """A post that is one unsigned quotation, though a card has words for a line of its own."""
    own = [line for line in body.split("\n") if line.strip() and unquoted(line)]
    said = {s for source in known.spoken for s in content(source.text, known.language)}
    cards = (
        set(content(c.text, known.language)) for c in known.screen if not anaphora.asks(c.text)
    )
    has_words = any(len(words & said) > 1 for words in cards)
    is_told = [line for line in own if not anaphora.asks(line)]
    is_quoted = MARKS.match(body) is not None and not known.everybody
    return body if is_quoted and has_words and not is_told else ""


def _bad_news_first(body: str, _: str, known: Known, *__: Any) -> str:
    """What may not be, before who comes in free."""
    found = [(n, s) for n, s in enumerate(sentences(body.replace("\n", " ")))]
    bad = [
        n for n, s in found if pattern("restrictions", known.language, r"(?<!\p{L}){}").search(s)
    ]
    good = [
        (n, s) for n, s in found if pattern("who_pays", known.language, r"(?<!\p{L}){}").search(s)
    ]
    return next((s for n, s in good if bad and n == bad[0] + 1), "")


def _alt_of_speech(_: str, __: str, known: Known, caption: Caption, *___: Any) -> str:
    """An alternative text with a sentence that is only heard."""
    shown = normal(" ".join(card.text for card in known.screen))
    heard = (clean(s.text, s.language).rstrip(".") for s in known.spoken)
    return next(
        (
            h
            for h in heard
            if len(h.split()) > 3 and h in caption.alt_text and not set(normal(h)) <= set(shown)
        ),
        "",
    )


def _strung_labels(body: str, *_: Any) -> str:
    """Labels of steps with nothing but commas between them."""
    found = regex.search(r"^[^.\n]+: [\p{Ll} ]+, [\p{Ll} ]+, [\p{Ll} ]+\.$", body, regex.M)
    return found.group() if found else ""


LOOKS: dict[str, Callable[..., str]] = {
    "a wall of text": _wall,
    "nothing but an unsigned quotation": _bare_quote,
    "what may not be before what is free": _bad_news_first,
    "an alt text of what is said": _alt_of_speech,
    "labels strung on commas": _strung_labels,
    "introduction as hook": _introduction,
    "first person as the brand's": _first_person,
    "stands on something left out": _dangling,
    "noise of a screen": _noise,
    "hashtag of a small word or a person": _tags,
    "file name": _file_name,
    "cut off": _unfinished,
    "hook longer than the fold": _past_fold,
    "hashtag of an everyday word": _everyday_tag,
    "told twice": _told_twice,
    "marks around each paragraph": _pairs_of_marks,
    "no way to the link": _no_way,
    "a close that fits anything": _empty_close,
    "two asks in one line": _two_asks,
    "a close that echoes the line above": _echo,
    "two quotations that touch": _seam,
    "a title in quotation marks or with a full stop": _title,
    "an interview out of order": _out_of_order,
    "a title strung on and on": _strung_title,
    "hashtag of a verb": _verb_tag,
    "left out": _needed,
    "what nobody said": _never,
}


def alike(captions: Iterable[Caption]) -> list[str]:
    """Networks whose posts are the same but for line breaks."""
    texts: dict[tuple[str, ...], str] = {}
    same: list[str] = []
    for caption in captions:
        words = tokens(HASHTAG.sub("", caption.text))
        if words in texts:
            same.append(f"{caption.platform.value} is {texts[words]} with other line breaks")
        texts.setdefault(words, caption.platform.value)
    return same


def of_the_set(captions: Any, known: Known, brief: Brief, seen: Understanding) -> Iterable[str]:
    """What can only be seen of all posts together."""
    posts = {c.platform.value: c.text for c in captions.captions}
    material = gather(seen, brief, known)
    if len(material.points or material.cards) > 1:  # one thing is said everywhere
        yield from alike(captions.captions)
    brand = material.brand
    if brand and "x" in posts and brand.lower() not in posts["x"].lower():
        yield f"X does not name {brand}"
    everything = " ".join((*posts.values(), *captions.notes)).lower()
    for wish in (brief.tone, brief.audience):
        if wish and not anaphora.asks(wish) and wish.lower() not in everything:
            yield f"“{wish}” is neither used nor named"
    unsure = [p for p in gather(seen, brief, known).points if p.sentence and p.sentence.is_unsure]
    for point in unsure:
        if point.text.lower().rstrip(".") not in everything and not _is_told(
            point.text, everything
        ):
            yield f"dropped in silence: {point.text}"


def _is_told(text: str, everything: str) -> bool:
    own = set(tokens(text))
    return len(own & set(tokens(everything))) >= 0.7 * len(own)


# ---- A case, and all of them ------------------------------------------------------------------


def examined(case: dict[str, Any]) -> dict[str, Any]:
    """Everything there is to say of a case."""
    brief = brief_of(case)
    seen = mended(understanding(case), brief)
    known = know(seen, brief)
    captions = write(seen, brief)
    told = {
        kind: {line: verdict(line, known, brief) for line in case.get(kind, [])}
        for kind in ("keep", "cut")
    }
    return {
        "id": case["id"],
        "language": captions.language,
        "keep": {line: fault or "passes" for line, fault in told["keep"].items()},
        "cut": {line: fault or "PASSES" for line, fault in told["cut"].items()},
        "kept": [line for line, fault in told["keep"].items() if not fault],
        "stopped": [line for line, fault in told["cut"].items() if fault],
        "mended": _mends(case, seen),
        "mended besides": _besides(case, seen),
        "posts": {c.platform.value: c.text for c in captions.captions},
        "notes": list(captions.notes),
        "faults": [
            *(
                f"{c.platform.value}: {f}"
                for c in captions.captions
                for f in faults(c, known, brief, case)
            ),
            *of_the_set(captions, known, brief, seen),
        ],
    }


def _mends(case: dict[str, Any], seen: Understanding) -> dict[str, bool]:
    said = seen.transcript.text
    return {f"{heard} → {right}": right in said for heard, right in case.get("mend", [])}


def _besides(case: dict[str, Any], seen: Understanding) -> list[str]:
    """Words that were put right though no pair of the case says so."""
    pairs = " ".join(heard for heard, _ in case.get("mend", [])).lower()
    told = ((w.heard, w.text) for w in seen.transcript.words if w.heard)
    return [f"{heard} → {text}" for heard, text in told if heard.lower() not in pairs]


def summary(found: list[dict[str, Any]]) -> dict[str, str]:
    """The figures of the acceptance."""
    lines = {kind: sum(len(case[kind]) for case in found) for kind in ("keep", "cut")}
    mends = [done for case in found for done in case["mended"].values()]
    return {
        "cases": str(len(found)),
        "kept": f"{sum(len(c['kept']) for c in found)} of {lines['keep']}",
        "stopped": f"{sum(len(c['stopped']) for c in found)} of {lines['cut']}",
        "mended": f"{sum(mends)} of {len(mends)}",
        "mended besides": str(sum(len(c["mended besides"]) for c in found)),
        "posts": str(sum(len(c["posts"]) for c in found)),
        "faults": str(sum(len(c["faults"]) for c in found)),
    }


def told(case: dict[str, Any], *, posts: bool) -> str:
    """A case for people to read."""
    lines = [f"\n{case['id']} ({case['language']})"]
    lines += [
        f"  stopped, should pass: {line} ({case['keep'][line]})"
        for line in case["keep"]
        if line not in case["kept"]
    ]
    lines += [
        f"  passes, should be stopped: {line}"
        for line in case["cut"]
        if line not in case["stopped"]
    ]
    lines += [f"  not mended: {pair}" for pair, done in case["mended"].items() if not done]
    lines += [f"  mended besides: {pair}" for pair in case["mended besides"]]
    lines += [f"  fault: {fault}" for fault in case["faults"]]
    for network, text in case["posts"].items() if posts else ():
        lines += [f"  {network}", *(f"  | {line}" for line in text.split("\n"))]
    return "\n".join(lines)


def read(file: Path) -> list[dict[str, Any]]:
    """Read cases; a brief that is a sentence is what people type into the form."""
    cases = yaml.safe_load(file.read_text(encoding="utf-8"))
    briefs = (case.get("brief") or {} for case in cases)
    fields = ({"instruction": b} if isinstance(b, str) else b for b in briefs)
    return [{**case, "brief": brief} for case, brief in zip(cases, fields, strict=True)]


def main() -> None:
    """Examine the cases of some files."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--posts", action="store_true")
    asked = arguments.parse_args()
    own = (path for path in CASES.glob("*.yaml") if not path.stem.startswith("heldout"))
    files = asked.files or sorted(own)
    cases = [case for file in files for case in read(file)]
    found = [examined(case) for case in cases]
    if asked.json:
        json.dump(
            {"summary": summary(found), "cases": found}, sys.stdout, ensure_ascii=False, indent=1
        )
        return
    print("\n".join(told(case, posts=asked.posts) for case in found))
    print("\n" + ", ".join(f"{name}: {value}" for name, value in summary(found).items()))


if __name__ == "__main__":
    main()
