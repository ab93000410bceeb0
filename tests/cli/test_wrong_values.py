"""A wrong value gets one sentence and its exit code, and breaks nobody else's command."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from prefect.exceptions import ParameterTypeError
from prefect.utilities.callables import parameter_schema
from prefect.utilities.schema_tools.validation import validate

from socialcopy.cli import stack
from socialcopy.cli.run import run
from socialcopy.storage.bucket import Bucket
from tests.cli.wrong_values import FORMS, Case, every_case, in_folder

CASES = every_case()
SHARE = 6
"""Every sixth runs in CI, another sixth with every change of the list; `slow` runs them all."""


@pytest.fixture(autouse=True)
def no_stack(monkeypatch: pytest.MonkeyPatch):
    """Nothing wrong may get so far that a stack is started."""
    monkeypatch.setattr(stack, "running", started)


def started(*_: object) -> None:
    """Instead of a stack: nothing wrong may get so far."""
    raise AssertionError("it began in spite of the wrong value")


def told(case: Case, folder: Path, environment: pytest.MonkeyPatch) -> int:
    with environment.context() as own:
        for name, value in case.environment.items():
            own.setenv(name, value)
        return run(in_folder(case, folder))


def fault(case: Case, code: int, out: str, err: str) -> str:
    """What is wrong with the answer to a wrong value; empty when nothing is."""
    lines = [line for line in err.splitlines() if line.strip()]
    if code != case.code:
        return f"exit code {code} instead of {case.code}: {err}"
    if "Traceback" in err or len(lines) != 1 or not lines[0].startswith("socialcopy: "):
        return f"not one sentence: {err}"
    if out.strip():
        return f"something on the output: {out}"
    return "a pattern instead of words" if "[^" in err or "a-z]" in err else ""


def tried(
    cases: list[Case],
    tmp_path: Path,
    environment: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> dict[str, str]:
    """The cases whose answer is not right, and those after which `status` fails."""
    faults: dict[str, str] = {}
    for number, case in enumerate(cases):
        code = told(case, tmp_path / str(number), environment)
        said = capsys.readouterr()
        found = fault(case, code, said.out, said.err)
        if found:
            faults[case.name] = found
        if run(["status"]) != 0:
            faults[f"status after {case.name}"] = capsys.readouterr().err
        capsys.readouterr()
    return faults


def test_there_are_three_hundred_of_them():
    assert len(CASES) + sum(map(len, FORMS.values())) >= 300


def test_a_share_of_the_wrong_values_gets_one_sentence_each(
    tmp_path: Path, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert tried(CASES[::SHARE], tmp_path, environment, capsys) == {}


@pytest.mark.slow
def test_every_wrong_value_gets_one_sentence(
    tmp_path: Path,
    bucket: Bucket,
    environment: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    assert tried(CASES, tmp_path, environment, capsys) == {}
    assert list(bucket.list_keys("")) == []


@pytest.mark.parametrize("name", FORMS)
def test_a_wrong_parameter_is_refused_in_words_by_the_form_and_by_the_flow(name: str):
    flow = getattr(importlib.import_module(f"flows.{name}"), name)
    schema = parameter_schema(flow).model_dump()
    let_in: list[str] = []
    for parameters in FORMS[name]:
        by_form = [error.message for error in validate(parameters, schema)]
        try:
            flow.validate_parameters(parameters)
            let_in.append(f"{parameters}"[:80])
        except ParameterTypeError as error:
            by_form.append(str(error))
        assert not [text for text in by_form if "^" in text or "Traceback" in text], by_form

    assert let_in == []
