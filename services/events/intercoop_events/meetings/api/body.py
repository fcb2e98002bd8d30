"""A meeting as staff write it."""

from datetime import UTC
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.http.texts import Body, LongText, Moment, Name, Text, WholeNumber
from intercoop_contracts.bounds import DepartementCode, Latitude, Longitude
from intercoop_contracts.directory import CommuneView, OrganisationView
from intercoop_contracts.events import Format, PlaceView
from intercoop_events.meetings.domain.meeting import MAX_SEATS, MeetingDraft

_EXAMPLE: dict[str, JsonValue] = {
    "title": "Rencontre du jeudi : visite d'un atelier",
    "format": "visit",
    "place": {
        "venue": "Atelier du Canal",
        "commune": "Toulouse",
        "departement": "31",
        "lat": 43.6,
        "lon": 1.44,
    },
    "starts": "2028-02-03T14:00:00+01:00",
    "ends": "2028-02-03T17:00:00+01:00",
    "seats": 12,
}


class PlaceBody(Body):
    """Where it is. Without a position the meeting is not found by distance."""

    venue: Text | None = Field(None, description="The venue in words")
    commune: Text = Field(min_length=1, description="The commune's name")
    departement: DepartementCode | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None


class MeetingBody(Body):
    """Everything that is said of a meeting."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    title: Name
    format: Format
    description: LongText = ""
    place: PlaceBody | None = Field(None, description="The host's place, when it is left out")
    host: UUID | None = Field(None, description="The organisation that receives the guests")
    starts: Moment
    ends: Moment
    seats: WholeNumber = Field(ge=1, le=MAX_SEATS)
    open_to_everybody: bool = Field(
        default=False,
        description="Whether your public page shows it to people outside the network",
    )

    def draft(self, host: OrganisationView | None) -> MeetingDraft:
        """`host` is what is known of the one named. Raises `InvalidError` for no place at all."""
        return MeetingDraft(
            title=self.title,
            format=self.format,
            description=self.description,
            place=self._place(host),
            host=self.host,
            starts=self.starts.astimezone(UTC),
            ends=self.ends.astimezone(UTC),
            seats=self.seats,
            open_to_everybody=self.open_to_everybody,
        )

    def _place(self, host: OrganisationView | None) -> PlaceView:
        if self.place:
            return PlaceView(**self.place.model_dump())
        if host and host.commune:
            return _place_of(host.name, host.commune)
        raise InvalidError(
            "place", "is missing", "Send the place, or a host whose commune is in the directory"
        )


def _place_of(name: str, commune: CommuneView) -> PlaceView:
    return PlaceView(
        venue=name,
        commune=commune.name,
        departement=commune.departement,
        lat=commune.lat,
        lon=commune.lon,
    )
