"""A person who is erased is gone from every table of the directory, whichever way they came in."""

import re
import secrets
from uuid import UUID

import httpx

from intercoop_chassis.postgres import Transaction
from intercoop_directory.accounts.domain.codes import secret_hash
from intercoop_directory.accounts.domain.openid import VouchedIdentity
from intercoop_directory.accounts.handlers import provider
from intercoop_directory.invitations import handlers as invitations
from intercoop_directory.invitations.domain import Invitation
from testkit.browsers import Browser
from testkit.directory_service import DirectoryService
from testkit.registered_people import browser_of, erased, manages, organisation

ADDRESS = "zelie@example.coop"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
CODE = re.compile(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b")


async def registered(staff: httpx.AsyncClient) -> UUID:
    """Somebody with a name that nothing else has; the answer is kept for whoever asks twice."""
    points = [{"kind": "email", "value": ADDRESS}]
    body = manages(await organisation(staff)) | {"contact_points": points}
    named = {"given_name": "Zélie", "family_name": "Introuvable"}
    made = await staff.post("/people", json=body | named, headers={"Idempotency-Key": "zelie"})
    assert made.status_code == 201, made.text
    return UUID(made.json()["id"])


async def signed_in_by_every_way(home: DirectoryService, person: UUID) -> None:
    """And asked for one more code, and invited once more."""
    browser = Browser(home)
    (mail,) = await browser.asks(ADDRESS)
    await browser.types(CODE.findall(mail.text)[0])
    await browser.asks(ADDRESS)
    vouched = VouchedIdentity("https://connexion.example", "zelie-introuvable", ADDRESS)
    await home.db.command(lambda tx: provider.enter(vouched, "Firefox", {}, tx))
    for is_taken in (True, False):
        secret = secrets.token_urlsafe()
        await home.db.command(lambda tx, secret=secret: _invited(person, secret, tx))
        if is_taken:
            await home.db.command(lambda tx, secret=secret: invitations.claim(secret, "Edge", tx))


async def _invited(person: UUID, secret: str, tx: Transaction) -> None:
    invitation = await invitations.invite(person, tx)
    assert isinstance(invitation, Invitation)
    await invitations.compose(invitation.id, secret, ("Union", "https://coop.example"), tx)


async def naming(home: DirectoryService, texts: list[str]) -> dict[str, int]:
    """How many rows of each table have one of these texts, in letters or as bytes."""
    sought = [*texts, *(text.encode().hex() for text in texts), secret_hash(ADDRESS).hex()]
    found = {}
    async with home.db.read() as tx:
        for table in [row["tablename"] for row in await tx.fetch(TABLES)]:
            rows = await tx.fetchval(
                f"SELECT count(*) FROM {table} AS kept, unnest($1::text[]) AS sought (text) "  # noqa: S608
                "WHERE strpos(lower(kept::text), lower(sought.text)) > 0",
                sought,
            )
            found |= {table: rows} if rows else {}
    return found


async def test_of_whoever_is_erased_the_id_and_the_fact_are_all_that_stays(
    home: DirectoryService, staff: httpx.AsyncClient
) -> None:
    zelie = await registered(staff)
    await signed_in_by_every_way(home, zelie)
    async with await browser_of(home, zelie) as browser:
        assert (await browser.get("/directory/sessions")).status_code == 200
    texts = [str(zelie), "Zélie", "Introuvable", ADDRESS]
    before = await naming(home, texts)

    await erased(home, zelie)

    assert before.keys() >= {
        *("people", "contact_points", "accounts", "sessions", "verified_addresses"),
        *("sign_ins", "provider_identities", "invitations", "idempotency"),
    }
    assert (await naming(home, texts)).keys() <= {"published", "outbox", "erasures"}
    assert not await naming(home, ["Zélie", "Introuvable", ADDRESS])
