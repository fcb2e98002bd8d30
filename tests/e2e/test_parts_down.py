"""What whoever is signed in meets at the one address while a part is down, each a process of its own."""

import json
import os
import signal
import time
from contextlib import closing, contextmanager

import httpx
import pytest

from testkit.openid_provider import CLIENT, SECRET, OpenIdProvider
from testkit.page_rules import breaches
from testkit.sign_in_pages import REFUSED, code_of

LIST, NOTICES = "/directory/organisations", "/notifications"
HERE, ELSEWHERE = "/directory/api/organisations", "/events/api/registrations"
SIGNED_OUT = 303


@pytest.fixture(scope="module")
def provider():
    """Whoever else vouches for people here."""
    with closing(OpenIdProvider()) as opened:
        yield opened


@pytest.fixture(scope="module")
def running(start_for_all, local, provider):
    """A network of one owner, each of its services in a process of its own."""
    arguments = ("up", "--network", "auvergne", "--processes", "apart")
    trying = {
        "INTERCOOP_OIDC_ISSUER": provider.issuer,
        "INTERCOOP_OIDC_CLIENT_ID": CLIENT,
        "INTERCOOP_OIDC_CLIENT_SECRET": SECRET,
    }
    started = start_for_all("intercoop", *arguments, **local.environment, **trying)
    started.says("Stop with Ctrl-C")
    return started


@pytest.fixture(scope="module")
def url(running, local):
    """The address of the instance."""
    return f"http://127.0.0.1:{local.ports.instances + 3}"


@pytest.fixture(scope="module")
def staff(local, url):
    token = local.intercoop("token", "auvergne", "staff").stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{url}/directory/api", headers=headers) as client:
        yield client


@pytest.fixture
def register(staff):
    """Make somebody who manages a co-operative; returns their id."""

    def made(name):
        atelier = staff.post("/organisations", json={"name": f"Atelier de {name}"}).json()["id"]
        mandate = {"organisation_id": atelier, "role": "manager", "since": "2016-01-01"}
        answer = staff.post("/people", json={**record(name), "mandates": [mandate]})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    return made


def record(name):
    points = [{"kind": "email", "value": address(name)}]
    return {"given_name": name, "family_name": "Exemple", "contact_points": points}


def address(name):
    return f"{name.lower()}@coop.example"


@pytest.fixture
def browser(url):
    """Open a browser, with nothing in it."""
    opened = []

    def new():
        headers = {"Accept": "text/html", "Accept-Language": "fr", "Sec-Fetch-Site": "same-origin"}
        opened.append(httpx.Client(base_url=url, headers=headers, timeout=30))
        return opened[-1]

    yield new
    for one in opened:
        one.close()


@pytest.fixture
def sign_in(browser, local):
    """Sign somebody in by mail, in a browser of its own."""

    def signed_in(name):
        one, before = browser(), len(mails(local, name))
        one.post("/directory/sign-in/mail", data={"address": address(name), "next": NOTICES})
        until(lambda: len(mails(local, name)) > before, what=f"a mail for {name}")
        answer = one.post("/directory/sign-in/code", data={"code": code_of(mails(local, name)[0])})
        assert (answer.status_code, answer.headers["location"]) == (303, NOTICES), answer.text
        until(lambda: statuses(one, NOTICES) == [200], what=f"{name}'s account in notifications")
        return one

    return signed_in


def mails(local, name):
    """The texts of somebody's mails, the newest first."""
    console = json.loads((local.home / "running.json").read_text())
    known = {"X-Intercoop-Word": console["word"]}
    with httpx.Client(base_url=console["console"], headers=known) as client:
        listed = client.get("/mail", params={"to": address(name)}).json()
        return [client.get(f"/mail/{one['id']}").json()["text"] for one in listed]


def until(look, *, what):
    give_up = time.monotonic() + 60
    while not look():
        assert time.monotonic() < give_up, what
        time.sleep(0.1)


def statuses(browser, *paths):
    return [browser.get(path).status_code for path in paths]


def as_a_program(browser):
    """The statuses of the API in two services, with the token of a browser's session."""
    token = browser.cookies["intercoop-auvergne"]
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    with httpx.Client(base_url=browser.base_url, headers=headers) as client:
        return statuses(client, HERE, ELSEWHERE)


@contextmanager
def without(local, service):
    local.intercoop("stop", "auvergne", service)
    try:
        yield
    finally:
        local.intercoop("join", "auvergne", service)


@contextmanager
def broker_standing_still(local):
    (mark,) = (local.home / "kafka").rglob("pid")
    broker = int(mark.read_text().split()[0])
    os.kill(broker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(broker, signal.SIGCONT)


def test_without_the_directory_one_stays_signed_in_elsewhere_and_signing_in_says_why(
    local, register, sign_in, browser
):
    register("Lucie")
    lucie, stranger = sign_in("Lucie"), browser()
    with without(local, "directory"):
        assert statuses(lucie, "/", NOTICES, "/me", "/help") == [200] * 4
        assert as_a_program(lucie) == [503, 200]
        away = lucie.get(LIST)
        led = stranger.get(NOTICES)
        asked = stranger.get(led.headers["location"], follow_redirects=True)
        sent = stranger.post("/directory/sign-in/mail", data={"address": address("Lucie")})

    assert "Cette partie d’Intercoop ne répond pas pour le moment." in away.text
    assert f'href="{LIST}"' in away.text
    assert "Lucie" in away.text or "Se déconnecter" in away.text
    for page in (asked, sent):
        assert "La connexion ne marche pas pour le moment." in page.text
        assert "Si vous êtes déjà connecté·e, vous le restez" in page.text
    for page in (away, asked, sent):
        assert page.status_code == 503
        assert list(breaches(page.text)) == []
    assert statuses(lucie, LIST) == [200]
    assert statuses(stranger, "/directory/sign-in") == [200]


def test_one_signs_in_at_a_provider_and_while_it_is_down_by_mail_and_is_told_so(
    register, sign_in, browser, provider
):
    register("Ines")
    provider.person = {"sub": "i1", "email": address("Ines"), "email_verified": True}
    ines, other = browser(), browser()
    vouched = httpx.get(leads(ines)).headers["location"]
    entered = ines.get(vouched)
    until(lambda: statuses(ines, NOTICES) == [200], what="Ines's account in notifications")
    assert "Ines Exemple" in ines.get(NOTICES).text

    provider.close()
    try:
        until(lambda: leads(other).startswith(REFUSED), what="that it is down")
        refused = other.get(leads(other))
        by_mail = sign_in("Ines")
        assert statuses(ines, LIST, NOTICES) == [200, 200]
    finally:
        provider.open()

    assert (entered.status_code, entered.headers["location"]) == (303, NOTICES)
    assert "ne répond pas pour le moment" in refused.text
    assert list(breaches(refused.text)) == []
    assert "Ines Exemple" in by_mail.get(NOTICES).text
    until(lambda: leads(other).startswith(provider.issuer), what="that it is there again")


def leads(one):
    """Where whoever sets out for the provider is sent: there, or to what says that it is down."""
    answer = one.get("/directory/sign-in/provider", params={"next": NOTICES})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_while_the_broker_stands_still_one_signs_in_by_mail_and_pages_go_on(
    local, register, sign_in
):
    register("Marc")
    before = sign_in("Marc")
    with broker_standing_still(local):
        now = sign_in("Marc")
        for one in (before, now):
            assert statuses(one, "/", LIST, NOTICES, "/directory/sessions") == [200] * 4
            assert as_a_program(one) == [200, 200]


def test_a_session_that_is_ended_from_another_device_is_over_in_every_service(register, sign_in):
    register("Zoe")
    phone, desk = sign_in("Zoe"), sign_in("Zoe")
    assert as_a_program(phone) == [200, 200]

    desk.post("/directory/sessions/end-others")

    assert statuses(phone, LIST) == [SIGNED_OUT]
    until(lambda: statuses(phone, NOTICES) == [SIGNED_OUT], what="the end in notifications")
    until(lambda: as_a_program(phone) == [401, 401], what="the end in events")
    assert statuses(desk, LIST, NOTICES) == [200, 200]
    assert as_a_program(desk) == [200, 200]


def test_a_mandate_that_is_taken_away_ends_pages_and_api_in_every_service(staff, register, sign_in):
    person = register("Paul")
    paul = sign_in("Paul")
    assert as_a_program(paul) == [200, 200]

    answer = staff.put(f"/people/{person}", json=record("Paul"), headers={"If-Match": '"1"'})

    assert answer.status_code == 200, answer.text
    until(lambda: statuses(paul, LIST, NOTICES) == [SIGNED_OUT] * 2, what="the end at pages")
    until(lambda: as_a_program(paul) == [401, 401], what="the end at the API")
    led = paul.get(LIST).headers["location"]
    assert "Se connecter" in paul.get(led, follow_redirects=True).text
