"""Requests as they are read: by everybody, and by the asker with whom it asks."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from intercoop_advice.answers import OfferedHelp, PublicRequest, public
from intercoop_advice.requests.domain.invitation import Invitation, InvitationState
from intercoop_advice.requests.domain.request import Request
from intercoop_advice.requests.store.published import PublishedRequest
from intercoop_chassis.http import Answer
from intercoop_contracts.directory import PublicContact

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
    "is_sample": True,
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


class InvitationAnswer(BaseModel):
    """A co-operative that was asked. `asked` is all that is known until it offers help."""

    id: UUID
    organisation_id: UUID
    owner: str = Field(description="The owner whose member it is", examples=["midi-pyrenees"])
    name: str
    asked_at: datetime
    state: InvitationState
    offer: OfferedHelp | None = Field(description="While there is one")
    contact: PublicContact | None = Field(description="Once the offer is accepted")
    has_helped: bool = Field(description="As was said when the request was closed")

    @classmethod
    def of(cls, invitation: Invitation) -> "InvitationAnswer":
        return cls(
            id=invitation.id,
            organisation_id=invitation.organisation_id,
            owner=invitation.helper,
            name=invitation.name,
            asked_at=invitation.asked_at,
            state=invitation.state,
            offer=OfferedHelp.of(invitation.offer),
            contact=invitation.contact,
            has_helped=invitation.has_helped,
        )


class RequestAnswer(PublicRequest):
    """A request as the asker reads it. Who declined or keeps silent is never shown."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    asked_at: datetime
    invitations: Sequence[InvitationAnswer]

    @classmethod
    def of(cls, request: Request) -> "RequestAnswer":
        invitations = [InvitationAnswer.of(invitation) for invitation in request.invitations]
        fields = public(request.id, request.view)
        return cls.model_validate(
            {**fields, "asked_at": request.asked_at, "invitations": invitations}
        )


class PublishedAnswer(PublicRequest):
    """A request of anybody's, as its owner published it."""

    owner: str = Field(description="The instance that decides about it", examples=["auvergne"])
    as_of: datetime = Field(description="When the owner said so")

    @classmethod
    def of(cls, request: PublishedRequest) -> "PublishedAnswer":
        fields = public(request.id, request.view)
        return cls.model_validate({**fields, "owner": request.owner, "as_of": request.as_of})


def answered(request: Request) -> Answer:
    return Answer(RequestAnswer.of(request), status=200)
