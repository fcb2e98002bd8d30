"""Routers of a service, whose routes stand side by side in the application.

FastAPI matches a request against an included router, hands it over, and matches it again there, so
that each level of nesting doubles what finding the route costs, and it makes each route anew for
each application. A router that says itself where it is served needs neither.
"""

from collections.abc import Iterable

from fastapi import APIRouter

from intercoop_chassis.http.json_body import JsonRoute


def service_router(service: str) -> APIRouter:
    """A router of the service of this name, served under `/<service>/api`."""
    return APIRouter(prefix=_prefix(service), tags=[service], route_class=JsonRoute)


def side_by_side(routers: Iterable[APIRouter]) -> APIRouter:
    """One router with the routes of all, in their order.

    A route brings its own guards: what is given to a router above it does not reach it.
    """
    together = APIRouter()
    for router in routers:
        together.routes.extend(router.routes)
    return together


def check_routes(service: str, router: APIRouter) -> None:
    """Raise `ValueError` for a route that no `service_router` of this service has made."""
    for route in router.routes:
        path = getattr(route, "path", "a router within a router")
        if not path.startswith(f"{_prefix(service)}/") or getattr(route, "tags", ()) != [service]:
            raise ValueError(f'{path} is to be made by `service_router("{service}")`')


def _prefix(service: str) -> str:
    return f"/{service}/api"
