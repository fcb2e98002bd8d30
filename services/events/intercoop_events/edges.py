"""What events answers, to programs and people, what it reads, and what it does in time."""

from typing import Final

from intercoop_chassis.jobs import Jobs
from intercoop_chassis.subscribers import Subscribers
from intercoop_events.agenda import pages as agenda
from intercoop_events.calendars import api as calendars
from intercoop_events.meetings import (
    api as meetings,
    jobs as seats,
    pages as writing,
    subscribers as of_meetings,
)
from intercoop_events.organisations import subscribers as of_organisations
from intercoop_events.people import subscribers as of_people
from intercoop_events.registrations import api as registrations, jobs, pages, subscribers

ROUTES: Final = (meetings.routes, registrations.routes, calendars.routes)
PAGES: Final = (agenda.pages, writing.pages, pages.pages)
SUBSCRIBERS: Final = Subscribers.together(
    of_organisations.SUBSCRIBERS,
    of_people.SUBSCRIBERS,
    of_meetings.SUBSCRIBERS,
    subscribers.SUBSCRIBERS,
)
JOBS: Final = Jobs.together(seats.JOBS, jobs.JOBS)
