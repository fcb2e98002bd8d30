"""The console of a running local network: mails, and orders for its starter."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException

from intercoop_local.mail.routes import mail_routes
from intercoop_local.platform.errors import PlatformError
from intercoop_local.report import Report
from intercoop_local.stack import Stack


@dataclass(frozen=True, slots=True)
class Orders:
    """What the console lets its starter do; `join` and `stop` get an owner, perhaps a service."""

    join: Callable[[str, str | None], Awaitable[str]]
    stop: Callable[[str, str | None], Awaitable[str]]
    report: Callable[[], Awaitable[Report]]


def console(stack: Stack, orders: Orders, word: str) -> FastAPI:
    """The console's application; orders and mails need the `word` that the home's file holds."""
    app = FastAPI(title="Intercoop's local console", openapi_url=None)

    for routes in (_order_routes(orders), mail_routes(stack.mail)):
        app.include_router(routes, dependencies=[Depends(_knows(word))])
    return app


def _order_routes(orders: Orders) -> APIRouter:
    router = APIRouter()

    @router.get("/status")
    async def status() -> Report:
        return await orders.report()

    @router.post("/join/{owner}")
    async def join(owner: str, service: str | None = None) -> str:
        return await _in_a_sentence(orders.join(owner, service))

    @router.post("/stop/{owner}")
    async def stop(owner: str, service: str | None = None) -> str:
        return await _in_a_sentence(orders.stop(owner, service))

    return router


def _knows(word: str) -> Callable[[str], None]:
    def check(x_intercoop_word: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(x_intercoop_word, word):
            raise HTTPException(403, "orders come from `intercoop`, in the same home")

    return check


async def _in_a_sentence(order: Awaitable[str]) -> str:
    try:
        return await order
    except PlatformError as error:
        raise HTTPException(409, str(error)) from error
