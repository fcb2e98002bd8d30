"""Lists of people told from lists of organisations by their headings.

Nobody's name is published.
"""

import re
from collections.abc import Sequence
from typing import Final

from intercoop_chassis.spelling import key
from intercoop_directory.imports.domain.columns import LONGEST_HEADING

_FIRST_NAME: Final = (
    r"prenoms?( \d)?|prenom (usuel|du|de) ?.*|nom (et )?prenoms?|prenoms? (et )?noms?"
    r"|(first|given|fore|middle|last|sur|family|full) ?names?"
    r"|prenom\d*unitelegale|prenomusuelunitelegale|nomunitelegale|nomusageunitelegale"
)
_FAMILY_NAME: Final = (
    r"nom (de famille|de naissance|d usage|usuel|marital|de jeune fille|patronymique)"
)
_STATION: Final = r"civilites?|civ|salutation|fonctions?|poste|poste occupe|job title|mandats?"
_BIRTH: Final = (
    r"date de naissance|naissance|ne e? ?le|nee le|lieu de naissance|date of birth|birth ?date"
    r"|sexe|gender|sex|sexeunitelegale|nationalite|(n|numero) de securite sociale|nir"
)
_OF_A_PERSON: Final = re.compile(f"{_FIRST_NAME}|{_FAMILY_NAME}|{_STATION}|{_BIRTH}")
_BARE_NAMES: Final = {"nom", "noms", "name", "names"}
"""Headings under which lists of organisations have their names, and lists of people theirs."""


def speaks_of_people(headings: Sequence[str]) -> bool:
    """Whether one of the columns is about a person."""
    return any(map(_is_of_a_person, headings))


def places_of_people(headings: Sequence[str]) -> frozenset[int]:
    """The columns about a person; beside them a name that is nobody's else is a person's, too."""
    if not speaks_of_people(headings):
        return frozenset()
    return frozenset(
        place
        for place, heading in enumerate(headings)
        if _is_of_a_person(heading) or is_bare_name(heading)
    )


def _is_of_a_person(heading: str) -> bool:
    return len(heading) <= LONGEST_HEADING and bool(_OF_A_PERSON.fullmatch(key(heading)))


def is_bare_name(heading: str) -> bool:
    """Whether a heading does not say whose name it is."""
    return len(heading) <= LONGEST_HEADING and key(heading) in _BARE_NAMES
