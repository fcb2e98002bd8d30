"""The doctor of a service that sends mails: the server, the settings, and what fails to leave."""

import asyncio
import json

from click.testing import CliRunner

from intercoop_chassis.cli import command_line
from intercoop_local.platform.ports import free_port
from intercoop_notifications.main import SERVICE

FAILS = """
INSERT INTO jobs (key, kind, payload, deadline, attempts, last_error, due_at)
VALUES ('mail:1', 'mail', '{}', now() + interval '1 day', 3, 'the mail server cannot be reached',
        now() - $1::text::interval)
"""


async def examined(service, **changes):
    """What the doctor says of mails, by the name of its check: level and sentence."""
    known = service.settings.model_copy(update=changes)
    environment = {
        "INTERCOOP_NETWORK": known.network,
        "INTERCOOP_OWNER": known.owner,
        "INTERCOOP_DATABASE": known.database.get_secret_value(),
        "INTERCOOP_KAFKA": f"127.0.0.1:{free_port()}",
        "INTERCOOP_SMTP": known.smtp,
        "INTERCOOP_HTTP_PORT": str(free_port()),
        "INTERCOOP_LOG_LEVEL": "error",
        "LC_ALL": "C.UTF-8",
    }
    asked = (command_line(SERVICE), ["doctor", "--json"])
    done = await asyncio.to_thread(CliRunner().invoke, *asked, env=environment)
    found = {check["what"]: check for check in json.loads(done.output)}
    return [(found[name]["level"], found[name]["said"]) for name in ("mail server", "mail")]


async def test_a_mail_server_that_answers_and_nothing_that_waits(service, smtp_server):
    server, outgoing = await examined(service, smtp=smtp_server.url)
    assert server == ("ok", "it answers")
    assert outgoing[0] == "ok"


async def test_a_mail_server_that_is_down_and_what_fails_for_its_sake(service, smtp_server):
    await smtp_server.close()
    async with service.db.transaction() as tx:
        await tx.execute(FAILS, "2 minutes")
    server, outgoing = await examined(service, smtp=smtp_server.url)
    assert server[0] == "fail"
    assert server[1] == "no answer (ConnectionRefusedError)"
    assert outgoing[0] == "warn"
    assert "1 fail and are tried again" in outgoing[1]
    assert "the mail server cannot be reached" in outgoing[1]


async def test_something_else_than_a_mail_server_is_told_from_one(service):
    async def greet(reader, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n")
        await reader.read()
        writer.close()

    other = await asyncio.start_server(greet, "127.0.0.1", 0)
    server, _ = await examined(
        service, smtp=f"smtp://127.0.0.1:{other.sockets[0].getsockname()[1]}"
    )
    other.close()
    assert server == ("fail", "no answer (HTTP/1.1 400 Bad Request)")


async def test_without_a_mail_server_mails_wait(service):
    assert (await examined(service, smtp=None))[0] == ("warn", "none is set: mails wait")
