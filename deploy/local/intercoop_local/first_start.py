"""What a new instance begins with: made-up records of each service, and made-up people."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from intercoop_chassis.postgres import Transaction
from intercoop_chassis.refusals import Refused
from intercoop_directory.accounts.gateways.personas import written_personas
from intercoop_directory.imports.handlers import import_sheet, read_sheet
from intercoop_directory.main import SERVICE as DIRECTORY
from intercoop_directory.setup.domain.presentation import Identity
from intercoop_directory.setup.domain.steps import Step
from intercoop_directory.setup.handlers.presentation import pass_step, save_identity
from intercoop_events.main import SERVICE as EVENTS
from intercoop_events.meetings.domain.meeting import MeetingDraft
from intercoop_events.meetings.handlers.schedule import schedule
from intercoop_local.instances import Instance
from intercoop_local.made_up_people import make_people
from intercoop_local.network import Network
from intercoop_local.platform.errors import PlatformError
from intercoop_local.samples import sample_meetings
from intercoop_local.spreadsheets import as_csv, rows

SAMPLES = 12

Beginning = Callable[[Instance, Network], Awaitable[None]]


async def cooperatives(instance: Instance, network: Network) -> None:
    """A dozen sample co-operatives where the owner has a territory."""
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
    """Sample meetings in the weeks to come."""
    now = datetime.now(UTC)
    db = instance.database(EVENTS)
    try:
        drafts = list(sample_meetings(instance.owner, now))
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
    "events": {"events": meetings},
}
"""By the service that they need, in their order; each has a name of its own."""


async def first_start(instance: Instance, network: Network) -> None:
    """Begin everything that has not begun; once each, also when it was interrupted."""
    for service in instance.services:
        for name, begin in BEGINNINGS.get(service, {}).items():
            begun = instance.folder / f"{name}.begun"
            if not begun.exists():
                await begin(instance, network)
                begun.touch()
