"""What a machine may lack, said in a sentence with its remedy."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from intercoop_local.platform import left_over
from intercoop_local.platform.disk import need_space
from intercoop_local.platform.errors import PlatformError
from intercoop_local.platform.left_over import end_left_over, remember
from intercoop_local.platform.ports import LOOPBACK, chosen_port, free_port, is_free, need_free
from intercoop_local.platform.processes import Command, start, stop

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def taken():
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_port_in_use_is_named_with_its_holder_and_a_remedy(taken):
    with pytest.raises(PlatformError) as refused:
        need_free(taken, "PostgreSQL", "choose another with INTERCOOP_POSTGRES_PORT")
    said = str(refused.value)
    assert f"Port {taken}, needed for PostgreSQL, is in use by " in said
    assert f"(process {os.getpid()})" in said
    assert said.endswith("or choose another with INTERCOOP_POSTGRES_PORT.")


def test_a_port_is_chosen_in_the_environment_and_a_wrong_one_is_named(monkeypatch):
    assert chosen_port("kafka", 8692) == 8692
    monkeypatch.setenv("INTERCOOP_KAFKA_PORT", "9092")
    assert chosen_port("kafka", 8692) == 9092
    monkeypatch.setenv("INTERCOOP_KAFKA_PORT", "70000")
    with pytest.raises(PlatformError, match=r"INTERCOOP_KAFKA_PORT is '70000'.* from 1 to 65535"):
        chosen_port("kafka", 8692)


def test_a_free_port_is_free_and_not_one_of_the_others():
    first = free_port()
    assert is_free(first)
    assert free_port() != first


def test_a_nearly_full_disk_is_named_with_what_is_needed(tmp_path, monkeypatch):
    usage = shutil._ntuple_diskusage(10**9, 10**9 - 10**6, 10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(PlatformError, match=r"has 1 MB left and Intercoop needs .*INTERCOOP_HOME"):
        need_space(tmp_path)


def test_a_server_stays_when_ctrl_c_reaches_its_starters_group(tmp_path):
    process = start(Command(SLEEPER, log=tmp_path / "log"))
    assert os.getpgid(process.pid) != os.getpgid(0)
    stop(process, 15, within_s=5)
    assert process.returncode == -15


def test_a_server_that_will_not_end_is_killed(tmp_path):
    deaf = [
        sys.executable,
        "-uc",
        "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(600)",
    ]
    process = start(Command(deaf, log=tmp_path / "log"))
    while "deaf" not in (tmp_path / "log").read_text():
        assert process.poll() is None
    stop(process, 15, within_s=0.2)
    assert process.returncode == -9


def test_another_process_that_got_the_number_of_a_server_is_left_alone(tmp_path):
    stranger = subprocess.Popen(SLEEPER)
    try:
        remember(tmp_path, stranger.pid)
        server, starter = (tmp_path / "pid").read_text().split("\n")
        number, _, boot = server.split()
        (tmp_path / "pid").write_text(f"{number} 12345 {boot}\n{starter}")
        end_left_over(tmp_path, 15)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_whose_starter_is_gone_is_ended(tmp_path, monkeypatch):
    server = subprocess.Popen(SLEEPER)
    gone = subprocess.Popen(["true"])
    monkeypatch.setattr(left_over.os, "getpid", lambda: gone.pid)
    remember(tmp_path, server.pid)
    monkeypatch.undo()
    gone.wait()
    end_left_over(tmp_path, 15)
    assert server.wait(5) == -15
