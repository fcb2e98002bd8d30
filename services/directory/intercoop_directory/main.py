"""The directory, assembled."""

from pathlib import Path

from intercoop_chassis.cli import command_line
from intercoop_chassis.mail import mail_server
from intercoop_chassis.service import Service
from intercoop_contracts.directory import ACCOUNTS, ORGANISATIONS, PEOPLE
from intercoop_directory.accounts import jobs
from intercoop_directory.cli import COMMANDS
from intercoop_directory.communes import api as communes
from intercoop_directory.imports import api as imports
from intercoop_directory.organisations import api as organisations
from intercoop_directory.organisations.pages import pages
from intercoop_directory.organisations.subscribers import SUBSCRIBERS
from intercoop_directory.people import api as people
from intercoop_directory.settings import DirectorySettings
from intercoop_directory.trades import api as trades

SERVICE = Service(
    name="directory",
    migrations=Path(__file__).parent / "migrations",
    publishes=[ORGANISATIONS, PEOPLE, ACCOUNTS],
    subscribers=SUBSCRIBERS,
    routes=[organisations.routes, imports.routes, people.routes, communes.routes, trades.routes],
    pages=[pages],
    jobs=jobs.JOBS,
    commands=COMMANDS,
    settings=DirectorySettings,
    checks={"mail server": mail_server},
)
main = command_line(SERVICE)
