"""A role of the test service in a process of its own, that kills itself at a failpoint."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

from intercoop_chassis import failpoints
from intercoop_chassis.clock import system_clock
from intercoop_chassis.context import Context
from intercoop_chassis.failpoints import Step
from intercoop_chassis.jobs import Job, Jobs
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.jobs.delivering import DeliveryLoop
from intercoop_chassis.jobs.firing import TimerLoop
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.settings import Settings
from testkit import child_processes, short_timeouts
from testkit.nodes import Node
from testkit.things.service import things_service
from testkit.things.streams import THINGS, ThingView

JOBS = Jobs()
QUICK = DeliveryLimits(idle_s=0.05, lease_s=2.0, try_s=1.0)

_COMMAND = (sys.executable, "-m", "testkit.crashing_process")
_TESTS = Path(__file__).parents[1]


@JOBS.on("make")
async def make(job: Job, tx: Transaction) -> None:
    """Publish the thing that the timer's key names."""
    tx.publish(THINGS, job.key, ThingView(name="made in time"), event_type="thing-made")


@JOBS.delivery("line")
async def write_line(job: Job, _: Context) -> None:
    """Deliver a line to the file that the payload names."""
    with Path(job.payload["file"]).open("a", encoding="utf-8") as file:
        file.write(f"{job.key}\n")


def start(
    role: str,
    settings: Settings,
    *arguments: str,
    dies_at: Step | str = "",
    given_up_soon: bool = True,
) -> subprocess.Popen[bytes]:
    """Start a role of the test service; it ends by SIGKILL when it reaches the step.

    `given_up_soon`: its group goes on without it a second after it is killed, not after six.

    Roles: `relay`, `worker`, `timers`, `outgoing`, and `publisher`, which publishes the thing that
    its argument names and ends.
    """
    known = settings.model_dump(mode="json", exclude_defaults=True)
    known["database"] = settings.database.get_secret_value()
    return child_processes.start(
        [*_COMMAND, str(int(given_up_soon)), role, json.dumps(known), *arguments],
        cwd=_TESTS,
        stdout=subprocess.DEVNULL,
        env=os.environ | ({failpoints.VARIABLE: str(dies_at)} if dies_at else {}),
    )


async def _publish(node: Node, *subjects: str) -> None:
    for subject in subjects:
        await node.publish(THINGS, ThingView(name=subject), subject)


async def _relay(node: Node) -> None:
    node.start_relay()
    await asyncio.Event().wait()


async def _work(node: Node) -> None:
    node.start_worker()
    await asyncio.Event().wait()


async def _fire(node: Node) -> None:
    await TimerLoop(node.db, JOBS, system_clock, service="things").run(asyncio.Event())


async def _deliver(node: Node) -> None:
    loop = DeliveryLoop(
        Context(node.settings, node.db), JOBS, node.health, service="things", limits=QUICK
    )
    await loop.run(asyncio.Event())


_ROLES: Mapping[str, Callable[..., Awaitable[None]]] = {
    "publisher": _publish,
    "relay": _relay,
    "worker": _work,
    "timers": _fire,
    "outgoing": _deliver,
}


async def _run(role: str, settings: Settings, arguments: list[str]) -> None:
    service = replace(things_service(), jobs=JOBS)
    await _ROLES[role](Node(service, settings), *arguments)


if __name__ == "__main__":
    given_up_soon, role, known, *arguments = sys.argv[1:]
    short_timeouts.shorten_metadata_age()
    if int(given_up_soon):
        short_timeouts.shorten_session_timeout()
    asyncio.run(_run(role, Settings.model_validate_json(known), arguments))
