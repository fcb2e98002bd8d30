"""A database that counts the transactions that are begun in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from intercoop_chassis.postgres import Database, Transaction


class CountingDatabase(Database):
    """`begun` are transactions that may write; `taken` gives how many there were since."""

    begun = 0

    def taken(self) -> int:
        begun, self.begun = self.begun, 0
        return begun

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        self.begun += 1
        async with super().transaction() as tx:
            yield tx
