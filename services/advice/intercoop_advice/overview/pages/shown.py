"""Requests of ours as lists show them: since when, and how many offers wait."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from intercoop_advice.requests.domain.invitation import InvitationState
from intercoop_advice.requests.domain.request import Request
from intercoop_chassis.clock import day_in_france
from intercoop_contracts.advice import AdviceRequestView


@dataclass(frozen=True, slots=True)
class OurRequest:
    """A request of a co-operative of ours: since how many days, and what waits for an answer."""

    id: UUID
    view: AdviceRequestView
    days: int
    asked: int
    offers: int
    introduced: int

    @classmethod
    def of(cls, request: Request, today: date) -> "OurRequest":
        states = [invitation.state for invitation in request.invitations]
        return cls(
            request.id,
            request.view,
            (today - day_in_france(request.asked_at)).days,
            len(states),
            states.count(InvitationState.OFFERED) if request.is_open else 0,
            states.count(InvitationState.ACCEPTED),
        )
