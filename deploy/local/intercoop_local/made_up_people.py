"""The made-up people of an instance, whom anybody may be there: in its directory, with mandates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import ContactKind, Language, Role
from intercoop_directory.accounts.gateways.personas import Persona
from intercoop_directory.accounts.store import addresses
from intercoop_directory.organisations.store.known import get_known
from intercoop_directory.organisations.store.own import id_of_siren
from intercoop_directory.people.domain import ContactPoint, Mandate, PersonRecord
from intercoop_directory.people.handlers import register_person
from intercoop_directory.standings.handlers import make_own_organisation
from intercoop_local.network import Network, Owner
from intercoop_local.platform.errors import PlatformError
from intercoop_local.spreadsheets import made_up_siren

_SINCE: Final = date(2016, 1, 1)


@dataclass(frozen=True, slots=True)
class MadeUpPerson:
    """Somebody with mandates in a sample co-operative, by its number, and in the instance's own.

    `about` has holes for the co-operative's `name` and for the `union`, as it is spoken of.
    """

    given_name: str
    family_name: str
    about: Mapping[Language, str]
    cooperative: int | None = None
    role: Role | None = None
    instance_role: Role | None = None


EVERYBODY: Final = (
    MadeUpPerson(
        "Lucie",
        "Amblard",
        {Language.FR: "gérante de l'{name}", Language.EN: "manager of {name}"},
        cooperative=1,
        role=Role.MANAGER,
    ),
    MadeUpPerson(
        "Samir",
        "Kaddour",
        {Language.FR: "salarié de la {name}", Language.EN: "employee of {name}"},
        cooperative=2,
        role=Role.EMPLOYEE,
    ),
    MadeUpPerson(
        "Jeanne",
        "Vidal",
        {
            Language.FR: "élue de l'{name} et au conseil {union}",
            Language.EN: "elected at {name} and on the board of {union}",
        },
        cooperative=3,
        role=Role.ELECTED,
        instance_role=Role.BOARD,
    ),
    MadeUpPerson(
        "Nadia",
        "Benali",
        {Language.FR: "conseillère {union}", Language.EN: "adviser of {union}"},
        instance_role=Role.ADVISER,
    ),
    MadeUpPerson(
        "Karim",
        "Leroy",
        {
            Language.FR: "exploite l'instance {union}",
            Language.EN: "operates the instance of {union}",
        },
        instance_role=Role.OPERATOR,
    ),
)

_UNIONS: Final = {
    "union": {Language.FR: "de l'union", Language.EN: "the union"},
    "federation": {Language.FR: "de la fédération", Language.EN: "the federation"},
    "confederation": {Language.FR: "de la confédération", Language.EN: "the confederation"},
}


async def make_people(owner: Owner, network: Network, tx: Transaction) -> tuple[Persona, ...]:
    """Register those who are missing, and return all; where an owner has no samples, fewer."""
    own = await make_own_organisation(owner.name, tx)
    found = [await _persona(each, owner, network, own, tx) for each in EVERYBODY]
    return tuple(persona for persona in found if persona is not None)


async def _persona(
    who: MadeUpPerson, owner: Owner, network: Network, own: UUID, tx: Transaction
) -> Persona | None:
    organisation, name = None, ""
    if who.cooperative is not None:
        siren = made_up_siren(network.number(owner.slug), who.cooperative)
        organisation = await id_of_siren(siren, tx)
        known = await get_known(organisation, tx) if organisation else None
        if known is None:
            return None
        name = known.view.name
    mandates = tuple(_mandates(who, organisation, own))
    person = await _registered(who, owner, mandates, tx)
    union = _UNIONS[owner.kind]
    about = {
        language: text.format(name=name, union=union[language])
        for language, text in who.about.items()
    }
    return Persona(person=person, about=about)


def _mandates(who: MadeUpPerson, organisation: UUID | None, own: UUID) -> Iterator[Mandate]:
    if organisation is not None and who.role is not None:
        yield Mandate(organisation, who.role, _SINCE)
    if who.instance_role is not None:
        yield Mandate(own, who.instance_role, _SINCE)


async def _registered(
    who: MadeUpPerson, owner: Owner, mandates: tuple[Mandate, ...], tx: Transaction
) -> UUID:
    """The person who has the made-up address, registered where there is none."""
    address = f"{who.given_name}.{who.family_name}@{owner.slug}.example".lower()
    use = await addresses.use_of(address, tx)
    if use.holders:
        return use.holders[0].person_id
    point = ContactPoint(ContactKind.EMAIL, address)
    record = PersonRecord(
        who.given_name, who.family_name, mandates=mandates, contact_points=(point,)
    )
    made = await register_person(record, tx.new_id(), tx, giver=Role.OPERATOR)
    if isinstance(made, Refused):
        raise PlatformError(f"{who.given_name} was refused: {made.refusals[0]}")
    return made.id
