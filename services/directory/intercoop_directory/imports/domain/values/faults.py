"""What is wrong with a cell, before its row and column are known."""

from dataclasses import dataclass
from typing import Final

from intercoop_chassis.refusals import Refusal, Sentence


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell and what would be right; the row and column are known outside."""

    reason: Sentence
    remedy: Sentence

    def of(self, field: str) -> Refusal:
        return Refusal(field, self.reason, self.remedy)


ROUNDED: Final = CellFault(
    Sentence(
        "est une puissance de dix : le tableur a perdu des chiffres",
        "is a power of ten: the spreadsheet has lost digits",
    ),
    Sentence(
        "Mettez la colonne au format texte et saisissez tous les chiffres",
        "Make the column a text column and type all digits",
    ),
)
