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

    @property
    def text(self) -> str:
        """The name, with its commune where there is one: `Atelier du Canal, Toulouse (31)`."""
        if self.commune is None:
            return self.name
        departement = f" ({self.departement})" if self.departement else ""
        return f"{self.name}, {self.commune}{departement}"
