"""The groups of the description: a capability of a service each, in the words of its package."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

_OF_NO_SERVICE: Final = {
    "sign-in": "Tokens for programs.",
    "operation": "Whether this process is well, for monitoring.",
}
"""What every process answers, by its tag."""

_LAST: Final = ("operating", *_OF_NO_SERVICE)
"""For operators, after what everybody looks for."""


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """A heading of the description: `events: meetings`, and what its package says of itself."""

    rank: int
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Grouped:
    """An operation, by its address in the description and its method in lower case."""

    path: str
    method: str
    group: Group


def grouped(app: FastAPI) -> Iterator[Grouped]:
    """Every operation that the description has, with the group that it belongs to."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema and route.tags:
            group = _group(route)
            for method in route.methods or ():
                yield Grouped(route.path_format, method.lower(), group)


def _group(route: APIRoute) -> Group:
    tag = str(route.tags[0])
    if tag in _OF_NO_SERVICE:
        return Group(_LAST.index(tag) + 1, tag, _OF_NO_SERVICE[tag])
    package, capability, *_ = f"{route.endpoint.__module__}.".split(".")
    words = getattr(sys.modules.get(f"{package}.{capability}"), "__doc__", None) or ""
    rank = _LAST.index(capability) + 1 if capability in _LAST else 0
    return Group(rank, f"{tag}: {capability}", words.partition("\n")[0])
