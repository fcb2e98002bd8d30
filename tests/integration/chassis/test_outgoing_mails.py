"""A service that mails codes, with no broker: they leave at once, and are void after a while."""

import asyncio
import re
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from pydantic import SecretStr

from intercoop_chassis import jobs
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.jobs import Job, Jobs, RejectedError, State
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.jobs.delivering import DeliveryLoop
from intercoop_chassis.mail import Letter, MailSettings, outgoing
from intercoop_chassis.postgres import AtHome, Database, Transaction
from intercoop_chassis.service import Service
from intercoop_chassis.settings import Settings
from testkit.nodes import until
from testkit.sample_api.serving import SAMPLE_API
from testkit.smtp_server import ScriptedSmtpServer

KIND = "sign-in-mail"
JOBS = Jobs()
STORED = "INSERT INTO shelf (id, name, version) VALUES ($1, $2, 1)"
KNOWN = "SELECT true FROM shelf WHERE name = $1"
CODE = re.compile("[0-9a-f]{16}")


def hashed(code: str) -> str:
    return sha256(code.encode()).hexdigest()


@outgoing(JOBS, KIND)
async def compose(job: Job, tx: Transaction) -> Letter:
    """The code is made here, and its hash is all that is kept."""
    who = job.payload["who"]
    if who == "nobody":
        raise RejectedError("nobody has this address")
    code = secrets.token_hex(8)
    await tx.execute(STORED, uuid4(), hashed(code))
    subject = job.payload.get("subject", "Votre code pour l'entrée")
    return Letter(f"{who}@coop.example", "fr", subject, f"Votre code : {code}\n")


SERVICE = Service("shelf", SAMPLE_API.migrations, jobs=JOBS, settings=MailSettings)


class Post:
    """The service on a database of its own, with no broker behind its address."""

    def __init__(self, dsn: str, **settings: str) -> None:
        self.settings = MailSettings(
            network="test",
            owner="ouest",
            database=SecretStr(dsn),
            kafka="localhost:1",
            **settings,
        )
        self.db = Database(dsn, home=AtHome("ouest"))
        self.health = Health()
        self._stop = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    def start(self, idle_s: float = 0.05) -> None:
        limits = DeliveryLimits(idle_s=idle_s)
        context = Context(self.settings, self.db)
        loop = DeliveryLoop(context, JOBS, self.health, service="shelf", limits=limits)
        self._loop = asyncio.create_task(loop.run(self._stop))

    async def close(self) -> None:
        self._stop.set()
        if self._loop:
            await asyncio.wait_for(self._loop, 40)
        await self.db.close()

    async def want(
        self, key: str, within: timedelta = timedelta(minutes=15), **payload: str
    ) -> None:
        async with self.db.transaction() as tx:
            deadline = datetime.now(UTC) + within
            await jobs.enqueue(tx, key, KIND, {"who": "lucie"} | payload, deadline)

    async def becomes(self, key: str, state: State, attempts: int = 1) -> jobs.Entry:
        """Wait for a state after so many tries; while one goes on, its job is pending too."""

        async def found() -> jobs.Entry | None:
            async with self.db.read() as tx:
                entry = await jobs.get_entry(key, tx)
            if entry is None or (entry.state, entry.attempts) != (state, attempts):
                return None
            is_told = state is not State.PENDING or attempts == 0 or entry.last_error
            return entry if is_told else None

        return await until(found, what=f"{key} {state}")

    async def opens(self, code: str) -> bool:
        async with self.db.read() as tx:
            return bool(await tx.fetchval(KNOWN, hashed(code)))

    async def all_rows(self) -> str:
        """Everything that the service's two tables hold, as text."""
        async with self.db.read() as tx:
            rows = await tx.fetch(
                "SELECT j::text AS row FROM jobs j UNION ALL SELECT s::text FROM shelf s"
            )
        return "\n".join(row["row"] for row in rows)


@pytest.fixture
async def server():
    async with ScriptedSmtpServer() as server:
        yield server


@pytest.fixture
async def post(platform, server):
    dsn = await platform.database(SERVICE)
    post = Post(dsn, smtp=server.url, mail_from="intercoop@scop.example")
    yield post
    await post.close()


def code_in(mail):
    return CODE.search(mail.get_content())[0]


async def test_a_mail_leaves_after_the_commit_and_its_code_is_known_by_then(post, server):
    post.start(idle_s=3600)
    await post.want("one")
    await post.becomes("one", State.DONE)

    (mail,) = server.received
    assert server.recipients == ["lucie@coop.example"]
    assert mail["From"] == "Intercoop ouest <intercoop@scop.example>"
    assert mail["Subject"] == "Votre code pour l'entrée"
    assert mail["Content-Language"] == "fr"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert await post.opens(code_in(mail))


async def test_no_row_holds_the_code_the_words_or_the_address(post, server):
    post.start()
    await post.want("one")
    await post.becomes("one", State.DONE)

    (mail,) = server.received
    rows = await post.all_rows()
    assert hashed(code_in(mail)) in rows
    for said in (code_in(mail), "Votre code", "@coop.example"):
        assert said not in rows


async def test_each_try_has_a_code_of_its_own_and_mail_programs_show_one_mail(post, server):
    """The server took the first one, and we did not hear it say so."""
    server.answers = ["451 4.3.0 try later"]
    post.start()
    await post.want("one")
    await post.becomes("one", State.PENDING)
    async with post.db.transaction() as tx:
        await jobs.retry(tx, "one")
    await post.becomes("one", State.DONE, attempts=2)
    await post.want("two")
    await post.becomes("two", State.DONE)

    first, other = server.received
    assert await post.opens(code_in(first))
    assert len((await post.all_rows()).splitlines()) == 2 + 3, "two jobs, three codes"
    assert re.fullmatch("<sign-in-mail[.][0-9a-f]{32}@ouest[.]test>", first["Message-ID"])
    assert first["Message-ID"] != other["Message-ID"]


async def test_the_same_mail_has_the_same_message_id_at_each_try(post, server):
    post.start()
    await post.want("one")
    await post.becomes("one", State.DONE)
    async with post.db.transaction() as tx:
        await tx.execute("UPDATE jobs SET state = 'failed'")
        await jobs.retry(tx, "one")
    await post.becomes("one", State.DONE, attempts=2)

    first, again = server.received
    assert first["Message-ID"] == again["Message-ID"]
    assert code_in(first) != code_in(again)


async def test_a_mail_whose_code_is_void_does_not_leave(post, server):
    await post.want("late", within=timedelta(seconds=-1))
    post.start()
    await post.becomes("late", State.EXPIRED, attempts=0)
    assert server.received == []


async def test_a_mail_that_nobody_is_to_get_ends(post, server):
    post.start()
    await post.want("one", who="nobody")
    entry = await post.becomes("one", State.FAILED)
    assert entry.last_error == "nobody has this address"
    assert server.received == []


async def test_words_cannot_add_a_header_and_no_mail_leaves(post, server):
    post.start()
    await post.want("one", subject="Code\r\nBcc: everybody@example.org")
    entry = await post.becomes("one", State.PENDING)
    assert entry.last_error == "a fault of the service (ValueError)"
    assert server.received == []


async def test_an_address_that_is_none_waits(post, server):
    post.start()
    await post.want("one", who="a@b, c")
    entry = await post.becomes("one", State.PENDING)
    assert entry.last_error == "the e-mail address is none that mails can be sent to: correct it"
    assert server.received == []


async def test_without_a_mail_server_mails_wait_and_the_service_says_why(platform):
    post = Post(await platform.database(SERVICE))
    await post.want("one")
    post.start()

    async def said():
        return post.health.notes.get(f"shelf.{KIND}")

    missing = await until(said, what="what is missing")
    assert missing == "waits for settings: INTERCOOP_SMTP, INTERCOOP_MAIL_FROM"
    await post.becomes("one", State.PENDING, attempts=0)
    await post.close()


def test_a_service_whose_settings_are_not_of_mail_is_refused():
    with pytest.raises(ValueError, match="'sign-in-mail' needs settings that do not exist"):
        Service("shelf", SAMPLE_API.migrations, jobs=JOBS, settings=Settings)
