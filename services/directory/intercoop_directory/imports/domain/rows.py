"""A row of a spreadsheet: what it asks for, or what is wrong with each of its cells."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from uuid import UUID

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_contracts.directory import LinkKind
from intercoop_directory.communes.domain import Place, PlaceName
from intercoop_directory.imports.domain.columns import HEADINGS
from intercoop_directory.imports.domain.edits import Edit
from intercoop_directory.imports.domain.files.lines import Line
from intercoop_directory.imports.domain.places import is_known, kept_postcode
from intercoop_directory.imports.domain.values import numbers
from intercoop_directory.imports.domain.values.cells import LinkWish
from intercoop_directory.organisations.domain.links import Link, with_link
from intercoop_directory.organisations.domain.organisation import OrganisationRecord, examine

RecordStep = Callable[[OrganisationRecord], OrganisationRecord | Refusal]

MAX_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class RowError:
    """One cell that keeps a row out: as the spreadsheet shows it, and what to do about it.

    `field` is what the cell says; empty where that is not known.
    """

    row: int
    column: str
    value: str
    reason: Sentence
    remedy: Sentence
    field: str = ""


@dataclass(frozen=True, slots=True)
class RowWish:
    """What a row asks for; `errors` are about the cells that cannot be read.

    Empty cells ask for nothing: what is known stays.
    """

    line: Line
    cells: Mapping[str, str]
    headings: Mapping[str, str]
    edits: tuple[Edit, ...] = ()
    id: UUID | None = None
    links: tuple[LinkWish, ...] = ()
    place_name: PlaceName | None = None
    """What the row says of its place; None when it names none."""

    is_none: bool = False
    """Whether it is about no organisation, and `errors` say why."""

    errors: tuple[RowError, ...] = ()

    @property
    def name(self) -> str:
        return self.cells.get("name", "")

    @property
    def owner(self) -> str | None:
        """Whose row it is, when it comes from an export."""
        return self.cells.get("owner")

    @property
    def siren(self) -> str | None:
        """The tidied SIREN, valid or not; None for one that a spreadsheet has rounded."""
        written = self.cells.get("siren")
        if written and not numbers.is_power(numbers.typed(written)):
            return numbers.siren(written)
        return numbers.siren_in_siret(self.cells.get("siret", ""))

    def column_of(self, field: str) -> str:
        """The heading of the column that says `field`, or of the one that would."""
        shown = self._shown(field)
        return self.headings.get(shown) or HEADINGS.get(shown, field)

    def error(self, field: str, reason: Sentence, remedy: Sentence) -> RowError:
        """An error of this row, shown at the column that says `field`, or that would."""
        shown = self._shown(field)
        value = self.cells.get(shown, "")[:MAX_SHOWN]
        return RowError(self.line.number, self.column_of(field), value, reason, remedy, shown)

    def _shown(self, field: str) -> str:
        kin = _kin(field)
        return next((column for column in kin if column in self.headings), kin[0])

    def all_errors(self, refusals: Iterable[Refusal]) -> tuple[RowError, ...]:
        """What is wrong with the row, in the order of its cells."""
        found = (self.error(refusal.field, refusal.reason, refusal.remedy) for refusal in refusals)
        order = {heading: place for place, heading in enumerate(self.headings.values())}
        errors = (*self.errors, *found)
        return tuple(sorted(errors, key=lambda error: order.get(error.column, len(order))))


def _kin(field: str) -> tuple[str, ...]:
    """The columns where an error of `field` may be shown, the best first."""
    if field.startswith("commune."):
        return (field, "commune.name", "commune.code", "commune.postcode")
    if field.startswith("links"):
        return ("union", "federations")
    return ("siren", "siret") if field == "siren" else (field,)


def apply(
    wish: RowWish, record: OrganisationRecord, place: Place | Refusal | None
) -> OrganisationRecord | tuple[RowError, ...]:
    """The record as the row wants it, tidied; or everything in the row that is refused.

    `place` is what the row's place name was resolved to; None when it names none.
    """
    refusals: list[Refusal] = []
    for step in _steps(wish, place):
        stepped = step(record)
        if isinstance(stepped, Refusal):
            refusals.append(stepped)
        else:
            record = stepped
    errors = wish.all_errors(refusals)
    tidied = examine(record)
    if isinstance(tidied, OrganisationRecord):
        return errors or tidied
    told = {error.column for error in errors}
    untold = [refusal for refusal in tidied.refusals if wish.column_of(refusal.field) not in told]
    return wish.all_errors((*refusals, *untold))


def _steps(wish: RowWish, place: Place | Refusal | None) -> Iterator[RecordStep]:
    yield from wish.edits
    if wish.place_name:
        yield partial(_placed, wish.place_name, place)
    for link in wish.links:
        yield partial(_linked, link)


def _placed(
    wanted: PlaceName, place: Place | Refusal | None, record: OrganisationRecord
) -> OrganisationRecord | Refusal:
    """What the row says of a place that is known already changes nothing."""
    if record.place and is_known(wanted, record.place):
        return record
    if isinstance(place, Refusal):
        return place
    return replace(record, place=place and kept_postcode(place, record.place))


def _linked(wish: LinkWish, record: OrganisationRecord) -> OrganisationRecord | Refusal:
    if any(_same_lasting(wish, known) for known in record.links):
        return record
    since = wish.since or record.joined
    if since is None:
        return Refusal(_LINK_FIELDS[wish.kind], *_NO_SINCE)
    return replace(record, links=with_link(record.links, Link(wish.kind, wish.owner, since)))


_LINK_FIELDS: Final = {LinkKind.UNION: "union", LinkKind.FEDERATION: "federations"}
_NO_SINCE: Final = (
    Sentence("n'a pas de date de début", "has no date of beginning"),
    Sentence(
        "Ajoutez-la entre parenthèses, ou remplissez la date d'adhésion",
        "Add it in parentheses, or fill in the day of joining",
    ),
)


def _same_lasting(wish: LinkWish, known: Link) -> bool:
    same = (wish.kind, wish.owner) == (known.kind, known.owner)
    return same and known.until is None
