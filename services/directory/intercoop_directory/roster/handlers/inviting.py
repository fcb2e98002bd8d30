"""Invites people to sign in, one or many; of who cannot be invited it is said why not."""

from collections.abc import Collection, Mapping
from uuid import UUID

from intercoop_chassis.clock import day_in_france
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_directory.invitations import store as invitations
from intercoop_directory.invitations.domain import DAY, MOST_A_DAY
from intercoop_directory.invitations.handlers import invite, own_address
from intercoop_directory.people import store as people
from intercoop_directory.people.domain import Person, person_view
from intercoop_directory.roster.domain.inviting import Invitee, Obstacle, Sent, may_come_in
from intercoop_directory.roster.domain.listed import AccountState
from intercoop_directory.roster.store.accounts import account_of
from intercoop_directory.standings import handlers as standings
from intercoop_directory.standings.domain.rights import Instance


async def look_at(ids: Collection[UUID], tx: Transaction) -> list[Invitee]:
    """These people, as far as they are known, in the order of their names."""
    instance = await standings.instance(tx)
    found = [await people.get(person_id, tx) for person_id in ids]
    looked_at = [await _invitee(person, instance, tx) for person in found if person is not None]
    return sorted(looked_at, key=lambda one: (one.name, one.person_id))


async def invite_many(chosen: Mapping[UUID, str], tx: Transaction) -> Sent:
    """Invite each by the address that was shown; nobody where it is another one meanwhile."""
    instance = await standings.instance(tx)
    to: list[UUID] = []
    not_to: list[UUID] = []
    for person_id, address in sorted(chosen.items()):  # two who invite wait in one order
        person = await people.lock(person_id, tx)
        one = await _invitee(person, instance, tx) if person else None
        may_be = one is not None and one.obstacle is None and one.address == address
        is_sent = may_be and not isinstance(await invite(person_id, tx), Refused)
        (to if is_sent else not_to).append(person_id)
    return Sent(tuple(to), tuple(not_to))


async def _invitee(person: Person, instance: Instance, tx: Transaction) -> Invitee:
    account = await account_of(person.id, tx)
    address = await own_address(person.record, tx)
    return Invitee(
        person.id,
        person.record.full_name,
        account.state,
        address,
        await _obstacle(person, account.state, address, instance, tx),
        account.invited_at,
        account.good_until,
    )


async def _obstacle(
    person: Person,
    state: AccountState,
    address: str | None,
    instance: Instance,
    tx: Transaction,
) -> Obstacle | None:
    if state is AccountState.ACTIVE:
        return Obstacle.ACTIVE
    mandates = person_view(person.record).mandates
    if not may_come_in(mandates, instance, day_in_france(tx.now)):
        return Obstacle.NO_MANDATE
    if address is None:
        return Obstacle.NO_ADDRESS
    is_too_often = await invitations.count_since(person.id, tx.now - DAY, tx) >= MOST_A_DAY
    return Obstacle.TOO_OFTEN if is_too_often else None
