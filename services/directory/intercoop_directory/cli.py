"""What staff and operators do from the command line: load the communes, import a spreadsheet."""

from pathlib import Path
from typing import Final

import click

from intercoop_chassis.cli import with_database
from intercoop_chassis.errors import IntercoopError
from intercoop_chassis.postgres import Database
from intercoop_chassis.refusals import Sentence
from intercoop_directory.communes.handlers import shipped
from intercoop_directory.imports.domain.rows import RowError
from intercoop_directory.imports.handlers.sheets import Imported, import_sheet, read_sheet
from intercoop_directory.organisations.handlers import Loaded, load_communes

_SERVICE: Final = "directory"
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="communes", help="The communes that organisations are placed in.")
def communes() -> None:
    pass


@communes.command(name="load")
@click.argument("file", type=_FILE, required=False)
def load(file: Path | None) -> None:
    """Load the communes of FILE, or those that come with the service; again changes nothing."""
    try:
        text = file.read_text(encoding="utf-8") if file else shipped("communes.csv")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8 text: save it as UTF-8") from error

    async def work(db: Database) -> Loaded:
        return await db.command(lambda tx: load_communes(text, tx))

    try:
        loaded = with_database(_SERVICE, work)
    except IntercoopError as error:
        raise click.ClickException(error.detail) from error
    click.echo(
        f"{loaded.communes} communes, {loaded.changed} rows changed, "
        f"{loaded.refreshed} organisations follow"
    )


@click.command(name="import")
@click.argument("file", type=_FILE)
@click.option("--rejected", type=click.Path(dir_okay=False, path_type=Path), help="Write them to.")
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and change nothing.")
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True)
def import_file(file: Path, rejected: Path | None, language: str, *, dry_run: bool) -> None:
    """Import organisations from the CSV FILE; refused rows are shown with their remedy."""
    data = file.read_bytes()

    async def work(db: Database) -> Imported:
        sheet = read_sheet(data)
        return await db.command(lambda tx: import_sheet(sheet, tx, dry_run=dry_run))

    try:
        imported = with_database(_SERVICE, work)
    except IntercoopError as error:
        raise click.ClickException(error.detail) from error
    for refused in imported.errors:
        click.echo(_shown(refused, language), err=True)
    if rejected and imported.rejected_csv:
        rejected.write_text(imported.rejected_csv, encoding="utf-8", newline="")
    click.echo(_COUNTS[language].format(imported=imported))
    click.echo(_ENCODING[language].format(imported=imported))


_COUNTS: Final = {
    "fr": "{imported.rows} lignes : {imported.created} créées, {imported.changed} modifiées, "
    "{imported.unchanged} inchangées, {imported.refused} refusées",
    "en": "{imported.rows} rows: {imported.created} created, {imported.changed} changed, "
    "{imported.unchanged} unchanged, {imported.refused} refused",
}

_ENCODING: Final = {
    "fr": "fichier lu en {imported.encoding}",
    "en": "file read as {imported.encoding}",
}


def _shown(error: RowError, language: str) -> str:
    def said(sentence: Sentence) -> str:
        return sentence.fr if language == "fr" else sentence.en

    row = "ligne" if language == "fr" else "row"
    return (
        f"{row} {error.row}, {error.column} « {error.value} » {said(error.reason)}. "
        f"{said(error.remedy)}."
    )


COMMANDS: Final = (communes, import_file)
