"""`intercoop up` with a process for each service, and the mails that it keeps."""

import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from intercoop_local.ports import Ports
from intercoop_local.services import NAMES

PORTS = Ports.usual()
LAST = NAMES[-1]


def intercoop(home, *arguments):
    return subprocess.run(
        [str(Path(sys.executable).parent / "intercoop"), *arguments],
        capture_output=True,
        text=True,
        timeout=90,
        env={"PATH": "/usr/bin:/bin", "INTERCOOP_HOME": str(home)},
    )


@pytest.fixture(scope="module")
def home(platform):
    folder = platform.home / "apart"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def running(start_for_all, home):
    """A network of one owner, each of its services in a process of its own."""
    arguments = ("up", "--network", "auvergne", "--processes", "apart")
    started = start_for_all("intercoop", *arguments, INTERCOOP_HOME=str(home))
    started.says("Stop with Ctrl-C")
    return started


def states(home):
    """The state of each process, by its service; of one that is not ready with its reasons."""
    shown = []
    for line in intercoop(home, "status").stdout.splitlines():
        if line.startswith("auvergne"):
            shown.append(line.split()[-2])
        elif line.startswith("    ") and shown[-1] != "stopped":
            shown[-1] += f": {line.strip()}"
    return dict(zip(NAMES, shown, strict=True))


def until(look, *, within_s=60):
    give_up = time.monotonic() + within_s
    while not look():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def url_of(service):
    return f"http://127.0.0.1:{PORTS.instances + 100 * NAMES.index(service) + 3}"


def answers(service):
    try:
        return httpx.get(f"{url_of(service)}/health/ready").status_code == 200
    except httpx.HTTPError:
        return False


def test_every_service_has_a_process_that_is_stopped_and_joined_by_itself(running, home):
    assert states(home) == dict.fromkeys(NAMES, "ready")
    assert all(f"{url_of(name)}/docs" in running.said for name in NAMES)

    told = intercoop(home, "stop", "auvergne", LAST)
    assert f"auvergne {LAST} is stopped" in told.stdout, told.stderr
    assert states(home) == {**dict.fromkeys(NAMES, "ready"), LAST: "stopped"}
    assert [name for name in NAMES if answers(name)] == list(NAMES[:-1])

    assert url_of(LAST) in intercoop(home, "join", "auvergne", LAST).stdout
    assert states(home) == dict.fromkeys(NAMES, "ready")
    assert "is not a service of auvergne" in intercoop(home, "stop", "auvergne", "library").stderr


def test_a_process_that_is_killed_is_started_again_and_the_others_run_on(running, home):
    folders = sorted((home / "instances" / "auvergne").rglob("pid"))
    pids = {path: int(path.read_text().split()[0]) for path in folders}
    assert len(pids) == len(NAMES)
    victim = next(path for path in pids if LAST in path.parent.name or len(pids) == 1)
    os.kill(pids[victim], signal.SIGKILL)
    running.says("ended by itself and is started again")
    until(lambda: answers(LAST))
    now = {path: int(path.read_text().split()[0]) for path in folders}
    assert [path for path in folders if now[path] != pids[path]] == [victim]


def send(subject, *recipients):
    message = EmailMessage()
    message["From"] = "intercoop@auvergne.example"
    message["To"] = "Adhérents <tous@coop.example>"
    message["Subject"] = subject
    message.set_content("Votre place est réservée.\n")
    message.add_alternative("<p>Votre place</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", PORTS.mail) as server:
        server.send_message(message, to_addrs=recipients)


def test_mails_are_kept_and_read_by_command_and_over_the_console(running, home):
    assert "No mails." in intercoop(home, "mail").stdout
    send("Réunion demain", "lucie@coop.example")
    send("Réunion après-demain", "marc@coop.example")

    listed = intercoop(home, "mail").stdout.splitlines()
    assert ["après-demain" in line for line in listed] == [True, False]
    mine = intercoop(home, "mail", "--to", "lucie@coop.example").stdout
    assert "Réunion demain" in mine
    assert "après-demain" not in mine
    shown = intercoop(home, "mail", "show", "1").stdout
    assert "Subject: Réunion demain" in shown
    assert "Votre place est réservée." in shown
    assert "no mail 9" in intercoop(home, "mail", "show", "9").stderr

    console = json.loads((home / "running.json").read_text())
    known = {"X-Intercoop-Word": console["word"]}
    assert httpx.get(f"{console['console']}/mail").status_code == 403
    (line,) = httpx.get(
        f"{console['console']}/mail", params={"to": "marc@coop.example"}, headers=known
    ).json()
    assert line.keys() == {"id", "to", "from", "subject", "date", "message_id"}
    page = httpx.get(f"{console['console']}/mail/{line['id']}", headers=known).json()
    assert page["html"] == "<p>Votre place</p>\n"
    assert [one["content_type"] for one in page["parts"]] == ["text/plain", "text/html"]


def test_the_next_start_ends_what_a_killed_one_left_and_still_has_the_mails(running, start, home):
    """The next one groups services otherwise: what is left over is found all the same."""
    running.process.kill()
    again = start("intercoop", "up", "--network", "auvergne", INTERCOOP_HOME=str(home))
    again.says("Stop with Ctrl-C")
    assert intercoop(home, "status").stdout.count("ready") == 1
    send("Plus tard", "lucie@coop.example")
    assert len(intercoop(home, "mail").stdout.splitlines()) == 3
    assert again.interrupt() == 0
