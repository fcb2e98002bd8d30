"""The directory, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_contracts.directory import ORGANISATIONS, PEOPLE
from intercoop_directory.api import routes
from intercoop_directory.cli import COMMANDS
from intercoop_directory.subscribers import SUBSCRIBERS

SERVICE = Service(
    name="directory",
    migrations=Path(__file__).parent / "migrations",
    publishes=[ORGANISATIONS, PEOPLE],
    subscribers=SUBSCRIBERS,
    routes=[routes],
    commands=COMMANDS,
)
main = command_line(SERVICE)
