"""Requests for advice, and the co-operatives that are invited to answer."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from intercoop_contracts.attribution import OWN, IssuedBy, OwnId
from intercoop_contracts.bounds import LongText, NafCode, Name, Slug, Tag
from intercoop_contracts.directory.communes import CommuneView
from intercoop_contracts.streams import Audience, Stream, View

MAX_TAGS: Final = 20
MAX_INVITATIONS: Final = 30


class RequestState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class InvitationView(View):
    """A co-operative that the asker chose to ask; `id` names the invitation on other streams."""

    id: OwnId
    organisation_id: Annotated[UUID, IssuedBy("helper")]
    helper: Slug = Field(description="The owner whose member the invited co-operative is")


class AdviceRequestView(View):
    """A co-operative asks others. The texts are written by a person to be read by everybody."""

    organisation_id: OwnId
    organisation_name: Name
    title: Name
    text: LongText = ""
    trade: NafCode | None = Field(default=None, description="NAF code, e.g. 43.32A")
    commune: CommuneView | None = None
    expertise: tuple[Tag, ...] = Field(
        default=(), max_length=MAX_TAGS, description="What the asker hopes to find"
    )
    invitations: tuple[InvitationView, ...] = Field(default=(), max_length=MAX_INVITATIONS)
    state: RequestState = RequestState.OPEN
    what_helped: LongText | None = None
    is_sample: bool = Field(default=False, description="Asked in the name of a made-up one")


ADVICE_REQUESTS = Stream(
    name="advice-requests",
    audience=Audience.SHARED,
    view=AdviceRequestView,
    event_types=("advice-requested", "advice-invited", "advice-changed", "advice-closed"),
    publisher="advice",
    key=OWN,
)
