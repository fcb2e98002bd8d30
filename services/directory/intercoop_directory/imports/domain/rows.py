"""A row of a spreadsheet: what it asks for, or what is wrong with each of its cells."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from intercoop_chassis.refusals import Refusal, Refused, Sentence
from intercoop_contracts.directory import LinkKind
from intercoop_directory.communes.domain import Place, PlaceName
from intercoop_directory.imports.domain import cells
from intercoop_directory.imports.domain.cells import UNREADABLE, CellFault, LinkWish
from intercoop_directory.imports.domain.columns import COLUMNS, HEADINGS, LINKS, Edit
from intercoop_directory.imports.domain.table import Line, Table
from intercoop_directory.organisations.domain.links import Link, with_link
from intercoop_directory.organisations.domain.organisation import OrganisationRecord, examine
from intercoop_directory.organisations.domain.siren import siren_of_siret, tidy_siren

T = TypeVar("T")

RecordStep = Callable[[OrganisationRecord], OrganisationRecord | Refusal]

_PLACE_IN_ONE_CELL: Final = re.compile(
    r"(?:(?P<postcode>[0-9]{5}) )?(?P<name>[^()]+?)(?: ?\((?P<departement>[0-9]{2,3}|2[AB])\))?"
)
"""`31000 Toulouse`, `Toulouse (31)`."""

_MAX_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class RowError:
    """One cell that keeps a row out: as the spreadsheet shows it, and what to do about it."""

    row: int
    column: str
    value: str
    reason: Sentence
    remedy: Sentence


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
        """The tidied SIREN, valid or not."""
        if written := self.cells.get("siren"):
            return tidy_siren(written)
        return siren_of_siret(self.cells.get("siret", ""))

    @property
    def place_name(self) -> PlaceName | None:
        """What the row says of its place; None when it names none."""
        name, postcode = self.cells.get("commune.name"), self.cells.get("commune.postcode")
        departement = self.cells.get("commune.departement")
        if found := _PLACE_IN_ONE_CELL.fullmatch(name or ""):
            name = found["name"]
            postcode = postcode or found["postcode"]
            departement = departement or found["departement"]
        wanted = PlaceName(self.cells.get("commune.code"), name, postcode, departement)
        return wanted if wanted.code or wanted.name or wanted.postcode else None

    def error(self, field: str, reason: Sentence, remedy: Sentence) -> RowError:
        """An error of this row, shown at the column that says `field`, or that would."""
        shown = next((column for column in _kin(field) if column in self.headings), _kin(field)[0])
        heading = self.headings.get(shown) or HEADINGS.get(shown, field)
        return RowError(
            self.line.number, heading, self.cells.get(shown, "")[:_MAX_SHOWN], reason, remedy
        )

    def all_errors(self, refusals: Iterable[Refusal]) -> tuple[RowError, ...]:
        found = (self.error(refusal.field, refusal.reason, refusal.remedy) for refusal in refusals)
        return (*self.errors, *found)


def _kin(field: str) -> tuple[str, ...]:
    """The columns where an error of `field` may be shown, the best first."""
    if field.startswith("commune."):
        return (field, "commune.name", "commune.code", "commune.postcode")
    if field.startswith("links"):
        return ("union", "federations")
    return ("siren", "siret") if field == "siren" else (field,)


def read_row(table: Table, line: Line) -> RowWish:
    headings = {field: table.headings[place].strip() for field, place in table.columns.items()}
    said = {
        field: text
        for field, place in table.columns.items()
        if place < len(line.cells) and (text := cells.clean(line.cells[place]))
    }
    reading = _Reading(RowWish(line, said, headings))
    reading.check_shape(len(table.headings))
    wish = replace(
        reading.wish,
        edits=tuple(reading.edits()),
        id=reading.value("id", cells.identifier),
        links=tuple(link for field in LINKS for link in reading.value(field, LINKS[field]) or ()),
    )
    return replace(wish, errors=tuple(reading.errors))


class _Reading:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, wish: RowWish) -> None:
        self.wish = wish
        self.errors: list[RowError] = []

    def value(self, field: str, read: Callable[[str], T | CellFault]) -> T | None:
        cell = self.wish.cells.get(field)
        value = read(cell) if cell else None
        if isinstance(value, CellFault):
            self.errors.append(self.wish.error(field, value.reason, value.remedy))
            return None
        return value

    def edits(self) -> Iterator[Edit]:
        for column in COLUMNS:
            if column.edit and (edit := self.value(column.field, column.edit)):
                yield edit

    def check_shape(self, width: int) -> None:
        for field, cell in self.wish.cells.items():
            if UNREADABLE in cell:
                self.errors.append(self.wish.error(field, *_INVISIBLE))
        if any(cell.strip() for cell in self.wish.line.cells[width:]):
            self.errors.append(self.wish.error("name", *_TOO_WIDE))


_INVISIBLE: Final = (
    Sentence("contient des caractères illisibles", "holds unreadable characters"),
    Sentence("Saisissez la cellule de nouveau", "Type the cell again"),
)
_TOO_WIDE: Final = (
    Sentence("ouvre une ligne de plus de cellules que de colonnes", "has more cells than columns"),
    Sentence(
        "Mettez entre guillemets le texte qui contient le séparateur",
        "Put the text that holds the separator in quotation marks",
    ),
)


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
    tidied = examine(record)
    if isinstance(tidied, Refused):
        return wish.all_errors((*refusals, *tidied.refusals))
    return wish.all_errors(refusals) or tidied


def _steps(wish: RowWish, place: Place | Refusal | None) -> Iterator[RecordStep]:
    yield from wish.edits
    if isinstance(place, Refusal):
        yield lambda _: place
    elif place:
        yield lambda record: replace(record, place=place)
    for link in wish.links:
        yield partial(_linked, link)


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
