"""Communes, and how what people write (a name, a code, a post code) is resolved to one of them."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence
from intercoop_directory.spelling import key

_DELIVERY: Final = re.compile(r" cedex( \d+)?$")
_SAINT: Final = re.compile(r"\b(st|ste|sts|stes)\b")
_SAINTS: Final = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_DISTRICT: Final = re.compile(
    r"^(paris|lyon|marseille)( \d{1,2}( ?(er|e|eme))?)?( arrondissement)?$"
)
_CORSICA: Final = {"20": ("2A", "2B")}
_MAX_CANDIDATES: Final = 12


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today: `code` is INSEE's, `epci` a SIREN, the position is WGS 84."""

    code: str
    name: str
    departement: str
    region: str
    epci: str | None
    population: int
    postcodes: tuple[str, ...]
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class FormerCommune:
    """A code that is no longer a commune of its own, and the commune it is today."""

    code: str
    name: str
    successor: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an organisation is: what is publicly known of its commune, and a post code."""

    code: str
    name: str
    departement: str
    postcode: str | None = None
    epci: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class PlaceName:
    """What somebody wrote to say where it is; at least one of them is there."""

    code: str | None = None
    name: str | None = None
    postcode: str | None = None
    departement: str | None = None


def name_key(name: str) -> str:
    """What identifies a commune's name however it is spelt: `ST-JEAN CEDEX 9` → `saint jean`."""
    plain = _DELIVERY.sub("", key(name))
    plain = _SAINT.sub(lambda found: _SAINTS[found[0]], plain)
    district = _DISTRICT.fullmatch(plain)
    return district[1] if district else plain


def departements_of(postcode: str) -> tuple[str, ...]:
    """Where a post code usually lies; a few cross the border of their département."""
    if postcode.startswith("97"):
        return (postcode[:3],)
    return _CORSICA.get(postcode[:2], (postcode[:2],))


class Gazetteer:
    """The communes that the names of one import may mean, found by code, name or post code."""

    def __init__(self, communes: Iterable[Commune], former: Collection[FormerCommune] = ()) -> None:
        self._by_code = {commune.code: commune for commune in communes}
        self._successors = {merged.code: merged.successor for merged in former}
        self._by_name: dict[str, dict[str, Commune]] = {}
        self._by_postcode: dict[str, list[Commune]] = {}
        for commune in self._by_code.values():
            self._by_name.setdefault(name_key(commune.name), {})[commune.code] = commune
            for postcode in commune.postcodes:
                self._by_postcode.setdefault(postcode, []).append(commune)
        self._by_former_name: dict[str, dict[str, Commune]] = {}
        for merged in former:
            if now := self._by_code.get(merged.successor):
                self._by_former_name.setdefault(name_key(merged.name), {})[now.code] = now

    def resolve(self, wanted: PlaceName) -> Place | Refusal:
        """The one place that is meant, or why that cannot be said; never a guess."""
        if wanted.code:
            return self._of_code(wanted)
        if wanted.name:
            return self._of_name(wanted)
        return self._of_postcode(wanted)

    def _of_code(self, wanted: PlaceName) -> Place | Refusal:
        code = (wanted.code or "").upper()
        commune = self._by_code.get(self._successors.get(code, code))
        if commune is None:
            return Refusal(
                "commune.code",
                Sentence("n'est le code INSEE d'aucune commune", "is the INSEE code of no commune"),
                Sentence(
                    "Écrivez les cinq caractères du code INSEE, ou le nom et le code postal",
                    "Write the five characters of the INSEE code, or the name and the post code",
                ),
            )
        return _place(commune, wanted.postcode)

    def _of_name(self, wanted: PlaceName) -> Place | Refusal:
        spelt = name_key(wanted.name or "")
        found = list(self._by_name.get(spelt, {}).values())
        found = _nearest_to(found, wanted) or _nearest_to(
            list(self._by_former_name.get(spelt, {}).values()), wanted
        )
        if len(found) == 1:
            return _place(found[0], wanted.postcode)
        if found:
            return _ambiguous(found)
        return self._unknown(wanted, list(self._by_name.get(spelt, {}).values()))

    def _of_postcode(self, wanted: PlaceName) -> Place | Refusal:
        found = self._by_postcode.get(wanted.postcode or "", [])
        if len(found) == 1:
            return _place(found[0], wanted.postcode)
        if found:
            return _ambiguous(found)
        return Refusal(
            "commune.postcode",
            Sentence("ne suffit pas à trouver la commune", "is not enough to find the commune"),
            Sentence("Ajoutez le nom de la commune", "Add the commune's name"),
        )

    def _unknown(self, wanted: PlaceName, namesakes: Sequence[Commune]) -> Refusal:
        if namesakes:
            return Refusal(
                "commune.name",
                Sentence(
                    "n'est pas dans le département ou le code postal indiqué",
                    "is not in the département or post code given",
                ),
                _choose(namesakes),
            )
        near = self._by_postcode.get(wanted.postcode or "", [])
        unknown = Sentence("n'est le nom d'aucune commune", "is no commune's name")
        if near:
            return Refusal("commune.name", unknown, _choose(near))
        return Refusal(
            "commune.name",
            unknown,
            Sentence(
                "Vérifiez l'orthographe, ou donnez le code INSEE",
                "Check the spelling, or give the INSEE code",
            ),
        )


def _nearest_to(found: list[Commune], wanted: PlaceName) -> list[Commune]:
    """Those of a name that agree with whatever else was said, the post code first."""
    if wanted.departement:
        departement = wanted.departement.upper()
        found = [commune for commune in found if commune.departement == departement]
    if wanted.postcode:
        exact = [commune for commune in found if wanted.postcode in commune.postcodes]
        there = departements_of(wanted.postcode)
        return exact or [commune for commune in found if commune.departement in there]
    return found


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


def _ambiguous(found: Sequence[Commune]) -> Refusal:
    return Refusal(
        "commune.name",
        Sentence(f"désigne {len(found)} communes", f"may mean {len(found)} communes"),
        _choose(found),
    )


def _choose(found: Sequence[Commune]) -> Sentence:
    """Name the candidates, the largest first."""
    largest = sorted(found, key=lambda commune: (-commune.population, commune.code))
    shown = ", ".join(f"{commune.name} ({commune.code})" for commune in largest[:_MAX_CANDIDATES])
    more = ", …" if len(found) > _MAX_CANDIDATES else ""
    return Sentence(
        f"Donnez le code INSEE de la bonne commune : {shown}{more}",
        f"Give the INSEE code of the right one: {shown}{more}",
    )


Resolve = Callable[[PlaceName], Place | Refusal]
