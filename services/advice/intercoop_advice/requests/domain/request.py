"""The asker's side: a request, whom it asks, what they offer, and what is made of that."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from intercoop_advice.cooperatives.domain import Cooperative
from intercoop_advice.exchange import Answer, Offer, newer_offer, standing
from intercoop_advice.requests.domain import refusals
from intercoop_advice.wording import tidy, tidy_lines, tidy_tags
from intercoop_chassis.refusals import Refused
from intercoop_contracts.advice import (
    AdviceRequestView,
    InvitationView,
    OfferVerdict,
    RequestState,
)
from intercoop_contracts.directory import PublicContact


class InvitationState(StrEnum):
    """Where an invitation stands for the asker; a decline looks like silence."""

    ASKED = "asked"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    NOT_TAKEN = "not-taken"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A co-operative that was asked. `helper` is the owner whose member it is."""

    id: UUID
    organisation_id: UUID
    helper: str
    name: str
    asked_at: datetime
    offer: Offer | None = None
    answer: Answer | None = None
    contact: PublicContact | None = None
    """The helper's, while both have said yes."""
    has_helped: bool = False

    @property
    def state(self) -> InvitationState:
        if self.offer is None:
            return InvitationState.ASKED
        return InvitationState(standing(self.offer, self.answer))

    @property
    def is_accepted(self) -> bool:
        return self.state is InvitationState.ACCEPTED


@dataclass(frozen=True, slots=True)
class Draft:
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
        return next((one for one in self.invitations if one.id == invitation_id), None)

    def invitation_of(self, organisation_id: UUID) -> Invitation | None:
        named = (one for one in self.invitations if one.organisation_id == organisation_id)
        return next(named, None)


def ask(draft: Draft, asker: Cooperative, request_id: UUID, *, now: datetime) -> Request | Refused:
    """A new request; what it says of the asker is what the directory says today."""
    tidied = Draft(tidy(draft.title), tidy_lines(draft.text), tidy_tags(draft.expertise))
    wrong = (
        *refusals.about_a_text("title", tidied.title, refusals.MAX_TITLE),
        *refusals.about_the_length("text", tidied.text, refusals.MAX_TEXT),
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
    fresh = [one for one in dict.fromkeys(wanted) if request.invitation_of(one) is None]
    allowed = known.keys() - {request.view.organisation_id}
    wrong = (
        *refusals.about_the_invited(wanted, set(fresh) - allowed, request.view.organisation_id),
        *refusals.about_their_number(len(request.invitations) + len(fresh)),
    )
    if wrong:
        return Refused(wrong)
    asked = [
        Invitation(invitation_id, one.id, one.owner, one.view.name, now)
        for invitation_id, one in zip(ids, (known[one] for one in fresh), strict=False)
    ]
    return _with(request, (*request.invitations, *asked)) if asked else request


def answer(request: Request, invitation_id: UUID, verdict: OfferVerdict) -> Request:
    """The request with an offer answered, if one waits for an answer; the very same if none."""
    return _changed(request, invitation_id, lambda one: _answered(one, verdict))


def hear_offer(request: Request, invitation_id: UUID, offer: Offer) -> Request:
    """The request after a helper's word; a closed one takes no offer any more, and says so."""

    def heard(one: Invitation) -> Invitation:
        known = _settled(replace(one, offer=newer_offer(one.offer, offer)))
        return known if request.is_open else _answered(known, OfferVerdict.NOT_TAKEN)

    return _changed(request, invitation_id, heard)


def introduce(request: Request, invitation_id: UUID, contact: PublicContact) -> Request:
    """The request with the helper's public contact, where both have said yes."""
    return _changed(request, invitation_id, lambda one: _settled(replace(one, contact=contact)))


def close(request: Request, what_helped: str, helped_by: Sequence[UUID]) -> Request | Refused:
    """The request, closed for good; offers that wait for an answer are not taken."""
    words = tidy_lines(what_helped)
    strangers = set(helped_by) - {one.id for one in request.invitations}
    wrong = (
        *refusals.about_a_text("what_helped", words, refusals.MAX_TEXT),
        *refusals.about_who_helped(helped_by, strangers),
    )
    if wrong:
        return Refused(wrong)
    closed = {"state": RequestState.CLOSED, "what_helped": words}
    settled = tuple(
        replace(_answered(one, OfferVerdict.NOT_TAKEN), has_helped=one.id in helped_by)
        for one in request.invitations
    )
    return replace(request, view=request.view.model_copy(update=closed), invitations=settled)


def answers_given(before: Request | None, after: Request) -> Iterator[tuple[Invitation, Answer]]:
    """Each answer that was not given before."""
    known = {one.id: one.answer for one in before.invitations} if before else {}
    for one in after.invitations:
        if one.answer and one.answer != known.get(one.id):
            yield one, one.answer


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
        InvitationView(id=one.id, organisation_id=one.organisation_id, helper=one.helper)
        for one in invitations
    )
    view = request.view.model_copy(update={"invitations": public})
    return replace(request, view=view, invitations=invitations)


def _changed(
    request: Request, invitation_id: UUID, change: Callable[[Invitation], Invitation]
) -> Request:
    invitations = tuple(
        change(one) if one.id == invitation_id else one for one in request.invitations
    )
    return replace(request, invitations=invitations)


def _answered(one: Invitation, verdict: OfferVerdict) -> Invitation:
    if one.offer is None or one.state is not InvitationState.OFFERED:
        return one
    return replace(one, answer=Answer(one.offer.revision, verdict))


def _settled(one: Invitation) -> Invitation:
    """Without a contact, unless both have said yes."""
    return one if one.is_accepted else replace(one, contact=None)
