"""Peer advice as each co-operative sees it, for the services of its instance only."""

from enum import StrEnum

from pydantic import Field

from intercoop_contracts.advice.requests import MAX_INVITATIONS
from intercoop_contracts.attribution import ANYBODYS, AnyId
from intercoop_contracts.bounds import Name, Slug
from intercoop_contracts.directory.organisations import PublicContact
from intercoop_contracts.directory.people import Role
from intercoop_contracts.streams import Audience, Stream, View


class Side(StrEnum):
    ASKER = "asker"
    HELPER = "helper"


class PeerAdviceState(StrEnum):
    """Where peer advice stands for one co-operative, as its people should see it.

    The asker's: `asked` (nobody offered yet), `offered` (an offer waits for an answer),
    `introduced`, `closed`. The helper's: `invited`, `offered`, `introduced`, `not-taken`,
    `withdrawn`, `closed`.
    """

    ASKED = "asked"
    INVITED = "invited"
    OFFERED = "offered"
    INTRODUCED = "introduced"
    NOT_TAKEN = "not-taken"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class CounterpartView(View):
    """The co-operative on the other side; its public contact once both have said yes."""

    organisation_id: AnyId
    name: Name
    state: PeerAdviceState
    contact: PublicContact | None = None
    owner: Slug | None = Field(default=None, description="The owner whose member it is")


class PeerAdviceView(View):
    """A request for advice as one co-operative of this instance sees it.

    It is keyed by `<request>/<organisation>`. `tell` are the mandates whose holders in
    `organisation_id` hear of it.
    """

    request_id: AnyId
    organisation_id: AnyId
    side: Side
    state: PeerAdviceState
    title: Name
    counterparts: tuple[CounterpartView, ...] = Field(default=(), max_length=MAX_INVITATIONS)
    tell: tuple[Role, ...] = Field(default=(), max_length=len(Role))
    organisation_name: Name | None = Field(
        default=None, description="What the directory calls `organisation_id`"
    )


PEER_ADVICE = Stream(
    name="peer-advice",
    audience=Audience.PRIVATE,
    view=PeerAdviceView,
    event_types=(
        "peer-advice-asked",
        "peer-advice-invited",
        "peer-advice-offered",
        "peer-advice-introduced",
        "peer-advice-not-taken",
        "peer-advice-withdrawn",
        "peer-advice-closed",
    ),
    publisher="advice",
    key=ANYBODYS,
)
