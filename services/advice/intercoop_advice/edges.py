"""What advice hears of, and what it answers to programs and people."""

from typing import Final

from intercoop_advice.cooperatives import subscribers as known
from intercoop_advice.invitations import (
    api as invitations,
    pages as invitation_pages,
    subscribers as invited,
)
from intercoop_advice.neighbours import api as neighbours
from intercoop_advice.overview import pages as overview
from intercoop_advice.requests import api as requests, pages as request_pages, subscribers as asked
from intercoop_chassis.subscribers import Subscribers

SUBSCRIBERS: Final = Subscribers.together(known.SUBSCRIBERS, asked.SUBSCRIBERS, invited.SUBSCRIBERS)
ROUTES: Final = (requests.routes, neighbours.routes, invitations.routes)
PAGES: Final = (overview.pages, request_pages.pages, invitation_pages.pages)
