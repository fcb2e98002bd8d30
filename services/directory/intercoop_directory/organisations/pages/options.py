"""What a field for an organisation offers while somebody types."""

from typing import Annotated, Final

from fastapi import Query, Request
from starlette.responses import Response

from intercoop_chassis.http import RequestContext
from intercoop_chassis.http.texts import SEEN, VISIBLE
from intercoop_chassis.pages import page_router
from intercoop_directory.access import Reader
from intercoop_directory.organisations.domain.siren import typed_siren
from intercoop_directory.organisations.pages.rendering import TEMPLATES
from intercoop_directory.organisations.store.owners import owner_names
from intercoop_directory.organisations.store.suggestions import suggest

_MOST: Final = 8
_LEAST_LETTERS: Final = 2

router = page_router("directory")


@router.get("/parts/organisations", summary="Organisations for what is typed")
async def options(
    request: Request,
    _: Reader,
    context: RequestContext,
    q: Annotated[str, Query(max_length=200, pattern=rf"^$|{VISIBLE}"), SEEN] = "",
) -> Response:
    found, names = [], {}
    if len(q.strip()) >= _LEAST_LETTERS:
        async with context.db.read() as tx:
            found = await suggest(typed_siren(q) or q, _MOST, tx)
            names = await owner_names({one.owner for one in found}, tx)
    values = {"organisations": found, "owners": names, "home": context.settings.owner}
    return TEMPLATES.part(request, "organisations/options.html", values)
