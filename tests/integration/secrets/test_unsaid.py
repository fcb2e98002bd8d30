"""Secrets and people's names are in no line, no answer and no metric, whatever goes wrong."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from intercoop_chassis.postgres import AtHome, Database
from intercoop_chassis.postgres.migrate import migrate
from intercoop_chassis.wire.sealing import create_key_file
from intercoop_contracts.directory import PEOPLE
from intercoop_contracts.events import REGISTRATIONS
from intercoop_local.platform.ports import free_port
from intercoop_local.services import NAMES, load_services
from intercoop_notifications.main import SERVICE as NOTIFICATIONS
from intercoop_notifications.settings import NotificationsSettings
from testkit import child_processes
from testkit.ids import new_id
from testkit.in_memory_network import StateEventConsumer, state_event
from testkit.nodes import until
from testkit.notifications_service import person_view, registration_view

DATABASE = "geheimnis-der-datenbank"
SASL = "geheimnis-des-brokers"
SMTP = "geheimnis-der-post"
PEOPLES = ("Zéphyrine", "Quintessence", "zephyrine@quintessence.example", "+33555000111")
PERSON = {
    "given_name": "Zéphyrine",
    "family_name": "Quintessence",
    "contact_points": [
        {"kind": "email", "value": "zephyrine@quintessence.example"},
        {"kind": "phone", "value": "+33555000111"},
    ],
}


class Process:
    """Every service of one owner in one process that says all it can; and what it was heard saying."""

    def __init__(self, folder, environment):
        self.port = environment["INTERCOOP_HTTP_PORT"]
        self.log = folder / f"log-{self.port}"
        self.answers = []
        with self.log.open("wb") as out:
            self.process = child_processes.start(
                [sys.executable, "-m", "intercoop_local", "serve", *NAMES],
                stdout=out,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ["PATH"], **environment},
            )

    async def ask(self, method, path, token=None, **request):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as client:
            answer = await client.request(method, path, headers=headers, timeout=30, **request)
        self.answers.append(f"{answer.headers} {answer.text}")
        return answer

    async def listens(self):
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            return await self.ask("GET", "/health/ready")
        except httpx.TransportError:
            return None

    async def ready(self):
        answer = await self.listens()
        return answer is not None and answer.status_code == 200

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)

    @property
    def said(self):
        return self.log.read_text(errors="replace")


@pytest.fixture
def environment(platform, issuer, tmp_path):
    """What an operator sets, with secrets that are recognised wherever they turn up."""

    async def of(**changes):
        owner = f"secretive-{uuid4().hex[:6]}"
        keys, smtp = tmp_path / f"{owner}.keys", tmp_path / f"{owner}.smtp"
        create_key_file(keys)
        smtp.write_text(SMTP)
        dsns = {}
        for service in load_services():
            name = f"{owner}-{service.name}"
            dsns[service.name] = await platform.postgres.ensure_database(name, DATABASE)
            await migrate(dsns[service.name], service.migration_sets)
        return {
            "INTERCOOP_NETWORK": "test",
            "INTERCOOP_OWNER": owner,
            **{f"INTERCOOP_{name.upper()}_DATABASE": dsn for name, dsn in dsns.items()},
            "INTERCOOP_KAFKA": platform.kafka.bootstrap,
            "INTERCOOP_KAFKA_USER": owner,
            "INTERCOOP_KAFKA_PASSWORD": SASL,
            "INTERCOOP_FOLLOWS": owner,
            "INTERCOOP_SEALING_KEYS_FILE": str(keys),
            "INTERCOOP_SIGNING_KEYS_FILE": str(issuer.keys_file),
            "INTERCOOP_HTTP_PORT": str(free_port()),
            "INTERCOOP_SMTP": f"smtp://127.0.0.1:{free_port()}",
            "INTERCOOP_SMTP_USER": "intercoop",
            "INTERCOOP_SMTP_PASSWORD_FILE": str(smtp),
            "INTERCOOP_MAIL_FROM": "intercoop@scop.example",
            "INTERCOOP_PUBLIC_URL": "https://coop.example",
            "INTERCOOP_LOG_LEVEL": "debug",
            "INTERCOOP_LOG_FORMAT": "json",
            **changes,
        }

    return of


@pytest.fixture
def started(tmp_path):
    processes = []

    def start(environment):
        processes.append(Process(tmp_path, environment))
        return processes[-1]

    yield start
    for one in processes:
        one.process.kill()
        one.process.wait()


def check_unsaid(process, environment, *tokens):
    """No secret anywhere; no person in the log."""
    keys = Path(environment["INTERCOOP_SEALING_KEYS_FILE"]).read_text().split()
    signatures = [token.rpartition(".")[2] for token in tokens]
    for secret in (DATABASE, SASL, SMTP, *keys, *tokens, *signatures):
        assert secret not in process.said
        assert secret not in "".join(process.answers)
    for line in process.said.splitlines():
        words = json.loads(line) if line.startswith("{") else {"event": line}
        text = json.dumps(words, ensure_ascii=False)
        for person in PEOPLES:
            assert person not in text
    assert "Traceback" not in "".join(process.answers)


async def mail_waits(process, token):
    answer = await process.ask("GET", "/notifications/api/mails", token)
    mails = answer.json()["items"] if answer.status_code == 200 else []
    return mails and mails[0]["last_error"]


async def somebody_registers(given, issuer):
    """Their notice is made, and their mail waits."""
    owner = given["INTERCOOP_OWNER"]
    dsn = given["INTERCOOP_NOTIFICATIONS_DATABASE"]
    settings = NotificationsSettings(
        network="test",
        owner=owner,
        database=dsn,
        kafka="localhost:1",
        signing_keys_file=issuer.keys_file,
    )
    db = Database(dsn, home=AtHome(owner, settings=settings))
    consumer, person = StateEventConsumer(NOTIFICATIONS, owner, db), new_id(owner)
    view = person_view(PEOPLES[2], given_name=PEOPLES[0], family_name=PEOPLES[1])
    await consumer.receive([state_event(PEOPLE, owner, person, view)])
    await consumer.receive(
        [state_event(REGISTRATIONS, owner, new_id(owner), registration_view(person))]
    )
    await db.close()


async def test_at_work_and_at_a_loss_no_secret_and_no_name_is_said(environment, started, issuer):
    given = await environment()
    owner = given["INTERCOOP_OWNER"]
    process = started(given)
    await until(process.ready, what="a process that is ready", within_s=90)
    staff = issuer.token(owner=owner, roles=["staff"])
    forged = staff[:-12] + "AAAAAAAAAAAA"

    made = await process.ask("POST", "/directory/api/people", staff, json=PERSON)
    assert made.status_code == 201
    shown = len(process.answers) - 1
    process.answers[shown] = ""  # staff may read whom they registered
    wrong = {**PERSON, "mandates": "Quintessence", "given_name": ["Zéphyrine"]}
    for token, body in ((staff, wrong), (forged, PERSON), (None, PERSON)):
        answer = await process.ask("POST", "/directory/api/people", token, json=body)
        assert answer.status_code in {401, 422}
    await process.ask("GET", "/directory/api/people", staff, params={"limit": "Quintessence"})
    asked = f"/notifications/stop/{'Quintessence' * 3}"
    await process.ask("GET", asked)
    process.answers[-1] = process.answers[-1].replace(asked, "")  # its own address, to come back to
    await process.ask("GET", "/events/api/calendars/people/Quintessence.ics")

    await somebody_registers(given, issuer)
    why = await until(lambda: mail_waits(process, staff), what="a mail that cannot leave")
    assert "cannot be reached" in why
    for path in ("/metrics", "/health/ready", "/openapi.json", "/nowhere"):
        await process.ask("GET", path, staff)

    process.end()
    assert '"level": "debug"' in process.said
    check_unsaid(process, given, staff, forged)
    assert [said for said in process.answers for one in PEOPLES if one in said] == []


async def test_a_wrong_password_is_not_repeated_to_anybody(environment, started, issuer, platform):
    """The database refuses it, and so does the broker: both are said, the passwords are not.

    The process stays, and works when the password is right.
    """
    given = await environment(INTERCOOP_KAFKA_SECURITY="SASL_PLAINTEXT")
    right = given["INTERCOOP_DIRECTORY_DATABASE"]
    given["INTERCOOP_DIRECTORY_DATABASE"] = right.replace(DATABASE, f"{DATABASE}-wrong")
    assert given["INTERCOOP_DIRECTORY_DATABASE"] != right
    process = started(given)
    staff = issuer.token(owner=given["INTERCOOP_OWNER"], roles=["staff"])
    await until(process.listens, what="a process that listens", within_s=90)

    answer = await process.ask("POST", "/directory/api/people", staff, json=PERSON)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (503, "database-unavailable")

    async def both():
        said = process.said
        return "worker_session_ended" in said and "relay_session_ended" in said

    await until(both, what="a word on the broker")
    await process.ask("GET", "/health/ready")
    await process.ask("GET", "/metrics")
    async with platform.postgres.session() as session:
        role = f"{given['INTERCOOP_OWNER']}-directory"
        await session.execute(f"ALTER ROLE \"{role}\" PASSWORD '{DATABASE}-wrong'")

    async def works():
        return (await process.ask("GET", "/directory/api/people", staff)).status_code == 200

    await until(works, what="the database let in again")
    process.process.kill()
    process.process.wait()
    check_unsaid(process, given, staff)
    assert problem["trace_id"] in process.said
    for name in ("password", "postgresql://", "asyncpg", "127.0.0.1"):
        assert name not in answer.text


@pytest.mark.parametrize("command", ["migrate", "retry"])
async def test_an_operators_command_does_not_repeat_a_wrong_password(environment, command):
    given = await environment()
    own = {key: value for key, value in given.items() if "_DATABASE" not in key}
    own["INTERCOOP_DATABASE"] = given["INTERCOOP_DIRECTORY_DATABASE"].replace(DATABASE, "geheim-x")
    program = Path(sys.executable).parent / "intercoop-directory"
    done = subprocess.run(
        [program, command], capture_output=True, text=True, env={"PATH": os.environ["PATH"], **own}
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "Traceback" not in said
    assert "password authentication failed" in said
    assert "geheim-x" not in said
    assert SASL not in said
