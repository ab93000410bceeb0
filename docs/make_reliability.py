"""Write the tables of docs/reliability.md: the failure model from tests/reliability.py, and figures
from docs/campaigns.jsonl, which holds the last run of each campaign.

`python docs/make_reliability.py <report>` first takes over the lines of a new report
(`CAMPAIGN_REPORT=<report> make campaign` writes one).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
PAGE = ROOT / "docs" / "reliability.md"
KEPT = ROOT / "docs" / "campaigns.jsonl"


def campaigns() -> list[dict[str, Any]]:
    """Read the last run of each campaign."""
    return [json.loads(line) for line in KEPT.read_text(encoding="utf-8").splitlines()]


def take_over(report: Path) -> None:
    """Let the runs of a report replace those of the same name and seed."""
    found = {_name(entry): entry for entry in campaigns()} if KEPT.exists() else {}
    for line in report.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        found[_name(entry)] = entry
    text = "".join(json.dumps(found[name], ensure_ascii=False) + "\n" for name in sorted(found))
    KEPT.write_text(text, encoding="utf-8")


def _name(entry: dict[str, Any]) -> str:
    return f"{entry['campaign']} {entry.get('seed', '')} {entry.get('bug', '')}"


def table_of_rows() -> str:
    """F1 to F47."""
    from tests.reliability import ROWS

    hits = next((c["hits"] for c in campaigns() if c["campaign"] == "simulation"), {})
    lines = ["| | what goes wrong | what meets it | proof |", "|---|---|---|---|"]
    for name, row in ROWS.items():
        proof = [f"simulated {hits.get(name, 0):,} times"]
        proof += [f"`{test.partition('::')[2]}`" for test in row.tests]
        lines.append(f"| {name} | {row.failure} | {row.mechanism} | {'; '.join(proof)} |")
    return "\n".join(lines)


def table_of_runs() -> str:
    """One line a campaign."""
    lines = ["| campaign | when | figures |", "|---|---|---|"]
    for entry in campaigns():
        if entry["campaign"] == "planted":
            continue
        left_out = ("campaign", "at", "seed", "hits", "parked", "faults", "violations")
        told = [f"seed {entry['seed']}"] if "seed" in entry else []
        told += [
            f"{k.replace('_', ' ')} {_shown(v)}" for k, v in entry.items() if k not in left_out
        ]
        told += [f"{k} {len(entry[k])}" for k in ("faults", "violations", "parked") if k in entry]
        lines.append(f"| {entry['campaign']} | {entry['at'][:16]} | {', '.join(told)} |")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{k} {v:,}" for k, v in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)


def table_of_bugs() -> str:
    """Each planted bug and who noticed."""
    lines = ["| planted | noticed by |", "|---|---|"]
    for entry in campaigns():
        if entry["campaign"] == "planted":
            by = entry["by"].partition("::")[2] if entry["noticed"] else "nobody"
            lines.append(f"| {entry['bug']} | `{by}` |")
    return "\n".join(lines)


def page() -> str:
    """Write the page, its tables made anew."""
    text = PAGE.read_text(encoding="utf-8")
    for name, table in (
        ("rows", table_of_rows()),
        ("runs", table_of_runs()),
        ("bugs", table_of_bugs()),
    ):
        marks = (f"<!-- {name} -->", f"<!-- end of {name} -->")
        pattern = f"{marks[0]}.*?{marks[1]}"
        made = f"{marks[0]}\n{table}\n{marks[1]}"
        text = re.sub(pattern, lambda _, made=made: made, text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    if sys.argv[1:]:
        take_over(Path(sys.argv[1]))
    PAGE.write_text(page(), encoding="utf-8")
