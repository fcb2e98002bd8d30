"""Quotas of users, by the protocol's own messages: the client library has no call for them."""

from collections.abc import Mapping
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import for_code
from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

from intercoop_network.errors import NetworkError

_USER = "user"
_ANY_NAME = 2
_Entry = AlterClientQuotasRequest.EntryData
_Filter = DescribeClientQuotasRequest.ComponentData


def read_quotas(client: KafkaAdminClient) -> dict[str, dict[str, float]]:
    """Every quota that is set for a user by name: user → limit → value."""
    wanted = _Filter(entity_type=_USER, match_type=_ANY_NAME, match=None)
    answer = _send(client, DescribeClientQuotasRequest(components=[wanted], strict=True))
    if answer.error_code:
        raise NetworkError(f"Quotas cannot be read: {answer.error_message}")
    return {
        entry.entity[0].entity_name: {value.key: value.value for value in entry.values}
        for entry in answer.entries or ()
        if entry.entity[0].entity_name
    }


def set_quota(client: KafkaAdminClient, user: str, limits: Mapping[str, float | None]) -> None:
    """Set a user's limits; None takes one away. Raises `NetworkError`."""
    operations = [
        _Entry.OpData(key=name, value=value or 0.0, remove=value is None)
        for name, value in limits.items()
    ]
    entity = [_Entry.EntityData(entity_type=_USER, entity_name=user)]
    request = AlterClientQuotasRequest(
        entries=[_Entry(entity=entity, ops=operations)], validate_only=False
    )
    for entry in _send(client, request).entries:
        if entry.error_code:
            why = entry.error_message or for_code(entry.error_code).__name__
            raise NetworkError(f"The quota of {user} could not be set: {why}")


def _send(client: KafkaAdminClient, request: object) -> Any:  # noqa: ANN401  no types there
    manager = client._manager  # noqa: SLF001  its own calls send the same way
    return manager.run(manager.send, request)
