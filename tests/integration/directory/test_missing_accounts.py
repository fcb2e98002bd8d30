"""After an upgrade, people who were registered before accounts were published get theirs."""

from datetime import UTC, datetime
from uuid import UUID

import httpx

from intercoop_directory.accounts.handlers.backfill import publish_missing_accounts
from testkit.directory_service import DirectoryService
from testkit.ids import new_id
from testkit.registered_people import CAMILLE, manages, organisation, registered, standing

ACCOUNTS = "SELECT count(*) FROM published WHERE topic LIKE '%.accounts.%'"
AS_BEFORE = "DELETE FROM published WHERE topic LIKE '%.accounts.%'"
ELSEWHERE = """
INSERT INTO mandates (person_id, organisation_id, role, since) VALUES ($1, $2, 'manager', now())
"""


async def _published(home: DirectoryService, limit: int) -> int:
    return await home.db.command(lambda tx: publish_missing_accounts(limit, tx))


async def _count(home: DirectoryService) -> int:
    async with home.db.read() as tx:
        return int(await tx.fetchval(ACCOUNTS))


async def test_those_who_may_do_something_are_published_a_few_at_a_time_and_once(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    atelier = await organisation(staff)
    people = [await registered(staff, manages(atelier)) for _ in range(3)]
    nobody, neighbours = [await registered(staff, CAMILLE) for _ in range(2)]
    async with home.db.transaction() as tx:
        await tx.execute(ELSEWHERE, neighbours, new_id("auvergne"))
        await tx.execute(AS_BEFORE)
    assert await standing(home, people[0]) is None

    taken = [await _published(home, 2) for _ in range(3)]

    assert taken == [2, 1, 0]
    assert await _count(home) == 3
    for person in people:
        known = await standing(home, person, datetime.now(UTC))
        assert known is not None
        assert known.acts_for == {UUID(atelier)}
    assert await standing(home, nobody) is None
    assert await standing(home, neighbours) is None


async def test_an_account_that_is_there_is_not_published_again(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    await registered(staff, manages(await organisation(staff)))
    before = await home.versions()

    assert await _published(home, 10) == 0
    assert await home.versions() == before
