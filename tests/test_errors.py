"""The drawn error trees are true, and every error survives pickling with its message."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pickle
import re

import pytest

from tests.conftest import ROOT

MODULES = [
    f"socialcopy.{path.parent.name}.errors"
    for path in sorted(ROOT.glob("src/socialcopy/*/errors.py"))
] + ["socialcopy.local_files"]

SAMPLES = {"str": "text", "int": 3, "float": 1.5, "list[str]": ["a"], "tuple[str, ...]": ("a",)}


def classes(module_name: str) -> dict[str, type[Exception]]:
    module = importlib.import_module(module_name)
    return {
        name: found
        for name, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Exception) and found.__module__ == module_name
    }


def sample(error: type[Exception]) -> Exception:
    parameters = list(inspect.signature(error.__init__).parameters.values())[1:]
    named = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    if not named and not dataclasses.is_dataclass(error):
        return error("text")
    return error(*(SAMPLES.get(str(p.annotation).split(" |")[0], "text") for p in named))


@pytest.mark.parametrize("module_name", MODULES)
def test_the_drawing_names_every_error_of_its_package(module_name: str):
    drawing = importlib.import_module(module_name).__doc__ or ""
    drawn = set(re.findall(r"^\s*[*x+-] (\w+)", drawing, re.MULTILINE))

    assert drawn == set(classes(module_name))


@pytest.mark.parametrize(
    "error", [e for m in MODULES for e in classes(m).values()], ids=lambda e: e.__qualname__
)
def test_an_error_is_the_same_after_pickling(error: type[Exception]):
    before = sample(error)
    after = pickle.loads(pickle.dumps(before))

    assert (type(after), str(after), after.__dict__) == (type(before), str(before), before.__dict__)
    assert str(before)
