"""Write docs/faults.md: inputs that people really have, what came of each before, and what now.

The cases are those of tests/faults/table.py; docs/faults.jsonl holds what the last long run
measured. `python docs/make_faults.py <report>` first takes over the lines of a new one
(`FAULTS_REPORT=<report> pytest tests/faults -m "slow or not slow"` writes it).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.faults.table import KINDS, Case, cases

PAGE = ROOT / "docs" / "faults.md"
KEPT = ROOT / "docs" / "faults.jsonl"
HEAD = """# Inputs that failed, and what comes of them now

Written by `make docs`. Public bug reports of this trade were tried, and for each kind of fault more
inputs of the same kind were made by script (`tests/faults/inputs.py`,
`tests/media/subtitles/files.py`). “Before” is what the version did that met them first; “now” is
what the test holds it to, or what the last long run measured (`make campaign`). A step is how much
later the beep is heard than the flash is seen, in the finished file, in milliseconds.
"""


def results() -> dict[str, str]:
    """Read what the last long run measured, by case."""
    if not KEPT.exists():
        return {}
    lines = KEPT.read_text(encoding="utf-8").splitlines()
    return {entry["name"]: entry["now"] for entry in map(json.loads, lines)}


def take_over(report: Path) -> None:
    """Let the lines of a report replace those of the same case."""
    found = results()
    for line in report.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        found[entry["name"]] = entry["now"]
    known = {case.name for case in cases()}
    text = "".join(
        json.dumps({"name": name, "now": now}, ensure_ascii=False) + "\n"
        for name, now in sorted(found.items())
        if name in known
    )
    KEPT.write_text(text, encoding="utf-8")


def page() -> str:
    """Write the whole page."""
    every, measured = cases(), results()
    parts = [HEAD, f"{len(every)} inputs.\n"]
    for kind, title in KINDS.items():
        own = [case for case in every if case.kind == kind]
        if own:
            parts += [f"## {kind}. {title}\n", _table(own, measured)]
    return "\n".join(parts)


def _table(own: list[Case], measured: dict[str, str]) -> str:
    rows = [
        " | ".join(
            (
                f"| {_cell(case.input)}",
                _cell(case.before),
                _cell(measured.get(case.name, case.held_to)),
                f"`{case.name}` |",
            )
        )
        for case in own
    ]
    tests = sorted({case.test.partition("::")[2] for case in own})
    proof = "Held by " + ", ".join(f"`{test}`" for test in tests) + ".\n"
    head = "| input | before | now | case |\n|---|---|---|---|\n"
    return f"{head}{chr(10).join(rows)}\n\n{proof}"


def _cell(text: str) -> str:
    """Keep a text inside its cell, and shown as it is."""
    for sign, instead in (("&", "&amp;"), ("<", "&lt;"), ("|", "\\|"), ("`", "\\`"), ("\n", " ")):
        text = text.replace(sign, instead)
    return text


if __name__ == "__main__":
    if sys.argv[1:]:
        take_over(Path(sys.argv[1]))
    PAGE.write_text(page(), encoding="utf-8")
