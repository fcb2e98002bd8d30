"""Writing to a connection that is closed: under uvloop that is an error which aiokafka ignores."""

from typing import Any, Final

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

unpatched_send: Final = AIOKafkaConnection.send


def notice_closed_connections() -> None:
    """Make this process' Kafka clients take a closed connection for one that broke.

    asyncio drops a write to a closed transport; uvloop raises `RuntimeError`, and aiokafka expects
    `OSError` only. The error ended whatever had asked: the task that refreshes a client's metadata,
    silently and for good, or the process.

    Upstream: aio-libs/aiokafka#1038, open.
    """
    AIOKafkaConnection.send = _send


def _send(self: AIOKafkaConnection, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  as aiokafka's
    if self._writer is not None and self._writer.is_closing():
        self.close(reason=CloseReason.CONNECTION_BROKEN)
        raise KafkaConnectionError(f"Connection at {self.host}:{self.port} is closed")
    return unpatched_send(self, *arguments, **named)
