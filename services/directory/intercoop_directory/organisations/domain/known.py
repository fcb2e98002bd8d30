"""What the directory knows of an organisation, its own or another owner's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intercoop_contracts.directory import OrganisationView


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """The newest state that `owner` has published, and when it did (`as_of`).

    `version` is there for this instance's own. `siren_conflict_with` names the other owners that
    publish the same SIREN.
    """

    id: UUID
    owner: str
    as_of: datetime
    view: OrganisationView
    version: int | None = None
    siren_conflict_with: tuple[str, ...] = ()
    distance_km: float | None = None
