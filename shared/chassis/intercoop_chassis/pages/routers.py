"""Routers of pages, whose routes look at who comes before they look at what is brought."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from intercoop_chassis.auth.rights import right_of
from intercoop_chassis.pages.guard import admit
from intercoop_chassis.pages.site import site_of
from intercoop_chassis.pages.surroundings import look_around

Handler = Callable[[Request], Coroutine[Any, Any, Response]]  # Any: a coroutine's own


class PageRoute(APIRoute):
    """A route that answers people: with a page, or a part of one."""

    def get_route_handler(self) -> Handler:
        """As the framework's, behind the guard. Raises `UndeclaredError` where it says no right."""
        handle = super().get_route_handler()
        right = right_of(self.dependant)

        async def guarded(request: Request) -> Response:
            site = site_of(request)
            await site.presentation.refresh(site.context.db)
            settings = site.context.settings
            elsewhere = admit(request, right, settings.owner, settings.public_url)
            if elsewhere is not None:
                return elsewhere
            request.state.surroundings = await look_around(request)
            return await handle(request)

        return guarded


def page_router(service: str) -> APIRouter:
    """A router of the pages of this service, served under `/<service>`; never under its `/api`.

    Each route says who may see it, as the API's routes do: it takes a `Caller`, `Staff` or
    `Operator`, or has `dependencies=[ANYONE]` or `[BY_LINK]`.
    """
    return APIRouter(
        prefix=f"/{service}", tags=[service], route_class=PageRoute, include_in_schema=False
    )


def instance_router() -> APIRouter:
    """A router of the pages that every process of an instance serves, whatever its services."""
    return APIRouter(tags=["instance"], route_class=PageRoute, include_in_schema=False)


def check_page_routes(service: str, router: APIRouter) -> None:
    """Raise `ValueError` for a route that no `page_router` of this service has made."""
    for route in router.routes:
        path = getattr(route, "path", "a router within a router")
        is_ours = f"{path}/".startswith(f"/{service}/") and not path.startswith(f"/{service}/api")
        if not is_ours or not isinstance(route, PageRoute) or route.tags != [service]:
            raise ValueError(f'{path} is to be made by `page_router("{service}")`')
