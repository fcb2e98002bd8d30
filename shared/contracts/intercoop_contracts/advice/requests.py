"""Requests for advice, and the co-operatives that are invited to answer."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoop_contracts.attribution import OWN, IssuedBy, OwnId
from intercoop_contracts.directory.communes import CommuneView
from intercoop_contracts.streams import Audience, Stream, View


class RequestState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class InvitationView(View):
    """A co-operative that the asker chose to ask; `id` names the invitation on other streams."""

    id: OwnId
    organisation_id: Annotated[UUID, IssuedBy("helper")]
    helper: str = Field(description="The owner whose member the invited co-operative is")


class AdviceRequestView(View):
    """A co-operative asks others. The texts are written by a person to be read by everybody."""

    organisation_id: OwnId
    organisation_name: str
    title: str
    text: str = ""
    trade: str | None = Field(default=None, description="NAF code, e.g. 43.32A")
    commune: CommuneView | None = None
    expertise: tuple[str, ...] = Field(default=(), description="What the asker hopes to find")
    invitations: tuple[InvitationView, ...] = ()
    state: RequestState = RequestState.OPEN
    what_helped: str | None = None


ADVICE_REQUESTS = Stream(
    name="advice-requests",
    audience=Audience.SHARED,
    view=AdviceRequestView,
    event_types=("advice-requested", "advice-invited", "advice-changed", "advice-closed"),
    publisher="advice",
    key=OWN,
)
