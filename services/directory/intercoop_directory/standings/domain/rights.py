"""Mandates decide: what follows from the dated ones in organisations that this instance owns."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from intercoop_contracts.directory import (
    AccountRole,
    AccountRoleView,
    MandateView,
    OrganisationRight,
    OrganisationRightView,
    Role,
)
from intercoop_contracts.ids import is_subject_of

RIGHTS: Final[Mapping[Role, OrganisationRight]] = {
    Role.MANAGER: OrganisationRight.ACT,
    Role.ELECTED: OrganisationRight.ACT,
    Role.BOARD: OrganisationRight.ACT,
    Role.ASSOCIATE: OrganisationRight.READ,
    Role.EMPLOYEE: OrganisationRight.READ,
    Role.ADVISER: OrganisationRight.READ,
}
"""What a role allows in the organisation where it is held."""

ANYWHERE: Final[Mapping[Role, AccountRole]] = {Role.ELECTED: AccountRole.ELECTED}
"""What somebody is in the instance by a role in whatever organisation of it."""

IN_THE_INSTANCE: Final[Mapping[Role, AccountRole]] = {
    Role.BOARD: AccountRole.STEERING,
    Role.ELECTED: AccountRole.STEERING,
    Role.ADVISER: AccountRole.ADVISER,
    Role.STAFF: AccountRole.STAFF,
    Role.OPERATOR: AccountRole.OPERATOR,
}
"""What somebody is in it by a role in the instance's own organisation."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Whose instance this is, and its own organisation: the union itself, once it is known."""

    owner: str
    organisation_id: UUID | None = None

    def owns(self, organisation_id: UUID) -> bool:
        return is_subject_of(str(organisation_id), self.owner)


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do on one day; whoever `acts_for` an organisation also reads its record."""

    acts_for: frozenset[UUID] = frozenset()
    reads: frozenset[UUID] = frozenset()
    roles: frozenset[AccountRole] = frozenset()

    @property
    def any(self) -> bool:
        return bool(self.reads or self.roles)


def rights_at(day: date, mandates: Iterable[MandateView], instance: Instance) -> Rights:
    """What these mandates allow on a day; those in organisations of other owners allow nothing."""
    current = [mandate for mandate in mandates if _holds(mandate, day)]
    rights = tuple(organisation_rights(current, instance))
    return Rights(
        acts_for=frozenset(
            held.organisation_id for held in rights if held.right is OrganisationRight.ACT
        ),
        reads=frozenset(held.organisation_id for held in rights),
        roles=frozenset(held.role for held in account_roles(current, instance)),
    )


def organisation_rights(
    mandates: Iterable[MandateView], instance: Instance
) -> Iterator[OrganisationRightView]:
    """What they allow in organisations, each with its days."""
    for mandate in mandates:
        right = RIGHTS.get(mandate.role)
        if right is not None and instance.owns(mandate.organisation_id):
            yield OrganisationRightView(
                organisation_id=mandate.organisation_id,
                right=right,
                since=mandate.since,
                until=mandate.until,
            )


def account_roles(mandates: Iterable[MandateView], instance: Instance) -> Iterator[AccountRoleView]:
    """What they make of somebody in the instance, each with its days."""
    for mandate in mandates:
        if not instance.owns(mandate.organisation_id):
            continue
        roles = [ANYWHERE.get(mandate.role)]
        if mandate.organisation_id == instance.organisation_id:
            roles.append(IN_THE_INSTANCE.get(mandate.role))
        for role in roles:
            if role is not None:
                yield AccountRoleView(role=role, since=mandate.since, until=mandate.until)


def _holds(mandate: MandateView, day: date) -> bool:
    return mandate.since <= day and (mandate.until is None or day < mandate.until)
