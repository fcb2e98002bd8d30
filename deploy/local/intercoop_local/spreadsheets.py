"""Made-up spreadsheets, as unions keep them: made-up co-operatives in real communes."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from intercoop_directory.communes.handlers import shipped
from intercoop_local.made_up.cooperatives import NOTABLE, Notable
from intercoop_local.network import Network, Owner

HEADINGS = (
    "Raison sociale",
    "SIREN",
    "Statut",
    "Forme",
    "Code NAF",
    "Effectif",
    "Ville",
    "CP",
    "Dépt",
    "Courriel",
    "Téléphone",
    "Expertise",
    "Date d'adhésion",
    "Exemple",
)
_TRADES = (
    ("Menuiserie", "43.32A", "locaux; chantiers"),
    ("Imprimerie", "18.12Z", "graphisme"),
    ("Boulangerie", "10.71C", "hygiène; vente"),
    ("Atelier vélo", "95.29Z", "réemploi"),
    ("Bureau d’études", "71.12B", "énergie; calculs"),
    ("Maçonnerie", "43.99C", "écoconstruction"),
    ("Librairie", "47.61Z", "animation"),
    ("Studio numérique", "62.01Z", "logiciel libre; formation"),
    ("Propreté", "81.21Z", "insertion"),
    ("Paysagistes", "81.30Z", "jardins; formation"),
)
_NAMES = (
    "du Ruisseau",
    "des Deux Rives",
    "de la Halle",
    "du Plateau",
    "des Tilleuls",
    "du Pont Neuf",
    "de l’Étape",
    "des Trois Vallées",
    "du Lavoir",
    "de la Gare",
    "des Quatre Saisons",
    "du Vieux Moulin",
    "de la Fontaine",
    "des Coteaux",
    "du Grand Chêne",
    "de l’Écluse",
    "des Remparts",
    "du Bief",
    "de la Place",
    "des Peupliers",
)
_STATUTES = (("Scop", "SARL"), ("Scop", "SA"), ("Scic", "SAS"), ("Scop", "SAS"))
_TOWNS = 60
_PUBLIC_PHONE = "05 00 00 {:02} {:02}"


@dataclass(frozen=True, slots=True)
class Town:
    """A commune as the shipped table has it."""

    name: str
    departement: str
    postcode: str
    population: int
    lat: float | None = None
    lon: float | None = None


def rows(network: Network, owner: Owner, count: int, *, first: int = 1) -> list[list[str]]:
    """Make this many co-operatives of a union, in its largest towns; the same on every machine.

    Those that everybody remembers come first. Within an owner no name is twice below 200.
    """
    number, towns = network.number(owner.slug), largest_towns(owner.departements)
    notable = NOTABLE.get(owner.slug, ())
    return [
        _notable_row(number, place, notable[place - 1], owner)
        if place <= len(notable)
        else _row(number, place, towns[place % len(towns)])
        for place in range(first, first + count)
    ]


def as_csv(lines: Sequence[Sequence[str]], *, separator: str = ";") -> str:
    """The lines under the headings, with Windows line ends."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator)
    writer.writerow(HEADINGS)
    writer.writerows(lines)
    return text.getvalue()


def made_up_siren(owner: int, number: int) -> str:
    """A SIREN with its right check digit, beginning with 000, so that it is no real firm's."""
    digits = f"000{owner:02}{number:03}"
    total = sum(_luhn(int(digit), doubled=at % 2 == 0) for at, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def _luhn(digit: int, *, doubled: bool) -> int:
    return sum(divmod(digit * 2, 10)) if doubled else digit


def _notable_row(owner: int, number: int, notable: Notable, of: Owner) -> list[str]:
    towns = (town for one in of.departements for town in _largest_by_departement().get(one, ()))
    town = next(town for town in towns if town.name == notable.town)
    statute, form = _STATUTES[0]
    what = (notable.name, statute, form, notable.naf, str(notable.headcount), notable.expertise)
    return _cells(owner, number, what, town)


def _row(owner: int, number: int, town: Town) -> list[str]:
    trade, naf, expertise = _TRADES[number % len(_TRADES)]
    name = f"{trade} {_NAMES[(number // len(_TRADES) + number + 3 * owner) % len(_NAMES)]}"
    statute, form = _STATUTES[number % len(_STATUTES)]
    what = (name, statute, form, naf, str(3 + number * 7 % 40), expertise)
    return _cells(owner, number, what, town)


def _cells(
    owner: int, number: int, what: tuple[str, str, str, str, str, str], town: Town
) -> list[str]:
    """A row as the headings say: `what` are name, statute, form, NAF, headcount, expertise."""
    name, statute, form, naf, headcount, expertise = what
    return [
        name,
        made_up_siren(owner, number),
        statute,
        form,
        naf,
        headcount,
        town.name,
        town.postcode,
        town.departement,
        f"contact@exemple-{owner:02}-{number:03}.example",
        _PUBLIC_PHONE.format(owner, number % 100),
        expertise,
        f"{1 + number % 28:02}/{1 + number % 12:02}/{1990 + number % 30}",
        "oui",
    ]


def largest_towns(departements: Sequence[str]) -> list[Town]:
    """The communes of these départements whose name is not twice there, largest first."""
    found = [town for one in departements for town in _largest_by_departement().get(one, ())]
    return sorted(found, key=_by_size)[:_TOWNS]


@cache
def _largest_by_departement() -> Mapping[str, Sequence[Town]]:
    """Read once: it takes a while, and every owner asks."""
    by_departement = defaultdict[str, list[Town]](list)
    for town in _all_towns():
        by_departement[town.departement].append(town)
    return {one: _largest(towns) for one, towns in by_departement.items()}


def _largest(towns: Sequence[Town]) -> Sequence[Town]:
    names = Counter(town.name for town in towns)
    return sorted((one for one in towns if names[one.name] == 1), key=_by_size)[:_TOWNS]


def _by_size(town: Town) -> int:
    return -town.population


def _all_towns() -> Iterator[Town]:
    for row in csv.DictReader(io.StringIO(shipped("communes.csv"))):
        if row["codes_postaux"]:
            postcode = row["codes_postaux"].replace("|", " ").split()[0]
            population = int(row["population"] or 0)
            position = (float(row[name]) if row[name] else None for name in ("lat", "lon"))
            yield Town(row["nom"], row["departement"], postcode, population, *position)
