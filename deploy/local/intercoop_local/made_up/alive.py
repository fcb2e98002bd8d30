"""What the samples say to each other once their instances run."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from intercoop_advice.main import SERVICE as ADVICE
from intercoop_chassis.errors import ConflictError
from intercoop_chassis.postgres import Database
from intercoop_directory.main import SERVICE as DIRECTORY
from intercoop_directory.organisations.store.own import id_of_siren
from intercoop_events.main import SERVICE as EVENTS
from intercoop_local.home import Home
from intercoop_local.instances import Instance
from intercoop_local.made_up.conversations import CONVERSATIONS, Askers, Who, hold
from intercoop_local.made_up.guests import come, managers
from intercoop_local.network import Network
from intercoop_local.spreadsheets import made_up_siren

_SPEAK: Final = 4
"""How many of an owner's samples say anything: those that have a name of their own."""


async def enliven(home: Home, network: Network, instances: Mapping[str, Instance]) -> None:
    """Let made-up people come to made-up meetings, and made-up co-operatives ask each other.

    Each start goes on where the last one ended. Raises `PlatformError` where something does not
    arrive.
    """
    now = datetime.now(UTC)
    for slug, instance in instances.items():
        if instance.owner.departements:
            async with _opened(instance) as (directory, events, _):
                await come(await managers(directory), events, slug, now)
    await _talk(home, network, instances, now)


async def _talk(
    home: Home, network: Network, instances: Mapping[str, Instance], now: datetime
) -> None:
    held = home.path / "conversations"
    titles = held.read_text().splitlines() if held.exists() else []
    async with AsyncExitStack() as stack:
        databases: dict[str, Database] = {}
        ids: dict[Who, UUID] = {}
        for slug, instance in instances.items():
            directory, _, advice = await stack.enter_async_context(_opened(instance))
            databases[slug] = advice
            ids |= await _ids(directory, slug, network.number(slug))
        everybody = Askers(databases, ids)
        for one in CONVERSATIONS:
            if one.draft.title not in titles and everybody.has(one):
                with suppress(ConflictError):  # somebody who tries it out was quicker
                    await hold(one, everybody, now)
                titles.append(one.draft.title)
                held.write_text("\n".join(titles))


async def _ids(directory: Database, slug: str, number: int) -> dict[Who, UUID]:
    async with directory.read() as tx:
        found = [
            ((slug, place), await id_of_siren(made_up_siren(number, place), tx))
            for place in range(1, _SPEAK + 1)
        ]
    return {who: each for who, each in found if each}


@asynccontextmanager
async def _opened(instance: Instance) -> AsyncIterator[tuple[Database, Database, Database]]:
    """The instance's databases of directory, events and advice."""
    opened = tuple(instance.database(each) for each in (DIRECTORY, EVENTS, ADVICE))
    directory, events, advice = opened
    try:
        yield directory, events, advice
    finally:
        for each in opened:
            await each.close()
