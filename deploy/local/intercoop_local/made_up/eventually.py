"""Waiting for what an instance hears of another one."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from intercoop_local.platform.errors import PlatformError

T = TypeVar("T")

WITHIN_S: Final = 120.0
_LOOK_S: Final = 0.2


async def eventually(look: Callable[[], Awaitable[T | None]], what: str) -> T:
    """Look until there is an answer; returns it. Raises `PlatformError` when it takes too long."""
    loop = asyncio.get_running_loop()
    give_up = loop.time() + WITHIN_S
    while not (found := await look()):
        if loop.time() > give_up:
            raise PlatformError(f"{what} did not arrive within {WITHIN_S:.0f} s")
        await asyncio.sleep(_LOOK_S)
    return found
