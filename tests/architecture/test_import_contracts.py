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


def of(contract, package, imports):
    """Breaches within one service: a file, and a module of the same service that it imports."""
    for file, module in imports.items():
        yield contract, f"{package}/{file}.py", f"import {package}.{module}"


BREACHES = [
    ("strata", "intercoop_contracts/streams.py", "import intercoop_chassis.log"),
    ("strata", "intercoop_chassis/log.py", "import intercoop_directory.main"),
    ("strata", "intercoop_directory/main.py", "import intercoop_local.home"),
    ("strata", "intercoop_events/main.py", "import intercoop_directory.main"),
    ("strata", "intercoop_notifications/main.py", "import intercoop_events.main"),
    *of(
        "publishers",
        "intercoop_contracts",
        {
            "directory/people": "advice.requests",
            "events/meetings": "directory.communes",
            "streams": "envelope",
            "notifications": "streams",
        },
    ),
    *of(
        "chassis",
        "intercoop_chassis",
        {
            "operating/parked": "cli",
            "relay/rounds": "consumer.offsets",
            "consumer/apply": "relay.outbox",
            "pages/rendering": "http.etag",
            "replay": "consumer.follows",
            "service": "consumer.worker",
            "jobs/firing": "service",
            "http/app": "jobs.registry",
            "jobs/attempts": "mail.smtp",
            "mail/outgoing": "service",
            "replica": "subscribers",
            "wire/reading": "subscribers",
            "postgres/database": "kafka.cluster",
            "kafka/cluster": "wire.records",
            "log": "postgres.faults",
            "settings/model": "log",
            "errors": "settings.model",
            "utils": "errors",
        },
    ),
    ("operators-own", "intercoop_network/errors.py", "import intercoop_chassis.errors"),
    ("operators-own", "intercoop_network/errors.py", "import intercoop_local.home"),
    *of(
        "capabilities-directory",
        "intercoop_directory",
        {
            "communes/handlers": "organisations.handlers",
            "organisations/api/reading": "imports.domain.writing",
            "contact": "communes.store",
            "wording": "contact",
        },
    ),
    *of(
        "capabilities-events",
        "intercoop_events",
        {
            "meetings/store/seats": "registrations.domain",
            "registrations/handlers": "calendars.store",
            "utils": "migrations",
        },
    ),
    *of(
        "capabilities-notifications",
        "intercoop_notifications",
        {
            "notices/handlers": "mails.handlers",
            "preferences/store": "notices.domain.notice",
            "texts": "preferences.domain",
            "digests": "texts",
        },
    ),
    *of(
        "rooms",
        "intercoop_directory",
        {
            "organisations/domain/siren": "organisations.store.known",
            "organisations/store/own": "organisations.projections",
            "organisations/subscribers": "organisations.api.filters",
            "people/utils": "people.domain",
        },
    ),
    *of(
        "rooms",
        "intercoop_events",
        {
            "meetings/domain/seats": "meetings.store.seats",
            "registrations/store": "registrations.handlers",
            "registrations/jobs": "registrations.subscribers",
            "calendars/utils": "meetings.domain.seats",
        },
    ),
    *of(
        "rooms",
        "intercoop_notifications",
        {
            "notices/store/facts": "notices.handlers",
            "mails/subscribers": "mails.api",
            "mails/templates/__init__": "mails.gateways",
            "mails/utils": "texts",
        },
    ),
    *of("access", "intercoop_directory", {"people/handlers": "access"}),
    *of("access", "intercoop_events", {"registrations/store": "access"}),
    *of("access", "intercoop_notifications", {"notices/handlers": "access"}),
    *of(
        "inward",
        "intercoop_directory",
        {
            "access": "people.handlers",
            "people/store": "organisations.handlers",
        },
    ),
    *of(
        "inward",
        "intercoop_events",
        {
            "access": "registrations.handlers",
            "registrations/domain": "meetings.api.body",
        },
    ),
    *of("inward", "intercoop_notifications", {"access": "notices.handlers"}),
    *of(
        "handlers-below-edges",
        "intercoop_events",
        {
            "registrations/handlers": "meetings.subscribers",
        },
    ),
    *of("handlers-below-edges", "intercoop_notifications", {"mails/handlers": "notices.api.live"}),
    *of(
        "domain-without-tables",
        "intercoop_directory",
        {
            "people/domain": "organisations.store.own",
        },
    ),
    *of(
        "domain-without-tables",
        "intercoop_events",
        {
            "registrations/domain": "meetings.store.seats",
        },
    ),
    (
        "handlers-without-http",
        "intercoop_events/meetings/handlers/schedule.py",
        "import intercoop_chassis.http.etag",
    ),
    ("handlers-without-http", "intercoop_directory/people/handlers.py", "import fastapi"),
    ("pure-domain", "intercoop_directory/organisations/domain/siren.py", "import time"),
    ("pure-domain", "intercoop_directory/people/domain.py", "import intercoop_chassis.errors"),
    ("pure-domain", "intercoop_directory/contact.py", "import random"),
    ("pure-domain", "intercoop_events/meetings/domain/seats.py", "import asyncio"),
    ("pure-domain", "intercoop_notifications/notices/domain/notice.py", "import time"),
    ("pure-domain", "intercoop_notifications/preferences/domain.py", "import structlog"),
    ("pure-domain", "intercoop_notifications/texts.py", "import os"),
    ("plain-contracts", "intercoop_contracts/envelope.py", "import structlog"),
    ("asyncpg", "intercoop_directory/people/store.py", "import asyncpg"),
    ("asyncpg", "intercoop_chassis/relay/outbox.py", "import asyncpg"),
    ("asyncpg", "intercoop_local/home.py", "import asyncpg"),
    ("aiokafka", "intercoop_events/meetings/api/body.py", "import aiokafka"),
    ("aiokafka", "intercoop_chassis/wire/reading.py", "from aiokafka.errors import KafkaError"),
    ("aiokafka", "intercoop_chassis/operating/reconcile_command.py", "import aiokafka"),
    (
        "faststream",
        "intercoop_chassis/consumer/worker.py",
        "from faststream.kafka import KafkaBroker",
    ),
    ("faststream", "intercoop_advice/requests/subscribers.py", "import faststream"),
    ("uvicorn", "intercoop_chassis/runner.py", "import uvicorn"),
    ("uvicorn", "intercoop_notifications/main.py", "import uvicorn"),
    ("aiosmtplib", "intercoop_notifications/mails/jobs.py", "import aiosmtplib"),
    ("aiosmtplib", "intercoop_chassis/jobs/attempts.py", "import aiosmtplib"),
    *of(
        "capabilities-advice",
        "intercoop_advice",
        {
            "requests/handlers": "invitations.handlers",
            "cooperatives/projections": "neighbours.domain",
            "exchange": "requests.domain.request",
            "helpers": "wording",
        },
    ),
    *of(
        "rooms",
        "intercoop_advice",
        {
            "invitations/store": "invitations.handlers",
            "requests/subscribers": "requests.api.board",
            "requests/projections": "requests.store.own",
            "neighbours/utils": "neighbours.domain",
        },
    ),
    *of("access", "intercoop_advice", {"requests/handlers": "access"}),
    *of("inward", "intercoop_advice", {"access": "requests.handlers"}),
    *of(
        "handlers-below-edges", "intercoop_advice", {"invitations/handlers": "requests.api.answers"}
    ),
    *of("domain-without-tables", "intercoop_advice", {"neighbours/domain": "neighbours.store"}),
    ("handlers-without-http", "intercoop_advice/requests/store/own.py", "import fastapi"),
    ("pure-domain", "intercoop_advice/requests/domain/request.py", "import structlog"),
    ("pure-domain", "intercoop_advice/exchange.py", "import time"),
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
        input=json.dumps(BREACHES),
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
