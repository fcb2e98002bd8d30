"""What people are called on their own pages, for tokens of sessions that are renewed."""

import asyncio
from typing import Final
from uuid import UUID

import structlog

from intercoop_chassis.auth.sessions import NameOf
from intercoop_chassis.context import Context
from intercoop_directory.accounts.domain.naming import name_of as called
from intercoop_directory.people.store import get

PATIENCE_S: Final = 1.0

log = structlog.get_logger()


def names(context: Context) -> NameOf:
    """Looks each person up; where that fails, a session goes on as it was."""

    async def name_of(person_id: UUID) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE_S), context.db.statement() as tx:
                person = await get(person_id, tx)
        except Exception as error:  # noqa: BLE001  no page is missing for the want of a name
            log.warning("name_not_read", error=type(error).__name__)
            return None
        return called(person.record) if person else None

    return name_of
