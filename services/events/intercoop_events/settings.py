"""The settings that events has beside those of every service: what another owner may ask of it."""

from pydantic import Field

from intercoop_chassis.settings import Settings
from intercoop_chassis.settings.values import Count


class EventsSettings(Settings):
    """A request for a seat above a limit is refused, and may be made again when there is room.

    Refusals have a limit too: above it nothing is said, and the guest's home lets a request lapse.
    """

    limit_seat_requests: Count = Field(
        2000,
        description="seats and places in queues of one other owner at all coming meetings",
        examples=["2000"],
    )
    limit_waiting_guests: Count = Field(
        500, description="guests of one other owner that wait for one meeting", examples=["500"]
    )
    limit_daily_fruitless_answers: Count = Field(
        1000,
        description=(
            "answers to one other owner in a day that give no seat, refusals and seats given back; "
            "above, its new requests are not answered and lapse"
        ),
        examples=["1000"],
    )
