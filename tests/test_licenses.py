"""What runs with socialcopy may run with it: licences, and what a release says it is made of."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import PathDistribution
from pathlib import Path
from types import ModuleType

import pytest

from tests.test_docs import made_by


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    return made_by("make_licenses")


def test_every_package_that_runs_is_under_a_licence_that_is_known_to_be_permissive(
    maker: ModuleType,
):
    found = maker.packages()

    assert len(found) > 100
    assert [(p.name, p.license) for p in found if not p.is_fine] == []


def test_no_wheel_bundles_a_library_under_the_gpl(maker: ModuleType):
    bundled = {(p.name, library) for p in maker.packages() for library in p.bundled}
    licenses = {name: maker.BUNDLED.get(name, "unknown") for _, name in bundled}
    unknown = [name for name, told in licenses.items() if told == "unknown"]
    plain_gpl = [n for n, t in licenses.items() if t.startswith(("GPL", "AGPL")) and "Exc" not in t]

    assert bundled or sys.platform != "linux"
    assert (unknown, plain_gpl) == ([], [])


@pytest.mark.parametrize(
    ("told", "is_fine"),
    [
        ("License-Expression: MIT", True),
        ("License-Expression: MPL-2.0 AND MIT", False),
        ("License-Expression: GPL-3.0-only OR MIT", True),
        ("License-Expression: GPL-3.0-only", False),
        ("License: LGPLv3\nClassifier: License :: OSI Approved :: GPLv3", False),
        ("License: AGPL-3.0", False),
        ("License: UNKNOWN", False),
        ("Classifier: License :: OSI Approved :: BSD License", True),
    ],
)  # fmt: skip
def test_a_package_is_judged_by_what_its_metadata_say(
    maker: ModuleType,
    tmp_path: Path,
    told: str,
    is_fine: bool,
):
    folder = tmp_path / "planted-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: planted\nVersion: 1\n{told}\n")

    assert maker._package("planted", PathDistribution(folder)).is_fine is is_fine


def test_the_page_of_licences_is_what_is_installed(maker: ModuleType):
    if sys.platform != "linux":
        pytest.skip("the page lists Linux's wheels")
    assert maker.PAGE.read_text() == maker.page(), "run `make docs`"


def test_speech_is_recognised_without_pyav_whose_wheels_hold_gpl_encoders():
    told = (
        "from importlib.util import find_spec; assert find_spec('av') is None; "
        "from socialcopy.understanding import recogniser as r; r._leave_out_pyav(); "
        "import faster_whisper"
    )
    subprocess.run([sys.executable, "-c", told], check=True, timeout=120)


def test_the_bill_of_materials_names_every_package_with_its_licence(
    maker: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "make_licenses", maker)
    found = maker.packages()
    listed = [{"bom-ref": p.name, "name": p.name, "version": p.version} for p in found]
    listed.append({"bom-ref": "av", "name": "av", "version": "1"})
    exported = json.dumps({"components": listed, "dependencies": [{"ref": "av"}]})
    bill = made_by("make_sbom").bill(exported.encode())

    assert {c["name"] for c in bill["components"]} == {p.name for p in found}
    assert all(c["licenses"] for c in bill["components"])
    assert bill["dependencies"] == []
