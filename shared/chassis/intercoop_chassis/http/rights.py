"""The rights that an application's routes declare, and how much of a body they take."""

from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from intercoop_chassis.auth.rights import Right, UndeclaredError, right_of
from intercoop_chassis.http.body import Takes
from intercoop_chassis.pages.routers import PageRoute

STRANGERS_FORM_BYTES: Final = 64 * 1024
"""What a page takes whose form anybody may send: one of a MiB takes half a second to be read."""

_STRANGERS: Final = frozenset({Right.ANYONE, Right.LINK})


@dataclass(frozen=True, slots=True)
class Declared:
    """One operation and who may call it."""

    method: str
    path: str
    right: Right
    summary: str


@dataclass(frozen=True, slots=True)
class Admission:
    """Whom a route lets in, and how much of a body it takes where it says so."""

    right: Right
    max_bytes: int | None


class Admissions:
    """The admission of each of an application's routes, found out once.

    Raises `UndeclaredError` for a route that says nothing of who may call it.
    """

    def __init__(self, app: FastAPI) -> None:
        routes = [_route(context) for context in iter_route_contexts(app.routes)]
        self._of = {id(route): (route, _admission(route)) for route in routes}

    def of(self, route: object) -> Admission | None:
        """None where there is no such route, which the framework answers by itself."""
        found = self._of.get(id(route))
        return found[1] if found else None


def declared_rights(app: FastAPI) -> list[Declared]:
    """Every operation of the application, in the order of their addresses.

    Raises `UndeclaredError` for a route that says nothing of who may call it.
    """
    found = [declared for route in iter_route_contexts(app.routes) for declared in _declared(route)]
    return sorted(found, key=lambda declared: (declared.path, declared.method))


def _declared(context: RouteContext) -> list[Declared]:
    route = _route(context)
    right = right_of(route.dependant)  # as admission sees it: the route's own
    path = context.path or ""
    methods = sorted(route.methods or ())
    return [Declared(method, path, right, route.summary or "") for method in methods]


def _admission(route: APIRoute) -> Admission:
    right = right_of(route.dependant)
    limits = (part.call for part in route.dependant.dependencies if isinstance(part.call, Takes))
    limit = next(limits, None)
    is_strangers = isinstance(route, PageRoute) and right in _STRANGERS
    usual = STRANGERS_FORM_BYTES if is_strangers else None
    return Admission(right, limit.max_bytes if limit else usual)


def _route(context: RouteContext) -> APIRoute:
    route = context.original_route
    if not isinstance(route, APIRoute):
        raise UndeclaredError(f"{context.path} is no route that can say who may call it")
    return route
