"""The examples in docstrings give what they say."""

from __future__ import annotations

import doctest
import importlib

import pytest

from tests.conftest import ROOT

MODULES = [
    ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
    for path in sorted((ROOT / "src/socialcopy").rglob("*.py"))
    if ">>> " in path.read_text()
]


def test_there_are_examples():
    assert len(MODULES) >= 20


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_right(name: str):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
