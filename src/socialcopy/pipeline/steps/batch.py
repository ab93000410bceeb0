"""A batch: a prefix in order, within a budget, and a report of what became of each video."""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Template
from pydantic import ValidationError

from socialcopy import keys
from socialcopy.copywriting.pages.review import escaping
from socialcopy.models import Brief, SourceVideo, Value
from socialcopy.pipeline import quotas
from socialcopy.pipeline.briefs import brief_of
from socialcopy.pipeline.context import Context
from socialcopy.pipeline.errors import OwnOutputError
from socialcopy.pipeline.outcomes import Ending, outcome_of
from socialcopy.pipeline.policies import policies_of
from socialcopy.pipeline.steps import discover
from socialcopy.storage.budget import Budget
from socialcopy.storage.swaps import until_written

CHUNK = 1_000
"""Videos that are put in order at once, so that memory does not grow with the prefix."""

WAITING = "waiting"
ORDER = ("parked", WAITING, "gone", "rejected", "delivered")
"""In which a report tells; what a person has to look at comes first."""

TEMPLATE = Path(__file__).with_name("report.html.j2")


class BatchLine(Value):
    """What became of one video of a batch."""

    key: str
    oid: str
    outcome: str
    """`delivered`, `rejected`, `parked`, `gone` or `waiting`."""
    detail: str
    """Where the delivery is, or the reason."""
    credits_spent: int | None = None
    """As far as the balance shows; none where nothing was sent."""
    seconds: float


class BatchReport(Value):
    """What became of a batch, or of all batches of one day."""

    prefix: str
    began_at: datetime
    """By the store's clock."""
    ended_at: datetime
    lines: tuple[BatchLine, ...] = ()
    ceiling: int | None = None
    spent: int = 0
    """Credits spent on the prefix that day; 0 without a ceiling, since nobody counted."""

    @property
    def name(self) -> str:
        """The day, and the prefix where it is not the usual one."""
        day = self.began_at.date().isoformat()
        rest = "" if self.prefix == keys.NIGHTLY else f"-{keys.delivery_name(self.prefix)}"
        return f"{day}{rest}"

    @property
    def counts(self) -> dict[str, int]:
        """How many videos ended how."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in ORDER}

    @property
    def sentence(self) -> str:
        """The report in one line."""
        return ", ".join(f"{number} {outcome}" for outcome, number in self.counts.items())


def in_order(context: Context, prefix: str, brief: Brief) -> Iterator[SourceVideo]:
    """Yield waiting videos by their keys, whatever order the store lists them in.

    What is hardly a video comes after everything else. The prefix is listed once more, and once
    for each thousand videos, so memory is bounded. Raises OwnOutputError for a prefix that holds
    what we write ourselves.
    """
    if keys.holds_own_output(prefix):
        raise OwnOutputError(prefix)
    known = discover.Likelihood()
    for source in discover.find_waiting(context, prefix, brief):
        known.count(source)

    def place(source: SourceVideo) -> tuple[bool, str]:
        return not known.is_likely(source), source.key

    last = (False, "")
    while True:
        found = discover.find_waiting(context, prefix, brief)
        later = (source for source in found if place(source) > last)
        chunk = heapq.nsmallest(CHUNK, later, key=place)
        yield from chunk
        if len(chunk) < CHUNK:
            return
        last = place(chunk[-1])


def begin(context: Context, prefix: str, ceiling: int | None) -> BatchReport:
    """Open a batch; a ceiling given here goes over the policy's for the rest of the day."""
    now = context.bucket.now()
    if ceiling is not None:
        _budget(context, prefix, now).set_ceiling(ceiling)
    return BatchReport(prefix=prefix, began_at=now, ended_at=now)


def _budget(context: Context, prefix: str, day: datetime) -> Budget:
    ceiling = policies_of(context.bucket).of(prefix).credit_ceiling
    return Budget(context.bucket, keys.budget(day.date().isoformat(), prefix), ceiling)


def line_of(
    context: Context, source: SourceVideo, brief: Brief, seconds: float, why: str
) -> BatchLine:
    """Write down what the bucket says about a video that was tried; `why` is what the try said."""
    brief = brief_of(context.bucket, source.key, brief)
    return _as_it_stands(context, line(source, brief, WAITING, seconds, why))


def line_of_held_back(context: Context, source: SourceVideo, brief: Brief) -> BatchLine | None:
    """Write a line for a video that its prefix has no room for today; none if it may begin."""
    why = quotas.held_back(context.bucket)(source)
    return line_of(context, source, brief, 0, why) if why else None


def line(source: SourceVideo, brief: Brief, outcome: str, seconds: float, why: str) -> BatchLine:
    """Write down what a try said of a video, without a look at the bucket."""
    oid, seconds = source.oid(brief), round(seconds, 1)
    return BatchLine(key=source.key, oid=oid, outcome=outcome, detail=why, seconds=seconds)


def _as_it_stands(context: Context, line: BatchLine) -> BatchLine:
    """Update a line by what the bucket says now; somebody else may have done one that waited."""
    found = outcome_of(context.bucket, line.key, line.oid)
    if found is None:
        return line
    is_delivered = found.ending is Ending.DELIVERED
    return line.model_copy(
        update={
            "outcome": found.ending.value,
            "detail": found.prefix if is_delivered else found.document["reason"],
            "credits_spent": found.document.get("credits_spent"),
        }
    )


def publish(context: Context, report: BatchReport) -> BatchReport:
    """Write a report to the bucket, together with what earlier batches of its day have told."""
    account = (budget := _budget(context, report.prefix, report.began_at)).read()
    told = report.model_copy(
        update={
            "ended_at": context.bucket.now(),
            "ceiling": budget.ceiling(account),
            "spent": account.spent,
        }
    )
    merged = _write_json(context, told)
    page = report_page(merged).encode()
    context.bucket.write(keys.report(merged.name, ".html"), page, "text/html; charset=utf-8")
    return merged


def _write_json(context: Context, report: BatchReport) -> BatchReport:
    """Write the report under a condition, since two batches of a day may end together."""
    key = keys.report(report.name, ".json")

    def write() -> BatchReport | None:
        found = context.bucket.read(key)
        earlier = _report_in(found.data) if found else None
        merged = _merged(context, earlier or report, report)
        document = {"counts": merged.counts, **merged.model_dump(mode="json")}
        data = json.dumps(document, ensure_ascii=False, indent=2).encode()
        return merged if context.bucket.write_over(found, key, data) else None

    return until_written(context.bucket, key, write)


def _report_in(data: bytes) -> BatchReport | None:
    """Read an earlier report of the day; none if it can't be read, and a new one replaces it."""
    try:
        return BatchReport.model_validate_json(data)
    except ValidationError:
        return None


def _merged(context: Context, earlier: BatchReport, later: BatchReport) -> BatchReport:
    """Merge two reports of one day: what was told later about a video counts."""
    told = {line.oid: line for line in (*earlier.lines, *later.lines)}
    lines = {
        oid: _as_it_stands(context, line) if line.outcome == WAITING else line
        for oid, line in told.items()
    }
    return later.model_copy(
        update={
            "began_at": min(earlier.began_at, later.began_at),
            "lines": tuple(sorted(lines.values(), key=lambda line: line.key)),
        }
    )


def report_page(report: BatchReport) -> str:
    """Write the report for people; every name and reason in it is escaped."""
    lines = sorted(report.lines, key=lambda line: (ORDER.index(line.outcome), line.key))
    return _template().render(report=report, lines=lines)


@cache
def _template() -> Template:
    return escaping().from_string(TEMPLATE.read_text(encoding="utf-8"))
