"""Routers of a service, whose routes stand side by side in the application.

FastAPI matches a request against an included router, hands it over, and matches it again there, so
that each level of nesting doubles what finding the route costs, and it makes each route anew for
each application. A router that says itself where it is served needs neither.
"""

from collections.abc import Iterable

from fastapi import APIRouter
from fastapi.routing import iter_route_contexts


def service_router(service: str) -> APIRouter:
    """A router of the service of this name, served under `/<service>/api`."""
    return APIRouter(prefix=_prefix(service), tags=[service])


def side_by_side(routers: Iterable[APIRouter]) -> APIRouter:
    """One router with the routes of all, in their order."""
    together = APIRouter()
    for router in routers:
        together.routes.extend(router.routes)
    return together


def check_prefix(service: str, router: APIRouter) -> None:
    """Raise `ValueError` for a route that stands elsewhere than under `/<service>/api`."""
    prefix = _prefix(service)
    for route in iter_route_contexts(router.routes):
        if not (route.path or "").startswith(f"{prefix}/"):
            raise ValueError(
                f"{route.path} is not under {prefix}: make its router by `service_router`"
            )


def _prefix(service: str) -> str:
    return f"/{service}/api"
