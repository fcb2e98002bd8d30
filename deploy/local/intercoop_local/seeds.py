"""What every database of a service begins with, the same for all owners."""

from collections.abc import Awaitable, Callable, Mapping

from intercoop_chassis.postgres import Database
from intercoop_directory.communes.handlers import shipped
from intercoop_directory.organisations.handlers import load_communes

Seed = Callable[[Database], Awaitable[None]]


async def communes(db: Database) -> None:
    """The communes of France, as the directory ships them."""
    await db.command(lambda tx: load_communes(shipped("communes.csv"), tx))


SEEDS: Mapping[str, Seed] = {"directory": communes}
