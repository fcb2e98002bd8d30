"""What a service does in time is registered once for each kind, by each of its capabilities."""

import asyncio
from datetime import timedelta

import pytest

from intercoop_chassis.clock import system_clock
from intercoop_chassis.context import Context
from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.jobs.attempts import USUAL
from intercoop_chassis.jobs.firing import TimerLoop
from intercoop_chassis.jobs.housekeeping import PURGE_KIND
from intercoop_chassis.jobs.leases import Lease, LeaseLostError
from intercoop_chassis.jobs.registry import Delivery, Timer
from intercoop_chassis.postgres import AtHome, Database, Transaction

HOUR = timedelta(hours=1)


async def handle(_: Job, __: Transaction) -> None:
    """Not called."""


async def deliver(_: Job, __: Context) -> None:
    """Not called."""


def timers() -> Jobs:
    jobs = Jobs()
    jobs.on("reminder")(handle)
    jobs.every("sweep", HOUR)(handle)
    return jobs


def mails() -> Jobs:
    jobs = Jobs()
    jobs.delivery("mail", needs=("smtp",))(deliver)
    return jobs


def test_what_several_capabilities_do_is_united() -> None:
    united = Jobs.together(timers(), mails())

    assert united.timers == {"reminder": Timer(handle), "sweep": Timer(handle, HOUR)}
    assert united.deliveries == {"mail": Delivery(deliver, ("smtp",), None)}


def test_what_a_killed_process_was_at_is_taken_within_fifteen_seconds() -> None:
    assert USUAL.lease_s + USUAL.idle_s < 15
    assert USUAL.renew_s < USUAL.lease_s / 3, (
        "a renewal may be late or fail, and the next is in time"
    )


async def test_a_try_is_cut_when_its_lease_ends_and_not_before() -> None:
    loop = asyncio.get_running_loop()
    lease = Lease(loop.time() + 0.01)
    with pytest.raises(LeaseLostError):
        async with lease.held():
            await asyncio.Event().wait()
    lease = Lease(loop.time() + 0.01)
    lease.renew(loop.time() + 60)
    async with lease.held():
        lease.renew(loop.time() + 60)
        await asyncio.sleep(0)


async def test_another_time_out_within_a_lease_stays_what_it_is() -> None:
    lease = Lease(asyncio.get_running_loop().time() + 60)
    with pytest.raises(TimeoutError):
        async with lease.held(), asyncio.timeout(0):
            await asyncio.Event().wait()


def test_two_handlers_for_one_kind_are_refused_whatever_it_is() -> None:
    jobs = Jobs.together(timers(), mails())

    with pytest.raises(ValueError, match="'reminder'"):
        jobs.on("reminder")(handle)
    with pytest.raises(ValueError, match="'mail'"):
        jobs.delivery("mail")(deliver)
    with pytest.raises(ValueError, match="'mail'"):
        jobs.every("mail", HOUR)(handle)


def test_two_capabilities_with_handlers_for_one_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="'reminder'"):
        Jobs.together(timers(), mails(), timers())


async def test_the_chassis_own_kinds_are_taken() -> None:
    jobs = Jobs()
    jobs.on(PURGE_KIND)(handle)

    with pytest.raises(ValueError, match=PURGE_KIND):
        TimerLoop(
            Database("postgresql://", home=AtHome("ouest")), jobs, system_clock, service="shelf"
        )
