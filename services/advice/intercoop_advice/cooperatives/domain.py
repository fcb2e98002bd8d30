"""An organisation as this instance knows it, with the owner who says so."""

from dataclasses import dataclass
from uuid import UUID

from intercoop_contracts.directory import OrganisationView


@dataclass(frozen=True, slots=True)
class Cooperative:
    id: UUID
    owner: str
    view: OrganisationView
