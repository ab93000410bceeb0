"""A campaign's figures as one JSON line each, for docs/reliability.md."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def write_down(campaign: str, **figures: Any) -> None:
    """Append to the file named by CAMPAIGN_REPORT, if it is; print in any case."""
    entry = {"campaign": campaign, "at": datetime.now(UTC).isoformat(timespec="minutes"), **figures}
    line = json.dumps(entry, ensure_ascii=False, default=list)
    print(line)  # noqa: T201  (pytest shows it when the campaign fails, or with -s)
    report = os.environ.get("CAMPAIGN_REPORT")
    if report:
        with Path(report).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
