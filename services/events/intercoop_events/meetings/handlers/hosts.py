"""The organisation that receives a meeting's guests."""

from uuid import UUID

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.replica import look_up
from intercoop_contracts.directory import ORGANISATIONS, OrganisationView


async def host(organisation_id: UUID | None, tx: Transaction) -> OrganisationView | None:
    """What the directory says of a host, if there is to be one; `InvalidError` for a stranger."""
    if organisation_id is None:
        return None
    known = await look_up(ORGANISATIONS, organisation_id, tx)
    if known is None or not isinstance(known.view, OrganisationView):
        raise InvalidError(
            "host", "is not in the directory", "Register the organisation there first"
        )
    return known.view
