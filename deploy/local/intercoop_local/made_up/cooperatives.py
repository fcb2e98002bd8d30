"""The co-operatives by which two unions' samples are remembered: around Aurillac and Figeac."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Notable:
    """A co-operative that has a name and a commune of its own; `expertise` is separated by `;`."""

    name: str
    town: str
    naf: str
    headcount: int
    expertise: str


NOTABLE: Final[Mapping[str, tuple[Notable, ...]]] = {
    "auvergne": (
        Notable("Imprimerie du Cantal", "Aurillac", "18.12Z", 14, "graphisme; prêt de matériel"),
        Notable("Maison Bois Cantal", "Arpajon-sur-Cère", "43.91A", 22, "locaux; chantiers"),
        Notable("Vélos des Volcans", "Clermont-Ferrand", "95.29Z", 7, "réemploi; vente"),
        Notable("Les Jardins de la Planèze", "Saint-Flour", "81.30Z", 9, "jardins; insertion"),
    ),
    "midi-pyrenees": (
        Notable("Atelier de Figeac", "Figeac", "43.32A", 11, "locaux; chantiers"),
        Notable("Atelier du Canal", "Toulouse", "43.32A", 14, "machines; accueil"),
        Notable("Charpentes du Lauragais", "Revel", "43.91A", 18, "locaux; machines"),
        Notable("Rouergue Impression", "Rodez", "18.12Z", 16, "graphisme; prêt de matériel"),
    ),
}
"""By the owner's slug; they come first among its samples."""
