"""import-linter's verdicts on the packages in this folder: as they are, and with each breach.

Breaches (contract, file, line) come as JSON on standard input; exit codes with what was said leave
on standard output. A breach is shown to its own contract alone. All in one process, because a
breach then costs the reading of one file, and not the building of the whole import graph.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner
from importlinter.cli import lint_imports_command

OPTIONS = ("--no-logo", "--cache-dir", "import-graph")


def verdict(*contracts: str) -> tuple[int, str]:
    """Of these contracts; of all where none is named."""
    named = [word for contract in contracts for word in ("--contract", contract)]
    done = CliRunner().invoke(lint_imports_command, [*OPTIONS, *named])
    return done.exit_code, " ".join(done.output.split())


def verdict_with(contract: str, file: str, line: str) -> tuple[int, str]:
    path = Path(file)
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{line}\n")
    try:
        return verdict(contract)
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_text(before)


def verdicts(breaches: Sequence[tuple[str, str, str]]) -> list[tuple[int, str]]:
    return [verdict(), *(verdict_with(*breach) for breach in breaches)]


if __name__ == "__main__":
    json.dump(verdicts(json.load(sys.stdin)), sys.stdout)
