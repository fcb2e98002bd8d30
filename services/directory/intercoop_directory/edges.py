"""What the directory answers, to programs, people and the doctor, and what it does in time."""

from typing import Final

from intercoop_chassis.jobs import Jobs
from intercoop_chassis.mail import mail_server
from intercoop_directory.accounts import api as accounts, jobs, pages as account_pages
from intercoop_directory.accounts.gateways.names import names
from intercoop_directory.accounts.gateways.provider import provider
from intercoop_directory.communes import api as communes, pages as commune_pages
from intercoop_directory.imports import api as imports, jobs as importing, pages as import_pages
from intercoop_directory.invitations import jobs as inviting, pages as invitations
from intercoop_directory.organisations import api as organisations, pages as organisation_pages
from intercoop_directory.people import api as people
from intercoop_directory.roster import pages as roster
from intercoop_directory.searching import pages as search_pages
from intercoop_directory.setup import pages as setup
from intercoop_directory.steering import pages as steering
from intercoop_directory.team import pages as team
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
    search_pages.pages,
    steering.pages,
    import_pages.pages,
    commune_pages.pages,
    trade_pages.pages,
    account_pages.pages,
    setup.pages,
    invitations.pages,
    team.pages,
    roster.pages,
)
NAMES: Final = names
JOBS: Final = Jobs.together(jobs.JOBS, inviting.JOBS, importing.JOBS)
CHECKS: Final = {"mail server": mail_server, "identity provider": provider}
