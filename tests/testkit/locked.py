"""A locked Apache Kafka in a test: its owners, their rights, and clients that connect as them."""

import asyncio
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from pydantic import SecretStr

from intercoop_chassis.service import Service
from intercoop_chassis.wire.sealing import create_key_file
from intercoop_local.platform.kafka import LocalKafka
from intercoop_local.platform.kafka_locks import OPERATOR, Locks
from intercoop_network.applying import Operation
from intercoop_network.connection import Connection, Secret
from intercoop_network.file import NetworkFile, Owner, Quota, TopicChoices
from intercoop_network.passwords import Passwords
from intercoop_network.steps import Orders, Plan
from intercoop_network.wanted import wanted
from testkit.nodes import Node
from testkit.platform import Platform
from testkit.things.service import things_service
from testkit.things.streams import PARTS, SECRETS, THINGS

OPERATORS_PASSWORD = "the-operators-password"
STREAMS = (THINGS, PARTS, SECRETS)


class LockedNetwork:
    """Owners of one test on a locked broker; everything is closed at the end of the test."""

    def __init__(self, platform: Platform, kafka: LocalKafka, folder: Path) -> None:
        self.platform = platform
        self.kafka = kafka
        self.locks = kafka.locks or Locks(OPERATORS_PASSWORD)
        self.folder = folder
        self.passwords = Passwords(folder / "passwords", {})
        self.owners: dict[str, dict[str, Any]] = {}
        self._tag = uuid4().hex[:6]
        self._ends = AsyncExitStack()

    def owner(self, name: str) -> str:
        """`ouest` and `ouest-2` become `x-ouest` and `x-ouest-2`, with a tag of the test's own."""
        return f"{self._tag}-{name}"

    @property
    def connection(self) -> Connection:
        """The operator's."""
        authority = self.locks.certificate.authority if self.locks.certificate else None
        secret = Secret(self.locks.password)
        return Connection(self.kafka.bootstrap, self.locks.security, OPERATOR, secret, authority)

    def operation(self, **choices: Any) -> Operation:
        """The network of this test's owners as they were let in; `choices` are its topics'."""
        owners = [
            Owner(slug=self.owner(name), kind="union", name=name, **entry)
            for name, entry in self.owners.items()
        ]
        quota = choices.pop("quota", Quota())
        topics = TopicChoices(**choices)
        file = NetworkFile(name="test", owner=tuple(owners), topics=topics, quota=quota)
        return Operation(wanted(file, STREAMS), self.connection, self.passwords)

    async def apply(self, *names: str, **orders: set[str]) -> Plan:
        """Let these owners in, beside those before, and carry the orders out."""
        self.owners |= {name: {} for name in names if name not in self.owners}
        named = {
            one: frozenset(self.owner(name) for name in names) for one, names in orders.items()
        }
        return await asyncio.to_thread(self.operation().apply, Orders(**named))

    def arguments(self, name: str | None, password: str | None = None) -> dict[str, Any]:
        """What an aiokafka client takes to connect as this owner; None is the operator."""
        user = self.owner(name) if name else OPERATOR
        kept = self.passwords.find(user) if name else self.locks.password
        arguments = {
            "bootstrap_servers": self.kafka.bootstrap,
            "security_protocol": self.locks.security,
            "sasl_mechanism": "SCRAM-SHA-256",
            "sasl_plain_username": user,
            "sasl_plain_password": password or kept,
        }
        if context := self.connection.ssl_context():
            arguments["ssl_context"] = context
        return arguments

    async def admin(self, name: str | None) -> AIOKafkaAdminClient:
        return await self._open(AIOKafkaAdminClient(**self.arguments(name)), "close")

    async def producer(self, name: str | None, **choices: Any) -> AIOKafkaProducer:
        return await self._open(AIOKafkaProducer(**self.arguments(name), **choices), "stop")

    async def reader(self, name: str | None, *topics: str, **choices: Any) -> AIOKafkaConsumer:
        """A consumer that begins with the first record."""
        reader = AIOKafkaConsumer(
            *topics, **self.arguments(name), auto_offset_reset="earliest", **choices
        )
        return await self._open(reader, "stop")

    async def node(self, name: str, *, password: str | None = None, **choices: Any) -> Node:
        """A service of this owner as an operator sets it up, not yet running."""
        service: Service = choices.pop("service", None) or things_service()
        slug = self.owner(name)
        keys = self.folder / f"{name}.keys"
        if not keys.exists():
            create_key_file(keys)
        certificate = self.locks.certificate
        settings = {
            "network": "test",
            "owner": slug,
            "database": SecretStr(await self.platform.database(service)),
            "kafka": self.kafka.bootstrap,
            "kafka_security": self.locks.security,
            "kafka_user": slug,
            "kafka_password": SecretStr(password or self.passwords.find(slug) or "unknown"),
            "kafka_ca_file": certificate.authority if certificate else None,
            "create_topics": False,
            "follows": frozenset(map(self.owner, self.owners)),
            "sealing_keys_file": keys,
        }
        node = Node(service, service.settings(**{**settings, **choices}))
        self._ends.push_async_callback(node.close)
        return node

    async def close(self) -> None:
        await self._ends.aclose()

    async def _open(self, client: Any, end: str) -> Any:
        async def close() -> None:
            with suppress(Exception):  # a test may have shut it out
                await asyncio.wait_for(getattr(client, end)(), 5)

        self._ends.push_async_callback(close)
        await client.start()
        return client
