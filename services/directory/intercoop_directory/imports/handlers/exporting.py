"""Exports what agrees with a question as CSV, chunk by chunk."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeAlias

from intercoop_chassis.postgres import Database, Transaction
from intercoop_directory.imports.domain.writing import export_heading, export_lines
from intercoop_directory.organisations.store.asked import Question
from intercoop_directory.organisations.store.listing import Order, list_page
from intercoop_directory.organisations.store.search import FoundPosition

_EXPORT_CHUNK: Final = 500

Ask: TypeAlias = Callable[[Transaction], Awaitable[tuple[Question, Order] | None]]
"""What to export, asked in each transaction anew: words set how much it forgives."""


async def export(ask: Ask, db: Database) -> AsyncIterator[str]:
    """What agrees with a question as CSV; what cannot be read of it is an error before any line.

    Chunk by chunk, so that no connection is held while a slow reader reads.
    """
    chunk, after = await _chunk(ask, None, db)

    async def lines() -> AsyncIterator[str]:
        yield export_heading()
        following, position = chunk, after
        while following:
            yield following
            following, position = await _chunk(ask, position, db)

    return lines()


async def _chunk(
    ask: Ask, after: FoundPosition | None, db: Database
) -> tuple[str, FoundPosition | None]:
    """The lines after a position; none are left only where there are none: large ones end early."""
    async with db.read() as tx:
        asked = await ask(tx)
        found = await list_page(*asked, after, _EXPORT_CHUNK, tx) if asked else []
    if not asked or not found:
        return "", None
    day = asked[0].filters.on
    return export_lines((known for _, known in found), day), found[-1][0]
