"""The command `reconcile`: what a restored database lacks, and how it is followed again."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import click

from intercoop_chassis.kafka import KafkaError
from intercoop_chassis.operating.reconcile import (
    CannotReconcileError,
    Difference,
    Missing,
    compare,
    reconcile,
)
from intercoop_chassis.postgres import PostgresError
from intercoop_chassis.relay.ahead import Newer
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.sealing import keyring_at

_SHOWN: Final = 10

_PARTS: Final = (
    ("older", "older here than others know them: they are published again as they are here"),
    ("erased", "erased since: they stay erased for others; erase them here as well"),
    ("missing", "known to others and missing here"),
)


def reconcile_command(
    service: Service, settings_for: Callable[[Service], Settings]
) -> click.Command:
    """The command, for a service's command line."""

    @click.command(name="reconcile")
    @click.option("--apply", "applies", is_flag=True, help="Do it; without it, only show.")
    @click.option(
        "--missing",
        type=click.Choice([choice.value for choice in Missing]),
        help="What is known to others and missing here: stay as they know it, or end.",
    )
    def command(*, applies: bool, missing: str | None) -> None:
        """Bring a database that was restored from a backup above what others know of it."""
        settings = settings_for(service)
        messages = Messages.of(service, settings, keyring_at(settings.sealing_keys_file))
        try:
            difference = asyncio.run(compare(settings, service.name, messages))
            _show(difference)
            if not applies:
                click.echo("Nothing was changed; with --apply it is done.")
                return
            if difference.missing and missing is None:
                raise click.UsageError(
                    f"{len(difference.missing)} entities are missing here: say --missing keep or "
                    "--missing end. Nothing was changed."
                )
            chosen = Missing(missing or Missing.KEEP)
            asyncio.run(reconcile(settings, service.name, messages, chosen))
        except (CannotReconcileError, KafkaError, OSError, PostgresError) as error:
            raise click.ClickException(f"{str(error) or type(error).__name__}") from error
        click.echo("Done: the relay goes on by itself.")

    return command


def _show(difference: Difference) -> None:
    for name, words in _PARTS:
        some: Sequence[Newer] = getattr(difference, name)
        click.echo(f"{len(some)} entities are {words}")
        for newer in some[:_SHOWN]:
            versions = (
                f"version {newer.envelope.sequence} there, {newer.published or 'nothing'} here"
            )
            click.echo(f"  {newer.topic} {newer.envelope.subject}: {versions}")
        if len(some) > _SHOWN:
            click.echo(f"  and {len(some) - _SHOWN} more")
