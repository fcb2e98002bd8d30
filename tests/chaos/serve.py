"""A process of an instance: some roles of its services, with a fault planted in them if asked."""

import os
from datetime import UTC, datetime, timedelta

import click
from time_machine import travel

from intercoop_chassis.runner import Role
from intercoop_local.services import NAMES, serve as serve_services


@click.command()
@click.option("--plant")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]))
@click.argument("services", nargs=-1)
def serve(plant: str | None, roles: tuple[str, ...], services: tuple[str, ...]) -> None:
    if plant:
        from chaos.planted import PLANTED

        PLANTED[plant].plant()
    if off_s := int(os.environ.get("CHAOS_CLOCK", "0")):
        travel(datetime.now(UTC) + timedelta(seconds=off_s), tick=True).start()
    serve_services(services or NAMES, tuple(map(Role, roles)) or tuple(Role))


if __name__ == "__main__":
    serve()
