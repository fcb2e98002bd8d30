"""What an import does, decided before anything is written: created, changed, as it was, refused."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from types import MappingProxyType
from typing import Final, TypeAlias
from uuid import UUID

from intercoop_chassis.refusals import Sentence
from intercoop_directory.communes.domain import Resolve
from intercoop_directory.imports.domain.files.lines import Line
from intercoop_directory.imports.domain.finding import Index
from intercoop_directory.imports.domain.places import place_of
from intercoop_directory.imports.domain.rows import RowError, RowWish, apply
from intercoop_directory.organisations.domain.organisation import (
    Organisation,
    OrganisationRecord,
    change,
)

_NOTHING_EARLIER: Final[Mapping[UUID, int]] = MappingProxyType({})


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
class Created:
    """A row that registers an organisation."""

    wish: RowWish
    after: Organisation


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that says something new of one that is known."""

    wish: RowWish
    before: Organisation
    after: Organisation


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A row that says what is known."""

    wish: RowWish
    after: Organisation


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is kept out, and why."""

    wish: RowWish
    errors: tuple[RowError, ...]


Outcome: TypeAlias = Created | Changed | Unchanged | RefusedRow


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What comes of each row, in their order."""

    outcomes: tuple[Outcome, ...]

    @property
    def created(self) -> list[Organisation]:
        return [one.after for one in self.outcomes if isinstance(one, Created)]

    @property
    def changed(self) -> list[Changed]:
        return [one for one in self.outcomes if isinstance(one, Changed)]

    @property
    def unchanged(self) -> int:
        return sum(isinstance(one, Unchanged) for one in self.outcomes)

    @property
    def refused(self) -> list[Line]:
        return [one.wish.line for one in self.outcomes if isinstance(one, RefusedRow)]

    @property
    def errors(self) -> list[RowError]:
        return [
            error for one in self.outcomes if isinstance(one, RefusedRow) for error in one.errors
        ]


def make_plan(
    wishes: Iterable[RowWish],
    known: Iterable[Organisation],
    basis: ImportBasis,
    earlier: Mapping[UUID, int] = _NOTHING_EARLIER,
) -> ImportPlan:
    """Decide row after row; a row that is refused changes nothing for those after it.

    `earlier` has the rows of the same file that were carried out before, by their organisation.
    """
    index = Index(known, earlier)
    basis = replace(basis, resolve=cache(partial(place_of, resolve=basis.resolve)))
    numbered = zip(wishes, basis.ids, strict=True)
    return ImportPlan(tuple(_outcome(wish, new_id, index, basis) for wish, new_id in numbered))


def _outcome(wish: RowWish, new_id: UUID, index: Index, basis: ImportBasis) -> Outcome:
    decided = _decide(wish, index, basis)
    if isinstance(decided, tuple):
        return RefusedRow(wish, decided)
    before, record = decided.target, decided.record
    after = change(before, record) if before else Organisation(new_id, 1, record)
    index.take(wish.line.number, before or after, after)
    if before is None:
        return Created(wish, after)
    return Unchanged(wish, after) if after is before else Changed(wish, before, after)


@dataclass(frozen=True, slots=True)
class _Decided:
    """The organisation a row is about (None: a new one), and what is said of it from now on."""

    target: Organisation | None
    record: OrganisationRecord


def _decide(wish: RowWish, index: Index, basis: ImportBasis) -> _Decided | tuple[RowError, ...]:
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
    return tuple(_siren_errors(wish, target, record, index, basis)) or _Decided(target, record)


def _siren_errors(
    wish: RowWish,
    target: Organisation | None,
    record: OrganisationRecord,
    index: Index,
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
