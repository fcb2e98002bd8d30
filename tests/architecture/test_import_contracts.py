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
    ("rooms", "intercoop_events/domain/seats.py", "import intercoop_events.store.seats"),
    ("rooms", "intercoop_events/store/seats.py", "import intercoop_events.handlers.seats"),
    ("rooms", "intercoop_events/subscribers.py", "import intercoop_events.api.meetings"),
    ("rooms", "intercoop_events/utils.py", "import intercoop_events.domain.seats"),
    (
        "capabilities-directory",
        "intercoop_directory/communes/handlers.py",
        "import intercoop_directory.organisations.handlers",
    ),
    (
        "capabilities-directory",
        "intercoop_directory/organisations/api/reading.py",
        "import intercoop_directory.imports.domain.writing",
    ),
    (
        "capabilities-directory",
        "intercoop_directory/spelling.py",
        "import intercoop_directory.contact",
    ),
    (
        "capabilities-directory",
        "intercoop_directory/wording.py",
        "import intercoop_directory.spelling",
    ),
    (
        "rooms-directory",
        "intercoop_directory/organisations/domain/siren.py",
        "import intercoop_directory.organisations.store.known",
    ),
    (
        "rooms-directory",
        "intercoop_directory/organisations/store/known.py",
        "import intercoop_directory.organisations.handlers",
    ),
    (
        "rooms-directory",
        "intercoop_directory/organisations/store/own.py",
        "import intercoop_directory.organisations.projections",
    ),
    (
        "rooms-directory",
        "intercoop_directory/organisations/subscribers.py",
        "import intercoop_directory.organisations.api.filters",
    ),
    (
        "rooms-directory",
        "intercoop_directory/people/utils.py",
        "import intercoop_directory.people.domain",
    ),
    (
        "inward-directory",
        "intercoop_directory/access.py",
        "import intercoop_directory.people.handlers",
    ),
    (
        "inward-directory",
        "intercoop_directory/people/store.py",
        "import intercoop_directory.organisations.handlers",
    ),
    (
        "access-directory",
        "intercoop_directory/people/handlers.py",
        "import intercoop_directory.access",
    ),
    (
        "access-directory",
        "intercoop_directory/organisations/subscribers.py",
        "import intercoop_directory.access",
    ),
    (
        "access-directory",
        "intercoop_directory/imports/handlers.py",
        "import intercoop_directory.organisations.api.filters",
    ),
    (
        "domain-directory",
        "intercoop_directory/imports/domain/plan.py",
        "import intercoop_directory.organisations.store.own",
    ),
    ("pure-domain", "intercoop_directory/organisations/domain/siren.py", "import time"),
    ("pure-domain", "intercoop_directory/people/domain.py", "import intercoop_chassis.errors"),
    ("pure-domain", "intercoop_directory/spelling.py", "import random"),
    ("plain-contracts", "intercoop_contracts/envelope.py", "import structlog"),
    ("one-way-to-drivers", "intercoop_directory/people/store.py", "import asyncpg"),
    ("one-way-to-drivers", "intercoop_directory/communes/api.py", "import aiokafka"),
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
