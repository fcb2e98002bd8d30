"""Mails that a served instance sends while a test goes on, by real SMTP to a server of the test's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

from intercoop_chassis.health import Health
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.jobs.delivering import DeliveryLoop
from intercoop_local.services import load_services
from testkit.nodes import until
from testkit.served_instance import ServedInstance
from testkit.smtp_server import ScriptedSmtpServer

QUICK = DeliveryLimits(idle_s=0.05, lease_s=60.0)


@asynccontextmanager
async def delivering(instance: ServedInstance, service: str = "directory") -> AsyncIterator[None]:
    """Deliver what a service of the instance has to send, until the block ends."""
    (known,) = load_services((service,))
    context = instance.app.state.site.contexts[service]
    stop = asyncio.Event()
    loop = DeliveryLoop(context, known.jobs, Health(), service=service, limits=QUICK)
    task = asyncio.create_task(loop.run(stop))
    yield
    stop.set()
    await asyncio.wait_for(task, 20)


async def mail_to(server: ScriptedSmtpServer, address: str, number: int = 1) -> EmailMessage:
    """The mail of this number that came for an address, waited for."""

    def came() -> list[EmailMessage]:
        return [mail for mail in server.received if address in str(mail["To"])]

    async def is_there() -> bool:
        return len(came()) >= number

    await until(is_there, what=f"mail {number} to {address}")
    return came()[number - 1]
