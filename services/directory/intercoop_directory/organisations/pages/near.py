"""The place that the list is asked around."""

from dataclasses import dataclass

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refusal
from intercoop_directory.communes.domain import Place, PlaceName
from intercoop_directory.communes.handlers import Unclear, gazetteer, place_meant
from intercoop_directory.organisations.pages.asked import Asked


@dataclass(frozen=True, slots=True)
class Near:
    """What the field shows, the place that it means, or why it means none."""

    text: str = ""
    place: Place | None = None
    unclear: Unclear | None = None

    @property
    def position(self) -> tuple[float, float] | None:
        """Latitude and longitude."""
        if self.place is None or self.place.lat is None or self.place.lon is None:
            return None
        return self.place.lat, self.place.lon


async def near_of(asked: Asked, tx: Transaction) -> Near:
    """The place that is asked about; what is typed counts before what an address names."""
    typed = asked.near.strip()
    if typed:
        meant = await place_meant(typed, asked.commune, tx)
        return Near(typed, unclear=meant) if isinstance(meant, Unclear) else _there(meant)
    if asked.commune is None:
        return Near()
    wanted = PlaceName(asked.commune)
    found = (await gazetteer([wanted], tx)).resolve(wanted)
    return (
        Near(asked.commune, unclear=Unclear(found, ()))
        if isinstance(found, Refusal)
        else _there(found)
    )


def _there(place: Place) -> Near:
    return Near(f"{place.name} ({place.departement})", place)
