"""What a run looks at: an instance of a local network with its samples, and a browser."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from intercoop_local.network import read_network
from intercoop_local.ports import Ports
from testkit.chromium.server import serving
from testkit.local_network import Local, block_of_ports, make_home, starting
from testkit.scratch import memory, new_folder

OWNER: Final = "midi-pyrenees"
NEIGHBOUR: Final = "auvergne"
_WITHIN_S: Final = 60.0


@dataclass(frozen=True)
class Stage:
    """The addresses of the instance and of the browser, and what the instance knows.

    `organisation` is a sample of its own, `neighbour` one of another owner, `person` somebody made
    up here; all are ids.
    """

    url: str
    browser: str
    home: str
    ports: dict[str, int]
    organisation: str
    neighbour: str
    person: str

    @property
    def local(self) -> Local:
        """The network that runs, for its commands."""
        return Local(Path(self.home), Ports(**self.ports))

    def address(self, pattern: str) -> str:
        """An address of the table, with what it names filled in."""
        return pattern.format(
            organisation=self.organisation, neighbour=self.neighbour, person=self.person
        )

    def as_text(self) -> str:
        return json.dumps(self.__dict__)

    @classmethod
    def from_text(cls, text: str) -> "Stage":
        return cls(**json.loads(text))


@contextmanager
def set_up() -> Iterator[Stage]:
    """Start a network of two unions and a browser; all of it ends with the context."""
    with ExitStack() as ends:
        folder = new_folder(memory())
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        ports = ends.enter_context(block_of_ports())
        local = Local(make_home(folder / "home"), ports)
        start = ends.enter_context(starting(folder))
        owners = f"{OWNER},{NEIGHBOUR}"
        network = start("intercoop", "up", "--network", owners, **local.environment)
        browser = ends.enter_context(serving(folder))
        network.says("Stop with Ctrl-C")
        yield _known(local, browser)


def _known(local: Local, browser: str) -> Stage:
    """The stage, once the instance knows its neighbour's organisations too."""
    url = f"http://127.0.0.1:{local.ports.instances + read_network().number(OWNER)}"
    token = local.intercoop("token", OWNER, "staff").stdout.strip()
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        found = {owner: _first_of(owner, client) for owner in (OWNER, NEIGHBOUR)}
        people = client.get("/directory/api/people").raise_for_status().json()["items"]
    ports = {name: getattr(local.ports, name) for name in Ports.__slots__}
    return Stage(
        url, browser, str(local.home), ports, found[OWNER], found[NEIGHBOUR], people[0]["id"]
    )


def _first_of(owner: str, client: httpx.Client) -> str:
    """The id of an organisation of this owner; waits until one has come."""
    give_up = time.monotonic() + _WITHIN_S
    while time.monotonic() < give_up:
        answer = client.get("/directory/api/organisations", params={"owner": owner})
        if items := answer.raise_for_status().json()["items"]:
            return str(items[0]["id"])
        time.sleep(0.1)
    raise AssertionError(f"no organisation of {owner} has come")
