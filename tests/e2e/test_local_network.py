"""`intercoop up` on a fresh home: ready, joined, stopped, started again with everything."""

import socket
import time

import httpx
import pytest

from intercoop_chassis.auth import Role
from intercoop_chassis.auth.signing_keys import create_signing_key_file
from intercoop_local.home import Home
from intercoop_local.issuer import Issuer


def count(local, port):
    token = local.intercoop("token", "midi-pyrenees", "member").stdout.strip()
    answer = httpx.get(
        f"http://127.0.0.1:{port}/directory/api/organisations?limit=500",
        headers={"Authorization": f"Bearer {token}"},
    )
    return sorted(one["id"] for one in answer.json()["items"])


def samples_speak(local):
    """Wait until somebody's help was taken in the one union, and a meeting of it is full."""
    token = local.intercoop("token", "auvergne", "staff").stdout.strip()
    address = f"http://127.0.0.1:{local.ports.instances + 3}"
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client:
        give_up = time.monotonic() + 120
        while time.monotonic() < give_up:
            requests = client.get("/advice/api/requests").json()["items"]
            meetings = client.get("/events/api/meetings?owner=auvergne").json()["items"]
            if len(requests) == 3 and any(one["seats"]["waiting"] for one in meetings):
                assert "closed" in {one["state"] for one in requests}
                return
            time.sleep(0.5)
    raise AssertionError((requests, meetings))


@pytest.mark.timeout(400)
def test_a_network_starts_takes_orders_stops_and_starts_again_with_everything(start, local):
    arguments = ("intercoop", "up", "--network", "midi-pyrenees,auvergne")
    first = start(*arguments, **local.environment)
    first.says("Stop with Ctrl-C")
    joined = local.intercoop("join", "limousin")
    assert "limousin runs at" in joined.stdout, joined.stderr
    assert "is not an owner" in local.intercoop("join", "nowhere").stderr
    assert local.intercoop("status").stdout.count("ready") == 3
    before = count(local, local.ports.instances + 9)
    assert len(before) >= 120
    samples_speak(local)
    assert "is stopped" in local.intercoop("stop", "limousin").stdout
    assert first.interrupt() == 0

    second = start(*arguments, **local.environment)
    second.says("Stop with Ctrl-C")
    assert set(before) <= set(count(local, local.ports.instances + 9))
    assert second.interrupt() == 0
    assert "No network runs" in local.intercoop("status").stderr


def test_a_port_in_use_is_a_sentence_and_not_a_trace(local):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", local.ports.kafka))
        taken.listen()
        refused = local.intercoop("up")
    assert refused.returncode == 1
    assert f"Port {local.ports.kafka}" in refused.stderr
    assert "Traceback" not in refused.stderr + refused.stdout


def test_a_nearly_full_disk_is_a_sentence(tmp_path):
    from intercoop_local.platform import disk
    from intercoop_local.platform.errors import PlatformError

    with pytest.raises(PlatformError, match="MB left and Intercoop needs"):
        disk.need_space(tmp_path, needed_mb=10**9)


def test_an_unknown_owner_is_named_with_those_there_are(local):
    refused = local.intercoop("up", "--network", "bretagne")
    assert "'bretagne' is not an owner" in refused.stderr
    assert "midi-pyrenees" in refused.stderr


def test_a_token_is_of_the_same_program_on_every_machine(tmp_path):
    import jwt

    homes = [Home(tmp_path / one) for one in "ab"]
    for home in homes:
        create_signing_key_file(home.signing_keys("auvergne"))
    issuers = [Issuer(home, "test") for home in homes]
    subjects = {
        jwt.decode(one.token("auvergne", Role.STAFF), options={"verify_signature": False})["sub"]
        for one in issuers
    }
    assert len(subjects) == 1
