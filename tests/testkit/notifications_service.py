"""A service `notifications` in a test: what it hears, whom it tells, what leaves it by mail."""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
from fastapi import APIRouter
from pydantic import SecretStr

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.context import Context
from intercoop_chassis.health import Health
from intercoop_chassis.http import side_by_side
from intercoop_chassis.http.app import Mounted, create_app
from intercoop_chassis.jobs.attempts import DeliveryLimits
from intercoop_chassis.jobs.delivering import DeliveryLoop
from intercoop_chassis.postgres import AtHome, Database
from intercoop_contracts.advice import (
    PEER_ADVICE,
    CounterpartView,
    PeerAdviceState,
    PeerAdviceView,
    Side,
)
from intercoop_contracts.directory import (
    PEOPLE,
    ContactKind,
    ContactPointView,
    MandateView,
    PersonView,
    Role,
)
from intercoop_contracts.events import REGISTRATIONS, RegistrationState, RegistrationView
from intercoop_contracts.streams import End, Ended, Stream, View
from intercoop_notifications.main import SERVICE
from intercoop_notifications.settings import NotificationsSettings
from testkit.accounts import Acquainted, account, account_arrives
from testkit.ids import new_id
from testkit.in_memory_network import StateEventConsumer, state_event
from testkit.issuer import Issuer
from testkit.nodes import until

API = "http://notifications.test/notifications/api"
OWNER = "midi-pyrenees"
QUICK = DeliveryLimits(idle_s=0.05)


def person_view(
    email: str | None = "camille@example.org",
    *,
    mandates: tuple[MandateView, ...] = (),
    **fields: Any,
) -> PersonView:
    points = (ContactPointView(kind=ContactKind.EMAIL, value=email),) if email else ()
    usual = {"given_name": "Camille", "family_name": "Exemple", "contact_points": points}
    return PersonView(**{**usual, "mandates": mandates, **fields})


def mandate(organisation: UUID, role: Role = Role.MANAGER, **fields: Any) -> MandateView:
    usual = {"organisation_id": organisation, "role": role, "since": "2015-01-01"}
    return MandateView(**{**usual, **fields})


def registration_view(
    person: UUID, state: RegistrationState = RegistrationState.SEATED, **fields: Any
) -> RegistrationView:
    """A registration for a visit in ten days."""
    starts = (datetime.now(UTC) + timedelta(days=10)).replace(microsecond=0)
    usual = {
        "person_id": person,
        "organisation_id": new_id(OWNER),
        "organiser": OWNER,
        "meeting_id": new_id(OWNER),
        "state": state,
        "title": "Visite de l’atelier à Rodez",
        "starts": starts,
        "ends": starts + timedelta(hours=3),
        "place": "Atelier du Canal, Rodez",
        "schedule_revision": 0,
    }
    return RegistrationView(**{**usual, **fields})


def advice_view(
    organisation: UUID, state: PeerAdviceState = PeerAdviceState.INVITED, **fields: Any
) -> PeerAdviceView:
    """A request of another co-operative, as an invited one sees it."""
    other = CounterpartView(organisation_id=new_id(OWNER), name="Menuiserie du Lac", state=state)
    usual = {
        "request_id": new_id(OWNER),
        "organisation_id": organisation,
        "side": Side.HELPER,
        "state": state,
        "title": "Nous cherchons des locaux",
        "counterparts": (other,),
        "tell": (Role.MANAGER,),
    }
    return PeerAdviceView(**{**usual, **fields})


def own_routes(context: Context) -> APIRouter:
    """What the service answers, without the operators' part."""
    return side_by_side(routes(context) for routes in SERVICE.routes)


class NotificationsService:
    """One owner's `notifications`, without a broker; `hears` stands for relay, broker and worker."""

    def __init__(self, dsn: str, issuer: Issuer, **settings: Any) -> None:
        self.issuer = issuer
        self.settings = NotificationsSettings(
            network="test",
            owner=OWNER,
            database=SecretStr(dsn),
            kafka="localhost:1",
            signing_keys_file=issuer.keys_file,
            **settings,
        )
        self.db = Database(dsn, home=AtHome(OWNER, settings=self.settings), max_size=8)
        self.consumer = StateEventConsumer(SERVICE, OWNER, self.db)
        self.context = Context(self.settings, self.db)
        self.health = Health()
        pages = side_by_side(pages(self.context) for pages in SERVICE.pages)
        self.app = create_app(
            [Mounted("notifications", own_routes(self.context), self.context, pages)], self.health
        )
        self._versions: Counter[str] = Counter()
        self._posting: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Subscribe: what is published from now on is news."""
        await self.consumer.receive([])

    async def close(self) -> None:
        self.context.stop.set()
        await asyncio.wait_for(asyncio.gather(*self._posting), 40)
        await self.db.close()

    def start_posting(self, limits: DeliveryLimits = QUICK) -> None:
        """Let mails leave."""
        loop = DeliveryLoop(
            self.context, SERVICE.jobs, self.health, service="notifications", limits=limits
        )
        self._posting.append(asyncio.create_task(loop.run(self.context.stop)))

    def client(self, person: UUID | None = None, **claims: Any) -> httpx.AsyncClient:
        """A client with a token of its own: a member of this owner, unless `claims` say else."""
        usual = {"owner": OWNER, "roles": ["member"], "sub": str(person or new_id(OWNER))}
        token = self.issuer.token(self.settings, **{**usual, **claims})
        return httpx.AsyncClient(
            base_url=API,
            headers={"Authorization": f"Bearer {token}"},
            transport=httpx.ASGITransport(app=self.app),
        )

    def cookies(self, person: UUID, roles: tuple[str, ...] = ("member",)) -> dict[str, str]:
        """Those of a browser in which this person signed in a moment ago."""
        token = self.issuer.token(
            self.settings,
            owner=OWNER,
            roles=list(roles),
            sub=str(person),
            auth_time=int(time.time()),
        )
        return {SessionCookie.of(self.settings).name: token}

    def browser(self, person: UUID, *roles: str) -> httpx.AsyncClient:
        """A browser of this person's, which sends forms as from our own pages; staff's by `roles`."""
        return httpx.AsyncClient(
            base_url="https://notifications.test",
            cookies=self.cookies(person, roles or ("member",)),
            headers={"Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"},
            transport=Acquainted(httpx.ASGITransport(app=self.app), OWNER, [self.db]),
        )

    def stranger(self) -> httpx.AsyncClient:
        """A browser in which nobody is signed in."""
        return httpx.AsyncClient(
            base_url="https://notifications.test",
            headers={"Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"},
            transport=httpx.ASGITransport(app=self.app),
        )

    def anyone(self) -> httpx.AsyncClient:
        """Somebody who is not signed in."""
        return httpx.AsyncClient(base_url=API, transport=httpx.ASGITransport(app=self.app))

    async def hears(
        self, stream: Stream[Any], subject: object, *states: View | Ended, as_one: bool = False
    ) -> None:
        """The states of an entity, one after the other, or folded into one change."""
        events = []
        for state in states:
            self._versions[str(subject)] += 1
            version = self._versions[str(subject)]
            events.append(state_event(stream, OWNER, subject, state, version))
        await self.consumer.receive(events, alone=not as_one)

    async def person(self, email: str | None = "camille@example.org", **fields: Any) -> UUID:
        """Somebody new."""
        person = new_id(OWNER)
        await self.hears(PEOPLE, person, person_view(email, **fields))
        await account_arrives(OWNER, person, account(OWNER), [self.db])
        return person

    async def forgets(self, person: UUID) -> None:
        await self.hears(PEOPLE, person, Ended(ended=End(reason="erased", erased=True)))

    async def registers(self, person: UUID, *states: RegistrationView) -> UUID:
        """The person's registration goes through these states; one seat, unless they say else."""
        code = new_id(OWNER)
        await self.hears(REGISTRATIONS, code, *(states or (registration_view(person),)))
        return code

    async def advises(self, *states: PeerAdviceView, subject: str | None = None) -> str:
        first = states[0]
        subject = subject or f"{first.request_id}/{first.organisation_id}"
        await self.hears(PEER_ADVICE, subject, *states)
        return subject

    async def fetch(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        async with self.db.read() as tx:
            return [dict(row) for row in await tx.fetch(sql, *arguments)]

    async def execute(self, sql: str, *arguments: object) -> None:
        async with self.db.transaction() as tx:
            await tx.execute(sql, *arguments)

    async def notices(self, person: UUID) -> list[dict[str, Any]]:
        """The person's notices as they read them, the newest first."""
        async with self.client(person) as me:
            answer = await me.get("/notices")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def kinds(self, person: UUID) -> list[str]:
        """What the person was told, in that order."""
        return [notice["kind"] for notice in reversed(await self.notices(person))]

    async def mails(self, state: str | None = None) -> list[dict[str, Any]]:
        """What staff see."""
        async with self.client(roles=["staff"]) as staff:
            answer = await staff.get("/mails", params={"state": state} if state else {})
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def mail_becomes(self, state: str, *, attempts: int | None = None) -> dict[str, Any]:
        """Wait until the only mail is in this state, and rests."""

        async def found() -> dict[str, Any] | None:
            (row,) = await self.fetch("SELECT state, attempts, leased_until FROM jobs")
            right = row["state"] == state and attempts in {None, row["attempts"]}
            return (await self.mails())[0] if right and row["leased_until"] is None else None

        return await until(found, what=f"a mail that is {state}")
