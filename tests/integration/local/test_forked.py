"""Processes of instances are forked from one template, and are used as any other process."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from intercoop_chassis.auth.signing_keys import create_signing_key_file
from intercoop_local import forked
from intercoop_local.platform.ports import free_port
from intercoop_local.services import NAMES
from testkit import child_processes
from testkit.nodes import until

STARTER = """
import json, sys
from pathlib import Path
from intercoop_local import forked

if __name__ == "__main__":
    print(forked.start(["events"], Path(sys.argv[1]), json.loads(sys.argv[2])).pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(tmp_path):
    """Of a process that runs, but reaches neither a database nor a broker."""
    keys = tmp_path / "signing.pem"
    create_signing_key_file(keys)
    return {
        "INTERCOOP_NETWORK": "test",
        "INTERCOOP_OWNER": "auvergne",
        "INTERCOOP_DATABASE": "postgresql://127.0.0.1:1/events",
        "INTERCOOP_KAFKA": "127.0.0.1:1",
        "INTERCOOP_SIGNING_KEYS_FILE": str(keys),
        "INTERCOOP_HTTP_PORT": str(free_port()),
    }


@pytest.fixture
def log(tmp_path):
    return tmp_path / "instance" / "log"


@pytest.fixture
def process(log, settings):
    process = forked.start(["events"], log, settings)
    yield process
    process.kill()
    process.wait(60)


async def until_it_runs(log):
    async def listens():
        return "http_listening" in log.read_text()

    await until(listens, what="an HTTP server")


def test_wrong_settings_are_said_in_its_log_and_are_no_longer_the_starters(
    log, settings, monkeypatch
):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    process = forked.start(["events"], log, {"INTERCOOP_OWNER": "auvergne"})

    assert process.wait(60) == 1
    assert process.poll() == process.returncode == 1
    assert "INTERCOOP_DATABASE is missing" in log.read_text()


async def test_it_runs_in_a_session_of_its_own_until_it_is_told_to_end(process, log):
    await until_it_runs(log)
    assert os.getsid(process.pid) == process.pid
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)

    process.send_signal(signal.SIGTERM)

    assert process.wait(60) == 0


def test_a_killed_one_says_so(process):
    process.kill()
    assert process.wait(60) == -signal.SIGKILL


async def test_it_ends_when_its_starter_is_killed(log, settings):
    starter = child_processes.start(
        [sys.executable, "-c", STARTER, str(log), json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    pid = int(starter.stdout.readline())
    await until_it_runs(log)

    starter.kill()
    starter.wait()

    async def gone():
        return not Path(f"/proc/{pid}").exists()

    await until(gone, what="the end of the forked process")


def test_the_template_has_the_chassis_and_no_service():
    listed = "import intercoop_local.template, json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", listed], capture_output=True, check=True)
    imported = {module.partition(".")[0] for module in json.loads(done.stdout)}
    assert "intercoop_chassis" in imported
    assert not imported & {f"intercoop_{name}" for name in NAMES}
