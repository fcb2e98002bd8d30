"""`make bench`: every figure in one run, a table, and one JSON object as the last line."""

import argparse
import json
import os
import time
from dataclasses import replace
from pathlib import Path

import uvloop

from bench.measured_servers import Figures, MeasuredServers
from bench.measures import ONCE, PARTS, units_of, with_ratios
from bench.profile import report as profiles, sample_into
from bench.report import Report
from bench.roles import quieten
from bench.sizes import TINY, Sizes
from testkit.platform import Platform


def parts(text: str) -> frozenset[str]:
    """Those that are named, separated by commas; all where none is."""
    chosen = frozenset(one.strip() for one in text.split(",") if one.strip())
    if unknown := chosen - set(PARTS):
        raise argparse.ArgumentTypeError(
            f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}"
        )
    return chosen or frozenset(PARTS)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", type=parts, default=frozenset(PARTS), help=", ".join(PARTS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=Sizes().history, help="rows of `history`")
    parser.add_argument("--tiny", action="store_true", help="only show that everything runs")
    parser.add_argument("--profile", action="store_true", help="sample every process of ours")
    parser.add_argument("--out", type=Path, default=Path("bench"), help="folder for the results")
    return parser.parse_args()


def one_round(
    servers: MeasuredServers, sizes: Sizes, chosen: frozenset[str], number: int
) -> Figures:
    figures: Figures = {}
    for unit in units_of(chosen, number):
        began = time.monotonic()
        seen = uvloop.run(unit.measure(servers, sizes))
        figures |= seen
        print(f"  {unit.measure.__name__}: {time.monotonic() - began:.0f} s", flush=True)
    return with_ratios(figures)


def measure(chosen: frozenset[str], rounds: int, sizes: Sizes) -> Report:
    seen: list[Figures] = []
    history: list[Figures] = []
    platform = Platform(durable=True)
    try:
        if chosen - {"network"}:
            servers = MeasuredServers.of(platform)
        for number in range(1, rounds + 1 if chosen - set(ONCE) else 1):
            print(f"round {number} of {rounds} …", flush=True)
            seen.append(one_round(servers, sizes, chosen, number))
        if "history" in chosen:
            figures, history = _history(servers, sizes)
            seen.append(figures)
    finally:
        platform.close()
    if "network" in chosen:
        seen.append(_network())
    cores = len(os.sched_getaffinity(0))
    return Report(seen, history, {"cores": cores, "rounds": rounds, "load": os.getloadavg()})


def _history(servers: MeasuredServers, sizes: Sizes) -> tuple[Figures, list[Figures]]:
    from bench.history import flat_cost

    print("history …", flush=True)
    return uvloop.run(flat_cost(servers, sizes))


def _network() -> Figures:
    from bench.everyone import figures

    print("network …", flush=True)
    return figures()


def main() -> None:
    asked = arguments()
    quieten()
    sizes = TINY if asked.tiny else replace(Sizes(), history=asked.size)
    began = time.monotonic()
    if asked.profile:
        sample_into(asked.out)
    report = measure(asked.only, asked.rounds, sizes)
    report.write(asked.out)
    if asked.profile:
        (asked.out / "profiles.md").write_text(profiles(asked.out))
    print(f"\n{report.text()}\n\n{report.verdicts()}\n")
    print(f"{(time.monotonic() - began) / 60:.1f} minutes; everything is in {asked.out}")
    print(json.dumps(report.medians()))


if __name__ == "__main__":
    main()
