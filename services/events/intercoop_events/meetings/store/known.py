"""The network's meetings as they are read: listed, and one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from intercoop_chassis.postgres import Row, Transaction, ends_early
from intercoop_contracts.bounds import Moment
from intercoop_contracts.events import MeetingSeatsView, MeetingView
from intercoop_events.meetings.domain.known_meeting import KnownMeeting

COLUMNS: Final = "id, owner, home, format, version, as_of, record, bytes, seats, seated, waiting"
CHOSEN: Final = f"""
SELECT * FROM (
    SELECT {COLUMNS}, starts, distance_km($9, $10, lat, lon) AS distance FROM calendar
    WHERE ends >= $1 AND ($2::timestamptz IS NULL OR starts < $2)
        AND ($3::text IS NULL OR owner = $3)
        AND ($4::text IS NULL OR format = $4)
        AND ($5::text IS NULL OR departement = $5)
        AND ($6 OR state = 'scheduled')
        AND ($7::text IS NULL OR words LIKE ALL (ARRAY(
            SELECT '%' || word || '%' FROM unnest(string_to_array(plain_words($7), ' ')) AS word
        )))
        AND ($8::boolean IS NULL OR is_open = $8)
        AND ($12::timestamptz IS NULL OR ends < $12)
) AS chosen
WHERE ($11::float8 IS NULL OR distance <= $11)
"""  # noqa: S608  columns are constants
LIST: Final = ends_early(f"""
{CHOSEN} AND ($13::timestamptz IS NULL OR (starts, owner, id) > ($13, $14::text, $15::uuid))
ORDER BY starts, owner, id LIMIT $16
""")
LIST_BACK: Final = ends_early(f"""
{CHOSEN} AND ($13::timestamptz IS NULL OR (starts, owner, id) < ($13, $14::text, $15::uuid))
ORDER BY starts DESC, owner DESC, id DESC LIMIT $16
""")
COUNT: Final = f"SELECT count(*) FROM ({CHOSEN}) AS counted"  # noqa: S608
TALLY: Final = f"""
SELECT owner, format, count(*) AS number FROM ({CHOSEN}) AS counted
GROUP BY owner, format ORDER BY owner, format
"""  # noqa: S608
GET: Final = f"""
SELECT {COLUMNS}, NULL::float8 AS distance FROM calendar WHERE id = ANY ($1::uuid[])
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Around:
    """Within so many kilometres of a position."""

    lat: float
    lon: float
    radius_km: float


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """Which meetings; None is any. `since` and `until` are moments, the latter exclusive.

    `words` are looked for in title, place and description; `over_by` is when they have ended.
    """

    since: datetime
    until: datetime | None = None
    owner: str | None = None
    format: str | None = None
    departement: str | None = None
    with_cancelled: bool = False
    around: Around | None = None
    words: str | None = None
    is_open: bool | None = None
    over_by: datetime | None = None

    @property
    def parameters(self) -> tuple[object, ...]:
        around = self.around
        return (
            self.since,
            self.until,
            self.owner,
            self.format,
            self.departement,
            self.with_cancelled,
            self.words,
            self.is_open,
            around.lat if around else None,
            around.lon if around else None,
            around.radius_km if around else None,
            self.over_by,
        )


class Tally(NamedTuple):
    """So many meetings of an organiser have this format."""

    owner: str
    format: str
    number: int


class MeetingPosition(NamedTuple):
    """Where a meeting stands in the list."""

    starts: Moment
    owner: str
    id: UUID


async def list_meetings(
    filters: MeetingFilter, after: MeetingPosition | None, fetch: int, tx: Transaction
) -> list[KnownMeeting]:
    """By date."""
    position = after or (None, None, None)
    rows = await tx.fetch(LIST, *filters.parameters, *position, fetch)
    return [_known(row) for row in rows]


async def list_back(
    filters: MeetingFilter, after: MeetingPosition | None, fetch: int, tx: Transaction
) -> list[KnownMeeting]:
    """By date, the last one first."""
    position = after or (None, None, None)
    rows = await tx.fetch(LIST_BACK, *filters.parameters, *position, fetch)
    return [_known(row) for row in rows]


async def count_meetings(filters: MeetingFilter, tx: Transaction) -> int:
    count: int = await tx.fetchval(COUNT, *filters.parameters)
    return count


async def tally(filters: MeetingFilter, tx: Transaction) -> list[Tally]:
    """How many there are of each organiser and format."""
    return [Tally(*row) for row in await tx.fetch(TALLY, *filters.parameters)]


async def get(meeting_id: UUID, tx: Transaction) -> KnownMeeting | None:
    return (await get_all([meeting_id], tx)).get(meeting_id)


async def get_all(meetings: Iterable[UUID], tx: Transaction) -> dict[UUID, KnownMeeting]:
    """Those of these meetings that are known here, by id."""
    return {row["id"]: _known(row) for row in await tx.fetch(GET, list(meetings))}


def _known(row: Row) -> KnownMeeting:
    """A meeting of a row of `COLUMNS` of the view `calendar`, with its `distance`."""
    seats = None
    if row["seats"] is not None:
        seats = MeetingSeatsView(seats=row["seats"], seated=row["seated"], waiting=row["waiting"])
    return KnownMeeting(
        id=row["id"],
        owner=row["owner"],
        as_of=row["as_of"],
        view=MeetingView.model_validate_json(row["record"]),
        version=row["version"] if row["home"] else None,
        bytes=row["bytes"],
        seats=seats,
        distance_km=row["distance"],
    )
