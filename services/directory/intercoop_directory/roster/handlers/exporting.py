"""The list of people as a file."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Final

from intercoop_chassis.postgres import Database
from intercoop_directory.organisations.store.known import names_of
from intercoop_directory.roster.domain.listed import Place, Question
from intercoop_directory.roster.domain.writing import heading_line, person_line
from intercoop_directory.roster.store.listing import list_people
from intercoop_directory.roster.store.records import records_of

_CHUNK: Final = 200


async def export(question: Question, day: date, db: Database) -> AsyncIterator[str]:
    """Whoever is in the list as CSV; what cannot be read of it is an error before any line.

    Chunk by chunk, so that no connection is held while a slow reader reads.
    """
    chunk, after = await _chunk(question, day, None, db)

    async def lines() -> AsyncIterator[str]:
        yield heading_line()
        following, place = chunk, after
        while following:
            yield following
            following, place = await _chunk(question, day, place, db)

    return lines()


async def _chunk(
    question: Question, day: date, after: Place | None, db: Database
) -> tuple[str, Place | None]:
    async with db.read() as tx:
        found = await list_people(question, day, after, _CHUNK, tx)
        records = await records_of([person.id for _, person in found], tx)
        mandates = (mandate for record in records.values() for mandate in record.mandates)
        names = await names_of((mandate.organisation_id for mandate in mandates), tx)
    lines = (
        person_line(person.id, records[person.id], person.state, names)
        for _, person in found
        if person.id in records
    )
    return "".join(lines), found[-1][0] if found else None
