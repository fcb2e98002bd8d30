"""Finds the one commune that somebody means, or says which ones might be."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from intercoop_chassis.refusals import Refusal
from intercoop_directory.communes.domain import refusals
from intercoop_directory.communes.domain.departements import (
    UNCOVERED,
    departements_meant,
    departements_of,
    departements_of_code,
)
from intercoop_directory.communes.domain.places import (
    LONGEST_NAME,
    Commune,
    FormerCommune,
    Place,
    PlaceName,
    name_key,
    where_of,
)
from intercoop_directory.communes.domain.refusals import largest_first

_OF_A_POSTCODE: Final = 8
"""So many communes of a post code are named before others that may be meant."""

_ALIKE: Final = 0.7


@dataclass(frozen=True, slots=True)
class _Named:
    """A commune that has, or had, a name; `departements` are those it was in with it."""

    commune: Commune
    departements: frozenset[str]


class Gazetteer:
    """The communes that the names of one import may mean, found by code, name or post code.

    `similar` are communes whose names are like one that nobody has, by that name's key.
    """

    def __init__(
        self,
        communes: Iterable[Commune],
        former: Collection[FormerCommune] = (),
        similar: Mapping[str, Sequence[Commune]] | None = None,
    ) -> None:
        self._by_code = {commune.code: commune for commune in communes}
        self._successors = {merged.code: merged.successor for merged in former}
        self._similar = similar or {}
        self._by_name: dict[str, list[_Named]] = {}
        self._by_postcode: dict[str, list[Commune]] = {}
        for commune in self._by_code.values():
            named = _Named(commune, frozenset({commune.departement}))
            self._by_name.setdefault(name_key(commune.name), []).append(named)
            for postcode in commune.postcodes:
                self._by_postcode.setdefault(postcode, []).append(commune)
        self._by_former_name: dict[str, list[_Named]] = {}
        for merged in former:
            if now := self._by_code.get(merged.successor):
                where = frozenset({now.departement, *departements_of_code(merged.code)})
                self._by_former_name.setdefault(name_key(merged.name), []).append(
                    _Named(now, where)
                )

    def resolve(self, wanted: PlaceName) -> Place | Refusal:
        """The one place that is meant, or why that cannot be said; never a guess."""
        wanted = wanted.apart()
        if refusal := _outside(wanted):
            return refusal
        if wanted.code:
            return self._of_code(wanted)
        if wanted.name:
            return self._of_name(wanted)
        return self._of_postcode(wanted)

    def _of_code(self, wanted: PlaceName) -> Place | Refusal:
        code = (wanted.code or "").upper()
        commune = self._by_code.get(self._successors.get(code, code))
        if commune:
            return _place(commune, wanted.postcode)
        near = self._near(wanted, *self._by_postcode.get(code, []))
        return refusals.of_an_unknown_code(near, is_postcode=code in self._by_postcode)

    def _of_name(self, wanted: PlaceName) -> Place | Refusal:
        spelt = name_key(wanted.name or "")
        today, before = self._by_name.get(spelt, []), self._by_former_name.get(spelt, [])
        found = _agreeing(today, before, wanted)
        if len(found) == 1:
            return _place(found[0], wanted.postcode)
        if found:
            return refusals.of_several(found)
        near = self._near(wanted)
        if today or before:
            return refusals.of_a_namesake_elsewhere(near)
        return refusals.of_an_unknown_name(near, wanted)

    def _of_postcode(self, wanted: PlaceName) -> Place | Refusal:
        found = self._by_postcode.get(wanted.postcode or "", [])
        if len(found) == 1:
            return _place(found[0], wanted.postcode)
        return refusals.of_several(found) if found else refusals.of_a_postcode_alone()

    def _near(self, wanted: PlaceName, *others: Commune) -> Collection[Commune]:
        """What may be meant: what has the post code first, then the name or one that is like it."""
        spelt = name_key(wanted.name) if wanted.name else ""
        namesakes = [*self._by_name.get(spelt, []), *self._by_former_name.get(spelt, [])]
        there = where_of(wanted)
        named = sorted(
            largest_first(each.commune for each in namesakes),
            key=lambda commune: commune.departement not in there,
        )
        delivered = _likest_first(
            spelt, largest_first((*self._by_postcode.get(wanted.postcode or "", []), *others))
        )
        first, rest = delivered[:_OF_A_POSTCODE], delivered[_OF_A_POSTCODE:]
        near = [*first, *named, *self._similar.get(spelt, []), *rest]
        return {commune.code: commune for commune in near}.values()


def _likest_first(spelt: str, communes: Sequence[Commune]) -> Sequence[Commune]:
    """Those whose names are nearly the one that was written, then the others as they were."""
    if not spelt or len(spelt) > LONGEST_NAME:
        return communes
    matcher = SequenceMatcher(b=spelt, autojunk=False)

    def is_like(commune: Commune) -> bool:
        matcher.set_seq1(name_key(commune.name))
        return matcher.quick_ratio() > _ALIKE and matcher.ratio() > _ALIKE

    return sorted(communes, key=lambda commune: not is_like(commune))


def _outside(wanted: PlaceName) -> Refusal | None:
    """Why a place is none of the table's, whatever the commune's name is."""
    meant = departements_meant(wanted.departement) if wanted.departement else ()
    if wanted.departement and not meant:
        return refusals.of_no_departement(wanted.departement)
    said = {
        "commune.code": departements_of_code(wanted.code) if wanted.code else (),
        "commune.postcode": departements_of(wanted.postcode) if wanted.postcode else (),
        "commune.departement": meant,
    }
    for field, departements in said.items():
        for departement in departements:
            if departement in UNCOVERED or departement.startswith("98"):
                return refusals.of_an_uncovered_place(field, departement)
    return None


def _agreeing(
    today: Iterable[_Named], before: Iterable[_Named], wanted: PlaceName
) -> list[Commune]:
    """Those of a name that agree with whatever else was said, the post code first of all.

    Of those that agree equally, the ones that are called so today.
    """
    kinds = [_in_departement(each, wanted.departement) for each in (today, before)]
    if wanted.postcode:
        there = frozenset(departements_of(wanted.postcode))
        exact = [[e for e in kind if wanted.postcode in e.commune.postcodes] for kind in kinds]
        kinds = [*exact, *([e for e in kind if e.departements & there] for kind in kinds)]
    first = next((kind for kind in kinds if kind), [])
    return list({each.commune.code: each.commune for each in first}.values())


def _in_departement(named: Iterable[_Named], departement: str | None) -> list[_Named]:
    if departement is None:
        return list(named)
    meant = frozenset(departements_meant(departement))
    return [each for each in named if each.departements & meant]


def _place(commune: Commune, postcode: str | None) -> Place:
    """A post code of no commune is kept (CEDEX); a missing one is known where there is one only."""
    if postcode is None and len(commune.postcodes) == 1:
        postcode = commune.postcodes[0]
    return Place(
        code=commune.code,
        name=commune.name,
        departement=commune.departement,
        postcode=postcode,
        epci=commune.epci,
        lat=commune.lat,
        lon=commune.lon,
    )


Resolve = Callable[[PlaceName], Place | Refusal]
