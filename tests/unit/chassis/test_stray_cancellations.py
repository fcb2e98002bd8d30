"""What a library cancels inside itself does not end a service in silence."""

import asyncio

import pytest

from intercoop_chassis.kafka.patches.cancellations import (
    StrayCancelError,
    answered_within,
    close_within,
    not_cancelled,
)
from intercoop_chassis.runner import LoopEndedError, _together


async def cancels_itself() -> None:
    inner = asyncio.ensure_future(asyncio.sleep(60))
    inner.cancel()
    await inner


async def test_work_that_ends_cancelled_by_itself_is_an_error() -> None:
    with pytest.raises(StrayCancelError):
        await not_cancelled(cancels_itself())


async def test_work_that_is_cancelled_from_outside_ends() -> None:
    task = asyncio.ensure_future(not_cancelled(asyncio.sleep(60)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("closing", [cancels_itself, lambda: asyncio.sleep(60)])
async def test_a_client_that_fails_or_hangs_while_it_is_closed_is_abandoned(closing) -> None:
    await asyncio.wait_for(close_within(0.05, closing()), 5)


async def test_a_question_that_outlives_its_cancellation_is_abandoned_in_time() -> None:
    enough = asyncio.Event()

    async def deaf() -> None:
        while not enough.is_set():
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                enough.set()
                await asyncio.sleep(0.2)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(answered_within(0.05, deaf()), 5)
    assert await answered_within(5, asyncio.sleep(0, "said")) == "said"


async def test_what_is_asked_ends_with_whoever_asks() -> None:
    ended = asyncio.Event()

    async def asked() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    task = asyncio.ensure_future(answered_within(30, asked()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(ended.wait(), 5)


async def test_a_loop_that_ends_though_nobody_asked_ends_the_process_with_an_error() -> None:
    stopped: list[str] = []

    async def ends(_: asyncio.Event) -> None:
        await asyncio.sleep(0)

    async def is_cancelled(_: asyncio.Event) -> None:
        await cancels_itself()

    async def goes_on(stop: asyncio.Event) -> None:
        await stop.wait()
        stopped.append("drained")

    for loop in (ends, is_cancelled):
        with pytest.raises(LoopEndedError, match="short"):
            await _together({"short": loop, "long": goes_on}, asyncio.Event())
    assert stopped == ["drained", "drained"]


async def test_loops_that_end_when_asked_end_well() -> None:
    stop = asyncio.Event()

    async def waits(asked: asyncio.Event) -> None:
        await asked.wait()

    task = asyncio.ensure_future(_together({"one": waits, "other": waits}, stop))
    await asyncio.sleep(0)
    stop.set()
    await task
