"""What a run looks at: an instance of a local network with its samples, a provider, a browser."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from intercoop_local.network import read_network
from intercoop_local.ports import Ports
from testkit.chromium.before import ask_too_often, invited
from testkit.chromium.imports import imported
from testkit.chromium.meetings import announced
from testkit.chromium.peer_advice import EVERYBODY, MANAGER, played
from testkit.chromium.server import serving
from testkit.kept_mails import STOP, link_to
from testkit.local_network import Local, block_of_ports, make_home, starting
from testkit.openid_provider import CLIENT, SECRET, OpenIdProvider
from testkit.scratch import memory, new_folder

OWNER: Final = "midi-pyrenees"
NEIGHBOUR: Final = "auvergne"
TOLD: Final = f"paule.ricard@{OWNER}.example"
"""Whom the samples of peer advice are told to by mail."""
NEWCOMER: Final = f"paule.roche@{OWNER}.example"
_WITHIN_S: Final = 60.0


@dataclass(frozen=True)
class Stage:
    """The addresses of the instance and of the browser, and what the instance knows.

    `organisation` is a sample of its own, `neighbour` one of another owner, `person` the made-up
    adviser, `manager` the one of a co-operative by the `mandate` that an address names,
    `newcomer` who was invited; all are ids, and so are those of `PeerAdvice` and `Meetings`.
    `invitation` is the address of a personal link that is still good, `stop` that of one that stops
    mails; those of `Imports` are addresses, too.
    """

    url: str
    browser: str
    home: str
    ports: dict[str, int]
    organisation: str
    neighbour: str
    person: str
    manager: str
    mandate: str
    newcomer: str
    invitation: str
    stop: str
    request: str
    offer: str
    answered: str
    others: str
    asked: str
    offered: str
    opened: str
    seen: str
    applied: str
    meeting: str
    elsewhere: str
    cancelled: str
    registration: str

    @property
    def local(self) -> Local:
        """The network that runs, for its commands."""
        return Local(Path(self.home), Ports(**self.ports))

    def address(self, pattern: str) -> str:
        """An address of the table, with what it names filled in."""
        return pattern.format(**self.__dict__)

    def as_text(self) -> str:
        return json.dumps(self.__dict__)

    @classmethod
    def from_text(cls, text: str) -> "Stage":
        return cls(**json.loads(text))


@contextmanager
def set_up() -> Iterator[Stage]:
    """Start a network of two unions, a provider and a browser; all of it ends with the context.

    Paule Ricard is signed in at the provider.
    """
    with ExitStack() as ends:
        provider = ends.enter_context(closing(OpenIdProvider()))
        provider.person["email"] = f"paule.ricard@{OWNER}.example"
        folder = new_folder(memory())
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        ports = ends.enter_context(block_of_ports())
        local = Local(make_home(folder / "home"), ports)
        start = ends.enter_context(starting(folder))
        owners = f"{OWNER},{NEIGHBOUR}"
        environment = {**local.environment, **_trying(provider)}
        network = start("intercoop", "up", "--network", owners, **environment)
        browser = ends.enter_context(serving(folder))
        network.says("Stop with Ctrl-C")
        yield _known(local, browser)


def _known(local: Local, browser: str) -> Stage:
    """The stage, once the instance knows its neighbour's organisations too."""
    url = f"http://127.0.0.1:{local.ports.instances + read_network().number(OWNER)}"
    token = local.intercoop("token", OWNER, "staff").stdout.strip()
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        found = {owner: _first_of(owner, client) for owner in (OWNER, NEIGHBOUR)}
        people = _people(client)
        adviser, manager = people["Benali"]["id"], people[MANAGER]
        advice = played(OWNER, client)
        meetings = announced(NEIGHBOUR, found[OWNER], client)
        ask_too_often(url)
        invitation = invited(NEWCOMER, url, adviser, local)
        newcomer = _people(client)["Roche"]
    return Stage(
        url=url,
        browser=browser,
        home=str(local.home),
        ports={name: getattr(local.ports, name) for name in Ports.__slots__},
        organisation=found[OWNER],
        neighbour=found[NEIGHBOUR],
        person=adviser,
        manager=manager["id"],
        mandate=_address_of(manager["mandates"][0]),
        newcomer=newcomer["id"],
        invitation=invitation,
        stop=link_to(TOLD, local, STOP),
        **advice.__dict__,
        **imported(url, adviser).__dict__,
        **meetings.__dict__,
    )


def _people(client: httpx.Client) -> dict[str, Any]:
    """The people of the instance by family name."""
    asked = client.get("/directory/api/people", params=EVERYBODY).raise_for_status()
    listed = asked.json()["items"]
    return {one["family_name"]: one for one in listed}


def _address_of(mandate: dict[str, str]) -> str:
    """What an address says of a mandate."""
    organisation, role, since = (mandate[field] for field in ("organisation_id", "role", "since"))
    return f"organisation={organisation}&role={role}&since={since}"


def _trying(provider: OpenIdProvider) -> dict[str, str]:
    """The settings by which an instance lets people sign in at a provider."""
    return {
        "INTERCOOP_OIDC_ISSUER": provider.issuer,
        "INTERCOOP_OIDC_CLIENT_ID": CLIENT,
        "INTERCOOP_OIDC_CLIENT_SECRET": SECRET,
    }


def _first_of(owner: str, client: httpx.Client) -> str:
    """The id of an organisation of this owner; waits until one has come."""
    give_up = time.monotonic() + _WITHIN_S
    while time.monotonic() < give_up:
        answer = client.get("/directory/api/organisations", params={"owner": owner})
        if items := answer.raise_for_status().json()["items"]:
            return str(items[0]["id"])
        time.sleep(0.1)
    raise AssertionError(f"no organisation of {owner} has come")
