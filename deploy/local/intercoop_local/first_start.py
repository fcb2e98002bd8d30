"""What a new instance begins with: made-up records of each service, and made-up people."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from intercoop_chassis.clock import day_in_france
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_directory.accounts.gateways.personas import written_personas
from intercoop_directory.imports.handlers.sheets import import_sheet, read_sheet
from intercoop_directory.main import SERVICE as DIRECTORY
from intercoop_directory.setup.domain.presentation import Identity
from intercoop_directory.setup.domain.steps import Step
from intercoop_directory.setup.handlers.presentation import pass_step, save_identity
from intercoop_events.main import SERVICE as EVENTS
from intercoop_events.meetings.domain.meeting import MeetingDraft
from intercoop_events.meetings.handlers.schedule import schedule
from intercoop_local.instances import Instance
from intercoop_local.made_up.guests import coming
from intercoop_local.made_up.meetings import sample_meetings
from intercoop_local.made_up.people import make_managers, make_people
from intercoop_local.network import Network
from intercoop_local.platform.errors import PlatformError
from intercoop_local.spreadsheets import as_csv, rows

SAMPLES = 60
"""Sample co-operatives of an owner with a territory."""

Beginning = Callable[[Instance, Network], Awaitable[None]]


async def cooperatives(instance: Instance, network: Network) -> None:
    """Sample co-operatives where the owner has a territory."""
    if not instance.owner.departements:
        return
    spreadsheet = as_csv(rows(network, instance.owner, SAMPLES)).encode("cp1252")
    db = instance.database(DIRECTORY)
    try:
        imported = await db.command(lambda tx: import_sheet(read_sheet(spreadsheet), tx))
    finally:
        await db.close()
    if imported.refused:
        raise PlatformError(f"{imported.refused} samples were refused: {imported.errors[0]}")


async def meetings(instance: Instance, _: Network) -> None:
    """Sample meetings in those of the weeks to come that have none."""
    now, owner = datetime.now(UTC), instance.owner
    db = instance.database(EVENTS)
    try:
        days = {day_in_france(each.view.starts) for each in await coming(db, owner.slug, now)}
        drafts = list(sample_meetings(owner, now, but=days))
        await db.command(partial(_scheduled, drafts, now))
    finally:
        await db.close()


async def _scheduled(drafts: Sequence[MeetingDraft], now: datetime, tx: Transaction) -> None:
    for draft in drafts:
        made = await schedule(draft, tx.new_id(), tx, now=now)
        if isinstance(made, Refused):
            raise PlatformError(f"A sample meeting was refused: {made.refusals[0]}")


async def people(instance: Instance, network: Network) -> None:
    """The made-up people whom anybody may be here, as its file of them says."""
    db = instance.database(DIRECTORY)
    try:
        personas = await db.command(lambda tx: make_people(instance.owner, network, tx))
        await db.command(lambda tx: make_managers(instance.owner, network, SAMPLES, tx))
    finally:
        await db.close()
    written_personas(instance.personas, personas)


async def presentation(instance: Instance, _: Network) -> None:
    """The owner's name on its pages, as if somebody had gone through the first run."""
    db, name = instance.database(DIRECTORY), instance.owner.name
    try:
        await db.command(lambda tx: save_identity(Identity(name), 0, name, tx))
        for step in Step:
            await db.command(partial(pass_step, step, name))
    finally:
        await db.close()


BEGINNINGS: Mapping[str, Mapping[str, Beginning]] = {
    "directory": {"directory": cooperatives, "people": people, "presentation": presentation},
}
"""By the service that they need, in their order; each has a name of its own."""

RENEWED: Mapping[str, Beginning] = {"events": meetings}
"""What every start looks after, by the service that it needs."""


async def first_start(instance: Instance, network: Network) -> None:
    """Begin everything that has not begun, once each, also when it was interrupted; renew dates."""
    for service in instance.services:
        for name, begin in BEGINNINGS.get(service, {}).items():
            begun = instance.folder / f"{name}.begun"
            if not begun.exists():
                await begin(instance, network)
                begun.touch()
        if service in RENEWED:
            await RENEWED[service](instance, network)
