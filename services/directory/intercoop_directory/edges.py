"""What the directory answers: programs by its routes, people by its pages, and the doctor."""

from typing import Final

from intercoop_chassis.mail import mail_server
from intercoop_directory.accounts import api as accounts, pages as account_pages
from intercoop_directory.accounts.gateways.provider import provider
from intercoop_directory.communes import api as communes
from intercoop_directory.imports import api as imports
from intercoop_directory.organisations import api as organisations
from intercoop_directory.organisations.pages import pages
from intercoop_directory.people import api as people
from intercoop_directory.trades import api as trades

ROUTES: Final = (
    organisations.routes,
    imports.routes,
    people.routes,
    accounts.routes,
    communes.routes,
    trades.routes,
)
PAGES: Final = (pages, account_pages.pages)
CHECKS: Final = {"mail server": mail_server, "identity provider": provider}
