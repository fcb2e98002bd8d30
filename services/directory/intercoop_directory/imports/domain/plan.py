"""What an import does, decided before anything is written: created, changed, as it was, refused."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Final
from uuid import UUID

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_chassis.spelling import key
from intercoop_directory.communes.domain import Place, Resolve
from intercoop_directory.imports.domain.files.lines import Line
from intercoop_directory.imports.domain.places import place_of
from intercoop_directory.imports.domain.rows import RowError, RowWish, apply
from intercoop_directory.organisations.domain.organisation import (
    Organisation,
    OrganisationRecord,
    change,
)

_Spot = tuple[str, str | None]
"""A name and a commune, forgiven their spelling."""


@dataclass(frozen=True, slots=True)
class ImportBasis:
    """What an import is decided in: this instance, the network's other SIRENs, the communes.

    `holders` gives the owner that publishes a SIREN; `ids` are as many as there are rows.
    """

    owner: str
    holders: Mapping[str, str]
    resolve: Resolve
    ids: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Changed:
    before: OrganisationRecord
    after: Organisation


@dataclass(slots=True)
class ImportPlan:
    created: list[Organisation] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unchanged: int = 0
    refused: list[Line] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def make_plan(
    wishes: Iterable[RowWish], known: Iterable[Organisation], basis: ImportBasis
) -> ImportPlan:
    """Decide row after row; a row that is refused changes nothing for those after it."""
    plan, index = ImportPlan(), _Index(known)
    basis = replace(basis, resolve=cache(partial(place_of, resolve=basis.resolve)))
    for wish, new_id in zip(wishes, basis.ids, strict=True):
        match _decide(wish, index, basis):
            case tuple() as errors:
                plan.refused.append(wish.line)
                plan.errors += errors
            case _Outcome(target, record):
                _carry_out(plan, index, wish, target or Organisation(new_id, 0, record), record)
    return plan


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The organisation a row is about (None: a new one), and what is said of it from now on."""

    target: Organisation | None
    record: OrganisationRecord


def _carry_out(
    plan: ImportPlan,
    index: "_Index",
    wish: RowWish,
    before: Organisation,
    record: OrganisationRecord,
) -> None:
    if before.version == 0:
        after = Organisation(before.id, 1, record)
        plan.created.append(after)
    else:
        after = change(before, record)
        if after is before:
            plan.unchanged += 1
        else:
            plan.changed.append(Changed(before.record, after))
    index.take(wish.line.number, before, after)


def _decide(wish: RowWish, index: "_Index", basis: ImportBasis) -> _Outcome | tuple[RowError, ...]:
    if wish.is_none:
        return wish.errors
    if wish.owner and wish.owner != basis.owner:
        return (_foreign(wish),)
    place = basis.resolve(wish.place_name) if wish.place_name else None
    target = index.target(wish, place)
    if isinstance(target, RowError):
        return (*wish.errors, target)
    if target and (earlier := index.row_of(target)):
        return (*wish.errors, _doubled(wish, earlier))
    record = apply(wish, target.record if target else OrganisationRecord(name=""), place)
    if isinstance(record, tuple):
        return record
    return tuple(_siren_errors(wish, target, record, index, basis)) or _Outcome(target, record)


def _siren_errors(
    wish: RowWish,
    target: Organisation | None,
    record: OrganisationRecord,
    index: "_Index",
    basis: ImportBasis,
) -> Iterator[RowError]:
    if record.siren is None or (target and target.record.siren == record.siren):
        return
    if holder := basis.holders.get(record.siren):
        yield wish.error("siren", *held_elsewhere(holder))
    if namesake := index.by_siren(record.siren):
        yield wish.error("siren", *_held_here(namesake))


def held_elsewhere(owner: str) -> tuple[Sentence, Sentence]:
    """The refusal of a SIREN that another owner publishes, and its remedy."""
    return (
        Sentence(f"est déjà publié par {owner}", f"is already published by {owner}"),
        Sentence(
            f"Voyez avec {owner} qui tient cette structure",
            f"Agree with {owner} on who keeps this organisation",
        ),
    )


def _held_here(other: Organisation) -> tuple[Sentence, Sentence]:
    return (
        Sentence(f"est déjà celui de {other.record.name}", f"is already {other.record.name}'s"),
        Sentence("Corrigez le SIREN, ou retirez la ligne", "Correct the SIREN or remove the row"),
    )


def _foreign(wish: RowWish) -> RowError:
    return wish.error(
        "owner",
        Sentence("est une autre instance", "is another instance"),
        Sentence(
            "Retirez la ligne : seule cette instance peut la changer",
            "Remove the row: only that instance may change it",
        ),
    )


def _doubled(wish: RowWish, earlier: int) -> RowError:
    return wish.error(
        "siren" if wish.siren else "name",
        Sentence(
            f"désigne la même structure que la ligne {earlier}",
            f"means the same organisation as row {earlier}",
        ),
        Sentence("Gardez une seule des deux lignes", "Keep one of the two rows"),
    )


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


class _Index:
    """Finds the organisation that a row is about, among those known and those just created."""

    def __init__(self, known: Iterable[Organisation]) -> None:
        self._by_id: dict[UUID, Organisation] = {}
        self._by_siren: dict[str, UUID] = {}
        self._by_spot: dict[_Spot, set[UUID]] = {}
        self._rows: dict[UUID, int] = {}
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
