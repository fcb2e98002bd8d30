"""Whosever an address is: the same is said and done, while the limits and the mail server hold."""

from uuid import UUID

import httpx
import pytest

from intercoop_directory.accounts.domain import mail_link as rules
from intercoop_directory.accounts.domain.mail_link import MOST_OF_ADDRESS
from intercoop_directory.main import SERVICE
from testkit.issuer import Issuer
from testkit.nodes import until
from testkit.page_rules import breaches
from testkit.platform import Platform
from testkit.registered_people import manages, organisation, registered
from testkit.sign_in_pages import CODE_PAGE, LUCIE, SigningIn, Visitor, code_of
from testkit.smtp_server import ScriptedSmtpServer
from testkit.statements import counted


async def addresses(staff: httpx.AsyncClient) -> list[str]:
    """Of one person, of two, of an organisation, and of nobody."""
    scop = {"name": "Scop", "contact": {"email": "contact@example.coop"}}
    mandates = manages((await staff.post("/organisations", json=scop)).json()["id"])
    for address in ("shared@example.coop", "shared@example.coop", "contact@example.coop"):
        points = [{"kind": "email", "value": address}]
        await registered(staff, {**mandates, "contact_points": points})
    return [LUCIE, "shared@example.coop", "contact@example.coop", "nobody@example.coop"]


async def told(home: SigningIn, address: str) -> list[object]:
    """All that somebody is told who enters an address, and then a wrong code."""
    async with Visitor(home, network=address) as stranger:
        answer = await stranger.asks(address)
        cookie = answer.headers["set-cookie"]
        waiting, wrong = await stranger.get(CODE_PAGE), await stranger.types("AAAA-AAAA")
    kept = {"x-trace-id", "set-cookie"}
    return [
        (one.status_code, {k: v for k, v in one.headers.items() if k not in kept}, one.text)
        for one in (answer, waiting, wrong)
    ] + [len(cookie), cookie.partition(";")[2]]


async def test_every_answer_is_the_same_to_the_byte_whosever_the_address_is(
    home: SigningIn, lucies: UUID, staff: httpx.AsyncClient
) -> None:
    answers = [await told(home, address) for address in await addresses(staff)]
    many = [await told(home, LUCIE) for _ in range(MOST_OF_ADDRESS)]

    assert all(answer == answers[0] for answer in (*answers, *many))
    await home.settled(len(answers) + len(many))
    assert home.smtp.recipients == [LUCIE] * MOST_OF_ADDRESS


async def test_the_same_statements_are_asked_whosever_the_address_is(
    platform: Platform,
    issuer: Issuer,
    post: ScriptedSmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Work tells as much as words: so it is compared where it leaves for the database."""
    silent = SigningIn(await platform.database(SERVICE), issuer, post)
    points = [{"kind": "email", "value": LUCIE}]
    async with silent.client() as staff:
        atelier = await organisation(staff)
        await registered(staff, {**manages(atelier), "contact_points": points})
        known = [*await addresses(staff), *[LUCIE] * MOST_OF_ADDRESS]
    runs = []
    for address in ("first@example.coop", *known):
        async with Visitor(silent, network=address) as stranger:
            with counted(monkeypatch) as statements:
                await stranger.asks(address)
            with counted(monkeypatch) as of_pages:
                await stranger.types("AAAA-AAAA")
            runs.append([*statements, *(one for one in of_pages if "sign_ins" in one)])
    await silent.close()

    assert [run for run in runs[1:] if run != runs[1]] == []
    assert len(runs[1]) >= 10


async def test_too_many_are_told_so_whatever_they_enter_and_others_go_on(
    home: SigningIn, lucies: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_OF_ASKER", 2)
    async with Visitor(home) as office, Visitor(home, network="192.0.2.2") as other:
        answers = [await office.asks(address) for address in ("a@b.coop", "c@d.coop")]
        refused = [
            await office.asks(address, **{"X-Forwarded-For": f"192.0.2.{number}"})
            for number, address in enumerate((LUCIE, "nobody@example.coop"), start=10)
        ]
        another = await other.asks(LUCIE)

    assert [answer.status_code for answer in (*answers, another)] == [303] * 3
    assert [answer.status_code for answer in refused] == [429, 429]
    assert refused[0].text == refused[1].text
    assert list(breaches(refused[0].text)) == []


async def test_behind_a_trusted_proxy_each_one_who_asks_is_counted_apart(
    platform: Platform,
    issuer: Issuer,
    post: ScriptedSmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "MOST_OF_ASKER", 1)
    behind = SigningIn(await platform.database(SERVICE), issuer, post, trusted_proxies="192.0.2.1")
    async with Visitor(behind) as proxy:
        answers = [
            await proxy.asks("a@b.coop", **{"X-Forwarded-For": f"{made_up}, 198.51.100.{number}"})
            for made_up, number in (("1.1.1.1", 1), ("2.2.2.2", 1), ("1.1.1.1", 2))
        ]
    await behind.close()

    assert [answer.status_code for answer in answers] == [303, 429, 303]


async def test_a_mail_server_that_is_down_changes_no_answer_and_the_mail_leaves_later(
    home: SigningIn, lucies: UUID, post: ScriptedSmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await told(home, "nobody@example.coop")
    await post.close()
    async with Visitor(home) as lucie:
        assert await told(home, LUCIE) == before
        await lucie.asks(LUCIE)
        await until(lambda: tried(home), what="a try to send")
        await post.open()
        async with home.db.transaction() as tx:
            await tx.execute("UPDATE jobs SET next_try_at = now() WHERE state = 'pending'")
            tx.signal("delivery-enqueued")
        codes = [code_of(await home.mail(number)) for number in (1, 2)]

        answers = [await lucie.types(code) for code in codes]

    assert 303 in {answer.status_code for answer in answers}


async def tried(home: SigningIn) -> bool:
    async with home.db.read() as tx:
        sql = "SELECT count(*) FROM jobs WHERE attempts > 0 AND leased_until IS NULL"
        return int(await tx.fetchval(f"{sql} AND state = 'pending'")) == 2


async def test_a_mail_whose_code_would_be_void_does_not_leave(
    home: SigningIn, lucies: UUID, post: ScriptedSmtpServer
) -> None:
    await post.close()
    async with Visitor(home) as lucie:
        await lucie.asks(LUCIE)
        async with home.db.transaction() as tx:
            await tx.execute("UPDATE jobs SET deadline = now()")
        await post.open()
        async with home.db.transaction() as tx:
            await tx.execute("UPDATE jobs SET next_try_at = now(), leased_until = NULL")
            tx.signal("delivery-enqueued")
    await home.settled(1)

    assert post.received == []
