"""Connection parameters of Kafka clients, from settings; the same for aiokafka and FastStream."""

import ssl
from typing import Any

from faststream.security import BaseSecurity, SASLScram256

from intercoop_chassis.kafka.patches.closed_connections import notice_closed_connections
from intercoop_chassis.kafka.patches.compressed_batches import refuse_compressed_batches
from intercoop_chassis.settings import Settings


def connection_arguments(settings: Settings) -> dict[str, Any]:
    """Arguments every aiokafka client takes: addresses, encryption, credentials.

    Values are of many types, as aiokafka's keyword arguments are.
    """
    notice_closed_connections()
    refuse_compressed_batches()
    arguments: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in settings.kafka.split(",")],
        "security_protocol": settings.kafka_security,
    }
    if context := _ssl_context(settings):
        arguments["ssl_context"] = context
    if settings.kafka_security.startswith("SASL"):
        user, password = _credentials(settings)
        arguments |= {
            "sasl_mechanism": "SCRAM-SHA-256",
            "sasl_plain_username": user,
            "sasl_plain_password": password,
        }
    return arguments


def broker_security(settings: Settings) -> BaseSecurity:
    """The same for FastStream."""
    notice_closed_connections()
    refuse_compressed_batches()
    context = _ssl_context(settings)
    if not settings.kafka_security.startswith("SASL"):
        return BaseSecurity(ssl_context=context)
    user, password = _credentials(settings)
    return SASLScram256(user, password, ssl_context=context)


def _ssl_context(settings: Settings) -> ssl.SSLContext | None:
    if not settings.kafka_security.endswith("SSL"):
        return None
    authority = settings.kafka_ca_file
    return ssl.create_default_context(cafile=str(authority) if authority else None)


def _credentials(settings: Settings) -> tuple[str, str]:
    password = settings.kafka_password
    return settings.kafka_user or "", password.get_secret_value() if password else ""
