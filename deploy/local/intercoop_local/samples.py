"""Made-up meetings in the weeks to come, marked as such."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from intercoop_chassis.clock import PARIS, day_in_france
from intercoop_contracts.events import Format, PlaceView
from intercoop_events.meetings.domain.meeting import MeetingDraft
from intercoop_local.network import Owner
from intercoop_local.spreadsheets import Town, largest_towns

_THURSDAY: Final = 3
_PROGRAMME: Final = (
    (Format.VISIT, "Rencontre du jeudi : visite d'atelier", 12),
    (Format.TRAINING, "Rencontre du jeudi : lire un bilan", 16),
    (Format.WORKSHOP, "Rencontre du jeudi : acheter ensemble", 10),
    (Format.COMMITTEE, "Comité territorial", 20),
)


def sample_meetings(owner: Owner, now: datetime) -> Iterator[MeetingDraft]:
    """Four Thursday meetings, one a week from next week on, in the owner's largest towns.

    An owner without a territory, like the confederation, meets once, in Paris.
    """
    towns = largest_towns(owner.departements)[: len(_PROGRAMME)]
    if not towns:
        yield _draft((Format.WORKSHOP, "Journée du réseau", 40), _PARIS, _thursday(now, 5))
        return
    for week, (entry, town) in enumerate(zip(_PROGRAMME, towns, strict=False), start=1):
        yield _draft(entry, town, _thursday(now, week))


def _thursday(now: datetime, week: int) -> datetime:
    """Two o'clock in France on the Thursday of the week that many weeks ahead."""
    day = day_in_france(now) + timedelta(weeks=week)
    day += timedelta(days=_THURSDAY - day.weekday())
    return datetime.combine(day, time(14), PARIS)


def _draft(entry: tuple[Format, str, int], town: Town, starts: datetime) -> MeetingDraft:
    meeting_format, title, seats = entry
    return MeetingDraft(
        title=f"{title} ({town.name})",
        format=meeting_format,
        place=PlaceView(
            venue="Salle d'exemple",
            commune=town.name,
            departement=town.departement,
            lat=town.lat,
            lon=town.lon,
        ),
        starts=starts,
        ends=starts + timedelta(hours=3),
        seats=seats,
        description="Une rencontre d'exemple.",
        is_sample=True,
    )


_PARIS: Final = Town("Paris", "75", "75001", 2_000_000, 48.8566, 2.3522)
