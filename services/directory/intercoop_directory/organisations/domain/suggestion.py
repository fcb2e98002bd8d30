"""An organisation as a field for choosing one offers it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Suggestion:
    """As much as tells it from others of its name."""

    id: UUID
    owner: str
    name: str
    acronym: str | None
    siren: str | None
    commune: str | None
    departement: str | None
