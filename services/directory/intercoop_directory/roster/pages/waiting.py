"""The part of the home page: how many were invited and have not come in."""

from markupsafe import Markup
from starlette.requests import Request

from intercoop_chassis.context import Context
from intercoop_directory.roster.pages.rendering import LIST, TEMPLATES
from intercoop_directory.roster.store.accounts import count_waiting


async def waiting(request: Request, context: Context) -> Markup:
    """A number alone: it names nobody."""
    async with context.db.read() as tx:
        count = await count_waiting(tx)
    values = {"count": count, "list": LIST}
    return TEMPLATES.markup(request, "roster/waiting.html", values)
