"""Each rule of who may import whom is tried by breaking it, and then says so."""

import json
import os
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
        "below-access-events",
        "intercoop_events/access.py",
        "import intercoop_events.registrations.handlers",
    ),
    (
        "capabilities-notifications",
        "intercoop_notifications/notices/handlers.py",
        "import intercoop_notifications.mails.handlers",
    ),
    (
        "capabilities-notifications",
        "intercoop_notifications/preferences/store.py",
        "import intercoop_notifications.notices.domain.notice",
    ),
    (
        "capabilities-notifications",
        "intercoop_notifications/texts.py",
        "import intercoop_notifications.preferences.domain",
    ),
    (
        "capabilities-notifications",
        "intercoop_notifications/digests.py",
        "import intercoop_notifications.texts",
    ),
    (
        "rooms-notifications",
        "intercoop_notifications/notices/store/facts.py",
        "import intercoop_notifications.notices.handlers",
    ),
    (
        "rooms-notifications",
        "intercoop_notifications/mails/subscribers.py",
        "import intercoop_notifications.mails.api",
    ),
    (
        "rooms-notifications",
        "intercoop_notifications/mails/templates/__init__.py",
        "import intercoop_notifications.mails.gateways.smtp",
    ),
    (
        "rooms-notifications",
        "intercoop_notifications/mails/utils.py",
        "import intercoop_notifications.texts",
    ),
    (
        "access-notifications",
        "intercoop_notifications/notices/handlers.py",
        "import intercoop_notifications.access",
    ),
    (
        "below-access-notifications",
        "intercoop_notifications/access.py",
        "import intercoop_notifications.notices.handlers",
    ),
    ("pure-domain", "intercoop_directory/domain/siren.py", "import time"),
    ("pure-domain", "intercoop_notifications/notices/domain/notice.py", "import time"),
    ("pure-domain", "intercoop_notifications/preferences/domain.py", "import structlog"),
    ("pure-domain", "intercoop_notifications/texts.py", "import os"),
    ("pure-domain", "intercoop_directory/domain/people.py", "import intercoop_chassis.errors"),
    ("plain-contracts", "intercoop_contracts/envelope.py", "import structlog"),
    ("one-way-to-drivers", "intercoop_directory/store/people.py", "import asyncpg"),
    ("one-way-to-drivers", "intercoop_directory/api/texts.py", "import aiokafka"),
]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What import-linter says of a copy of the packages: as it is (None), and with each breach."""
    folder = tmp_path_factory.mktemp("packages")
    for package, source in SOURCES.items():
        leave = shutil.ignore_patterns("__pycache__", "data", "*.sql")
        shutil.copytree(CHECKOUT / source / package, folder / package, ignore=leave)
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    done = subprocess.run(
        [sys.executable, "-m", "testkit.breaches"],
        input=json.dumps([(file, line) for _, file, line in BREACHES]),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": f"{folder}{os.pathsep}{CHECKOUT / 'tests'}", "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stderr
    return dict(zip([None, *BREACHES], json.loads(done.stdout), strict=True))


def test_every_contract_has_a_breach():
    assert {contract for contract, _, _ in BREACHES} == set(CONTRACTS)


def test_the_code_as_it_is_keeps_them_all(verdicts):
    code, said = verdicts[None]
    assert code == 0, said


@pytest.mark.parametrize("breach", BREACHES, ids="-".join)
def test_a_breach_is_named(verdicts, breach):
    code, said = verdicts[breach]
    assert code == 1
    assert f"{CONTRACTS[breach[0]]} BROKEN" in said
