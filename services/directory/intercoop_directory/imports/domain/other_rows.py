"""Rows of a table that are about no organisation: totals, notes, people, the headings again."""

import re
from typing import Final

from intercoop_chassis.refusals import Sentence
from intercoop_chassis.spelling import key
from intercoop_directory.imports.domain.values.faults import CellFault

_COUNTED: Final = r"(structures?|cooperatives?|scops?|scics?|lignes?|rows?|organisations?)"
_TOTAL: Final = re.compile(
    r"((sous )?tota(l|ux)|subtotal|sub total|grand total|somme|sum|moyenne|average|mean|mediane"
    r"|median|effectif total|nombre|count|nb)"
    rf"( (general|generaux|generale|cumule|national|regional|{_COUNTED}|de|des|du|d|total))*"
    r"( \d[\d ]*)?"
    rf"|\d[\d ]*{_COUNTED}( au total| in all)?"
)
_NOTE: Final = re.compile(
    r"(sources?|nb|n\.b\.|nota|nota bene|notes?|légende|avertissement|fichier|mise à jour"
    r"|mis à jour|situation|édition|edition)\s*:.*",
    re.IGNORECASE,
)
_DATED_NOTE: Final = re.compile(
    r"page \d+( (sur|of) \d+| \d+)?"
    r"|(liste|extrait|extraction|edite|edition|imprime|exporte|situation|donnees|mise a jour"
    r"|mis a jour|genere|updated|printed|exported|generated|list) (au|le|du|on|as of|of) .*\d{4}"
)
_PERSON: Final = re.compile(
    r"(m\.|mm\.|mr\.?|mrs\.?|ms\.?|mme\.?|mmes|mlle\.?|mlles)\s+\S.*", re.IGNORECASE
)


def no_organisation(name: str) -> CellFault | None:
    """Why a row is about none, that has no identifier and this name."""
    if _PERSON.fullmatch(name):
        return _A_PERSON
    plain = key(name)
    if _TOTAL.fullmatch(plain):
        return _A_TOTAL
    return _A_NOTE if _NOTE.fullmatch(name) or _DATED_NOTE.fullmatch(plain) else None


REPEATED_HEADINGS: Final = CellFault(
    Sentence("répète les noms des colonnes", "repeats the names of the columns"),
    Sentence("Retirez la ligne", "Remove the row"),
)
_UNLESS_IDENTIFIED: Final = Sentence(
    "Retirez la ligne ; si c'est une structure, donnez son SIREN",
    "Remove the row; if it is an organisation, give its SIREN",
)
_A_TOTAL: Final = CellFault(
    Sentence("est une ligne de totaux et non une structure", "is a totals row, no organisation"),
    _UNLESS_IDENTIFIED,
)
_A_NOTE: Final = CellFault(
    Sentence("est une note sous le tableau et non une structure", "is a note, no organisation"),
    _UNLESS_IDENTIFIED,
)
_A_PERSON: Final = CellFault(
    Sentence("est le nom d'une personne et non d'une structure", "is a person's name"),
    Sentence(
        "Saisissez la raison sociale ; les personnes s'inscrivent à part et ne sont pas publiées",
        "Type the organisation's name; people are registered apart, and never published",
    ),
)
