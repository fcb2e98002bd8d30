"""Cancellations: closing a client of aiokafka cancels whoever waits for it, and not us."""

import asyncio

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.group_coordinator import NoGroupCoordinator
from aiokafka.consumer.subscription_state import SubscriptionState

from intercoop_chassis.kafka.patches.cancellations import (
    StrayCancelError,
    close_within,
    not_cancelled,
)

ENOUGH_S = 5


def coordinator():
    """Part of a consumer without a group, that is closed right after it was made."""
    return NoGroupCoordinator(AIOKafkaClient(), SubscriptionState())


async def test_upstream_cancels_whoever_closes_what_has_just_started():
    with pytest.raises(asyncio.CancelledError):
        await coordinator().close()


async def test_whoever_closes_it_within_some_time_goes_on():
    await close_within(ENOUGH_S, coordinator().close())


async def test_work_that_upstream_cancels_is_an_error():
    with pytest.raises(StrayCancelError):
        await not_cancelled(coordinator().close())
