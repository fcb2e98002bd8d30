"""Where a row says that an organisation is, and which of its cells contradict each other."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.communes.domain import (
    Place,
    PlaceName,
    Resolve,
    departements_of,
    name_key,
)

_IN_ONE_CELL: Final = re.compile(
    r"(?:(?P<postcode>[0-9]{5}) )?(?P<name>[^()]+?)(?: ?\((?P<departement>[0-9]{2,3}|2[AB])\))?"
)
"""`31000 Toulouse`, `Toulouse (31)`."""


def place_name(cells: Mapping[str, str]) -> PlaceName | None:
    """What the cells say of a place; None when they name none."""
    name, postcode = cells.get("commune.name"), cells.get("commune.postcode")
    departement = cells.get("commune.departement")
    if found := _IN_ONE_CELL.fullmatch(name or ""):
        name = found["name"]
        postcode = postcode or found["postcode"]
        departement = departement or found["departement"]
    wanted = PlaceName(cells.get("commune.code"), name, postcode, departement)
    return wanted if wanted.code or wanted.name or wanted.postcode else None


def doubled_places(cells: Mapping[str, str]) -> Iterator[Refusal]:
    """What the cell of the commune says of post code and département, and their own cells deny."""
    found = _IN_ONE_CELL.fullmatch(cells.get("commune.name", ""))
    for part in ("postcode", "departement"):
        own, inner = cells.get(f"commune.{part}"), found and found[part]
        if own and inner and own != inner:
            yield Refusal(
                f"commune.{part}",
                Sentence(
                    f"est {own}, et la colonne de la commune dit {inner}",
                    f"is {own}, and the column of the commune says {inner}",
                ),
                _CORRECT_ONE,
            )


def place_of(wanted: PlaceName, resolve: Resolve) -> Place | Refusal:
    """The one place that all cells of a row mean, or which two of them cannot both be true."""
    place = resolve(wanted)
    if isinstance(place, Refusal):
        return place
    return next(_contradictions(wanted, place, resolve), place)


def is_known(wanted: PlaceName, known: Place) -> bool:
    """Whether a row says of a place just what is known: it then changes nothing."""
    said = (
        (wanted.code, known.code),
        (wanted.name, known.name),
        (wanted.postcode, known.postcode),
        (wanted.departement, known.departement),
    )
    return wanted.code is not None and all(one in {None, other} for one, other in said)


def kept_postcode(place: Place, known: Place | None) -> Place:
    """The place with the post code that is known of it, where the row says none."""
    if known and known.code == place.code and place.postcode is None:
        return replace(place, postcode=known.postcode)
    return place


def _contradictions(wanted: PlaceName, place: Place, resolve: Resolve) -> Iterator[Refusal]:
    here = f"{place.name} ({place.departement})"
    if wanted.code and wanted.name and not _goes_by(wanted.name, place, resolve):
        yield Refusal(
            "commune.code",
            Sentence(
                f"désigne {here}, et la commune écrite est {wanted.name}",
                f"is {here}, and the commune written is {wanted.name}",
            ),
            _like_a_postcode(wanted) or _CORRECT_ONE,
        )
    if wanted.departement and not _lies_in(wanted.departement, place, resolve):
        yield Refusal(
            "commune.departement",
            Sentence(
                f"est {wanted.departement}, et la commune est {here}",
                f"is {wanted.departement}, and the commune is {here}",
            ),
            _CORRECT_ONE,
        )
    if wanted.postcode and not _has(wanted.postcode, place, resolve):
        yield Refusal(
            "commune.postcode",
            Sentence(
                f"{wanted.postcode} n'est pas un code postal de {here}",
                f"{wanted.postcode} is no post code of {here}",
            ),
            _like_a_postcode(wanted) or _CORRECT_ONE,
        )


def _goes_by(name: str, place: Place, resolve: Resolve) -> bool:
    """Whether a commune has or had this name, or it is part of one of none: `Aix les Milles`."""
    spelt, known = name_key(name), name_key(place.name)
    here = resolve(PlaceName(name=name, departement=place.departement))
    if spelt == known or _is(here, place):
        return True
    is_elsewhere = isinstance(resolve(PlaceName(name=name)), Place)
    return not is_elsewhere and (f" {known} " in f" {spelt} " or f" {spelt} " in f" {known} ")


def _lies_in(departement: str, place: Place, resolve: Resolve) -> bool:
    if departement.upper() == place.departement:
        return True
    return _is(resolve(PlaceName(name=place.name, departement=departement)), place)


def _has(postcode: str, place: Place, resolve: Resolve) -> bool:
    """Whether a post code may be this commune's: one of it, or one of none in its département.

    Companies have post codes (CEDEX) that are no commune's.
    """
    match resolve(PlaceName(postcode=postcode)):
        case Place() as theirs:
            return theirs.code == place.code
        case Refusal(field="commune.name"):  # of several
            only = resolve(PlaceName(code=place.code))
            known = only.postcode if isinstance(only, Place) else None
            return known == postcode if known else _is_near(postcode, place)
        case Refusal():
            return _is_near(postcode, place)


def _is_near(postcode: str, place: Place) -> bool:
    return place.departement in departements_of(postcode)


def _is(found: Place | Refusal, place: Place) -> bool:
    return isinstance(found, Place) and found.code == place.code


def _like_a_postcode(wanted: PlaceName) -> Sentence | None:
    if wanted.code != wanted.postcode:
        return None
    return Sentence(
        f"{wanted.code} est sans doute le code postal : videz la cellule du code INSEE",
        f"{wanted.code} probably is the post code: empty the cell of the INSEE code",
    )


_CORRECT_ONE: Final = Sentence(
    "Corrigez l'une des deux cellules, ou videz celle qui est fausse",
    "Correct one of the two cells, or empty the wrong one",
)
