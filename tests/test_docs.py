"""The documentation says what the code does."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT
from tests.faults.table import cases
from tests.reliability import FEWEST_HITS, ROWS

PAGES = sorted(
    str(p.relative_to(ROOT)) for folder in (ROOT, ROOT / "docs") for p in folder.glob("*.md")
)

FEWEST_CASES = 50
"""Inputs in the table of faults."""


def made_by(name: str) -> ModuleType:
    """A maker of `docs/`, imported by its path."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/{name}.py")
    assert spec
    assert spec.loader
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    return maker


def test_the_reference_page_is_what_the_code_says():
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "docs/make_reference.py")
    assert spec
    assert spec.loader
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)

    assert maker.PAGE.read_text() == maker.reference(), "run `make docs`"


def test_the_protocol_page_is_what_the_tests_say_and_each_test_it_names_exists():
    spec = importlib.util.spec_from_file_location("make_protocol", ROOT / "docs/make_protocol.py")
    assert spec
    assert spec.loader
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    tests = {test for _, rows in maker.SEED for _, test in rows}
    missing = [
        test
        for test in tests
        if f"def {test.partition('::')[2]}(" not in (ROOT / test.partition("::")[0]).read_text()
    ]

    assert missing == []
    assert maker.PAGE.read_text() == maker.page(), "run `make docs`"


def test_the_result_is_shown_before_line_60_of_the_readme():
    head = (ROOT / "README.md").read_text().splitlines()[:60]

    assert any("make demo" in line for line in head)
    assert any(line.startswith("![") for line in head)


@pytest.mark.parametrize("page", PAGES)
def test_every_local_link_leads_somewhere(page: str):
    text = (ROOT / page).read_text()
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    missing = [link for link in links if not ((ROOT / page).parent / link).exists()]

    assert missing == []


def anchors(page: Path) -> set[str]:
    """What GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_section_finds_its_heading(page: str):
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", (ROOT / page).read_text())
    missing = [
        f"{name}#{section}"
        for name, section in links
        if section not in anchors((ROOT / page).parent / name if name else ROOT / page)
    ]

    assert missing == []


def test_every_make_target_of_the_readme_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|\$ )make ([a-z]+)", (ROOT / "README.md").read_text()))

    assert named <= targets


def test_the_tables_of_the_reliability_page_are_made_of_the_last_campaigns():
    maker = made_by("make_reliability")

    assert maker.PAGE.read_text() == maker.page(), "run `make docs`"


def test_the_table_of_faults_is_made_of_its_cases_and_each_test_it_names_exists():
    every = cases()
    missing = {
        case.test
        for case in every
        if f"def {case.test.partition('::')[2]}("
        not in (ROOT / case.test.partition("::")[0]).read_text()
    }

    assert len(every) >= FEWEST_CASES
    assert len({case.name for case in every}) == len(every)
    assert missing == set()
    maker = made_by("make_faults")
    assert maker.PAGE.read_text() == maker.page(), "run `make docs`"


@pytest.mark.parametrize("row", ROWS)
def test_each_test_that_a_row_of_the_failure_model_names_exists(row: str):
    for test in ROWS[row].tests:
        path, _, name = test.partition("::")

        assert f"def {name}(" in (ROOT / path).read_text()


def test_every_row_of_the_failure_model_was_hit_often_in_the_last_simulation():
    assert list(ROWS) == [f"F{number}" for number in range(1, 48)]
    runs = {run["campaign"]: run for run in made_by("make_reliability").campaigns()}
    hits = runs["simulation"]["hits"]

    assert {name: hits.get(name, 0) for name in ROWS if hits.get(name, 0) < FEWEST_HITS} == {}


def test_the_page_about_architecture_has_a_row_for_every_package_and_module_of_the_library():
    page = (ROOT / "docs/architecture.md").read_text()
    library = [
        p
        for p in (ROOT / "src/socialcopy").iterdir()
        if p.name[0] not in "_." and p.suffix in ("", ".py")
    ]

    assert [p.stem for p in library if f"`socialcopy.{p.stem}`" not in page] == []


def test_the_picture_of_the_walk_shows_what_its_source_names():
    small = (ROOT / "docs/pictures/walk.svg").read_text()
    source = (ROOT / "docs/pictures/architecture.dot").read_text()
    drawn = (ROOT / "docs/pictures/architecture.svg").read_text()
    steps = re.findall(
        r"\| ([a-z]+) \|.*pipeline/steps", (ROOT / "docs/architecture.md").read_text()
    )

    assert len(steps) == 8
    assert [step for step in steps if step not in source or f">{step}</text>" not in drawn] == []
    assert [step for step in steps if step != "discover" and step not in small] == []
