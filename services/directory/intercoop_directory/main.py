"""The directory, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.service import Service
from intercoop_contracts.directory import ACCOUNTS, ORGANISATIONS, PEOPLE, PRESENTATIONS
from intercoop_directory.cli import COMMANDS
from intercoop_directory.edges import CHECKS, JOBS, NAMES, PAGES, ROUTES
from intercoop_directory.organisations.subscribers import SUBSCRIBERS
from intercoop_directory.settings import DirectorySettings

SERVICE = Service(
    name="directory",
    migrations=Path(__file__).parent / "migrations",
    publishes=[ORGANISATIONS, PEOPLE, ACCOUNTS, PRESENTATIONS],
    subscribers=SUBSCRIBERS,
    routes=ROUTES,
    pages=PAGES,
    names=NAMES,
    jobs=JOBS,
    commands=COMMANDS,
    settings=DirectorySettings,
    checks=CHECKS,
)
main = command_line(SERVICE)
