"""A directory that runs by its own command, a Keycloak that vouches for people, and a Chromium."""

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from intercoop_chassis.wire.sealing import create_key_file
from intercoop_local.platform.ports import free_port
from testkit.chromium.server import NOT_RUN, program, serving
from testkit.issuer import Issuer
from testkit.keycloak import CLIENT, Keycloak
from testkit.local_network import PROGRAMS, Start, starting
from testkit.platform import Platform

ARCHIVE = "KEYCLOAK_ZIP"
OWNER = "ouest"
KNOWN, UNVERIFIED, UNKNOWN = "lucie", "marc", "zoe"


def pytest_configure() -> None:
    """Say what is missing, where something is."""
    if not os.environ.get(ARCHIVE):
        pytest.exit(f"NOT RUN: {ARCHIVE} has to name Keycloak's zip (see tests/README.md)", 1)
    if program() is None:
        pytest.exit(NOT_RUN, 1)


@dataclass(frozen=True)
class Instance:
    """A directory with its settings, at `url`."""

    url: str
    environment: dict[str, str]

    def doctor(self) -> tuple[int, str]:
        """The exit code of the doctor, and what it says."""
        told = subprocess.run(
            [str(PROGRAMS / "intercoop-directory"), "doctor"],
            capture_output=True,
            text=True,
            timeout=60,
            env={"PATH": "/usr/bin:/bin", **self.environment},
        )
        return told.returncode, told.stdout

    def until_ready(self) -> None:
        self._until("/health/ready", lambda answer: answer.status_code == httpx.codes.OK)

    def until_led_to(self, address: str) -> None:
        """Wait until whoever sets out for Keycloak is led to an address that begins so."""
        self._until(
            "/directory/sign-in/provider",
            lambda answer: answer.headers.get("location", "").startswith(address),
        )

    def _until(self, path: str, is_so: Callable[[httpx.Response], bool]) -> None:
        give_up = time.monotonic() + 120
        while time.monotonic() < give_up:
            try:
                if is_so(httpx.get(f"{self.url}{path}")):
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"{path} of {self.url} never answered so")


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.close()


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    keycloak = Keycloak(Path(os.environ[ARCHIVE]), tmp_path_factory.mktemp("keycloak"))
    keycloak.start()
    yield keycloak
    keycloak.stop()


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    with starting(tmp_path_factory.mktemp("started")) as start:
        yield start


@pytest.fixture(scope="session")
def instance(
    platform: Platform,
    issuer: Issuer,
    keycloak: Keycloak,
    start: Start,
    tmp_path_factory: pytest.TempPathFactory,
) -> Instance:
    """Whose people are known to both, but for the one whom Keycloak alone knows."""
    folder, port = tmp_path_factory.mktemp("instance"), free_port()
    url = f"http://127.0.0.1:{port}"
    create_key_file(folder / "sealing.keys")
    (folder / "secret").write_text(keycloak.set_up(f"{url}/directory/sign-in/provider/return"))
    database = asyncio.run(platform.postgres.ensure_database("foreign", "secret"))
    settings = {
        "NETWORK": "test",
        "OWNER": OWNER,
        "DIRECTORY_DATABASE": database,
        "KAFKA": platform.kafka.bootstrap,
        "SIGNING_KEYS_FILE": str(issuer.keys_file),
        "SEALING_KEYS_FILE": str(folder / "sealing.keys"),
        "HTTP_PORT": str(port),
        "PUBLIC_URL": url,
        "OIDC_ISSUER": keycloak.issuer,
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET_FILE": str(folder / "secret"),
    }
    instance = Instance(url, {f"INTERCOOP_{name}": value for name, value in settings.items()})
    start("intercoop-directory", "migrate", **instance.environment).process.wait(120)
    start("intercoop-directory", "run", **instance.environment)
    instance.until_ready()
    _register(instance, issuer, KNOWN, UNVERIFIED)
    for name in (KNOWN, UNVERIFIED, UNKNOWN):
        keycloak.register(name, f"{name}@example.coop", verified=name != UNVERIFIED)
    return instance


def _register(instance: Instance, issuer: Issuer, *names: str) -> None:
    """People who manage a co-operative, each with an address of their own."""
    token = issuer.token(owner=OWNER, roles=["staff"])
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{instance.url}/directory/api", headers=headers) as staff:
        atelier = staff.post("/organisations", json={"name": "Atelier du Pont"}).json()["id"]
        mandate = {"organisation_id": atelier, "role": "manager", "since": "2016-01-01"}
        for name in names:
            points = [{"kind": "email", "value": f"{name}@example.coop"}]
            person = {"given_name": name.capitalize(), "family_name": "Exemple"}
            body = {**person, "mandates": [mandate], "contact_points": points}
            staff.post("/people", json=body).raise_for_status()


@pytest.fixture(scope="module")
def _browser(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its loop runs while it is open: what needs one of its own comes before and after."""
    with (
        serving(tmp_path_factory.mktemp("chromium")) as address,
        sync_playwright() as playwright,
    ):
        yield playwright.chromium.connect(address)


@dataclass(frozen=True)
class Devices:
    """Browsers of people, each with nothing in it at first."""

    browser: Browser
    url: str

    @contextmanager
    def new(self) -> Iterator[Page]:
        """A tab of a new one, that asks in French."""
        context = self.browser.new_context(base_url=self.url, locale="fr-FR")
        context.set_default_timeout(30_000)
        try:
            yield context.new_page()
        finally:
            context.close()


@pytest.fixture
def devices(_browser: Browser, instance: Instance) -> Devices:
    return Devices(_browser, instance.url)
