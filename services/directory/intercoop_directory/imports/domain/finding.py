"""Finds the organisation that a row is about, among those known and those just written."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_chassis.spelling import key
from intercoop_directory.communes.domain import Place
from intercoop_directory.imports.domain.rows import RowError, RowWish
from intercoop_directory.organisations.domain.organisation import Organisation, OrganisationRecord

_Spot = tuple[str, str | None]
"""A name and a commune, forgiven their spelling."""

_UNKNOWN_ID: Final = (
    Sentence("n'est pas dans l'annuaire de cette instance", "is not in this instance's directory"),
    Sentence("Videz la cellule pour créer la structure", "Empty the cell to register it anew"),
)
_SEVERAL: Final = (
    Sentence(
        "est le nom de plusieurs structures de cette commune",
        "is the name of several organisations in this commune",
    ),
    Sentence("Ajoutez le SIREN de la bonne", "Add the SIREN of the right one"),
)


class Index:
    """By id, by SIREN, by name and commune; `earlier` rows of the file have been about some."""

    def __init__(self, known: Iterable[Organisation], earlier: Mapping[UUID, int]) -> None:
        self._by_id: dict[UUID, Organisation] = {}
        self._by_siren: dict[str, UUID] = {}
        self._by_spot: dict[_Spot, set[UUID]] = {}
        self._rows = dict(earlier)
        for organisation in known:
            self._add(organisation)

    def row_of(self, organisation: Organisation) -> int | None:
        """The earlier row that was about it."""
        return self._rows.get(organisation.id)

    def by_siren(self, siren: str) -> Organisation | None:
        found = self._by_siren.get(siren)
        return self._by_id[found] if found else None

    def target(
        self, wish: RowWish, place: Place | Refusal | None
    ) -> Organisation | RowError | None:
        if wish.id is not None:
            return self._by_id.get(wish.id) or wish.error("id", *_UNKNOWN_ID)
        if wish.siren and (found := self.by_siren(wish.siren)):
            return found
        spot = (key(wish.name), place.code if isinstance(place, Place) else None)
        here = [self._by_id[found] for found in self._by_spot.get(spot, ())]
        if wish.siren:
            here = [namesake for namesake in here if namesake.record.siren is None]
        if len(here) > 1:
            return wish.error("name", *_SEVERAL)
        return here[0] if here else None

    def take(self, row: int, before: Organisation, after: Organisation) -> None:
        """Remember what a row has made of an organisation."""
        self._rows[after.id] = row
        self._by_spot.get(_spot(before.record), set()).discard(after.id)
        if before.record.siren:
            self._by_siren.pop(before.record.siren, None)
        self._add(after)

    def _add(self, organisation: Organisation) -> None:
        self._by_id[organisation.id] = organisation
        self._by_spot.setdefault(_spot(organisation.record), set()).add(organisation.id)
        if organisation.record.siren:
            self._by_siren[organisation.record.siren] = organisation.id


def _spot(record: OrganisationRecord) -> _Spot:
    return key(record.name), record.place.code if record.place else None
