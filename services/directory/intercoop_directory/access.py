"""Who may do what in the directory: the network reads, staff write, each owner its own."""

from typing import TypeAlias
from uuid import UUID

from intercoop_chassis.auth import Caller, Staff
from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_directory.organisations.store.known import get_known

Reader: TypeAlias = Caller
"""Anyone of the network: organisations and communes are public in it."""

OrganisationEditor: TypeAlias = Staff
"""Staff of this instance: they register, import and change its organisations."""

PeopleKeeper: TypeAlias = Staff
"""Staff of this instance: they alone read, register and change its people."""


async def why_not_home(organisation_id: UUID, tx: Transaction) -> NotFoundError | ConflictError:
    """The home check: why an organisation that is not this instance's cannot be changed here."""
    elsewhere = await get_known(organisation_id, tx)
    if elsewhere is None:
        return NotFoundError(
            "No organisation has this id: list or search them to find the right one"
        )
    return ConflictError(f"This organisation is {elsewhere.owner}'s: only there it can be changed")
