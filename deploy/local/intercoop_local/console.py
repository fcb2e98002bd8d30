"""The console of a running local network: the issuer's keys for all, orders for its starter."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

from intercoop_local.platform.errors import PlatformError
from intercoop_local.stack import Stack


class InstanceReport(BaseModel):
    """An instance as `intercoop status` shows it."""

    owner: str
    url: str
    running: bool
    ready: bool
    problems: list[str] = []


class Report(BaseModel):
    """Everything that runs."""

    kafka: bool
    postgres: bool
    instances: list[InstanceReport]


@dataclass(frozen=True, slots=True)
class Orders:
    """What the console lets its starter do."""

    join: Callable[[str], Awaitable[str]]
    stop: Callable[[str], Awaitable[str]]
    report: Callable[[], Awaitable[Report]]


def console(stack: Stack, orders: Orders, word: str) -> FastAPI:
    """The console's application; orders need the `word` that the home's file holds."""
    app = FastAPI(title="Intercoop's local console", openapi_url=None)

    @app.get("/jwks.json")
    async def keys() -> dict[str, Any]:  # Any: JSON
        return stack.issuer.key_set()

    app.include_router(_order_routes(orders), dependencies=[Depends(_knows(word))])
    return app


def _order_routes(orders: Orders) -> APIRouter:
    router = APIRouter()

    @router.get("/status")
    async def status() -> Report:
        return await orders.report()

    @router.post("/join/{owner}")
    async def join(owner: str) -> str:
        return await _in_a_sentence(orders.join, owner)

    @router.post("/stop/{owner}")
    async def stop(owner: str) -> str:
        return await _in_a_sentence(orders.stop, owner)

    return router


def _knows(word: str) -> Callable[[str], None]:
    def check(x_intercoop_word: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(x_intercoop_word, word):
            raise HTTPException(403, "orders come from `intercoop`, in the same home")

    return check


async def _in_a_sentence(order: Callable[[str], Awaitable[str]], owner: str) -> str:
    try:
        return await order(owner)
    except PlatformError as error:
        raise HTTPException(409, str(error)) from error
