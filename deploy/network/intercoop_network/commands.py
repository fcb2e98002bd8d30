"""`intercoop-network plan` and `apply`."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from intercoop_network.errors import NetworkError
from intercoop_network.file import read_file
from intercoop_network.steps import Orders, Plan
from intercoop_network.words import lines

if TYPE_CHECKING:
    from intercoop_network.applying import Operation

Command = Callable[..., None]

_SECURITIES = ("PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL", "SSL")

_OPTIONS = (
    click.argument("file", type=click.Path(path_type=Path)),
    click.option("--kafka", envvar="INTERCOOP_KAFKA", required=True, help="host:port, …"),
    click.option(
        "--security",
        envvar="INTERCOOP_KAFKA_SECURITY",
        type=click.Choice(_SECURITIES),
        default="SASL_SSL",
        show_default=True,
    ),
    click.option("--user", envvar="INTERCOOP_KAFKA_USER", help="The operator, a super user."),
    click.option(
        "--password-file",
        envvar="INTERCOOP_KAFKA_PASSWORD_FILE",
        type=click.Path(path_type=Path),
        help="Holds the operator's password; or INTERCOOP_KAFKA_PASSWORD does.",
    ),
    click.option(
        "--ca-file",
        envvar="INTERCOOP_KAFKA_CA_FILE",
        type=click.Path(path_type=Path),
        help="The authority of the brokers' certificates.",
    ),
    click.option(
        "--passwords",
        envvar="INTERCOOP_NETWORK_PASSWORDS",
        default="passwords",
        show_default=True,
        type=click.Path(path_type=Path),
        help="The folder with a password file for each owner.",
    ),
    click.option("--delete", multiple=True, metavar="TOPIC", help="Delete this topic."),
    click.option("--revoke", multiple=True, metavar="OWNER", help="Shut this owner out."),
    click.option("--restore", multiple=True, metavar="OWNER", help="Let it in again."),
    click.option(
        "--new-password", multiple=True, metavar="OWNER", help="Make a new password for it."
    ),
)


@click.group(help="Bring a cluster of Apache Kafka to what a network's file says.")
def network() -> None:
    pass


def _asking(command: Command) -> Command:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@network.command(name="plan", help="Show what would change, and change nothing.")
@_asking
def plan_network(**asked: Any) -> None:  # noqa: ANN401  click's options are of many types
    _carry_out(asked, lambda operation, orders: operation.plan(orders), say=True)


@network.command(name="apply", help="Show what changes, and change it.")
@_asking
def apply_network(**asked: Any) -> None:  # noqa: ANN401  as above
    planned = _carry_out(asked, lambda operation, orders: operation.apply(orders, click.echo))
    if planned.steps:
        click.echo("Done.")
    if planned.refused:
        raise click.ClickException("something was not done: see above")


def _carry_out(
    asked: dict[str, Any],  # Any: as above
    do: Callable[["Operation", Orders], Plan],
    *,
    say: bool = False,
) -> Plan:
    try:
        planned = do(_operation(asked), _orders(asked))
    except NetworkError as error:
        raise click.ClickException(str(error)) from error
    for line in lines(planned) if say else ():
        click.echo(line)
    return planned


def _orders(asked: dict[str, Any]) -> Orders:  # Any: as above
    names = ("delete", "revoke", "restore", "new_password")
    return Orders(**{name: frozenset(asked[name]) for name in names})


def _operation(asked: dict[str, Any]) -> "Operation":  # Any: as above
    # The client is loaded by who asks for it, not by every process that has this command.
    from intercoop_network.applying import Operation  # noqa: PLC0415
    from intercoop_network.connection import Connection, Secret  # noqa: PLC0415
    from intercoop_network.passwords import Passwords  # noqa: PLC0415
    from intercoop_network.wanted import wanted  # noqa: PLC0415

    password = Secret(_password(asked))
    connection = Connection(
        asked["kafka"], asked["security"], asked["user"], password, asked["ca_file"]
    )
    passwords = Passwords(asked["passwords"], os.environ)
    return Operation(wanted(read_file(asked["file"])), connection, passwords)


def _password(asked: dict[str, Any]) -> str:  # Any: as above
    path, plain = asked["password_file"], os.environ.get("INTERCOOP_KAFKA_PASSWORD", "")
    if not asked["security"].startswith("SASL"):
        return ""
    if not asked["user"] or not (path or plain):
        raise NetworkError(
            "SASL needs the operator's name (--user) and password (--password-file, or "
            "INTERCOOP_KAFKA_PASSWORD). Nothing was changed."
        )
    try:
        return str(path.read_text(encoding="utf-8").strip()) if path else plain
    except OSError as error:
        raise NetworkError(f"{path} cannot be read: {error}. Nothing was changed.") from error
