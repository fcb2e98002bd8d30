"""The settings that advice has beside those of every service: what one other owner may ask."""

from pydantic import Field

from intercoop_advice.limits import Limits
from intercoop_chassis.settings import Settings
from intercoop_chassis.settings.values import Count


class AdviceSettings(Settings):
    """What is above a limit waits, and is shown when there is room or the limit is raised."""

    limit_open_requests: Count = Field(
        1000,
        description="open requests of one other owner that ask our co-operatives",
        examples=["1000"],
    )
    limit_invitations_a_request: Count = Field(
        30,
        description="of our co-operatives that one request of another owner asks",
        examples=["30"],
    )
    limit_open_invitations: Count = Field(
        200,
        description="open invitations of one other owner to one co-operative",
        examples=["200"],
    )
    limit_daily_invitations: Count = Field(
        30, description="of them that come in 24 hours", examples=["30"]
    )

    @property
    def limits(self) -> Limits:
        return Limits(
            open_requests=self.limit_open_requests,
            a_request=self.limit_invitations_a_request,
            open_invitations=self.limit_open_invitations,
            daily=self.limit_daily_invitations,
        )
