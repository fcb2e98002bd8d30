"""Made-up meetings in the weeks to come, marked as such."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from intercoop_chassis.clock import PARIS, day_in_france
from intercoop_contracts.events import Format, PlaceView
from intercoop_events.meetings.domain.meeting import MeetingDraft
from intercoop_local.network import Owner
from intercoop_local.spreadsheets import Town, largest_towns

_THURSDAY: Final = 3
_WEEKS: Final = 7
_PROGRAMME: Final = (
    (Format.VISIT, "Rencontre du jeudi : visite d’atelier", 12, 3),
    (Format.TRAINING, "Rencontre du jeudi : lire un bilan", 16, 3),
    (Format.WORKSHOP, "Rencontre du jeudi : acheter ensemble", 10, 2),
    (Format.COMMITTEE, "Comité territorial", 20, 4),
    (Format.VISIT, "Rencontre du jeudi : visite d’imprimerie", 4, 3),
    (Format.TRAINING, "Rencontre du jeudi : préparer son assemblée", 16, 3),
)
_DESCRIPTIONS: Final = {
    Format.VISIT: "On visite, puis on échange avec l’équipe autour d’un café. Une rencontre "
    "d’exemple.",
    Format.TRAINING: "Une mini-formation en petit groupe : venez avec vos questions et un exemple "
    "à vous. Une rencontre d’exemple.",
    Format.WORKSHOP: "Chacun dit ce qu’il achète et à qui ; on cherche ce qui peut se grouper. Une "
    "rencontre d’exemple.",
    Format.COMMITTEE: "Tour de table, projets des coopératives, prochaines dates. Une rencontre "
    "d’exemple.",
}


def sample_meetings(
    owner: Owner, now: datetime, *, but: Collection[date] = ()
) -> Iterator[MeetingDraft]:
    """Thursday meetings, one a week from next week on, in the owner's largest towns.

    Without those days on which there is one already. An owner without a territory, like the
    confederation, meets once, in Paris.
    """
    towns = largest_towns(owner.departements)
    if not towns:
        if not but:
            entry = (Format.WORKSHOP, "Journée du réseau", 40, 6)
            yield _draft(entry, _PARIS, _thursday(now, 5))
        return
    for week in range(1, _WEEKS + 1):
        starts = _thursday(now, week)
        turn = starts.isocalendar().week + len(owner.departements)
        if day_in_france(starts) not in but and not _is_on_holiday(starts):
            entry = _PROGRAMME[turn % len(_PROGRAMME)]
            yield _draft(entry, towns[turn % min(len(towns), 8)], starts)


def _is_on_holiday(starts: datetime) -> bool:
    """Whether a meeting falls between Christmas and the New Year, when nobody comes."""
    return (starts.month, starts.day) >= (12, 24) or (starts.month, starts.day) <= (1, 2)


def _thursday(now: datetime, week: int) -> datetime:
    """Two o'clock in France on the Thursday of the week that many weeks ahead."""
    day = day_in_france(now) + timedelta(weeks=week)
    day += timedelta(days=_THURSDAY - day.weekday())
    return datetime.combine(day, time(14), PARIS)


def _draft(entry: tuple[Format, str, int, int], town: Town, starts: datetime) -> MeetingDraft:
    meeting_format, title, seats, hours = entry
    return MeetingDraft(
        title=title,
        format=meeting_format,
        place=PlaceView(
            venue="Salle d’exemple",
            commune=town.name,
            departement=town.departement,
            lat=town.lat,
            lon=town.lon,
        ),
        starts=starts,
        ends=starts + timedelta(hours=hours),
        seats=seats,
        description=_DESCRIPTIONS[meeting_format],
        is_sample=True,
    )


_PARIS: Final = Town("Paris", "75", "75001", 2_000_000, 48.8566, 2.3522)
