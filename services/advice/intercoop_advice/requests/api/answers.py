"""Requests as they are read: by everybody, and by the asker with whom it asks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from intercoop_advice.requests.domain.request import Invitation, InvitationState, Request
from intercoop_advice.requests.store.published import PublishedRequest
from intercoop_contracts.advice import AdviceRequestView, RequestState
from intercoop_contracts.directory import CommuneView, PublicContact

_EXAMPLE: dict[str, JsonValue] = {
    "id": "01938f1e-0000-7000-8000-0000000000b1",
    "organisation_id": "01938f1e-0000-7000-8000-00000000000a",
    "organisation_name": "Imprimerie du Cantal",
    "title": "Nous cherchons des locaux",
    "text": "200 m², près d'Aurillac, dès le printemps.",
    "trade": "18.12Z",
    "commune": {"code": "15014", "name": "Aurillac", "departement": "15"},
    "expertise": ["locaux"],
    "state": "open",
    "what_helped": None,
    "asked_at": "2026-03-02T09:00:00Z",
    "invitations": [
        {
            "id": "01938f1e-0000-7000-8000-0000000000c1",
            "organisation_id": "01938f1e-0000-7000-8000-00000000000b",
            "owner": "midi-pyrenees",
            "name": "Atelier de Figeac",
            "asked_at": "2026-03-02T09:05:00Z",
            "state": "offered",
            "offer": {"text": "Nous avons de la place.", "revision": 1},
            "contact": None,
            "has_helped": False,
        }
    ],
}


class PublicRequest(BaseModel):
    """What everybody reads of a request."""

    id: UUID
    organisation_id: UUID = Field(description="The co-operative that asks")
    organisation_name: str
    title: str
    text: str
    trade: str | None = Field(description="The asker's NAF code", examples=["43.32A"])
    commune: CommuneView | None = Field(description="Where the asker is")
    expertise: Sequence[str] = Field(description="What the asker hopes to find")
    state: RequestState
    what_helped: str | None = Field(description="In the asker's words, once it is closed")


def public(request_id: UUID, view: AdviceRequestView) -> dict[str, object]:
    """The fields of `PublicRequest`; whom a request asks is not among them."""
    return {"id": request_id, **{name: getattr(view, name) for name in _SHOWN}}


_SHOWN = tuple(name for name in PublicRequest.model_fields if name != "id")


class OfferAnswer(BaseModel):
    """Help that was offered, in the helper's words."""

    text: str
    revision: int


class InvitationAnswer(BaseModel):
    """A co-operative that was asked. `asked` is all that is known until it offers help."""

    id: UUID
    organisation_id: UUID
    owner: str = Field(description="The owner whose member it is", examples=["midi-pyrenees"])
    name: str
    asked_at: datetime
    state: InvitationState
    offer: OfferAnswer | None = Field(description="While there is one")
    contact: PublicContact | None = Field(description="Once the offer is accepted")
    has_helped: bool = Field(description="As was said when the request was closed")

    @classmethod
    def of(cls, one: Invitation) -> "InvitationAnswer":
        live = one.offer if one.offer and one.offer.is_live else None
        return cls(
            id=one.id,
            organisation_id=one.organisation_id,
            owner=one.helper,
            name=one.name,
            asked_at=one.asked_at,
            state=one.state,
            offer=OfferAnswer(text=live.text, revision=live.revision) if live else None,
            contact=one.contact,
            has_helped=one.has_helped,
        )


class RequestAnswer(PublicRequest):
    """A request as the asker reads it. Who declined or keeps silent is never shown."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    asked_at: datetime
    invitations: Sequence[InvitationAnswer]

    @classmethod
    def of(cls, request: Request) -> "RequestAnswer":
        invitations = [InvitationAnswer.of(one) for one in request.invitations]
        fields = public(request.id, request.view)
        return cls.model_validate(
            {**fields, "asked_at": request.asked_at, "invitations": invitations}
        )


class PublishedAnswer(PublicRequest):
    """A request of anybody's, as its owner published it."""

    owner: str = Field(description="The instance that decides about it", examples=["auvergne"])
    as_of: datetime = Field(description="When the owner said so")

    @classmethod
    def of(cls, one: PublishedRequest) -> "PublishedAnswer":
        fields = public(one.id, one.view)
        return cls.model_validate({**fields, "owner": one.owner, "as_of": one.as_of})
