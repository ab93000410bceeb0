"""Have a model write the demo's posts, and measure how long it takes."""

from __future__ import annotations

import time
from importlib.resources import files

from socialcopy.copywriting.writers.chat import Endpoint
from socialcopy.copywriting.writers.language_model import write_with_model
from socialcopy.local_models.choice import choose, chosen
from socialcopy.local_models.endpoints import Endpoints
from socialcopy.models import Brief, CaptionSet, Understanding, Value
from socialcopy.settings import ModelSettings

LONGEST_SECONDS = 1_800.0
"""A trial waits longer than a delivery does: it is there to find out how long it takes."""


class Trial(Value):
    """The demo's posts, and what they took."""

    name: str
    captions: CaptionSet
    load_seconds: float
    """Until the model was ready; 0 where it ran already."""
    write_seconds: float
    """For all posts, with what was sent back."""

    @property
    def seconds_per_post(self) -> float:
        """What one post took."""
        return self.write_seconds / max(1, len(self.captions.captions))


def demo() -> Understanding:
    """Read what the demo clip says and shows, as it was understood once."""
    written = (files("socialcopy.local_models") / "demo.json").read_text(encoding="utf-8")
    return Understanding.model_validate_json(written)


def try_model(endpoints: Endpoints) -> Trial | None:
    """Write the demo's posts and keep what one took; none where no model is chosen.

    Raises LocalModelError or CorruptFileError. What the model could not write is the built-in
    editor's, and the notes say so.
    """
    began = time.monotonic()
    endpoint = endpoints.endpoint()
    if endpoint is None:
        return None
    loaded = time.monotonic()
    captions = _written(endpoint, endpoints.settings)
    trial = Trial(
        name=endpoint.name,
        captions=captions,
        load_seconds=loaded - began if endpoints.server else 0.0,
        write_seconds=time.monotonic() - loaded,
    )
    _keep(endpoints.settings, trial)
    return trial


def _written(endpoint: Endpoint, settings: ModelSettings) -> CaptionSet:
    patient = settings.model_copy(
        update={"budget_seconds": LONGEST_SECONDS, "timeout_seconds": LONGEST_SECONDS}
    )
    unhurried = endpoint.model_copy(update={"seconds_per_post": 0.0})
    return write_with_model(demo(), Brief(), patient, lambda: unhurried)


def _keep(settings: ModelSettings, trial: Trial) -> None:
    """Remember the speed, for whoever asks later whether there is time for a post."""
    choice = chosen(settings.folder)
    if choice is not None and settings.base_url is None:
        seconds = round(trial.seconds_per_post, 1)
        choose(settings.folder, choice.model_copy(update={"seconds_per_post": seconds}))
