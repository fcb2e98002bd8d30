"""What a cell says: each reader takes a tidied, non-empty cell and gives a value or a fault."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from intercoop_chassis.refusals import Sentence
from intercoop_contracts.directory import Form, Kind, LinkKind, Statute
from intercoop_directory.organisations.domain.siren import siren_of_siret
from intercoop_directory.spelling import key, tidy

T = TypeVar("T")

UNREADABLE: Final = "\ufffd"
"""Stands where a file holds bytes that are no text."""

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")

_QUOTED_FORMULA: Final = re.compile(r'="([^"]*)"')
_MIDNIGHT: Final = re.compile(r"[T ]0?0:00(:00(\.0+)?)?$")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})", re.ASCII)
_WHOLE: Final = re.compile(r"(\d{1,9})([.,]0+)?", re.ASCII)
_SEPARATED: Final = re.compile(r"[,;|]")
_LINK: Final = re.compile(r"(\S+?)(?:[\s:]+\(?([0-9/.-]{8,10})\)?)?")


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell and what would be right; the row and column are known outside."""

    reason: Sentence
    remedy: Sentence


@dataclass(frozen=True, slots=True)
class LinkWish:
    """A membership that a row asks for; without `since` it began on the day of joining."""

    kind: LinkKind
    owner: str
    since: date | None = None


def is_formula(text: str) -> bool:
    """Whether a text needs an apostrophe before it, however many it has already."""
    return text.lstrip("'").startswith(_FORMULA_STARTS)


def clean(cell: str) -> str:
    """The cell's text, without what spreadsheets put around it against formulas."""
    text = tidy(_CONTROLS.sub(UNREADABLE, cell.strip()))
    if text.startswith("'") and is_formula(text[1:]):
        return text[1:]
    quoted = _QUOTED_FORMULA.fullmatch(text)
    return tidy(quoted[1]) if quoted else text


def day(cell: str) -> date | CellFault:
    text = _MIDNIGHT.sub("", cell)
    if found := _DAY_FIRST.fullmatch(text):
        parts = (int(found[3]), int(found[2]), int(found[1]))
    elif found := _YEAR_FIRST.fullmatch(text):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    else:
        return _NO_DAY
    try:
        return date(*parts)
    except ValueError:
        return _NO_DAY


_NO_DAY: Final = CellFault(
    Sentence("n'est pas une date", "is no date"),
    Sentence("Écrivez-la comme 31/12/2015", "Write it like 31/12/2015 or 2015-12-31"),
)


def whole_number(cell: str) -> int | CellFault:
    found = _WHOLE.fullmatch("".join(cell.split()))
    if found:
        return int(found[1])
    return CellFault(
        Sentence("n'est pas un nombre entier", "is no whole number"),
        Sentence("Écrivez-le en chiffres, comme 12", "Write it in digits, like 12"),
    )


def yes_no(cell: str) -> bool | CellFault:
    answer = _YES_NO.get(key(cell))
    if answer is not None:
        return answer
    return CellFault(
        Sentence("n'est ni oui ni non", "is neither yes nor no"),
        Sentence("Écrivez oui ou non", "Write oui or non"),
    )


_YES_NO: Final = dict.fromkeys(("oui", "o", "x", "vrai", "1", "yes", "y", "true"), True) | (
    dict.fromkeys(("non", "n", "faux", "0", "no", "false"), False)
)


def siret(cell: str) -> str | CellFault:
    """The SIREN within the SIRET."""
    return siren_of_siret(cell) or CellFault(
        Sentence("n'est pas un SIRET valable", "is no valid SIRET"),
        Sentence(
            "Recopiez les 14 chiffres, ou donnez le SIREN dans sa colonne",
            "Copy the 14 digits, or give the SIREN in its own column",
        ),
    )


def identifier(cell: str) -> UUID | CellFault:
    try:
        return UUID(cell)
    except ValueError:
        return CellFault(
            Sentence("n'est pas un identifiant de l'annuaire", "is no identifier of the directory"),
            Sentence("Videz la cellule", "Empty the cell"),
        )


def tags(cell: str) -> tuple[str, ...]:
    return tuple(tag for raw in _SEPARATED.split(cell) if (tag := tidy(raw)))


def link_wishes(kind: LinkKind) -> Callable[[str], tuple[LinkWish, ...] | CellFault]:
    """Reads `scop-btp (2015-01-31), scop-industrie`."""

    def read(cell: str) -> tuple[LinkWish, ...] | CellFault:
        wishes: list[LinkWish] = []
        for entry in tags(cell):
            found = _LINK.fullmatch(entry)
            if found is None:
                return _NO_LINK
            since = day(found[2]) if found[2] else None
            if isinstance(since, CellFault):
                return since
            wishes.append(LinkWish(kind, found[1].lower(), since))
        return tuple(wishes)

    return read


_NO_LINK: Final = CellFault(
    Sentence("n'est pas le nom court d'une instance", "is no instance's short name"),
    Sentence(
        "Écrivez-le comme scop-btp (2015-01-31), plusieurs séparés par des virgules",
        "Write it like scop-btp (2015-01-31), several separated by commas",
    ),
)


def choice(words: Mapping[str, T], remedy: Sentence) -> Callable[[str], T | CellFault]:
    """Reads one of `words` (as keys); the longest that stands in the cell counts."""
    by_length = sorted(words, key=len, reverse=True)

    def read(cell: str) -> T | CellFault:
        text = f" {key(cell)} "
        for word in by_length:
            if f" {word} " in text:
                return words[word]
        return CellFault(Sentence("n'est pas une valeur connue", "is no known value"), remedy)

    return read


kind = choice(
    {
        "cooperative": Kind.COOPERATIVE,
        "union": Kind.UNION,
        "federation": Kind.FEDERATION,
        "projet": Kind.PROJECT,
        "project": Kind.PROJECT,
    },
    Sentence(
        "Écrivez coopérative, union, fédération ou projet",
        "Write coopérative, union, fédération or projet",
    ),
)

statute = choice(
    {
        "scop": Statute.SCOP,
        "societe cooperative et participative": Statute.SCOP,
        "societe cooperative de production": Statute.SCOP,
        "scic": Statute.SCIC,
        "societe cooperative d interet collectif": Statute.SCIC,
        "loi 47": Statute.LOI47,
        "loi47": Statute.LOI47,
        "loi 1947": Statute.LOI47,
        "loi de 1947": Statute.LOI47,
        "autre": Statute.OTHER,
        "other": Statute.OTHER,
    },
    Sentence("Écrivez Scop, Scic, Loi 47 ou Autre", "Write Scop, Scic, Loi 47 or Autre"),
)

form = choice(
    {
        "sa": Form.SA,
        "societe anonyme": Form.SA,
        "sarl": Form.SARL,
        "societe a responsabilite limitee": Form.SARL,
        "sas": Form.SAS,
        "societe par actions simplifiee": Form.SAS,
    },
    Sentence("Écrivez SA, SARL ou SAS", "Write SA, SARL or SAS"),
)
