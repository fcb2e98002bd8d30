"""Each rule of who may import whom is tried by breaking it, and then says so."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
SOURCES = {
    "intercoop_contracts": "shared/contracts",
    "intercoop_chassis": "shared/chassis",
    "intercoop_directory": "services/directory",
    "intercoop_events": "services/events",
    "intercoop_advice": "services/advice",
    "intercoop_notifications": "services/notifications",
    "intercoop_network": "deploy/network",
    "intercoop_local": "deploy/local",
}
CONTRACTS = {
    one["id"]: one["name"]
    for one in tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
}
BREACHES = [
    ("strata", "intercoop_contracts/streams.py", "import intercoop_chassis.log"),
    ("strata", "intercoop_chassis/log.py", "import intercoop_directory.main"),
    ("strata", "intercoop_directory/main.py", "import intercoop_local.home"),
    ("strata", "intercoop_events/main.py", "import intercoop_directory.main"),
    ("strata", "intercoop_notifications/main.py", "import intercoop_events.main"),
    ("operators-own", "intercoop_network/errors.py", "import intercoop_chassis.errors"),
    ("operators-own", "intercoop_network/errors.py", "import intercoop_local.home"),
    ("rooms", "intercoop_directory/domain/siren.py", "import intercoop_directory.store.known"),
    ("rooms", "intercoop_directory/store/known.py", "import intercoop_directory.handlers.people"),
    ("rooms", "intercoop_directory/subscribers.py", "import intercoop_directory.api.texts"),
    ("rooms", "intercoop_directory/utils.py", "import intercoop_directory.domain.siren"),
    (
        "capabilities-events",
        "intercoop_events/meetings/store/seats.py",
        "import intercoop_events.registrations.domain",
    ),
    ("capabilities-events", "intercoop_events/utils.py", "import intercoop_events.migrations"),
    (
        "rooms-events",
        "intercoop_events/meetings/domain/seats.py",
        "import intercoop_events.meetings.store.seats",
    ),
    (
        "rooms-events",
        "intercoop_events/registrations/store.py",
        "import intercoop_events.registrations.handlers",
    ),
    ("rooms-events", "intercoop_events/calendars/utils.py", "import uuid"),
    ("access-events", "intercoop_events/registrations/store.py", "import intercoop_events.access"),
    (
        "access-below-events",
        "intercoop_events/access.py",
        "import intercoop_events.registrations.handlers",
    ),
    (
        "capabilities-advice",
        "intercoop_advice/requests/handlers.py",
        "import intercoop_advice.invitations.handlers",
    ),
    (
        "capabilities-advice",
        "intercoop_advice/cooperatives/projections.py",
        "import intercoop_advice.neighbours.domain",
    ),
    (
        "capabilities-advice",
        "intercoop_advice/exchange.py",
        "import intercoop_advice.requests.domain.request",
    ),
    ("capabilities-advice", "intercoop_advice/utils.py", "import intercoop_advice.exchange"),
    (
        "rooms-advice",
        "intercoop_advice/invitations/store.py",
        "import intercoop_advice.invitations.handlers",
    ),
    (
        "rooms-advice",
        "intercoop_advice/requests/subscribers.py",
        "import intercoop_advice.requests.api.board",
    ),
    (
        "rooms-advice",
        "intercoop_advice/requests/projections.py",
        "import intercoop_advice.requests.store.own",
    ),
    (
        "rooms-advice",
        "intercoop_advice/neighbours/utils.py",
        "import intercoop_advice.neighbours.domain",
    ),
    (
        "access-advice",
        "intercoop_advice/invitations/handlers.py",
        "import intercoop_advice.access",
    ),
    (
        "access-below-advice",
        "intercoop_advice/access.py",
        "import intercoop_advice.requests.handlers",
    ),
    ("pure-domain", "intercoop_directory/domain/siren.py", "import time"),
    ("pure-domain", "intercoop_advice/requests/domain/request.py", "import structlog"),
    ("pure-domain", "intercoop_advice/neighbours/domain.py", "import time"),
    ("pure-domain", "intercoop_advice/exchange.py", "import intercoop_chassis.errors"),
    ("pure-domain", "intercoop_directory/domain/people.py", "import intercoop_chassis.errors"),
    ("plain-contracts", "intercoop_contracts/envelope.py", "import structlog"),
    ("one-way-to-drivers", "intercoop_directory/store/people.py", "import asyncpg"),
    ("one-way-to-drivers", "intercoop_directory/api/texts.py", "import aiokafka"),
]


@pytest.fixture
def copy(tmp_path):
    """The packages and their rules, to be broken."""
    for package, folder in SOURCES.items():
        leave = shutil.ignore_patterns("__pycache__", "data", "*.sql")
        shutil.copytree(CHECKOUT / folder / package, tmp_path / package, ignore=leave)
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder):
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(program), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
    )


def test_every_contract_has_a_breach():
    assert {contract for contract, _, _ in BREACHES} == set(CONTRACTS)


def test_the_code_as_it_is_keeps_them_all(copy):
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("contract", "file", "line"), BREACHES)
def test_a_breach_is_named(copy, contract, file, line):
    with (copy / file).open("a") as opened:
        opened.write(f"\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1
    assert f"{CONTRACTS[contract]} BROKEN" in " ".join(done.stdout.split())
