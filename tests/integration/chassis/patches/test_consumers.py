"""What a consumer of aiokafka knows and does not say."""

import asyncio

import pytest
from aiokafka.errors import KafkaError

from intercoop_chassis.kafka.patches.consumers import positions_of, raise_fetch_error
from testkit.nodes import until

SOON_S = 0.5


async def nobody(*_arguments, **_named):
    """No connection: the broker is away."""


async def test_upstream_waits_for_a_position_and_ours_are_those_that_are_known(
    consumer, partition, monkeypatch
):
    monkeypatch.setattr(consumer._client, "_get_conn", nobody)
    consumer.assign([partition])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(consumer.position(partition), SOON_S)
    assert positions_of(consumer) == {}

    consumer.seek(partition, 7)
    assert (
        positions_of(consumer) == {partition: 7} == {partition: await consumer.position(partition)}
    )


async def test_upstream_polls_nothing_for_ever_where_fetching_has_failed(
    consumer, partition, monkeypatch
):
    consumer.assign([partition])
    raise_fetch_error(consumer)  # nothing has failed yet

    async def fails(*_):
        raise KeyError("a connection that is gone")

    monkeypatch.setattr(consumer._fetcher, "_proc_fetch_request", fails)
    fetching = consumer._fetcher.error_future

    async def has_failed():
        return fetching.done()

    await until(has_failed, what="a fetcher that has failed")
    assert await consumer.getmany(timeout_ms=100) == {}, "upstream says nothing"
    with pytest.raises(KafkaError, match="Unexpected error"):
        raise_fetch_error(consumer)
