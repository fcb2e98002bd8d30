"""The made-up people of an instance: those whom anybody may be there, and a manager of each sample.

They are people of its directory like others, with mandates.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
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
from intercoop_local.made_up.names import name_of
from intercoop_local.network import Network, Owner
from intercoop_local.platform.errors import PlatformError
from intercoop_local.spreadsheets import made_up_siren

_SINCE: Final = date(2016, 1, 1)
_BESIDE: Final = 50
"""From which place on names are those of people whom nobody is."""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody with mandates in a sample co-operative, by its number, and in the instance's own.

    `about` has holes for the co-operative's `name` and for the `union`, as it is spoken of.
    """

    about: Mapping[Language, str]
    cooperative: int | None = None
    role: Role | None = None
    instance_role: Role | None = None
    woman: bool = True


PARTS: Final = (
    Part(
        {Language.FR: "gérante, {name}", Language.EN: "manager of {name}"},
        cooperative=1,
        role=Role.MANAGER,
    ),
    Part(
        {Language.FR: "salarié, {name}", Language.EN: "employee of {name}"},
        cooperative=2,
        role=Role.EMPLOYEE,
        woman=False,
    ),
    Part(
        {
            Language.FR: "élue, {name}, et au conseil {union}",
            Language.EN: "elected at {name} and on the board of {union}",
        },
        cooperative=3,
        role=Role.ELECTED,
        instance_role=Role.BOARD,
    ),
    Part(
        {Language.FR: "conseillère {union}", Language.EN: "adviser of {union}"},
        instance_role=Role.ADVISER,
    ),
    Part(
        {
            Language.FR: "exploite l’instance {union}",
            Language.EN: "operates the instance of {union}",
        },
        instance_role=Role.OPERATOR,
        woman=False,
    ),
)
"""Whom anybody may be."""

KNOWN_BY_NAME: Final[Mapping[str, Mapping[int, tuple[str, str]]]] = {
    "auvergne": {0: ("Lucie", "Amblard")},
    "midi-pyrenees": {
        0: ("Paule", "Ricard"),
        1: ("Samir", "Kaddour"),
        2: ("Jeanne", "Vidal"),
        3: ("Nadia", "Benali"),
        4: ("Karim", "Leroy"),
    },
}
"""Those whom the documentation speaks of, by their part's place."""

_UNIONS: Final = {
    "union": {Language.FR: "de l’union", Language.EN: "the union"},
    "federation": {Language.FR: "de la fédération", Language.EN: "the federation"},
    "confederation": {Language.FR: "de la confédération", Language.EN: "the confederation"},
}


async def make_people(owner: Owner, network: Network, tx: Transaction) -> tuple[Persona, ...]:
    """Register those who are missing whom anybody may be, and return all of them.

    An owner without sample co-operatives has fewer.
    """
    own = await make_own_organisation(owner.name, tx)
    found = [await _persona(place, owner, network, own, tx) for place in range(len(PARTS))]
    return tuple(persona for persona in found if persona is not None)


async def make_managers(owner: Owner, network: Network, count: int, tx: Transaction) -> None:
    """Register a manager for each of the first `count` samples that has no part yet."""
    number, taken = network.number(owner.slug), {part.cooperative for part in PARTS}
    for place in range(1, count + 1):
        organisation = await id_of_siren(made_up_siren(number, place), tx)
        if place in taken or organisation is None:
            continue
        name = name_of(number, _BESIDE + place, woman=place % 2 == 0)
        await _registered(name, owner, (Mandate(organisation, Role.MANAGER, _SINCE),), tx)


async def _persona(
    place: int, owner: Owner, network: Network, own: UUID, tx: Transaction
) -> Persona | None:
    part, number = PARTS[place], network.number(owner.slug)
    organisation, cooperative = None, ""
    if part.cooperative is not None:
        organisation = await id_of_siren(made_up_siren(number, part.cooperative), tx)
        known = await get_known(organisation, tx) if organisation else None
        if known is None:
            return None
        cooperative = known.view.name
    usual = name_of(number, place, woman=part.woman)
    name = KNOWN_BY_NAME.get(owner.slug, {}).get(place, usual)
    person = await _registered(name, owner, tuple(_mandates(part, organisation, own)), tx)
    union = _UNIONS[owner.kind]
    about = {
        language: text.format(name=cooperative, union=union[language])
        for language, text in part.about.items()
    }
    return Persona(person=person, about=about)


def _mandates(part: Part, organisation: UUID | None, own: UUID) -> Iterator[Mandate]:
    if organisation is not None and part.role is not None:
        yield Mandate(organisation, part.role, _SINCE)
    if part.instance_role is not None:
        yield Mandate(own, part.instance_role, _SINCE)


async def _registered(
    name: tuple[str, str], owner: Owner, mandates: Sequence[Mandate], tx: Transaction
) -> UUID:
    """The person who has the made-up address, registered where there is none."""
    given, family = name
    address = address_of(given, family, owner.slug)
    use = await addresses.use_of(address, tx)
    if use.holders:
        return use.holders[0].person_id
    point = ContactPoint(ContactKind.EMAIL, address)
    record = PersonRecord(
        given, family, mandates=tuple(mandates), contact_points=(point,), is_sample=True
    )
    made = await register_person(record, tx.new_id(), tx, giver=Role.OPERATOR)
    if isinstance(made, Refused):
        raise PlatformError(f"{given} was refused: {made.refusals[0]}")
    return made.id


def address_of(given: str, family: str, slug: str) -> str:
    """A made-up address, in letters that every mail server takes; it can reach nobody."""
    spelled = unicodedata.normalize("NFD", f"{given}.{family}".lower())
    local = "".join(letter for letter in spelled if letter.isascii() and letter not in "' ")
    return f"{local}@{slug}.example"
