"""Writing to a connection that is closed already: uvloop raises what aiokafka does not expect."""

from typing import Any, Final

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

_SEND: Final = AIOKafkaConnection.send


def notice_closed() -> None:
    """Make this process' Kafka clients take a closed connection for one that broke.

    Under uvloop a write to it is a `RuntimeError`. That ended whatever had asked: the task that
    keeps a client's metadata fresh, silently and for good, or the process.
    """
    AIOKafkaConnection.send = _send


def _send(self: AIOKafkaConnection, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401  as aiokafka's
    if self._writer is not None and self._writer.is_closing():
        self.close(reason=CloseReason.CONNECTION_BROKEN)
        raise KafkaConnectionError(f"Connection at {self.host}:{self.port} is closed")
    return _SEND(self, *arguments, **named)
