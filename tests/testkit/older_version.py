"""Databases as a version before had them."""

import shutil
from pathlib import Path

from intercoop_chassis.postgres.migrate import MigrationSet


def migrations_before(migrations: MigrationSet, number: str, folder: Path) -> MigrationSet:
    """The migrations of a set before this one, e.g. `0004`, copied into an empty folder."""
    for path in migrations.files():
        if path.name < number:
            shutil.copy(path, folder)
    return MigrationSet(migrations.name, folder)
