"""A person of this instance: their dated mandates in organisations, and how to reach them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_chassis.spelling import has_controls, tidy
from intercoop_contracts.addresses import tidy_address
from intercoop_contracts.bounds import FIRST_DAY, LAST_DAY
from intercoop_contracts.directory import (
    ContactKind,
    ContactPointView,
    Language,
    MandateView,
    PersonView,
    Role,
)
from intercoop_contracts.directory.people import MAX_CONTACT_POINTS, MAX_MANDATES, MAX_PERSON_NAME
from intercoop_directory.contact import Why, why_no_email, why_no_phone

OF_THE_INSTANCE: Final = frozenset({Role.STAFF, Role.OPERATOR})
"""Roles that are held in the instance's own organisation alone."""


@dataclass(frozen=True, slots=True)
class Mandate:
    """A role held in an organisation from `since` up to, but not on, `until`."""

    organisation_id: UUID
    role: Role
    since: date
    until: date | None = None

    def meets(self, other: "Mandate") -> bool:
        """Whether both are the same role in the same organisation on some same day."""
        same = (self.organisation_id, self.role) == (other.organisation_id, other.role)
        return same and (
            (self.until is None or other.since < self.until)
            and (other.until is None or self.since < other.until)
        )


@dataclass(frozen=True, slots=True)
class ContactPoint:
    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Everything that is said of a person; it stays within the instance."""

    given_name: str
    family_name: str
    language: Language = Language.FR
    mandates: tuple[Mandate, ...] = ()
    contact_points: tuple[ContactPoint, ...] = ()
    is_sample: bool = False

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    version: int
    record: PersonRecord


def examine_person(record: PersonRecord) -> PersonRecord | Refused:
    """The record tidied; or everything in it that is wrong."""
    tidied = replace(
        record,
        given_name=tidy(record.given_name),
        family_name=tidy(record.family_name),
        contact_points=tuple(
            ContactPoint(point.kind, _CONTACT_RULES[point.kind].tidy(point.value))
            for point in record.contact_points
        ),
    )
    refusals = (
        *_name_refusals(tidied),
        *_mandate_refusals(tidied.mandates),
        *_contact_refusals(tidied.contact_points),
    )
    if refusals:
        return Refused(refusals)
    return replace(tidied, mandates=tuple(sorted(tidied.mandates, key=_mandate_order)))


def change_person(person: Person, record: PersonRecord) -> Person:
    """The person as they are said to be now, made up or not as ever; without change the same."""
    record = replace(record, is_sample=person.record.is_sample)
    if person.record == record:
        return person
    return replace(person, version=person.version + 1, record=record)


def unknown_organisations(record: PersonRecord, known: frozenset[UUID]) -> tuple[Refusal, ...]:
    """Refusals of the mandates in organisations that the directory does not know."""
    return tuple(
        Refusal(
            f"mandates.{place}.organisation_id",
            Sentence("n'est pas dans l'annuaire", "is not in the directory"),
            Sentence("Créez d'abord la structure", "Register the organisation first"),
        )
        for place, mandate in enumerate(record.mandates)
        if mandate.organisation_id not in known
    )


def grant_refusals(
    before: PersonRecord | None, after: PersonRecord, own_organisation: UUID | None, giver: Role
) -> tuple[Refusal, ...]:
    """Refusals of what a giver, staff or operator, may not give, take or change.

    Roles of the instance are held in its own organisation. Operators are made by operators, and
    nobody else changes the addresses by which they sign in.
    """
    refusals = [*_misplaced_roles(after.mandates, own_organisation)]
    if giver is not Role.OPERATOR:
        refusals += _operators_refusals(before or PersonRecord("", ""), after)
    return tuple(refusals)


def email_addresses(record: PersonRecord) -> frozenset[str]:
    """In lower case: hardly any mail server tells them apart by it."""
    return frozenset(
        point.value.lower() for point in record.contact_points if point.kind is ContactKind.EMAIL
    )


def operates(record: PersonRecord, day: date) -> bool:
    """Whether somebody is an operator on this day, or will be."""
    return any(
        mandate.role is Role.OPERATOR and (mandate.until is None or day < mandate.until)
        for mandate in record.mandates
    )


def person_view(record: PersonRecord) -> PersonView:
    return PersonView(
        given_name=record.given_name,
        family_name=record.family_name,
        language=record.language,
        mandates=tuple(_mandate_view(mandate) for mandate in record.mandates),
        contact_points=tuple(
            ContactPointView(kind=point.kind, value=point.value) for point in record.contact_points
        ),
        is_sample=record.is_sample,
    )


def _mandate_view(mandate: Mandate) -> MandateView:
    held, role = mandate.organisation_id, mandate.role
    return MandateView(organisation_id=held, role=role, since=mandate.since, until=mandate.until)


def person_record_of(view: PersonView) -> PersonRecord:
    """The record that a view tells of: `person_record_of(person_view(record)) == record`."""
    return PersonRecord(
        given_name=view.given_name,
        family_name=view.family_name,
        language=view.language,
        mandates=tuple(
            Mandate(mandate.organisation_id, mandate.role, mandate.since, mandate.until)
            for mandate in view.mandates
        ),
        contact_points=tuple(
            ContactPoint(point.kind, point.value) for point in view.contact_points
        ),
        is_sample=view.is_sample,
    )


def _mandate_order(mandate: Mandate) -> tuple[date, str, str]:
    return (mandate.since, mandate.role, str(mandate.organisation_id))


def _name_refusals(record: PersonRecord) -> Iterator[Refusal]:
    names = {"given_name": record.given_name, "family_name": record.family_name}
    for field, name in names.items():
        if not name or len(name) > MAX_PERSON_NAME or has_controls(name):
            yield Refusal(
                field,
                Sentence(
                    f"n'a pas de 1 à {MAX_PERSON_NAME} caractères visibles",
                    f"has not 1 to {MAX_PERSON_NAME} visible characters",
                ),
                Sentence("Saisissez le nom", "Type the name"),
            )


def _mandate_refusals(mandates: tuple[Mandate, ...]) -> Iterator[Refusal]:
    if len(mandates) > MAX_MANDATES:
        yield _too_many("mandates", MAX_MANDATES)
    for place, mandate in enumerate(mandates):
        yield from _period_refusals(place, mandate)
    if any(mandate.meets(other) for mandate, other in combinations(mandates, 2)):
        yield Refusal(
            "mandates",
            Sentence(
                "contient deux fois le même mandat à la même date",
                "holds the same role in the same organisation twice at a time",
            ),
            Sentence("Gardez un seul mandat par période", "Keep one mandate for a period"),
        )


def _misplaced_roles(
    mandates: tuple[Mandate, ...], own_organisation: UUID | None
) -> Iterator[Refusal]:
    for place, mandate in enumerate(mandates):
        if mandate.role in OF_THE_INSTANCE and mandate.organisation_id != own_organisation:
            yield Refusal(
                f"mandates.{place}.organisation_id",
                Sentence(
                    "n'est pas la structure de cette instance, où ce rôle se donne",
                    "is not this instance's own organisation, in which this role is held",
                ),
                Sentence("Choisissez-la", "Choose that one"),
            )


def _operators_refusals(before: PersonRecord, after: PersonRecord) -> Iterator[Refusal]:
    had, has = _operating(before), _operating(after)
    if had != has:
        yield Refusal(
            "mandates",
            Sentence("change qui exploite cette instance", "changes who operates this instance"),
            Sentence("Demandez-le à un exploitant", "Ask an operator to do that"),
        )
    if had and email_addresses(before) != email_addresses(after):
        yield Refusal(
            "contact_points",
            Sentence(
                "change l'adresse par laquelle un exploitant se connecte",
                "changes the address by which an operator signs in",
            ),
            Sentence("Demandez-le à un exploitant", "Ask an operator to do that"),
        )


def _operating(record: PersonRecord) -> frozenset[Mandate]:
    return frozenset(mandate for mandate in record.mandates if mandate.role is Role.OPERATOR)


def _period_refusals(place: int, mandate: Mandate) -> Iterator[Refusal]:
    for field, day in (("since", mandate.since), ("until", mandate.until)):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            yield Refusal(
                f"mandates.{place}.{field}",
                Sentence("est trop loin d'aujourd'hui", "is too far from today"),
                Sentence("Corrigez l'année", "Correct the year"),
            )
    if mandate.until is not None and mandate.until <= mandate.since:
        yield Refusal(
            f"mandates.{place}.until",
            Sentence("n'est pas après le début du mandat", "is not after the mandate's beginning"),
            Sentence("Corrigez l'une des deux dates", "Correct one of the two dates"),
        )


def _contact_refusals(points: tuple[ContactPoint, ...]) -> Iterator[Refusal]:
    if len(points) > MAX_CONTACT_POINTS:
        yield _too_many("contact_points", MAX_CONTACT_POINTS)
    for place, point in enumerate(points):
        wrong = _CONTACT_RULES[point.kind].why_not(point.value)
        if wrong:
            yield Refusal(f"contact_points.{place}.value", *wrong)


class _ContactRule(NamedTuple):
    """How a value is tidied, and why it is refused then."""

    tidy: Callable[[str], str]
    why_not: Callable[[str], Why | None]


_CONTACT_RULES: Final = {
    ContactKind.EMAIL: _ContactRule(tidy_address, why_no_email),
    ContactKind.PHONE: _ContactRule(tidy, why_no_phone),
}


def _too_many(field: str, limit: int) -> Refusal:
    return Refusal(
        field,
        Sentence(f"a plus de {limit} éléments", f"has more than {limit} items"),
        Sentence("Gardez ceux qui comptent", "Keep those that matter"),
    )
