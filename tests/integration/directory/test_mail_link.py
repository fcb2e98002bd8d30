"""Signing in by a code that a mail carries: guessing, replaying, racing, asking too often."""

import asyncio
from uuid import UUID

import pytest

from intercoop_chassis.errors import InvalidError
from intercoop_chassis.postgres import Transaction
from intercoop_directory.accounts.domain import mail_link as rules
from intercoop_directory.accounts.domain.codes import secret_hash, tidy_code
from intercoop_directory.accounts.domain.mail_link import MOST_OF_ADDRESS, TRIES, Grant
from intercoop_directory.accounts.handlers import mail_link
from intercoop_directory.accounts.handlers.mail_link import Asker, TooManySignInsError, WrongCode
from intercoop_directory.accounts.handlers.signing_in import SignedIn
from intercoop_directory.accounts.store import sign_ins
from testkit.browsers import Browser, code_in
from testkit.directory_service import DirectoryService
from testkit.registered_people import standing

LUCIE = "lucie@example.coop"


async def test_a_code_signs_in_who_alone_holds_the_address(
    home: DirectoryService, browser: Browser, lucie: UUID
) -> None:
    (mail,) = await browser.asks(" mailto:LUCIE@example.coop ")

    entered = await browser.types(code_in(mail).lower())

    assert mail.to == "Lucie@example.coop"
    assert isinstance(entered, SignedIn)
    assert entered.person_id == lucie
    assert (await standing(home, lucie)).holds(entered.session_id)
    assert await browser.types(code_in(mail)) == WrongCode(0)


async def test_nothing_tells_an_address_of_somebody_from_one_of_nobody(
    home: DirectoryService, browser: Browser, lucie: UUID
) -> None:
    kept = []
    for address in (LUCIE, "nobody@example.coop"):
        stranger = Browser(home, network=address)
        mails = await stranger.asks(address)
        kept.append(len(mails))
        assert await stranger.types("AAAA-AAAA") == WrongCode(TRIES - 1)

    async with home.db.read() as tx:
        rows = await tx.fetch("SELECT asked_at, expires_at, tries_left, is_over FROM sign_ins")
        jobs = await tx.fetchval("SELECT count(*) FROM jobs WHERE kind = 'sign-in-mail'")
    assert kept == [1, 0]
    assert [(row["tries_left"], row["is_over"]) for row in rows] == [(TRIES - 1, False)] * 2
    assert jobs == 2


async def test_the_same_statements_run_whatever_address_is_entered(
    home: DirectoryService, lucie: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker = Asker(secret_hash("browser"), secret_hash("network"))
    grants = {"operator@example.coop": Grant.OPERATOR}
    said: list[str] = []
    for name in ("fetch", "fetchrow", "fetchval", "execute"):
        original = getattr(Transaction, name)

        async def recording(self, sql, *arguments, _original=original):
            said.append(sql)
            return await _original(self, sql, *arguments)

        monkeypatch.setattr(Transaction, name, recording)
    runs = []
    for address in (LUCIE, "nobody@example.coop", "operator@example.coop"):
        said.clear()
        await home.db.command(lambda tx, a=address: mail_link.ask(a, asker, grants, tx))
        runs.append(list(said))

    assert runs[0] == runs[1] == runs[2]
    assert len(runs[0]) > 5


async def test_only_hashes_are_kept(home: DirectoryService, browser: Browser, lucie: UUID) -> None:
    (mail,) = await browser.asks(LUCIE)

    async with home.db.read() as tx:
        row = await tx.fetchrow("SELECT s::text AS said FROM sign_ins AS s")
        payload = await tx.fetchval("SELECT payload::text FROM jobs WHERE kind = 'sign-in-mail'")
    said = f"{row['said']} {payload}".lower()
    for secret in (LUCIE, tidy_code(code_in(mail)), browser.secret, browser.network):
        assert secret.lower() not in said
        assert secret.encode().hex() not in said


async def test_a_code_is_good_in_the_browser_alone_that_asked(
    home: DirectoryService, browser: Browser, lucie: UUID
) -> None:
    (mail,) = await browser.asks(LUCIE)

    assert await Browser(home).types(code_in(mail)) == WrongCode(0)
    assert isinstance(await browser.types(code_in(mail)), SignedIn)


async def test_guessing_ends_after_five_tries_even_with_the_right_code(
    browser: Browser, lucie: UUID
) -> None:
    (mail,) = await browser.asks(LUCIE)

    left = [(await browser.types("AAAAAAAA")).tries_left for _ in range(TRIES)]

    assert left == [4, 3, 2, 1, 0]
    assert await browser.types(code_in(mail)) == WrongCode(0)


async def test_of_two_who_type_one_code_at_once_one_signs_in(
    home: DirectoryService, browser: Browser, lucie: UUID
) -> None:
    (mail,) = await browser.asks(LUCIE)

    entered = await asyncio.gather(*(browser.types(code_in(mail)) for _ in range(4)))

    assert sum(isinstance(one, SignedIn) for one in entered) == 1
    async with home.db.read() as tx:
        assert await tx.fetchval("SELECT count(*) FROM sessions") == 1


async def test_parallel_guesses_cost_a_try_each(browser: Browser, lucie: UUID) -> None:
    (mail,) = await browser.asks(LUCIE)

    guesses = [browser.types(f"AAAAAAA{letter}") for letter in "ABCDE"]
    await asyncio.gather(*guesses)

    assert await browser.types(code_in(mail)) == WrongCode(0)


async def test_a_newer_mail_and_a_second_try_to_send_void_no_earlier_code(
    home: DirectoryService, browser: Browser, lucie: UUID
) -> None:
    (earlier,) = await browser.asks(LUCIE)
    (later,) = await browser.asks(LUCIE)
    async with home.db.read() as tx:
        ids = await tx.fetch("SELECT id FROM sign_ins ORDER BY id")
    (again,) = await browser.mails_of(ids[1]["id"])

    assert len({code_in(mail) for mail in (earlier, later, again)}) == 3
    assert isinstance(await browser.types(code_in(earlier)), SignedIn)
    assert isinstance(await browser.types(code_in(again)), SignedIn)
    assert await browser.types(code_in(later)) == WrongCode(0)


async def test_one_address_gets_no_more_mails_than_agreed_and_who_asks_hears_nothing_of_it(
    home: DirectoryService, lucie: UUID
) -> None:
    mails = [
        len(await Browser(home, network=f"192.0.2.{number}").asks(LUCIE))
        for number in range(MOST_OF_ADDRESS + 2)
    ]

    assert mails == [1] * MOST_OF_ADDRESS + [0, 0]


async def test_one_asker_asks_no_oftener_than_agreed_and_others_go_on(
    home: DirectoryService, lucie: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OF_ASKER", 3)
    for number in range(3):
        await Browser(home).asks(f"nobody{number}@example.coop")

    with pytest.raises(TooManySignInsError):
        await Browser(home).asks(LUCIE)
    assert len(await Browser(home, network="192.0.2.2").asks(LUCIE)) == 1


async def test_the_instance_sends_no_more_than_agreed_whoever_asks(
    home: DirectoryService, lucie: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OF_INSTANCE", 2)
    for number in range(2):
        await Browser(home, network=f"192.0.2.{number}").asks(f"nobody{number}@example.coop")

    with pytest.raises(TooManySignInsError):
        await Browser(home, network="192.0.2.9").asks(LUCIE)


async def test_what_is_no_address_is_named_with_its_remedy(browser: Browser) -> None:
    with pytest.raises(InvalidError) as raised:
        await browser.asks("lucie")
    assert raised.value.field == "address"
    assert raised.value.remedy


async def test_a_sign_in_is_forgotten_a_day_after_it_was_asked_for(
    home: DirectoryService, browser: Browser, lucie: UUID
) -> None:
    await browser.asks(LUCIE)
    await browser.asks(LUCIE)

    async def work(tx: Transaction) -> int:
        await tx.execute(
            "UPDATE sign_ins SET asked_at = asked_at - interval '1 day' "
            "WHERE id = (SELECT min(id::text)::uuid FROM sign_ins)"
        )
        return await sign_ins.purge(10, tx)

    assert await home.db.command(work) == 1
    async with home.db.read() as tx:
        assert await tx.fetchval("SELECT count(*) FROM sign_ins") == 1
