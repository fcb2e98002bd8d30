"""The part of the home page: how large the network's directory is."""

from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.context import Context
from intercoop_chassis.http import today
from intercoop_directory.organisations.pages.rendering import TEMPLATES
from intercoop_directory.organisations.store.asked import Question
from intercoop_directory.organisations.store.facets import recent_facets
from intercoop_directory.organisations.store.filters import OrganisationFilters


async def size(request: Request, context: Context) -> Markup:
    """How many organisations there are, and of how many instances."""
    filters = OrganisationFilters(on=today(context))
    facets = await recent_facets(Question(filters), context.db)
    return TEMPLATES.markup(request, "organisations/size.html", {"facets": facets})
