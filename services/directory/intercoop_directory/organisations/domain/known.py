"""What the directory knows of an organisation, its own or another owner's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intercoop_contracts.directory import OrganisationView


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """The newest state that `owner` has published, and when it did (`as_of`).

    `version` is there for this instance's own. `bytes` is how much its view has as it is kept.
    `siren_conflict_with` names other owners that publish the same SIREN, the first ones.
    """

    id: UUID
    owner: str
    as_of: datetime
    view: OrganisationView
    version: int | None = None
    bytes: int = 0
    siren_conflict_with: tuple[str, ...] = ()
    has_more_siren_conflicts: bool = False
    distance_km: float | None = None
