"""Which sealing keys parked changes wait for, said where an operator looks."""

from typing import Final

import structlog

from intercoop_chassis.health import Health
from intercoop_chassis.postgres import Transaction

_MISSING: Final = """
SELECT missing_key AS id, count(*) AS changes
FROM (SELECT missing_key FROM parked WHERE missing_key IS NOT NULL LIMIT 10000) AS few
GROUP BY missing_key ORDER BY missing_key
"""

log = structlog.get_logger()


async def tell_missing_keys(service: str, health: Health, tx: Transaction) -> None:
    """Note in the process's health which keys are missing, or that none is any more.

    The process stays ready: everything else goes on.
    """
    name = f"{service}.sealing"
    rows = await tx.fetch(_MISSING)
    if not rows:
        health.forget(name)
        return
    said = ", ".join(f"{row['id']} (waiting: {row['changes']})" for row in rows)
    remark = f"sealing keys are missing: {said}. Add them to the key file, start again and retry"
    if health.notes.get(name) != remark:
        log.warning("sealing_keys_missing", keys={row["id"]: row["changes"] for row in rows})
    health.note(name, remark)
