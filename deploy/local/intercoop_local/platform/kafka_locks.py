"""The locks of an Apache Kafka node: who may connect, and that nobody may what is not allowed."""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from intercoop_local.platform.ports import LOOPBACK

OPERATOR: Final = "operator"

_LOCKS: Final = """\
listeners={name}://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners={name}://{host}:{port}
listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,{name}:{name}
inter.broker.listener.name={name}
sasl.enabled.mechanisms=SCRAM-SHA-256
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-256
sasl.mechanism.controller.protocol=PLAIN
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.{lower}.scram-sha-256.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required \
username="{user}" password="{password}";
listener.name.controller.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required \
username="{user}" password="{password}" user_{user}="{password}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:{user}
"""

_CERTIFICATE: Final = """\
ssl.keystore.type=PEM
ssl.keystore.location={keys}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
"""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files in PEM: a node's private key and certificate in one, and the authority's."""

    keys: Path
    authority: Path


@dataclass(frozen=True, slots=True)
class Locks:
    """The password of the operator, who is the super user; with a certificate, TLS."""

    password: str = field(repr=False)
    certificate: Certificate | None = None

    @property
    def security(self) -> str:
        """How clients connect, as their settings say it."""
        return "SASL_SSL" if self.certificate else "SASL_PLAINTEXT"

    @property
    def format_arguments(self) -> tuple[str, ...]:
        """What makes the first user, so that others can be made with it."""
        credential = f"SCRAM-SHA-256=[name={OPERATOR},password={self.password}]"
        return ("--add-scram", credential)

    def wrapped(self, plain: socket.socket) -> socket.socket:
        """A connection to the node as its clients speak it, for whatever name it was made for."""
        if self.certificate is None:
            return plain
        context = ssl.create_default_context(cafile=str(self.certificate.authority))
        context.check_hostname = False
        return context.wrap_socket(plain)

    def properties(self, port: int, controller_port: int) -> Mapping[str, str]:
        """What replaces and completes an open node's properties. The last word of a name counts."""
        text = _LOCKS.format(
            name=self.security,
            lower=self.security.lower(),
            host=LOOPBACK,
            port=port,
            controller_port=controller_port,
            user=OPERATOR,
            password=self.password,
        )
        if self.certificate:
            text += _CERTIFICATE.format(
                keys=self.certificate.keys, authority=self.certificate.authority
            )
        pairs = (line.partition("=") for line in text.splitlines())
        return {name: value for name, _, value in pairs}
