"""Words that say that there is no value: of Sirene, of spreadsheets in French and English."""

import re
from functools import lru_cache
from typing import Final

from intercoop_chassis.refusals import Sentence
from intercoop_chassis.spelling import key
from intercoop_directory.imports.domain.values.faults import CellFault

_SIRENE: Final = re.compile(r"\[\s*n\s*[./]?\s*[dn]\s*\.?\s*\]", re.IGNORECASE)
_SIGNS: Final = re.compile(r"[\s?/.\\_*#\u2013\u2014-]+")
_ERROR: Final = re.compile(
    r"#(n/a n/a|n/a|na|n/d|ref|réf|valeur|value|wert|div/0|nom|name|nul|null|nombre|num|spill"
    r"|propagation|calc)[!?]?|err(eur)?\s?:\s?\d{3}|#{3,}",
    re.IGNORECASE,
)
_NOT_AVAILABLE: Final = {"#n/a", "#na", "#n/d", "#n/a n/a"}
_LETTERS: Final = {"nd", "nc", "na", "nr", "nn", "ns", "so", "n a", "n c", "n d", "n r", "s o"}
_WORDS: Final = {
    *("neant", "aucun", "aucune", "rien", "vide", "null", "none", "nil", "nan", "empty", "blank"),
    *("inconnu", "inconnue", "non connu", "non connue", "unknown", "not known", "missing"),
    *("non renseigne", "non renseignee", "non communique", "non communiquee", "non precise"),
    *("non disponible", "non diffusible", "non diffuse", "non diffusee"),
    *("information non diffusible", "information non diffusee", "non applicable", "sans objet"),
    *("pas de site", "pas de siren", "pas de siret", "pas de telephone", "pas d email"),
    *("not available", "not applicable", "not disclosed", "not provided", "undefined"),
    *("a completer", "a renseigner", "a preciser", "a definir", "a venir", "en attente"),
    *("en cours", "en cours d immatriculation", "en cours de creation", "en cours d attribution"),
    *("to be completed", "to be defined", "tbd", "tba", "pending"),
}
_COMMUNES: Final = {"aucun"}
"""There is one of this name."""

_PLACEHOLDERS: Final = {
    "trade": {"00 00z", "0000z"},
    "siren": {"en formation", "en creation"},
    "siret": {"en formation", "en creation"},
}
_REMEMBERED: Final = 10_000
_LONGEST: Final = 300
"""Letters: what is longer says something, and is not remembered."""
_NAMES: Final = ("name", "acronym")


def says_nothing(field: str, cell: str) -> bool:
    """Whether a cell of this column means that there is no value, and so leaves what is known.

    Never of names and acronyms, where the word may be the name.
    """
    return field not in _NAMES and _is_absent(field, cell)


def no_text(field: str, cell: str) -> CellFault | None:
    """Why such a word, or a formula's error, is no name and no acronym."""
    if is_error(cell):
        return ERROR
    if _SIRENE.fullmatch(cell):
        return _NOT_DISCLOSED
    return _NO_VALUE if _is_absent(field, cell) else None


def is_error(cell: str) -> bool:
    """Whether a formula failed in a cell, or its column was too narrow: `#REF!`, `####`."""
    return bool(_ERROR.fullmatch(cell)) and cell.casefold() not in _NOT_AVAILABLE


def _is_absent(field: str, cell: str) -> bool:
    return len(cell) <= _LONGEST and _means_nothing(field, cell)


@lru_cache(_REMEMBERED)
def _means_nothing(field: str, cell: str) -> bool:
    if _SIRENE.fullmatch(cell) or cell.casefold() in _NOT_AVAILABLE:
        return True
    if is_error(cell):
        return False
    plain = key(cell)
    if field == "commune.name" and plain in _COMMUNES:
        return False
    words = (_WORDS, _LETTERS, _PLACEHOLDERS.get(field, ()))
    return bool(_SIGNS.fullmatch(cell)) or any(plain in known for known in words)


ERROR: Final = CellFault(
    Sentence("est une erreur du tableur", "is a spreadsheet's error"),
    Sentence(
        "Corrigez la formule, élargissez la colonne, ou videz la cellule",
        "Mend the formula, widen the column, or empty the cell",
    ),
)
_NOT_DISCLOSED: Final = CellFault(
    Sentence(
        "n'est pas un nom : Sirene ne diffuse pas celui de cette structure",
        "is no name: Sirene does not disclose this organisation's",
    ),
    Sentence("Saisissez la raison sociale", "Type the organisation's name"),
)
_NO_VALUE: Final = CellFault(
    Sentence("veut dire qu'il n'y a pas de valeur", "means that there is no value"),
    Sentence("Saisissez la valeur, ou videz la cellule", "Type the value, or empty the cell"),
)
