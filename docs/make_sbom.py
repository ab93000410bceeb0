"""Write a bill of materials (CycloneDX 1.5): what `uv.lock` installs to run socialcopy.

uv lists packages with versions and hashes; licences and the libraries inside wheels come from what
is installed. Run by `make sbom`, for a release.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from make_licenses import BUNDLED, LEFT_OUT, ROOT, packages


def bill(exported: bytes) -> dict[str, Any]:
    """Uv's export, with licences and bundled libraries."""
    document: dict[str, Any] = json.loads(exported)
    listed = document["components"]
    gone = {component["bom-ref"] for component in listed if component["name"] in LEFT_OUT}
    document["components"] = [c for c in listed if c["bom-ref"] not in gone]
    document["dependencies"] = [d for d in document["dependencies"] if d["ref"] not in gone]
    installed = {package.name: package for package in packages()}
    for component in document["components"]:
        package = installed.get(component["name"])
        if package is not None and package.version == component["version"]:
            component["licenses"] = _licenses(package.license)
            component["components"] = [_library(name) for name in package.bundled]
    return document


def _licenses(told: str) -> list[dict[str, Any]]:
    is_expression = " AND " in told or " OR " in told
    return [{"expression": told}] if is_expression else [{"license": {"id": told}}]


def _library(name: str) -> dict[str, Any]:
    named = {"license": {"name": BUNDLED.get(name, "unknown")}}
    return {"type": "library", "name": f"lib{name}", "licenses": [named]}


def main(target: Path, uv: str) -> None:
    """Export and write."""
    argv = [uv, "export", "--quiet", "--frozen", "--no-dev", "--format", "cyclonedx1.5"]
    argv += ["--preview-features", "sbom-export"]
    exported = subprocess.run(argv, cwd=ROOT, capture_output=True, check=True).stdout
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(bill(exported), indent=2), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
