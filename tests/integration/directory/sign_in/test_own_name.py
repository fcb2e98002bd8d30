"""What one is called on one's own pages; whoever comes by the settings says it first."""

from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from intercoop_directory.main import SERVICE
from testkit.issuer import Issuer
from testkit.page_rules import breaches
from testkit.platform import Platform
from testkit.sign_in_pages import LUCIE, OWN, SigningIn, Visitor, code_of
from testkit.smtp_server import ScriptedSmtpServer

PAGE = "/directory/name"
KARIM = "karim@union.example"
NAMED = {"given_name": "Karim", "family_name": "O'Leary-Łuczak"}


@pytest.fixture
async def union(
    platform: Platform, issuer: Issuer, post: ScriptedSmtpServer
) -> AsyncIterator[SigningIn]:
    """A directory whose first operator is named by the settings, by an address."""
    directory = SigningIn(await platform.database(SERVICE), issuer, post, operators=[KARIM]).post()
    yield directory
    await directory.close()


async def comes_in(visitor: Visitor, home: SigningIn, address: str, onward: str = "/") -> str:
    """Sign in by a mail; returns where that leads."""
    await visitor.asks(address, onward)
    answer = await visitor.types(code_of(await home.mail()))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def says(visitor: Visitor, **typed: str) -> httpx.Response:
    return await visitor.post(PAGE, data={"next": "/directory/setup", **typed}, headers=OWN)


async def test_every_page_calls_whoever_signed_in_by_their_name_and_initials(
    home: SigningIn, lucie: Visitor, lucies: UUID
) -> None:
    stranger = await lucie.get("/help")
    await comes_in(lucie, home, LUCIE)

    pages = [await lucie.get(path) for path in ("/", "/me", "/help", "/no/such/page")]

    assert "Camille Exemple" not in stranger.text
    for page in pages:
        assert list(breaches(page.text)) == []
        assert "Camille Exemple" in page.text.partition("<header")[2].partition("</header>")[0]
        assert ">CE</span>" in page.text
    assert "private" in pages[0].headers["cache-control"]


async def test_the_first_operator_is_asked_for_a_name_and_led_on(union: SigningIn) -> None:
    async with Visitor(union) as karim:
        led = await comes_in(karim, union, KARIM)
        asked = await karim.get(led)
        said = await says(karim, **NAMED)
        setup = await karim.get(said.headers["location"])
        team = await karim.get("/directory/setup/team/members")

    assert led.startswith(PAGE)
    assert 'value="/directory/setup"' in asked.text
    assert list(breaches(asked.text)) == []
    assert (said.status_code, said.headers["location"]) == (303, "/directory/setup")
    for page in (setup, team):
        assert "Karim O&#39;Leary-Łuczak" in page.text
        assert "à compléter" not in page.text


async def test_until_then_the_team_says_where_to_and_a_name_is_missed_field_by_field(
    union: SigningIn,
) -> None:
    async with Visitor(union) as karim:
        await comes_in(karim, union, KARIM)
        team = await karim.get("/directory/setup/team/members")
        nothing = await says(karim, given_name=" ", family_name="")
        half = await says(karim, given_name="Karim", family_name="")

    assert f'href="{PAGE}?next=/directory/setup/team/members"' in team.text
    assert nothing.status_code == half.status_code == 422
    assert nothing.text.count('class="fault"') == 2
    assert half.text.count('class="fault"') == 1
    assert 'value="Karim"' in half.text
    assert "<title>À corriger" in half.text


async def test_a_name_is_said_once(union: SigningIn) -> None:
    async with Visitor(union) as karim:
        await comes_in(karim, union, KARIM)
        await says(karim, **NAMED)
        again = await says(karim, given_name="Somebody", family_name="Else")
        back = await karim.get(f"{PAGE}?next=/me")
        shown = await karim.get("/me")

    assert again.status_code == 303
    assert back.status_code == 200
    assert 'name="family_name"' not in back.text
    assert 'href="/me"' in back.text
    assert "Karim O&#39;Leary-Łuczak" in shown.text
    assert "Somebody" not in shown.text


async def test_who_came_for_a_page_gets_there_and_to_no_other_site(union: SigningIn) -> None:
    async with Visitor(union) as karim:
        led = await comes_in(karim, union, KARIM, "/directory/organisations?q=bois")
        asked = await karim.get(led)
        elsewhere = await says(karim, **NAMED, next="https://elsewhere.example/")

    assert 'value="/directory/organisations?q=bois"' in asked.text
    assert elsewhere.headers["location"] == "/"
