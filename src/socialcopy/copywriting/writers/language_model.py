"""Drafts by a language model, one network after another, held to the same checks as any other.

Each fact is looked up, what fails is sent back, and what still fails is taken out or replaced by
the built-in editor's text. Where there is no model, no answer or no time, the editor writes, and a
note says so.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from socialcopy.copywriting.errors import ModelTooSlowError, ModelWriterError
from socialcopy.copywriting.evidence.repair import mend
from socialcopy.copywriting.evidence.sources import Known, know
from socialcopy.copywriting.text.sentences import tokens
from socialcopy.copywriting.writers import prompts
from socialcopy.copywriting.writers.answers import Answer, read
from socialcopy.copywriting.writers.chat import Endpoint, ask
from socialcopy.copywriting.writers.checks import check
from socialcopy.copywriting.writers.plan import Plan
from socialcopy.copywriting.writers.points import Material
from socialcopy.copywriting.writers.write import planned, write
from socialcopy.models import WRITTEN_BY, Brief, CaptionSet, Platform, Understanding
from socialcopy.platforms import fits, length, rules
from socialcopy.settings import ModelSettings

MOST_TOKENS = 700
"""Of one network's answer; a post of 2,000 characters has about 500."""

EDITOR = f"{WRITTEN_BY}the built-in editor"
WITHOUT = f"{EDITOR}, without a language model"

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
        answers, stopped = self._answers()
        if not answers:
            raise stopped or ModelWriterError("nothing it wrote could be read")
        drafts = {platform: answer.text for platform, answer in answers.items()}
        beside = {platform: answer.beside for platform, answer in answers.items()}
        checked = check(drafts, self.understanding, self.brief, beside=beside)
        mine = {c.platform: c for c in self.own.captions}
        by_model = [c.platform for c in checked.captions if c != mine[c.platform]]
        missing = {f"The reply had no text for {rules(p).name}" for p in drafts.keys() ^ mine}
        notes = (n for n in checked.notes if n.partition(";")[0] not in missing)
        told = (*notes, *self._told(by_model, stopped))
        return checked.model_copy(update={"notes": told})

    def _told(self, by_model: Sequence[Platform], stopped: ModelWriterError | None) -> list[str]:
        """Say who wrote what, and why the model did not write it all."""
        others = [c.platform for c in self.own.captions if c.platform not in by_model]
        if not by_model:
            reason = stopped or "nothing it wrote could be posted"
            return [f"{WITHOUT}: {reason}."]
        name = f"the language model {self.endpoint.name}"
        if not others:
            return [f"{WRITTEN_BY}{name}, and checked like any other draft."]
        rest = f"the built-in editor{f' ({stopped})' if stopped else ''}: {_listed(others)}"
        return [f"{WRITTEN_BY}{name}: {_listed(by_model)}; by {rest}."]

    def _answers(self) -> tuple[dict[Platform, Answer], ModelWriterError | None]:
        """Ask for one network's post after another, as long as there is time."""
        deadline = time.monotonic() + self.settings.budget_seconds
        needed = self.endpoint.seconds_per_post
        found: dict[Platform, Answer] = {}
        material, plans = planned(self.understanding, self.brief)
        known = know(self.understanding, self.brief)
        for plan in plans:
            began = time.monotonic()
            try:
                if needed > deadline - began:
                    raise _late(needed, self.settings)
                answer = self._post(plan, material, known, deadline)
            except ModelWriterError as error:
                logger.debug("%s: %s", plan.order.platform, error)
                return found, error
            needed = max(needed / 2, time.monotonic() - began)
            if answer.text:
                found[plan.order.platform] = answer
        return found, None

    def _post(self, plan: Plan, material: Material, known: Known, deadline: float) -> Answer:
        """Ask for a post, and once more with what is wrong; the better answer is kept."""
        frames = self.frames if self.settings.vision else ()
        talk = prompts.messages(self.understanding, self.brief, material, plan, frames)
        beside = next(c for c in self.own.captions if c.platform == plan.order.platform)
        form = prompts.schema(plan, self.brief, beside, can_see=bool(frames))
        best, fewest = Answer(), -1
        for _ in range(self.settings.repair_rounds + 1):
            left = min(deadline - time.monotonic(), self.settings.timeout_seconds)
            if left <= 0 and best.text:
                break
            try:
                said = ask(self.endpoint, talk, form, seconds=left, most_tokens=MOST_TOKENS)
            except ModelTooSlowError:
                if best.text:
                    break
                raise
            answer = read(said, plan, self.brief)
            taken = [x for x in answer.lines if prompts.borrowed(x, material, self.brief)]
            kept = tuple(line for line in answer.lines if line not in taken)
            answer = answer.model_copy(update={"lines": kept})
            faults = self._faults(answer, plan, known, taken)
            if fewest < 0 or len(faults) < fewest:
                best, fewest = answer, len(faults)
            if not faults:
                break
            talk = [*talk, {"role": "assistant", "content": said}, prompts.repair(faults)]
        return best

    def _faults(self, answer: Answer, plan: Plan, known: Known, taken: Sequence[str]) -> list[str]:
        order, text = plan.order, answer.text
        faults = [f"“{line}” (it is taken from another post)" for line in taken]
        faults += mend(text, known, self.brief).left_out
        if not fits(order.platform, text, order.account) or not order.fits(text):
            counted = length(order.platform, text, order.account)
            faults.append(f"the text is too long: {counted:,} of at most {order.most:,}")
        if len(tokens(text)) < FEWEST_WORDS:
            faults.append("there is no post")
        return faults


FEWEST_WORDS = 3


def _late(needed: float, settings: ModelSettings) -> ModelTooSlowError:
    return ModelTooSlowError(
        f"a post takes it about {needed:.0f} s here, and LLM_BUDGET_SECONDS leaves "
        f"{settings.budget_seconds:.0f} s for all"
    )


def _listed(platforms: Sequence[Platform]) -> str:
    return ", ".join(rules(platform).name for platform in platforms)
