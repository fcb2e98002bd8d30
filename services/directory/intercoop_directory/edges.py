"""What the directory answers: programs by its routes, people by its pages, and the doctor."""

from typing import Final

from intercoop_chassis.mail import mail_server
from intercoop_directory.accounts import api as accounts, pages as account_pages
from intercoop_directory.accounts.gateways.provider import provider
from intercoop_directory.communes import api as communes, pages as commune_pages
from intercoop_directory.imports import api as imports, pages as import_pages
from intercoop_directory.organisations import api as organisations, pages as organisation_pages
from intercoop_directory.people import api as people
from intercoop_directory.trades import api as trades, pages as trade_pages

ROUTES: Final = (
    organisations.routes,
    imports.routes,
    people.routes,
    accounts.routes,
    communes.routes,
    trades.routes,
)
PAGES: Final = (
    organisation_pages.pages,
    import_pages.pages,
    commune_pages.pages,
    trade_pages.pages,
    account_pages.pages,
)
CHECKS: Final = {"mail server": mail_server, "identity provider": provider}
