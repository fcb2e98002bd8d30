"""Waiting that ends early: every loop has a stop."""

import asyncio


async def pause(event: asyncio.Event, seconds: float) -> bool:
    """Wait until `event` is set or `seconds` are over; returns whether it is set."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
