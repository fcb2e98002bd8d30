"""People who may do something here, and of whom no account was published."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction

PEOPLE: Final = """
SELECT person.id FROM people AS person
WHERE EXISTS (
        SELECT FROM mandates
        WHERE person_id = person.id AND right(organisation_id::text, 8) = ANY ($2::text[])
    )
    AND NOT EXISTS (
        SELECT FROM published WHERE topic = $1 AND subject = person.id::text
    )
ORDER BY person.id LIMIT $3
"""


async def people_without_account(
    topic: str, tags: Collection[str], limit: int, tx: Transaction
) -> Sequence[UUID]:
    """Those with a mandate, of whatever day, in an organisation whose id has one of these tags."""
    return [row["id"] for row in await tx.fetch(PEOPLE, topic, list(tags), limit)]
