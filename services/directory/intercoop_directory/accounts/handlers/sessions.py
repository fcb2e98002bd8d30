"""Ends people's sessions: by themselves, one or all others, and by staff."""

from collections.abc import Sequence
from uuid import UUID

from intercoop_chassis.errors import NotFoundError
from intercoop_chassis.postgres import Transaction
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import person_view
from intercoop_directory.people.handlers import no_such_person
from intercoop_directory.standings import handlers as standings, store
from intercoop_directory.standings.domain.sessions import Session
from intercoop_directory.standings.handlers import Holder


async def open_sessions(person_id: UUID, tx: Transaction) -> Sequence[Session]:
    """A person's sessions that go on, the newest first."""
    known = await store.get_sessions(person_id, tx)
    return known.open[::-1]


async def end_own_session(person_id: UUID, session_id: UUID, tx: Transaction) -> None:
    """End the session that somebody is in. One that nobody listed ends with all others."""
    holder = await _holder(person_id, tx)
    if holder is None:
        return  # erased meanwhile, and their sessions with them
    try:
        await standings.end_session(holder, session_id, tx)
    except NotFoundError:
        await standings.end_all_sessions(holder, tx)


async def end_listed_session(person_id: UUID, session_id: UUID, tx: Transaction) -> None:
    """End one of the sessions that somebody is shown. Raises `NotFoundError`."""
    await standings.end_session(await _known_holder(person_id, tx), session_id, tx)


async def end_other_sessions(person_id: UUID, kept: UUID | None, tx: Transaction) -> Sequence[UUID]:
    """End all of a person's open sessions but one; returns which. Raises `NotFoundError`."""
    holder = await _known_holder(person_id, tx)
    others = [each.id for each in await open_sessions(person_id, tx) if each.id != kept]
    await standings.end_some_sessions(holder, others, tx)
    return others


async def end_sessions_of(person_id: UUID, tx: Transaction) -> Sequence[UUID]:
    """End all sessions of a person, as staff does; returns those listed. Raises `NotFoundError`."""
    holder = await _known_holder(person_id, tx)
    ended = [each.id for each in await open_sessions(person_id, tx)]
    await standings.end_all_sessions(holder, tx)
    return ended


async def _known_holder(person_id: UUID, tx: Transaction) -> Holder:
    holder = await _holder(person_id, tx)
    if holder is None:
        raise no_such_person()
    return holder


async def _holder(person_id: UUID, tx: Transaction) -> Holder | None:
    person = await people.lock(person_id, tx)
    return Holder(person_id, person_view(person.record).mandates) if person else None
