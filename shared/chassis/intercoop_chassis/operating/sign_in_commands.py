"""`signing-key` and `program-secret`: an operator's commands for sign-in."""

from pathlib import Path

import click

from intercoop_chassis.auth.files import UnusableFileError
from intercoop_chassis.auth.programs import new_secret
from intercoop_chassis.auth.signing_keys import create_signing_key_file


@click.command("signing-key")
@click.argument("file", type=click.Path(path_type=Path))
def signing_key(file: Path) -> None:
    """Make FILE with a new key that signs tokens; it must not be there yet."""
    try:
        create_signing_key_file(file)
    except UnusableFileError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: give it to every process of the instance as INTERCOOP_SIGNING_KEYS_FILE")


@click.command("program-secret")
def program_secret() -> None:
    """Print a new secret for a program, and its hash for INTERCOOP_PROGRAMS_FILE."""
    secret, hashed = new_secret()
    click.echo(f"for the program, shown this once: {secret}")
    click.echo(f'for the file: secrets = ["{hashed}"]')
