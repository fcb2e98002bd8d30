"""What answers over HTTP share: a request as everybody reads it, and help that was offered."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel, Field

from intercoop_advice.exchange import Offer
from intercoop_contracts.advice import AdviceRequestView, RequestState
from intercoop_contracts.directory import CommuneView


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
    is_sample: bool = Field(description="Whether a made-up co-operative asks")


def public(request_id: UUID, view: AdviceRequestView) -> dict[str, object]:
    """The fields of `PublicRequest`; whom a request asks is not among them."""
    return {"id": request_id, **{name: getattr(view, name) for name in _SHOWN}}


_SHOWN = tuple(name for name in PublicRequest.model_fields if name != "id")


class OfferedHelp(BaseModel):
    """Help that was offered, in the helper's words."""

    text: str
    revision: int

    @classmethod
    def of(cls, offer: Offer | None) -> "OfferedHelp | None":
        """None also for an offer that was withdrawn."""
        return cls(text=offer.text, revision=offer.revision) if offer and offer.is_live else None
