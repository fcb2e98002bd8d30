"""People of a directory in a test: registered with their mandates, signed in, and what they may do."""

from datetime import UTC, datetime
from uuid import UUID

import httpx

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.postgres import Transaction
from intercoop_chassis.standing import Standing, standing_of
from intercoop_directory.people import store
from intercoop_directory.people.domain import person_view
from intercoop_directory.people.domain.erasing import ErasureReason
from intercoop_directory.people.handlers import erase_person
from intercoop_directory.standings import handlers
from intercoop_directory.standings.domain.sessions import Session, SignInWay
from intercoop_directory.standings.handlers import Holder
from testkit.directory_service import DirectoryService
from testkit.ids import new_id

CAMILLE = {"given_name": "Camille", "family_name": "Exemple"}


async def organisation(staff: httpx.AsyncClient, name: str = "Atelier") -> str:
    return str((await staff.post("/organisations", json={"name": name})).json()["id"])


def manages(organisation_id: str, **fields: object) -> dict[str, object]:
    mandate = {"organisation_id": organisation_id, "role": "manager", "since": "2014-01-01"}
    return {**CAMILLE, "mandates": [{**mandate, **fields}]}


async def registered(staff: httpx.AsyncClient, body: dict[str, object]) -> UUID:
    made = await staff.post("/people", json=body)
    assert made.status_code == 201, made.text
    return UUID(made.json()["id"])


async def has_addresses(staff: httpx.AsyncClient, person_id: UUID, *addresses: str) -> None:
    """Staff write these into the record of somebody just registered, in place of all others."""
    record = (await staff.get(f"/people/{person_id}")).json()
    del record["id"]
    record["contact_points"] = [{"kind": "email", "value": address} for address in addresses]
    changed = await staff.put(f"/people/{person_id}", json=record, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text


async def erased(home: DirectoryService, person_id: UUID) -> None:
    """Somebody of the staff erases a person who asked for it."""
    by = new_id(home.owner)
    await home.db.command(lambda tx: erase_person(person_id, ErasureReason.ASKED, by, tx))


async def standing(
    home: DirectoryService, person_id: UUID, now: datetime | None = None
) -> Standing | None:
    async with home.db.read() as tx:
        return await standing_of(person_id, now or datetime.now(UTC), tx)


async def holder(home: DirectoryService, person_id: UUID) -> Holder:
    async with home.db.read() as tx:
        person = await store.get(person_id, tx)
    return Holder(person_id, person_view(person.record).mandates)


async def signed_in(home: DirectoryService, person_id: UUID) -> UUID:
    who = await holder(home, person_id)

    async def work(tx: Transaction) -> Session:
        await store.lock(person_id, tx)
        return await handlers.open_session(who, SignInWay.MAIL_LINK, "Firefox", tx)

    return (await home.db.command(work)).id


async def browser_of(home: DirectoryService, person_id: UUID) -> httpx.AsyncClient:
    """A browser in which somebody signed in just now; it sends forms as from our own pages."""
    session = await signed_in(home, person_id)
    token = home.app.state.sessions.begin(person_id, session)
    return httpx.AsyncClient(
        base_url="https://directory.test",
        cookies={SessionCookie.of(home.settings).name: token},
        headers={"Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"},
        transport=httpx.ASGITransport(app=home.app),
    )
