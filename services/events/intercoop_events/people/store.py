"""The people of this instance, as staff look for them."""

from datetime import date
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up_all
from intercoop_contracts.directory import PEOPLE, PersonView

MOST: Final = 20
FIND: Final = """
SELECT id FROM known_people
WHERE owner = $2 AND words LIKE ALL (ARRAY(
    SELECT '%' || word || '%' FROM unnest(string_to_array(plain_words($1), ' ')) AS word
))
ORDER BY words, id LIMIT $3
"""


async def find(text: str, tx: Transaction) -> dict[UUID, PersonView]:
    """Those whose names have every word of a text, or a part of it, by name."""
    rows = await tx.fetch(FIND, text, tx.owner, MOST)
    return await get_all([row["id"] for row in rows], tx)


async def get_all(ids: list[UUID], tx: Transaction) -> dict[UUID, PersonView]:
    """Those that are known of these, in their order."""
    known = await look_up_all(PEOPLE, ids, tx)
    views = {each: known[str(each)].view for each in ids if str(each) in known}
    return {each: view for each, view in views.items() if isinstance(view, PersonView)}


def organisations_on(person: PersonView, day: date) -> list[UUID]:
    """The organisations in which somebody holds a mandate on a day, each once."""
    held = (each for each in person.mandates if each.since <= day)
    current = (each for each in held if each.until is None or day < each.until)
    return list(dict.fromkeys(each.organisation_id for each in current))


def full_name(person: PersonView) -> str:
    return f"{person.given_name} {person.family_name}"
