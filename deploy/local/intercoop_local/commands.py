"""The commands of `intercoop`."""

import logging

import click
import structlog

from intercoop_chassis.settings import SettingsError
from intercoop_local.console import Report
from intercoop_local.home import default_home
from intercoop_local.issuer import Issuer, Persona
from intercoop_local.network import read_network
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.ports import LOOPBACK
from intercoop_local.remote import order, show_status
from intercoop_local.services import serve as serve_services
from intercoop_local.stack import Ports
from intercoop_local.up import up as run_up


@click.group(help="Intercoop on this machine.")
def intercoop() -> None:
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet)  # a person reads; `serve` configures its own


@intercoop.command(help="Start the network, and stay until Ctrl-C.")
@click.option("--network", "wanted", help="Owners, separated by commas, or: all.")
def up(wanted: str | None) -> None:
    network = read_network()
    try:
        owners = network.choose(wanted)
    except PlatformError as error:
        raise click.ClickException(str(error)) from error
    run_up(default_home(), network, owners)


@intercoop.command(help="Run the services of one instance, with settings from the environment.")
def serve() -> None:
    try:
        serve_services()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@intercoop.command(help="Print a token of OWNER's made-up person with this role.")
@click.argument("owner")
@click.argument("role", type=click.Choice([one.value for one in Persona]))
def token(owner: str, role: str) -> None:
    try:
        read_network().owner(owner)
    except PlatformError as error:
        raise click.ClickException(str(error)) from error
    issuer = Issuer(default_home().issuer_key, f"http://{LOOPBACK}:{Ports.usual().console}")
    click.echo(issuer.token(owner, Persona(role)))


@intercoop.command(help="Start OWNER's instance in the running network.")
@click.argument("owner")
def join(owner: str) -> None:
    click.echo(order(default_home(), "POST", f"/join/{owner}").json())


@intercoop.command(help="Stop OWNER's instance; its data stays.")
@click.argument("owner")
def stop(owner: str) -> None:
    click.echo(order(default_home(), "POST", f"/stop/{owner}").json())


@intercoop.command(help="Show what runs, and what is not well.")
def status() -> None:
    show_status(Report.model_validate(order(default_home(), "GET", "/status").json()))


@intercoop.command(help="Play the main job, with crashes in between, and judge what was seen.")
def story() -> None:
    from intercoop_local.story.play import play  # noqa: PLC0415  the story brings its own parts

    raise SystemExit(play(default_home()))
