"""What the directory says of a person, as several capabilities ask it."""

from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up
from intercoop_contracts.addresses import mailbox
from intercoop_contracts.directory import PEOPLE, ContactKind, Language, PersonView


async def language_of(person_id: UUID, tx: Transaction) -> Language:
    """The person's language, French while it is not known."""
    view = await person(person_id, tx)
    return view.language if view else Language.FR


async def person(person_id: UUID, tx: Transaction) -> PersonView | None:
    """The person; None where the directory has said nothing of them yet, or that they left."""
    known = await look_up(PEOPLE, person_id, tx)
    view = known.view if known else None
    return view if isinstance(view, PersonView) else None


def address_of(person: PersonView) -> str | None:
    """Where a person reads mails: their first e-mail contact point that mails can be sent to.

    Where there is none such, their first one, of which is said what is wrong with it.
    """
    emails = [point.value for point in person.contact_points if point.kind is ContactKind.EMAIL]
    return next(filter(mailbox, emails), next(iter(emails), None))
