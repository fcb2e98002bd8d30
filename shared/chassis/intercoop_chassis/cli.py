"""A service's command line: its roles, and what an operator does by hand."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import click

from intercoop_chassis.auth.files import UnusableFileError
from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.limits.usage import recount
from intercoop_chassis.consumer.parking import parked
from intercoop_chassis.http.server import ListenError
from intercoop_chassis.log import configure_logging
from intercoop_chassis.operating.commands import parked_commands
from intercoop_chassis.operating.doctors_command import doctors_command
from intercoop_chassis.operating.reconcile_command import reconcile_command
from intercoop_chassis.operating.sign_in_commands import program_secret, signing_key
from intercoop_chassis.postgres import AtHome, Database, Transaction, is_transient
from intercoop_chassis.postgres.migrate import MigrationError, migrate
from intercoop_chassis.relay.republishing import republish
from intercoop_chassis.replay import UnknownStreamError, replay
from intercoop_chassis.runner import Instance, Role, run_until_signalled
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings, SettingsError, load_settings
from intercoop_chassis.wire.sealing import SealError

T = TypeVar("T")

_STATEMENT_S = 3600.0
"""What an operator asks for may concern everything there is."""


def command_line(service: Service) -> click.Group:
    """The service's command: `intercoop-<service> run`, one for each role, and the operator's."""
    group = click.Group(
        name=f"intercoop-{service.name}",
        help=f"The {service.name} service of an Intercoop instance. Settings: INTERCOOP_*.",
    )
    every_role = tuple(Role)
    group.add_command(_roles(service, "run", every_role, "Run every role in this process."))
    for role in Role:
        group.add_command(_roles(service, role.value, (role,), f"Run the role {role.value}."))
    for command in (
        _migrate(service),
        _in_transaction(service, "republish", republish, "Send everything published again."),
        _in_transaction(service, "resync", _resync, "Read all topics again from the beginning."),
        _in_transaction(service, "recount", recount, "Count anew what other owners have here."),
        _in_transaction(service, "retry", parked.retry_all, "Retry every parked change now."),
        _replay(service),
        reconcile_command(service, settings_for),
        doctors_command(service, settings_for),
        parked_commands(service, with_database, settings_for),
        signing_key,
        program_secret,
        *service.commands,
    ):
        group.add_command(command)
    return group


def settings_for(service: Service) -> Settings:
    """Load a service's settings for a command; ends it with every wrong one named."""
    return _loaded(service.name, service.settings)


def _loaded(service: str, kind: type[Settings]) -> Settings:
    try:
        settings = load_settings(service, kind)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    configure_logging(settings)
    return settings


def with_database(
    service: str,
    work: Callable[[Database], Awaitable[T]],
    kind: type[Settings] = Settings,
) -> T:
    """Run a command's work with the service's database; a fault ends it in one sentence.

    `kind` is the class of the service's settings, where that is its own.
    """
    settings = _loaded(service, kind)

    async def main() -> T:
        dsn = settings.database.get_secret_value()
        db = Database(dsn, home=AtHome(settings.owner), statement_s=_STATEMENT_S)
        try:
            return await work(db)
        finally:
            await db.close()

    try:
        return asyncio.run(main())
    except Exception as error:
        _say_if_unusable(error)
        raise


def _say_if_unusable(error: Exception) -> None:
    """End the command in a sentence when the database cannot be used; all else stays loud."""
    if is_transient(error):
        raise click.ClickException(f"the database cannot be used: {error}") from error


def _roles(service: Service, name: str, roles: Sequence[Role], text: str) -> click.Command:
    @click.command(name=name, help=f"{text} More roles may follow.")
    @click.argument("more", nargs=-1, type=click.Choice([role.value for role in Role]))
    def command(more: tuple[str, ...]) -> None:
        settings = settings_for(service)
        wanted = tuple(dict.fromkeys((*roles, *(Role(name) for name in more))))
        try:
            run_until_signalled([Instance(service, settings)], wanted)
        except (ListenError, SealError, SettingsError, UnusableFileError) as error:
            raise click.ClickException(str(error)) from error

    return command


def _migrate(service: Service) -> click.Command:
    @click.command(name="migrate", help="Bring the database's tables up to this version.")
    def command() -> None:
        settings = settings_for(service)
        try:
            done = asyncio.run(
                migrate(settings.database.get_secret_value(), service.migration_sets)
            )
        except (MigrationError, OSError) as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            _say_if_unusable(error)
            raise
        click.echo(f"{len(done)} migrations applied")

    return command


def _in_transaction(
    service: Service, name: str, work: Callable[[Transaction], Awaitable[int]], text: str
) -> click.Command:
    @click.command(name=name, help=text)
    def command() -> None:
        count = with_database(service.name, lambda db: db.command(work), service.settings)
        click.echo(f"{name}: {count}")

    return command


def _replay(service: Service) -> click.Command:
    @click.command(name="replay", help="Rebuild what is projected from STREAM, without Kafka.")
    @click.argument("stream")
    def command(stream: str) -> None:
        try:
            count = with_database(
                service.name,
                lambda db: replay(db, service.subscribers, stream),
                service.settings,
            )
        except UnknownStreamError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{count} states projected")

    return command


async def _resync(tx: Transaction) -> int:
    return await offsets.resync(tx)
