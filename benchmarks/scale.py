"""From measured costs to a million videos a day; writes docs/scale.md.

    uv run --with simpy python benchmarks/scale.py

The arithmetic takes what one video costs by `benchmarks/README.md`. A discrete-event simulation of
the same costs works off the small runs that `orchestration.py` measured: it is off by what the
table of the page says, so its larger teams are worth as much.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

import simpy

PAGE = Path(__file__).parent.parent / "docs" / "scale.md"

DAY_SECONDS = 86_400
PEAK = 3
"""Videos come by day: the busiest hour has so many times the average."""

LOAD = 0.7
"""Share of a core, and of a server's one thread, that is busy at the peak."""

CORES = 8
"""Of one machine."""

HEARING_CPU_SECONDS, ENCODING_CPU_SECONDS, WALK_CPU_SECONDS = 16.6, 48.0, 0.5
"""A clip of 30 s in 1080p: understood, made into two files, carried through the steps."""

WATCHER_CPU_SECONDS, SERVER_CPU_SECONDS = 0.12, 0.25
"""What Prefect adds, in the watcher and in its server on SQLite."""

ROWS = 180
"""Of Prefect's database; 106 of them say which resources an event is about."""

PUTS, GETS = 46, 33
"""Requests to the store; S3 bills listings as it bills writes."""

PUT_DOLLARS, GET_DOLLARS = 5e-6, 4e-7
"""S3 Standard in us-east-1: 0.005 and 0.0004 dollars a thousand."""

LISTED_CPU_SECONDS = 90e-6
"""One object of the inbox in one look, of 10,000."""

RECORDED_A_SECOND = 2.0
"""Videos whose task runs one server recorded, in batches of 50, without falling behind."""


def table(heads: list[str], lines: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [heads, ["---"] * len(heads), *lines])


def arithmetic(videos: int) -> list[str]:
    """What so many videos a day need."""
    peak = videos * PEAK / DAY_SECONDS
    media = peak * (HEARING_CPU_SECONDS + ENCODING_CPU_SECONDS) / LOAD
    own = WALK_CPU_SECONDS + WATCHER_CPU_SECONDS
    machines = (media + peak * own / LOAD) / CORES
    servers = peak * SERVER_CPU_SECONDS / LOAD
    dollars = videos * (PUTS * PUT_DOLLARS + GETS * GET_DOLLARS)
    return [
        f"{videos:,}",
        f"{peak:.2f}",
        f"{max(1, math.ceil(machines)):,}",
        f"{max(1, math.ceil(servers))}",
        f"{videos * ROWS / 1e6:,.2f} million",
        f"{videos * (PUTS + GETS) / DAY_SECONDS * PEAK:,.1f}",
        f"{dollars:,.2f}",
        f"{videos * LISTED_CPU_SECONDS:,.1f} s",
    ]


class Run(NamedTuple):
    """A team whose videos are a pause, and how many an hour it was measured to make."""

    name: str
    watchers: int
    slots: int
    pause_seconds: float
    measured: float


RUNS = [
    Run("1 watcher", 1, 4, 20, 723),
    Run("2 watchers", 2, 4, 20, 1_433),
    Run("4 watchers", 4, 4, 20, 2_690),
    Run("8 watchers", 8, 4, 20, 4_841),
]
STEPS, SLICES = 9, 4


class Costs(NamedTuple):
    """Of one video on the machine that measured."""

    watcher_cpu_seconds: float
    server_cpu_seconds: float
    waiting_seconds: float
    """For the store and the network, with nothing else at work."""
    cores: float


MEASURED = Costs(watcher_cpu_seconds=0.21, server_cpu_seconds=0.41, waiting_seconds=0.3, cores=2)


class Team:
    """Watchers, a server and the cores they share."""

    def __init__(self, run: Run, costs: Costs, videos: int) -> None:
        self.world, self.costs, self.run = simpy.Environment(), costs, run
        self.cores = simpy.Resource(self.world, capacity=max(1, round(costs.cores)))
        self.server = simpy.Resource(self.world, capacity=1)
        self.left, self.ends = videos, list[float]()

    def busy(self, thread: simpy.Resource, seconds: float) -> Generator[Any, Any, None]:
        """Hold a thread, and a core a slice at a time."""
        with thread.request() as turn:
            yield turn
            for _ in range(SLICES):
                with self.cores.request() as core:
                    yield core
                    yield self.world.timeout(seconds / SLICES)

    def slot(self, watcher: simpy.Resource) -> Generator[Any, Any, None]:
        """Work off one video after the other."""
        while self.left > 0:
            self.left -= 1
            for _ in range(STEPS):
                yield from self.busy(watcher, self.costs.watcher_cpu_seconds / STEPS)
                yield from self.busy(self.server, self.costs.server_cpu_seconds / STEPS)
            yield self.world.timeout(self.run.pause_seconds + self.costs.waiting_seconds)
            self.ends.append(self.world.now)

    def videos_an_hour(self) -> float:
        for _ in range(self.run.watchers):
            watcher = simpy.Resource(self.world, capacity=1)
            for _ in range(self.run.slots):
                self.world.process(self.slot(watcher))
        self.world.run()
        return (len(self.ends) - 1) / (self.ends[-1] - self.ends[0]) * 3_600


HEAD = f"""# From one machine to a million videos a day

Written by `uv run --with simpy python benchmarks/scale.py` from what was measured on two shared
cores ([benchmarks](../benchmarks/README.md)). Nothing was run at this size.

One video is a clip of 30 s in 1080p: {HEARING_CPU_SECONDS:g} CPU-seconds to understand it,
{ENCODING_CPU_SECONDS:g} to make two files of it, {WALK_CPU_SECONDS:g} to carry it through the
steps, {WATCHER_CPU_SECONDS:g} and {SERVER_CPU_SECONDS:g} for Prefect in the watcher and in its
server. It asks the store {PUTS} times to write or list and {GETS} times to read, and leaves {ROWS}
rows in Prefect's database. The busiest hour has {PEAK} times the average, nothing is busier than
{LOAD:.0%} then, and machines have {CORES} cores. A clip of another length costs in proportion.

Of ten thousand keys that came at once 1,754 were worked off, never more than four in hand, and a
look found all others ([benchmarks](../benchmarks/README.md)).
"""
COLUMNS = [
    "videos a day", "a second, at the peak", "machines", "Prefect servers", "rows a day",
    "requests a second", "dollars a day for requests", "CPU of one listing of a day's inbox",
]  # fmt: skip
BREAKS = [
    ("10", "nothing", "`socialcopy up` on a laptop"),
    ("100", "nothing: less than two hours of one core", "the same"),
    ("1,000", "a laptop's cores at the peak", "a machine of eight cores, or the nightly batch"),
    (
        "10,000",
        "one machine; SQLite's file grows by two million rows a day",
        "a team on PostgreSQL; `PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED=events,flow_runs`",
    ),
    (
        "100,000",
        "a look at the inbox takes nine seconds, and the next comes nine times later",
        "hints, and `after` in `socialcopy.toml`; `PREFECT_SERVER_EVENTS_RETENTION_PERIOD`",
    ),
    (
        "1,000,000",
        "Prefect's database: 180 million rows a day, six thousand a second at the peak",
        "several buckets, each with a Prefect of its own; the store allows 3,500 writes a second",
    ),
]
CREDITS = """
With NemoVideo's cloud instead of engines of your own a quarter of the machines goes, and credits
decide: its documents say about 50 a session. What holds them is in [operating](operating.md).
"""


def check(costs: Costs) -> str:
    """How near the simulation comes to each measured run."""
    lines: list[list[str]] = []
    for run in RUNS:
        found = Team(run, costs, run.watchers * run.slots * 10).videos_an_hour()
        off = f"{found / run.measured - 1:+.0%}"
        lines.append([run.name, f"{run.measured:,.0f}", f"{found:,.0f}", off])
    return table(["run", "measured, videos an hour", "simulated", "off by"], lines)


def limits(costs: Costs) -> str:
    """Teams nobody measured, on as many cores as they want."""
    lines: list[list[str]] = []
    for watchers in (4, 8, 16, 32, 64):
        run = Run("", watchers, 4, 20, 0)
        found = Team(run, costs._replace(cores=64), watchers * 40).videos_an_hour()
        linear = watchers * 4 / (20 + costs.waiting_seconds) * 3_600
        lines.append([str(watchers), f"{found:,.0f}", f"{found / linear:.0%}"])
    return table(["watchers", "videos an hour", "of linear"], lines)


def main() -> None:
    videos = [10**power for power in range(1, 7)]
    parts = [
        HEAD,
        table(COLUMNS, [arithmetic(number) for number in videos]),
        CREDITS,
        "## What breaks first\n",
        table(["videos a day", "what breaks", "what is done"], [list(row) for row in BREAKS]),
        "\n## How good the simulation is\n",
        "Teams whose videos are a pause of 20 s, four at a time each, on two cores:\n",
        check(MEASURED),
        "\nThe same teams with as many cores as they want, and one Prefect server:\n",
        limits(MEASURED),
    ]
    PAGE.write_text("\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
