"""What a new instance begins with: the communes, and made-up co-operatives marked as such."""

from intercoop_directory.handlers.communes import load, shipped
from intercoop_directory.handlers.imports import import_sheet, read_sheet
from intercoop_local.instances import Instance
from intercoop_local.network import Network
from intercoop_local.platform.errors import PlatformError
from intercoop_local.spreadsheets import as_csv, rows

SAMPLES = 12


async def load_communes(instance: Instance) -> None:
    """The communes of France, as the directory ships them."""
    db = instance.database("directory")
    try:
        await db.command(lambda tx: load(shipped("communes.csv"), tx))
    finally:
        await db.close()


async def first_start(instance: Instance, network: Network) -> None:
    """The communes, and a dozen sample co-operatives where the owner has a territory."""
    await load_communes(instance)
    if not instance.owner.departements:
        return
    spreadsheet = as_csv(rows(network, instance.owner, SAMPLES)).encode("cp1252")
    db = instance.database("directory")
    try:
        imported = await db.command(lambda tx: import_sheet(read_sheet(spreadsheet), tx))
    finally:
        await db.close()
    if imported.refused:
        raise PlatformError(f"{imported.refused} samples were refused: {imported.errors[0]}")
