"""An owner of whom nothing is known but what it asks of our co-operatives."""

from typing import Any
from uuid import UUID

from intercoop_contracts.advice import (
    ADVICE_REQUESTS,
    AdviceRequestView,
    InvitationView,
    RequestState,
)
from intercoop_contracts.streams import Ended
from testkit.advice_service import AdviceService
from testkit.ids import new_id
from testkit.in_memory_network import state_event

STRANGER = "limousin"


class StrangeOwner:
    """It asks co-operatives of one other instance."""

    def __init__(self, advice: AdviceService) -> None:
        self.advice = advice
        self.organisation = new_id(STRANGER)
        self._versions: dict[UUID, int] = {}

    def request(self, *organisations: UUID, **fields: Any) -> AdviceRequestView:
        invitations = tuple(
            InvitationView(id=new_id(STRANGER), organisation_id=each, helper=self.advice.owner)
            for each in organisations
        )
        usual = {"organisation_name": "Personne", "title": "Venez", "invitations": invitations}
        return AdviceRequestView(**{"organisation_id": self.organisation, **usual, **fields})

    async def says(self, request: UUID, view: AdviceRequestView | Ended) -> None:
        version = self._versions[request] = self._versions.get(request, 0) + 1
        event = state_event(ADVICE_REQUESTS, STRANGER, request, view, version)
        await self.advice.consumer.receive([event])

    async def asks(self, *organisations: UUID, **fields: Any) -> tuple[UUID, AdviceRequestView]:
        request, view = new_id(STRANGER), self.request(*organisations, **fields)
        await self.says(request, view)
        return request, view

    async def closes(self, request: UUID, view: AdviceRequestView) -> None:
        closed = {"state": RequestState.CLOSED, "what_helped": "Rien"}
        await self.says(request, view.model_copy(update=closed))
