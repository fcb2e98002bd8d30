"""The two unions' spreadsheets: twenty co-operatives each, three of the rows wrong."""

from dataclasses import dataclass

from intercoop_local.network import Network
from intercoop_local.spreadsheets import HEADINGS, as_csv, rows

ROWS = 20
_FIRST = 101


@dataclass(frozen=True, slots=True)
class Sheet:
    """A spreadsheet as somebody saved it, and the columns of its wrong cells."""

    owner: str
    data: bytes
    wrong: frozenset[str]

    @property
    def good(self) -> int:
        return ROWS - len(self.wrong)


def sheets(network: Network) -> list[Sheet]:
    """One in Windows' encoding with semicolons, one in UTF-8 with tabs."""
    midi = rows(network, network.owner("midi-pyrenees"), ROWS, first=_FIRST)
    _set(midi[3], "SIREN", "000000001")
    _set(midi[11], "Ville", "Villeneuve-qui-n'existe-pas")
    auvergne = rows(network, network.owner("auvergne"), ROWS, first=_FIRST)
    _set(auvergne[7], "Effectif", "une douzaine")
    return [
        Sheet("midi-pyrenees", as_csv(midi).encode("cp1252"), frozenset({"SIREN", "Ville"})),
        Sheet(
            "auvergne",
            as_csv(auvergne, separator="\t").encode("utf-8-sig"),
            frozenset({"Effectif"}),
        ),
    ]


def _set(row: list[str], heading: str, value: str) -> None:
    row[HEADINGS.index(heading)] = value
