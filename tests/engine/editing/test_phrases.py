"""Phrases come from one file a language; a new language is a new file and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from socialcopy.engine.editing.edits import ChangeCopy
from socialcopy.engine.editing.parser import edits_in
from socialcopy.engine.editing.parser.phrasebook import joined, list_names, read
from socialcopy.engine.editing.parser.vocabulary import Phrases
from socialcopy.models import Platform
from socialcopy.platforms import rules

FOLDER = Path("src/socialcopy/engine/editing/parser/phrases")
GERMAN = r"""
spaced: true
numbers: {drei: 3}
common: {video: '(?:das |dieses )?Video', seconds: 'Sekunden?'}
cut: {gone: [weg, entfernen, 'schneide?'], start: [Anfang, erste]}
parts: {cut: 'schneide|entferne'}
rules:
  trim:
    from_start: ['(?:{cut}) die ersten {a}(?: weg| von {video} weg)?']
"""


def phrases(text: str, folder: Path, name: str = "de") -> Phrases:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_a_new_language_is_one_file(tmp_path: Path):
    known = joined([read(FOLDER / "en.yaml"), phrases(GERMAN, tmp_path)])

    *_, german = known.rules["trim"]["from_start"]
    found = re.fullmatch(german, "Entferne die ersten 3 Sekunden weg", re.IGNORECASE)
    assert found
    assert found["a"].strip() == "3 Sekunden"
    assert re.search(known.cut.gone, "weg damit")
    assert known.numbers["drei"] == 3


def test_in_a_language_with_spaces_a_word_is_found_only_whole(tmp_path: Path):
    german = phrases(GERMAN, tmp_path)

    assert not re.search(german.cut.gone, "unterwegs")
    assert re.search(read(FOLDER / "zh.yaml").cut.gone, "把开头去掉吧")


def test_no_language_has_to_have_a_word_for_everything(tmp_path: Path):
    german = phrases(GERMAN, tmp_path)

    assert not re.search(german.music.tune, "")
    assert not re.search(german.music.tune, "Musik")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("spaced: true\ncut: {goes: [weg]}", "goes"),
        ("spaced: true\ncut: {gone: 'weg('}", "unterminated subpattern"),
        ("spaced: true\ncut: {gone: 3}", "gone"),
        ("numbers: {drei: 3}", "spaced"),
        ("spaced: true\nsizes: {gigantisch: [riesig]}", "gigantisch"),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path: Path, text: str, said: str):
    with pytest.raises(ValidationError, match=said):
        phrases(text, tmp_path)


def test_a_part_that_is_nowhere_written_is_named(tmp_path: Path):
    german = phrases("spaced: true\nrules: {trim: {last: ['{keep} {a}']}}", tmp_path)

    with pytest.raises(ValueError, match=r"\{keep\}"):
        joined([read(FOLDER / "en.yaml"), german])


def sections_by_variable(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The sections that a function has in variables: `words, cut = WORDS.order, WORDS.cut`."""
    for node in ast.walk(function):
        match node:
            case ast.Assign([ast.Tuple(names)], ast.Tuple(values)):
                pairs = list(zip(names, values, strict=True))
            case ast.Assign([name], value):
                pairs = [(name, value)]
            case _:
                pairs = []
        for pair in pairs:
            match pair:
                case ast.Name(variable), ast.Attribute(ast.Name("WORDS"), section):
                    yield variable, section


def lists_asked_for(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(ast.Attribute(ast.Name("WORDS"), section), name):
                yield section, name
            case ast.FunctionDef():
                known = dict(sections_by_variable(node))
                for inner in ast.walk(node):
                    match inner:
                        case ast.Attribute(ast.Name(variable), name) if variable in known:
                            yield known[variable], name


def test_every_list_that_is_asked_for_is_one_of_english():
    trees = (ast.parse(path.read_text()) for path in FOLDER.parents[2].rglob("*.py"))
    asked = {one for tree in trees for one in lists_asked_for(tree)}

    wrong = {(s, n) for s, n in asked if s in list_names() and n not in list_names()[s]}
    assert len(asked) > 80
    assert not wrong


@pytest.mark.parametrize("platform", list(Platform))
def test_a_network_is_known_by_every_name_of_its_own_file(platform: Platform):
    for name in rules(platform).names:
        (edit,) = edits_in(f"write it only for {name}")
        assert isinstance(edit, ChangeCopy)
        assert edit.platforms == (platform,)
