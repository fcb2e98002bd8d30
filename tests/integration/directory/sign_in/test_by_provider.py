"""Signing in by an OpenID provider at the pages: there and back with one browser."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest

from intercoop_chassis.context import Context
from intercoop_chassis.findings import Level
from intercoop_directory.accounts.gateways.provider import kept, provider as examined
from intercoop_directory.main import SERVICE
from testkit.issuer import Issuer
from testkit.openid_provider import CLIENT, SECRET, OpenIdProvider
from testkit.page_rules import breaches
from testkit.platform import Platform
from testkit.registered_people import manages, organisation, registered
from testkit.sign_in_pages import OWN, REFUSED, SigningIn, Visitor, local
from testkit.smtp_server import ScriptedSmtpServer

LUCIE = "lucie@example.coop"
THERE = "/directory/sign-in/provider"


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    provider = OpenIdProvider()
    yield provider
    provider.close()


@pytest.fixture
async def home(
    platform: Platform, issuer: Issuer, provider: OpenIdProvider
) -> AsyncIterator[SigningIn]:
    directory = SigningIn(
        *(await platform.database(SERVICE), issuer, ScriptedSmtpServer()),
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )
    yield directory
    await directory.close()


@pytest.fixture
async def lucie(home: SigningIn, staff: httpx.AsyncClient) -> UUID:
    points = [{"kind": "email", "value": LUCIE}]
    return await registered(staff, {**manages(await organisation(staff)), "contact_points": points})


@pytest.fixture
async def browser(home: SigningIn, lucie: UUID) -> AsyncIterator[Visitor]:
    async with Visitor(home) as browser:
        yield browser


async def test_one_goes_there_comes_back_signed_in_and_is_led_on(browser: Visitor) -> None:
    onward = "/directory/organisations?q=bois"
    page = await browser.get("/directory/sign-in", params={"next": onward})
    answer = await browser.signs_in_there(onward)

    assert list(breaches(page.text)) == []
    assert "127.0.0.1" in page.text
    assert (answer.status_code, answer.headers["location"]) == (303, onward)
    assert (await browser.get(onward)).status_code == 200


async def test_what_comes_back_is_good_once_and_in_the_browser_alone_that_went(
    home: SigningIn, browser: Visitor
) -> None:
    left = await browser.get(THERE, headers=OWN)
    back = local(await browser.answer_of(left.headers["location"]))
    async with Visitor(home) as elsewhere:
        stolen = await elsewhere.comes_back(back)
        await elsewhere.get(THERE, headers=OWN)
        mixed = await elsewhere.comes_back(back)
        assert not elsewhere.is_signed_in
    entered, again = await browser.comes_back(back), await browser.comes_back(back)

    assert entered.headers["location"] == "/"
    for one in (stolen, mixed, again):
        assert "Cette connexion ne peut pas aboutir." in one.text
        assert list(breaches(one.text)) == []


async def test_the_secret_of_an_attempt_is_kept_from_scripts_for_ten_minutes(
    browser: Visitor,
) -> None:
    left = await browser.get(THERE, headers=OWN)

    cookie = left.headers["set-cookie"]
    secret = cookie.partition("=")[2].partition(".")[0]
    assert cookie.startswith("__Host-intercoop-provider-midi-pyrenees=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Max-Age=600"} <= {
        part.strip() for part in cookie.split(";")
    }
    assert secret not in left.headers["location"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_another_site_cannot_send_a_browser_to_the_provider(
    browser: Visitor, site: str
) -> None:
    answer = await browser.get(THERE, headers={"Sec-Fetch-Site": site})

    assert answer.headers["location"] == "/directory/sign-in?next=%2F"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ({"email_verified": False}, "n’a pas vérifié votre adresse"),
        ({"email_verified": None}, "n’a pas vérifié votre adresse"),
        ({"email": None}, "n’a pas vérifié votre adresse"),
        ({"email": "unknown@example.coop"}, "n’ouvre encore rien ici"),
        ({"nonce": "another"}, "ne peut pas aboutir"),
        ({"aud": "another"}, "ne peut pas aboutir"),
        ({"exp": 1}, "ne peut pas aboutir"),
    ],
    ids=str,
)
async def test_who_is_not_vouched_for_is_told_why_and_what_one_can_do(
    provider: OpenIdProvider, browser: Visitor, person: dict[str, object], said: str
) -> None:
    provider.told.claims = person

    answer = await browser.signs_in_there()

    assert said in answer.text
    assert not browser.is_signed_in
    assert list(breaches(answer.text)) == []
    assert 'href="/directory/sign-in?next=/"' in answer.text


async def test_somebody_unknown_is_told_the_same_as_somebody_whose_address_is_shared(
    provider: OpenIdProvider, browser: Visitor, staff: httpx.AsyncClient
) -> None:
    points = [{"kind": "email", "value": LUCIE}]
    await registered(staff, {**manages(await organisation(staff, "B")), "contact_points": points})
    shared = await browser.signs_in_there()
    provider.person["email"] = "unknown@example.coop"

    assert (await browser.signs_in_there()).text == shared.text


async def test_who_declines_there_is_told_so(browser: Visitor) -> None:
    left = await browser.get(THERE, headers=OWN)
    state = parse_qs(urlsplit(left.headers["location"]).query)["state"][0]

    answer = await browser.comes_back(f"{THERE}/return?error=access_denied&state={state}")

    assert "La connexion n’a pas été faite là-bas." in answer.text
    assert "access_denied" not in answer.text


@pytest.mark.parametrize("query", ["", "?code=x&state=y", "?state=%00", "?error=<script>"])
async def test_whoever_comes_back_without_having_gone_begins_again(
    browser: Visitor, query: str
) -> None:
    answer = await browser.comes_back(f"{THERE}/return{query}")

    assert "Cette connexion ne peut pas aboutir." in answer.text
    assert list(breaches(answer.text)) == []
    assert "<script>" not in answer.text.partition("<main")[2]


async def test_an_answer_that_another_site_made_up_ends_no_attempt(browser: Visitor) -> None:
    left = await browser.get(THERE, headers=OWN)
    back = local(await browser.answer_of(left.headers["location"]))

    await browser.comes_back(f"{THERE}/return?code=theirs&state=theirs")

    assert (await browser.comes_back(back)).headers["location"] == "/"


async def test_a_provider_that_is_down_is_said_and_those_who_are_signed_in_go_on(
    provider: OpenIdProvider, home: SigningIn, browser: Visitor
) -> None:
    await browser.signs_in_there()
    async with Visitor(home) as late:
        left = await late.get(THERE, headers=OWN)
        back = local(await late.answer_of(left.headers["location"]))
        provider.close()
        answer = await late.comes_back(back)
    provider.open()

    assert "ne répond pas pour le moment" in answer.text
    assert list(breaches(answer.text)) == []
    assert 'href="/directory/sign-in?next=/"' in answer.text
    assert (await browser.get("/directory/organisations")).status_code == 200


async def test_who_sets_out_while_it_is_down_is_told_so_here_and_is_not_sent_there(
    provider: OpenIdProvider, browser: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PAUSE_S", 0.0)
    await browser.signs_in_there()
    provider.close()
    answer = await browser.comes_back(f"{THERE}?next=/directory/organisations")
    provider.open()

    assert "ne répond pas pour le moment" in answer.text
    assert 'href="/directory/sign-in?next=/directory/organisations"' in answer.text
    assert (await browser.get("/directory/organisations")).status_code == 200


async def test_a_secret_that_is_another_there_is_said_and_the_doctor_says_what_to_compare(
    provider: OpenIdProvider, home: SigningIn, browser: Visitor
) -> None:
    provider.secret = "another"
    answer = await browser.signs_in_there()
    (found,) = await examined(Context(home.settings, home.db))

    assert "ne reconnaît pas ce site" in answer.text
    assert "Recommencer n’y changera rien" in answer.text
    assert list(breaches(answer.text)) == []
    assert found.level is Level.FAIL
    assert found.remedy is not None
    assert "INTERCOOP_OIDC_CLIENT_SECRET_FILE" in found.remedy.en


async def test_a_session_is_listed_with_the_way_that_one_signed_in(browser: Visitor) -> None:
    await browser.signs_in_there()

    assert "Connexion par un autre service" in (await browser.get("/directory/sessions")).text


async def test_a_provider_that_never_answered_is_said_too(
    provider: OpenIdProvider, browser: Visitor
) -> None:
    provider.close()
    answer = await browser.get(THERE, headers=OWN)
    provider.open()

    assert answer.headers["location"] == f"{REFUSED}?why=away&next=%2F"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_nobody_is_led_to_another_site(browser: Visitor, onward: str) -> None:
    assert (await browser.signs_in_there(onward)).headers["location"] == "/"


async def test_the_doctor_says_whether_the_provider_answers(
    provider: OpenIdProvider, home: SigningIn
) -> None:
    context = Context(home.settings, home.db)
    (well,) = await examined(context)
    provider.told.discovery = {"issuer": "https://another.example"}
    (another,) = await examined(context)
    provider.close()
    (down,) = await examined(context)
    provider.open()

    assert [one.level for one in (well, another, down)] == [Level.OK, Level.FAIL, Level.FAIL]
    assert "https://another.example" in another.said.en


async def test_without_a_provider_the_way_is_not_offered(
    platform: Platform, issuer: Issuer
) -> None:
    alone = SigningIn(await platform.database(SERVICE), issuer, ScriptedSmtpServer())
    async with Visitor(alone) as browser:
        page, there = await browser.get("/directory/sign-in"), await browser.get(THERE)
    await alone.close()

    assert THERE not in page.text
    assert there.headers["location"] == "/directory/sign-in?next=%2F"
