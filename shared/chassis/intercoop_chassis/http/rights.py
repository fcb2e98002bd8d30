"""The right that each route of an application declares."""

from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from intercoop_chassis.auth.rights import Right, UndeclaredError, right_of


@dataclass(frozen=True, slots=True)
class Declared:
    """One operation and who may call it."""

    method: str
    path: str
    right: Right
    summary: str


def declared_rights(app: FastAPI) -> list[Declared]:
    """Every operation of the application, in the order of their addresses.

    Raises `UndeclaredError` for a route that says nothing of who may call it.
    """
    found = [one for route in iter_route_contexts(app.routes) for one in _declared(route)]
    return sorted(found, key=lambda one: (one.path, one.method))


def _declared(context: RouteContext) -> list[Declared]:
    route = context.original_route
    if not isinstance(route, APIRoute):
        raise UndeclaredError(f"{context.path} is no route that can say who may call it")
    right = right_of(route.dependant)  # as admission sees it: the route's own
    path = context.path or ""
    methods = sorted(route.methods or ())
    return [Declared(method, path, right, route.summary or "") for method in methods]
