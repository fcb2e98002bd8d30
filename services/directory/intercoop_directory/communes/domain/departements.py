"""Départements by what people call them: a number, a name of today or of before, or both."""

import re
from difflib import get_close_matches
from typing import Final

from intercoop_chassis.spelling import key

DEPARTEMENTS: Final = dict(
    entry.strip().split(" ", 1)
    for entry in """
    01 Ain; 02 Aisne; 03 Allier; 04 Alpes-de-Haute-Provence; 05 Hautes-Alpes; 06
    Alpes-Maritimes; 07 Ardèche; 08 Ardennes; 09 Ariège; 10 Aube; 11 Aude; 12 Aveyron; 13
    Bouches-du-Rhône; 14 Calvados; 15 Cantal; 16 Charente; 17 Charente-Maritime; 18 Cher; 19
    Corrèze; 21 Côte-d'Or; 22 Côtes-d'Armor; 23 Creuse; 24 Dordogne; 25 Doubs; 26 Drôme; 27
    Eure; 28 Eure-et-Loir; 29 Finistère; 2A Corse-du-Sud; 2B Haute-Corse; 30 Gard; 31
    Haute-Garonne; 32 Gers; 33 Gironde; 34 Hérault; 35 Ille-et-Vilaine; 36 Indre; 37
    Indre-et-Loire; 38 Isère; 39 Jura; 40 Landes; 41 Loir-et-Cher; 42 Loire; 43 Haute-Loire; 44
    Loire-Atlantique; 45 Loiret; 46 Lot; 47 Lot-et-Garonne; 48 Lozère; 49 Maine-et-Loire; 50
    Manche; 51 Marne; 52 Haute-Marne; 53 Mayenne; 54 Meurthe-et-Moselle; 55 Meuse; 56 Morbihan;
    57 Moselle; 58 Nièvre; 59 Nord; 60 Oise; 61 Orne; 62 Pas-de-Calais; 63 Puy-de-Dôme; 64
    Pyrénées-Atlantiques; 65 Hautes-Pyrénées; 66 Pyrénées-Orientales; 67 Bas-Rhin; 68 Haut-Rhin;
    69 Rhône; 70 Haute-Saône; 71 Saône-et-Loire; 72 Sarthe; 73 Savoie; 74 Haute-Savoie; 75
    Paris; 76 Seine-Maritime; 77 Seine-et-Marne; 78 Yvelines; 79 Deux-Sèvres; 80 Somme; 81 Tarn;
    82 Tarn-et-Garonne; 83 Var; 84 Vaucluse; 85 Vendée; 86 Vienne; 87 Haute-Vienne; 88 Vosges;
    89 Yonne; 90 Territoire de Belfort; 91 Essonne; 92 Hauts-de-Seine; 93 Seine-Saint-Denis; 94
    Val-de-Marne; 95 Val-d'Oise; 971 Guadeloupe; 972 Martinique; 973 Guyane; 974 La Réunion; 976
    Mayotte
    """.replace("\n   ", "").split(";")
)
"""Names by number: those of metropolitan France, and the five overseas."""

UNCOVERED: Final = dict(
    entry.strip().split(" ", 1)
    for entry in """
    975 Saint-Pierre-et-Miquelon; 977 Saint-Barthélemy; 978 Saint-Martin; 984 Terres australes
    et antarctiques françaises; 986 Wallis et Futuna; 987 Polynésie française; 988
    Nouvelle-Calédonie; 989 Île de Clipperton
    """.replace("\n   ", "").split(";")
)
"""Overseas collectivities: no département is there, and no commune of theirs in the table."""

_UNCOVERED_POSTCODES: Final = {"97133": "977", "97150": "978", "97500": "975"}
_BEFORE: Final = {
    "Basses-Alpes": "04",
    "Charente-Inférieure": "17",
    "Côtes-du-Nord": "22",
    "Loire-Inférieure": "44",
    "Basses-Pyrénées": "64",
    "Seine-Inférieure": "76",
    "Réunion": "974",
    "Guyane française": "973",
    "Belfort": "90",
    "Alsace": "67 68",
    "Corse": "2A 2B",
    "Seine-et-Oise": "78 91 95",
    "Métropole de Lyon": "69",
}
_CODES_BY_NAME: Final = {
    **{key(name): (code,) for code, name in (DEPARTEMENTS | UNCOVERED).items()},
    **{key(name): tuple(codes.split()) for name, codes in _BEFORE.items()},
}
_NUMBERED: Final = re.compile(r"(?P<number>[0-9]{1,3}|2[ab])(?: (?P<name>.+))?")
_NAMED: Final = re.compile(r"(?P<name>.+) (?P<number>[0-9]{1,3}|2[ab])")
_CORSICA: Final = {"20": ("2A", "2B")}


def departements_meant(text: str) -> tuple[str, ...]:
    """The numbers that `44`, `Loire-Atlantique` or `44 - Loire-Atlantique` may mean; none if none.

    Those of `UNCOVERED` are among them.
    """
    plain = key(text)
    if plain in _CODES_BY_NAME:
        return _CODES_BY_NAME[plain]
    found = _NUMBERED.fullmatch(plain) or _NAMED.fullmatch(plain)
    if found is None:
        return ()
    numbered = _of_number(found["number"])
    named = _CODES_BY_NAME.get(found["name"], ()) if found["name"] else numbered
    return tuple(code for code in numbered if code in named)


def departement_number(text: str) -> str:
    """The one number that is meant; the text as it is where that is none, or several."""
    meant = departements_meant(text)
    return meant[0] if len(meant) == 1 else text


def departement_names_like(text: str) -> list[str]:
    """What might have been meant: `Haute-Garonne (31)`, the best first, three at most."""
    names = {key(name): f"{name} ({code})" for code, name in DEPARTEMENTS.items()}
    return [names[found] for found in get_close_matches(key(text), names, n=3, cutoff=0.75)]


def departements_of(postcode: str) -> tuple[str, ...]:
    """Where a post code usually lies; a few cross the border of their département."""
    if postcode in _UNCOVERED_POSTCODES:
        return (_UNCOVERED_POSTCODES[postcode],)
    return departements_of_code(postcode)


def departements_of_code(code: str) -> tuple[str, ...]:
    """Where a commune with this code is, or was."""
    if code.startswith(("97", "98")):
        return (code[:3],)
    return _CORSICA.get(code[:2], (code[:2],))


def _of_number(number: str) -> tuple[str, ...]:
    code = number.upper() if number.startswith("2") and not number.isdecimal() else ""
    code = code or str(int(number)).zfill(2)
    known = code in DEPARTEMENTS or code in UNCOVERED
    return _CORSICA.get(code, (code,) if known else ())
