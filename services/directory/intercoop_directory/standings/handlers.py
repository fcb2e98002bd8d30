"""Says what people may do here: after a change of their mandates, and of their sessions."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intercoop_chassis.errors import ConflictError, NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_contracts.directory import (
    ACCOUNTS,
    ContactKind,
    Kind,
    MandateView,
    PersonView,
)
from intercoop_directory.organisations.domain.organisation import OrganisationRecord
from intercoop_directory.organisations.handlers import OrganisationDraft, register
from intercoop_directory.standings import store
from intercoop_directory.standings.domain.account import NOTHING, account_view
from intercoop_directory.standings.domain.rights import Instance
from intercoop_directory.standings.domain.sessions import (
    MAX_DEVICE,
    Session,
    Sessions,
    SignInWay,
    add_session,
    end_all,
    end_sessions,
)

_NEVER_SIGNED_IN: Final = Sessions()


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose sessions they are, with the mandates of today. Lock the person before."""

    person_id: UUID
    mandates: Sequence[MandateView]


async def instance(tx: Transaction) -> Instance:
    """Whose instance this is, and its own organisation once that is known."""
    return Instance(tx.owner, await store.own_organisation(tx))


async def make_own_organisation(name: str, tx: Transaction) -> UUID:
    """The instance's own organisation, registered as a union where there is none yet.

    Of two that are first at once, the second finds the first one's. Raises `ConflictError` for a
    name that no organisation can have.
    """
    known = await store.lock_own_organisation(tx)
    if known is not None:
        return known
    draft = OrganisationDraft(OrganisationRecord(name, kind=Kind.UNION))
    made = await register(draft, tx.new_id(), tx)
    if isinstance(made, Refused):
        raise ConflictError(f"{name!r} cannot be an organisation's name: choose another")
    await store.set_own_organisation(made.id, tx)
    return made.id


async def follow_person(
    person_id: UUID, before: PersonView | None, after: PersonView, tx: Transaction
) -> None:
    """Say what a person may do now. An address that is theirs no more ends their sessions."""
    if before is not None:
        await _forget_addresses(person_id, after, tx)
    own, now = await instance(tx), tx.now
    had = before.mandates if before else ()
    was_something = account_view(had, own, _NEVER_SIGNED_IN, now) != NOTHING
    view = account_view(after.mandates, own, await store.get_sessions(person_id, tx), now)
    if was_something or view != NOTHING:
        tx.publish(ACCOUNTS, person_id, view, event_type="account-changed")


async def open_session(holder: Holder, way: SignInWay, device: str, tx: Transaction) -> Session:
    """Open a session; its id says when, and is what a token of it calls `sid`."""
    session = Session(tx.new_id(), tx.now, way, device[:MAX_DEVICE])
    await _change(holder, lambda sessions, now: add_session(sessions, session, now), tx)
    return session


async def end_session(holder: Holder, session_id: UUID, tx: Transaction) -> None:
    """End one of a person's sessions; one that has ended stays so. Raises `NotFoundError`."""
    known = await store.get_sessions(holder.person_id, tx)
    if all(session.id != session_id for session in known.listed):
        raise NotFoundError("This person has no such session: list them to find the right one")
    await _change(holder, lambda sessions, now: end_sessions(sessions, [session_id], now), tx)


async def end_some_sessions(holder: Holder, ids: Sequence[UUID], tx: Transaction) -> None:
    """End these of a person's sessions; of others than theirs nothing is changed."""
    await _change(holder, lambda sessions, now: end_sessions(sessions, ids, now), tx)


async def end_all_sessions(holder: Holder, tx: Transaction) -> None:
    """End all of a person's sessions, those that nobody has listed too."""
    await _change(holder, end_all, tx)


async def trust_addresses(holder: Holder, kept: Collection[str], tx: Transaction) -> None:
    """Of the addresses that a person has verified these alone count on, in lower case.

    Where another one goes, all sessions and what a provider was linked by go with it.
    """
    if await store.verified_addresses(holder.person_id, tx) <= set(kept):
        return
    await store.keep_verified(holder.person_id, kept, tx)
    await end_all_sessions(holder, tx)


async def _change(
    holder: Holder, decide: Callable[[Sessions, datetime], Sessions], tx: Transaction
) -> None:
    before = await store.lock_sessions(holder.person_id, tx)
    after = decide(before, tx.now)
    await store.save_sessions(holder.person_id, before, after, tx)
    view = account_view(holder.mandates, await instance(tx), after, tx.now)
    tx.publish(ACCOUNTS, holder.person_id, view, event_type="account-changed")


async def _forget_addresses(person_id: UUID, after: PersonView, tx: Transaction) -> None:
    kept = {
        point.value.lower() for point in after.contact_points if point.kind is ContactKind.EMAIL
    }
    await trust_addresses(Holder(person_id, after.mandates), kept, tx)
