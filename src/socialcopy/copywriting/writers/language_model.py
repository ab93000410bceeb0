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
from socialcopy.copywriting.writers import editor, prompts
from socialcopy.copywriting.writers.answers import Answer, read
from socialcopy.copywriting.writers.chat import Endpoint, ask
from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.merging import Merged, Merging
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.copywriting.writers.points import Material
from socialcopy.copywriting.writers.write import planned, write
from socialcopy.models import WRITTEN_BY, Beside, Brief, CaptionSet, Platform, Understanding, Value
from socialcopy.platforms import rules
from socialcopy.settings import ModelSettings

MOST_TOKENS = 700
"""Of one network's answer; a post of 2,000 characters has about 500."""

MOST_REASONS = 6
"""Notes of a network about what was left out; a draft that was all invention needs no list."""

EDITOR = f"{WRITTEN_BY}the built-in editor"
WITHOUT = f"{EDITOR}, without a language model"
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
            return _with_note(own, f"{EDITOR}, not by a language model.")
        return _Desk(understanding, brief, settings, endpoint, frames, own).captions()
    except ModelWriterError as error:
        logger.debug("%s", error)
        return _with_note(own, f"{WITHOUT}: {error}.")


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
        by_model = [c.platform for c in checked.captions if c != mine[c.platform]]
        missing = {f"The reply had no text for {rules(p).name}" for p in drafts.keys() ^ mine}
        notes = (n for n in checked.notes if n.partition(";")[0] not in missing)
        left_out = (n for p in by_model for n in _left_out(p, written[p].merged))
        told = dict.fromkeys((*left_out, *notes, self._told(by_model, written)))
        return checked.model_copy(update={"notes": tuple(told)})

    def _told(self, by_model: Sequence[Platform], written: Mapping[Platform, _Written]) -> str:
        """Say who wrote which network's post, and why the model did not write it all."""
        reasons = {
            c.platform: written[c.platform].reason or NOTHING
            for c in self.own.captions
            if c.platform not in by_model
        }
        if not by_model:
            return f"{WITHOUT}: {'; '.join(dict.fromkeys(reasons.values()))}."
        name = f"{WRITTEN_BY}the language model {self.endpoint.name}"
        shared = {p: _share(written[p].merged) for p in by_model}
        if not reasons and not any(shared.values()):
            return f"{name}, and checked like any other draft."
        rest = f"; by the built-in editor: {_listed(reasons)}" if reasons else ""
        return f"{name}: {_listed(shared)}{rest}."

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
            judged=lambda sentence, before: judge(sentence, self.known, brief, before),
            is_borrowed=partial(prompts.borrowed, material=material, brief=brief),
        )
        return merging.merged(answer.lines, answer.hashtags, is_cut=is_cut)


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


def _share(merged: Merged) -> str:
    """Say how much of a post is the editor's; empty where none is."""
    count = merged.by_editor
    return f"{count} of its sentences {'is' if count == 1 else 'are'} the editor's" if count else ""


def _listed(platforms: Mapping[Platform, str]) -> str:
    return ", ".join(
        f"{rules(platform).name}{f' ({told})' if told else ''}"
        for platform, told in platforms.items()
    )


def _left_out(platform: Platform, merged: Merged) -> Iterable[str]:
    name = rules(platform).name
    return (f"{name}: left out {reason}." for reason in merged.left_out[:MOST_REASONS])
