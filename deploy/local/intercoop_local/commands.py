"""The commands of `intercoop`."""

import logging

import click
import structlog

from intercoop_chassis.auth import Role
from intercoop_chassis.auth.files import UnusableFileError
from intercoop_chassis.settings import SettingsError
from intercoop_local.home import default_home
from intercoop_local.issuer import ROLES, Issuer
from intercoop_local.network import read_network
from intercoop_local.platform.errors import PlatformError
from intercoop_local.remote import order, show_mail, show_mails, show_status
from intercoop_local.report import Report
from intercoop_local.services import GROUPINGS, NAMES, Shape, serve as serve_services
from intercoop_network.commands import network

_PROCESSES = click.option(
    "--processes",
    type=click.Choice(list(GROUPINGS)),
    default="together",
    show_default=True,
    help="All services of an instance in one process, or each in its own.",
)


FIRST_OF_THE_EMPTY = "midi-pyrenees"
"""Whose instance is started empty where nobody is named."""

_LOCKED = click.option(
    "--locked",
    is_flag=True,
    help="Each instance connects to Apache Kafka with a password, and does only what it may.",
)


@click.group(help="Intercoop on this machine.")
def intercoop() -> None:
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)  # a person reads; `serve` configures its own


@intercoop.command(help="Start the network, and stay until Ctrl-C.")
@click.option("--network", "wanted", help="Owners, separated by commas, or: all.")
@click.option(
    "--empty", is_flag=True, help="One instance, without anything made up: the first run."
)
@_PROCESSES
@_LOCKED
def up(wanted: str | None, processes: str, *, locked: bool, empty: bool) -> None:
    from intercoop_local.up import up as run_up  # noqa: PLC0415  no service's process starts others

    network = read_network()
    try:
        owners = network.choose(wanted or (FIRST_OF_THE_EMPTY if empty else None))
    except PlatformError as error:
        raise click.ClickException(str(error)) from error
    if empty and len(owners) > 1:
        raise click.ClickException("An empty network has one instance: name one owner")
    home = default_home().empty() if empty else default_home()
    run_up(home, network, owners, Shape(GROUPINGS[processes], locked, empty))


@intercoop.command(
    help="Run SERVICES of one instance, all by default, with settings from the environment."
)
@click.argument("services", nargs=-1, type=click.Choice(NAMES))
def serve(services: tuple[str, ...]) -> None:
    try:
        serve_services(services or NAMES)
    except (SettingsError, UnusableFileError) as error:
        raise click.ClickException(str(error)) from error


@intercoop.command(
    help="Print a token for a program with this role at OWNER's instance, valid for an hour."
)
@click.argument("owner")
@click.argument("role", type=click.Choice([role.value for role in ROLES]))
def token(owner: str, role: str) -> None:
    network = read_network()
    try:
        network.owner(owner)
        issued = Issuer(default_home(), network.name).token(owner, Role(role))
    except (PlatformError, UnusableFileError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(issued)


@intercoop.command(help="Start OWNER's instance in the running network, or its SERVICE alone.")
@click.argument("owner")
@click.argument("service", required=False)
def join(owner: str, service: str | None) -> None:
    told = order(default_home(), "POST", f"/join/{owner}", {"service": service})
    click.echo(told.json())


@intercoop.command(help="Stop OWNER's instance, or its SERVICE alone; its data stays.")
@click.argument("owner")
@click.argument("service", required=False)
def stop(owner: str, service: str | None) -> None:
    told = order(default_home(), "POST", f"/stop/{owner}", {"service": service})
    click.echo(told.json())


@intercoop.command(help="Show what runs, and what is not well.")
def status() -> None:
    show_status(Report.model_validate(order(default_home(), "GET", "/status").json()))


@intercoop.group(invoke_without_command=True, help="Show the mails that the network sent.")
@click.option("--to", help="Only those delivered to this address.")
@click.pass_context
def mail(context: click.Context, to: str | None) -> None:
    if context.invoked_subcommand is None:
        show_mails(order(default_home(), "GET", "/mail", {"to": to}).json())


@mail.command(help="Show the mail with the number ID, or the newest.")
@click.argument("number", metavar="[ID]", type=int, required=False)
def show(number: int | None) -> None:
    show_mail(order(default_home(), "GET", f"/mail/{number or 'newest'}").json())


@intercoop.command(help="Play the main job, with crashes in between, and judge what was seen.")
@_PROCESSES
@_LOCKED
@click.option("--without", type=click.Choice(NAMES), help="Leave a service out, everywhere.")
@click.option("--kill", is_flag=True, help="Kill an instance at five moments, and ask again.")
@click.option("--only", multiple=True, help="Play this chapter alone; may be given again.")
def story(
    processes: str, without: str | None, only: tuple[str, ...], *, kill: bool, locked: bool
) -> None:
    from intercoop_local.story.play import play  # noqa: PLC0415  the story brings its own parts
    from intercoop_local.story.stage import Plan  # noqa: PLC0415
    from intercoop_local.story.telling import MOMENTS  # noqa: PLC0415

    kills = frozenset(MOMENTS if kill else ())
    plan = Plan(Shape(GROUPINGS[processes], locked), without, kills, only)
    raise SystemExit(play(default_home(), plan))


intercoop.add_command(network)
