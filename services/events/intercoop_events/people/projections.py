"""People of this instance by the words of their names; whoever ends is forgotten."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.subscribers import Change
from intercoop_contracts.directory import PersonView

REMEMBER: Final = """
INSERT INTO known_people (owner, id, words)
SELECT owner, id, plain_words(name) FROM unnest($1::text[], $2::uuid[], $3::text[])
    AS new (owner, id, name)
ON CONFLICT (owner, id) DO UPDATE SET words = EXCLUDED.words
"""
REMOVE: Final = """
DELETE FROM known_people
USING unnest($1::text[], $2::uuid[]) AS ended (owner, id)
WHERE known_people.owner = ended.owner AND known_people.id = ended.id
"""
FORGET: Final = "DELETE FROM known_people WHERE owner = $1"


async def remember_people(changes: Sequence[Change[PersonView]], tx: Transaction) -> None:
    living = [(each, each.after) for each in changes if isinstance(each.after, PersonView)]
    ended = [each for each in changes if not isinstance(each.after, PersonView)]
    if living:
        await tx.execute(
            REMEMBER,
            [change.owner for change, _ in living],
            [UUID(change.subject) for change, _ in living],
            [f"{view.given_name} {view.family_name}" for _, view in living],
        )
    if ended:
        subjects = [UUID(change.subject) for change in ended]
        await tx.execute(REMOVE, [change.owner for change in ended], subjects)


async def forget_people(owner: str, tx: Transaction) -> None:
    await tx.execute(FORGET, owner)
