"""A locked network: each owner's user, rights and topics on this machine's Apache Kafka."""

import asyncio
from collections.abc import Mapping
from typing import Any

from intercoop_local.home import Home
from intercoop_local.network import DEFAULT_FILE
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.kafka import LocalKafka
from intercoop_local.platform.kafka_locks import OPERATOR, Locks
from intercoop_network.applying import Operation
from intercoop_network.connection import MECHANISM, Connection, Secret
from intercoop_network.errors import NetworkError
from intercoop_network.file import TopicChoices, read_file
from intercoop_network.passwords import Passwords
from intercoop_network.wanted import wanted


class Locking:
    """Lets owners into a locked Apache Kafka, as `intercoop-network apply` does for a real one."""

    def __init__(self, home: Home, kafka: LocalKafka) -> None:
        self._kafka = kafka
        self._passwords = Passwords(home.kafka_passwords, {})
        self._turn = asyncio.Lock()
        self.locks = Locks(home.password("kafka-operator"))

    async def admit(self, owner: str) -> None:
        """Give an owner its user, rights and topics. Raises `PlatformError`."""
        async with self._turn:
            try:
                await asyncio.to_thread(self._operation(owner).apply)
            except NetworkError as error:
                raise PlatformError(f"{owner} is not let into Apache Kafka: {error}") from error

    def settings_of(self, owner: str) -> Mapping[str, str]:
        """What an owner's services are told; the password stays in its file."""
        return {
            "KAFKA_SECURITY": self.locks.security,
            "KAFKA_USER": owner,
            "KAFKA_PASSWORD_FILE": str(self._passwords.folder / owner),
            "CREATE_TOPICS": "false",
        }

    def operator_arguments(self) -> dict[str, Any]:  # Any: as aiokafka's clients take them
        """How a client connects as the operator, who may read everything."""
        return {
            "security_protocol": self.locks.security,
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": OPERATOR,
            "sasl_plain_password": self.locks.password,
        }

    def _operation(self, owner: str) -> Operation:
        """One owner at a time: what the file does not name is left alone."""
        file = read_file(DEFAULT_FILE).only(frozenset({owner}), TopicChoices())
        secret = Secret(self.locks.password)
        connection = Connection(self._kafka.bootstrap, self.locks.security, OPERATOR, secret)
        return Operation(wanted(file), connection, self._passwords)
