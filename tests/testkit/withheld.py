"""What of other owners' invitations is shown to our co-operatives, and what waits."""

from uuid import UUID

from intercoop_advice.invitations import handlers
from intercoop_advice.settings import AdviceSettings
from intercoop_chassis.postgres import Transaction
from testkit.advice_service import AdviceService

OURS = "midi-pyrenees"


async def shown(advice: AdviceService) -> list[tuple[UUID, UUID]]:
    """Those shown to our co-operatives: request and co-operative."""
    sql = "SELECT request_id, organisation_id FROM received_invitations ORDER BY id"
    return [(row["request_id"], row["organisation_id"]) for row in await advice.fetch(sql)]


async def waiting(advice: AdviceService) -> dict[str, int]:
    """How many wait, by the reason."""
    sql = "SELECT because, count(*) AS number FROM withheld_invitations GROUP BY because"
    return {row["because"]: row["number"] for row in await advice.fetch(sql)}


async def sweep(advice: AdviceService) -> int:
    """Everything that the timer does; returns how many of its transactions found something."""
    batches = 0
    while await advice.db.command(_show_some):
        batches += 1
    return batches


async def _show_some(tx: Transaction) -> bool:
    return await handlers.show_withheld(tx.settings_as(AdviceSettings).limits, tx)
