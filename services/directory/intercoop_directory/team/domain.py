"""Who works here: the roles that are given in the instance's own organisation, and how they end."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_contracts.directory import Role
from intercoop_directory.people.domain import Mandate, PersonRecord

ROLES: Final = (Role.ADVISER, Role.STAFF, Role.OPERATOR)
"""What is given on the team's page; all three are held in the instance's own organisation."""


class State(StrEnum):
    """Whether somebody of the team has come in."""

    ACTIVE = "active"
    INVITED = "invited"
    NOT_INVITED = "not-invited"


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role from a day on, up to but not on `until`."""

    role: Role
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team, with the roles that hold or will."""

    person_id: UUID
    name: str
    roles: tuple[HeldRole, ...]
    state: State
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who is not in the directory yet."""

    given_name: str
    family_name: str
    address: str


def add_role(record: PersonRecord, given: Mandate, giver: Role) -> PersonRecord | Refused:
    """With one more role; refused where it is held already, or is not the giver's to give."""
    if given.role not in ROLES:
        return _refused("role", _NO_ROLE_HERE)
    if given.role is Role.OPERATOR and giver is not Role.OPERATOR:
        return _refused("role", _OPERATORS_ONLY)
    if any(given.meets(held) for held in record.mandates):
        return _refused("role", _HELD_ALREADY)
    return replace(record, mandates=(*record.mandates, given))


def end_role(record: PersonRecord, ended: Mandate, day: date) -> PersonRecord:
    """Without this role from that day on; one that would not have begun is not there at all."""
    rest = tuple(held for held in record.mandates if held != ended)
    kept = (replace(ended, until=day),) if ended.since < day else ()
    return replace(record, mandates=(*rest, *kept))


def running(record: PersonRecord, own: UUID, role: Role, day: date) -> Mandate | None:
    """The mandate by which somebody has this role on a day or later."""
    found = (
        held
        for held in record.mandates
        if (held.organisation_id, held.role) == (own, role)
        and (held.until is None or day < held.until)
    )
    return next(found, None)


def may_end(role: Role, giver: Role, others_who_operate: int) -> Refused | None:
    """Why a role may not be ended: by whom, or because nobody would operate the instance."""
    if role is not Role.OPERATOR:
        return None
    if giver is not Role.OPERATOR:
        return _refused("role", _OPERATORS_ONLY)
    return _refused("day", _LAST_OPERATOR) if others_who_operate == 0 else None


def newcomer_refusals(newcomer: Newcomer) -> Refused | None:
    """What is missing of somebody new; the record's own rules come after."""
    missing = {
        "given_name": (newcomer.given_name, _NO_FIRST_NAME),
        "family_name": (newcomer.family_name, _NO_NAME),
        "address": (newcomer.address, _NO_ADDRESS),
    }
    refusals = tuple(
        Refusal(field, *why) for field, (typed, why) in missing.items() if not typed.strip()
    )
    return Refused(refusals) if refusals else None


def no_such_role() -> Refused:
    return _refused("day", _NOT_HELD)


def address_of_somebody() -> Refused:
    return _refused("address", _SOMEBODYS)


def address_of_an_organisation() -> Refused:
    return _refused("address", _AN_ORGANISATIONS)


def renamed(refused: Refused, names: dict[str, str]) -> Refused:
    """The refusals at the fields of a form, which are fewer than those of a record."""
    return Refused(
        tuple(replace(one, field=names.get(one.field, one.field)) for one in refused.refusals)
    )


def _refused(field: str, why: tuple[Sentence, Sentence]) -> Refused:
    return Refused((Refusal(field, *why),))


_NO_FIRST_NAME: Final = (
    Sentence("Il manque le prénom", "The first name is missing"),
    Sentence("Écrivez-le", "Write it"),
)
_NO_NAME: Final = (
    Sentence("Il manque le nom", "The name is missing"),
    Sentence("Écrivez-le", "Write it"),
)
_NO_ADDRESS: Final = (
    Sentence("Il manque l'adresse où envoyer l'invitation", "The invitation needs an address"),
    Sentence("Écrivez-la comme nadia@exemple.coop", "Write it like nadia@example.coop"),
)
_NO_ROLE_HERE: Final = (
    Sentence("Ce rôle ne se donne pas ici", "This role is not given here"),
    Sentence("Choisissez-en un de la liste", "Choose one of the list"),
)
_OPERATORS_ONLY: Final = (
    Sentence(
        "Seul un exploitant donne et retire le rôle d'exploitant",
        "Only an operator gives and ends the role of an operator",
    ),
    Sentence("Demandez-le à l'un d'eux", "Ask one of them to do that"),
)
_HELD_ALREADY: Final = (
    Sentence("Cette personne a déjà ce rôle", "This person has this role already"),
    Sentence("Choisissez un autre rôle, ou rien n'est à faire", "Choose another, or leave it"),
)
_LAST_OPERATOR: Final = (
    Sentence(
        "Ce jour-là, plus personne n'exploiterait cette instance",
        "On that day nobody would operate this instance any more",
    ),
    Sentence("Donnez d'abord ce rôle à quelqu'un d'autre", "Give the role to somebody else first"),
)
_NOT_HELD: Final = (
    Sentence("Cette personne n'a pas ce rôle ce jour-là", "This person has not that role then"),
    Sentence("Choisissez un autre jour", "Choose another day"),
)
_SOMEBODYS: Final = (
    Sentence("Cette adresse est déjà celle de quelqu'un", "This address is somebody's already"),
    Sentence(
        "Cherchez cette personne par son nom, ou donnez une adresse à elle seule",
        "Find this person by name, or give an address of their own",
    ),
)
_AN_ORGANISATIONS: Final = (
    Sentence(
        "Cette adresse est le contact public d'une structure",
        "This address is an organisation's public contact",
    ),
    Sentence("Donnez une adresse à cette seule personne", "Give an address of this person alone"),
)
