"""What fuzzing has found out about each parser is tried again with every change."""

from __future__ import annotations

import pytest

from tests.fuzz.corpus import read_corpus
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_no_kept_input_gets_an_error_that_is_none_of_its_parsers(name: str):
    target, corpus = TARGETS[name], read_corpus(name)

    for data in corpus:
        try:
            target.run(data)
        except target.errors:
            continue
    assert len(corpus) >= 20
