"""HTTP in: who may ask for what, and what they are answered."""

from collections.abc import Callable

from fastapi import APIRouter, Depends, Request

from intercoop_chassis.service import Context
from intercoop_directory.api import communes, imports, organisations, people, reading


def routes(context: Context) -> APIRouter:
    router = APIRouter(dependencies=[Depends(_given(context))])
    for part in (reading, imports, organisations, people, communes):
        router.include_router(part.router)
    return router


def _given(context: Context) -> Callable[[Request], None]:
    """Gives each request the context that `Here` takes from it."""

    def give(request: Request) -> None:
        request.state.directory = context

    return give
