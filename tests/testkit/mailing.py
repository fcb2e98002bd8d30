"""Mails that leave from a process of their own, which may kill itself between sending and noting."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from intercoop_chassis.health import Health
from intercoop_chassis.outgoing import OutgoingRunner, rows
from intercoop_chassis.outgoing.runner import Pace
from intercoop_chassis.postgres import Database
from intercoop_chassis.service import Context
from intercoop_chassis.settings import Settings
from intercoop_notifications.main import SERVICE
from testkit import children

_TESTS = Path(__file__).parents[1]


def start(settings: Settings, *, dies: bool) -> subprocess.Popen[bytes]:
    """Start it with leases of 2 s; one that `dies` ends by SIGKILL after a mail has left."""
    known = settings.model_dump(mode="json", exclude_defaults=True)
    known["database"] = settings.database.get_secret_value()
    return children.start(
        [sys.executable, "-m", "testkit.mailing", str(dies), json.dumps(known)], cwd=_TESTS
    )


async def _die(*_: object) -> bool:
    os.kill(os.getpid(), signal.SIGKILL)
    return False


async def _run(settings: Settings) -> None:
    db = Database(settings.database.get_secret_value(), owner=settings.owner)
    pace = Pace(idle_s=0.05, lease_s=2.0, try_s=1.5)
    runner = OutgoingRunner(
        Context(settings, db), SERVICE.outgoing, Health(), service="notifications", pace=pace
    )
    await runner.run(asyncio.Event())


if __name__ == "__main__":
    if sys.argv[1] == "True":
        rows.finish = _die
    asyncio.run(_run(Settings.model_validate_json(sys.argv[2])))
