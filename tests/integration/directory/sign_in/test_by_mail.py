"""Signing in by mail at the pages, with a mail server and without a broker."""

import asyncio

import httpx
import pytest

from intercoop_directory.accounts.domain.mail_link import TRIES
from intercoop_directory.main import SERVICE
from intercoop_directory.setup.domain.presentation import Identity
from intercoop_directory.setup.handlers.presentation import save_identity
from testkit.issuer import Issuer
from testkit.page_rules import breaches
from testkit.platform import Platform
from testkit.registered_people import manages, organisation, registered
from testkit.sign_in_pages import (
    CODE_PAGE,
    LUCIE,
    PUBLIC,
    SigningIn,
    Visitor,
    code_of,
    link_of,
)
from testkit.smtp_server import ScriptedSmtpServer


async def test_a_mail_brings_a_code_which_leads_to_the_page_that_one_came_for(
    home: SigningIn, lucie: Visitor
) -> None:
    onward = "/directory/organisations?q=bois"
    sent = await lucie.get(onward)
    asked = await lucie.get(sent.headers["location"], follow_redirects=True)
    assert list(breaches(asked.text)) == []
    assert 'name="address"' in asked.text
    assert 'value="/directory/organisations?q=bois"' in asked.text

    answer = await lucie.asks("  mailto:LUCIE@example.coop ", onward)
    waiting = await lucie.get(answer.headers["location"])
    entered = await lucie.types(code_of(await home.mail()).lower().replace("-", " "))

    assert (answer.status_code, answer.headers["location"]) == (303, CODE_PAGE)
    assert list(breaches(waiting.text)) == []
    assert (entered.status_code, entered.headers["location"]) == (303, onward)
    assert home.smtp.recipients == [LUCIE]
    assert (await lucie.get(onward)).status_code == 200


async def test_the_mail_says_who_writes_and_that_the_code_is_for_nobody_else(
    home: SigningIn, lucie: Visitor
) -> None:
    await lucie.asks(LUCIE)
    text = await home.mail()

    assert "Midi-Pyrénées" in home.smtp.received[0]["Subject"]
    assert "Ne le donnez à personne" in text
    assert "(heure de Paris)" in text
    assert code_of(text) not in home.smtp.received[0]["Subject"]


async def test_the_mail_has_the_name_that_the_owner_has_on_its_pages(
    home: SigningIn, lucie: Visitor
) -> None:
    named = Identity("Les coopératives du Midi", light="#1d4f91")
    await home.db.command(lambda tx: save_identity(named, 0, "Midi-Pyrénées", tx))
    await lucie.asks(LUCIE)
    await home.mail()

    assert "Les coopératives du Midi" in home.smtp.received[0]["Subject"]


async def test_the_link_leads_to_a_button_tells_no_server_its_code_and_consumes_nothing(
    home: SigningIn, lucie: Visitor
) -> None:
    await lucie.asks(LUCIE)
    page, code = link_of(await home.mail())
    async with Visitor(home) as scanner:
        for _ in range(TRIES + 1):
            looked = await scanner.get(page)

    opened = await lucie.get(page)

    assert page == PUBLIC + CODE_PAGE
    assert "code-of-link.js" in opened.text
    assert 'action="/directory/sign-in/code"' in opened.text
    assert opened.headers["referrer-policy"] == "same-origin"
    assert 'name="code"' not in looked.text
    assert (await lucie.types(code)).status_code == 303


async def test_in_another_browser_the_code_is_of_no_use_and_it_is_said_where_it_is(
    home: SigningIn, lucie: Visitor
) -> None:
    await lucie.asks(LUCIE)
    page, code = link_of(await home.mail())
    async with Visitor(home) as elsewhere:
        opened = await elsewhere.get(page)
        typed = await elsewhere.types(code)
        assert not elsewhere.is_signed_in

    assert "Aucun code n’a été demandé dans ce navigateur" in opened.text
    assert list(breaches(opened.text)) == []
    assert typed.status_code == 422
    assert (await lucie.types(code)).status_code == 303


async def test_the_code_of_somebody_else_signs_nobody_in_as_them(
    home: SigningIn, lucie: Visitor, staff: httpx.AsyncClient
) -> None:
    """A link that is sent to somebody who waits for a code of their own."""
    points = [{"kind": "email", "value": "thief@example.coop"}]
    await registered(staff, {**manages(await organisation(staff, "B")), "contact_points": points})
    async with Visitor(home) as thief:
        await thief.asks("thief@example.coop")
        _, bait = link_of(await home.mail())
    await lucie.asks(LUCIE)
    await home.mail(2)

    answer = await lucie.types(bait)

    assert answer.status_code == 422
    assert not lucie.is_signed_in


async def test_wrong_codes_are_counted_aloud_and_after_five_the_right_one_is_too_late(
    home: SigningIn, lucie: Visitor
) -> None:
    await lucie.asks(LUCIE)
    code = code_of(await home.mail())

    forgotten = await lucie.types("  ")
    answers = [await lucie.types(wrong) for wrong in ("AAAA-AAAA", "x", "9999 9999", "ÉÉÉÉ")]
    answers += [await lucie.types("AAAAAAAA")]

    assert all(answer.status_code == 422 for answer in (forgotten, *answers))
    assert all(list(breaches(answer.text)) == [] for answer in (forgotten, *answers))
    assert "À corriger" in forgotten.text
    assert "Il vous reste 4 essais" in answers[0].text
    assert "Il vous reste 1 essai." in answers[3].text
    assert "Aucun code ne peut plus servir" in answers[4].text
    assert (await lucie.types(code)).status_code == 422
    assert not lucie.is_signed_in


async def test_guesses_at_once_get_no_more_tries_and_one_code_signs_in_once(
    home: SigningIn, lucie: Visitor
) -> None:
    await lucie.asks(LUCIE)
    code = code_of(await home.mail())
    right = await asyncio.gather(*(lucie.types(code) for _ in range(4)))
    await lucie.asks(LUCIE)
    second = code_of(await home.mail(2))

    await asyncio.gather(*(lucie.types(f"AAAAAA{a}{b}") for a in "ABCD" for b in "ABCD"))

    assert [answer.status_code for answer in right].count(303) == 1
    assert (await lucie.types(second)).status_code == 422
    async with home.db.read() as tx:
        assert await tx.fetchval("SELECT count(*) FROM sessions") == 1


async def test_the_link_is_to_our_own_address_whatever_host_is_asked(
    home: SigningIn, lucie: Visitor
) -> None:
    await lucie.asks(LUCIE, Host="evil.example", **{"X-Forwarded-Host": "evil.example"})

    text = await home.mail()

    assert "evil" not in text
    assert link_of(text)[0] == PUBLIC + CODE_PAGE


async def test_the_browsers_secret_is_another_one_after_each_sign_in(
    home: SigningIn, lucie: Visitor
) -> None:
    first = (await lucie.asks(LUCIE)).headers["set-cookie"]
    again = (await lucie.asks(LUCIE)).headers["set-cookie"]
    entered = await lucie.types(code_of(await home.mail()))
    after = (await lucie.asks(LUCIE)).headers["set-cookie"]

    secrets = [cookie.partition("=")[2].partition(".")[0] for cookie in (first, again, after)]
    assert secrets[0] == secrets[1] != secrets[2]
    assert all("HttpOnly" in cookie and "SameSite=lax" in cookie for cookie in (first, after))
    assert first.startswith("__Host-intercoop-code-midi-pyrenees=")
    cookies = entered.headers.get_list("set-cookie")
    assert any(
        one.startswith("__Host-intercoop-code-midi-pyrenees=") and "Max-Age=0" in one
        for one in cookies
    )


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        f"/{'é' * 1_000}",
        f"/{'x' * 9_000}",
    ],
    ids=["site", "slashes", "backslash", "more than a cookie holds", "longer still"],
)
async def test_nobody_is_led_to_another_site(home: SigningIn, lucie: Visitor, onward: str) -> None:
    page = await lucie.get("/sign-in", params={"next": onward}, follow_redirects=True)
    assert page.status_code == 200
    await lucie.asks(LUCIE, onward)

    entered = await lucie.types(code_of(await home.mail()))

    assert entered.headers["location"] == "/"


@pytest.mark.parametrize("held", ["", "x", "." * 60, f"{'s' * 43}.!!!!", f"{'s' * 43}.____"])
async def test_a_cookie_that_was_made_up_is_none(home: SigningIn, held: str) -> None:
    async with Visitor(home) as browser:
        browser.cookies.set("__Host-intercoop-code-midi-pyrenees", held)
        page = await browser.get(CODE_PAGE)

    assert page.status_code == 200
    assert 'name="code"' not in page.text


async def test_what_is_no_address_comes_back_with_what_to_correct(
    home: SigningIn, lucie: Visitor
) -> None:
    for typed in ("lucie", "", "lucie@", "a" * 400):
        answer = await lucie.asks(typed, "/directory/organisations")
        assert answer.status_code == 422
        assert list(breaches(answer.text)) == []
        assert 'value="/directory/organisations"' in answer.text
        assert "À corriger" in answer.text
    assert home.smtp.received == []


async def test_another_site_can_neither_ask_nor_type(home: SigningIn, lucie: Visitor) -> None:
    await lucie.asks(LUCIE)
    code = code_of(await home.mail())
    cross = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    for path, form in (("mail", {"address": LUCIE}), ("code", {"code": code})):
        answer = await lucie.post(f"/directory/sign-in/{path}", data=form, headers=cross)
        assert answer.status_code == 403
    assert not lucie.is_signed_in
    assert (await lucie.types(code)).status_code == 303


async def test_who_has_no_mandate_any_more_is_told_so_and_whom_to_ask(
    home: SigningIn, lucie: Visitor, staff: httpx.AsyncClient
) -> None:
    await lucie.asks(LUCIE)
    code = code_of(await home.mail())
    async with home.db.transaction() as tx:
        await tx.execute("UPDATE mandates SET until = '2015-01-01'")

    answer = await lucie.types(code)

    assert answer.status_code == 403
    assert list(breaches(answer.text)) == []
    assert not lucie.is_signed_in


async def test_without_a_mail_server_the_way_is_not_offered(
    platform: Platform, issuer: Issuer, post: ScriptedSmtpServer
) -> None:
    mute = SigningIn(await platform.database(SERVICE), issuer, post, mail_from=None)
    async with Visitor(mute) as browser:
        page = await browser.get("/directory/sign-in")
        answer = await browser.asks(LUCIE)
    await mute.close()

    assert 'name="address"' not in page.text
    assert answer.status_code == 404
