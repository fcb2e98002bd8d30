"""The settings that events has beside those of every service: what another owner may ask of it."""

from pydantic import Field

from intercoop_chassis.settings import Settings
from intercoop_chassis.settings.values import Count


class EventsSettings(Settings):
    """A request for a seat above a limit is refused, and may be made again when there is room."""

    limit_seat_requests: Count = Field(
        2000,
        description="seats and places in queues of one other owner at all coming meetings",
        examples=["2000"],
    )
    limit_waiting_guests: Count = Field(
        500, description="guests of one other owner that wait for one meeting", examples=["500"]
    )
