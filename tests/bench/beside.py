"""This checkout beside another one, say of the version before, each measurement in turn.

Whole runs differ by a tenth on one machine, whatever is measured: it is busy, or warm. Here both
have the same servers and the same minute, first the one and then the other, and what counts is the
median of the pairs' ratios.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.measured_servers import Figures, MeasuredServers
from bench.measures import PARTS, units_of
from testkit.platform import Platform

HERE = Path(__file__).parents[2]
ANSWERING = HERE / "tests/bench/answering.py"
USUAL = "road,commands,freshness"
MORE_IS_BETTER = "_per_s"


class Checkout:
    """A checkout's measurements, in a process of its own."""

    def __init__(self, folder: Path, servers: MeasuredServers, sizes: str) -> None:
        python = folder / ".intercoop/venv/bin/python" if folder != HERE else sys.executable
        pids = json.dumps(dict(servers.pids))
        self.process = subprocess.Popen(
            [python, "-P", ANSWERING, servers.kafka, servers.postgres, pids, sizes],
            env=os.environ | {"PYTHONPATH": str(folder / "tests")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.measures: Sequence[str] = json.loads(self._line())

    def ask(self, measure: str) -> Figures:
        assert self.process.stdin
        self.process.stdin.write(f"{measure}\n")
        self.process.stdin.flush()
        figures: Figures = json.loads(self._line())
        return figures

    def _line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("A measurement failed: what it said is above")
        return line


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of both in every round; a `ratio` above one says that this checkout is better."""

    name: str
    before: Sequence[float]
    now: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        pairs = zip(self.before, self.now, strict=True)
        if self.name.endswith(MORE_IS_BETTER):
            return [now / before for before, now in pairs if before]
        return [before / now for before, now in pairs if now]

    def __str__(self) -> str:
        ratios = self.ratios
        shown = " ".join(f"{one:.2f}" for one in ratios)
        middle = f"{median(ratios):8.2f}" if ratios else f"{'-':>8}"
        return (
            f"{self.name:36}{median(self.before):12.1f}{median(self.now):12.1f}{middle}   {shown}"
        )


@contextmanager
def checkouts(other: Path, sizes: str) -> Iterator[tuple[Checkout, Checkout]]:
    """The other one and this one, at the same servers."""
    platform = Platform(durable=True)
    with ExitStack() as ends:
        ends.callback(platform.close)
        servers = MeasuredServers.of(platform)
        both = Checkout(other, servers, sizes), Checkout(HERE, servers, sizes)
        for one in both:
            ends.callback(one.process.kill)
        yield both


def compare(other: Path, parts: frozenset[str], rounds: int, sizes: str) -> list[Compared]:
    seen: list[tuple[Figures, Figures]] = []
    with checkouts(other, sizes) as (before, now):
        known = [unit.measure.__name__ for unit in units_of(parts, 1)]
        chosen = [name for name in known if name in before.measures]
        for number in range(rounds):
            figures: tuple[Figures, Figures] = {}, {}
            for place, name in enumerate(chosen):
                for turn in (0, 1) if (number + place) % 2 else (1, 0):
                    figures[turn].update((before, now)[turn].ask(name))
            seen.append(figures)
            print(f"round {number + 1} of {rounds}", flush=True)
    names = [name for name in seen[0][1] if name in seen[0][0]]
    return [
        Compared(name, [one[0][name] for one in seen], [one[1][name] for one in seen])
        for name in names
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench BESIDE=<checkout>", description=__doc__)
    parser.add_argument("other", type=Path, help="a checkout in which `make bench` has run once")
    parser.add_argument("--only", default=USUAL)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tiny", action="store_true", help="only show that everything runs")
    asked = parser.parse_args()
    parts = frozenset((asked.only or USUAL).split(","))
    if unknown := parts - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    rows = compare(asked.other.resolve(), parts, asked.rounds, "tiny" if asked.tiny else "full")
    print(f"\n{'figure':36}{'there':>12}{'here':>12}{'better':>8}   round by round")
    print("\n".join(map(str, rows)))


if __name__ == "__main__":
    main()
