"""Every page as everybody: who is let in, and what a page keeps to."""

import re
import time

import pytest

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_contracts.pages import BELL, MENU, SLOTS
from testkit.everybody import EVERYBODY, NOBODY
from testkit.page_rules import Page, breaches, breaches_of_policy, unknown_classes
from testkit.page_weight import (
    FIRST_BYTES,
    FOLLOWING_BYTES,
    REQUESTS,
    SCRIPT_BYTES,
    weigh,
)
from testkit.served_instance import PAGES, fill_path, serve_instance

ELSEWHERE = {
    BELL.live,
    "/sign-in",
    "/directory/sign-in/provider",
    "/directory/sign-in/provider/return",
}
"""An endless answer, and addresses that only lead to others."""
READ = [
    one
    for one in PAGES
    if one.method == "GET" and "/assets/" not in one.path and one.path not in ELSEWHERE
]
SENT = [one for one in PAGES if one.method != "GET"]
READS_NO_FORM = {
    "/directory/sign-out",
    "/directory/sign-in/mail",
    "/directory/invitations/{secret}",
    "/notifications/stop/{token}",
}
"""What is sent there says all by its address, or mails are not sent here at all."""
SHOWN = [one for one in READ if not one.path.endswith(".csv")]
"""What a browser shows; the others are files to keep."""
WHOLE = [one for one in SHOWN if "/parts/" not in one.path]
NAMES_PEOPLE = {
    "/notifications/mails",
    "/directory/people",
    "/directory/people/new",
    "/directory/people/invite",
    "/directory/mine",
    "/directory/team",
    "/directory/team/give",
    "/directory/setup/team/members",
    "/directory/setup/team/members/give",
}
"""What has names of others is kept by no browser."""
LONG_AGO = int(time.time()) - 31 * 86_400
"""A session that nobody used for thirty days is over."""


def named(one):
    return f"{one.method} {one.path}"


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("route", READ, ids=named)
async def test_a_page_is_shown_to_whom_it_says(instance, tokens, route, who):
    async with instance.browser(tokens[who]) as one:
        answer = await one.get(fill_path(route.path))
    if route.right in EVERYBODY[who]:
        assert answer.status_code == (404 if "{" in route.path else 200), answer.text
    elif who in NOBODY:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=/")
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("route", WHOLE, ids=named)
async def test_a_page_keeps_to_the_rules_of_pages(instance, tokens, route, who):
    """Error pages too: some of these are not there, some not for everybody."""
    async with instance.browser(tokens[who]) as one:
        answer = await one.get(fill_path(route.path))
    if answer.status_code == 303:
        return
    assert list(breaches(answer.text)) == []
    links = Page(answer.text).links()
    async with instance.browser(tokens[who]) as one:
        for address in {link for link in links if not link.startswith("/sign-in?")}:
            reached = await one.get(address)
            assert reached.status_code in {200, 303}, address


async def test_a_part_is_a_piece_of_a_page_that_keeps_to_the_rules(instance):
    async with instance.browser(instance.token("member", "staff")) as one:
        for slot in SLOTS:
            answer = await one.get(slot.part, headers={"HX-Request": "true"})
            part = Page(answer.text)
            assert answer.status_code == 200
            assert "<html" not in answer.text
            assert [*part.wrong, *breaches_of_policy(part), *unknown_classes(part)] == []
            again = {"If-None-Match": answer.headers["etag"], "HX-Request": "true"}
            same = await one.get(slot.part, headers=again)
            assert (same.status_code, same.content) == (304, b"")


async def test_the_menu_and_the_slots_lead_to_what_their_services_answer():
    addresses = {(one.path, one.method): one.right for one in PAGES}
    assert MENU
    for entry in (*MENU, *SLOTS, BELL):
        right = addresses[entry.address, "GET"]
        assert entry.service is None or f"{entry.address}/".startswith(f"/{entry.service}/")
        seen_by = {"own": "member"}.get(entry.viewer, entry.viewer)
        leads_to = {seen_by, "member"} if entry in SLOTS else {seen_by}
        assert right.value in leads_to, "whoever sees it may go there"
    assert {addresses[path, "GET"].value for path in (BELL.part, BELL.live)} == {BELL.viewer}
    for slot in SLOTS:
        assert addresses[slot.part, "GET"].value == slot.viewer
        assert (slot.board, "GET") in addresses


@pytest.mark.parametrize("route", SHOWN, ids=named)
async def test_a_page_says_its_policy_and_how_long_it_is_kept(instance, route):
    async with instance.browser(instance.token("staff", "operator")) as one:
        answer = await one.get(fill_path(route.path))
    policy = answer.headers["content-security-policy"]
    assert {part.strip() for part in policy.split(";")} == {
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "font-src 'self'", "connect-src 'self'", "form-action 'self'",
        "base-uri 'none'", "frame-ancestors 'none'",
    }  # fmt: skip
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    is_kept = answer.status_code == 200 and route.path not in NAMES_PEOPLE
    kept = "private, no-cache" if is_kept else "no-store"
    assert answer.headers["cache-control"] == kept


@pytest.mark.parametrize("route", SENT, ids=named)
async def test_what_another_site_sends_is_refused(instance, route):
    cross = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    async with instance.browser(instance.token("staff", "operator")) as one:
        answer = await one.request(route.method, fill_path(route.path), headers=cross)
    assert answer.status_code == 403
    assert list(breaches(answer.text)) == []


@pytest.mark.parametrize(
    "route", [one for one in SENT if one.right.value in {"anyone", "by link"}], ids=named
)
async def test_a_stranger_sends_no_more_than_a_form_has(instance, route):
    """Reading a form takes time that others wait for."""
    own = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    async with instance.browser() as one:
        answer = await one.request(
            route.method, fill_path(route.path), content=b"&" * 2**17, headers=own
        )
    assert answer.status_code in {303, 404, 413}
    assert (answer.status_code == 413) is (route.path not in READS_NO_FORM)


async def test_a_page_takes_no_bearer_token_and_the_api_no_cookie(instance):
    token = instance.token("staff")
    async with instance.client(token) as program, instance.browser(token) as people:
        page = await program.get("/directory/organisations")
        api = await people.get("/directory/api/organisations")
    assert page.status_code == 303
    assert (api.status_code, api.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("token", ["nonsense", "a program's", "of long ago", "of another issuer"])
async def test_a_session_is_verified_as_a_bearer_token_is(instance, token):
    tokens = {
        "nonsense": "x.y.z",
        "a program's": instance.token("staff", auth_time=None),
        "of long ago": instance.token("staff", iat=LONG_AGO, exp=LONG_AGO + 3600),
        "of another issuer": instance.token("staff", iss="https://elsewhere.example"),
    }
    async with instance.browser(tokens[token]) as one:
        answer = await one.get("/directory/organisations?q=bois")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/directory/organisations%3Fq%3Dbois"


async def test_an_error_is_a_page_for_people_and_a_problem_for_programs(instance):
    async with instance.browser(instance.token("member")) as one:
        page = await one.get("/no/such/page")
        api = await one.get("/directory/api/no-such-thing")
        wrong_method = await one.get("/me/language")
        unreadable = await one.get("/directory/organisations?statute=nonsense")
        program = await one.get("/no/such/page", headers={"Accept": "application/json"})
    assert [page.status_code, wrong_method.status_code] == [404, 405]
    assert unreadable.status_code == 422
    for answer in (page, wrong_method, unreadable):
        assert list(breaches(answer.text)) == []
        assert answer.headers["x-trace-id"] in answer.text
    assert "Cette page n’existe pas, ou elle n’est pas à vous." in page.text
    assert wrong_method.headers["allow"] == "POST"
    assert api.headers["content-type"] == program.headers["content-type"]
    assert api.headers["content-type"] == "application/problem+json"


async def test_the_language_and_the_theme_are_chosen_by_forms_and_said_once(platform, issuer):
    own = {"Sec-Fetch-Site": "same-origin"}
    here = {"public_url": "http://127.0.0.1:8600"}
    async with (
        serve_instance(platform, issuer, "directory", **here) as instance,
        instance.browser() as one,
    ):
        await one.post("/me/theme", data={"theme": "dark", "back": "/"}, headers=own)
        done = await one.post("/me/language", data={"language": "en", "back": "/help"}, headers=own)
        assert (done.status_code, done.headers["location"]) == (303, "/help")
        first, second = await one.get("/help"), await one.get("/help")
        wrong = await one.post("/me/language", data={"language": "xx"}, headers=own)
    assert '<html lang="en" data-bs-theme="dark">' in first.text
    assert "Saved." in first.text
    assert "Saved." not in second.text
    assert first.headers["cache-control"] == "no-store"
    assert wrong.status_code == 422


async def test_shortcuts_are_turned_off_and_on_again(platform, issuer):
    """Single letters are in the way of who speaks to their machine (WCAG 2.1.4)."""
    own = {"Sec-Fetch-Site": "same-origin"}
    here = {"public_url": "http://127.0.0.1:8600"}
    async with (
        serve_instance(platform, issuer, "events", **here) as instance,
        instance.browser() as one,
    ):
        usual = await one.get("/help")
        await one.post("/me/keys", data={"keys": "off"}, headers=own)
        without = await one.get("/help")
        await one.post("/me/keys", data={"keys": "on"}, headers=own)
        again = await one.get("/help")
        wrong = await one.post("/me/keys", data={"keys": "some"}, headers=own)
    assert 'data-keys="off"' in without.text
    assert 'data-keys="off"' not in usual.text + again.text
    assert wrong.status_code == 422


async def test_pages_leave_compressed_and_assets_are_kept_for_a_year(instance):
    async with instance.browser(instance.token("member")) as one:
        page = await one.get("/")
        addresses = set(re.findall(r'(?:href|src)="(/\w+/assets/[^"#]+)', page.text))
        assert page.headers["content-encoding"] == "gzip"
        assert len(addresses) >= 4
        for address in addresses:
            asset = await one.get(address)
            assert asset.status_code == 200, address
            assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
            of_another = re.sub(r"/assets/\w+/", "/assets/of-before/", address)
            assert (await one.get(of_another)).status_code == 404


@pytest.mark.parametrize("route", WHOLE, ids=named)
async def test_a_page_and_what_it_loads_fit_the_budget(instance, route):
    """60 kB compressed, letters apart, in twelve requests; 15 kB for the page alone."""
    async with instance.browser(instance.token("staff", "operator")) as one:
        weight = await weigh(one, fill_path(route.path))
    assert weight.page <= FOLLOWING_BYTES
    assert weight.first <= FIRST_BYTES
    assert weight.scripts <= SCRIPT_BYTES
    assert weight.requests <= REQUESTS


async def test_what_everybody_keeps_for_a_year_carries_nobodys_session(instance):
    half_an_hour = int(time.time()) - 1_900
    old = instance.token("member", iat=half_an_hour, exp=half_an_hour + 3_600)
    async with instance.browser(old) as one:
        page = await one.get("/")
        address = re.search(r'href="(/\w+/assets/[^"#]+)"', page.text)[1]
        one.cookies.clear()
        asset = await one.get(
            address, headers={"Cookie": f"{SessionCookie.of(instance.settings).name}={old}"}
        )
    assert asset.status_code == 200
    assert "set-cookie" not in asset.headers


async def test_a_session_is_renewed_unseen_in_the_answer_of_a_page(instance):
    half_an_hour = int(time.time()) - 1_900
    old = instance.token("member", iat=half_an_hour, exp=half_an_hour + 3_600)
    over = instance.token("member", iat=half_an_hour - 86_400, exp=half_an_hour - 80_000)
    for token in (old, over):
        async with instance.browser(token) as one:
            answer = await one.get("/")
        assert answer.status_code == 200
        renewed = answer.headers["set-cookie"]
        assert token not in renewed
        parts = {part.strip() for part in renewed.split(";")}
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= parts
    async with instance.browser(instance.token("member")) as one:
        assert "set-cookie" not in (await one.get("/")).headers
