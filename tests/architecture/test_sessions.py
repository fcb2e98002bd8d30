"""Connections of a pool are not reset: what a transaction sets has to end with it."""

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
# Their connections are their own, and end with what they do.
OWN = {"relay/election.py", "postgres/channel.py", "postgres/migrate.py"}
LASTING = re.compile(
    r"pg_(try_)?advisory_lock"
    r"|\bLISTEN\s+\w"
    r"|(^|[\"';])\s*SET\s+(?!LOCAL\b|TRANSACTION\b)[a-z_.]+\s*(=|TO\b)"
    r"|set_config\([^)]*\bfalse\s*\)"
    r"|WITH HOLD\b"
    r"|(CREATE|DROP) TEMP"
    r"|add_listener\("
)


def lasting():
    """Each place of the product's code that would leave something in a session."""
    for folder in ("shared", "services"):
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                if LASTING.search(line):
                    yield path, number


def test_nothing_outlives_a_transaction_on_a_pooled_connection():
    found = [f"{path}:{number}" for path, number in lasting()]
    assert [one for one in found if not any(f"{own}:" in one for own in OWN)] == []
    assert len(found) >= len(OWN)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ('"SELECT pg_advisory_lock(1)"', True),
        ('"SELECT pg_advisory_xact_lock(1)"', False),
        ('await tx.execute("SET search_path = x")', True),
        ('await tx.execute("SET LOCAL search_path = x")', False),
        ("UPDATE one SET name = $1", False),
        ("SELECT set_config('a.b', $1, true)", False),
        ("SELECT set_config('a.b', $1, false)", True),
        ('"LISTEN changes"', True),
    ],
)
def test_what_lasts_is_told_from_what_does_not(line, seen):
    assert bool(LASTING.search(line)) is seen
