"""What a cell says: each reader takes a tidied, non-empty cell and gives a value or a fault."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from intercoop_chassis.refusals import Sentence
from intercoop_chassis.spelling import key, tidy
from intercoop_contracts.directory import LinkKind
from intercoop_directory.imports.domain.values.dates import day
from intercoop_directory.imports.domain.values.faults import CellFault

_SEPARATED: Final = re.compile(r"[,;|]")
_LINK: Final = re.compile(r"(\S+?)(?:[\s:]+\(?([0-9/.-]{8,10})\)?)?")


@dataclass(frozen=True, slots=True)
class LinkWish:
    """A membership that a row asks for; without `since` it began on the day of joining."""

    kind: LinkKind
    owner: str
    since: date | None = None


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
