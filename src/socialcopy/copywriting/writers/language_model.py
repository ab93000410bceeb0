"""Posts by a language model, one network after another, held to the same checks as any other.

Of each draft is kept what holds; for what does not, and for a network whose post was not written
in its time, the built-in editor's words stand, and a note says whose is what.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from socialcopy.copywriting.errors import ModelTooSlowError, ModelWriterError
from socialcopy.copywriting.evidence.repair import judge
from socialcopy.copywriting.evidence.sources import Known, know
from socialcopy.copywriting.writers import authorship, editor, prompts
from socialcopy.copywriting.writers.answers import Answer, read
from socialcopy.copywriting.writers.chat import Endpoint, ask
from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.merging import Merged, Merging
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.copywriting.writers.points import Material
from socialcopy.copywriting.writers.write import planned, write
from socialcopy.models import (
    Beside,
    Brief,
    CaptionSet,
    Evidence,
    Platform,
    Understanding,
    Value,
)
from socialcopy.platforms import rules
from socialcopy.settings import ModelSettings

MOST_TOKENS = 700
"""Of one network's answer; a post of 2,000 characters has about 500."""

NOTHING = "nothing it wrote could be posted"

Connect = Callable[[], Endpoint | None]
"""Gives the place where the model answers; none where no model is to write."""

logger = logging.getLogger(__name__)


def configured(settings: ModelSettings) -> Endpoint | None:
    """Give the endpoint that the environment names, if it names one."""
    if settings.base_url is None:
        return None
    return Endpoint(
        base_url=str(settings.base_url),
        model=settings.model,
        name=settings.model,
        api_key=settings.api_key,
    )


def write_with_model(
    understanding: Understanding,
    brief: Brief,
    settings: ModelSettings,
    connect: Connect | None = None,
    frames: Sequence[bytes] = (),
) -> CaptionSet:
    """Have a model write, if there is one; the built-in editor writes whatever it can't."""
    own = write(understanding, brief)
    try:
        endpoint = connect() if connect else configured(settings)
        if not own.captions:
            return own
        if endpoint is None:
            return _with_note(own, f"{authorship.EDITOR}, not by a language model.")
        return _Desk(understanding, brief, settings, endpoint, frames, own).captions()
    except ModelWriterError as error:
        logger.debug("%s", error)
        return _with_note(own, f"{authorship.WITHOUT}: {error}.")


def _with_note(captions: CaptionSet, note: str) -> CaptionSet:
    return captions.model_copy(update={"notes": (*captions.notes, note)})


class _Written(Value):
    """What became of one network's post."""

    merged: Merged = Merged()
    beside: Beside = Beside()
    reason: str = ""
    """Why the model did not write it."""

    @property
    def text(self) -> str:
        """The post, to be checked; empty where it is the editor's."""
        return self.merged.draft.text if self.merged.draft else ""


class _Desk(NamedTuple):
    """What all posts of a video are written with."""

    understanding: Understanding
    brief: Brief
    settings: ModelSettings
    endpoint: Endpoint
    frames: Sequence[bytes]
    own: CaptionSet

    def captions(self) -> CaptionSet:
        """Write one network after another; what can't be posted is the editor's."""
        written = self._all()
        drafts = {platform: one.text for platform, one in written.items() if one.text}
        beside = {platform: one.beside for platform, one in written.items()}
        checked = check(drafts, self.understanding, self.brief, beside=beside)
        mine = {c.platform: c for c in self.own.captions}
        texts = {c.platform: c.text for c in checked.captions if c != mine[c.platform]}
        missing = {f"The reply had no text for {rules(p).name}" for p in drafts.keys() ^ mine}
        found = (n for n in checked.notes if n.partition(";")[0] not in missing)
        notes = dict.fromkeys((*found, *self._told(written, texts)))
        return checked.model_copy(update={"notes": tuple(notes)})

    def _told(
        self, written: Mapping[Platform, _Written], texts: Mapping[Platform, str]
    ) -> Iterable[str]:
        """Say what became of the wishes, what was left out, and who wrote.

        `texts` are the posts of the model.
        """
        by_model = {platform: written[platform].merged for platform in texts}
        reasons = {p: one.reason or NOTHING for p, one in written.items() if p not in texts}
        yield from authorship.kept(self.own, self.brief, [*texts])
        if texts:
            yield from authorship.on_wishes(self.brief, self.own.language, texts)
        yield from authorship.left_out(by_model)
        yield authorship.authors(self.endpoint.name, by_model, reasons)

    def _all(self) -> dict[Platform, _Written]:
        """Ask for one network's post after another, as long as there is time."""
        deadline = time.monotonic() + self.settings.budget_seconds
        needed = self.endpoint.seconds_per_post
        material, plans = planned(self.understanding, self.brief)
        known = know(self.understanding, self.brief)
        found: dict[Platform, _Written] = {}
        stopped = ""
        for place, plan in enumerate(plans):
            began = time.monotonic()
            late = _late(needed, self.settings) if needed > deadline - began else ""
            if stopped or late:
                found[plan.order.platform] = _Written(reason=stopped or late)
                continue
            asking = _Asking(self, plan, material, known, deadline, needed, len(plans) - place)
            try:
                written = asking.written()
            except ModelTooSlowError as error:
                written = _Written(reason=error.reason)
            except ModelWriterError as error:  # it would be the same for the next network
                stopped = str(error)
                written = _Written(reason=stopped)
            found[plan.order.platform] = written
            needed = max(needed / 2, time.monotonic() - began)
        return found


class _Asking(NamedTuple):
    """One network's question."""

    desk: _Desk
    plan: Plan
    material: Material
    known: Known
    deadline: float
    needed: float
    """Seconds that a post takes, as far as is known."""
    networks: int
    """How many wait for their post, this one among them."""

    def written(self) -> _Written:
        """Ask for a post, and once more with what is wrong where there is time; keep the better.

        Raises ModelTooSlowError where nothing came in time, and ModelWriterError where nothing
        comes at all.
        """
        desk, plan = self.desk, self.plan
        frames = desk.frames if desk.settings.vision else ()
        talk = prompts.messages(desk.understanding, desk.brief, self.material, plan, frames)
        beside = next(c for c in desk.own.captions if c.platform == plan.order.platform)
        form = prompts.schema(plan, desk.brief, beside, can_see=bool(frames))
        best: _Written | None = None
        for _ in range(desk.settings.repair_rounds + 1):
            began = time.monotonic()
            said, is_cut = self._said(talk, form, is_first=best is None)
            one = self._read(said, is_cut=is_cut)
            best = one if best is None or _is_better(one, best) else best
            took = time.monotonic() - began
            if is_cut or not one.merged.failed or not self._has_time_for_another(took):
                break
            faults = prompts.faults(one.merged.left_out, one.merged.failed, self.material)
            talk = [*talk, {"role": "assistant", "content": said}, prompts.repair(faults)]
        return best or _Written(reason=NOTHING)

    def _said(
        self, talk: Sequence[prompts.Message], form: Mapping[str, object], *, is_first: bool
    ) -> tuple[str, bool]:
        """Give the answer, as far as it came in its time, and whether its end is missing."""
        left = self.deadline - time.monotonic()
        # A trial has shown that this machine takes longer: then one answer may have it all.
        longest = max(self.desk.settings.timeout_seconds, 2 * self.needed)
        seconds = min(left, longest)
        try:
            most = min(MOST_TOKENS, prompts.FORM_TOKENS + self.plan.order.most)
            said = ask(self.desk.endpoint, talk, form, seconds=seconds, most_tokens=most)
        except ModelTooSlowError as error:
            if is_first and not error.so_far:
                raise
            return error.so_far, True
        return said, False

    def _has_time_for_another(self, took: float) -> bool:
        """Tell whether asking again leaves the other networks their time."""
        return self.deadline - time.monotonic() > took * self.networks

    def _read(self, said: str, *, is_cut: bool) -> _Written:
        """Keep what holds of an answer."""
        try:
            answer = read(said, self.plan, self.desk.brief)
        except ModelWriterError as error:
            late = "its time was up before a whole sentence" if is_cut else ""
            return _Written(reason=late or str(error))
        merged = self._merged(answer, is_cut=is_cut)
        reason = "" if merged.draft else "most of what it wrote could not be proven"
        return _Written(merged=merged, beside=answer.beside, reason=reason)

    def _merged(self, answer: Answer, *, is_cut: bool) -> Merged:
        brief, material = self.desk.brief, self.material
        merging = Merging(
            order=self.plan.order,
            material=material,
            own=editor.make(self.plan, material),
            judged=self._judged,
            is_borrowed=partial(prompts.borrowed, material=material, brief=brief),
        )
        return merging.merged(answer.lines, answer.hashtags, is_cut=is_cut)

    def _judged(self, sentence: str, before: str) -> tuple[str, tuple[Evidence, ...]]:
        return judge(sentence, self.known, self.desk.brief, before)


def _is_better(one: _Written, other: _Written) -> bool:
    """Tell whether another answer has more of a post."""
    if bool(one.text) != bool(other.text):
        return bool(one.text)
    return len(one.merged.failed) < len(other.merged.failed)


def _late(needed: float, settings: ModelSettings) -> str:
    return (
        f"a post takes it about {needed:.0f} s here, and LLM_BUDGET_SECONDS leaves "
        f"{settings.budget_seconds:.0f} s for all"
    )
