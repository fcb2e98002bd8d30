"""Who is let in to a page, where the sign-in leads back to, and whose forms are taken."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from starlette.requests import Request

from intercoop_chassis.auth.identity import Identity, Role
from intercoop_chassis.auth.rights import Right
from intercoop_chassis.errors import ForbiddenError, UnauthenticatedError
from intercoop_chassis.pages.guard import admit
from intercoop_chassis.pages.negotiate import Language, Theme, language_of, theme_of
from intercoop_chassis.pages.paths import LONGEST_BYTES, address, is_page_path, local_path

PUBLIC = "https://coop.example"
NOBODY = UnauthenticatedError("nobody")


def member(*roles):
    return Identity(uuid4(), "ouest", frozenset(roles))


def request(method="GET", path="/x", who=NOBODY, host="coop.example", query=b"", **headers):
    lines = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Request(
        {
            "type": "http", "method": method, "path": path, "query_string": query,
            "scheme": "https" if host == "coop.example" else "http", "server": ("x", 1),
            "headers": [(name.encode(), value.encode()) for name, value in lines.items()],
            "state": {"who": who},
        }
    )  # fmt: skip


def admitted(asked, right=Right.MEMBER, public=PUBLIC):
    return admit(asked, right, "ouest", public)


def test_a_read_without_a_session_leads_to_the_sign_in_and_back():
    answer = admitted(request(path="/directory/organisations", query=b"q=a+b&c=%26"))
    assert answer.status_code == 303
    wanted = "/sign-in?next=/directory/organisations%3Fq%3Da%2Bb%26c%3D%2526"
    assert answer.headers["location"] == wanted


@pytest.mark.parametrize(
    "asked",
    [request("POST", sec_fetch_site="same-origin"), request("GET", hx_request="true")],
    ids=["form", "part"],
)
def test_a_form_and_a_part_without_a_session_are_not_led_anywhere(asked):
    with pytest.raises(UnauthenticatedError):
        admitted(asked)


def test_a_session_that_is_not_enough_is_forbidden():
    assert admitted(request(who=member())) is None
    assert admitted(request(who=member(Role.STAFF)), Right.STAFF) is None
    with pytest.raises(ForbiddenError):
        admitted(request(who=member()), Right.STAFF)
    with pytest.raises(ForbiddenError):
        admitted(request(who=member(Role.STAFF)), Right.OPERATOR)


@pytest.mark.parametrize("right", list(Right))
@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"}, {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"}, {"origin": "https://evil.example"}, {"origin": "null"}, {},
        {"origin": "http://coop.example"},
        {"sec_fetch_site": "cross-site", "origin": PUBLIC},
    ],
)  # fmt: skip
def test_what_another_site_sends_is_refused_whoever_is_signed_in(headers, right):
    everything = member(Role.STAFF, Role.OPERATOR)
    asked = request("POST", who=everything, **headers)
    if right is Right.LINK:
        assert admitted(asked, right) is None
        return
    with pytest.raises(ForbiddenError):
        admitted(asked, right)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("headers", [{"sec_fetch_site": "same-origin"}, {"origin": PUBLIC}])
def test_what_our_own_page_sends_is_taken(headers, method):
    assert admitted(request(method, who=member(), **headers)) is None


def test_without_a_public_address_this_machines_own_is_trusted_and_no_other():
    own = request("POST", who=member(), host="127.0.0.1:81", origin="http://127.0.0.1:81")
    assert admitted(own, public=None) is None
    other = request("POST", who=member(), host="evil.example", origin="http://evil.example")
    with pytest.raises(ForbiddenError):
        admitted(other, public=None)


@pytest.mark.parametrize("headers", [{"sec_fetch_site": "same-origin"}, {"origin": "http://[::1]"}])
def test_another_sites_name_that_leads_to_this_machine_is_not_this_site(headers):
    """A page of evil.example whose name is made to mean 127.0.0.1 is of one origin with itself."""
    rebound = request("POST", who=member(), host="evil.example:8600", **headers)
    with pytest.raises(ForbiddenError):
        admitted(rebound, public="http://[::1]")
    own = request("POST", who=member(), host="localhost:8600", **headers)
    assert admitted(own, public="http://[::1]") is None


@pytest.mark.parametrize(
    ("path", "is_page"),
    [
        ("/", True), ("/help", True), ("/me/language", True), ("/directory/organisations", True),
        ("/directory/apiary", True), ("/directory/api/organisations", False),
        ("/directory/api", False), ("/docs", False), ("/health/live", False), ("/metrics", False),
        ("/openapi.json", False),
    ],
)  # fmt: skip
def test_pages_are_told_from_what_programs_ask(path, is_page):
    assert is_page_path(path) is is_page


@pytest.mark.parametrize("elsewhere", ["//evil.example", "/\\evil", "https://evil", "", "/\t/evil"])
def test_nobody_is_led_to_another_site(elsewhere):
    assert local_path(elsewhere) == "/"
    assert local_path("/me?x=1") == "/me?x=1"


@pytest.mark.parametrize("letter", ["x", "é", "😀"])
def test_an_address_that_no_cookie_holds_is_not_come_back_to(letter):
    longest = LONGEST_BYTES // len(letter.encode())
    kept, long = "/" + letter * (longest - 1), "/" + letter * longest
    assert (local_path(kept), local_path(long)) == (kept, "/")
    assert admitted(request(path=long)).headers["location"] == "/sign-in?next=/"


def test_an_address_has_the_parameters_that_are_there():
    assert address("/x", {"a": "é &", "b": None}) == "/x?a=%C3%A9+%26"
    assert address("/x", {"a": None}) == "/x"


SETTINGS = SimpleNamespace(public_url="http://127.0.0.1:8600", owner="ouest")


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, Language.FR), ({"accept_language": "en-GB,en;q=0.9"}, Language.EN),
        ({"accept_language": "fr;q=0.5, en"}, Language.EN), ({"accept_language": "de"}, Language.FR),
        ({"accept_language": "en;q=0, fr"}, Language.FR),
        ({"accept_language": ";;q=,en;q=x"}, Language.FR),
        ({"accept_language": "en", "cookie": "intercoop-language-ouest=fr"}, Language.FR),
        ({"accept_language": "en", "cookie": "intercoop-language-ouest=xx"}, Language.EN),
    ],
)  # fmt: skip
def test_the_language_is_the_chosen_one_else_the_browsers_else_french(headers, language):
    assert language_of(request(**headers), SETTINGS) is language


def test_the_device_decides_about_colours_unless_somebody_chose():
    assert theme_of(request(), SETTINGS) is None
    assert theme_of(request(cookie="intercoop-theme-ouest=dark"), SETTINGS) is Theme.DARK
    assert theme_of(request(cookie="intercoop-theme-ouest=x"), SETTINGS) is None
