"""What `advice` publishes: who asks for help, who offers it, and what was made of an offer."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from intercoop_contracts.directory import CommuneView, PublicContact, Role
from intercoop_contracts.streams import Audience, Stream, View


class RequestState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class InvitationView(View):
    """A co-operative that the asker chose to ask; `id` names the invitation on other streams."""

    id: UUID
    organisation_id: UUID
    helper: str = Field(description="The owner whose member the invited co-operative is")


class AdviceRequestView(View):
    """A co-operative asks others. The texts are written by a person to be read by everybody."""

    organisation_id: UUID
    organisation_name: str
    title: str
    text: str = ""
    trade: str | None = Field(default=None, description="NAF code, e.g. 43.32A")
    commune: CommuneView | None = None
    expertise: tuple[str, ...] = Field(default=(), description="What the asker hopes to find")
    invitations: tuple[InvitationView, ...] = ()
    state: RequestState = RequestState.OPEN
    what_helped: str | None = None


class OfferState(StrEnum):
    """A decline is never published: it looks like silence."""

    OFFERED = "offered"
    WITHDRAWN = "withdrawn"


class OfferView(View):
    """The helper's yes, keyed by the invitation."""

    asker: str
    request_id: UUID
    organisation_id: UUID
    revision: int = Field(description="Rises with each change of the offer")
    state: OfferState
    text: str = ""


class OfferVerdict(StrEnum):
    ACCEPTED = "accepted"
    NOT_TAKEN = "not-taken"


class OfferAnswerView(View):
    """The asker's answer to one revision of an offer, keyed by the invitation."""

    helper: str
    request_id: UUID
    offer_revision: int
    verdict: OfferVerdict


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

    organisation_id: UUID
    name: str
    state: PeerAdviceState
    contact: PublicContact | None = None


class PeerAdviceView(View):
    """A request for advice as one co-operative of this instance sees it.

    It is keyed by `<request>/<organisation>`. `tell` are the mandates whose holders in
    `organisation_id` hear of it.
    """

    request_id: UUID
    organisation_id: UUID
    side: Side
    state: PeerAdviceState
    title: str
    counterparts: tuple[CounterpartView, ...] = ()
    tell: tuple[Role, ...] = ()


ADVICE_REQUESTS = Stream(
    name="advice-requests",
    audience=Audience.SHARED,
    view=AdviceRequestView,
    event_types=("advice-requested", "advice-invited", "advice-changed", "advice-closed"),
    publisher="advice",
)

OFFERS = Stream(
    name="offers",
    audience=Audience.SHARED,
    view=OfferView,
    event_types=("help-offered", "offer-withdrawn"),
    publisher="advice",
)

OFFER_ANSWERS = Stream(
    name="offer-answers",
    audience=Audience.SHARED,
    view=OfferAnswerView,
    event_types=("offer-accepted", "offer-not-taken"),
    publisher="advice",
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
)
