"""What CONTRIBUTING asks of the code's own text."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

FOLDERS = ("src", "flows", "tasks", "tests", "docs", "benchmarks")
# A signature of many parameters shows its reason: each is there to be read.
SHOWN = "PLR0917"
WITHOUT_REASON = re.compile(rf"# (?:ruff: )?noqa(?!: (?:{SHOWN}$|[A-Z0-9, ]+(?:\(| - )\w))")


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_rule_of_the_linter_is_set_aside_with_a_reason_in_words(folder: str):
    lines = (
        (path.relative_to(ROOT), number, line)
        for path in sorted((ROOT / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
    )

    assert [f"{path}:{n}" for path, n, line in lines if WITHOUT_REASON.search(line)] == []


def test_every_package_of_several_modules_has_layers_that_name_them_all():
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layered = {
        package
        for contract in tables["contracts"]
        if contract.get("exhaustive")
        for package in contract["containers"]
    }
    inside = Counter(
        ".".join(path.parent.relative_to(folder).parts)
        for folder in (ROOT / "src", ROOT)
        for name in ("socialcopy", "tasks", "flows")
        for path in (folder / name).rglob("*.py")
        if path.name != "__init__.py"
    )

    assert {package for package, modules in inside.items() if modules > 1} - layered == set()


@pytest.mark.parametrize("file", sorted((ROOT / "src").rglob("*.yaml")), ids=lambda file: file.name)
def test_no_list_of_a_file_hides_another_of_the_same_name(file: Path):
    document = yaml.compose(file.read_text(encoding="utf-8"))
    mappings = [document] if isinstance(document, yaml.MappingNode) else document.value

    for mapping in mappings:
        named = Counter(key.value for key, _ in mapping.value)
        assert [name for name, times in named.items() if times > 1] == []
