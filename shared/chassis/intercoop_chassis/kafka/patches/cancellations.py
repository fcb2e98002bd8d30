"""Stray cancellation: closing an aiokafka client cancels its tasks, and the task that waits."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from aiokafka.errors import KafkaError

T = TypeVar("T")


class StrayCancelError(KafkaError):  # type: ignore[misc]  # aiokafka ships no types
    """Work ended as if it had been cancelled, and nobody had asked for that."""


async def close_within(seconds: float, closing: Coroutine[Any, Any, object]) -> None:
    """Stop a client; one that fails, hangs or cancels its caller is abandoned.

    Upstream: aio-libs/aiokafka#647 (`stop()` raises `CancelledError`) and #1101 (`stop()` of a
    producer never returns while the broker is away), both open.
    """
    task = asyncio.ensure_future(closing)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
        elif not task.cancelled():
            task.exception()  # retrieved, or asyncio reports that nobody did


async def answered_within(seconds: float, asking: Coroutine[Any, Any, T]) -> T:
    """What a client answers. Raises `TimeoutError` when it takes longer, and abandons it then.

    `asyncio.wait_for` waits for what it has cancelled, and a client that is away from its broker
    may go on all the same: a cancellation that meets one of its own time-outs is lost.
    Upstream: as above.
    """
    task = asyncio.ensure_future(asking)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
    if not done:
        raise TimeoutError(f"no answer within {seconds:.0f} s")
    return task.result()


async def not_cancelled(work: Coroutine[Any, Any, T]) -> T:
    """Await `work`; raises `StrayCancelError` when it ends cancelled and this task is not.

    A cancellation that aiokafka began would end an endless loop of ours in silence. Upstream: as
    above.
    """
    try:
        return await work
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise StrayCancelError from error
