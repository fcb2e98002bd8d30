"""Ledgers, one of each seed: what they come to together, and a table of them to be read.

`python -m chaos.ledgers FILE` reads the lines that `make chaos LEDGER=FILE` has added.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import click

from chaos.checker import KINDS
from chaos.faults import FAULTS

Ledger: TypeAlias = dict[str, Any]  # Any: JSON

_TITLES: Final = ("seed", "seconds", "commits", "effects", "faults", "found", "p50 s", "p99 s")


def summed(ledgers: Sequence[Ledger], asked_for: Iterable[str]) -> Ledger:
    """The ledger of all seeds: well if nothing was found and every fault asked for happened."""
    faults = {
        name: sum(one["faults"].get(name, 0) for one in ledgers) for name in sorted(asked_for)
    }
    violations = {kind: sum(one.get(kind, 0) for one in ledgers) for kind in KINDS}
    missing = [name for name, count in faults.items() if not count]
    return {
        "well": not missing and not any(violations.values()),
        "seeds": [one["seed"] for one in ledgers],
        "commits": sum(one["commits"] for one in ledgers),
        "effects": sum(one["effects"] for one in ledgers),
        "faults": faults,
        "faults_missing": missing,
        **violations,
        "runs": list(ledgers),
    }


def table(ledgers: Iterable[Ledger]) -> str:
    """A line of Markdown for each seed."""
    lines = [_TITLES, ("---",) * len(_TITLES), *map(_line, ledgers)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _line(one: Ledger) -> tuple[str, ...]:
    return (
        one["seed"],
        f"{one['seconds']:,.0f}",
        f"{one['commits']:,}",
        f"{one['effects']:,}",
        str(sum(one["faults"].values())),
        str(sum(one.get(kind, 0) for kind in KINDS)),
        str(one["freshness_s"]["p50"]),
        str(one["freshness_s"]["p99"]),
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
def ledgers(file: Path) -> None:
    """Print the table of a file of ledgers, and what they come to: every fault there is, or not."""
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    total = summed(found, FAULTS)
    click.echo(table(found) + "\n")
    click.echo(json.dumps({name: value for name, value in total.items() if name != "runs"}))


if __name__ == "__main__":
    ledgers()
