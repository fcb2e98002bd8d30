"""Who has a mandate in an organisation: on its record, for staff and for its own people."""

from datetime import date
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.auth.identity import Identity
from intercoop_chassis.context import Context
from intercoop_directory.organisations.domain.known import KnownOrganisation
from intercoop_directory.roster.pages.rendering import LIST, TEMPLATES
from intercoop_directory.roster.store.listing import people_of


async def its_people(
    request: Request, who: Identity, known: KnownOrganisation, day: date, context: Context
) -> Markup | None:
    """Names go to staff of this instance, and to whoever reads the organisation's record."""
    is_staff = who.is_staff_of(context.settings.owner)
    if not is_staff and not who.reads_record_of(known.id):
        return None
    async with context.db.read() as tx:
        people = await people_of(known.id, day, tx)
    values: dict[str, Any] = {  # Any: a template's values
        "people": people,
        "is_staff": is_staff,
        "list": LIST,
        "organisation_id": known.id,
    }
    return TEMPLATES.markup(request, "roster/block.html", values)
