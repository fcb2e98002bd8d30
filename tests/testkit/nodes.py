"""One owner's service in a test: its database, its roles as tasks, and what it knows."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from uuid import uuid4

from click.testing import Result

from intercoop_chassis.cli import command_line
from intercoop_chassis.consumer.worker import Worker
from intercoop_chassis.health import Health
from intercoop_chassis.kafka.announcements import Announcements
from intercoop_chassis.operating.measures import Measures
from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.relay import Relay
from intercoop_chassis.relay.messages import Messages
from intercoop_chassis.relay.tuning import RelayTuning
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from intercoop_chassis.wire.sealing import keyring_at
from intercoop_contracts.streams import Ended, Stream, View
from testkit.commands import run_command
from testkit.ids import new_id

T = TypeVar("T")


async def until(
    look: Callable[[], Awaitable[T]], *, within_s: float = 60.0, what: str = "the condition"
) -> T:
    """Look again and again until the answer is true; returns it. Fails after `within_s`.

    A look that is too late says nothing: a process that begins may take all of a machine's time.
    """
    loop = asyncio.get_running_loop()
    give_up = loop.time() + within_s
    while True:
        with suppress(TimeoutError):
            answer = await look()
            if answer:
                return answer
        assert loop.time() < give_up, f"{what} was not seen within {within_s:.0f} s"
        await asyncio.sleep(0.02)


class Node:
    """A service of one owner, running in this process or stopped."""

    def __init__(self, service: Service, settings: Settings) -> None:
        self.service = service
        self.settings = settings
        self.owner = settings.owner
        self.health = Health()
        self.keyring = keyring_at(settings.sealing_keys_file)
        self.db = Database(
            settings.database.get_secret_value(),
            home=AtHome(settings.owner, service.subscribers.home, settings=settings),
            application_name=f"node-{uuid4().hex[:6]}",
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._stop = asyncio.Event()

    @property
    def messages(self) -> Messages:
        """What the service sends, with the keys it has now."""
        return Messages.of(self.service, self.settings, self.keyring)

    def start_relay(self, tuning: RelayTuning | None = None) -> Relay:
        """Run the relay as a task of this test."""
        relay = Relay(self.settings, self.service.name, self.messages, self.health, tuning)
        self.db.on_published(relay.wake)
        self._tasks.append(asyncio.create_task(relay.run(self._stop)))
        return relay

    def start_worker(self) -> None:
        """Run a worker, and what measures, as tasks of this test."""
        worker = Worker(self.settings, self.service, self.db, self.keyring)
        measures = Measures(self.service, self.db, self.health, self.settings)
        announcements = Announcements(self.settings)
        announcements.on_announced(worker.hear_of_topics)
        self._tasks.append(asyncio.create_task(announcements.run(self._stop)))
        self._tasks.append(asyncio.create_task(worker.run(self._stop, self.health)))
        self._tasks.append(asyncio.create_task(measures.run(self._stop)))

    async def listens(self) -> None:
        """Wait until the worker follows others: what they publish from now on is news to it."""

        async def since() -> bool:
            return bool(await self.value("SELECT EXISTS (SELECT FROM subscriptions)"))

        await until(since, what="a worker that follows others")

    async def stop(self) -> None:
        """Drain the roles; the database stays usable, and roles can be started again."""
        self._stop.set()
        tasks, self._tasks = self._tasks, []
        await asyncio.wait_for(asyncio.gather(*tasks), 60)
        self._stop = asyncio.Event()

    async def close(self) -> None:
        await self.stop()
        await self.db.close()

    async def publish(
        self,
        stream: Stream[Any],
        view: View | Ended,
        subject: str | None = None,
        *,
        event_type: str | None = None,
    ) -> str:
        """Commit a state event; returns its subject."""
        subject = subject or str(new_id(self.owner))
        async with self.db.transaction() as tx:
            tx.publish(stream, subject, view, event_type=event_type or stream.event_types[0])
        return subject

    async def fetch(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        async with self.db.read() as tx:
            return [dict(row) for row in await tx.fetch(sql, *arguments)]

    async def value(self, sql: str, *arguments: object) -> Any:
        async with self.db.read() as tx:
            return await tx.fetchval(sql, *arguments)

    async def command(self, *arguments: str, language: str = "C.UTF-8", **changes: str) -> Result:
        """What the service's command line answers; `changes` are other settings, by their names."""
        settings = self.settings
        environment = {
            "INTERCOOP_NETWORK": settings.network,
            "INTERCOOP_OWNER": settings.owner,
            "INTERCOOP_DATABASE": settings.database.get_secret_value(),
            "INTERCOOP_KAFKA": settings.kafka,
            "INTERCOOP_SEALING_KEYS_FILE": str(settings.sealing_keys_file),
            "INTERCOOP_SIGNING_KEYS_FILE": str(settings.signing_keys_file or ""),
            "INTERCOOP_HTTP_PORT": str(settings.http_port),
            "INTERCOOP_FOLLOWS": ",".join(settings.follows or ()),
            "INTERCOOP_LOG_LEVEL": "error",
            "LC_ALL": language,
            **{f"INTERCOOP_{name}": to for name, to in changes.items()},
        }
        group = command_line(self.service)
        return await run_command(group, arguments, environment)

    async def execute(self, sql: str, *arguments: object) -> None:
        async with self.db.transaction() as tx:
            await tx.execute(sql, *arguments)

    async def version_of(self, subject: str) -> int:
        """The version that this owner has published, or knows of somebody else's entity."""
        return int(
            await self.value(
                "SELECT coalesce((SELECT version FROM published WHERE subject = $1),"
                " (SELECT applied FROM replica WHERE subject = $1), 0)",
                subject,
            )
        )

    async def knows(self, subject: str, version: int = 1, *, within_s: float = 60.0) -> None:
        """Wait until the subject is applied here in this version or a newer one."""

        async def reached() -> bool:
            return await self.version_of(subject) >= version

        await until(reached, within_s=within_s, what=f"version {version} of {subject}")

    async def told(self, subject: str) -> Sequence[dict[str, Any]]:
        """Each time the reaction ran to its end for this subject, in order."""
        return await self.fetch("SELECT * FROM told WHERE subject = $1 ORDER BY id", subject)

    async def drained(self, *, within_s: float = 60.0) -> None:
        """Wait until the broker has confirmed everything published."""

        async def empty() -> bool:
            return not await self.value("SELECT EXISTS (SELECT FROM outbox WHERE refused IS NULL)")

        await until(empty, within_s=within_s, what="an empty outbox")
