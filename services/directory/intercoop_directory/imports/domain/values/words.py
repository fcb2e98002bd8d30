"""What an organisation is, its statute and its legal form, in the words that people use.

A cell is understood whole or refused: a word that nobody knows may say the contrary of the others.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from intercoop_chassis.refusals import Sentence
from intercoop_chassis.spelling import key
from intercoop_contracts.directory import Form, Kind, Statute
from intercoop_directory.imports.domain.values.faults import CellFault

T = TypeVar("T")

_REMEMBERED: Final = 1000
"""Cells that were read: a column says the same few things again and again."""

_LONGEST: Final = 300
"""Letters: what is longer is no legal form, and is not remembered."""

_SPELT_OUT: Final = re.compile(r"\b(s a r l|s c o p|s c i c|s a s|s a|a r l)\b")
"""Of `S.A.R.L.` its key is `s a r l`."""

_STATUTES: Final = {
    "scop": Statute.SCOP,
    "scops": Statute.SCOP,
    "societe cooperative et participative": Statute.SCOP,
    "societe cooperative participative": Statute.SCOP,
    "cooperative et participative": Statute.SCOP,
    "societe cooperative de production": Statute.SCOP,
    "societe cooperative ouvriere de production": Statute.SCOP,
    "cooperative ouvriere de production": Statute.SCOP,
    "scic": Statute.SCIC,
    "scics": Statute.SCIC,
    "societe cooperative d interet collectif": Statute.SCIC,
    "cooperative d interet collectif": Statute.SCIC,
    "loi 47": Statute.LOI47,
    "loi47": Statute.LOI47,
    "loi 1947": Statute.LOI47,
    "loi de 1947": Statute.LOI47,
    "loi de 47": Statute.LOI47,
    "loi du 10 septembre 1947": Statute.LOI47,
    "loi n 47 1775": Statute.LOI47,
    "autre": Statute.OTHER,
    "other": Statute.OTHER,
}
_FORMS: Final = {
    "sa": Form.SA,
    "societe anonyme": Form.SA,
    "sarl": Form.SARL,
    "arl": Form.SARL,
    "societe a responsabilite limitee": Form.SARL,
    "a responsabilite limitee": Form.SARL,
    "sas": Form.SAS,
    "societe par actions simplifiee": Form.SAS,
    "par actions simplifiee": Form.SAS,
}
_NEUTRAL: Final = frozenset(
    {
        *("societe", "ste", "cooperative", "cooperatives", "coop", "entreprise", "structure"),
        *("statut", "forme", "juridique", "en", "de", "du", "la", "le", "sous", "et", "sur", "a"),
        *("capital", "variable", "conseil", "d", "administration", "directoire", "surveillance"),
    }
)
_KINDS: Final = {
    "cooperative": Kind.COOPERATIVE,
    "cooperatives": Kind.COOPERATIVE,
    "union": Kind.UNION,
    "federation": Kind.FEDERATION,
    "projet": Kind.PROJECT,
    "project": Kind.PROJECT,
}
_GROUPS: Final = (Kind.UNION, Kind.FEDERATION, Kind.PROJECT)
_DENIALS: Final = frozenset(
    {"non", "pas", "not", "no", "ni", "ex", "ancien", "ancienne", "former", "future", "futur"}
)


@dataclass(frozen=True, slots=True)
class LegalWords:
    """What a cell says of statute and form; at least one of them."""

    statute: Statute | None
    form: Form | None


def legal(cell: str, remedy: Sentence) -> LegalWords | CellFault:
    """Read `Scop S.A.R.L. à capital variable`."""
    return _legal(cell, remedy) if len(cell) <= _LONGEST else CellFault(_UNKNOWN, remedy)


@lru_cache(_REMEMBERED)
def _legal(cell: str, remedy: Sentence) -> LegalWords | CellFault:
    statutes, rest = _taken(_STATUTES, _folded(cell))
    forms, rest = _taken(_FORMS, rest)
    unknown = [word for word in rest.split() if word not in _NEUTRAL]
    if not statutes and not forms:
        return CellFault(_UNKNOWN, remedy)
    if unknown:
        return _not_understood(" ".join(unknown), remedy)
    if len(statutes) > 1 or len(forms) > 1:
        return CellFault(_SEVERAL, remedy)
    return LegalWords(next(iter(statutes), None), next(iter(forms), None))


def kind(cell: str) -> Kind | CellFault:
    """A union of co-operatives is a union, the project of one a project."""
    return _kind(cell) if len(cell) <= _LONGEST else CellFault(_UNKNOWN, WRITE_KIND)


@lru_cache(_REMEMBERED)
def _kind(cell: str) -> Kind | CellFault:
    text = _folded(cell)
    kinds, rest = _taken(_KINDS, text)
    if not kinds or _DENIALS.intersection(rest.split()):
        return CellFault(_UNKNOWN, WRITE_KIND)
    first = _KINDS.get(text.split()[0])
    if first in _GROUPS:
        return first
    return next(iter(kinds)) if len(kinds) == 1 else CellFault(_SEVERAL, WRITE_KIND)


def _folded(cell: str) -> str:
    return _SPELT_OUT.sub(lambda found: found[0].replace(" ", ""), key(cell))


def _taken(words: Mapping[str, T], text: str) -> tuple[set[T], str]:
    """What the known words in a text mean, the longest first, and the text without them."""
    found: set[T] = set()
    padded = f" {text} "
    for word in _longest_first(words):
        if f" {word} " in padded:
            found.add(words[word])
            padded = padded.replace(f" {word} ", " ; ")
    return found, padded.replace(";", "").strip()


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)


def _not_understood(words: str, remedy: Sentence) -> CellFault:
    return CellFault(
        Sentence(f"contient un mot inconnu : {words}", f"holds an unknown word: {words}"), remedy
    )


_UNKNOWN: Final = Sentence("n'est pas une valeur connue", "is no known value")
_SEVERAL: Final = Sentence(
    "dit deux choses qui s'excluent", "says two things that exclude each other"
)
WRITE_KIND: Final = Sentence(
    "Écrivez coopérative, union, fédération ou projet",
    "Write coopérative, union, fédération or projet",
)
WRITE_STATUTE: Final = Sentence(
    "Écrivez Scop, Scic, Loi 47 ou Autre", "Write Scop, Scic, Loi 47 or Autre"
)
WRITE_FORM: Final = Sentence("Écrivez SA, SARL ou SAS", "Write SA, SARL or SAS")
