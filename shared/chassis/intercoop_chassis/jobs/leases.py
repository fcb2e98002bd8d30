"""Leases of the deliveries that a process is at: renewed while it lives, and the end of a try."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class LeaseLostError(Exception):
    """A lease has ended before it was renewed: another process may be at the same delivery."""


class Lease:
    """How long a process may be at a delivery: until its lease ends, which each renewal puts off.

    Its end is counted from before the statement that took or renewed it, by this process' clock:
    never later than PostgreSQL counts it.
    """

    def __init__(self, ends_at: float) -> None:
        self._ends_at = ends_at
        self._scope: asyncio.Timeout | None = None

    def renew(self, ends_at: float) -> None:
        """Put its end off."""
        self._ends_at = ends_at
        if self._scope and not self._scope.expired():
            self._scope.reschedule(ends_at)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Cut what is done in this block when the lease ends: raises `LeaseLostError`."""
        try:
            async with asyncio.timeout_at(self._ends_at) as self._scope:
                yield
        except TimeoutError as error:
            if self._scope and self._scope.expired():
                raise LeaseLostError from error
            raise
        finally:
            self._scope = None
