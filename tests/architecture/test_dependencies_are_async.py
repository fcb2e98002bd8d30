"""FastAPI calls a dependency that is not async in a thread: dearer than all that ours do there."""

from collections.abc import Iterator
from inspect import iscoroutinefunction

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from intercoop_local import openapi


def called_in_a_thread(app: FastAPI) -> list[str]:
    return [
        f"{context.path}: {part.call}"
        for context in iter_route_contexts(app.routes)
        if isinstance(route := context.original_route, APIRoute)
        for part in parts(route.dependant)
        if not (iscoroutinefunction(part.call) or iscoroutinefunction(type(part.call).__call__))
    ]


def parts(dependant: Dependant) -> Iterator[Dependant]:
    for part in dependant.dependencies:
        yield part
        yield from parts(part)


def test_no_dependency_of_any_route_is_called_in_a_thread():
    assert called_in_a_thread(openapi.application()) == []


def sync() -> None:
    """A plain function."""


async def around(_: None = Depends(sync)) -> None:
    """Async, and depends on one that is not."""


class Fields:
    """A class."""


@pytest.mark.parametrize("dependency", [sync, around, Fields])
def test_one_that_is_would_be_found(dependency):
    router = APIRouter()
    router.add_api_route("/", lambda: None, dependencies=[Depends(dependency)])
    app = FastAPI(openapi_url=None)
    app.include_router(router)

    assert len(called_in_a_thread(app)) == 1
