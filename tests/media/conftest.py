from collections.abc import Callable
from pathlib import Path

import pytest

from socialcopy.settings import MediaSettings
from tests.media.clips import make_clip

SHARED_INPUTS = Path(__file__).parents[3] / "shared" / "inputs"


@pytest.fixture(scope="session")
def settings() -> MediaSettings:
    return MediaSettings(preset="fast")


@pytest.fixture(scope="session")
def clip(tmp_path_factory) -> Callable[..., Path]:
    """Make a clip, or give the one already made with the same wishes."""
    folder = tmp_path_factory.mktemp("clips")
    made: dict[str, Path] = {}

    def make(**wishes) -> Path:
        key = repr(sorted(wishes.items()))
        if key not in made:
            made[key] = make_clip(folder / f"{len(made)}.mp4", **wishes)
        return made[key]

    return make


@pytest.fixture
def shared_inputs() -> Path:
    if not SHARED_INPUTS.is_dir():
        pytest.skip("the shared inputs are not on this machine")
    return SHARED_INPUTS
