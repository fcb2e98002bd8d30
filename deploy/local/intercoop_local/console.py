"""The console of a running local network: the issuer's keys for all, orders for its starter."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException
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

    async def knows_the_word(x_intercoop_word: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(x_intercoop_word, word):
            raise HTTPException(403, "orders come from `intercoop`, in the same home")

    app = FastAPI(title="Intercoop's local console", openapi_url=None)
    guarded = [Depends(knows_the_word)]

    @app.get("/jwks.json")
    async def keys() -> dict[str, Any]:  # Any: JSON
        return stack.issuer.key_set()

    @app.get("/status", dependencies=guarded)
    async def status() -> Report:
        return await orders.report()

    @app.post("/join/{owner}", dependencies=guarded)
    async def join(owner: str) -> str:
        return await _in_a_sentence(orders.join, owner)

    @app.post("/stop/{owner}", dependencies=guarded)
    async def stop(owner: str) -> str:
        return await _in_a_sentence(orders.stop, owner)

    return app


async def _in_a_sentence(order: Callable[[str], Awaitable[str]], owner: str) -> str:
    try:
        return await order(owner)
    except PlatformError as error:
        raise HTTPException(409, str(error)) from error
