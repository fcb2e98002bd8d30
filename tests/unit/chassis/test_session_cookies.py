"""The cookie of a session: where a browser sends it, and where it does not."""

import http.cookiejar
import urllib.request
from email.message import Message
from http.cookies import SimpleCookie

import pytest
from pydantic import SecretStr
from starlette.responses import Response

from intercoop_chassis.auth.cookies import SessionCookie
from intercoop_chassis.settings import Settings

OWNERS = ("cgscop", "midi-pyrenees", "auvergne")


def cookie(owner: str, public_url: str | None) -> SessionCookie:
    settings = Settings(
        network="test",
        owner=owner,
        database=SecretStr("postgresql://localhost/directory"),
        kafka="localhost:9092",
        public_url=public_url,
    )
    return SessionCookie.of(settings)


def given(cookie: SessionCookie, token: str) -> str:
    response = Response()
    cookie.set_on(response, token)
    return response.headers["set-cookie"]


class Browser:
    """A browser's jar, which like every browser's does not tell ports apart (RFC 6265 §8.5)."""

    def __init__(self) -> None:
        self._jar = http.cookiejar.CookieJar()

    def receives(self, url: str, set_cookie: str) -> None:
        headers = Message()
        headers["Set-Cookie"] = set_cookie
        answer = Answer(headers)
        self._jar.extract_cookies(answer, urllib.request.Request(url))  # type: ignore[arg-type]  # noqa: S310  all that it asks for is info()

    def sends(self, url: str) -> dict[str, str]:
        request = urllib.request.Request(url)  # noqa: S310  an address of the test
        self._jar.add_cookie_header(request)
        parsed = SimpleCookie(request.get_header("Cookie") or "")
        return {name: morsel.value for name, morsel in parsed.items()}


class Answer:
    """As much of an answer as a jar looks at."""

    def __init__(self, headers: Message) -> None:
        self._headers = headers

    def info(self) -> Message:
        return self._headers


def test_where_people_reach_it_by_https_the_cookie_is_of_one_host_alone() -> None:
    attributes = given(cookie("ouest", "https://coop.example"), "t").split("; ")

    assert attributes[0] == "__Host-intercoop-ouest=t"
    assert set(attributes[1:]) == {
        "HttpOnly",
        "Max-Age=2592000",
        "Path=/",
        "SameSite=lax",
        "Secure",
    }


@pytest.mark.parametrize("public_url", [None, "http://coop.example", "https://127.example"])
def test_elsewhere_than_on_loopback_it_is_never_sent_in_the_clear(public_url: str | None) -> None:
    assert cookie("ouest", public_url) == SessionCookie("__Host-intercoop-ouest", secure=True)


@pytest.mark.parametrize(
    "public_url",
    ["http://127.0.0.1:8600", "http://localhost:8600", "http://[::1]:8600", "http://a.localhost"],
)
def test_on_loopback_the_name_carries_the_owner(public_url: str) -> None:
    attributes = given(cookie("midi-pyrenees", public_url), "t").split("; ")

    assert attributes[0] == "intercoop-midi-pyrenees=t"
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(attributes)
    assert "Secure" not in attributes


@pytest.mark.parametrize("host", ["http://127.0.0.1", "https://coop.example"])
def test_one_signs_in_at_three_instances_of_one_host_at_once(host: str) -> None:
    browser = Browser()
    urls = {owner: f"{host}:{8601 + n}" for n, owner in enumerate(OWNERS)}
    cookies = {owner: cookie(owner, url) for owner, url in urls.items()}

    for owner, url in urls.items():
        browser.receives(f"{url}/sign-in", given(cookies[owner], f"session-at-{owner}"))

    for owner, url in urls.items():
        assert cookies[owner].read(browser.sends(f"{url}/my-day")) == f"session-at-{owner}"


def test_to_sign_out_at_one_of_them_signs_out_at_no_other() -> None:
    browser = Browser()
    cookies = {owner: cookie(owner, "http://127.0.0.1:8601") for owner in OWNERS}
    for owner in OWNERS:
        browser.receives("http://127.0.0.1/", given(cookies[owner], owner))

    response = Response()
    cookies["cgscop"].clear_on(response)
    browser.receives("http://127.0.0.1/", response.headers["set-cookie"])

    sent = browser.sends("http://127.0.0.1/")
    assert [cookies[owner].read(sent) for owner in OWNERS] == [None, "midi-pyrenees", "auvergne"]
