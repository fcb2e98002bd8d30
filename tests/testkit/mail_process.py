"""Mails that leave from a process of their own, which may kill itself between sending and noting."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.jobs import deliveries
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.jobs.delivering import DeliveryLoop
from intercoop_chassis.postgres import AtHome, Database
from intercoop_notifications.main import SERVICE
from intercoop_notifications.settings import NotificationsSettings
from testkit import child_processes

_TESTS = Path(__file__).parents[1]


def start(settings: NotificationsSettings, *, dies: bool) -> subprocess.Popen[bytes]:
    """Start it with leases of 2 s; one that `dies` ends by SIGKILL after a mail has left."""
    known = settings.model_dump(mode="json", exclude_defaults=True)
    known["database"] = settings.database.get_secret_value()
    return child_processes.start(
        [sys.executable, "-m", "testkit.mail_process", str(dies), json.dumps(known)], cwd=_TESTS
    )


async def _die(*_: object) -> bool:
    os.kill(os.getpid(), signal.SIGKILL)
    return False


async def _run(settings: NotificationsSettings) -> None:
    db = Database(settings.database.get_secret_value(), home=AtHome(settings.owner))
    limits = DeliveryLimits(idle_s=0.05, lease_s=2.0, try_s=1.5)
    loop = DeliveryLoop(
        Context(settings, db), SERVICE.jobs, Health(), service="notifications", limits=limits
    )
    await loop.run(asyncio.Event())


if __name__ == "__main__":
    if sys.argv[1] == "True":
        deliveries.finish = _die
    asyncio.run(_run(NotificationsSettings.model_validate_json(sys.argv[2])))
