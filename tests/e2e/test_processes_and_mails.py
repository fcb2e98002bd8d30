"""`intercoop up` with a process for each service, and the mails that it keeps."""

import json
import os
import signal
import smtplib
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import httpx
import pytest

from intercoop_local.services import NAMES

LAST = NAMES[-1]

NOT_AS_FILLED_IN = {
    "/directory/api/organisations/nearest": 422,  # one of three places has to be chosen
    "/events/api/calendars/mine": 404,  # there is none before it is asked for, by POST
    "/notifications/api/stop/{token}": 303,  # leads to the page
}


@pytest.fixture(scope="module")
def running(start_for_all, local):
    """A network of one owner, each of its services in a process of its own."""
    arguments = ("up", "--network", "auvergne", "--processes", "apart")
    started = start_for_all("intercoop", *arguments, **local.environment)
    started.says("Stop with Ctrl-C")
    return started


def states(local):
    """The state of each process, by its service; of one that is not ready with its reasons."""
    shown = []
    for line in local.intercoop("status").stdout.splitlines():
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


def url_of(local, service):
    return f"http://127.0.0.1:{local.ports.instances + 100 * (NAMES.index(service) + 1) + 3}"


def address_of(local):
    return f"http://127.0.0.1:{local.ports.instances + 3}"


def answers(local, service):
    try:
        return httpx.get(f"{url_of(local, service)}/health/ready").status_code == 200
    except httpx.HTTPError:
        return False


def test_every_service_has_a_process_that_is_stopped_and_joined_by_itself(running, local):
    assert states(local) == dict.fromkeys(NAMES, "ready")
    assert address_of(local) in running.said
    assert all(f"/{name}/api/docs" in running.said for name in NAMES)

    told = local.intercoop("stop", "auvergne", LAST)
    assert f"auvergne {LAST} is stopped" in told.stdout, told.stderr
    assert states(local) == {**dict.fromkeys(NAMES, "ready"), LAST: "stopped"}
    assert [name for name in NAMES if answers(local, name)] == list(NAMES[:-1])

    assert url_of(local, LAST) in local.intercoop("join", "auvergne", LAST).stdout
    assert states(local) == dict.fromkeys(NAMES, "ready")
    assert "is not a service of auvergne" in local.intercoop("stop", "auvergne", "library").stderr


def test_all_of_them_answer_at_one_address(running, local):
    for name in NAMES:
        described = httpx.get(f"{address_of(local)}/{name}/api/openapi.json").json()
        assert described["info"]["title"] == f"Intercoop {name}"
    made_up = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "javascript"}
    answer = httpx.get(f"{address_of(local)}/directory/api/people", headers=made_up)
    assert answer.status_code == 401


def filled_in(document, operation):
    """What the page of the description sends of itself: parameters that it fills in, and the body.

    None where somebody has to fill in something else, such as an id.
    """
    parameters = operation.get("parameters", [])
    if any(one["required"] and "example" not in one for one in parameters):
        return None
    query = {one["name"]: one["example"] for one in parameters if "example" in one}
    if "requestBody" not in operation:
        return {"params": query}
    schema = operation["requestBody"]["content"].get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    examples = document["components"]["schemas"].get(name, {}).get("examples")
    return {"params": query, "json": examples[0]} if examples else None


def test_what_the_page_of_the_api_fills_in_is_answered_here(running, local):
    """Reading everything, and entering what names nothing that is there already."""
    tokens = [
        local.intercoop("token", "auvergne", role).stdout.strip() for role in ("staff", "operator")
    ]
    answered = {}
    for name in NAMES:
        document = httpx.get(f"{address_of(local)}/{name}/api/openapi.json").json()
        for path, item in document["paths"].items():
            sent = filled_in(document, item["get"]) if "get" in item else None
            if sent is not None and not path.endswith("/live"):
                answered[path] = min(
                    httpx.get(f"{address_of(local)}{path}", headers=bearer(one), **sent).status_code
                    for one in tokens
                )
        for path in {"/directory/api/people", "/events/api/meetings"} & document["paths"].keys():
            sent = filled_in(document, document["paths"][path]["post"])
            if "starts" in sent["json"]:
                sent["json"] |= {"starts": in_days(14), "ends": in_days(15)}  # it gets old
            told = httpx.post(f"{address_of(local)}{path}", headers=bearer(tokens[0]), **sent)
            assert told.status_code == 201, told.text
    assert len(answered) > 20
    assert {path: status for path, status in answered.items() if status != 200} == NOT_AS_FILLED_IN


def in_days(days):
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_a_process_that_is_killed_is_started_again_and_the_others_run_on(running, local):
    folders = sorted((local.home / "instances" / "auvergne").rglob("pid"))
    pids = {path: int(path.read_text().split()[0]) for path in folders}
    assert len(pids) == len(NAMES)
    victim = next(path for path in pids if LAST in path.parent.name or len(pids) == 1)
    os.kill(pids[victim], signal.SIGKILL)
    running.says("ended by itself and is started again")
    until(lambda: answers(local, LAST))
    now = {path: int(path.read_text().split()[0]) for path in folders}
    assert [path for path in folders if now[path] != pids[path]] == [victim]


def send(local, subject, *recipients):
    message = EmailMessage()
    message["From"] = "intercoop@auvergne.example"
    message["To"] = "Adhérents <tous@coop.example>"
    message["Subject"] = subject
    message.set_content("Votre place est réservée.\n")
    message.add_alternative("<p>Votre place</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", local.ports.mail) as server:
        server.send_message(message, to_addrs=recipients)


def test_mails_are_kept_and_read_by_command_and_over_the_console(running, local):
    assert "No mails." in local.intercoop("mail", "--to", "lucie@coop.example").stdout
    send(local, "Réunion demain", "lucie@coop.example")
    send(local, "Réunion après-demain", "marc@coop.example")

    listed = [line for line in local.intercoop("mail").stdout.splitlines() if "Réunion" in line]
    assert ["après-demain" in line for line in listed] == [True, False]
    numbers = [line.split()[0] for line in listed]
    mine = local.intercoop("mail", "--to", "lucie@coop.example").stdout
    assert "Réunion demain" in mine
    assert "après-demain" not in mine
    shown = local.intercoop("mail", "show", numbers[1]).stdout
    assert "Subject: Réunion demain" in shown
    assert "Votre place est réservée." in shown
    assert "Subject: Réunion après-demain" in local.intercoop("mail", "show", numbers[0]).stdout
    assert "Subject: " in local.intercoop("mail", "show").stdout
    assert "no mail 9999" in local.intercoop("mail", "show", "9999").stderr

    console = json.loads((local.home / "running.json").read_text())
    known = {"X-Intercoop-Word": console["word"]}
    assert httpx.get(f"{console['console']}/mail").status_code == 403
    (line,) = httpx.get(
        f"{console['console']}/mail", params={"to": "marc@coop.example"}, headers=known
    ).json()
    assert line.keys() == {"id", "to", "from", "subject", "date", "message_id"}
    page = httpx.get(f"{console['console']}/mail/{line['id']}", headers=known).json()
    assert page["html"] == "<p>Votre place</p>\n"
    assert [one["content_type"] for one in page["parts"]] == ["text/plain", "text/html"]


def test_the_next_start_ends_what_a_killed_one_left_and_still_has_the_mails(running, start, local):
    """The next one groups services otherwise: what is left over is found all the same."""
    running.process.kill()
    again = start("intercoop", "up", "--network", "auvergne", **local.environment)
    again.says("Stop with Ctrl-C")
    assert local.intercoop("status").stdout.count("ready") == 1
    send(local, "Plus tard", "lucie@coop.example")
    kept = local.intercoop("mail", "--to", "lucie@coop.example").stdout.splitlines()
    assert ["Plus tard" in line for line in kept] == [True, False]
    assert again.interrupt() == 0
