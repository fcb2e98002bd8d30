"""The steps of the first run that somebody has gone through."""

from typing import Final

from intercoop_chassis.postgres import Transaction
from intercoop_directory.setup.domain.steps import Step

PASSED: Final = "SELECT step FROM passed_steps"
ADD: Final = """
INSERT INTO passed_steps (step, passed_at) VALUES ($1, $2) ON CONFLICT (step) DO NOTHING
"""


async def passed(tx: Transaction) -> frozenset[Step]:
    return frozenset(Step(row["step"]) for row in await tx.fetch(PASSED))


async def add(step: Step, tx: Transaction) -> None:
    await tx.execute(ADD, step, tx.now)
