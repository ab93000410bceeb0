from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.inputs import made


@pytest.fixture(scope="session")
def input_named(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The input of a case, made once a session."""
    folder = tmp_path_factory.mktemp("faults")
    return lambda name: made(folder, name)
