"""How the operator reaches the cluster."""

import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from intercoop_network.errors import NetworkError

MECHANISM: Final = "SCRAM-SHA-256"
_TIMEOUT_MS = 20_000


class Secret:
    """A text that does not show itself."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "Secret(…)"


@dataclass(frozen=True, slots=True)
class Connection:
    """Addresses, encryption, credentials; its text holds no password."""

    servers: str
    security: str = "PLAINTEXT"
    user: str | None = None
    password: Secret | None = None
    ca_file: Path | None = None

    @property
    def addresses(self) -> Sequence[tuple[str, int]]:
        """Host and port of each server. Raises `NetworkError` for what is not host:port."""
        pairs = [one.strip().rpartition(":") for one in self.servers.split(",")]
        try:
            return [(host.strip("[]"), int(port)) for host, _, port in pairs if host or port]
        except ValueError as error:
            raise NetworkError(f"--kafka {self.servers}: write host:port, …") from error

    @property
    def secret(self) -> str:
        return self.password.text if self.password else ""

    def as_user(self, user: str, password: str) -> "Connection":
        return replace(self, user=user, password=Secret(password))

    def ssl_context(self) -> ssl.SSLContext | None:
        """How the brokers' certificates are checked; None without TLS."""
        if not self.security.endswith("SSL"):
            return None
        try:
            return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        except OSError as error:
            raise NetworkError(f"{self.ca_file} cannot be used: {error}") from error

    def open(self) -> KafkaAdminClient:
        """An administrator's client. Raises `NetworkError` when the cluster is not reached."""
        # It would write the arguments of a connection, and each of its tries.
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # noqa: TID251  the library's own
        try:
            return KafkaAdminClient(**self._arguments())
        except (KafkaError, OSError) as error:
            raise NetworkError(
                f"{self.servers} was not reached ({error}). Nothing was changed."
            ) from error

    def _arguments(self) -> dict[str, Any]:  # Any: the client's arguments are of many types
        arguments: dict[str, Any] = {
            "bootstrap_servers": [one.strip() for one in self.servers.split(",")],
            "security_protocol": self.security,
            "request_timeout_ms": _TIMEOUT_MS,
            "bootstrap_timeout_ms": _TIMEOUT_MS,
        }
        if context := self.ssl_context():
            arguments["ssl_context"] = context
        if self.security.startswith("SASL"):
            arguments |= {
                "sasl_mechanism": MECHANISM,
                "sasl_plain_username": self.user or "",
                "sasl_plain_password": self.secret,
            }
        return arguments
