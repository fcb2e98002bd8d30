"""Names of people who are nobody's; the same on every machine."""

from typing import Final

WOMEN: Final = (
    "Amina",
    "Claire",
    "Élise",
    "Fatou",
    "Hélène",
    "Inès",
    "Julie",
    "Léa",
    "Manon",
    "Mathilde",
    "Nolwenn",
    "Odile",
    "Rachel",
    "Sophie",
    "Thérèse",
    "Yasmine",
)
MEN: Final = (
    "Adrien",
    "Bastien",
    "Damien",
    "Étienne",
    "Farid",
    "Gaël",
    "Hugo",
    "Ibrahim",
    "Jérôme",
    "Loïc",
    "Mathieu",
    "Olivier",
    "Rémi",
    "Thomas",
    "Vincent",
)
FAMILIES: Final = (
    "Aubrac",
    "Bastide",
    "Cazals",
    "Delmas",
    "Espinasse",
    "Fabre",
    "Gauthier",
    "Haddad",
    "Issartel",
    "Jalabert",
    "Kerguelen",
    "Lacaze",
    "Marchand",
    "N'Diaye",
    "Olivari",
    "Pradel",
    "Quintard",
    "Roussel",
    "Sabatier",
    "Tissier",
    "Uzès",
    "Vasseur",
    "Ybert",
)


def name_of(owner: int, place: int, *, woman: bool) -> tuple[str, str]:
    """Given and family name of an instance's person, by the owner's number and a place.

    The names of one instance are all different for the first two hundred places.
    """
    given = WOMEN if woman else MEN
    return given[(owner * 5 + place) % len(given)], FAMILIES[(owner * 7 + place) % len(FAMILIES)]
