"""How many rows a transaction has read, whatever its statements are."""

from typing import Final

from intercoop_chassis.postgres import Transaction

READ: Final = """
SELECT sum(pg_stat_get_xact_tuples_returned(oid))::bigint FROM pg_class
WHERE relkind IN ('r', 'i') AND relnamespace = current_schema()::regnamespace
"""


async def rows_read(tx: Transaction) -> int:
    """Rows of tables and entries of indexes that this connection has read until now."""
    count: int = await tx.fetchval(READ)
    return count
