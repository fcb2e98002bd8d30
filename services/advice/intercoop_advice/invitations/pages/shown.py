"""Invitations as pages show them: who asks, and why us."""

from collections.abc import Sequence
from dataclasses import dataclass

from intercoop_advice.invitations.domain.received import ReceivedInvitation
from intercoop_advice.invitations.store.received import InvitationWithRequest
from intercoop_advice.neighbours.domain import Wanted, reasons_for
from intercoop_advice.neighbours.store import asked_as_candidates
from intercoop_advice.rendering import said_in
from intercoop_chassis.pages.words import Words
from intercoop_chassis.postgres import Transaction
from intercoop_contracts.advice import AdviceRequestView


@dataclass(frozen=True, slots=True)
class AsksUs:
    """An invitation of a co-operative of ours, with why it is asked. `of` is its name."""

    invitation: ReceivedInvitation
    request: AdviceRequestView
    reasons: tuple[str, ...]
    of: str | None

    @property
    def address(self) -> str:
        return f"/advice/invitations/{self.invitation.id}"


async def asks_us(
    found: Sequence[InvitationWithRequest], said: Words, tx: Transaction
) -> list[AsksUs]:
    """Each with what speaks for asking this co-operative, in the visitor's words."""
    asked = [(each.invitation.organisation_id, each.request) for each in found]
    candidates = await asked_as_candidates(asked, tx)
    shown = []
    for each, candidate in zip(found, candidates, strict=True):
        reasons = reasons_for(Wanted.by(each.request), candidate) if candidate else ()
        sentences = said_in(said, (reason.sentence for reason in reasons))
        name = candidate.cooperative.view.name if candidate else None
        shown.append(AsksUs(each.invitation, each.request, sentences, name))
    return shown
