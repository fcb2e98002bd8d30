"""`intercoop up` on a fresh home: ready, joined, stopped, started again with everything."""

import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from intercoop_local.issuer import Issuer, Persona
from intercoop_local.ports import Ports

PORTS = Ports.usual()


def intercoop(home, *arguments):
    return subprocess.run(
        [str(Path(sys.executable).parent / "intercoop"), *arguments],
        capture_output=True,
        text=True,
        timeout=90,
        env={"PATH": "/usr/bin:/bin", "INTERCOOP_HOME": str(home)},
    )


@pytest.fixture
def home(platform):
    folder = platform.home / "up"
    folder.mkdir(exist_ok=True)
    return folder


def count(home, port):
    token = intercoop(home, "token", "auvergne", "member").stdout.strip()
    answer = httpx.get(
        f"http://127.0.0.1:{port}/directory/api/organisations?limit=500",
        headers={"Authorization": f"Bearer {token}"},
    )
    return sorted(one["id"] for one in answer.json()["items"])


@pytest.mark.timeout(400)
def test_a_network_starts_takes_orders_stops_and_starts_again_with_everything(start, home):
    arguments = ("intercoop", "up", "--network", "midi-pyrenees,auvergne")
    first = start(*arguments, INTERCOOP_HOME=str(home))
    first.says("Stop with Ctrl-C")
    joined = intercoop(home, "join", "limousin")
    assert "limousin runs at" in joined.stdout, joined.stderr
    assert "is not an owner" in intercoop(home, "join", "nowhere").stderr
    assert intercoop(home, "status").stdout.count("ready") == 3
    before = count(home, PORTS.instances + 9)
    assert len(before) >= 24
    assert "is stopped" in intercoop(home, "stop", "limousin").stdout
    assert first.interrupt() == 0

    second = start(*arguments, INTERCOOP_HOME=str(home))
    second.says("Stop with Ctrl-C")
    assert set(before) <= set(count(home, PORTS.instances + 9))
    assert second.interrupt() == 0
    assert "No network runs" in intercoop(home, "status").stderr


def test_a_port_in_use_is_a_sentence_and_not_a_trace(home):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", PORTS.kafka))
        taken.listen()
        refused = intercoop(home, "up")
    assert refused.returncode == 1
    assert f"Port {PORTS.kafka}" in refused.stderr
    assert "Traceback" not in refused.stderr + refused.stdout


def test_a_nearly_full_disk_is_a_sentence(home, monkeypatch):
    from intercoop_local.platform import disk
    from intercoop_local.platform.errors import PlatformError

    with pytest.raises(PlatformError, match="MB left and Intercoop needs"):
        disk.need_space(home, needed_mb=10**9)


def test_an_unknown_owner_is_named_with_those_there_are(home):
    refused = intercoop(home, "up", "--network", "bretagne")
    assert "'bretagne' is not an owner" in refused.stderr
    assert "midi-pyrenees" in refused.stderr


def test_a_token_is_the_same_persons_on_every_machine(tmp_path):
    import jwt

    issuers = [Issuer(tmp_path / f"{one}.pem", "http://127.0.0.1") for one in "ab"]
    subjects = {
        jwt.decode(one.token("auvergne", Persona.STAFF), options={"verify_signature": False})["sub"]
        for one in issuers
    }
    assert len(subjects) == 1
