"""Why a broker does not let a service do something, in words with the remedy."""

import asyncio
import ssl

from aiokafka.errors import (
    AuthenticationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
    UnsupportedSaslMechanismError,
)

from intercoop_chassis.kafka.connection import connection_arguments
from intercoop_chassis.kafka.patches.denied_topics import denied_topics
from intercoop_chassis.kafka.patches.metadata import knock
from intercoop_chassis.settings import Settings

_TIMEOUT_S = 5.0
_ASK = "ask the cluster's operator"
_GIVEN = "(intercoop-network apply gives it)"


class NotLetInError(KafkaConnectionError):  # type: ignore[misc]  # aiokafka ships no types
    """The broker is there and does not let this service in; the text says why, and no secret."""

    def __str__(self) -> str:
        return str(self.args[0])


def may_not_write(owner: str) -> str:
    return (
        f"the broker does not allow writing there: {_ASK} for the right of {owner} to write to "
        f"topics that begin with shared.{owner}. and private.{owner}. {_GIVEN}"
    )


def may_not_read(owner: str) -> str:
    return (
        f"the broker does not allow reading there: {_ASK} for the right of {owner} to read "
        f"topics that begin with shared. and private.{owner}. {_GIVEN}"
    )


def may_not_join(owner: str) -> str:
    return (
        f"the broker does not allow the service's group: {_ASK} for the right of {owner} to read "
        f"groups that begin with {owner}. {_GIVEN}"
    )


async def in_words(settings: Settings, error: Exception) -> str:
    """What an error of the broker means; looks again at the connection where it does not say."""
    if isinstance(error, NotLetInError):
        return str(error)
    if isinstance(error, TransactionalIdAuthorizationFailed):
        return (
            f"the broker does not allow the relay's transactions: {_ASK} for the right of "
            f"{settings.owner} to write transactional ids that begin with {settings.owner}. "
            f"{_GIVEN}"
        )
    if isinstance(error, GroupAuthorizationFailedError):
        return may_not_join(settings.owner)
    if isinstance(error, TopicAuthorizationFailedError):
        return f"{', '.join(sorted(denied_topics(error)))}: {may_not_read(settings.owner)}"
    reason = await why_not_let_in(settings)
    return reason or f"the broker cannot be reached ({type(error).__name__})"


async def why_not_let_in(settings: Settings) -> str | None:
    """Knock at each bootstrap server; returns what keeps us out, None when it is not known."""
    for server in settings.kafka.split(","):
        host, _, port = server.strip().rpartition(":")
        reason = await _why_not(settings, host.strip("[]"), int(port))
        if reason:
            return reason
    return None


async def _why_not(settings: Settings, host: str, port: int) -> str | None:
    arguments = connection_arguments(settings)
    del arguments["bootstrap_servers"]
    timeout_ms = int(_TIMEOUT_S * 1000)
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            await knock(host, port, timeout_ms, arguments)
    except (AuthenticationFailedError, SaslAuthenticationFailed):
        return _wrong_password(settings)
    except (IllegalSaslStateError, UnsupportedSaslMechanismError):
        return _wrong_security(settings, f"{host}:{port}")
    except ssl.SSLError as error:
        return _wrong_certificate(error, f"{host}:{port}")
    except (KafkaConnectionError, ConnectionResetError):
        return _closed(settings, f"{host}:{port}")
    except (KafkaError, OSError, TimeoutError):
        return None  # it is not there, and the error says so
    return None


def _wrong_password(settings: Settings) -> str:
    return (
        f"the broker does not let {settings.kafka_user} in: the name or the password is wrong, or "
        "its access was revoked. Correct INTERCOOP_KAFKA_USER and INTERCOOP_KAFKA_PASSWORD, or "
        f"{_ASK} (intercoop-network apply sets a password)"
    )


def _wrong_security(settings: Settings, server: str) -> str:
    return (
        f"{server} does not speak {settings.kafka_security} with SCRAM-SHA-256: correct "
        f"INTERCOOP_KAFKA_SECURITY, or {_ASK}"
    )


def _wrong_certificate(error: ssl.SSLError, server: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"{server} shows a certificate that is not accepted ({error.verify_message}): nothing "
            "was sent. Is INTERCOOP_KAFKA_CA_FILE the authority of the cluster's certificates, "
            "and is the name in INTERCOOP_KAFKA the one they were made for?"
        )
    return f"{server} does not speak TLS as INTERCOOP_KAFKA_SECURITY asks: correct it"


def _closed(settings: Settings, server: str) -> str:
    return (
        f"{server} takes the connection and closes it: is INTERCOOP_KAFKA_SECURITY "
        f"({settings.kafka_security}) what the cluster asks for? Otherwise it is not ready yet"
    )
