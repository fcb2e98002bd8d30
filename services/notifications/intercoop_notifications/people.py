"""What the directory says of a person, as several capabilities ask it."""

from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up
from intercoop_contracts.directory import PEOPLE, Language, PersonView


async def language_of(person_id: UUID, tx: Transaction) -> Language:
    """The person's language, French while it is not known."""
    known = await look_up(PEOPLE, person_id, tx)
    view = known.view if known else None
    return view.language if isinstance(view, PersonView) else Language.FR
