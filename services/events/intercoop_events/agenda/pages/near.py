"""The place that the agenda is asked about: a commune as typed, or that of one's co-operative."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.postgres import Transaction
from intercoop_events.organisations import store as organisations
from intercoop_events.organisations.domain import Organisation, Place, Unclear

MOST_OF_ONES_OWN = 20


@dataclass(frozen=True, slots=True)
class Near:
    """What the field shows, the place that it means, or why it means none."""

    text: str = ""
    place: Place | None = None
    unclear: Unclear | None = None

    @property
    def position(self) -> tuple[float, float] | None:
        return self.place.position if self.place else None


async def near_of(typed: str, tx: Transaction) -> Near:
    text = typed.strip()
    if not text:
        return Near()
    meant = await organisations.place_meant(text, tx)
    return Near(text, unclear=meant) if isinstance(meant, Unclear) else Near(meant.written, meant)


async def ones_own(who: Identity, tx: Transaction) -> list[Organisation]:
    """The organisations in whose name somebody may register, by name."""
    ids: Iterable[UUID] = sorted(who.organisations | who.reads)[:MOST_OF_ONES_OWN]
    found = await organisations.get_all(ids, tx)
    return sorted(found.values(), key=lambda one: (one.view.name, one.id))


def place_of(organisation: Organisation) -> Place | None:
    """Where an organisation is, if it says so with a position."""
    commune = organisation.view.commune
    if commune is None or commune.lat is None or commune.lon is None:
        return None
    return Place(commune.name, commune.departement, commune.lat, commune.lon)
