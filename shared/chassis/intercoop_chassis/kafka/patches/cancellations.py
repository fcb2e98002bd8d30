"""aiokafka's clients cancel tasks of their own when they stop, and let it reach whoever waits."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiokafka.errors import KafkaError

T = TypeVar("T")


class StrayCancelError(KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """Work ended as if it had been cancelled, and nobody had asked for that."""


async def close_within(seconds: float, closing: Coroutine[Any, Any, object]) -> None:
    """Stop a client; when it fails, hangs or is cancelled inside, it is abandoned."""
    task = asyncio.ensure_future(closing)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
        elif not task.cancelled():
            task.exception()  # seen: nobody is told that it was not


async def not_cancelled(work: Coroutine[Any, Any, T]) -> T:
    """Await `work`; raises `StrayCancelError` when it ends cancelled and this task is not."""
    try:
        return await work
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise StrayCancelError from error
