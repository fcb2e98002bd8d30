"""The asker's side: a request, whom it asks, what they offer, and what is made of that."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.exchange import AskersAnswer, Offer
from intercoop_advice.requests.domain import refusals
from intercoop_advice.requests.domain.invitation import (
    Invitation,
    answered,
    introduced,
    offered,
)
from intercoop_advice.wording import about_a_text, about_the_length, tidy_tags
from intercoop_chassis.refusals import Refused
from intercoop_chassis.spelling import tidy, tidy_lines
from intercoop_contracts.advice import (
    AdviceRequestView,
    InvitationView,
    OfferVerdict,
    RequestState,
)
from intercoop_contracts.bounds import MAX_NAME, MAX_TEXT
from intercoop_contracts.directory import PublicContact

NO_SUCH_REQUEST: Final = "No request of yours has this id: list them to find the right one"


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """What a co-operative asks, as somebody wrote it."""

    title: str
    text: str = ""
    expertise: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a co-operative of this instance. `view` is what everybody reads."""

    id: UUID
    asked_at: datetime
    view: AdviceRequestView
    invitations: tuple[Invitation, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.view.state is RequestState.OPEN

    def invitation(self, invitation_id: UUID) -> Invitation | None:
        named = (each for each in self.invitations if each.id == invitation_id)
        return next(named, None)

    def invitation_of(self, organisation_id: UUID) -> Invitation | None:
        named = (each for each in self.invitations if each.organisation_id == organisation_id)
        return next(named, None)


def ask(
    draft: RequestDraft, asker: Cooperative, request_id: UUID, *, now: datetime
) -> Request | Refused:
    """A new request; what it says of the asker is what the directory says today."""
    tidied = RequestDraft(tidy(draft.title), tidy_lines(draft.text), tidy_tags(draft.expertise))
    wrong = (
        *about_a_text("title", tidied.title, MAX_NAME),
        *about_the_length("text", tidied.text, MAX_TEXT),
        *refusals.about_tags("expertise", tidied.expertise),
    )
    if wrong:
        return Refused(wrong)
    view = AdviceRequestView(
        organisation_id=asker.id,
        organisation_name=asker.view.name,
        title=tidied.title,
        text=tidied.text,
        trade=asker.view.trade,
        commune=asker.view.commune,
        expertise=tidied.expertise,
        is_sample=asker.view.is_sample,
    )
    return Request(request_id, now, view)


def invite(
    request: Request,
    wanted: Sequence[UUID],
    known: Mapping[UUID, Cooperative],
    ids: Sequence[UUID],
    *,
    now: datetime,
) -> Request | Refused:
    """The request with everybody `wanted` asked; who was asked already is not asked again.

    `known` are the co-operatives among them that this instance knows, `ids` a fresh one for each.
    """
    asker = request.view.organisation_id
    fresh = [each for each in dict.fromkeys(wanted) if request.invitation_of(each) is None]
    wrong = (
        *refusals.about_the_invited(wanted, set(fresh) - (known.keys() - {asker}), asker),
        *refusals.about_their_number(len(request.invitations) + len(fresh)),
    )
    if wrong:
        return Refused(wrong)
    asked = [
        Invitation(invitation_id, invited.id, invited.owner, invited.view.name, now)
        for invitation_id, invited in zip(ids, (known[each] for each in fresh), strict=False)
    ]
    return _with(request, (*request.invitations, *asked)) if asked else request


def answer(request: Request, invitation_id: UUID, verdict: OfferVerdict) -> Request:
    """The request with an offer answered, if one waits for an answer; the very same if none."""
    return _changed(request, invitation_id, lambda invitation: answered(invitation, verdict))


def hear_offer(request: Request, invitation_id: UUID, offer: Offer) -> Request:
    """The request after a helper's word; a closed one takes no offer any more, and says so."""

    def hear(invitation: Invitation) -> Invitation:
        known = offered(invitation, offer)
        return known if request.is_open else answered(known, OfferVerdict.NOT_TAKEN)

    return _changed(request, invitation_id, hear)


def introduce(request: Request, invitation_id: UUID, contact: PublicContact) -> Request:
    """The request with the helper's public contact, where both have said yes."""
    return _changed(request, invitation_id, lambda invitation: introduced(invitation, contact))


def close(request: Request, what_helped: str, helped_by: Sequence[UUID]) -> Request | Refused:
    """The request, closed for good; offers that wait for an answer are not taken."""
    words = tidy_lines(what_helped)
    strangers = set(helped_by) - {invitation.id for invitation in request.invitations}
    wrong = (
        *about_a_text("what_helped", words, MAX_TEXT),
        *refusals.about_who_helped(helped_by, strangers),
    )
    if wrong:
        return Refused(wrong)
    closed = {"state": RequestState.CLOSED, "what_helped": words}
    settled = tuple(
        replace(answered(invitation, OfferVerdict.NOT_TAKEN), has_helped=invitation.id in helped_by)
        for invitation in request.invitations
    )
    return replace(request, view=request.view.model_copy(update=closed), invitations=settled)


def answers_given(
    before: Request | None, after: Request
) -> Sequence[tuple[Invitation, AskersAnswer]]:
    """Each answer that was not given before, in the order of the invitations' ids."""
    known = {each.id: each.answer for each in before.invitations} if before else {}
    given = [
        (invitation, invitation.answer)
        for invitation in after.invitations
        if invitation.answer and invitation.answer != known.get(invitation.id)
    ]
    return sorted(given, key=lambda pair: pair[0].id)


def event_type(before: Request | None, after: Request) -> str:
    """What happened, for people and logs."""
    if before is None:
        return "advice-requested"
    if before.is_open and not after.is_open:
        return "advice-closed"
    grown = len(after.invitations) > len(before.invitations)
    return "advice-invited" if grown else "advice-changed"


def _with(request: Request, invitations: tuple[Invitation, ...]) -> Request:
    public = tuple(
        InvitationView(id=each.id, organisation_id=each.organisation_id, helper=each.helper)
        for each in invitations
    )
    view = request.view.model_copy(update={"invitations": public})
    return replace(request, view=view, invitations=invitations)


def _changed(
    request: Request, invitation_id: UUID, change: Callable[[Invitation], Invitation]
) -> Request:
    invitations = tuple(
        change(each) if each.id == invitation_id else each for each in request.invitations
    )
    return replace(request, invitations=invitations)
