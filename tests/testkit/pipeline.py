"""Owners, topics and a follower on real databases, beside the model of what they should come to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from intercoop_chassis.consumer import offsets
from intercoop_chassis.consumer.sizing import ChunkSize
from intercoop_chassis.errors import ErasedEntityError
from intercoop_chassis.kafka.records import KafkaRecord
from intercoop_chassis.postgres import AtHome, Database, Transaction
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.relay.outbox import CLAIM
from intercoop_chassis.relay.republishing import republish
from intercoop_contracts.envelope import source_of
from intercoop_contracts.streams import Ended, Stream, View
from testkit.brokerless_consumer import BrokerlessConsumer, record
from testkit.model import Follower, Key, Owners, PublishedVersion
from testkit.poison import PoisonTarget, Raw, good
from testkit.things.service import things_service
from testkit.things.streams import PARTS, THINGS

OWNERS = ("maker", "second")
EMPTY = (
    "TRUNCATE published, outbox, replica, parked, offsets, subscriptions, pipeline_state,"
    " usage, known_things, told, mood RESTART IDENTITY"
)
STREAMS = {stream.topic(owner): stream for stream in (THINGS, PARTS) for owner in OWNERS}
OWNER_OF = {stream.topic(owner): owner for stream in (THINGS, PARTS) for owner in OWNERS}
OUTBOX = "SELECT topic, subject FROM outbox ORDER BY seq"
NEVER = asyncio.Event()
RETRY_NOW = "UPDATE parked SET next_try_at = now()"
SET_MOOD = "INSERT INTO mood VALUES ('moody', $1) ON CONFLICT (name) DO UPDATE SET value = $1"


class Crash(BaseException):
    """The process is killed."""


class CrashingDatabase(Database):
    """A database whose client is killed at the end of its n-th transaction from now."""

    fuse: int | None = None
    after_commit = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        crashes = self._is_due()
        async with super().transaction() as tx:
            yield tx
            if crashes and not self.after_commit:
                raise Crash
        if crashes:
            raise Crash

    def _is_due(self) -> bool:
        if self.fuse is None:
            return False
        self.fuse -= 1
        return self.fuse < 0


class Pipeline:
    """One run: what is done to the product is done to the model."""

    def __init__(self, owners_dsn: str, follower_dsn: str) -> None:
        self.owners = {owner: Database(owners_dsn, home=AtHome(owner)) for owner in OWNERS}
        self.db = CrashingDatabase(follower_dsn, home=AtHome("follower"))
        service = things_service()
        self.messages = {
            owner: Messages(
                [THINGS, PARTS],
                owner=owner,
                source=source_of("test", owner, "things"),
                keyring=None,
            )
            for owner in OWNERS
        }
        self.consumer = BrokerlessConsumer(service, "follower", self.db)
        self.target = PoisonTarget("test", "", "follower")

    async def begin(self) -> None:
        """Forget everything, and start to follow everybody that is named."""
        self.db.fuse = None
        for db in (self.db, self.owners[OWNERS[0]]):
            async with db.transaction() as tx:
                await tx.execute(EMPTY)
        self.said, self.known = Owners(), Follower()
        self.logs: dict[str, list[tuple[Raw, PublishedVersion]]] = {topic: [] for topic in STREAMS}
        self._ticks = count()
        self.stale = False
        await self.follow(OWNERS)

    async def close(self) -> None:
        for db in (self.db, *self.owners.values()):
            await db.close()

    async def publish(
        self, owner: str, publications: Sequence[tuple[Stream, str, View | Ended]], *, commit: bool
    ) -> None:
        """One transaction of an owner; without `commit` it fails at its end."""
        keyed = [((stream.topic(owner), subject), view) for stream, subject, view in publications]
        refused, expected = False, self.said.refuses(keyed)
        try:
            async with self.owners[owner].transaction() as tx:
                for stream, subject, view in publications:
                    tx.publish(stream, subject, view, event_type=stream.event_types[0])
                if not commit:
                    await tx.flush()
                    raise Crash  # noqa: TRY301  it rolls back
        except Crash:
            pass
        except ErasedEntityError:
            refused = True
        assert refused == expected
        if commit and not refused:
            self.said.publish(keyed, next(self._ticks))

    async def relay(self, limit: int, *, sends: bool, confirms: bool) -> None:
        """A round; the relay may be killed before the broker has it, or before the database knows."""
        expected = self.said.claim(limit)
        try:
            async with self.owners[OWNERS[0]].transaction() as tx:
                rows = await tx.fetch(CLAIM, limit, list(STREAMS))
                if not (sends and confirms):
                    raise Crash  # noqa: TRY301  it rolls back
        except Crash:
            pass
        else:
            self.said.confirm(limit)
        assert {(row["topic"], row["subject"]) for row in rows} == expected
        if sends:
            for row in rows:
                self._send(row)

    def _send(self, row: Any) -> None:
        said = self.said.published[row["topic"], row["subject"]]
        message = self.messages[OWNER_OF[said.topic]].read(row)
        raw = Raw(message.topic, message.key, message.value, message.headers)
        assert row["version"] == said.version
        self.logs[said.topic].append((raw, said))

    async def republish(self) -> None:
        async with self.owners[OWNERS[0]].transaction() as tx:
            await republish(tx)
            rows = await tx.fetch(OUTBOX)
        pointers = [(row["topic"], row["subject"]) for row in rows]
        self.said.republish(pointers[len(self.said.outbox) :])

    def intrude(self, key: Key, version: int) -> None:
        """A record of an owner that cannot be read."""
        topic, subject = key
        target = PoisonTarget("test", OWNER_OF[topic], "follower")
        raw = good(target, STREAMS[topic], subject=subject, version=version).valued(b"{")
        self.logs[topic].append(
            (raw, PublishedVersion(topic, subject, version, None, next(self._ticks)))
        )

    def readable(self) -> list[str]:
        return [topic for topic in STREAMS if OWNER_OF[topic] in self.known.since]

    async def poll(
        self, slices: Sequence[tuple[str, int, int]], order: Sequence[int], chunk: int
    ) -> None:
        """Apply parts of topics as one poll; `order` are places in it, some of them twice.

        `chunk` is how many changes are applied in one transaction.
        """
        found = [
            (record(raw, start + number), said)
            for topic, start, end in slices
            for number, (raw, said) in enumerate(self.logs[topic][start:end])
        ]
        ordered = [found[number] for number in order if number < len(found)]
        whole = ordered + [one for one in found if one not in ordered]
        await self._apply([one for one, _ in whole], chunk)
        self.known.apply([said for _, said in whole])
        for topic, start, end in slices:
            if end > start and not self.stale:
                self.known.places[topic] = end

    async def _apply(self, records: Sequence[KafkaRecord], chunk: int) -> None:
        """What a worker does with a poll; killed meanwhile, it starts anew and is given it again."""
        try:
            await self._work(records, chunk)
        except Crash:
            self.db.fuse, self.stale = None, False
            await self.consumer.settle(self.following)
            await self._work(records, chunk)
        self.db.fuse = None

    async def _work(self, records: Sequence[KafkaRecord], chunk: int) -> None:
        self.consumer.effects.size = ChunkSize(chunk)
        await self.consumer.apply(records)
        await self.consumer.retries.all_due(NEVER)

    async def follow(self, owners: Sequence[str] | None) -> None:
        """A new session, with other owners perhaps; None is everybody."""
        await self.consumer.settle(owners)
        self.known.follow(OWNERS if owners is None else owners, next(self._ticks))
        self.following, self.stale = owners, False
        assert {topic: await self.consumer.offset(topic) for topic in self.readable()} == {
            topic: self.known.places.get(topic, 0) for topic in self.readable()
        }

    async def resync(self) -> None:
        """An operator has everything read again; the worker has not heard of it yet."""
        async with self.db.transaction() as tx:
            await offsets.resync(tx)
        self.known.places, self.stale = {}, True

    async def set_mood(self, *, well: bool) -> None:
        await self.consumer.execute(SET_MOOD, "well" if well else "bad")
        self.known.well = well

    async def time_passes(self) -> None:
        await self.consumer.execute(RETRY_NOW)
        await self.consumer.retries.all_due(NEVER)
        self.known.time_passes()
